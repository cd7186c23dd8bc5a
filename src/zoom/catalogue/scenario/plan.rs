//! Plans a scenario: fills in its variables and gives every event its time and person. See [`Scenario::plan`].

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use super::{Action, ExpectedAnswer, Given, Scenario, ScenarioStep};
use crate::json::JsonKind;
use crate::zoom::catalogue::sample::Timeline;
use crate::zoom::catalogue::{Event, Node, Sample};

/// More events than a large account has in a day. The limit keeps a mistyped number from filling the memory.
const MOST_EVENTS: usize = 1_000_000;
/// The length of a meeting or call, in milliseconds, if the scenario lacks its start or end.
const USUAL_LENGTH: i64 = 30 * 60_000;
/// How long before its start a meeting is created, in milliseconds: a day.
const PLANNED_AHEAD: i64 = 24 * 60 * 60_000;

/// All events of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioPlan {
    /// The events, in order.
    pub events: Vec<Planned>,
    /// The time of the last event, from the scenario's start.
    pub length: Duration,
}

/// One event of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// When it happens, from the scenario's start.
    pub at: Duration,
    /// The event.
    pub event: Event,
    /// The person that it is about.
    pub actor: usize,
    /// The meeting, call or chat that it is about.
    pub occasion: u64,
    /// The answer that is expected, if the step says so.
    pub expect: Option<Box<ExpectedAnswer>>,
    set: Vec<(String, Node)>,
    unset: Vec<String>,
    timeline: Timeline,
}

/// Why a scenario cannot be planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The scenario does not have this variable.
    #[error("there is no variable {name}; the scenario has {}", if known.is_empty() { "none".to_owned() } else { known.join(", ") })]
    UnknownVariable {
        /// The name.
        name: String,
        /// The scenario's variables.
        known: Vec<String>,
    },
    /// The value of a variable does not fit where it is used.
    #[error("the variable {name} must be {wanted}, but its value is {value}")]
    WrongValue {
        /// The name.
        name: String,
        /// Its value as JSON.
        value: String,
        /// What is required.
        wanted: &'static str,
    },
    /// The text is not a path.
    #[error("{path:?} is not a path: write names joined by dots, such as payload.object.topic")]
    NoPath {
        /// The text.
        path: String,
    },
    /// The scenario has too many events.
    #[error("the scenario has more than {MOST_EVENTS} events")]
    TooMany,
}

impl Scenario {
    /// Fills in the variables. The values in `given` override the scenario's defaults.
    ///
    /// # Errors
    /// [`PlanError`] if a variable, value or path is wrong, or if there are too many events.
    pub fn plan(&self, given: &[(String, Node)]) -> Result<ScenarioPlan, PlanError> {
        let mut variables: BTreeMap<&str, &Node> =
            self.variables.iter().map(|(name, value)| (name.as_str(), value)).collect();
        for (name, value) in given {
            match variables.get_mut(name.as_str()) {
                Some(place) => *place = value,
                None => return Err(unknown(name, &variables)),
            }
        }
        let mut planner = Planner { variables, events: Vec::new(), clock: Duration::ZERO, occasions: 0 };
        planner.steps(&self.steps, 0, 0)?;
        let (mut events, length) = (planner.events, planner.clock);
        set_timelines(&mut events);
        Ok(ScenarioPlan { events, length })
    }
}

fn unknown(name: &str, variables: &BTreeMap<&str, &Node>) -> PlanError {
    let known = variables.keys().map(|name| (*name).to_owned()).collect();
    PlanError::UnknownVariable { name: name.to_owned(), known }
}

impl Planned {
    /// The sample of this event. `began` is the scenario's start in Unix milliseconds; the times in the payload are
    /// counted from it. `event_ts` is the sample's own time.
    #[must_use]
    pub fn sample(&self, sample: Sample, began: i64) -> Sample {
        // Payloads have whole seconds. Times counted from a whole second stay in order.
        let began = began - began.rem_euclid(1000);
        let t = self.timeline;
        let mut sample = sample.actor(self.actor).occasion(self.occasion).timeline(Timeline {
            created: t.created + began,
            start: t.start + began,
            join: t.join + began,
            leave: t.leave + began,
            end: t.end + began,
        });
        for (path, value) in &self.set {
            // Paths were checked when the scenario was planned.
            if let Ok(changed) = sample.clone().set(path, value.clone()) {
                sample = changed;
            }
        }
        self.unset.iter().fold(sample, |sample, path| sample.unset(path))
    }
}

struct Planner<'s> {
    variables: BTreeMap<&'s str, &'s Node>,
    events: Vec<Planned>,
    clock: Duration,
    occasions: u64,
}

impl Planner<'_> {
    fn steps(&mut self, steps: &[ScenarioStep], occasion: u64, round: u32) -> Result<(), PlanError> {
        steps.iter().try_for_each(|step| self.step(step, occasion, round))
    }

    fn step(&mut self, step: &ScenarioStep, mut occasion: u64, outer: u32) -> Result<(), PlanError> {
        let (repeat, after) = (self.count(&step.repeat)?, self.pause(&step.after)?);
        for round in 0..repeat {
            self.clock = self.clock.saturating_add(after);
            if step.another {
                self.occasions += 1;
                occasion = self.occasions;
            }
            match &step.action {
                // Within a repeated block, `n` counts the rounds of the block.
                Action::Steps(steps) => self.steps(steps, occasion, round)?,
                Action::Send { event, actor, set, unset, expect } => {
                    let n = if repeat == 1 { outer } else { round };
                    let set = set.iter().map(|(path, value)| self.filled(path, value, n));
                    let set = set.collect::<Result<_, _>>()?;
                    self.send(Planned {
                        at: self.clock,
                        event: *event,
                        actor: usize::try_from(actor.saturating_add(round)).unwrap_or(usize::MAX),
                        occasion,
                        expect: expect.clone(),
                        set,
                        unset: unset.clone(),
                        timeline: Timeline::from(0, USUAL_LENGTH, -PLANNED_AHEAD),
                    })?;
                }
            }
        }
        Ok(())
    }

    fn send(&mut self, planned: Planned) -> Result<(), PlanError> {
        if self.events.len() == MOST_EVENTS {
            return Err(PlanError::TooMany);
        }
        self.events.push(planned);
        Ok(())
    }

    fn variable(&self, name: &str) -> Result<&Node, PlanError> {
        self.variables.get(name).copied().ok_or_else(|| unknown(name, &self.variables))
    }

    fn count(&self, given: &Given<u32>) -> Result<u32, PlanError> {
        self.value(given, "a number of repetitions", |node| match node.kind() {
            JsonKind::Number(number) => number.parse().ok(),
            _ => None,
        })
    }

    fn pause(&self, given: &Given<Duration>) -> Result<Duration, PlanError> {
        self.value(given, "a duration, such as 20s", |node| match node.kind() {
            JsonKind::Number(text) => super::parse_pause(text),
            _ => super::parse_pause(node.text()?),
        })
    }

    fn value<T: Copy>(
        &self,
        given: &Given<T>,
        wanted: &'static str,
        read: impl Fn(&Node) -> Option<T>,
    ) -> Result<T, PlanError> {
        let name = match given {
            Given::Value(value) => return Ok(*value),
            Given::Variable(name) => name,
        };
        let node = self.variable(name)?;
        let wrong = || PlanError::WrongValue { name: name.clone(), value: node.to_json(), wanted };
        read(node).ok_or_else(wrong)
    }

    /// Fills in the variables of a value: `$name` alone becomes the variable's value, `${name}` its text.
    fn filled(&self, path: &str, value: &Node, n: u32) -> Result<(String, Node), PlanError> {
        if path.split('.').any(str::is_empty) {
            return Err(PlanError::NoPath { path: path.to_owned() });
        }
        Ok((path.to_owned(), self.fill(value, n)?))
    }

    fn fill(&self, value: &Node, n: u32) -> Result<Node, PlanError> {
        Ok(match value.kind() {
            JsonKind::Text(text) => match (variable_name(text), value.text()) {
                (Some(name), _) => self.variable(name)?.clone(),
                (None, Some(text)) => Node::from(self.text(text, n)?),
                (None, None) => value.clone(),
            },
            JsonKind::List(items) => {
                let filled = items.iter().map(|item| self.fill(item, n));
                Node::list(filled.collect::<Result<Vec<_>, _>>()?)
            }
            JsonKind::Object(members) => {
                let filled = members.iter().map(|(name, value)| Ok((name.clone(), self.fill(value, n)?)));
                Node::object(filled.collect::<Result<Vec<_>, _>>()?)
            }
            _ => value.clone(),
        })
    }

    fn text(&self, text: &str, n: u32) -> Result<String, PlanError> {
        let (mut filled, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, after)) = after.split_once('}') else { break };
            filled.push_str(before);
            match name {
                "n" => filled.push_str(&(n + 1).to_string()),
                name => {
                    let value = self.variable(name)?;
                    filled.push_str(&value.text().map_or_else(|| value.to_json().into(), Cow::Borrowed));
                }
            }
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

/// The name in a text that is exactly `$name`.
pub(super) fn variable_name(text: &[u8]) -> Option<&str> {
    std::str::from_utf8(text).ok()?.strip_prefix('$').filter(|name| is_name(name))
}

/// Whether a text can be a variable's name.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// The times of one meeting, call or chat.
#[derive(Default)]
struct Times {
    created: Option<i64>,
    start: Option<i64>,
    end: Option<i64>,
    people: BTreeMap<usize, (Option<i64>, Option<i64>)>,
}

/// Gives every event the times of its scenario: a recording starts together with its meeting.
fn set_timelines(events: &mut [Planned]) {
    let mut occasions = BTreeMap::<u64, Times>::new();
    for planned in events.iter() {
        let at = i64::try_from(planned.at.as_millis()).unwrap_or(i64::MAX);
        let times = occasions.entry(planned.occasion).or_default();
        let person = times.people.entry(planned.actor).or_default();
        let name = planned.event.name();
        match name.rsplit(['.', '_']).next().unwrap_or_default() {
            "created" => times.created = times.created.or(Some(at)),
            "started" | "ringing" => times.start = times.start.or(Some(at)),
            "ended" => times.end = Some(at),
            "joined" | "answered" => person.0 = person.0.or(Some(at)),
            "left" => person.1 = Some(at),
            _ => {}
        }
    }
    for planned in events {
        if let Some(times) = occasions.get(&planned.occasion) {
            planned.timeline = times.of(planned.actor, planned.at);
        }
    }
}

impl Times {
    fn of(&self, actor: usize, at: Duration) -> Timeline {
        let at = i64::try_from(at.as_millis()).unwrap_or(i64::MAX);
        let start = self.start.unwrap_or_else(|| self.end.map_or(at, |end| end - USUAL_LENGTH));
        let end = self.end.unwrap_or(start + USUAL_LENGTH).max(start + 3000);
        let usual = Timeline::from(start, end - start, self.created.unwrap_or(start - PLANNED_AHEAD));
        let (join, leave) = self.people.get(&actor).copied().unwrap_or_default();
        let join = join.unwrap_or(usual.join);
        Timeline { join, leave: leave.unwrap_or(usual.leave).max(join), ..usual }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zoom::catalogue::find;

    fn send(event: &str, after: u64, repeat: Given<u32>, actor: u32) -> ScenarioStep {
        ScenarioStep {
            after: Given::Value(Duration::from_secs(after)),
            repeat,
            another: false,
            action: Action::Send {
                event: find(event).unwrap(),
                actor,
                set: Vec::new(),
                unset: Vec::new(),
                expect: None,
            },
        }
    }

    fn meeting() -> Scenario {
        let some = || Given::Variable("people".into());
        Scenario {
            about: "a meeting".into(),
            variables: vec![("people".into(), Node::from(2))],
            steps: vec![
                send("meeting.started", 0, Given::Value(1), 0),
                send("meeting.participant_joined", 10, some(), 1),
                send("meeting.participant_left", 600, some(), 1),
                send("meeting.ended", 60, Given::Value(1), 0),
            ],
        }
    }

    #[test]
    fn repetitions_pause_and_move_to_the_next_person() {
        let plan = meeting().plan(&[]).unwrap();
        let seen: Vec<_> = plan.events.iter().map(|e| (e.event.name(), e.actor, e.at.as_secs())).collect();
        assert_eq!(
            seen,
            [
                ("meeting.started", 0, 0),
                ("meeting.participant_joined", 1, 10),
                ("meeting.participant_joined", 2, 20),
                ("meeting.participant_left", 1, 620),
                ("meeting.participant_left", 2, 1220),
                ("meeting.ended", 0, 1280),
            ]
        );
        assert_eq!(plan.length, Duration::from_secs(1280));
    }

    #[test]
    fn given_variables_override_the_defaults() {
        let plan = meeting().plan(&[("people".into(), Node::from(5))]).unwrap();
        assert_eq!(plan.events.len(), 12);
        let error = meeting().plan(&[("persons".into(), Node::from(5))]).unwrap_err();
        assert_eq!(error.to_string(), "there is no variable persons; the scenario has people");
        let error = meeting().plan(&[("people".into(), Node::from("many"))]).unwrap_err();
        assert!(matches!(error, PlanError::WrongValue { .. }), "{error}");
        let error = meeting().plan(&[("people".into(), Node::from(4_000_000_000))]).unwrap_err();
        assert_eq!(error, PlanError::TooMany);
    }

    #[test]
    fn payloads_have_the_times_of_the_scenario() {
        let plan = meeting().plan(&[]).unwrap();
        let began = 1_795_507_201_042;
        let text = |at: usize, path: &str| {
            let planned = &plan.events[at];
            let sample = Sample::new(1, std::time::UNIX_EPOCH + Duration::from_millis(began as u64));
            let body = planned.sample(sample, began).of(&planned.event);
            body.node().at(path).and_then(Node::text).unwrap().to_owned()
        };
        let start = text(0, "payload.object.start_time");
        assert_eq!(start, "2026-11-24T08:00:01Z");
        assert_eq!(text(5, "payload.object.start_time"), start);
        assert_eq!(text(2, "payload.object.participant.join_time"), "2026-11-24T08:00:21Z");
        assert_eq!(text(4, "payload.object.participant.leave_time"), "2026-11-24T08:20:21Z");
        assert_eq!(text(5, "payload.object.end_time"), "2026-11-24T08:21:21Z");
    }

    #[test]
    fn texts_may_contain_variables_and_the_number_of_the_round() {
        let mut scenario = meeting();
        let Action::Send { set, .. } = &mut scenario.steps[1].action else { panic!() };
        set.push(("payload.object.topic".into(), Node::from("Round ${n} of ${people}")));
        set.push(("payload.object.people".into(), Node::from("$people")));
        let plan = scenario.plan(&[]).unwrap();
        assert_eq!(plan.events[2].set[0].1, Node::from("Round 2 of 2"));
        assert_eq!(plan.events[2].set[1].1, Node::from(2));
    }
}
