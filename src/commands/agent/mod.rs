//! `zoomhook agent setup`: writes what an AI agent needs to know about Zoom's webhooks into a project.

mod place;
mod section;

use super::{ExitStatus, Failure, help, printed};
use crate::report;
use crate::settings::env::Environment;
use crate::settings::project;
use crate::settings::prompt::Terminal;

use place::AgentPlace;

/// The text for every agent.
const SKILL: &str = include_str!("skill.md");

/// Teach an AI agent how to work with Zoom's webhooks in this project
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::examples(help::AGENT))]
pub(super) struct AgentArgs {
    #[command(subcommand)]
    action: AgentAction,
}

#[derive(Debug, clap::Subcommand)]
enum AgentAction {
    /// Write a skill or a section with the rules of Zoom's signatures and zoomhook's commands
    ///
    /// Shows what changes and asks before it writes. A second run changes nothing, and replaces only its own text. The files
    /// are those of the project: the Git repository around this folder, or else this folder.
    Setup(SetupArgs),
}

#[derive(Debug, clap::Args)]
struct SetupArgs {
    /// Claude Code: .claude/skills/zoomhook/SKILL.md
    #[arg(long)]
    claude: bool,

    /// Codex and other agents that read it: a section of AGENTS.md
    #[arg(long)]
    codex: bool,

    /// Cursor: .cursor/rules/zoomhook.mdc
    #[arg(long)]
    cursor: bool,

    /// Print the text instead
    #[arg(long, conflicts_with_all = ["claude", "codex", "cursor", "remove"])]
    print: bool,

    /// Remove what was written
    #[arg(long)]
    remove: bool,

    /// Write without asking
    #[arg(long, short)]
    yes: bool,
}

pub(super) fn run(args: AgentArgs) -> Result<ExitStatus, Failure> {
    let AgentAction::Setup(args) = args.action;
    if args.print {
        return printed(report::print(SKILL.as_bytes()));
    }
    let root = project::current(&Environment::of_process()).ok_or_else(no_folder)?;
    let places = args.places();
    if places.is_empty() {
        return Err(Failure::new(ExitStatus::Usage, "no agent is named")
            .with_hint("Add --claude, --codex or --cursor, or --print for another agent."));
    }
    for place in places {
        let change = place.change(root.as_ref(), (!args.remove).then_some(SKILL))?;
        let Some(change) = change else {
            report::print_note(&format!("{}: nothing to change.", place.name()));
            continue;
        };
        printed(report::print(change.diff().as_bytes()))?;
        let (question, done) =
            if args.remove { ("Remove this from", "removed") } else { ("Write", "written") };
        if !args.yes && !confirmed(&format!("{question} {}?", place.name()))? {
            report::print_note(&format!("Nothing was {done}."));
            continue;
        }
        change.write()?;
        report::print_note(&format!("{}: {done}.", place.name()));
    }
    Ok(ExitStatus::Done)
}

impl SetupArgs {
    fn places(&self) -> Vec<AgentPlace> {
        let places = [
            (self.claude, AgentPlace::Claude),
            (self.codex, AgentPlace::Codex),
            (self.cursor, AgentPlace::Cursor),
        ];
        places.into_iter().filter(|(is_named, _)| *is_named).map(|(_, place)| place).collect()
    }
}

fn confirmed(question: &str) -> Result<bool, Failure> {
    let answer = Terminal.confirm(question)?;
    answer.ok_or_else(|| {
        Failure::new(ExitStatus::Usage, format!("there is no terminal to ask: {question}"))
            .with_hint("To do it without being asked, add --yes.")
    })
}

fn no_folder() -> Failure {
    Failure::new(ExitStatus::Usage, "the current folder does not exist any more")
}
