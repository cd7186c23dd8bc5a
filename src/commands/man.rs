//! `zoomhook man`: the manual pages, for packagers and for `man -l`.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::{ExitStatus, Failure, exit, help};
use crate::report;
use crate::settings::env::VARIABLES;

/// Print the manual page
///
/// A terminal shows it as text. A file or a pipe gets it in the format of man.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::examples(help::MAN))]
pub(super) struct ManArgs {
    /// Write one page for the program and one for each command into this folder
    #[arg(long, value_name = "FOLDER", value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

/// Prints the main page, or writes all pages.
pub(super) fn run(args: &ManArgs) -> Result<ExitStatus, Failure> {
    let command = built_command();
    let Some(dir) = &args.dir else {
        let page = page(&command)?;
        // A person reads it here, `man -l` and packagers read the page itself.
        return super::printed(match std::io::stdout().is_terminal() {
            true => report::print_manual(&String::from_utf8_lossy(&page)),
            false => report::print(&page),
        });
    };
    write_pages(&command, dir)?;
    Ok(ExitStatus::Done)
}

/// The complete command line, without the `help` command, which needs no page.
fn built_command() -> clap::Command {
    let mut command = super::command().disable_help_subcommand(true);
    command.build();
    command
}

/// Writes a page for the command and one for each of its subcommands.
fn write_pages(command: &clap::Command, dir: &Path) -> Result<(), Failure> {
    write_page(command, dir)?;
    command.get_subcommands().try_for_each(|command| write_pages(command, dir))
}

fn write_page(command: &clap::Command, dir: &Path) -> Result<(), Failure> {
    let path = dir.join(Man::new(command.clone()).get_filename());
    std::fs::write(&path, page(command)?).map_err(|error| {
        let message = format!("cannot write {}: {error}", path.display());
        Failure::new(ExitStatus::Usage, message)
            .with_hint("--dir needs an existing folder that you can write to.")
    })
}

/// clap_mangen's sections, then examples, environment and exit codes from the same tables as `--help`.
fn page(command: &clap::Command) -> Result<Vec<u8>, Failure> {
    let man = Man::new(command.clone());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    more_sections(command).to_writer(&mut page)?;
    Ok(page)
}

fn more_sections(command: &clap::Command) -> Roff {
    let mut roff = Roff::new();
    let name = command.get_display_name().unwrap_or_default();
    let name = name.trim_start_matches("zoomhook").trim_start_matches('-');
    let examples = help::of(name);
    if !examples.is_empty() {
        roff.control("SH", ["EXAMPLES"]);
    }
    for example in examples {
        entry(&mut roff, example.command, example.doc);
    }
    roff.control("SH", ["ENVIRONMENT"]);
    // The main page has those of all commands.
    for variable in VARIABLES.iter().filter(|variable| name.is_empty() || variable.is_read_by(command)) {
        entry(&mut roff, variable.name, variable.doc);
    }
    roff.control("SH", ["EXIT STATUS"]);
    for status in exit::ExitStatus::ALL {
        entry(&mut roff, &status.code().to_string(), status.doc());
    }
    roff
}

fn entry(roff: &mut Roff, term: &str, doc: &str) {
    roff.control("TP", []);
    roff.text([bold(term)]);
    roff.text([roman(doc)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_with_all_sections() {
        let folder = tempfile::tempdir().unwrap();
        run(&ManArgs { dir: Some(folder.path().to_owned()) }).unwrap();
        for name in ["", "-listen", "-demo", "-history", "-history-list", "-replay", "-completions", "-man"] {
            let name = format!("zoomhook{name}");
            let page = std::fs::read_to_string(folder.path().join(format!("{name}.1"))).unwrap();
            for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLES", "ENVIRONMENT", "\"EXIT STATUS\""] {
                assert!(page.contains(&format!(".SH {section}\n")), "{name}: {section}");
            }
        }
    }

    #[test]
    fn names_the_folder_that_cannot_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let failure = run(&ManArgs { dir: Some(folder.path().join("absent")) }).unwrap_err();
        assert!(format!("{failure:?}").contains("absent"), "{failure:?}");
    }
}
