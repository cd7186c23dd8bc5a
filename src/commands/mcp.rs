//! `zoomhook mcp`: the commands as tools of an AI agent, over stdin and stdout.

use super::interrupt::until_ctrl_c;
use super::{ExitStatus, Failure, help};
use crate::history::HistoryReader;
use crate::mcp::{McpEnd, McpPlace, McpServer};
use crate::report;
use crate::settings::Error;
use crate::settings::env::Environment;
use crate::settings::history::HistoryFileArgs;
use crate::settings::inspect::HostName;
use crate::settings::project::ProjectArgs;
use crate::settings::prompt::Unattended;
use crate::settings::secret::{SecretArgs, SecretError};

/// Serve zoomhook as tools to an AI agent (Model Context Protocol, stdio)
///
/// The agent starts this command itself. The tools read what `listen` stored, verify captures, and look up events. Tools
/// that send requests need --allow-send.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::examples(help::MCP))]
pub(super) struct McpArgs {
    /// Allow the tools that send signed requests: check_endpoint, trigger_event, replay_delivery
    #[arg(long)]
    allow_send: bool,

    /// Allow this host as a target, in addition to this machine; may be repeated
    ///
    /// The requests are signed. An app on that host accepts them as real events.
    #[arg(long, value_name = "HOST", requires = "allow_send", value_hint = clap::ValueHint::Hostname)]
    allow_target: Vec<HostName>,

    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    file: HistoryFileArgs,
    #[command(flatten)]
    secret: SecretArgs,
}

/// Serves until the agent closes stdin, or Ctrl-C.
pub(super) fn run(args: McpArgs) -> Result<ExitStatus, Failure> {
    let may_send = args.allow_send;
    let place = args.place(Environment::of_process())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let served = until_ctrl_c(&runtime, async {
        McpServer::new(place, may_send).serve(tokio::io::stdin(), report::stdout_of_protocol()).await
    });
    // A thread may still wait for stdin.
    runtime.shutdown_background();
    match served {
        None | Some(McpEnd::Closed) => Ok(ExitStatus::Done),
        Some(McpEnd::NotSpoken) => {
            Err(Failure::new(ExitStatus::Usage, "stdin does not begin with a request of the protocol")
                .with_hint("An AI agent starts this command. docs/agents.md shows how."))
        }
        Some(McpEnd::Broken) => Err(Failure::new(ExitStatus::Internal, "the server has failed")),
    }
}

impl McpArgs {
    /// Checks what the user typed now, and not with each call.
    fn place(self, environment: Environment) -> Result<McpPlace, Failure> {
        let usual_history = self.file.path(&environment)?;
        HistoryReader::open(&usual_history)?;
        match self.secret.check(&environment, &mut Unattended) {
            Ok(found) => found.warnings.iter().for_each(report::print_warning),
            Err(SecretError::Missing { .. }) => {}
            Err(error) => return Err(Error::from(error).into()),
        }
        Ok(McpPlace {
            project: self.project.check_existing(&environment)?,
            named_history: self.file.is_given().then(|| usual_history.clone()),
            usual_history,
            secret: self.secret,
            allowed_hosts: self.allow_target.into_iter().map(|HostName(name)| name).collect(),
            environment,
        })
    }
}
