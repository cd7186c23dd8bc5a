//! Quotes text for shells, so that a command can be pasted safely.

use crate::files::PathRepair;

/// The command that repairs a path, to be pasted.
#[must_use]
pub(crate) fn repair_command(repair: &PathRepair) -> String {
    format!("{} {}", repair.command(), posix(&repair.path().display().to_string()))
}

/// What to do about a path, in one line.
#[must_use]
pub(crate) fn repair_sentence(repair: &PathRepair) -> String {
    format!("{}: {}", repair.advice(), repair_command(repair))
}

/// What to do about a path, with the command on a line of its own, and what else is possible: a sentence.
#[must_use]
pub(crate) fn repair_hint(repair: &PathRepair, otherwise: &str) -> String {
    let mut rest = otherwise.chars();
    let first = rest.next().map(|first| first.to_ascii_lowercase()).unwrap_or_default();
    format!("{}:\n    {}\nOr {first}{}", repair.advice(), repair_command(repair), rest.as_str())
}

/// A plain word unchanged, anything else quoted for a POSIX shell.
pub(super) fn word(text: &str) -> String {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_plain { text.to_owned() } else { posix(text) }
}

/// Quotes text for a POSIX shell and for fish, so that nothing in it is interpreted. Between single quotes, fish
/// treats a backslash before a backslash or a quote as an escape. Such a backslash is put outside the quotes.
pub(super) fn posix(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('\'', _) => quoted.push_str(r"'\''"),
            ('\\', None | Some('\\' | '\'')) => quoted.push_str(r"'\\'"),
            _ => quoted.push(c),
        }
    }
    quoted.push('\'');
    quoted
}

/// Quotes text for PowerShell, which also treats typographic quotes as quotes.
pub(super) fn double(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        if matches!(c, '"' | '`' | '$' | '\u{201c}' | '\u{201d}' | '\u{201e}') {
            quoted.push('`');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backslash_does_not_end_the_quotes_in_fish() {
        let plain = r#"{"a":"\u0027s \"x\""}"#;
        assert_eq!(posix(plain), format!("'{plain}'"));
        assert_eq!(posix(r"\'; rm -rf ~; '"), r"''\\''\''; rm -rf ~; '\'''");
        assert_eq!(posix(r"a\\n"), r"'a'\\'\n'");
        assert_eq!(posix(r"a\"), r"'a'\\''");
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_prints_the_quoted_text_unchanged() {
        for text in [r"\'; echo x; '", r"a\\n", r"\\\", r"'\\''\", "a\n$(id)`id`!\t*~ \"é\""] {
            let script = format!("printf %s {}", posix(text));
            let printed = std::process::Command::new("sh").arg("-c").arg(script).output().unwrap().stdout;
            assert_eq!(String::from_utf8(printed).unwrap(), text);
        }
    }
}
