//! zoomhook: see the module docs.

pub mod zoom;

#[cfg(feature = "cli")]
pub mod delivery;
#[cfg(feature = "cli")]
pub mod notice;
#[cfg(feature = "cli")]
pub mod summary;
