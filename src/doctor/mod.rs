//! Examines the set-up of this machine: secret token, clock, port, history, tunnel, app. The entry point is [`examine`].
//!
//! Each check is an experiment or a reading of facts. A check that cannot know is skipped and says so. A form that only
//! looks wrong is a warning. No finding contains a secret.
//!
//! The checks look at other parts: the history opens, running sessions are listed, a tunnel is opened for a moment. So
//! this part is above the parts with I/O, as `session` is, and it may import them. It reads no flags, no variables and
//! no `.env` itself: [`Setup`] has what `settings` found.
//!
//! | file | checks |
//! | --- | --- |
//! | `finding.rs` | the names of the checks and what one finds. Pure |
//! | `setup.rs` | what is examined |
//! | `secret.rs` | `secret`, `secret-sources`, `secret-match` |
//! | `env_file.rs` | `env-file` |
//! | `git.rs` | `git` |
//! | `kept.rs` | the stored deliveries that three checks read |
//! | `clock.rs` | `clock` |
//! | `port.rs`, `sessions.rs`, `history.rs` | `port`, `sessions`, `history` |
//! | `tunnel.rs`, `dry_run.rs` | `authtoken`, `tunnel-program`, `tunnel` |
//! | `proxy.rs` | `proxy` |
//! | `app.rs` | `app` |
//! | `validation.rs` | `validation` |
//! | `shell.rs` | `completions`, `man-page`, `terminal` |
//! | `programs.rs` | runs another program for a moment |
//! | `fix.rs` | what `--fix` does |

mod app;
mod clock;
mod dry_run;
mod env_file;
mod finding;
mod fix;
mod git;
mod history;
mod kept;
mod port;
mod programs;
mod proxy;
mod secret;
mod sessions;
mod setup;
mod shell;
mod tunnel;
mod validation;

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;

pub(crate) use finding::{SetupCheck, SetupFinding, SetupFix, SetupProblem, SetupRemedy, SetupStatus};
pub(crate) use finding::{capitalized, sentence};
pub(crate) use fix::apply;
pub(crate) use setup::{
    AuthtokenOrigin, ChosenSecret, EnvFile, SecretPlace, Setup, SetupSecrets, ShellSetup,
};

/// Limit on a check that asks nobody on the network. All of them run at the same time and take less than a second.
const OFFLINE: Duration = Duration::from_millis(800);

/// Limit on a check that connects to other machines: a tunnel takes a few seconds to open and to be proven.
const ONLINE: Duration = Duration::from_secs(25);

/// Runs these checks at the same time. The findings are in the order of the checks.
pub(crate) async fn examine(setup: Arc<Setup>, checks: &[SetupCheck]) -> Vec<SetupFinding> {
    join_all(checks.iter().map(|check| limited(*check, setup.clone()))).await
}

async fn limited(check: SetupCheck, setup: Arc<Setup>) -> SetupFinding {
    let started = Instant::now();
    let limit = if setup.online && check.is_online() { ONLINE } else { OFFLINE };
    let finding = tokio::time::timeout(limit, run(check, setup)).await;
    let finding = finding.unwrap_or_else(|_| {
        SetupFinding::skipped(format!("not known: there was no result within {} s", limit.as_secs_f32()))
    });
    SetupFinding { check, took: started.elapsed(), ..finding }
}

async fn run(check: SetupCheck, setup: Arc<Setup>) -> SetupFinding {
    match check {
        SetupCheck::Secret => secret::usable(&setup.secrets),
        SetupCheck::SecretSources => secret::sources(&setup.secrets),
        SetupCheck::SecretMatch => blocking(setup, secret::matches).await,
        SetupCheck::EnvFile => blocking(setup, env_file::examine).await,
        SetupCheck::Git => blocking(setup, git::examine).await,
        SetupCheck::Clock => clock::examine(setup).await,
        SetupCheck::Port => port::examine(&setup).await,
        SetupCheck::Sessions => blocking(setup, sessions::examine).await,
        SetupCheck::History => blocking(setup, history::examine).await,
        SetupCheck::Authtoken => blocking(setup, tunnel::authtoken).await,
        SetupCheck::TunnelProgram => blocking(setup, tunnel::program).await,
        SetupCheck::Proxy => proxy::examine(&setup).await,
        SetupCheck::Tunnel => dry_run::examine(&setup).await,
        SetupCheck::App => app::examine(setup).await,
        SetupCheck::Validation => blocking(setup, validation::examine).await,
        SetupCheck::Completions => blocking(setup, shell::completions).await,
        SetupCheck::ManPage => blocking(setup, shell::man_page).await,
        SetupCheck::Terminal => shell::terminal(&setup.shell),
    }
}

/// Runs a check that reads files or starts a program.
async fn blocking(
    setup: Arc<Setup>,
    check: impl FnOnce(&Setup) -> SetupFinding + Send + 'static,
) -> SetupFinding {
    let run = tokio::task::spawn_blocking(move || check(&setup));
    run.await.unwrap_or_else(|error| SetupFinding::skipped(format!("not known: the check failed: {error}")))
}
