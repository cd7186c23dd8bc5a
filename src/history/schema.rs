//! The tables and their migrations. [`prepare`] brings a file to the current version.
//!
//! A delivery is split over two tables: small columns for listing and filtering in one, headers and body in the other.
//! Ids begin with the time, so their index is also the order of arrival.

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::HistoryError;

/// SQLite's application id of a zoomhook history: `zmhk`.
const APPLICATION: i64 = APPLICATION_ID as i64;

/// Earlier versions stored imported rows like received ones. Two facts prove an import: a route that those versions did
/// not record, and an arrival more than a day before or after the time of storing. Both times are this machine's own for
/// a received delivery, and a few seconds apart.
macro_rules! was_imported {
    () => {
        "(route NOT IN ('local', 'tunnel') OR abs(stored_ms - received_ms) > 86400000)"
    };
}

/// The SQL of each version. The first migration takes an empty file to version 1.
const MIGRATIONS: &[&str] = &[
    "
CREATE TABLE deliveries (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of storing; never used again
    id          TEXT NOT NULL UNIQUE,              -- ULID
    stored_ms   INTEGER NOT NULL,                  -- Unix milliseconds; its age is counted from here
    received_ms INTEGER NOT NULL,                  -- Unix milliseconds
    share       INTEGER NOT NULL,                  -- 0: genuine, 1: refused
    bytes       INTEGER NOT NULL,                  -- what it is counted with
    verdict     TEXT NOT NULL,
    reason      TEXT,
    event       TEXT,
    event_ts    INTEGER,
    request_id  TEXT,
    secret_name TEXT,
    retry_of    TEXT,
    status      INTEGER,
    took_us     INTEGER,
    method      TEXT NOT NULL,
    target      TEXT NOT NULL,
    peer        TEXT NOT NULL,
    route       TEXT NOT NULL,
    tunnel      TEXT NOT NULL,
    public_url  TEXT
) STRICT;
CREATE INDEX deliveries_by_event ON deliveries (event, id);
CREATE INDEX deliveries_refused ON deliveries (seq) WHERE share = 1;
CREATE TABLE contents (
    seq     INTEGER PRIMARY KEY,
    headers BLOB NOT NULL, -- a line each: name, colon, value
    body    BLOB NOT NULL
) STRICT;
CREATE TABLE relays (
    seq           INTEGER NOT NULL,
    position      INTEGER NOT NULL,
    target        TEXT NOT NULL,
    role          TEXT NOT NULL,
    outcome       TEXT NOT NULL,
    status        INTEGER,
    detail        TEXT,
    first_byte_us INTEGER,
    took_us       INTEGER NOT NULL,
    headers       BLOB NOT NULL,
    body          BLOB NOT NULL,
    PRIMARY KEY (seq, position)
) STRICT;
CREATE TABLE totals (
    share INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT;
INSERT INTO totals VALUES (0, 0, 0), (1, 0, 0);
CREATE TABLE indexed (up_to INTEGER NOT NULL) STRICT; -- the last seq whose words are in the index
INSERT INTO indexed VALUES (0);
-- Only which words are in which body: the text itself is in contents.
CREATE VIRTUAL TABLE words USING fts5 (
    body, content='', contentless_delete=1, detail=none, tokenize='unicode61 remove_diacritics 0'
);
",
    "
CREATE INDEX deliveries_not_valid ON deliveries (verdict, id) WHERE verdict <> 'valid';
",
    "
ALTER TABLE contents ADD COLUMN checksum INTEGER;   -- of the delivery, its headers and its body
ALTER TABLE relays ADD COLUMN checksum INTEGER;
ALTER TABLE deliveries ADD COLUMN relays INTEGER;   -- how many rows it has in relays
CREATE TABLE unchecked (up_to INTEGER NOT NULL) STRICT; -- the last seq that was stored without a checksum
INSERT INTO unchecked SELECT coalesce(max(seq), 0) FROM deliveries;
",
    concat!(
        "
ALTER TABLE deliveries ADD COLUMN imported INTEGER NOT NULL DEFAULT 0; -- 0: received by this machine, 1: imported
UPDATE deliveries SET imported = 1 WHERE ",
        was_imported!(),
        ";
"
    ),
    "
ALTER TABLE deliveries ADD COLUMN waits_until INTEGER; -- see row.rs; NULL: nothing more will be stored
ALTER TABLE deliveries ADD COLUMN project TEXT;        -- folder; NULL: stored by an older version
",
];

/// Whether a row without the column `imported` was imported.
pub(super) const WAS_IMPORTED: &str = was_imported!();

pub(super) const VERSION: i64 = 5;

/// The application id as the file has it.
pub(super) const APPLICATION_ID: u32 = 0x7a6d_686b;

/// Creates the tables in an empty database.
pub(super) fn create(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    migrate(&transaction, 0)?;
    transaction.commit()
}

/// Migrates the file to [`VERSION`].
pub(super) fn prepare(connection: &mut Connection, path: &Path) -> Result<(), HistoryError> {
    if is_empty(connection, path)? {
        // Only takes effect before the first table is created.
        let set = connection.pragma_update(None, "auto_vacuum", "INCREMENTAL");
        set.map_err(|error| HistoryError::of(path, &error))?;
    }
    let failed = |error: rusqlite::Error| HistoryError::of(path, &error);
    if check(connection, path)? == VERSION {
        return Ok(());
    }
    connection.pragma_update(None, "journal_mode", "WAL").map_err(failed)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    // Another process may have migrated the file in the meantime.
    let from = check(&transaction, path)?;
    migrate(&transaction, from).map_err(failed)?;
    transaction.commit().map_err(failed)
}

/// The file's version; 0 for an empty file.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<i64, HistoryError> {
    let failed = |error: rusqlite::Error| HistoryError::of(path, &error);
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let version = number("user_version").map_err(failed)?;
    if version == 0 && is_empty(connection, path)? {
        return Ok(0);
    }
    if number("application_id").map_err(failed)? != APPLICATION {
        return Err(HistoryError::Foreign { path: path.to_owned() });
    }
    if version > VERSION {
        return Err(HistoryError::Newer { path: path.to_owned(), found: version, known: VERSION });
    }
    Ok(version)
}

fn is_empty(connection: &Connection, path: &Path) -> Result<bool, HistoryError> {
    let tables = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
    Ok(tables.map_err(|error| HistoryError::of(path, &error))? == 0)
}

fn migrate(transaction: &Transaction<'_>, from: i64) -> rusqlite::Result<()> {
    let done = usize::try_from(from).unwrap_or(0);
    for migration in MIGRATIONS.iter().skip(done) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_a_migration_to_each_version() {
        assert_eq!(i64::try_from(MIGRATIONS.len()), Ok(VERSION));
    }

    #[test]
    fn migrates_an_older_file_to_the_schema_of_a_new_one() {
        let path = Path::new("h.db");
        let schema = |connection: &Connection| -> Vec<String> {
            let sql = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";
            let mut statement = connection.prepare(sql).unwrap();
            statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
        };
        let mut new = Connection::open_in_memory().unwrap();
        prepare(&mut new, path).unwrap();
        let mut old = Connection::open_in_memory().unwrap();
        old.execute_batch(MIGRATIONS[0]).unwrap();
        old.execute_batch("INSERT INTO indexed VALUES (7)").unwrap();
        let day = 24 * 60 * 60 * 1000;
        for (received, route, imported) in [
            (1_720_705_455_858, "local", false),
            (1_720_705_455_858 - day, "tunnel", false),
            (1_720_705_455_858, "import", true),
            (1_720_705_455_858, "websocket", true),
            (1_720_705_455_857 - day, "tunnel", true),
            (i64::MAX, "tunnel", true),
        ] {
            old.execute(
                "INSERT INTO deliveries VALUES (NULL, ?, 1720705455858, ?, 0, 0, 'valid', NULL, NULL, NULL, NULL,
                 NULL, NULL, NULL, NULL, 'POST', '/', '', ?, 'none', NULL)",
                rusqlite::params![format!("{route} {received} {imported}"), received, route],
            )
            .unwrap();
        }
        old.pragma_update(None, "application_id", APPLICATION).unwrap();
        old.pragma_update(None, "user_version", 1).unwrap();
        prepare(&mut old, path).unwrap();
        assert_eq!(check(&old, path), Ok(VERSION));
        assert_eq!(schema(&old), schema(&new));
        let wrong = "SELECT count(*) FROM deliveries WHERE (id LIKE '% true') <> imported";
        assert_eq!(old.query_row(wrong, [], |row| row.get::<_, i64>(0)), Ok(0));
        let rows: i64 = old.query_row("SELECT count(*) FROM indexed", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 2, "the migration deleted a row");
    }
}
