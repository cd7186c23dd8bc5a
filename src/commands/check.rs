//! `zoomhook check`: tests an endpoint as Zoom would use it, and proves what is wrong by experiments.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio_rustls::TlsConnector;

use super::{ExitStatus, Failure, help};
use crate::check::{CheckFacts, CheckPlan, CheckReport, HttpWire, TransportFacts, examine};
use crate::diagnosis::Secrets;
use crate::http::{HttpClient, TlsRoots, TlsRootsError, inspect_tls};
use crate::report::{self, CheckView, CheckViewSettings, OutputError};
use crate::settings::Error;
use crate::settings::check::{CaseArgs, CheckOutputArgs, CheckTarget, CheckTargetArgs};
use crate::settings::env::Environment;
use crate::settings::prompt::Terminal;
use crate::settings::secret::SecretArgs;
use crate::zoom::NamedSecret;

/// Test your endpoint as Zoom would use it, and prove what is wrong
///
/// Sends challenges, forged requests and events, and judges the answers. If your app refuses what Zoom would send,
/// experiments find out why: the same event is signed in each wrong way until your app accepts one. All ids are
/// reserved ones, and names begin with "zoomhook check". At most 200 requests, four at a time.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::examples(help::CHECK))]
pub(super) struct CheckArgs {
    #[command(flatten)]
    target: CheckTargetArgs,
    #[command(flatten)]
    cases: CaseArgs,
    #[command(flatten)]
    output: CheckOutputArgs,
    #[command(flatten)]
    secret: SecretArgs,
}

/// What a run needs, checked.
struct Check {
    target: CheckTarget,
    cases: CaseArgs,
    secrets: Secrets,
    token: NamedSecret,
}

/// Sends the requests and shows the result.
pub(super) fn run(args: CheckArgs) -> Result<ExitStatus, Failure> {
    let environment = Environment::of_process();
    let target = args.target.check(&environment)?;
    let secrets = args.secret.check(&environment, &mut Terminal).map_err(Error::from)?;
    let output = args.output;
    let settings = CheckViewSettings {
        format: output.format,
        quiet: output.quiet,
        color: output.color,
        strict: args.cases.strict,
        framework: output.framework,
    };
    if let Some(note) = target.note.as_ref().filter(|_| !output.quiet) {
        report::print_note(note);
    }
    let Some(token) = secrets.tokens.into_iter().next() else { return Ok(ExitStatus::Internal) };
    let check = Check { target, cases: args.cases, secrets: Secrets::new(secrets.texts), token };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut view = CheckView::to_terminal(settings);
    let shown = runtime.block_on(check.once(&mut view));
    runtime.shutdown_timeout(Duration::ZERO);
    let is_right = match shown {
        Ok(is_right) => is_right,
        Err(NotShown::Output(OutputError::Closed)) => return Ok(ExitStatus::Done),
        Err(NotShown::Output(error)) => return Err(error.into()),
        Err(NotShown::Failure(failure)) => return Err(failure),
    };
    match view.finish() {
        Ok(()) | Err(OutputError::Closed) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(if is_right { ExitStatus::Done } else { ExitStatus::Endpoint })
}

/// Why a run has no result.
enum NotShown {
    Output(OutputError),
    Failure(Failure),
}

impl Check {
    /// The connection, for https: what the server sends, and how to connect to it.
    async fn transport(&self) -> Result<(Option<TransportFacts>, Option<TlsConnector>), TlsRootsError> {
        let target = &self.target.target;
        if !target.is_tls() {
            return Ok((None, None));
        }
        let roots = TlsRoots::Public(self.target.ca.clone());
        let inspection = inspect_tls(target, &roots).await?;
        let host = target.host().to_str().unwrap_or_default().to_owned();
        let facts = TransportFacts { inspection, port: target.port(), host };
        Ok((Some(facts), Some(roots.connector()?)))
    }

    /// Runs once. Returns whether the endpoint is right.
    async fn once(&self, view: &mut CheckView) -> Result<bool, NotShown> {
        let begun = Instant::now();
        let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let plan = CheckPlan {
            secrets: &self.secrets,
            token: &self.token.token,
            quick: self.cases.quick,
            events: !self.cases.no_events,
            has_headers: !self.target.headers.is_empty(),
            seed: u64::try_from(seed).unwrap_or_default(),
        };
        let target = &self.target.target;
        let (transport, tls) = self
            .transport()
            .await
            .map_err(|error| NotShown::Failure(Failure::new(ExitStatus::Usage, error.to_string())))?;
        let is_usable = transport.as_ref().is_none_or(TransportFacts::is_usable);
        let mut facts = match is_usable {
            true => {
                let client = || HttpClient::new(target.clone(), tls.clone());
                let wire = HttpWire::new(client, self.target.headers.clone());
                examine(&wire, plan, &mut |progress| view.progress(progress)).await
            }
            // Zoom sends no request over this connection.
            false => CheckFacts::default(),
        };
        facts.transport = transport;
        let result = CheckReport::of(&facts);
        view.show(&result, &target.to_string(), begun.elapsed()).map_err(NotShown::Output)?;
        Ok(result.is_right(self.cases.strict))
    }
}
