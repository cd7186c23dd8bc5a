//! Reads a token from `.env` files: those in a folder and above it, or one that the user named. Entry points: `find` and
//! `read`.
//!
//! In each folder, `.env.local` precedes `.env`, as in the usual frameworks. Each line is read on its own, and a line
//! that cannot be read matters only if it sets the name that is needed: other programs accept more forms.
//!
//! It changes no environment variable. Errors never contain the text of a line, because it may contain a secret.

use std::fmt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::env::{Environment, SECRET_TOKEN};
use super::file::{self, UnreadableFile};
use crate::files::is_of_another_user;

/// Names that Zoom sample apps use for the token, in order of preference.
pub(crate) const NAMES: [&str; 3] = [SECRET_TOKEN, "ZOOM_WEBHOOK_SECRET", "WEBHOOK_SECRET_TOKEN"];

/// A token that was found.
pub(super) struct DotenvEntry {
    /// The path to show to the user, such as `../.env`.
    pub(super) file: PathBuf,
    /// Its name in the file.
    pub(super) name: &'static str,
    /// Its value, not trimmed.
    pub(super) value: Zeroizing<String>,
}

/// Which `.env` files are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum EnvFiles {
    /// Those in the current folder and above it.
    #[default]
    Nearest,
    /// This one: `--env-file`.
    Only(PathBuf),
    /// None: `--no-env-file`.
    None,
}

/// Why a `.env` file could not be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DotenvError {
    /// The file cannot be read.
    #[error(transparent)]
    Unreadable(#[from] UnreadableFile),
    /// The file belongs to a user who owns neither the current folder nor this machine.
    #[error("{} belongs to another user, who could have chosen the {name} in it", file.display())]
    OfAnotherUser {
        /// The file.
        file: PathBuf,
        /// The name in it that would be used.
        name: &'static str,
    },
    /// The line of a name that is needed cannot be read.
    #[error("{}, line {line}: {name} {fault}", file.display())]
    BrokenLine {
        /// The file.
        file: PathBuf,
        /// The line's number, from 1.
        line: usize,
        /// The name.
        name: &'static str,
        /// What is wrong.
        fault: LineFault,
    },
}

/// What is wrong with a line. The messages follow the name that the line sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LineFault {
    /// No `=`, or another form.
    #[error("is not set in the form NAME=value")]
    Form,
    /// A quote that does not end on the line.
    #[error("has a value that begins with a quote and does not end with one")]
    OpenQuote,
    /// White space without quotes.
    #[error("has a value with a space; put the value into single quotes")]
    Space,
    /// It refers to a variable that is not set, which would leave out a part of the value.
    #[error("refers with $ to a variable that is not set; put a value with $ into single quotes")]
    UnsetReference,
}

/// A name in a `.env` file that looks like that of the secret token and is not one of [`NAMES`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SimilarName {
    /// The name.
    pub(crate) name: String,
    /// The path to show to the user.
    pub(crate) file: PathBuf,
}

/// A sentence for the user.
impl fmt::Display for SimilarName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, file } = self;
        write!(
            f,
            "{name} in {} is not read. If it is the secret token, rename it to {SECRET_TOKEN}.",
            file.display()
        )
    }
}

/// The files that are read, nearest first, each with the path to show to the user.
fn files(environment: &Environment) -> Vec<(PathBuf, PathBuf)> {
    match environment.env_files() {
        EnvFiles::Nearest => candidates(environment.folder()).collect(),
        EnvFiles::Only(file) => vec![(file.clone(), file.clone())],
        EnvFiles::None => Vec::new(),
    }
}

/// Each `.env.local` and `.env` in `folder` or above it, nearest first, with the path to show to the user.
fn candidates(folder: &Path) -> impl Iterator<Item = (PathBuf, PathBuf)> {
    let names = |(depth, folder): (usize, &Path)| {
        [".env.local", ".env"].map(|name| {
            let mut shown: PathBuf = std::iter::repeat_n("..", depth).collect();
            shown.push(name);
            (folder.join(name), shown)
        })
    };
    // Many Python projects have a *folder* of that name.
    let is_file = |(path, _): &(PathBuf, PathBuf)| path.exists() && !path.is_dir();
    folder.ancestors().enumerate().flat_map(names).filter(is_file)
}

/// The files that are read, without those of another user.
pub(super) fn own_files(environment: &Environment) -> impl Iterator<Item = (PathBuf, PathBuf)> {
    files(environment).into_iter().filter(|(path, _)| !is_foreign(environment, path))
}

/// Whether a file that was found by itself belongs to another user. A file that the user named is used in any case.
fn is_foreign(environment: &Environment, path: &Path) -> bool {
    *environment.env_files() == EnvFiles::Nearest && is_of_another_user(path, environment.folder())
}

/// The first of `names` in the nearest file that has one. Files without one are skipped: parts of a project often have
/// their own `.env`, with the common names in one above.
pub(super) fn find<const N: usize>(
    environment: &Environment,
    names: [&'static str; N],
) -> Result<Option<DotenvEntry>, DotenvError> {
    for (path, shown) in files(environment) {
        if is_foreign(environment, &path) {
            match read(&path, &shown, names) {
                Ok(Some(found)) => return Err(DotenvError::OfAnotherUser { file: shown, name: found.name }),
                Ok(None) | Err(_) => continue,
            }
        }
        if let Some(found) = read(&path, &shown, names)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The first of `names` in this file, if it has one.
pub(super) fn read<const N: usize>(
    path: &Path,
    shown: &Path,
    names: [&'static str; N],
) -> Result<Option<DotenvEntry>, DotenvError> {
    let text = file::read_leniently(path, shown)?;
    let found = lookup(&text, names).map_err(|(line, name, fault)| {
        let file = shown.to_owned();
        DotenvError::BrokenLine { file, line, name, fault }
    })?;
    Ok(found.map(|(name, value)| DotenvEntry { file: shown.to_owned(), name, value }))
}

/// All variables of a file that can be read. Values are overwritten when dropped.
pub(super) fn variables(path: &Path) -> Vec<(String, Zeroizing<String>)> {
    file::read_leniently(path, path).map(|text| parse(&readable_lines(&text).0)).unwrap_or_default()
}

/// A name and its value.
type NamedValue = (&'static str, Zeroizing<String>);

/// The number and the name of a line that sets a name that is needed, and what is wrong with it.
type BrokenLine = (usize, &'static str, LineFault);

/// The first of `names` that is set in the text. If it is set twice, the last value counts, as in Node's dotenv.
fn lookup<const N: usize>(text: &str, names: [&'static str; N]) -> Result<Option<NamedValue>, BrokenLine> {
    let (readable, broken) = readable_lines(text);
    let mut values = parse(&readable);
    let last = |wanted| values.iter().rposition(|(name, _)| name == wanted);
    if let Some((name, at)) = names.into_iter().find_map(|name| Some((name, last(name)?))) {
        return match unset_reference(text, name, &values[..at]) {
            Some(line) => Err((line, name, LineFault::UnsetReference)),
            None => Ok(Some((name, values.swap_remove(at).1))),
        };
    }
    let named = |(line, text): (usize, &str)| {
        let name = names.into_iter().find(|name| *name == first_word(text))?;
        Some((line, name, fault_of(text)))
    };
    broken.into_iter().find_map(named).map_or(Ok(None), Err)
}

/// The value of a line as written: what follows `=`.
fn raw_value(line: &str) -> Option<&str> {
    line.split_once('=').map(|(_, value)| value.trim())
}

/// Why a line cannot be read.
fn fault_of(line: &str) -> LineFault {
    let Some(value) = raw_value(line) else { return LineFault::Form };
    match value.chars().next() {
        Some(quote @ ('"' | '\'')) if !value[1..].contains(quote) => LineFault::OpenQuote,
        Some('"' | '\'') | None => LineFault::Form,
        Some(_) if value.contains(char::is_whitespace) => LineFault::Space,
        Some(_) => LineFault::Form,
    }
}

/// The number of the last line that sets `name`, if its value refers to a variable that neither an earlier line nor the
/// environment sets.
fn unset_reference(text: &str, name: &str, earlier: &[(String, Zeroizing<String>)]) -> Option<usize> {
    let (index, line) = text.lines().enumerate().filter(|(_, line)| first_word(line) == name).last()?;
    let value = raw_value(line).filter(|value| !value.starts_with('\''))?;
    let is_set =
        |wanted: &str| earlier.iter().any(|(name, _)| name == wanted) || std::env::var_os(wanted).is_some();
    references(value).any(|wanted| !is_set(wanted)).then_some(index + 1)
}

/// The variables that a value without single quotes refers to, as `$NAME` or `${NAME}`.
fn references(value: &str) -> impl Iterator<Item = &str> {
    let is_escaped = |at: usize| value[..at].ends_with('\\');
    value.match_indices('$').filter(move |(at, _)| !is_escaped(*at)).filter_map(move |(at, _)| {
        let rest = &value[at + 1..];
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        Some(&rest[..end]).filter(|name| !name.is_empty())
    })
}

/// The lines that can be read, as one text, and the number and text of the others.
fn readable_lines(text: &str) -> (Zeroizing<String>, Vec<(usize, &str)>) {
    let (mut readable, mut broken) = (Zeroizing::new(String::with_capacity(text.len())), Vec::new());
    for (index, line) in text.split_inclusive('\n').enumerate() {
        // Alone, because an apostrophe in a value would otherwise quote the lines below it.
        if dotenvy::Iter::new(line.as_bytes())
            .all(|item| item.map(|(_, value)| Zeroizing::new(value)).is_ok())
        {
            readable.push_str(line);
        } else {
            broken.push((index + 1, line));
        }
    }
    (readable, broken)
}

fn first_word(line: &str) -> &str {
    let line = line.trim_start();
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default()
}

/// The variables of a text whose lines can all be read. Values may refer to earlier ones.
fn parse(text: &str) -> Vec<(String, Zeroizing<String>)> {
    let items = dotenvy::Iter::new(text.as_bytes()).filter_map(Result::ok);
    items.map(|(name, value)| (name, Zeroizing::new(value))).collect()
}

/// A name in the files that looks like that of the secret token, for a user who has none of [`NAMES`] there.
pub(super) fn similar_name(environment: &Environment) -> Option<SimilarName> {
    own_files(environment).find_map(|(path, shown)| {
        let mut variables = variables(&path).into_iter().filter(|(_, value)| !value.trim().is_empty());
        let (name, _) = variables.find(|(name, _)| is_like_the_token(name))?;
        Some(SimilarName { name, file: shown })
    })
}

/// Whether a variable's name says that its value is a webhook's secret token.
pub(super) fn is_like_the_token(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let is_of = |word: &str| name.contains(word);
    let is_another = ["CLIENT", "SDK", "API", "OAUTH"].into_iter().any(is_of);
    name.ends_with("SECRET_TOKEN")
        || (is_of("SECRET") && (is_of("WEBHOOK") || (is_of("ZOOM") && !is_another)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value_of(text: &str) -> Option<(&'static str, String)> {
        lookup(text, NAMES).unwrap().map(|(name, value)| (name, value.to_string()))
    }

    #[test]
    fn reads_common_spellings() {
        for text in [
            "ZOOM_WEBHOOK_SECRET_TOKEN=abc\n",
            "ZOOM_WEBHOOK_SECRET_TOKEN=abc",
            "# a comment\r\nPORT=4000\r\nexport ZOOM_WEBHOOK_SECRET_TOKEN = \"abc\"\r\n",
            "ZOOM_WEBHOOK_SECRET_TOKEN='abc' # from Marketplace\nOTHER=1",
            "ZOOM_WEBHOOK_SECRET_TOKEN=old\nZOOM_WEBHOOK_SECRET_TOKEN=abc",
        ] {
            assert_eq!(value_of(text), Some((SECRET_TOKEN, "abc".into())), "{text:?}");
        }
    }

    #[test]
    fn prefers_names_in_the_order_of_the_list() {
        let text = "WEBHOOK_SECRET_TOKEN=c\nZOOM_WEBHOOK_SECRET=b\n";
        assert_eq!(value_of(text), Some(("ZOOM_WEBHOOK_SECRET", "b".into())));
        assert_eq!(value_of("WEBHOOK_SECRET_TOKEN=c"), Some(("WEBHOOK_SECRET_TOKEN", "c".into())));
        assert_eq!(value_of("ZOOM_CLIENT_SECRET=d\n"), None);
    }

    #[test]
    fn an_empty_value_is_a_value() {
        assert_eq!(value_of("ZOOM_WEBHOOK_SECRET_TOKEN=\n"), Some((SECRET_TOKEN, String::new())));
    }

    /// Lines that other programs accept.
    const STRANGE: [&str; 9] = [
        "APP_NAME=My App",
        "NODE_OPTIONS=--a --b",
        "MSG=it's fine",
        "WIN=\"C:\\new\\path\"",
        "A-B=1",
        "1ABC=2",
        "hush hush",
        "PEM=\"-----BEGIN",
        "=x",
    ];

    #[test]
    fn a_line_that_is_not_needed_does_not_matter() {
        for line in STRANGE {
            let text = format!("{line}\nWEBHOOK_SECRET_TOKEN=abc\n{line}");
            assert_eq!(value_of(&text), Some(("WEBHOOK_SECRET_TOKEN", "abc".into())), "{line}");
            assert_eq!(value_of(line), None, "{line}");
        }
        let other = "ZOOM_WEBHOOK_SECRET=a b c\nWEBHOOK_SECRET_TOKEN=abc\n";
        assert_eq!(value_of(other), Some(("WEBHOOK_SECRET_TOKEN", "abc".into())), "another name is set");
    }

    #[test]
    fn a_value_may_refer_to_an_earlier_one() {
        assert_eq!(value_of("A=ab\nMSG=it's\nWEBHOOK_SECRET_TOKEN=${A}c\n").unwrap().1, "abc");
    }

    #[test]
    fn reports_a_broken_line_with_the_name_that_is_needed() {
        let text = "A=1\n\n# x\n export ZOOM_WEBHOOK_SECRET=hush hush\nB=2\n";
        assert_eq!(lookup(text, NAMES).unwrap_err(), (4, "ZOOM_WEBHOOK_SECRET", LineFault::Space));
        let name = "WEBHOOK_SECRET_TOKEN";
        for (value, fault) in [
            (": hush", LineFault::Form),
            ("='hush", LineFault::OpenQuote),
            ("=\"hush # note", LineFault::OpenQuote),
            ("=${NOT_SET_ANYWHERE}", LineFault::UnsetReference),
            ("=\"ab$NOT_SET_ANYWHERE\"", LineFault::UnsetReference),
        ] {
            let text = format!("A=1\n{name}{value}\nB='x'\n");
            assert_eq!(lookup(&text, NAMES).unwrap_err(), (2, name, fault), "{value}");
        }
        assert_eq!(value_of("WEBHOOK_SECRET_TOKEN='ab$cd'").unwrap().1, "ab$cd");
        assert_eq!(value_of("WEBHOOK_SECRET_TOKEN=ab\\$cd").unwrap().1, "ab$cd");
    }

    fn nearest(folder: &Path) -> Result<Option<DotenvEntry>, DotenvError> {
        find(&Environment::new(folder, [("HOME", "")]), NAMES)
    }

    #[test]
    fn the_local_file_precedes_the_shared_one_of_its_folder() {
        let root = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(root.path().join(name), text).unwrap();
        write(".env", "ZOOM_WEBHOOK_SECRET_TOKEN=shared\n");
        write(".env.local", "PORT=1\n");
        assert_eq!(nearest(root.path()).unwrap().unwrap().file, Path::new(".env"));
        write(".env.local", "WEBHOOK_SECRET_TOKEN=local\n");
        let found = nearest(root.path()).unwrap().unwrap();
        assert_eq!((found.file.as_path(), found.value.as_str()), (Path::new(".env.local"), "local"));
    }

    #[test]
    fn finds_names_that_look_like_that_of_the_token() {
        for (name, is_like) in [
            ("ZOOM_SECRET_TOKEN", true),
            ("ZOOM_WEBHOOK_SECRET_KEY", true),
            ("zoom_secret", true),
            ("ZOOM_CLIENT_SECRET", false),
            ("ZOOM_SDK_SECRET", false),
            ("ZOOM_ACCOUNT_ID", false),
        ] {
            assert_eq!(is_like_the_token(name), is_like, "{name}");
        }
    }

    #[test]
    fn searches_upward_and_skips_files_without_a_token() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("a/b");
        std::fs::create_dir_all(inner.join(".env")).unwrap();
        std::fs::write(root.path().join("a/.env"), "PORT=1\n").unwrap();
        std::fs::write(root.path().join(".env"), "WEBHOOK_SECRET_TOKEN=abc\n").unwrap();
        let found = nearest(&inner).unwrap().unwrap();
        assert_eq!(found.file, Path::new("..").join("..").join(".env"));
        assert_eq!(found.value.as_str(), "abc");
    }

    #[test]
    fn an_error_names_file_and_line_but_not_the_text() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".env"), "ZOOM_WEBHOOK_SECRET hush\n").unwrap();
        let error = nearest(folder.path()).err().unwrap().to_string();
        assert_eq!(error, ".env, line 1: ZOOM_WEBHOOK_SECRET is not set in the form NAME=value");
    }
}
