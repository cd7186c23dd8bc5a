//! The command line: one file per command, with its arguments and a short `run`. Entry point: [`main`].

mod agent;
mod check;
mod completions;
mod config;
mod demo;
mod detach;
mod doctor;
mod events;
mod exit;
mod explain;
mod failure;
mod follow;
mod help;
mod history;
mod ids;
mod inspect;
mod interrupt;
mod listen;
mod man;
mod mcp;
mod named_events;
mod open_files;
mod replay;
mod sign;
mod status;
mod stop;
mod stream;
mod trigger;
mod verify;
mod wait;

use std::ffi::OsString;
use std::sync::LazyLock;

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use completions::{SHELLS, file_name as completions_file_name, script as completions_script};
pub use exit::ExitStatus;
pub use failure::Failure;
use open_files::OpenFiles;

use explain::explain;

use crate::inspector::INSPECTOR_FILES;
use crate::report::{self, OutputError};
use crate::settings::env::Environment;
use crate::settings::project_file::{AppliedArguments, NAME, ProjectFile, TypedCommand};
use crate::settings::token;
use crate::settings::typed_secrets::TypedSecrets;

/// Zoom webhooks on your laptop in one command
///
/// Opens a public https URL for Marketplace, answers the challenge, and verifies and shows every request. Each
/// refused request comes with a reason. Not affiliated with Zoom or ngrok.
#[derive(Debug, Parser)]
#[command(name = "zoomhook", bin_name = "zoomhook", version, arg_required_else_help = true, args_override_self = true, after_long_help = help::with_exit_codes(help::PROGRAM))]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// Use this profile of zoomhook.toml
    #[arg(long, global = true, hide_short_help = true, value_name = "NAME", help_heading = "Project")]
    profile: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Listen(Box<listen::ListenArgs>),
    Follow(Box<follow::FollowArgs>),
    Stream(stream::StreamCommandArgs),
    Verify(Box<verify::VerifyArgs>),
    Check(Box<check::CheckArgs>),
    Demo(demo::DemoArgs),
    Doctor(doctor::DoctorCommandArgs),
    Sign(Box<sign::SignArgs>),
    Trigger(Box<trigger::TriggerArgs>),
    Events(events::EventsArgs),
    History(Box<history::HistoryCommandArgs>),
    Replay(Box<replay::ReplayArgs>),
    Inspect(Box<inspect::InspectCommandArgs>),
    Wait(Box<wait::WaitArgs>),
    Mcp(Box<mcp::McpArgs>),
    Status(status::StatusArgs),
    Stop(stop::StopArgs),
    Agent(agent::AgentArgs),
    Config(config::ConfigArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

/// Parses the command line, runs the command and reports an error. The caller ends the process.
#[must_use]
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitStatus {
    let args: Vec<OsString> = args.into_iter().collect();
    redact_secrets_of(args.clone());
    if std::env::var_os(COMPLETE).is_some() {
        events::use_what_was_learned(false);
        return complete(args);
    }
    let args = token::join_tokens_that_begin_with_a_hyphen(args);
    let applied = match with_project_file(args) {
        Ok(applied) => applied,
        Err(failure) => return failure.report(),
    };
    match parse(&applied.arguments) {
        Ok(cli) => run(cli).unwrap_or_else(|failure| failure.report()),
        Err(error) => {
            let place = named_flag(&error).and_then(|flag| applied.place_of(&flag));
            let status = explain(error, &applied.arguments);
            if let Some(place) = place {
                report::print_note(&place);
            }
            status
        }
    }
}

fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    let found = command().try_get_matches_from(args)?;
    Cli::from_arg_matches(&found).map_err(|error| error.format(&mut command()))
}

/// The arguments with the flags of `zoomhook.toml`.
fn with_project_file(mut args: Vec<OsString>) -> Result<AppliedArguments, Failure> {
    let Some(typed) = TypedCommand::read(&command(), &mut args) else {
        return Ok(AppliedArguments::unchanged(args));
    };
    let environment = Environment::of_process();
    let mut program = command();
    program.build();
    let file = match ProjectFile::find(&program, &environment) {
        Err(error) if typed.works_without_file() => {
            report::print_note(&format!("warning: the flags of {NAME} are not used: {error}"));
            return Ok(AppliedArguments::unchanged(args));
        }
        found => found?,
    };
    Ok(match file {
        Some(file) => file.apply(&program, &typed, args, &environment)?,
        None => typed.without_file(args)?,
    })
}

/// The flag that an error of the parser is about.
fn named_flag(error: &clap::Error) -> Option<String> {
    let named = [ContextKind::InvalidArg, ContextKind::PriorArg].into_iter().find_map(|kind| error.get(kind));
    match named? {
        ContextValue::String(flag) => Some(flag.clone()),
        ContextValue::Strings(flags) => flags.first().cloned(),
        _ => None,
    }
}

/// Hides secrets that were typed in the wrong place from every message. They are searched for only if there is one.
fn redact_secrets_of(args: Vec<OsString>) {
    let secrets = LazyLock::new(move || {
        TypedSecrets::among(args.get(1..).unwrap_or_default(), &Environment::of_process())
    });
    report::redact_with(move |text| secrets.redact(text));
}

/// A shell sets this variable to its own name to ask for completions.
const COMPLETE: &str = "COMPLETE";

/// Prints the completions in the shell's format.
fn complete(args: Vec<OsString>) -> ExitStatus {
    let folder = std::env::current_dir().ok();
    let engine = clap_complete::CompleteEnv::with_factory(command).var(COMPLETE);
    match engine.try_complete(&args, folder.as_deref()) {
        Ok(_) => ExitStatus::Done,
        Err(error) => explain(error, &args),
    }
}

impl Command {
    /// Its name, and the files that it has open at the same time. Each number is the least with which the command works
    /// in the tests, and a few more.
    fn open_files(&self) -> (&'static str, OpenFiles) {
        match self {
            Self::Listen(args) => ("listen", args.open_files()),
            Self::Follow(args) => ("follow", args.open_files()),
            Self::Stream(_) => ("stream", OpenFiles::exactly(24)),
            Self::Check(_) => ("check", OpenFiles::exactly(24)),
            Self::Demo(_) => ("demo", OpenFiles::exactly(24)),
            Self::Doctor(_) => ("doctor", OpenFiles::exactly(48)),
            Self::Trigger(args) => ("trigger", args.open_files()),
            Self::Replay(_) => ("replay", OpenFiles::exactly(24)),
            Self::Inspect(_) => ("inspect", OpenFiles::exactly(20 + INSPECTOR_FILES)),
            Self::Sign(_) => ("sign", OpenFiles::exactly(16)),
            Self::Verify(_) => ("verify", OpenFiles::exactly(12)),
            Self::History(_) => ("history", OpenFiles::exactly(20)),
            Self::Wait(_) => ("wait", OpenFiles::exactly(24)),
            Self::Mcp(_) => ("mcp", OpenFiles::exactly(48)),
            Self::Status(_) => ("status", OpenFiles::exactly(12)),
            Self::Stop(_) => ("stop", OpenFiles::exactly(12)),
            Self::Events(_) => ("events", OpenFiles::exactly(20)),
            Self::Agent(_) => ("agent", OpenFiles::exactly(12)),
            Self::Config(_) => ("config", OpenFiles::exactly(12)),
            Self::Completions(_) => ("completions", OpenFiles::exactly(8)),
            Self::Man(_) => ("man", OpenFiles::exactly(8)),
        }
    }
}

fn run(Cli { command, profile }: Cli) -> Result<ExitStatus, Failure> {
    let (name, needed) = command.open_files();
    let allowed = needed.allow(name)?;
    if matches!(command, Command::Events(_) | Command::Trigger(_) | Command::Sign(_) | Command::Mcp(_)) {
        events::use_what_was_learned(matches!(command, Command::Events(_)));
    }
    match command {
        Command::Listen(args) => listen::run(*args, allowed),
        Command::Follow(args) => follow::run(*args),
        Command::Stream(args) => stream::run(args),
        Command::Verify(args) => verify::run(*args),
        Command::Check(args) => check::run(*args),
        Command::Demo(args) => demo::run(args),
        Command::Doctor(args) => doctor::run(args),
        Command::Sign(args) => sign::run(*args),
        Command::Trigger(args) => trigger::run(*args),
        Command::Events(args) => events::run(args),
        Command::History(args) => history::run(*args),
        Command::Replay(args) => replay::run(*args),
        Command::Inspect(args) => inspect::run(*args),
        Command::Wait(args) => wait::run(*args),
        Command::Mcp(args) => mcp::run(*args),
        Command::Status(args) => status::run(&args),
        Command::Stop(args) => stop::run(&args),
        Command::Agent(args) => agent::run(args),
        Command::Config(args) => config::run(&args, profile.as_deref()),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    }
}

/// Prints a command's output. A reader that closes the pipe early (`| head -1`) is a normal end.
fn print(bytes: &[u8]) -> Result<ExitStatus, Failure> {
    printed(report::print(bytes))
}

/// The end of a command that has printed its output.
fn printed(result: Result<(), OutputError>) -> Result<ExitStatus, Failure> {
    match result {
        Ok(()) | Err(OutputError::Closed) => Ok(ExitStatus::Done),
        Err(error) => Err(error.into()),
    }
}

/// The whole command line.
fn command() -> clap::Command {
    help::with_environment(Cli::command())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::env::{VARIABLES, Variable};

    fn parse(args: &[&str]) -> Result<Cli, clap::Error> {
        super::parse(&["zoomhook"].iter().chain(args).map(OsString::from).collect::<Vec<_>>())
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

    fn is_read_below(variable: &Variable, command: &clap::Command) -> bool {
        variable.is_read_by(command) || command.get_subcommands().any(|one| is_read_below(variable, one))
    }

    #[test]
    fn the_help_of_a_command_lists_only_the_variables_that_it_reads() {
        let environment = |name: &str| {
            let mut program = command();
            let help = program.find_subcommand_mut(name).unwrap().render_long_help().to_string();
            help.split_once("\nEnvironment:\n").map(|(_, table)| table.to_owned()).unwrap_or_default()
        };
        for (name, own, of_others) in [
            ("sign", "ZOOM_WEBHOOK_SECRET_TOKEN", "NATS_TOKEN"),
            ("follow", "HTTPS_PROXY", "NGROK_AUTHTOKEN"),
            ("doctor", "LC_CTYPE", "COMPUTERNAME"),
        ] {
            let table = environment(name);
            assert!(table.contains(own) && !table.contains(of_others), "{table}");
            assert!(!table.contains("NO_COLOR"), "{table}");
        }
        assert_eq!(environment("status"), "");
    }

    #[test]
    fn help_lists_the_environment_and_the_exit_codes() {
        let help = command().render_long_help().to_string();
        for variable in VARIABLES {
            assert!(help.contains(variable.name), "{}", variable.name);
            assert!(command().get_subcommands().any(|one| is_read_below(variable, one)), "{}", variable.name);
        }
        for status in ExitStatus::ALL {
            assert!(help.contains(status.doc()), "{status:?}");
        }
    }
}
