//! Finds what a NAME of `trigger` stands for: an event, a built-in scenario or a scenario file. Entry point: [`find`].

use std::io::Read;
use std::path::Path;

use clap::builder::StyledStr;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};

use crate::commands::{ExitStatus, Failure, named_events};
use crate::files::PathError;
use crate::files::open_regular;
use crate::zoom::catalogue::scenario::{FileForm, SHIPPED, ScenarioPlan, Shipped};
use crate::zoom::catalogue::{self, Event, Node, Scenario, nearest};

/// The largest scenario file that is read.
const LARGEST: u64 = 4 * 1024 * 1024;

/// What a name stands for.
pub(super) enum NamedTrigger {
    /// A single event.
    Event(Event),
    /// The events of a scenario.
    Plan(ScenarioPlan),
}

pub(super) fn find(names: &[String], variables: &[(String, Node)]) -> Result<Vec<NamedTrigger>, Failure> {
    names.iter().map(|name| find_one(name, variables)).collect()
}

fn find_one(name: &str, variables: &[(String, Node)]) -> Result<NamedTrigger, Failure> {
    if let Some(event) = catalogue::find(name) {
        return Ok(NamedTrigger::Event(event));
    }
    let path = Path::new(name);
    let scenario = match Shipped::find(name) {
        Some(shipped) => {
            shipped.read().map_err(|error| Failure::new(ExitStatus::Internal, error.to_string()))?
        }
        None if FileForm::of(path).is_some() => read(path)?,
        None => return Err(unknown(name)),
    };
    let wrong = |error| Failure::new(ExitStatus::Usage, format!("{name}: {error}"));
    scenario.plan(variables).map(NamedTrigger::Plan).map_err(wrong)
}

fn unknown(name: &str) -> Failure {
    let scenarios = SHIPPED.iter().map(|shipped| shipped.name);
    match nearest(&name.replace('_', "-"), scenarios.clone()).as_slice() {
        [] => {
            let near = nearest(name, catalogue::all().map(|event| event.name()).chain(scenarios));
            let failure =
                Failure::new(ExitStatus::Usage, format!("there is no event and no scenario '{name}'"));
            failure.with_hint(match near.as_slice() {
                [] => "`zoomhook events list` shows all events, `zoomhook trigger --list` the scenarios."
                    .to_owned(),
                near => format!("Did you mean {}?", near.join(", or ")),
            })
        }
        near => Failure::new(ExitStatus::Usage, format!("there is no event and no scenario '{name}'"))
            .with_hint(format!("Did you mean {}?", near.join(", or "))),
    }
}

/// Reads a scenario file.
pub(in crate::commands) fn read(path: &Path) -> Result<Scenario, Failure> {
    let wrong = |reason: String| Failure::new(ExitStatus::Usage, format!("{}: {reason}", path.display()));
    let Some(form) = FileForm::of(path) else {
        return Err(wrong("the name must end in .toml, .yaml, .yml or .json".to_owned()));
    };
    let file = open_regular(path).map_err(|error| match error {
        PathError::NotAFile { kind, .. } => wrong(format!("it is {kind}, not a regular file")),
        PathError::Io(error) => wrong(error.to_string()),
        PathError::Untrusted(error) => wrong(error.to_string()),
    })?;
    let mut text = String::new();
    let read = file.take(LARGEST + 1).read_to_string(&mut text).map_err(|error| wrong(error.to_string()))?;
    if read as u64 > LARGEST {
        return Err(wrong("the file is larger than 4 MiB".to_owned()));
    }
    // The form that editors recognize: file, line, column.
    form.read(&text).map_err(|error| {
        let message = format!("{}:{}:{}: {}", path.display(), error.line, error.column, error.reason);
        Failure::new(ExitStatus::Usage, message)
    })
}

/// The built-in scenarios as table rows: name, number of events, description, variables.
pub(super) fn scenarios() -> Result<Vec<Vec<String>>, Failure> {
    let row = |shipped: &Shipped| {
        let scenario =
            shipped.read().map_err(|error| Failure::new(ExitStatus::Internal, error.to_string()))?;
        let events = scenario.plan(&[]).map_or(0, |plan| plan.events.len());
        let variables = scenario.variables.iter().map(|(name, value)| format!("{name}={}", value.to_json()));
        let variables = variables.collect::<Vec<_>>().join(" ");
        Ok(vec![shipped.name.to_owned(), format!("{events} events"), scenario.about, variables])
    };
    SHIPPED.iter().map(row).collect()
}

/// Shell completion: scenarios and events.
pub(super) fn completer() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let scenario = |shipped: &Shipped| {
            let about = shipped.read().map(|scenario| StyledStr::from(scenario.about)).ok();
            CompletionCandidate::new(shipped.name).help(about)
        };
        SHIPPED.iter().map(scenario).chain(named_events::candidates()).collect()
    })
}
