//! `zoomhook check`: tests an endpoint as Zoom would use it, and proves what is wrong by experiments.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::interrupt::until_ctrl_c;
use super::trigger::names as scenario_files;
use super::{ExitStatus, Failure, help};
use crate::check::{CheckPlan, CheckReport, SuiteCase, examine, examine_suite};
use crate::diagnosis::Secrets;
use crate::http::{HttpClient, TlsRootsError};
use crate::report::{self, CheckView, CheckViewSettings, OutputError};
use crate::settings::Error;
use crate::settings::check::{CaseArgs, CheckOutputArgs, CheckTarget, CheckTargetArgs};
use crate::settings::env::Environment;
use crate::settings::prompt::Terminal;
use crate::settings::secret::SecretArgs;
use crate::watch::Watcher;
use crate::zoom::NamedSecret;
use crate::zoom::catalogue::Sample;
use crate::zoom::catalogue::scenario::Planned;

/// How long to wait for an app that restarts.
const RESTART: Duration = Duration::from_secs(30);
/// The pause between two looks at it.
const PAUSE: Duration = Duration::from_millis(250);

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

/// Sends the requests and shows the result; with `--watch`, again after each change until the endpoint is right.
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
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let watcher = watcher(&args.cases.watch)?;
    let check = Check { target, cases: args.cases, secrets: Secrets::new(secrets.texts), token };
    let mut view = CheckView::to_terminal(settings);
    let done = until_ctrl_c(&runtime, check.rounds(&mut view, watcher, output.quiet));
    runtime.shutdown_timeout(Duration::ZERO);
    let is_right = match done {
        None => return Ok(ExitStatus::Interrupted),
        Some(Ok(is_right)) => is_right,
        Some(Err(NotShown::Output(OutputError::Closed))) => return Ok(ExitStatus::Done),
        Some(Err(NotShown::Output(error))) => return Err(error.into()),
        Some(Err(NotShown::Failure(failure))) => return Err(failure),
    };
    match view.finish() {
        Ok(()) | Err(OutputError::Closed) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(if is_right { ExitStatus::Done } else { ExitStatus::Endpoint })
}

fn watcher(paths: &[PathBuf]) -> Result<Option<Watcher>, Failure> {
    if paths.is_empty() {
        return Ok(None);
    }
    let watcher = Watcher::start(paths, Vec::new()).map_err(|error| {
        Failure::new(ExitStatus::Usage, error.to_string())
            .with_hint("--watch takes a file or a folder of your app. TARGET goes before --watch.")
    });
    watcher.map(Some)
}

/// Why a run has no result.
enum NotShown {
    Output(OutputError),
    Failure(Failure),
}

impl From<OutputError> for NotShown {
    fn from(error: OutputError) -> Self {
        Self::Output(error)
    }
}

impl From<TlsRootsError> for NotShown {
    fn from(error: TlsRootsError) -> Self {
        Self::Failure(Failure::new(ExitStatus::Usage, error.to_string()))
    }
}

impl Check {
    /// Runs once, or until the endpoint is right. Returns whether it is.
    async fn rounds(
        &self,
        view: &mut CheckView,
        watcher: Option<Watcher>,
        quiet: bool,
    ) -> Result<bool, NotShown> {
        let is_right = self.once(view).await?;
        let Some(mut watcher) = watcher.filter(|_| !is_right) else { return Ok(is_right) };
        loop {
            // Files that the app writes because of a request, such as its log, do not count as changes.
            watcher.forget().await;
            if !quiet {
                report::print_note("Waiting for a change. Ctrl-C stops.");
            }
            let path = watcher.changed().await;
            if !quiet {
                let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
                report::print_note(&format!("{name} has changed."));
            }
            self.until_up().await;
            if self.once(view).await? {
                return Ok(true);
            }
        }
    }

    /// Waits for an app that restarts after a change. One that stays down is reported.
    async fn until_up(&self) {
        let app = HttpClient::new(self.target.endpoint.target.clone(), None);
        let end = Instant::now() + RESTART;
        // It may still be up with the old code.
        tokio::time::sleep(PAUSE).await;
        while !app.is_open().await && Instant::now() < end {
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Runs once. Returns whether the endpoint is right.
    async fn once(&self, view: &mut CheckView) -> Result<bool, NotShown> {
        let begun = Instant::now();
        let result = self.report(view).await?;
        view.show(&result, &self.target.endpoint.target.to_string(), begun.elapsed())?;
        Ok(result.is_right(self.cases.strict))
    }

    async fn report(&self, view: &CheckView) -> Result<CheckReport, NotShown> {
        let reached = match self.target.endpoint.reach().await? {
            Ok(reached) => reached,
            Err(report) => return Ok(report),
        };
        let now = SystemTime::now();
        if let Some(file) = &self.cases.suite {
            let cases = suite(file, now).map_err(NotShown::Failure)?;
            let progress = |case: &SuiteCase| view.suite_progress(&case.event);
            return Ok(examine_suite(&reached.wire, &self.token.token, &cases, progress).await);
        }
        let plan = CheckPlan {
            secrets: &self.secrets,
            token: &self.token.token,
            quick: self.cases.quick,
            events: !self.cases.no_events,
            has_headers: reached.has_headers,
            seed: now.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos() as u64,
        };
        let facts = examine(&reached.wire, plan, &mut |progress| view.progress(progress)).await;
        Ok(reached.report(facts))
    }
}

/// The cases of a file. Read anew for each run, so that `--watch` sees its changes.
fn suite(file: &Path, now: SystemTime) -> Result<Vec<SuiteCase>, Failure> {
    let plan = scenario_files::read(file)?.plan(&[]);
    let plan =
        plan.map_err(|error| Failure::new(ExitStatus::Usage, format!("{}: {error}", file.display())))?;
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let began = i64::try_from(since.as_millis()).unwrap_or_default();
    let sample = Sample::new(since.as_nanos() as u64, now);
    let case = |planned: &Planned| SuiteCase {
        event: planned.event.name().to_owned(),
        body: planned.sample(sample.clone(), began).of(&planned.event).to_json().into_bytes(),
        expect: planned.expect.as_deref().cloned().unwrap_or_default(),
    };
    Ok(plan.events.iter().map(case).collect())
}
