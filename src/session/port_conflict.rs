//! Names another zoomhook session that holds the port.

use std::path::Path;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::instances::{self, Entry};
use crate::listener::{BindError, Bound, USUAL_PORT};

/// Adds the session that holds the port to the result of binding. Running sessions are listed in `folder`.
pub(super) fn name_session(
    bound: Result<Bound, BindError>,
    folder: Option<&Path>,
) -> Result<Bound, BindError> {
    let Some(folder) = folder else { return bound };
    let named = |holder: Option<String>, port| {
        // The name is only a help: `listen` reports a folder that it does not trust by itself.
        let running = instances::all(folder).unwrap_or_default();
        of(&running, port, holder.as_deref(), SystemTime::now(), &TimeZone::system()).or(holder)
    };
    match bound {
        Ok(Bound { usual_is_taken: Some(holder), listener, local }) => {
            Ok(Bound { usual_is_taken: Some(named(holder, USUAL_PORT)), listener, local })
        }
        Err(BindError::Taken { host, port, holder }) => {
            Err(BindError::Taken { host, port, holder: named(holder, port) })
        }
        other => other,
    }
}

/// `another zoomhook listen (pid 4711) since 10:21`. `holder` is the process that the system reports. If it reports
/// one, the process ids must match: on another address, another process can hold the same port.
fn of(
    running: &[Entry],
    port: u16,
    holder: Option<&str>,
    now: SystemTime,
    zone: &TimeZone,
) -> Option<String> {
    let is_holder = |pid| holder.is_none_or(|holder| holder.ends_with(&format!("(pid {pid})")));
    let session = running.iter().find(|entry| entry.port() == Some(port) && is_holder(entry.pid))?;
    let in_zone = |time| Some(Timestamp::try_from(time).ok()?.to_zoned_datetime(zone.clone()));
    let (since, now) = (in_zone(session.since)?, in_zone(now)?);
    let shown = since.strftime(if since.date() == now.date() { "%H:%M" } else { "%F %H:%M" });
    Some(format!("another zoomhook listen (pid {}) since {shown}", session.pid))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn names_the_session_with_its_process_id_and_start_time() {
        let day = Duration::from_secs(24 * 3600);
        let since = UNIX_EPOCH + Duration::from_secs(10 * 3600 + 21 * 60);
        let url = "http://127.0.0.1:4000/webhook".into();
        let entry = Entry { pid: 4711, url, ..Entry::of_process(([127, 0, 0, 1], 1).into(), "/", since) };
        let other = Entry { pid: 1, url: "http://192.168.1.7:4000/webhook".into(), ..entry.clone() };
        let running = [other, entry];
        let name = |port, holder, now| of(&running, port, holder, now, &TimeZone::UTC);
        let own = Some("zoomhook (pid 4711)");
        let named = name(4000, own, since).unwrap();
        assert_eq!(named, "another zoomhook listen (pid 4711) since 10:21");
        assert!(name(4000, own, since + day).unwrap().ends_with("since 1970-01-01 10:21"));
        assert!(name(4000, None, since).is_some());
        assert_eq!(name(4000, Some("node (pid 711)"), since), None);
        assert_eq!(name(4001, own, since), None);
    }
}
