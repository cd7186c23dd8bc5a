//! Prints what the command-line parser says: help, the version, or what is wrong. Entry point: [`explain`].
//!
//! The parser repeats what was typed, and shells complete file names: a file named `--format=x<ESC>]52;…` must not
//! reach the terminal as it is. So each text of the user is escaped before it becomes part of the message.

use std::error::Error as _;
use std::ffi::OsString;

use clap::builder::{StyledStr, Styles};
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::ExitStatus;
use crate::report::{self, MessageStream};

/// Prints the message of `error`, which parsing `args` returned.
pub(super) fn explain(error: clap::Error, args: &[OsString]) -> ExitStatus {
    let stream = if error.use_stderr() { MessageStream::Stderr } else { MessageStream::Stdout };
    // A closed stdout or stderr has no reader, so an error here is ignored.
    let _ = report::print_styled(&message(error, args), stream);
    if stream == MessageStream::Stderr { ExitStatus::Usage } else { ExitStatus::Done }
}

/// The message, with the parser's styles and without unsafe characters of the user.
fn message(error: clap::Error, args: &[OsString]) -> String {
    let error = if args.iter().any(can_style) { without_styles(error, args) } else { error };
    let mut error = with_values_of_switch(error);
    hide_value(&mut error);
    withdraw_suggestion(&mut error);
    withdraw_advice(&mut error, args);
    let source = error.source().map(ToString::to_string);
    clean_context(&mut error);
    let text = error.render().ansi().to_string();
    match source {
        Some(source) => text.replace(&source, &report::one_line(&source)),
        None => text,
    }
}

/// Removes the suggestion of `--ngrok-verify`, unless the beginning of this flag was typed. The flag gives the secret
/// token to ngrok, and clap suggests it to a user who wants the opposite: `--skip-verify`.
fn withdraw_suggestion(error: &mut clap::Error) {
    let is_text = |kind, test: fn(&str) -> bool| matches!(error.get(kind), Some(ContextValue::String(text)) if test(text));
    if is_text(ContextKind::SuggestedArg, |text| text == "--ngrok-verify")
        && !is_text(ContextKind::InvalidArg, |text| text.starts_with("--n"))
    {
        error.remove(ContextKind::SuggestedArg);
        // It names the suggested flag as well.
        error.remove(ContextKind::Usage);
    }
}

/// Removes the advice to put an unknown flag of `listen` behind `--`, where it would be a program to run.
fn withdraw_advice(error: &mut clap::Error, args: &[OsString]) {
    if error.kind() == ErrorKind::UnknownArgument && args.get(1).is_some_and(|command| command == "listen") {
        error.remove(ContextKind::Suggested);
    }
}

/// Names the values that a switch takes (`--strict=false`). clap does not know them: the project file's reader takes them
/// out of the arguments.
fn with_values_of_switch(error: clap::Error) -> clap::Error {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    let (Some(flag), Some(value)) = (context(ContextKind::InvalidArg), context(ContextKind::InvalidValue))
    else {
        return error;
    };
    if error.kind() != ErrorKind::TooManyValues || ["--help", "--version"].contains(&flag.as_str()) {
        return error;
    }
    let tip = format!("write {flag} to turn it on, or {flag}=false to turn it off");
    let mut named = clap::Error::new(ErrorKind::InvalidValue).with_cmd(&super::command());
    named.insert(ContextKind::InvalidArg, ContextValue::String(flag));
    named.insert(ContextKind::InvalidValue, ContextValue::String(value));
    named.insert(ContextKind::ValidValue, ContextValue::Strings(vec!["true".into(), "false".into()]));
    named.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(tip)]));
    named
}

/// Whether an argument could be taken for a style of the parser.
fn can_style(arg: &OsString) -> bool {
    arg.to_string_lossy().contains('\x1b')
}

/// The same error in a message without styles, where every escape sequence is the user's.
fn without_styles(error: clap::Error, args: &[OsString]) -> clap::Error {
    super::command().styles(Styles::plain()).try_get_matches_from(args).err().unwrap_or(error)
}

/// Escapes each text that the parser repeats, also inside its suggestions.
fn clean_context(error: &mut clap::Error) {
    let context: Vec<_> = error.context().map(|(kind, value)| (kind, value.clone())).collect();
    let typed = |value: &ContextValue| match value {
        ContextValue::String(text) => vec![text.clone()],
        ContextValue::Strings(texts) => texts.clone(),
        _ => Vec::new(),
    };
    let unsafe_texts: Vec<(String, String)> = context
        .iter()
        .flat_map(|(_, value)| typed(value))
        .map(|text| (report::one_line(&text), text))
        .filter(|(cleaned, text)| cleaned != text)
        .map(|(cleaned, text)| (text, cleaned))
        .collect();
    let clean = |text: String| {
        unsafe_texts.iter().fold(text, |text, (typed, cleaned)| text.replace(typed.as_str(), cleaned))
    };
    for (kind, value) in context {
        let cleaned = match value {
            ContextValue::String(text) => ContextValue::String(clean(text)),
            ContextValue::Strings(texts) => ContextValue::Strings(texts.into_iter().map(clean).collect()),
            ContextValue::StyledStrs(texts) if kind == ContextKind::Suggested => {
                let cleaned = texts.iter().map(|text| clean(text.ansi().to_string()).into());
                ContextValue::StyledStrs(cleaned.collect())
            }
            _ => continue,
        };
        error.insert(kind, cleaned);
    }
}

/// Removes a credential from the error message: clap repeats an invalid value, such as a URL with `user:password@` or
/// a header.
fn hide_value(error: &mut clap::Error) {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let (value, flag) = (text(ContextKind::InvalidValue), text(ContextKind::InvalidArg).unwrap_or_default());
    let of_secrets = ["header", "token", "secret", "proxy"].iter().any(|part| flag.contains(part));
    if value.is_some_and(|value| of_secrets || value.contains('@')) {
        let hidden = ContextValue::String("(not shown: may hold a password)".to_owned());
        error.insert(ContextKind::InvalidValue, hidden);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Cli;
    use super::*;

    fn parse(args: &[&str]) -> Result<Cli, clap::Error> {
        super::super::parse(&["zoomhook"].iter().chain(args).map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn does_not_repeat_a_password() {
        for args in [
            ["listen", "-q", "--forward", "http://jill:hush@localhost:3000"],
            ["replay", "-q", "--to", "http://jill:hush@localhost:3000"],
            ["listen", "-q", "--forward-header", "Authorization hush"],
        ] {
            let shown = message(parse(&args).unwrap_err(), &[]);
            assert!(!shown.contains("hush"), "{args:?}: {shown}");
        }
        let of_a_flag = message(parse(&["listen", "--forward", "localhost"]).unwrap_err(), &[]);
        assert!(of_a_flag.contains("localhost"), "{of_a_flag}");
    }

    #[test]
    fn reports_a_wrong_value_with_the_name_of_its_flag() {
        for args in [["history", "list", "--status", "abc"], ["history", "prune", "--older-than", "soon"]] {
            let mut error = parse(&args).unwrap_err();
            hide_value(&mut error);
            assert!(error.to_string().contains(&format!("for '{} <", args[2])), "{error}");
        }
    }
}
