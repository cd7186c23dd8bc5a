//! Names the process that holds a port, if it is another zoomhook session.

use std::path::Path;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::instances::{self, Entry};
use crate::listener::{BindError, Bound, USUAL_PORT};

/// Names the session that holds the port, in what came of binding. `folder` is where sessions are found.
pub(super) fn named(bound: Result<Bound, BindError>, folder: Option<&Path>) -> Result<Bound, BindError> {
    let Some(folder) = folder else { return bound };
    let told = |holder: Option<String>, port| {
        of(&instances::all(folder), port, holder.as_deref(), SystemTime::now(), &TimeZone::system())
            .or(holder)
    };
    match bound {
        Ok(Bound { usual_is_taken: Some(holder), listener, local }) => {
            Ok(Bound { usual_is_taken: Some(told(holder, USUAL_PORT)), listener, local })
        }
        Err(BindError::Taken { host, port, holder }) => {
            Err(BindError::Taken { host, port, holder: told(holder, port) })
        }
        other => other,
    }
}

/// `another zoomhook listen (pid 4711) since 10:21`. `holder` is what the system says: where it says something, the
/// process has to be the same, because one port can be held on each address by another.
fn of(
    running: &[Entry],
    port: u16,
    holder: Option<&str>,
    now: SystemTime,
    zone: &TimeZone,
) -> Option<String> {
    let is_holder = |pid| holder.is_none_or(|holder| holder.ends_with(&format!("(pid {pid})")));
    let ours = running.iter().find(|entry| entry.port() == Some(port) && is_holder(entry.pid))?;
    let in_zone = |time| Some(Timestamp::try_from(time).ok()?.to_zoned_datetime(zone.clone()));
    let (since, now) = (in_zone(ours.since)?, in_zone(now)?);
    let shown = since.strftime(if since.date() == now.date() { "%H:%M" } else { "%F %H:%M" });
    Some(format!("another zoomhook listen (pid {}) since {shown}", ours.pid))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn is_named_with_its_process_and_the_time_that_it_began() {
        let day = Duration::from_secs(24 * 3600);
        let since = UNIX_EPOCH + Duration::from_secs(10 * 3600 + 21 * 60);
        let entry = Entry { pid: 4711, url: "http://127.0.0.1:4000/webhook".into(), since };
        let running = [Entry { pid: 1, url: "http://192.168.1.7:4000/webhook".into(), since }, entry];
        let told = |port, holder, now| of(&running, port, holder, now, &TimeZone::UTC);
        let own = Some("zoomhook (pid 4711)");
        let named = told(4000, own, since).unwrap();
        assert_eq!(named, "another zoomhook listen (pid 4711) since 10:21");
        assert!(told(4000, own, since + day).unwrap().ends_with("since 1970-01-01 10:21"));
        assert!(told(4000, None, since).is_some());
        assert_eq!(told(4000, Some("node (pid 711)"), since), None);
        assert_eq!(told(4001, own, since), None);
    }
}
