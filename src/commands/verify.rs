//! `zoomhook verify`: is this captured request genuine, and if not, why?

use std::ops::ControlFlow;
use std::time::SystemTime;

use super::{ExitStatus, Failure, help, ids};
use crate::delivery::Warning;
use crate::diagnosis::Secrets;
use crate::history::{HistoryReader, Reference};
use crate::report::{self, OutputError, VerdictSettings, Verdicts, history};
use crate::settings::Error;
use crate::settings::env::Environment;
use crate::settings::history::HistoryFileArgs;
use crate::settings::project::ProjectArgs;
use crate::settings::prompt::{Prompt, Terminal, Unattended};
use crate::settings::secret::SecretArgs;
use crate::settings::verify::{InputArgs, JudgementArgs, VerdictOutputArgs, has_piped_stdin};
use crate::verify::{
    self, CaptureJudge, CaptureSource, DeliveryVerdict, VerifyPlan, VerifyStep, VerifyTally,
};

/// Is this captured request genuine, and if not, why?
///
/// Reads a captured request from any text: raw HTTP, curl commands, HAR, logs, dumps, zoomhook's own NDJSON. FILE may
/// also be the id of a stored delivery, or last. The verdict on each request is valid, invalid or unknown, with the
/// reason. A cause is named only if the HMAC proves it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::with_exit_codes(help::VERIFY))]
pub(super) struct VerifyArgs {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    secret: SecretArgs,
    #[command(flatten)]
    judgement: JudgementArgs,
    #[command(flatten)]
    output: VerdictOutputArgs,
    #[command(flatten)]
    history: HistoryFileArgs,
    #[command(flatten)]
    project: ProjectArgs,
}

/// What `verify` needs, checked.
struct Verify {
    plan: VerifyPlan,
    judge: CaptureJudge,
    output: VerdictSettings,
    warnings: Vec<Warning>,
}

impl VerifyArgs {
    /// Checks the input first, so that a user does not paste a secret only to read of a missing file. If there is no
    /// secret token either, both are reported.
    fn check(self, environment: &Environment, prompt: &mut dyn Prompt) -> Result<Verify, Failure> {
        let plan = self.input.check(self.secret.mistaken_file(), has_piped_stdin()).map_err(Error::Input)?;
        let project = self.project.check(environment);
        let plan = with_stored_deliveries(plan, &self.history, project.as_deref(), environment)?;
        let unreadable = unreadable(&plan);
        let prompt = if unreadable.is_empty() { prompt } else { &mut Unattended };
        let secrets = self.secret.check(environment, prompt).map_err(|error| {
            unreadable.iter().for_each(|why| report::print_error(why, None));
            Error::Secret(error)
        })?;
        let judge = self.judgement.check(Secrets::new(secrets.texts), SystemTime::now());
        Ok(Verify { plan, judge, output: self.output.check(), warnings: secrets.warnings })
    }
}

/// Which sources cannot be read, and why.
fn unreadable(plan: &VerifyPlan) -> Vec<String> {
    let why =
        |source: &CaptureSource| Some(format!("{} {}", source.name(), source.obstacle(plan.recursive)?));
    plan.sources.iter().filter_map(why).collect()
}

/// Replaces the name of a stored delivery by that delivery, unless a file has the same name. The delivery is read as a
/// line of an export, which contains its arrival time for the check of its age.
fn with_stored_deliveries(
    mut plan: VerifyPlan,
    file: &HistoryFileArgs,
    project: Option<&str>,
    environment: &Environment,
) -> Result<VerifyPlan, Failure> {
    for source in &mut plan.sources {
        let CaptureSource::Path(path) = source else { continue };
        let Some(name) = path.to_str().filter(|_| !path.exists()) else { continue };
        let Some(reference) = Reference::likely(name) else { continue };
        let Some(reader) = HistoryReader::open(&file.path(environment)?)? else {
            // The name of a missing file, which is reported when it is read.
            if !reference.is_certain() {
                continue;
            }
            return Err(ids::no_history(&file.path(environment)?));
        };
        match reader.get(&reference, project)? {
            Ok(stored) => {
                *source = CaptureSource::Memory { bytes: history::line(&stored), name: stored.id };
            }
            Err(several) if several.is_empty() && !reference.is_certain() => {}
            Err(several) => return Err(ids::not_found(&reader, &reference, project, &several)),
        }
    }
    Ok(plan)
}

/// Reads the captures, judges them and reports the verdicts.
pub(super) fn run(args: VerifyArgs) -> Result<ExitStatus, Failure> {
    let Verify { plan, judge, output, warnings } = args.check(&Environment::of_process(), &mut Terminal)?;
    let mut verdicts = Verdicts::to_terminal(&output, verify::total_bytes(&plan));
    let mut tally = VerifyTally::default();
    match report_all(&plan, &judge, &warnings, &mut verdicts, &mut tally)
        .and_then(|()| verdicts.finish(&tally))
    {
        // The reader has closed the output; the verdicts so far decide the exit code.
        Ok(()) | Err(OutputError::Closed) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(match tally.verdict() {
        DeliveryVerdict::Valid => ExitStatus::Done,
        DeliveryVerdict::Invalid => ExitStatus::Invalid,
        DeliveryVerdict::Unknown => ExitStatus::Unknown,
    })
}

fn report_all(
    plan: &VerifyPlan,
    judge: &CaptureJudge,
    warnings: &[Warning],
    verdicts: &mut Verdicts,
    tally: &mut VerifyTally,
) -> Result<(), OutputError> {
    warnings.iter().try_for_each(|warning| verdicts.warn(warning))?;
    let mut ended = Ok(());
    verify::verify(plan, judge, |step| {
        ended = report_step(step, verdicts, tally);
        if ended.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    ended
}

fn report_step(
    step: VerifyStep,
    verdicts: &mut Verdicts,
    tally: &mut VerifyTally,
) -> Result<(), OutputError> {
    let requests = step.outcomes.len() as u64;
    for outcome in step.outcomes {
        tally.count(&outcome);
        verdicts.show(outcome)?;
    }
    if let Some(source) = step.skipped {
        verdicts.skip(&source)?;
    }
    verdicts.advance(step.bytes, requests)
}
