//! `zoomhook events`: the catalogue of Zoom's events.
//!
//! | file | subcommand |
//! | --- | --- |
//! | `mod.rs` | `list`, `show`, `sample`, `search`, `schema` |
//! | `learn.rs` | `drift` and `learn` |
//! | `types.rs` | `types` |

mod learn;
mod types;

use std::time::SystemTime;

pub(super) use learn::use_what_was_learned;

use super::{ExitStatus, Failure, help, named_events};
use crate::report::{self, OutputError, catalogue as view};
use crate::settings::Error;
use crate::settings::sample::SampleArgs;
use crate::zoom::catalogue::{self, Event};

/// Look up Zoom's events: list, show, sample, search, schema, types, drift, learn
///
/// A catalog of 614 events with the type of each field. Samples are generated and coherent, in Zoom's own JSON
/// style. The same --seed and --at give the same bytes.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::examples(help::EVENTS))]
pub(super) struct EventsArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List all events by group, or those that match a pattern or a word
    List {
        /// A pattern such as 'meeting.*', or a word in the name or the group
        filter: Option<String>,
        /// Output format
        #[arg(long, value_enum, default_value = "text")]
        format: ListFormat,
    },
    /// Show the fields of an event, with types, values and an example
    Show {
        /// The event's name
        #[arg(add = named_events::completer())]
        event: String,
    },
    /// Print generated payloads, one per line
    Sample {
        /// Names of events
        #[arg(required_unless_present = "all", add = named_events::completer())]
        events: Vec<String>,
        /// One of every event
        #[arg(long, conflicts_with = "events")]
        all: bool,
        #[command(flatten)]
        sample: Box<SampleArgs>,
    },
    /// Find events with a word in their name or in the name of a field
    Search {
        /// The word
        word: String,
    },
    /// Print the JSON Schema (2020-12) of an event's body, for your own tests
    ///
    /// It accepts what Zoom may send: unknown fields are allowed, few fields are required, and no list of values is
    /// complete.
    Schema {
        /// The event's name
        #[arg(required_unless_present = "all", add = named_events::completer())]
        event: Option<String>,
        /// The schemas of all events, one per line
        #[arg(long, conflicts_with = "event")]
        all: bool,
    },
    /// Print type definitions of events for your own program
    ///
    /// Only fields that every delivery has are required, and no list of values is complete: Zoom adds fields and values.
    #[command(after_long_help = help::examples(help::EVENTS_TYPES))]
    Types(types::TypesArgs),
    /// Compare stored deliveries with the catalog
    ///
    /// Lists events and fields that the catalog does not have, types that differ, and fields that never came. Reads
    /// the deliveries that `listen` received and verified on this machine, and no imported ones.
    #[command(after_long_help = help::examples(help::EVENTS_DRIFT))]
    Drift(learn::DriftArgs),
    /// Add what stored deliveries have to the catalog on this machine
    ///
    /// Samples, schemas, types and completions then have it too. Only names and types of fields are written, to a file
    /// next to the history, and no values. A member whose name looks like data, such as an id or an address, is left out.
    #[command(after_long_help = help::examples(help::EVENTS_LEARN))]
    Learn(learn::LearnArgs),
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum ListFormat {
    /// Text for people
    Text,
    /// One JSON object per line
    Json,
}

pub(super) fn run(args: EventsArgs) -> Result<ExitStatus, Failure> {
    let printed = match args.action {
        Action::List { filter, format } => list(filter.as_deref(), format)?,
        Action::Show { event } => show(&event)?,
        Action::Sample { events, all, sample } => self::sample(&events, all, *sample)?,
        Action::Search { word } => search(&word)?,
        // Without a name, clap requires --all.
        Action::Schema { event, .. } => {
            let events = match event {
                Some(event) => vec![named_events::find(&event)?],
                None => catalogue::all().collect(),
            };
            let lines = events.iter().map(|event| event.schema().to_json() + "\n");
            report::print_json(lines.collect::<String>().as_bytes())
        }
        Action::Types(args) => args.run()?,
        Action::Drift(args) => args.run(SystemTime::now())?,
        Action::Learn(args) => args.run(SystemTime::now())?,
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
        Some(text) if named_events::is_pattern(text) => named_events::matching(text)?,
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
    // A fixed seed, so that the example is the same every time.
    let example = catalogue::Sample::new(1, SystemTime::now()).of(&event);
    Ok(view::print_event(&event, example.node()))
}

fn search(word: &str) -> Printed {
    let found = catalogue::search(word);
    if found.is_empty() {
        return Err(Failure::new(ExitStatus::Usage, format!("no event or field has '{word}' in its name")));
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
    let sample = samples.at(samples.at.unwrap_or(now), 0);
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
    let added = samples.added(events.iter());
    if !added.is_empty() {
        report::print_note(&report::not_in_the_event(&added));
    }
    Ok(report::print_json(lines.as_bytes()))
}
