//! `zoomhook doctor`: examines the set-up of this machine.

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Instant;

use super::{ExitStatus, Failure, failure, help};
use crate::delivery::{TunnelRefusal, UnmetExpectation};
use crate::doctor::{self, SetupCheck, SetupFinding, SetupFix};
use crate::history::HistoryError;
use crate::listener::BindError;
use crate::report::{self, Color, FindingSettings, Format, SetupReport};
use crate::session::SessionError;
use crate::settings::Error;
use crate::settings::doctor::DoctorArgs;
use crate::settings::env::Environment;
use crate::settings::ngrok::NgrokError;
use crate::settings::prompt::{Prompt, Terminal};
use crate::settings::secret::SecretError;
use crate::settings::tunnel::TunnelError;
use crate::zoom::CHALLENGE_EVENT;

/// Find out what is wrong with your set-up: secret token, clock, port, history, tunnel, app
///
/// Each check is an experiment on this machine. With --online, other machines are asked too: the tunnel is opened for
/// a moment, the clock is compared, and your app gets a challenge. A check that cannot know says so. doctor takes
/// the flags of listen that matter, and checks what listen would use. The exit code is 1 if a check failed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::with_exit_codes(help::DOCTOR))]
pub(super) struct DoctorCommandArgs {
    #[command(flatten)]
    checked: Box<DoctorArgs>,

    /// Fix what zoomhook can fix, after a question for each: create .env, add it to .gitignore
    #[arg(long, help_heading = "Fixes")]
    fix: bool,

    /// With --fix, ask no question
    #[arg(long, short, requires = "fix", help_heading = "Fixes")]
    yes: bool,

    /// Output format
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "pretty", help_heading = "Output")]
    format: Format,

    /// Show only the checks that failed
    #[arg(long, short, help_heading = "Output")]
    quiet: bool,

    /// When to use color
    #[arg(long, value_name = "WHEN", value_enum, default_value = "auto", help_heading = "Output")]
    color: Color,

    /// Show further facts, and how long each check took
    #[arg(long, short, help_heading = "Output", conflicts_with = "quiet")]
    verbose: bool,
}

/// Runs the checks, and the fixes before the report.
pub(super) fn run(args: DoctorCommandArgs) -> Result<ExitStatus, Failure> {
    let started = Instant::now();
    let mut findings = examine(&args.checked)?;
    let mut fixed = Vec::new();
    if args.fix {
        fixed = fix(&findings, args.yes, &mut Terminal)?;
        if !fixed.is_empty() {
            findings = examine(&args.checked)?;
        }
    }
    let report = SetupReport { findings, fixed, took: started.elapsed(), to_fix: to_fix() };
    let settings =
        FindingSettings { format: args.format, quiet: args.quiet, verbose: args.verbose, color: args.color };
    let status = if report.has_failed() { ExitStatus::Internal } else { ExitStatus::Done };
    super::printed(report::print_findings(&report, settings))?;
    Ok(status)
}

/// This command with `--fix`. `None` if it would have to be quoted, or has a secret.
fn to_fix() -> Option<String> {
    let mut words = Vec::new();
    for argument in std::env::args_os().skip(1) {
        let word = argument.into_string().ok()?;
        let flag = word.split('=').next().unwrap_or_default();
        if WITH_SECRETS.contains(&flag) || word.contains(' ') || !RelatedFlags::can_be_pasted(&word) {
            return None;
        }
        words.push(word);
    }
    words.extend((!words.iter().any(|word| word == "--fix")).then(|| "--fix".to_owned()));
    let asks = Terminal.is_possible() || words.iter().any(|word| word == "--yes" || word == "-y");
    words.extend((!asks).then(|| "--yes".to_owned()));
    Some(format!("zoomhook {}", words.join(" ")))
}

/// Flags whose value may be a secret.
const WITH_SECRETS: [&str; 3] = ["--secret", "--ngrok-authtoken", "--forward-header"];

fn examine(args: &DoctorArgs) -> Result<Vec<SetupFinding>, Failure> {
    let is_terminal = std::io::stdout().is_terminal();
    let setup = args.setup(&Environment::of_process(), is_terminal, failure::hint_for);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let findings = runtime.block_on(doctor::examine(Arc::new(setup), &args.checks()));
    // A check that was given up may hold a thread.
    runtime.shutdown_background();
    Ok(findings)
}

/// Fixes what can be fixed. Returns what was done.
fn fix(findings: &[SetupFinding], yes: bool, prompt: &mut dyn Prompt) -> Result<Vec<SetupFix>, Failure> {
    let mut fixed = Vec::new();
    for fix in findings.iter().filter_map(|finding| finding.fix.as_ref()) {
        if !yes && !prompt.is_possible() {
            report::print_note(&format!("To {}, add --yes: there is no terminal to ask on.", fix.action()));
            continue;
        }
        if !yes && !prompt.confirm(&format!("{}?", doctor::capitalized(&fix.action())))? {
            continue;
        }
        let token = match fix {
            SetupFix::CreateEnvFile { .. } if !yes => Some(prompt.ask(TOKEN)?),
            _ => None,
        };
        let token = token.as_ref().map(|token| token.trim());
        doctor::apply(fix, token).map_err(|error| {
            Failure::new(ExitStatus::Internal, format!("cannot {}: {error}", fix.action()))
        })?;
        fixed.push(fix.clone());
    }
    Ok(fixed)
}

/// The value of the new file. Nothing is typed to fill it in later.
const TOKEN: &str = "Secret token of your Zoom app (not shown; Enter to add it later): ";

/// The flags of a `listen` that `doctor` needs to check the same thing. Built before `listen` takes its settings.
#[derive(Debug, Default)]
pub(super) struct RelatedFlags {
    /// Whether `doctor --fix` would create a `.env` file for a missing secret token.
    pub(super) can_create_env_file: bool,
    /// The tunnel's flags; `None` if one of them must not be repeated, or is not known to `doctor`.
    pub(super) tunnel: Option<String>,
    /// `--history-file`.
    pub(super) history: String,
    /// The only app and the path, if a challenge of `doctor` would be the same as one of `listen`.
    pub(super) app: Option<String>,
}

impl RelatedFlags {
    /// Whether flags mean the same to a shell without quotes.
    pub(super) fn can_be_pasted(flags: &str) -> bool {
        flags.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" /:._-".contains(&byte))
    }

    /// The check that explains why `listen` cannot use its settings, where one does.
    pub(super) fn about_settings(&self, error: &Error) -> Option<String> {
        match error {
            Error::Secret(SecretError::Missing { similar: None }) if self.can_create_env_file => {
                Some("To create a .env file for it:\n  zoomhook doctor --only secret --fix".to_owned())
            }
            Error::Tunnel(TunnelError::Ngrok(NgrokError::NoAuthtoken)) => Some(format!(
                "To see where zoomhook looks for it:\n  zoomhook doctor --only {} --verbose",
                SetupCheck::Authtoken
            )),
            _ => None,
        }
    }

    /// The check that explains why a session does not start, where one does.
    pub(super) fn about_session(&self, error: &SessionError) -> Option<String> {
        match error {
            SessionError::Bind(BindError::Taken { port, .. }) => {
                Some(check_again(SetupCheck::Port, &format!(" --port {port}")))
            }
            SessionError::History(
                HistoryError::Unopened { .. }
                | HistoryError::ReadOnly { .. }
                | HistoryError::DiskFull { .. }
                | HistoryError::Refused { .. }
                | HistoryError::Busy { .. }
                | HistoryError::Untrusted { .. },
            ) => Some(check_again(SetupCheck::History, &self.history)),
            _ => None,
        }
    }

    /// The check that explains why there is no tunnel, where one does.
    pub(super) fn about_tunnel(&self, refusal: &TunnelRefusal) -> Option<String> {
        let flags = self.tunnel.as_ref()?;
        match refusal.code.as_deref() {
            // Another session of the account. Only one on this machine can be found.
            Some("ERR_NGROK_108" | "ERR_NGROK_334") => Some(check_again(SetupCheck::Sessions, "")),
            _ => Some(check_again(SetupCheck::Tunnel, &format!(" --online{flags}"))),
        }
    }

    /// The check that explains why Validate fails, where one does.
    pub(super) fn about_expectation(&self, unmet: &UnmetExpectation) -> Option<String> {
        let UnmetExpectation::Refused { event, .. } = unmet else { return None };
        let flags = self.app.as_ref().filter(|_| event == CHALLENGE_EVENT)?;
        Some(format!(
            "To send your app another challenge:\n  zoomhook doctor --only {} --online{flags}",
            SetupCheck::App
        ))
    }
}

/// The command that runs one check, with flags.
fn check_again(check: SetupCheck, flags: &str) -> String {
    format!("To check this again:\n  zoomhook doctor --only {check}{flags}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::prompt::tests::Scripted;

    #[test]
    fn fixes_only_what_the_user_agrees_to() {
        let folder = tempfile::tempdir().unwrap();
        let gitignore = folder.path().join(".gitignore");
        let fix_it = SetupFix::IgnoreInGit { gitignore: gitignore.clone(), file: ".env".into() };
        let finding = SetupFinding {
            check: SetupCheck::Git,
            status: doctor::SetupStatus::Warn,
            detail: String::new(),
            remedy: None,
            fix: Some(fix_it.clone()),
            notes: Vec::new(),
            took: std::time::Duration::ZERO,
        };
        for (answer, yes, done) in [("n", false, false), ("y", false, true), ("n", true, true)] {
            let mut prompt = Scripted(vec![answer]);
            let fixed = fix(std::slice::from_ref(&finding), yes, &mut prompt).unwrap();
            assert_eq!((fixed.is_empty(), gitignore.exists()), (!done, done), "{answer} {yes}");
            let _ = std::fs::remove_file(&gitignore);
        }
        assert!(fix(&[finding], false, &mut Scripted::default()).unwrap().is_empty());
    }
}
