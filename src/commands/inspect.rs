//! `zoomhook inspect`: the inspector over the history alone, or that of the running `listen`; read tokens.

mod token;

use tokio_util::sync::CancellationToken;

use super::interrupt::until_ctrl_c;
use super::{ExitStatus, Failure, help, printed};
use crate::history::HistoryReader;
use crate::inspector::{self, Inspected, Inspector, ReadAccess, ResumePlace};
use crate::instances;
use crate::report;
use crate::settings::Error;
use crate::settings::env::Environment;
use crate::settings::history::HistoryFileArgs;
use crate::settings::inspect::InspectHostArgs;
use crate::settings::number::whole;
use crate::settings::project;
use crate::settings::prompt::Unattended;
use crate::settings::secret::{SecretArgs, SecretError};

/// Look at deliveries in the browser
///
/// Prints the URL of the running listen's inspector. Without one, serves a page over the history until Ctrl-C. The URL
/// has a key that opens the page for this browser; other users and other web pages cannot open it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::examples(help::INSPECT), args_conflicts_with_subcommands = true)]
pub(super) struct InspectCommandArgs {
    #[command(subcommand)]
    action: Option<InspectAction>,

    /// Serve the history on this port, also if a listen is running [default: 4040, or the next free one]
    #[arg(long, short, value_name = "PORT", value_parser = whole(0..=u16::MAX))]
    port: Option<u16>,

    /// Open the page in the browser
    #[arg(long)]
    open: bool,

    #[command(flatten)]
    hosts: InspectHostArgs,
    #[command(flatten)]
    file: HistoryFileArgs,
    #[command(flatten)]
    secret: SecretArgs,
}

#[derive(Debug, clap::Subcommand)]
enum InspectAction {
    Token(token::TokenCommandArgs),
}

/// Finds the running inspector, or serves one.
pub(super) fn run(mut args: InspectCommandArgs) -> Result<ExitStatus, Failure> {
    if let Some(InspectAction::Token(args)) = args.action.take() {
        return token::run(args);
    }
    let environment = Environment::of_process();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let read = args.hosts.check(&environment);
    if args.port.is_none()
        && read.hosts.is_empty()
        && !args.file.is_given()
        && let Some(url) = running(&environment)?
    {
        if args.open {
            runtime.block_on(inspector::open_running(&url)).map_err(|_| no_browser())?;
        }
        return printed(report::print_raw(format!("{url}\n").as_bytes()));
    }
    let inspected = args.inspected(read, &environment)?;
    let keys = environment.inspector_keys();
    let random = inspector::random_bytes();
    let random =
        random.ok_or_else(|| Failure::new(ExitStatus::Internal, "the system provides no random numbers"))?;
    let served = until_ctrl_c(&runtime, async {
        let resume = keys.as_deref().map(|folder| ResumePlace {
            folder,
            project: inspected.project.as_deref(),
            history: &inspected.history,
        });
        let bound = Inspector::bind(args.port, random, resume).await;
        let inspector = bound.map_err(crate::session::SessionError::from)?;
        printed(report::print_raw(format!("{}\n", inspector.url()).as_bytes()))?;
        let file = inspected.history.display().to_string();
        report::print_note(&format!("The inspector shows {file}. Ctrl-C stops it."));
        if args.open {
            inspector.doorbell().open_browser().map_err(|_| no_browser())?;
        }
        inspector.serve(inspected, CancellationToken::new()).await;
        Ok::<_, Failure>(())
    });
    runtime.shutdown_background();
    served.transpose()?;
    Ok(ExitStatus::Done)
}

impl InspectCommandArgs {
    fn inspected(&self, read: ReadAccess, environment: &Environment) -> Result<Inspected, Failure> {
        let history = self.file.path(environment)?;
        // A file that is not a history is an error now, and not on each page.
        HistoryReader::open(&history)?;
        // Nobody is asked for a secret token: the page works without one, except for what signs requests.
        let (secrets, texts, origins) = match self.secret.check(environment, &mut Unattended) {
            Ok(found) => (found.tokens, found.texts, found.origins),
            Err(SecretError::Missing { .. }) => Default::default(),
            Err(error) => return Err(Error::from(error).into()),
        };
        let history_flag = match self.file.is_given() {
            true => report::history_flag(Some(&history)),
            false => String::new(),
        };
        let project = project::current(environment);
        Ok(Inspected {
            history,
            project,
            history_flag,
            secrets,
            origins,
            texts,
            read,
            ..Inspected::default()
        })
    }
}

/// The URL of the newest running inspector.
fn running(environment: &Environment) -> Result<Option<String>, Failure> {
    let Some(folder) = environment.instances_folder() else { return Ok(None) };
    let running = instances::all(&folder).map_err(|reason| {
        Failure::new(ExitStatus::Usage, format!("the list of running listens is not used: {reason}"))
            .with_hint(report::repair_hint(reason.repair(), "Serve the history with --port 0."))
    })?;
    Ok(running.into_iter().find_map(|entry| entry.inspector))
}

fn no_browser() -> Failure {
    Failure::new(ExitStatus::Internal, "the browser cannot be opened")
        .with_hint("Run the command without --open, and open the URL yourself.")
}
