//! `events types`: type definitions for programs that receive events.

use super::Printed;
use crate::commands::named_events;
use crate::report;
use crate::zoom::catalogue::{Event, TypeLanguage, write_types};

#[derive(Debug, clap::Args)]
pub(super) struct TypesArgs {
    /// The programming language
    #[arg(long, value_enum)]
    lang: LanguageName,
    /// Names of events, or patterns such as 'meeting.*' [default: all events]
    #[arg(add = named_events::completer())]
    events: Vec<String>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum LanguageName {
    /// Interfaces, and a union of all events
    Typescript,
    /// TypedDict classes, for Python 3.11 or later
    Python,
    /// Structs for encoding/json
    Go,
    /// Structs for serde and serde_json
    Rust,
    /// Records for System.Text.Json, for C# 11 or later
    Csharp,
}

impl From<LanguageName> for TypeLanguage {
    fn from(name: LanguageName) -> Self {
        match name {
            LanguageName::Typescript => Self::Typescript,
            LanguageName::Python => Self::Python,
            LanguageName::Go => Self::Go,
            LanguageName::Rust => Self::Rust,
            LanguageName::Csharp => Self::Csharp,
        }
    }
}

impl TypesArgs {
    pub(super) fn run(self) -> Printed {
        let mut events: Vec<Event> = Vec::new();
        for text in &self.events {
            events.extend(named_events::matching(text)?);
        }
        if self.events.is_empty() {
            events.extend(crate::zoom::catalogue::all());
        }
        events.sort_by_key(Event::name);
        events.dedup();
        Ok(report::print(write_types(self.lang.into(), &events).as_bytes()))
    }
}
