//! Values that several unit tests need.

use super::{Inspected, ReadAccess};

/// A history that does not exist, without a session.
pub(super) fn inspected() -> Inspected {
    Inspected {
        history: "/nonexistent/zoomhook.db".into(),
        project: None,
        history_flag: String::new(),
        secrets: Vec::new(),
        origins: Vec::new(),
        texts: Vec::new(),
        apps: None,
        endpoint: None,
        ca: None,
        live: None,
        awaited: None,
        read: ReadAccess::default(),
    }
}
