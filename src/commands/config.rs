//! `zoomhook config`: the values that a command would use, with their origins.

use super::{ExitStatus, Failure, command, help, printed};
use crate::report::{self, Format, Setting};
use crate::settings::env::Environment;
use crate::settings::project_file::{NAME, ProjectFile, settings_of};

/// Show where the values of flags come from: zoomhook.toml, the environment, .env, or the default
///
/// zoomhook.toml is searched for in this folder and above it. It has a table for each command, with the names of the long
/// flags: `[listen]`, then `port = 4001`. A flag on the command line wins over the environment, and the environment over
/// the file. `--profile staging` adds the tables below `[profile.staging]`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::examples(help::CONFIG))]
pub(super) struct ConfigArgs {
    /// All values of this command, also defaults, such as listen or history list [default: what the file sets]
    #[arg(value_name = "COMMAND")]
    path: Vec<String>,

    /// Output format
    #[arg(long, value_enum, default_value = "pretty")]
    format: Format,
}

pub(super) fn run(args: &ConfigArgs, profile: Option<&str>) -> Result<ExitStatus, Failure> {
    let environment = Environment::of_process();
    let mut program = command();
    program.build();
    let file = ProjectFile::find(&program, &environment)?;
    if let Some(file) = &file {
        file.check_values(&program)?;
    }
    let of = |path: &[String]| settings_of(file.as_ref(), &program, path, profile, &environment);
    let settings = if args.path.is_empty() {
        if file.is_none() {
            report::print_note(&format!("There is no {NAME} in this folder or above it."));
        }
        let mut settings = Vec::new();
        for path in paths(&program) {
            let is_in_file = |setting: &Setting| {
                file.as_ref().is_some_and(|file| file.sets(&path, profile, &setting.name))
            };
            settings.extend(of(&path)?.unwrap_or_default().into_iter().filter(is_in_file));
        }
        settings
    } else {
        of(&args.path)?.ok_or_else(|| {
            Failure::new(ExitStatus::Usage, format!("there is no command '{}'", args.path.join(" ")))
                .with_hint("`zoomhook --help` lists the commands.")
        })?
    };
    printed(report::print_settings(&settings, args.format))
}

/// The paths of all commands that do something.
fn paths(program: &clap::Command) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    for command in program.get_subcommands().filter(|command| command.get_name() != "help") {
        let name = command.get_name().to_owned();
        if command.has_subcommands() {
            paths.extend(paths_below(&name, command));
        } else {
            paths.push(vec![name]);
        }
    }
    paths
}

fn paths_below(name: &str, command: &clap::Command) -> Vec<Vec<String>> {
    paths(command).into_iter().map(|path| [vec![name.to_owned()], path].concat()).collect()
}
