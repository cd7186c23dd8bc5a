//! Reading the history: pages, one delivery, counts.
//!
//! | file | holds |
//! | --- | --- |
//! | `filter.rs` | which deliveries, in which order |
//! | `page.rs` | pages of them, so that any number streams through little memory |
//! | `find.rs` | one of them, by id, by the beginning of an id, or by its place from the end |
//! | `load.rs` | rows of the file as records |
//! | `count.rs` | counts and times of many |

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

/// A history that is read. It sees what other processes commit meanwhile.
#[derive(Debug)]
pub struct HistoryReader {
    connection: Connection,
    path: PathBuf,
    file_is: Option<Identity>,
}

impl HistoryReader {
    /// Opens the file; `None` where there is none yet.
    ///
    /// # Errors
    /// It cannot be opened, is damaged, another program's or a newer version's.
    pub fn open(path: &Path) -> Result<Option<Self>, HistoryError> {
        let connection = file::open_to_read(path)?;
        let file_is = identity(path);
        Ok(connection.map(|connection| Self { connection, path: path.to_owned(), file_is }))
    }

    /// Whether it is still this file that has the name of the history: it may have been moved away.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        self.path.exists() && identity(&self.path) == self.file_is
    }

    /// How many deliveries are kept.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn count(&self) -> Result<u64, HistoryError> {
        let count =
            self.connection.query_row("SELECT sum(count) FROM totals", [], |row| row.get::<_, i64>(0));
        count.map(i64::unsigned_abs).map_err(|error| self.failed(&error))
    }

    /// A number that is another one once some other connection has changed the file: asking for it costs next to
    /// nothing.
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
