//! The payloads of samples: `--seed`, `--at`, `--minimal`, `--full`, `--set`, `--unset`, `--file` and related flags.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::file::{self, UnreadableFile};
use super::number::whole;
use super::time::TimeOrOffset;
use crate::zoom::Assignment;
use crate::zoom::catalogue::{Event, Fullness, Node, NotReadable, Sample};

/// The flags.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Payload")]
pub(crate) struct SampleArgs {
    /// Seed of the random values; without it a seed is chosen and shown
    ///
    /// The same seed gives the same values. Times depend on the time of the run. With --at and a fixed time as well,
    /// every byte is the same in every run; with an offset such as -10m it is not.
    #[arg(long, value_name = "NUMBER", value_parser = whole(0..=u64::MAX))]
    seed: Option<u64>,

    /// The time of the event: RFC 3339, Unix seconds, or an offset from now such as -10m [default: now]
    ///
    /// `trigger` also signs with this time. A receiver that checks the age refuses a time that is more than 5 minutes
    /// away.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<TimeOrOffset>,

    /// Include only the fields that are always present
    #[arg(long, conflicts_with = "full")]
    minimal: bool,

    /// Include every known field
    #[arg(long)]
    full: bool,

    /// Set the value at a path: payload.object.topic='Quarterly', or payload.object.duration:=30 for JSON
    #[arg(long, value_name = "PATH=TEXT|PATH:=JSON")]
    set: Vec<Assignment>,

    /// Remove the value at this path
    #[arg(long, value_name = "PATH")]
    unset: Vec<String>,

    /// File with a body to start from, instead of a generated one
    #[arg(long, value_name = "PATH", value_hint = clap::ValueHint::FilePath)]
    file: Option<PathBuf>,

    /// Account id to use in all fields
    #[arg(long, value_name = "ID")]
    account_id: Option<String>,

    /// Host's email address to use in all fields
    #[arg(long, value_name = "EMAIL")]
    host_email: Option<String>,
}

/// The checked settings for samples.
#[derive(Debug, Clone)]
pub(crate) struct Samples {
    /// The seed in use.
    pub(crate) seed: u64,
    /// Whether zoomhook chose the seed, which must then be shown to the user.
    pub(crate) seed_is_chosen: bool,
    /// The time of `--at`.
    pub(crate) at: Option<SystemTime>,
    template: Sample,
    /// Without the changes of `--set` and `--unset`, with every known field.
    known: Sample,
    /// The paths of `--set`.
    set: Vec<String>,
}

impl Samples {
    /// The paths of `--set` that none of these events has: intended, or mistyped.
    #[must_use]
    pub(crate) fn added<'e>(&self, events: impl Iterator<Item = &'e Event>) -> Vec<String> {
        let mut added = self.set.clone();
        for event in events {
            if added.is_empty() {
                break;
            }
            let body = Node::parse(&self.known.of(event).to_json()).ok();
            added.retain(|path| body.as_ref().is_none_or(|body| body.at(path).is_none()));
        }
        added
    }

    /// The settings for one sample in this round at this time.
    #[must_use]
    pub(crate) fn at(&self, now: SystemTime, round: u64) -> Sample {
        // A large step between rounds: otherwise the second round of seed 1 is the first round of seed 2.
        let seed = self.seed.wrapping_add(round.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        self.template.clone().at(now).seed(seed)
    }
}

/// Why samples cannot be generated.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SampleError {
    /// `--file` cannot be read.
    #[error(transparent)]
    Unreadable(#[from] UnreadableFile),
    /// `--file` is not JSON.
    #[error("{}: {error}", path.display())]
    NotJson {
        /// The file.
        path: PathBuf,
        /// What is wrong in it.
        error: NotReadable,
    },
}

impl SampleArgs {
    /// The checked value.
    ///
    /// # Errors
    /// [`SampleError`] if `--file` cannot be used.
    pub(crate) fn check(self, now: SystemTime) -> Result<Samples, SampleError> {
        let seed = self.seed.unwrap_or_else(|| chosen(now));
        let at = self.at.map(|time| time.from(now));
        let mut sample = Sample::new(seed, at.unwrap_or(now)).fullness(match (self.minimal, self.full) {
            (true, _) => Fullness::Minimal,
            (_, true) => Fullness::Full,
            _ => Fullness::Usual,
        });
        if let Some(path) = &self.file {
            sample = sample.base(read_json(path)?);
        }
        if let Some(account_id) = self.account_id {
            sample = sample.account_id(account_id);
        }
        if let Some(host_email) = self.host_email {
            sample = sample.host_email(host_email);
        }
        let (known, mut set) = (sample.clone().fullness(Fullness::Full), Vec::new());
        for (path, value) in self.set.into_iter().map(Assignment::into_parts) {
            // An assignment's path was checked when it was parsed.
            if let Ok(changed) = sample.clone().set(&path, value) {
                sample = changed;
            }
            set.push(path);
        }
        let template = self.unset.iter().fold(sample, |sample, path| sample.unset(path));
        Ok(Samples { seed, seed_is_chosen: self.seed.is_none(), at, template, known, set })
    }
}

/// A random seed that is short enough to type.
fn chosen(now: SystemTime) -> u64 {
    let nanos = now.duration_since(UNIX_EPOCH).unwrap_or_default().subsec_nanos();
    u64::from(nanos ^ std::process::id()) % 1_000_000
}

fn read_json(path: &Path) -> Result<Node, SampleError> {
    let text = file::read(path, path)?;
    Node::parse(&text).map_err(|error| SampleError::NotJson { path: path.to_owned(), error })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::testing::parse;
    use crate::zoom::catalogue::find;

    fn body(args: &[&str]) -> String {
        let samples = parse::<SampleArgs>(args).unwrap().check(UNIX_EPOCH).unwrap();
        samples.at(UNIX_EPOCH, 0).of(&find("meeting.started").unwrap()).to_json()
    }

    #[test]
    fn an_equals_sign_sets_text_and_a_colon_with_it_sets_json() {
        let body = body(&["--set", "payload.object.topic=a=b", "--set", "payload.object.duration:=[1,null]"]);
        assert!(body.contains(r#""topic":"a=b""#) && body.contains(r#""duration":[1,null]"#), "{body}");
    }

    #[test]
    fn starts_from_the_body_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("base.json");
        std::fs::write(&path, r#"{ "event": "x", "n": 1.0 }"#).unwrap();
        let path = path.to_str().unwrap();
        assert_eq!(body(&["--file", path, "--set", "new=1"]), r#"{"event":"x","n":1.0,"new":"1"}"#);
        std::fs::write(path, "{").unwrap();
        let error = parse::<SampleArgs>(&["--file", path]).unwrap().check(UNIX_EPOCH).unwrap_err();
        assert!(error.to_string().contains("base.json: not JSON"), "{error}");
    }

    #[test]
    fn uses_the_given_seed() {
        assert_eq!(body(&["--seed", "5"]), body(&["--seed", "5"]));
        let samples = parse::<SampleArgs>(&["--seed", "5"]).unwrap().check(UNIX_EPOCH).unwrap();
        assert!(!samples.seed_is_chosen && samples.seed == 5);
    }
}
