//! [`ReadToken`]: lets another machine read a project's events from the inspector, and nothing else.
//!
//! Each token has a file of its own next to the default history, opened by the same rules, with its hash, its end and its
//! filter. Whoever reads the file cannot use the token: it is random, so its hash does not lead back to it.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::delivery::EventPattern;
use crate::files::CheckedFolder;
use crate::files::MissingFolder;
use crate::files::PathError;

/// What every token begins with, so that people and programs recognize one.
const PREFIX: &str = "zhr_";
/// Random bytes of a token.
pub(crate) const RANDOM: usize = 32;
/// Limit on bytes read from a file.
const LARGEST: u64 = 64 * 1024;
/// Limit on a name.
const LONGEST_NAME: usize = 64;
/// How exactly the last use is known. Each use of a token would otherwise be a write.
const USE_INTERVAL: Duration = Duration::from_secs(60);

/// The folder with the files, inside the program's state folder.
#[must_use]
pub(crate) fn folder(state: &Path) -> PathBuf {
    state.join("read-tokens")
}

/// The name of a token. It is a file's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TokenName(String);

/// The text cannot be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("use 1 to {LONGEST_NAME} letters, digits, '-' and '_'")]
pub(crate) struct InvalidTokenName;

impl FromStr for TokenName {
    type Err = InvalidTokenName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        let is_name = (1..=LONGEST_NAME).contains(&text.len()) && text.bytes().all(is_allowed);
        if is_name { Ok(Self(text.to_owned())) } else { Err(InvalidTokenName) }
    }
}

impl fmt::Display for TokenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The token itself, as its holder sends it. It cannot be printed by accident.
pub(crate) struct TokenText(Zeroizing<String>);

impl TokenText {
    /// The token of these random bytes.
    #[must_use]
    pub(crate) fn new(random: &[u8; RANDOM]) -> Self {
        Self(Zeroizing::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random))))
    }

    /// The text, to print it once.
    #[must_use]
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    fn hash(text: &str) -> [u8; 32] {
        Sha256::digest(text.as_bytes()).into()
    }
}

/// Whether a text has the form of a token.
#[must_use]
pub(crate) fn has_form_of_a_read_token(text: &str) -> bool {
    let random = text.strip_prefix(PREFIX).map(|rest| URL_SAFE_NO_PAD.decode(rest));
    random.is_some_and(|random| random.is_ok_and(|random| random.len() == RANDOM))
}

/// What a token allows, and until when.
#[derive(Debug, Clone)]
pub(crate) struct ReadToken {
    /// Its name.
    pub(crate) name: TokenName,
    /// The folder of the project whose events it shows.
    pub(crate) project: String,
    /// At least one pattern must match an event's name; empty for all events.
    pub(crate) events: Vec<EventPattern>,
    /// When it was made.
    pub(crate) created_at: SystemTime,
    /// When it ends.
    pub(crate) expires_at: SystemTime,
    hash: [u8; 32],
}

/// A token and when it was used last, within a minute.
#[derive(Debug, Clone)]
pub(crate) struct ListedToken {
    /// The token.
    pub(crate) token: ReadToken,
    /// `None` if it never was.
    pub(crate) used_at: Option<SystemTime>,
}

/// The form of a file.
#[derive(Serialize, Deserialize)]
struct Stored {
    v: u8,
    project: String,
    events: Vec<String>,
    created_s: u64,
    expires_s: u64,
    sha256: String,
}

impl ReadToken {
    /// A token with this text.
    #[must_use]
    pub(crate) fn new(
        name: TokenName,
        text: &TokenText,
        project: String,
        events: Vec<EventPattern>,
        (created_at, expires_at): (SystemTime, SystemTime),
    ) -> Self {
        Self { name, project, events, created_at, expires_at, hash: TokenText::hash(text.expose()) }
    }

    /// Whether it has ended.
    #[must_use]
    pub(crate) fn has_expired(&self, now: SystemTime) -> bool {
        now >= self.expires_at
    }

    /// Whether it shows events of this name.
    #[must_use]
    pub(crate) fn shows(&self, event: &str) -> bool {
        self.events.is_empty() || self.events.iter().any(|pattern| pattern.matches(event))
    }

    fn to_json(&self) -> Result<Vec<u8>, io::Error> {
        let stored = Stored {
            v: 1,
            project: self.project.clone(),
            events: self.events.iter().map(ToString::to_string).collect(),
            created_s: unix_seconds(self.created_at),
            expires_s: unix_seconds(self.expires_at),
            sha256: hex::encode(self.hash),
        };
        Ok(serde_json::to_vec(&stored)?)
    }

    fn parse(name: TokenName, text: &[u8]) -> Option<Self> {
        let stored: Stored = serde_json::from_slice(text).ok()?;
        // A filter that cannot be read must not become no filter.
        let events = stored.events.iter().map(|pattern| pattern.parse().ok()).collect::<Option<_>>()?;
        Some(Self {
            name,
            project: stored.project,
            events,
            created_at: UNIX_EPOCH.checked_add(Duration::from_secs(stored.created_s))?,
            expires_at: UNIX_EPOCH.checked_add(Duration::from_secs(stored.expires_s))?,
            hash: hex::decode(stored.sha256).ok()?.try_into().ok()?,
        })
    }
}

/// The token with this text; `None` if there is none. Each token is compared in constant time, and all of them.
#[must_use]
pub(crate) fn find<'t>(tokens: &'t [ReadToken], text: &str) -> Option<&'t ReadToken> {
    let given = TokenText::hash(text);
    let is_equal = |hash: &[u8; 32]| {
        given.iter().zip(hash).fold(0, |differs, (one, other)| differs | (one ^ other)) == 0
    };
    tokens.iter().fold(None, |found, token| if is_equal(&token.hash) { Some(token) } else { found })
}

/// Why a token could not be created.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotCreated {
    /// There is one with this name.
    #[error("there is a read token named {0} already")]
    Exists(TokenName),
    /// The file cannot be written.
    #[error("the read token cannot be stored: {0}")]
    Path(#[from] PathError),
}

/// Stores a token.
///
/// # Errors
/// [`NotCreated`].
pub(crate) fn create(folder: &Path, token: &ReadToken) -> Result<(), NotCreated> {
    let text = token.to_json().map_err(PathError::from)?;
    let folder = CheckedFolder::open(folder, MissingFolder::Create)?;
    let mut file = match folder.create_new(&file_of(&token.name)) {
        Err(PathError::Io(error)) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(NotCreated::Exists(token.name.clone()));
        }
        file => file?,
    };
    file.write_all(&text).and_then(|()| file.sync_all()).map_err(PathError::from)?;
    // That of an earlier one with this name.
    remove(&folder, &use_file_of(&token.name))?;
    Ok(())
}

/// All tokens, by name. A file that is not a token's is left out.
///
/// # Errors
/// [`PathError`]: another user controls a part of the path, or it cannot be read.
pub(crate) fn all(folder: &Path) -> Result<Vec<ReadToken>, PathError> {
    let Some(folder) = existing(folder)? else { return Ok(Vec::new()) };
    let names = folder.names()?;
    let mut tokens: Vec<_> = names.iter().filter_map(|file| read(&folder, file)).collect();
    tokens.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(tokens)
}

/// As [`all`], with the last use of each.
///
/// # Errors
/// As [`all`].
pub(crate) fn list(folder: &Path) -> Result<Vec<ListedToken>, PathError> {
    let tokens = all(folder)?;
    let Some(folder) = existing(folder)? else { return Ok(Vec::new()) };
    let used = |token: &ReadToken| {
        let file = folder.read(&use_file_of(&token.name)).ok()?;
        file.metadata().ok()?.modified().ok()
    };
    Ok(tokens.into_iter().map(|token| ListedToken { used_at: used(&token), token }).collect())
}

/// Deletes a token. Returns whether there was one.
///
/// # Errors
/// As [`all`].
pub(crate) fn revoke(folder: &Path, name: &TokenName) -> Result<bool, PathError> {
    let Some(folder) = existing(folder)? else { return Ok(false) };
    let was_there = remove(&folder, &file_of(name))?;
    remove(&folder, &use_file_of(name))?;
    Ok(was_there)
}

/// Notes that a token is used now, at most once a minute. A failure is not reported: it concerns only a list.
pub(crate) fn note_use(folder: &Path, name: &TokenName, now: SystemTime) {
    let note = || -> Result<(), PathError> {
        let Some(folder) = existing(folder)? else { return Ok(()) };
        let mut file = folder.write(&use_file_of(name))?;
        let found = file.metadata()?;
        let is_recent =
            || found.modified().is_ok_and(|at| now.duration_since(at).is_ok_and(|ago| ago < USE_INTERVAL));
        if found.len() == 0 || !is_recent() {
            // The time of the file is what counts.
            file.write_all(b"used\n")?;
        }
        Ok(())
    };
    let _ = note();
}

fn existing(folder: &Path) -> Result<Option<CheckedFolder>, PathError> {
    match CheckedFolder::open(folder, MissingFolder::Fail) {
        Err(PathError::Io(error)) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        folder => folder.map(Some),
    }
}

fn read(folder: &CheckedFolder, file: &OsStr) -> Option<ReadToken> {
    let name = file.to_str()?.strip_suffix(".json")?.parse().ok()?;
    let mut text = Vec::new();
    folder.read(file).ok()?.take(LARGEST).read_to_end(&mut text).ok()?;
    ReadToken::parse(name, &text)
}

fn remove(folder: &CheckedFolder, file: &OsStr) -> Result<bool, PathError> {
    match folder.remove(file) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn file_of(name: &TokenName) -> OsString {
    format!("{name}.json").into()
}

fn use_file_of(name: &TokenName) -> OsString {
    format!("{name}.used").into()
}

fn unix_seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(name: &str, text: &TokenText, events: &[&str]) -> ReadToken {
        let events = events.iter().map(|pattern| pattern.parse().unwrap()).collect();
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        ReadToken::new(name.parse().unwrap(), text, "/project".into(), events, (at(10), at(20)))
    }

    #[test]
    fn a_token_is_found_by_its_text_and_its_file_does_not_have_it() {
        let home = tempfile::tempdir().unwrap();
        let folder = folder(home.path());
        let names =
            || all(&folder).unwrap().into_iter().map(|token| token.name.to_string()).collect::<Vec<_>>();
        assert!(names().is_empty());
        let [one, two] = [1, 2].map(|byte| TokenText::new(&[byte; RANDOM]));
        let [ci, maria] = [token("ci", &two, &["meeting.*"]), token("maria", &one, &[])];
        create(&folder, &maria).unwrap();
        create(&folder, &ci).unwrap();
        assert!(matches!(create(&folder, &ci), Err(NotCreated::Exists(_))));
        assert_eq!(names(), ["ci", "maria"]);
        let tokens = all(&folder).unwrap();
        assert_eq!(find(&tokens, two.expose()).map(|token| &token.name), Some(&ci.name));
        assert!(find(&tokens, "zhr_").is_none());
        assert!(has_form_of_a_read_token(one.expose()) && !has_form_of_a_read_token("zhr_short"));
        let stored = std::fs::read_to_string(folder.join("maria.json")).unwrap();
        assert!(!stored.contains(one.expose()), "{stored}");
        assert!(revoke(&folder, &ci.name).unwrap() && !revoke(&folder, &ci.name).unwrap());
        assert_eq!(names(), ["maria"]);
    }

    #[test]
    fn shows_only_the_events_of_its_filter_until_it_ends() {
        let text = TokenText::new(&[1; RANDOM]);
        let filtered = token("ci", &text, &["meeting.*", "user.created"]);
        assert!(filtered.shows("meeting.started") && !filtered.shows("user.deleted"));
        assert!(token("all", &text, &[]).shows("user.deleted"));
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        assert!(!filtered.has_expired(at(19)) && filtered.has_expired(at(20)));
    }

    #[test]
    fn a_filter_that_cannot_be_read_is_not_taken_for_none() {
        let text = TokenText::new(&[1; RANDOM]);
        let stored = String::from_utf8(token("ci", &text, &["a.*"]).to_json().unwrap()).unwrap();
        let parse = |text: &str| ReadToken::parse("ci".parse().unwrap(), text.as_bytes());
        assert!(parse(&stored).is_some());
        assert!(parse(&stored.replace("a.*", "a.[")).is_none());
    }

    #[test]
    fn the_last_use_is_known() {
        let home = tempfile::tempdir().unwrap();
        let folder = folder(home.path());
        let ci = token("ci", &TokenText::new(&[1; RANDOM]), &[]);
        create(&folder, &ci).unwrap();
        assert_eq!(list(&folder).unwrap()[0].used_at, None);
        note_use(&folder, &ci.name, SystemTime::now());
        assert!(list(&folder).unwrap()[0].used_at.is_some());
    }

    #[cfg(unix)]
    #[test]
    fn only_this_user_can_read_the_files() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let folder = folder(home.path());
        create(&folder, &token("ci", &TokenText::new(&[1; RANDOM]), &[])).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join("ci.json"))), (0o700, 0o600));
    }
}
