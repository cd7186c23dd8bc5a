//! How other programs find a session, and whether it runs in the background: `--ready-file`, `--detach`.

use std::path::PathBuf;

/// The flags.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Scripts")]
pub(crate) struct BackgroundArgs {
    /// Write this file once the URL is ready, and remove it at the end
    ///
    /// It has the line of NDJSON with the type 'ready'. It appears complete, and is written again if the URL changes.
    #[arg(long, value_name = "PATH", value_hint = clap::ValueHint::FilePath)]
    pub(crate) ready_file: Option<PathBuf>,

    /// Return once the URL is ready, and go on listening in the background
    ///
    /// Prints the URL. `zoomhook status` shows the session, `zoomhook wait` waits for its events, `zoomhook stop` stops
    /// it. Its own output goes to a file.
    #[arg(long, conflicts_with = "command")]
    pub(crate) detach: bool,

    /// The file that has the output of this session in the background. Set by `--detach`.
    #[arg(long, hide = true, value_name = "PATH")]
    pub(crate) detached_log: Option<PathBuf>,
}
