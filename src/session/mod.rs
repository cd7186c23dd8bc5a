//! One session from start to orderly end: listener, tunnel and report wired together.
//!
//! Uses: all parts. Used by: `commands`.
