//! Reads the history. The entry point is [`Reader`].
//!
//! | file | contents |
//! | --- | --- |
//! | `filter.rs` | conditions and order |
//! | `page.rs` | pages of deliveries, so that large results need little memory |
//! | `find.rs` | one delivery by id, id prefix, or position from the end |
//! | `load.rs` | converts rows to records |
//! | `count.rs` | statistics |

mod count;
mod filter;
mod find;
mod load;
mod page;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::file::{Identity, identity};
use super::{HistoryError, file};

pub use filter::{Filter, Order, StatusRange};
pub use find::Reference;
pub use page::{HistoryPage, Oldest};

/// A read-only handle to a history. It sees what other processes commit.
#[derive(Debug)]
pub struct HistoryReader {
    connection: Connection,
    path: PathBuf,
    file_is: Option<Identity>,
}

impl HistoryReader {
    /// Opens the file; `None` if it does not exist yet.
    ///
    /// # Errors
    /// The file cannot be opened, is damaged, or belongs to another program or a newer version.
    pub fn open(path: &Path) -> Result<Option<Self>, HistoryError> {
        let connection = file::open_to_read(path)?;
        let file_is = identity(path);
        Ok(connection.map(|connection| Self { connection, path: path.to_owned(), file_is }))
    }

    /// Whether the path still refers to the open file, which may have been moved or deleted.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        self.path.exists() && identity(&self.path) == self.file_is
    }

    /// The number of stored deliveries.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn count(&self) -> Result<u64, HistoryError> {
        let count =
            self.connection.query_row("SELECT sum(count) FROM totals", [], |row| row.get::<_, i64>(0));
        count.map(i64::unsigned_abs).map_err(|error| self.failed(&error))
    }

    /// A number that changes when another connection changes the file. Reading it is cheap.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn version_of_data(&self) -> Result<i64, HistoryError> {
        let version = self.connection.pragma_query_value(None, "data_version", |row| row.get(0));
        version.map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &rusqlite::Error) -> HistoryError {
        HistoryError::of(&self.path, error)
    }
}
