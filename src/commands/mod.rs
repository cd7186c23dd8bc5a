//! The command line: one file per command, with its arguments and a short `run`. Entry point: [`main`].

mod completions;
mod demo;
mod events;
mod exit;
mod failure;
mod help;
mod history;
mod ids;
mod interrupt;
mod listen;
mod man;
mod named_events;
mod open_files;
mod replay;
mod sign;
mod trigger;
mod verify;

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Parser, Subcommand};

pub use completions::{SHELLS, file_name as completions_file_name, script as completions_script};
pub use exit::ExitStatus;
pub use failure::Failure;
use open_files::OpenFiles;

use crate::report::{self, OutputError};
use crate::settings::token::{self, SHORTEST_TOKEN};

/// Zoom webhooks on your laptop in one command
///
/// Opens a public https URL for Marketplace, answers the challenge, and verifies and shows every request. Each
/// refused request comes with a reason. Not affiliated with Zoom or ngrok.
#[derive(Debug, Parser)]
#[command(name = "zoomhook", version, arg_required_else_help = true, after_long_help = help::everything(help::PROGRAM))]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Listen(Box<listen::ListenArgs>),
    Verify(Box<verify::VerifyArgs>),
    Demo(demo::DemoArgs),
    Sign(Box<sign::SignArgs>),
    Trigger(Box<trigger::TriggerArgs>),
    Events(events::EventsArgs),
    History(Box<history::HistoryCommandArgs>),
    Replay(Box<replay::ReplayArgs>),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

/// Parses the command line, runs the command and reports an error. The caller ends the process.
#[must_use]
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitStatus {
    let args: Vec<OsString> = args.into_iter().collect();
    if std::env::var_os(COMPLETE).is_some() {
        return complete(args);
    }
    let args = token::join_tokens_that_begin_with_a_hyphen(args);
    match Cli::try_parse_from(args) {
        Ok(cli) => run(cli.command).unwrap_or_else(|failure| failure.report()),
        Err(error) => explain(error),
    }
}

/// A shell sets this variable to its own name to ask for completions.
const COMPLETE: &str = "COMPLETE";

/// Prints the completions in the shell's format.
fn complete(args: Vec<OsString>) -> ExitStatus {
    let folder = std::env::current_dir().ok();
    let engine = clap_complete::CompleteEnv::with_factory(command).var(COMPLETE);
    match engine.try_complete(args, folder.as_deref()) {
        Ok(_) => ExitStatus::Done,
        Err(error) => explain(error),
    }
}

impl Command {
    /// Its name, and the files that it has open at the same time. Each number is the least with which the command works
    /// in the tests, and a few more.
    fn open_files(&self) -> (&'static str, OpenFiles) {
        match self {
            Self::Listen(args) => ("listen", args.open_files()),
            Self::Demo(_) => ("demo", OpenFiles::exactly(24)),
            Self::Trigger(args) => ("trigger", args.open_files()),
            Self::Replay(_) => ("replay", OpenFiles::exactly(24)),
            Self::Sign(_) => ("sign", OpenFiles::exactly(16)),
            Self::Verify(_) => ("verify", OpenFiles::exactly(12)),
            Self::History(_) => ("history", OpenFiles::exactly(20)),
            Self::Events(_) => ("events", OpenFiles::exactly(12)),
            Self::Completions(_) => ("completions", OpenFiles::exactly(8)),
            Self::Man(_) => ("man", OpenFiles::exactly(8)),
        }
    }
}

fn run(command: Command) -> Result<ExitStatus, Failure> {
    let (name, needed) = command.open_files();
    let allowed = needed.allow(name)?;
    match command {
        Command::Listen(args) => listen::run(*args, allowed),
        Command::Verify(args) => verify::run(*args),
        Command::Demo(args) => demo::run(args),
        Command::Sign(args) => sign::run(*args),
        Command::Trigger(args) => trigger::run(*args),
        Command::Events(args) => events::run(args),
        Command::History(args) => history::run(*args),
        Command::Replay(args) => replay::run(*args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    }
}

/// Prints clap's message: help, the version, or what is wrong with the command line.
fn explain(mut error: clap::Error) -> ExitStatus {
    hide_token(&mut error);
    // A closed stdout or stderr has no reader, so an error here is ignored.
    let _ = error.print();
    if error.use_stderr() { ExitStatus::Usage } else { ExitStatus::Done }
}

/// Removes a token from the error message: clap repeats an unexpected argument, such as TOKEN in
/// `--secret app TOKEN`. An argument that is long enough for a token and does not look like a flag is hidden. In all
/// other errors the argument is the name of a known flag.
fn hide_token(error: &mut clap::Error) {
    hide_value(error);
    if error.kind() != ErrorKind::UnknownArgument {
        return;
    }
    let is_like_a_flag =
        |text: &str| text.starts_with("--") && !text.contains(|c: char| c.is_ascii_uppercase());
    if let Some(ContextValue::String(text)) = error.get(ContextKind::InvalidArg)
        && text.len() >= SHORTEST_TOKEN
        && !is_like_a_flag(text)
    {
        error.insert(ContextKind::InvalidArg, ContextValue::String("(not shown: may be a token)".to_owned()));
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

/// Prints a command's output. A reader that closes the pipe early (`| head -1`) is a normal end.
fn print(bytes: &[u8]) -> Result<ExitStatus, Failure> {
    match report::print(bytes) {
        Ok(()) | Err(OutputError::Closed) => Ok(ExitStatus::Done),
        Err(error) => Err(error.into()),
    }
}

/// The whole command line, for completion scripts and manual pages.
fn command() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "4fv1RkqGQUq5sWbEz6hA5A";

    fn parse(args: &[&str]) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(["zoomhook"].iter().chain(args))
    }

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn accepts_a_secret_anywhere_and_without_a_value() {
        for args in [
            &["listen", "--secret"][..],
            &["listen", "--secret", "--port", "1"],
            &["listen", "--secret", "abc", "--port", "1"],
            &["listen", "--secret=abc"],
            &["listen", "--secret", "a=abc", "--secret", "b=def", "-q"],
        ] {
            assert!(parse(args).is_ok(), "{args:?}");
        }
    }

    #[test]
    fn does_not_repeat_a_misplaced_token() {
        let shown = |args: &[&str]| {
            let mut error = parse(args).unwrap_err();
            hide_token(&mut error);
            error.to_string()
        };
        let with_password = format!("http://jill:{TOKEN}@localhost:3000");
        let header = format!("Authorization {TOKEN}");
        for args in [
            ["listen", "--secret", "app", TOKEN],
            ["listen", "--port", "1", TOKEN],
            ["listen", "-q", "--forward", &with_password],
            ["replay", "-q", "--to", &with_password],
            ["listen", "-q", "--forward-header", &header],
        ] {
            assert!(!shown(&args).contains(TOKEN), "{args:?}");
        }
        assert!(shown(&["listen", "--allow-unsigned-challenges"]).contains("--allow-unsigned-challenges"));
        assert!(shown(&["listen", "abc"]).contains("'abc'"));
        let of_a_flag = shown(&["listen", "--forward", "localhost"]);
        assert!(of_a_flag.contains("'localhost' for '--forward"), "{of_a_flag}");
    }

    #[test]
    fn reports_a_wrong_value_with_the_name_of_its_flag() {
        for args in [["history", "list", "--status", "abc"], ["history", "prune", "--older-than", "soon"]] {
            let mut error = parse(&args).unwrap_err();
            hide_token(&mut error);
            assert!(error.to_string().contains(&format!("for '{} <", args[2])), "{error}");
        }
    }

    #[test]
    fn rejects_unknown_flags_and_commands() {
        for args in [&["listen", "--prot", "1"][..], &["lisen"], &["listen", "abc"], &[]] {
            assert!(parse(args).unwrap_err().use_stderr(), "{args:?}");
        }
    }

    #[test]
    fn every_flag_and_command_has_a_line_of_help() {
        fn check(command: &clap::Command) {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{} {}", command.get_name(), argument.get_id());
            }
            command.get_subcommands().for_each(check);
        }
        check(&command());
    }

    #[test]
    fn help_lists_the_environment_and_the_exit_codes() {
        let help = command().render_long_help().to_string();
        for variable in crate::settings::env::VARIABLES {
            assert!(help.contains(variable.name), "{}", variable.name);
        }
        for status in ExitStatus::ALL {
            assert!(help.contains(status.doc()), "{status:?}");
        }
    }
}
