//! Parses scenario files in TOML, YAML or JSON: [`FileForm::read`]. Errors have line and column.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

use super::plan::variable_name;
use super::{Action, ExpectedAnswer, Given, Scenario, ScenarioStep, parse_pause};
use crate::json::JsonKind;
use crate::zoom::catalogue::{Event, Node, all, find, nearest};

/// The format of a scenario file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileForm {
    /// TOML.
    Toml,
    /// YAML.
    Yaml,
    /// JSON.
    Json,
}

/// An error in a scenario file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {reason}")]
pub struct InvalidFile {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub reason: String,
}

impl FileForm {
    /// The format by a file's extension; `None` if the extension is unknown.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "toml" => Some(Self::Toml),
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// Parses a scenario.
    ///
    /// # Errors
    /// [`InvalidFile`] with the first error and its position.
    pub fn read(self, text: &str) -> Result<Scenario, InvalidFile> {
        let scenario: Written = match self {
            Self::Toml => toml::from_str(text).map_err(|error| {
                let (line, column) = position(text, error.span().map_or(0, |span| span.start));
                InvalidFile { line, column, reason: error.message().to_owned() }
            })?,
            Self::Yaml => serde_saphyr::from_str(text).map_err(|error| {
                let at = error.location();
                let number = |n: Option<u64>| n.and_then(|n| usize::try_from(n).ok()).unwrap_or(1).max(1);
                InvalidFile {
                    line: number(at.map(|at| at.line())),
                    column: number(at.map(|at| at.column())),
                    reason: first_line(&error.to_string()),
                }
            })?,
            Self::Json => serde_json::from_str(text).map_err(|error| {
                let reason = error.to_string();
                let reason = reason.rsplit_once(" at line ").map_or(reason.as_str(), |(reason, _)| reason);
                InvalidFile {
                    line: error.line().max(1),
                    column: error.column().max(1),
                    reason: reason.to_owned(),
                }
            })?,
        };
        let scenario = scenario.into_scenario();
        // Errors in paths and in names of variables do not depend on the values that are given later.
        match scenario.plan(&[]) {
            Ok(_) => Ok(scenario),
            Err(error) => {
                let (line, column) = position(text, place_of(text, &error.to_string()));
                Err(InvalidFile { line, column, reason: error.to_string() })
            }
        }
    }
}

/// The position in the text of a variable that the error message names; 0 if there is none.
fn place_of(text: &str, message: &str) -> usize {
    let words = message.split(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c)));
    let named = words
        .filter(|word| word.len() > 1)
        .find_map(|word| text.find(&format!("${word}")).or_else(|| text.find(&format!("${{{word}"))));
    named.unwrap_or(0)
}

/// The line and column of a byte offset, both from 1.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    about: String,
    #[serde(default)]
    variables: Members,
    step: Vec<WrittenStep>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStep {
    event: Option<EventName>,
    step: Option<Vec<WrittenStep>>,
    #[serde(default)]
    after: Pause,
    #[serde(default)]
    repeat: Count,
    #[serde(default)]
    another: bool,
    #[serde(default = "first_participant")]
    actor: u32,
    #[serde(default)]
    set: Members,
    #[serde(default)]
    unset: Vec<String>,
    expect: Option<Box<ExpectedAnswer>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenExpectation {
    status: Option<u16>,
    within: Option<String>,
    #[serde(default)]
    header: BTreeMap<String, String>,
    #[serde(default)]
    body: WrittenBody,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct WrittenBody {
    contains: Option<String>,
}

/// Checked where it is read, so that an error has its position.
impl<'de> Deserialize<'de> for ExpectedAnswer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let WrittenExpectation { status, within, header, body } =
            WrittenExpectation::deserialize(deserializer)?;
        let wrong = || de::Error::custom("write a duration, such as 500ms or 1s");
        let within = within.map(|text| parse_pause(&text).ok_or_else(wrong)).transpose()?;
        Ok(Self { status, within, headers: header.into_iter().collect(), contains: body.contains })
    }
}

const fn first_participant() -> u32 {
    1
}

impl Written {
    fn into_scenario(self) -> Scenario {
        Scenario {
            about: self.about,
            variables: self.variables.0,
            steps: self.step.into_iter().filter_map(WrittenStep::into_step).collect(),
        }
    }
}

impl WrittenStep {
    fn into_step(self) -> Option<ScenarioStep> {
        let action = match (self.event, self.step) {
            (Some(EventName(event)), _) => Action::Send {
                event,
                actor: self.actor,
                set: self.set.0,
                unset: self.unset,
                expect: self.expect,
            },
            (None, Some(steps)) => Action::Steps(steps.into_iter().filter_map(Self::into_step).collect()),
            (None, None) => return None,
        };
        Some(ScenarioStep { after: self.after.0, repeat: self.repeat.0, another: self.another, action })
    }
}

struct EventName(Event);

impl<'de> Deserialize<'de> for EventName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        find(&name).map(Self).ok_or_else(|| {
            let near = nearest(&name, all().map(|event| event.name()));
            let meant = near.first().map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            de::Error::custom(format!("there is no event {name}{meant}"))
        })
    }
}

struct Pause(Given<Duration>);

impl Default for Pause {
    fn default() -> Self {
        Self(Given::Value(Duration::ZERO))
    }
}

impl<'de> Deserialize<'de> for Pause {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wrong = || de::Error::custom("write a duration, such as 20s, 5m or 1h 30m, or a $variable");
        match &deserializer.deserialize_any(AnyNode)?.kind {
            JsonKind::Text(text) => match variable_name(text) {
                Some(name) => Ok(Self(Given::Variable(name.to_owned()))),
                None => std::str::from_utf8(text)
                    .ok()
                    .and_then(parse_pause)
                    .map(|pause| Self(Given::Value(pause)))
                    .ok_or_else(wrong),
            },
            JsonKind::Number(text) => {
                parse_pause(text).map(|pause| Self(Given::Value(pause))).ok_or_else(wrong)
            }
            _ => Err(wrong()),
        }
    }
}

struct Count(Given<u32>);

impl Default for Count {
    fn default() -> Self {
        Self(Given::Value(1))
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wrong = || de::Error::custom("write a number of repetitions, or a $variable");
        match &deserializer.deserialize_any(AnyNode)?.kind {
            JsonKind::Text(text) => match variable_name(text) {
                Some(name) => Ok(Self(Given::Variable(name.to_owned()))),
                None => Err(wrong()),
            },
            JsonKind::Number(number) => number.parse().map(|n| Self(Given::Value(n))).map_err(|_| wrong()),
            _ => Err(wrong()),
        }
    }
}

/// A table in the order of the file.
#[derive(Default)]
struct Members(Vec<(String, Node)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_any(AnyNode)?.kind {
            JsonKind::Object(members) => Ok(Self(
                members.into_iter().map(|(name, value)| (name.display().into_owned(), value)).collect(),
            )),
            _ => Err(de::Error::custom("write a table of names and values")),
        }
    }
}

struct AnyNode;

struct Any(Node);

impl<'de> Deserialize<'de> for Any {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyNode).map(Self)
    }
}

impl<'de> Visitor<'de> for AnyNode {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::from(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::number(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        let finite = value.is_finite().then(|| Node::number(value.to_string()));
        finite.ok_or_else(|| de::Error::custom("JSON cannot represent this number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::from(value))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::NULL)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::NULL)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(Any(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::list(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut members = Vec::new();
        while let Some((name, Any(value))) = map.next_entry::<String, Any>()? {
            members.push((name, value));
        }
        Ok(Node::object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOML: &str = r#"
about = "A meeting"
[variables]
people = 2

[[step]]
event = "meeting.started"
actor = 0

[[step]]
event = "meeting.participant_joined"
repeat = "$people"
after = "20s"
set = { "payload.object.topic" = "Nr ${n}" }
"#;

    const YAML: &str = "
about: A meeting
variables: { people: 2 }
step:
  - { event: meeting.started, actor: 0 }
  - event: meeting.participant_joined
    repeat: $people
    after: 20s
    set: { payload.object.topic: 'Nr ${n}' }
";

    const JSON: &str = r#"{"about": "A meeting", "variables": {"people": 2}, "step": [
  {"event": "meeting.started", "actor": 0},
  {"event": "meeting.participant_joined", "repeat": "$people", "after": "20s",
   "set": {"payload.object.topic": "Nr ${n}"}}]}"#;

    #[test]
    fn the_three_formats_parse_to_the_same_scenario() {
        let scenario = FileForm::Toml.read(TOML).unwrap();
        assert_eq!(scenario.plan(&[]).unwrap().events.len(), 3);
        assert_eq!(FileForm::Yaml.read(YAML).unwrap(), scenario);
        assert_eq!(FileForm::Json.read(JSON).unwrap(), scenario);
    }

    #[test]
    fn errors_have_position_and_reason() {
        for (from, to, line, column, reason) in [
            ("meeting.started", "meeting.startd", 7, 9, "did you mean meeting.started?"),
            ("after = \"20s\"", "after = \"soon\"", 13, 9, "a duration"),
            ("repeat = \"$people\"", "repeat = \"two\"", 12, 10, "a number of repetitions"),
            ("repeat", "repeats", 12, 1, "repeats"),
            ("[variables]", "[variables", 3, 11, ""),
            ("\"$people\"", "\"$persons\"", 12, 11, "there is no variable persons"),
        ] {
            let error = FileForm::Toml.read(&TOML.replace(from, to)).unwrap_err();
            assert_eq!((error.line, error.column), (line, column), "{error}");
            assert!(error.reason.contains(reason), "{error}");
        }
        let error = FileForm::Yaml.read(&YAML.replace("meeting.started", "meeting.startd")).unwrap_err();
        assert_eq!(error.line, 5, "{error}");
        assert!(error.reason.contains("did you mean"), "{error}");
        let error = FileForm::Json.read(&JSON.replace("meeting.started", "meeting.startd")).unwrap_err();
        assert_eq!(error.line, 2, "{error}");
    }

    #[test]
    fn the_extension_determines_the_format() {
        for (name, form) in [("a.toml", Some(FileForm::Toml)), ("b.yml", Some(FileForm::Yaml)), ("c", None)] {
            assert_eq!(FileForm::of(Path::new(name)), form);
        }
    }
}
