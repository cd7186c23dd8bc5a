//! Bytes as a person can see them: the first difference, and what is invisible.

mod difference;
mod visible;

pub use difference::{Difference, Excerpt};
pub use visible::visible;
