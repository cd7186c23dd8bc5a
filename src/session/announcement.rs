//! What other programs can know of a running session: its entry in the list of sessions, and the file of `--ready-file`.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::SessionError;
use super::ready_file::ReadyFile;
use crate::delivery::{EventSender, Ready, SessionEvent, Warning};
use crate::files::PathError;
use crate::instances::{Entry, Registered};
use crate::report;

/// Written when the session starts, when it is ready, and when its public URL changes.
#[derive(Debug, Default)]
pub(super) struct Announcement(Mutex<Announced>);

#[derive(Debug, Default)]
struct Announced {
    listed: Option<(Registered, Entry)>,
    ready_file: Option<ReadyFile>,
    inspector: Option<String>,
}

/// Withdraws the announcement when the session ends, however it ends.
#[derive(Debug)]
pub(super) struct Withdrawal(pub(super) Arc<Announcement>);

impl Announcement {
    /// Lets other commands find the session. If the entry cannot be written, they use the default address. A session in
    /// the background could not be stopped then, so it does not start.
    pub(super) async fn start(
        folder: Option<&Path>,
        entry: Entry,
        ready_file: Option<ReadyFile>,
        events: &EventSender,
    ) -> Result<Arc<Self>, SessionError> {
        let inspector = entry.inspector.clone();
        let listed = match folder.map(|folder| Registered::new(folder, &entry)) {
            None => None,
            Some(Ok(registered)) => Some((registered, entry)),
            Some(Err(error)) if entry.log.is_some() => return Err(SessionError::NotListed(error)),
            Some(Err(PathError::Untrusted(reason))) => {
                let repair = report::repair_command(reason.repair());
                let warning = Warning::SessionNotListed { reason: reason.to_string(), repair };
                events.send(SessionEvent::Warning(warning)).await;
                None
            }
            Some(Err(PathError::Io(_) | PathError::NotAFile { .. })) => None,
        };
        Ok(Arc::new(Self(Mutex::new(Announced { listed, ready_file, inspector }))))
    }

    /// Says that the session is ready at this URL.
    ///
    /// # Errors
    /// The ready file cannot be written.
    pub(super) fn ready(&self, ready: &Ready) -> io::Result<()> {
        let mut announced = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Announced { listed, ready_file, inspector } = &mut *announced;
        if let Some((registered, entry)) = listed {
            (entry.is_ready, entry.public_url) = (true, ready.public_endpoint());
            // An old entry has the right local URL.
            let _ = registered.update(entry);
        }
        match ready_file {
            Some(file) => file.write(&report::ready_line(ready, inspector.as_deref())),
            None => Ok(()),
        }
    }
}

impl Drop for Withdrawal {
    fn drop(&mut self) {
        let mut announced = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        *announced = Announced::default();
    }
}
