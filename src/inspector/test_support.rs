//! Values that several unit tests need.

use super::Inspected;

/// A history that does not exist, without a session.
pub(super) fn inspected() -> Inspected {
    Inspected { history: "/nonexistent/zoomhook.db".into(), ..Inspected::default() }
}
