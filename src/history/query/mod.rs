//! Reads the history. The entry point is [`Reader`].
//!
//! | file | contents |
//! | --- | --- |
//! | `filter.rs` | conditions and order |
//! | `page.rs` | pages of deliveries, so that large results need little memory |
//! | `find.rs` | one delivery by id, id prefix, or position from the end |
//! | `load.rs` | converts rows to records |
//! | `count.rs` | statistics |
//! | `readable.rs` | everything that can be read of a damaged history |

mod count;
mod filter;
mod find;
pub(super) mod load;
mod page;
mod readable;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::file::{Identity, identity};
use super::{HistoryError, check, file, salvage, totals};

pub(crate) use count::PlotPoint;
pub use filter::{Filter, Order, StatusRange};
pub use find::Reference;
pub use page::{HistoryPage, Oldest};
pub(crate) use readable::Readable;

/// A read-only handle to a history. It sees what other processes commit.
#[derive(Debug)]
pub struct HistoryReader {
    pub(super) connection: Connection,
    path: PathBuf,
    file_is: Option<Identity>,
}

impl HistoryReader {
    /// Opens the file; `None` if it does not exist yet.
    ///
    /// # Errors
    /// The file cannot be opened, is damaged, or belongs to another program or a newer version.
    pub fn open(path: &Path) -> Result<Option<Self>, HistoryError> {
        let connection = file::open_to_read(path).map_err(|error| salvage::named(error, path))?;
        let file_is = identity(path);
        Ok(connection.map(|connection| Self { connection, path: path.to_owned(), file_is }))
    }

    /// Reads an open database that was recovered from the history at `path`.
    pub(super) fn over(connection: Connection, path: &Path) -> Self {
        Self { connection, path: path.to_owned(), file_is: None }
    }

    /// The file's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
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
        totals::read(&self.connection).map(|totals| totals.count).map_err(|error| self.failed(&error))
    }

    /// Whether the table and its indexes list the same number of deliveries as the totals. If they do not, a query by an
    /// index leaves out deliveries without an error.
    pub(super) fn lists_every_row(&self) -> Result<bool, HistoryError> {
        let read = || {
            let transaction = self.connection.unchecked_transaction()?;
            let count = totals::read(&transaction)?.count;
            Ok(check::row_counts(&transaction)?.iter().all(|rows| *rows == count))
        };
        match read().map_err(|error| self.failed(&error)) {
            Err(HistoryError::Corrupt { .. }) => Ok(false),
            other => other,
        }
    }

    /// Whether a delivery with this id is stored.
    pub(super) fn has(&self, id: &str) -> Result<bool, HistoryError> {
        let sql = "SELECT count(*) FROM deliveries WHERE id = ?";
        let count = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut found| found.query_row([id], |row| row.get::<_, i64>(0)));
        count.map(|count| count > 0).map_err(|error| self.failed(&error))
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
