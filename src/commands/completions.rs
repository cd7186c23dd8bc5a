//! `zoomhook completions`: prints a shell completion script.

use clap_complete::Shell;

use super::{ExitStatus, Failure, help};

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::examples(help::COMPLETIONS))]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// The shells with a completion script.
pub const SHELLS: [Shell; 5] = [Shell::Bash, Shell::Elvish, Shell::Fish, Shell::PowerShell, Shell::Zsh];

/// The completion script for a shell.
#[must_use]
pub fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut super::command(), "zoomhook", &mut script);
    script
}

/// The file name under which a shell looks for its completion script.
#[must_use]
pub fn file_name(shell: Shell) -> String {
    use clap_complete::Generator;
    shell.file_name("zoomhook")
}

pub(super) fn run(args: &CompletionsArgs) -> Result<ExitStatus, Failure> {
    super::print(&script(args.shell))
}
