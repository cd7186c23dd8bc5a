//! One file a command: its arguments and a short run.

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

use crate::report::{self, OutputError};
use crate::settings::token::{self, SHORTEST_TOKEN};

/// Zoom webhooks on your laptop in one command
///
/// A public https URL for Marketplace, the challenge answered, every request verified and shown, and a plain
/// reason for each one that is not Zoom's. Not affiliated with Zoom or ngrok.
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

/// Reads the command line, runs the command, tells what went wrong. Leaves the process to the caller.
#[must_use]
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitStatus {
    let args: Vec<OsString> = args.into_iter().collect();
    if std::env::var_os(COMPLETE).is_some() {
        return complete(args);
    }
    let args = token::join_tokens_that_begin_with_a_hyphen(args);
    match Cli::try_parse_from(args) {
        Ok(cli) => run(cli.command).unwrap_or_else(|failure| failure.tell()),
        Err(error) => explain(error),
    }
}

/// With this variable a shell asks what could come next on the command line; its value is the shell's name.
const COMPLETE: &str = "COMPLETE";

/// Answers the shell; clap writes in the shell's own form.
fn complete(args: Vec<OsString>) -> ExitStatus {
    let folder = std::env::current_dir().ok();
    let engine = clap_complete::CompleteEnv::with_factory(command).var(COMPLETE);
    match engine.try_complete(args, folder.as_deref()) {
        Ok(_) => ExitStatus::Done,
        Err(error) => explain(error),
    }
}

fn run(command: Command) -> Result<ExitStatus, Failure> {
    match command {
        Command::Listen(args) => listen::run(*args),
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

/// Help and version, which were asked for, or what is wrong with the command line, in clap's own words.
fn explain(mut error: clap::Error) -> ExitStatus {
    hide_token(&mut error);
    // It is all that can be said: a closed stdout or stderr has nobody behind it.
    let _ = error.print();
    if error.use_stderr() { ExitStatus::Usage } else { ExitStatus::Done }
}

/// clap repeats an argument that it cannot place, and a token beside its flag (`--secret app TOKEN`) is one.
/// What is long enough for a token and is not like a flag is left out. In all other errors the argument is one
/// of ours, by its name.
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

/// clap repeats a value that cannot be read as well: `user:password@` in a URL, and a header's value, which is a
/// credential as often as not.
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

/// Prints what a command was asked to make. A reader that has had enough (`| head -1`) is a normal end.
fn print(bytes: &[u8]) -> Result<ExitStatus, Failure> {
    match report::print(bytes) {
        Ok(()) | Err(OutputError::Closed) => Ok(ExitStatus::Done),
        Err(error) => Err(error.into()),
    }
}

/// The whole command line, for scripts and pages made from it.
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
    fn the_command_line_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn a_secret_may_stand_anywhere_and_may_be_left_out() {
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
    fn a_token_out_of_place_is_not_repeated() {
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
    fn a_wrong_value_is_told_with_the_flag_that_it_is_for() {
        for args in [["history", "list", "--status", "abc"], ["history", "prune", "--older-than", "soon"]] {
            let mut error = parse(&args).unwrap_err();
            hide_token(&mut error);
            assert!(error.to_string().contains(&format!("for '{} <", args[2])), "{error}");
        }
    }

    #[test]
    fn wrong_flags_are_refused() {
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
    fn help_has_the_environment_and_the_exit_codes() {
        let help = command().render_long_help().to_string();
        for variable in crate::settings::env::VARIABLES {
            assert!(help.contains(variable.name), "{}", variable.name);
        }
        for status in ExitStatus::ALL {
            assert!(help.contains(status.doc()), "{status:?}");
        }
    }
}
