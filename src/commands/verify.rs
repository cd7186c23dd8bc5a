//! `zoomhook verify`: is this captured request genuine, and if not, why?

use std::ops::ControlFlow;
use std::time::SystemTime;

use super::{ExitStatus, Failure, help, ids};
use crate::delivery::Warning;
use crate::diagnosis::Secrets;
use crate::history::{HistoryReader, Reference};
use crate::report::{OutputError, VerdictSettings, Verdicts, history};
use crate::settings::Error;
use crate::settings::env::Environment;
use crate::settings::history::HistoryFileArgs;
use crate::settings::prompt::{Prompt, Terminal};
use crate::settings::secret::SecretArgs;
use crate::settings::verify::{InputArgs, JudgementArgs, VerdictOutputArgs};
use crate::verify::{self, CaptureSource, DeliveryVerdict, Inspector, VerifyPlan, VerifyStep, VerifyTally};

/// Is this captured request genuine, and if not, why?
///
/// Reads requests as they were captured: raw HTTP, curl commands, HAR, ngrok's inspector, logs of many kinds,
/// zoomhook's own NDJSON. In place of a file the id of a kept delivery may stand, or last. Says of each: valid; invalid, because …; or cannot tell, because … A cause is named
/// only when the arithmetic proves it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::everything(help::VERIFY))]
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
}

/// What `verify` needs, checked.
struct Verify {
    plan: VerifyPlan,
    inspector: Inspector,
    output: VerdictSettings,
    warnings: Vec<Warning>,
}

impl VerifyArgs {
    /// What is to be read comes first: nobody wants to paste a secret only to read of a forgotten file.
    fn check(self, environment: &Environment, prompt: &mut dyn Prompt) -> Result<Verify, Failure> {
        let plan = self.input.check(self.secret.mistaken_file()).map_err(Error::Input)?;
        let plan = kept(plan, &self.history, environment)?;
        let secrets = self.secret.check(environment, prompt).map_err(Error::Secret)?;
        let inspector = self.judgement.check(Secrets::new(secrets.texts), SystemTime::now());
        Ok(Verify { plan, inspector, output: self.output.check(), warnings: secrets.warnings })
    }
}

/// The plan with deliveries of the history in place of names that no file has. As a line of its export each brings
/// the time of its arrival, against which its age is measured.
fn kept(
    mut plan: VerifyPlan,
    file: &HistoryFileArgs,
    environment: &Environment,
) -> Result<VerifyPlan, Failure> {
    for source in &mut plan.sources {
        let CaptureSource::Path(path) = source else { continue };
        let Some(name) = path.to_str().filter(|_| !path.exists()) else { continue };
        let Some(reference) = Reference::likely(name) else { continue };
        let reader = HistoryReader::open(&file.path(environment)?)?;
        match reader.map(|reader| reader.get(&reference)).transpose()? {
            Some(Ok(stored)) => {
                *source = CaptureSource::Memory { bytes: history::line(&stored), name: stored.id };
            }
            Some(Err(several)) if !several.is_empty() => return Err(ids::not_one(&reference, &several)),
            // A file's name after all: that it is not there is told like any other's.
            _ if !reference.is_certain() => {}
            Some(Err(_)) => return Err(ids::not_one(&reference, &[])),
            None => return Err(ids::no_history(&file.path(environment)?)),
        }
    }
    Ok(plan)
}

/// Reads, judges, tells.
pub(super) fn run(args: VerifyArgs) -> Result<ExitStatus, Failure> {
    let Verify { plan, inspector, output, warnings } =
        args.check(&Environment::of_process(), &mut Terminal)?;
    let mut verdicts = Verdicts::to_terminal(&output, verify::total_bytes(&plan));
    let mut tally = VerifyTally::default();
    match told(&plan, &inspector, &warnings, &mut verdicts, &mut tally).and_then(|()| verdicts.finish(&tally))
    {
        // Whoever reads has seen enough; what was judged by then decides.
        Ok(()) | Err(OutputError::Closed) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(match tally.verdict() {
        DeliveryVerdict::Valid => ExitStatus::Done,
        DeliveryVerdict::Invalid => ExitStatus::Invalid,
        DeliveryVerdict::Unknown => ExitStatus::Unknown,
    })
}

fn told(
    plan: &VerifyPlan,
    inspector: &Inspector,
    warnings: &[Warning],
    verdicts: &mut Verdicts,
    tally: &mut VerifyTally,
) -> Result<(), OutputError> {
    warnings.iter().try_for_each(|warning| verdicts.warn(warning))?;
    let mut ended = Ok(());
    verify::verify(plan, inspector, |step| {
        ended = tell(step, verdicts, tally);
        if ended.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    ended
}

fn tell(step: VerifyStep, verdicts: &mut Verdicts, tally: &mut VerifyTally) -> Result<(), OutputError> {
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
