//! `zoomhook events`: the catalogue of what Zoom can send.

use std::time::SystemTime;

use super::{ExitStatus, Failure, help, named_events};
use crate::delivery::EventPattern;
use crate::report::{self, OutputError, catalogue as view};
use crate::settings::Error;
use crate::settings::sample::SampleArgs;
use crate::zoom::catalogue::{self, Event};

/// What Zoom can send: list, show, sample, search, schema
///
/// A catalogue of 609 events with the form of each field. Samples are made up, coherent, and the same for the
/// same seed; their bytes are written as Zoom writes them.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::examples(help::EVENTS))]
pub(super) struct EventsArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// All events by group, or those that a pattern or a word names
    List {
        /// A pattern such as 'meeting.*', or a word that is in the name or the group
        filter: Option<String>,
        /// For a person, or one JSON object a line
        #[arg(long, value_enum, default_value = "text")]
        format: ListFormat,
    },
    /// The fields of an event, with types, values and an example
    Show {
        /// The event
        #[arg(add = named_events::completer())]
        event: String,
    },
    /// Made-up payloads, one a line
    Sample {
        /// The events
        #[arg(required_unless_present = "all", add = named_events::completer())]
        events: Vec<String>,
        /// One of every event
        #[arg(long, conflicts_with = "events")]
        all: bool,
        #[command(flatten)]
        sample: Box<SampleArgs>,
    },
    /// Events that have a word in their name or in the name of a field
    Search {
        /// The word
        word: String,
    },
    /// The JSON Schema (2020-12) of an event's body, for your own tests
    Schema {
        /// The event
        #[arg(add = named_events::completer())]
        event: String,
    },
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum ListFormat {
    /// For a person
    Text,
    /// One JSON object a line
    Json,
}

/// Does what was asked.
pub(super) fn run(args: EventsArgs) -> Result<ExitStatus, Failure> {
    let printed = match args.action {
        Action::List { filter, format } => list(filter.as_deref(), format)?,
        Action::Show { event } => show(&event)?,
        Action::Sample { events, all, sample } => self::sample(&events, all, *sample)?,
        Action::Search { word } => search(&word)?,
        Action::Schema { event } => {
            let schema = named_events::find(&event)?.schema();
            report::print(format!("{}\n", schema.to_json()).as_bytes())
        }
    };
    match printed {
        Ok(()) | Err(OutputError::Closed) => Ok(ExitStatus::Done),
        Err(error) => Err(error.into()),
    }
}

type Printed = Result<Result<(), OutputError>, Failure>;

fn list(filter: Option<&str>, format: ListFormat) -> Printed {
    let events: Vec<Event> = match filter {
        None => catalogue::all().collect(),
        Some(text) if text.contains(['*', '?', '[', '{']) => {
            let pattern: EventPattern =
                text.parse().map_err(|error| Failure::new(ExitStatus::Usage, format!("{text}: {error}")))?;
            catalogue::all().filter(|event| pattern.matches(event.name())).collect()
        }
        Some(word) => {
            let word = word.to_lowercase();
            let has = |event: &Event| event.name().contains(&word) || event.group().contains(&word);
            catalogue::all().filter(has).collect()
        }
    };
    if events.is_empty() {
        return Err(named_events::unknown(filter.unwrap_or_default()));
    }
    Ok(match format {
        ListFormat::Text => view::print_list(&events),
        ListFormat::Json => view::print_list_json(&events),
    })
}

fn show(name: &str) -> Printed {
    let event = named_events::find(name)?;
    // An example should not change from one look to the next.
    let example = catalogue::Sample::new(1, SystemTime::now()).of(&event);
    Ok(view::print_event(&event, example.node()))
}

fn search(word: &str) -> Printed {
    let found = catalogue::search(word);
    if found.is_empty() {
        return Err(Failure::new(
            ExitStatus::Usage,
            format!("no event and no field has '{word}' in its name"),
        ));
    }
    Ok(view::print_found(&found))
}

fn sample(names: &[String], all: bool, args: SampleArgs) -> Printed {
    let events = match all {
        true => catalogue::all().collect(),
        false => names.iter().map(|name| named_events::find(name)).collect::<Result<Vec<_>, _>>()?,
    };
    let now = SystemTime::now();
    let samples = args.check(now).map_err(Error::from)?;
    let sample = samples.at(now, 0);
    let mut lines = String::new();
    for event in &events {
        let body = sample.try_of(event).map_err(|error| {
            Failure::new(ExitStatus::Usage, format!("--set for {}: {error}", event.name()))
        })?;
        lines.push_str(&body.to_json());
        lines.push('\n');
    }
    if samples.seed_is_chosen {
        report::print_note(&format!("seed {}", samples.seed));
    }
    Ok(report::print(lines.as_bytes()))
}
