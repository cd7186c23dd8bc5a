//! `zoomhook verify`: is this captured request genuine, and if not, why?

use std::ops::ControlFlow;
use std::time::SystemTime;

use super::{ExitStatus, Failure, help};
use crate::diagnosis::Secrets;
use crate::inspection::{Inspector, Tally, Verdict};
use crate::notice::Warning;
use crate::report::{OutputError, VerdictSettings, Verdicts};
use crate::settings::Error;
use crate::settings::env::Environment;
use crate::settings::prompt::{Prompt, Terminal};
use crate::settings::secret::SecretArgs;
use crate::settings::verify::{InputArgs, JudgementArgs, VerdictOutputArgs};
use crate::verification::{self, Plan, Step};

/// Is this captured request genuine, and if not, why?
///
/// Reads requests as they were captured: raw HTTP, curl commands, HAR, ngrok's inspector, logs of many kinds,
/// zoomhook's own NDJSON. Says of each: valid; invalid, because …; or cannot tell, because … A cause is named
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
}

/// What `verify` needs, checked.
struct Verify {
    plan: Plan,
    inspector: Inspector,
    output: VerdictSettings,
    warnings: Vec<Warning>,
}

impl VerifyArgs {
    /// What is to be read comes first: nobody wants to paste a secret only to read of a forgotten file.
    fn check(self, environment: &Environment, prompt: &mut dyn Prompt) -> Result<Verify, Error> {
        let plan = self.input.check(self.secret.mistaken_file())?;
        let secrets = self.secret.check(environment, prompt)?;
        let judgement = self.judgement.check(SystemTime::now());
        let inspector = Inspector::new(Secrets::new(secrets.texts), judgement.age)
            .explaining(judgement.mine)
            .in_framework(judgement.framework);
        Ok(Verify { plan, inspector, output: self.output.check(), warnings: secrets.warnings })
    }
}

/// Reads, judges, tells.
pub(super) fn run(args: VerifyArgs) -> Result<ExitStatus, Failure> {
    let Verify { plan, inspector, output, warnings } =
        args.check(&Environment::of_process(), &mut Terminal)?;
    let mut verdicts = Verdicts::to_terminal(&output, verification::total_bytes(&plan));
    let mut tally = Tally::default();
    match told(&plan, &inspector, &warnings, &mut verdicts, &mut tally).and_then(|()| verdicts.finish(&tally))
    {
        // Whoever reads has seen enough; what was judged by then decides.
        Ok(()) | Err(OutputError::Closed) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(match tally.verdict() {
        Verdict::Valid => ExitStatus::Done,
        Verdict::Invalid => ExitStatus::Invalid,
        Verdict::Unknown => ExitStatus::Unknown,
    })
}

fn told(
    plan: &Plan,
    inspector: &Inspector,
    warnings: &[Warning],
    verdicts: &mut Verdicts,
    tally: &mut Tally,
) -> Result<(), OutputError> {
    warnings.iter().try_for_each(|warning| verdicts.warn(warning))?;
    let mut ended = Ok(());
    verification::verify(plan, inspector, |step| {
        ended = tell(step, verdicts, tally);
        if ended.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    ended
}

fn tell(step: Step, verdicts: &mut Verdicts, tally: &mut Tally) -> Result<(), OutputError> {
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
