//! What was typed becomes what is meant: flags, environment and files, checked once and then trusted.
//!
//! One file a group of flags: its clap arguments, and the checked value that they become.
//! Uses: all parts. Used by: `commands`.
