//! zoomhook: see the module docs.

pub mod zoom;
