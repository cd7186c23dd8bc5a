//! The public side: how Zoom reaches the listener.
//!
//! Uses: `notice`. Used by: `session`, `settings`.

pub mod ngrok;

use crate::notice::TunnelKind;

/// Which tunnel, and what it needs.
#[derive(Debug, Clone)]
pub enum Settings {
    /// No public side: loopback only.
    None,
    /// The user brings it.
    External {
        /// The public base URL: `https://`, no path, no trailing slash.
        url: String,
    },
    /// ngrok, opened by us.
    Ngrok(ngrok::Settings),
}

impl Settings {
    /// The word for it.
    #[must_use]
    pub fn kind(&self) -> TunnelKind {
        match self {
            Self::None => TunnelKind::None,
            Self::External { .. } => TunnelKind::External,
            Self::Ngrok(_) => TunnelKind::Ngrok,
        }
    }
}
