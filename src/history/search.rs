//! Full-text search and its index. The entry point is [`Search`].
//!
//! The index maps words to bodies and contains no text, so each body is stored once. Indexing costs several times as
//! much as storing a delivery, so the writer does it while it is idle. Bodies that are not indexed yet are scanned with
//! the same rules.

use std::borrow::Cow;
use std::str::FromStr;

use rusqlite::{Connection, TransactionBehavior, params};

/// Bodies to index in one step, which takes a few milliseconds.
const STEP: u32 = 100;

/// Terms that must all occur in a body. A term matches at the beginning of a word, in upper or lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// Lower case.
    terms: Vec<String>,
}

/// A search term without a letter or digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a word to search for, such as a topic, a meeting id or an address")]
pub struct NothingToSearch;

impl FromStr for Search {
    type Err = NothingToSearch;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let terms: Vec<_> = text.split_whitespace().map(str::to_lowercase).collect();
        let has_words = terms.iter().all(|term| words(term).next().is_some());
        if terms.is_empty() || !has_words { Err(NothingToSearch) } else { Ok(Self { terms }) }
    }
}

impl Search {
    /// The query for the index: all words, with the last word of each term as a prefix. It may find too much, so the
    /// result must be checked with [`Self::matches`].
    pub(super) fn expression(&self) -> String {
        let mut expression = String::new();
        for term in &self.terms {
            let mut words = words(term).peekable();
            while let Some(word) = words.next() {
                if !expression.is_empty() {
                    expression.push_str(" AND ");
                }
                // A word has only letters and digits, so it needs no escaping.
                expression.extend(["\"", word, "\""]);
                if words.peek().is_none() && term.ends_with(word) {
                    expression.push('*');
                }
            }
        }
        expression
    }

    /// Whether the body contains all terms.
    #[must_use]
    pub fn matches(&self, body: &[u8]) -> bool {
        let text = searchable(body).to_lowercase();
        self.terms.iter().all(|term| {
            let starts_inside_words = !term.starts_with(char::is_alphanumeric);
            text.match_indices(term.as_str())
                .any(|(at, _)| starts_inside_words || !text[..at].ends_with(char::is_alphanumeric))
        })
    }
}

/// Splits a text into runs of letters and digits.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The body as text. JSON escapes are resolved as far as words need it.
fn searchable(body: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(body);
    if !text.contains('\\') {
        return text;
    }
    let mut resolved = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(at) = rest.find('\\') {
        resolved.push_str(&rest[..at]);
        let escape = &rest[at + 1..];
        let code = escape.strip_prefix('u').and_then(|digits| u32::from_str_radix(digits.get(..4)?, 16).ok());
        let (replacement, length) = match (code, escape.chars().next()) {
            // Half a surrogate pair belongs to an emoji, not to a word.
            (Some(code), _) => (char::from_u32(code).unwrap_or(' '), 5),
            (None, Some(sign @ ('"' | '\\' | '/'))) => (sign, 1),
            (None, Some(other)) => (' ', other.len_utf8()),
            (None, None) => (' ', 0),
        };
        resolved.push(replacement);
        rest = &escape[length..];
    }
    resolved.push_str(rest);
    Cow::Owned(resolved)
}

/// Indexes a few bodies and returns how many.
pub(super) fn index_step(connection: &mut Connection) -> rusqlite::Result<usize> {
    let (up_to, newest) = connection.query_row(
        "SELECT up_to, (SELECT coalesce(max(seq), 0) FROM contents) FROM indexed",
        [],
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)),
    )?;
    if newest <= up_to {
        return Ok(0);
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have indexed some of them in the meantime.
    let from: i64 = transaction.query_row("SELECT up_to FROM indexed", [], |row| row.get(0))?;
    let mut last = from;
    let mut count = 0;
    {
        let mut bodies = transaction
            .prepare_cached("SELECT seq, body FROM contents WHERE seq > ? ORDER BY seq LIMIT ?")?;
        let mut insert = transaction.prepare_cached("INSERT INTO words (rowid, body) VALUES (?, ?)")?;
        let mut rows = bodies.query(params![from, STEP])?;
        while let Some(row) = rows.next()? {
            last = row.get(0)?;
            let body = row.get_ref(1)?.as_blob()?;
            insert.execute(params![last, searchable(body)])?;
            count += 1;
        }
    }
    transaction.execute("UPDATE indexed SET up_to = ?", [last])?;
    transaction.commit()?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(text: &str) -> Search {
        text.parse().unwrap()
    }

    #[test]
    fn finds_words_by_their_prefix_in_any_case() {
        let body = br#"{"topic":"Weekly\nSync \u00dcber","host":"jill@example.com","id":88512345678}"#;
        for text in ["weekly", "SYNC über", "jill@example.com", "jill@", "8851", "exam"] {
            assert!(search(text).matches(body), "{text}");
        }
        for text in ["eekly", "jill@example.org", "512345678", "weekly monthly"] {
            assert!(!search(text).matches(body), "{text}");
        }
    }

    #[test]
    fn queries_the_index_for_all_words() {
        assert_eq!(search("Jill@example.com a-").expression(), r#""jill" AND "example" AND "com"* AND "a""#);
        for text in ["", " ", "@ !", "a @"] {
            assert!(text.parse::<Search>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn accepts_text_that_only_looks_like_an_escape() {
        for body in [r"\", r"\u12", r"\ud83d\ude00", r"\ü", r"a\u00e9"] {
            assert!(searchable(body.as_bytes()).chars().count() <= body.chars().count(), "{body}");
        }
    }
}
