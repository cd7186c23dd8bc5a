//! x
mod generated_files;
