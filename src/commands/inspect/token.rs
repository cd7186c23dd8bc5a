//! `zoomhook inspect token`: read tokens, with which other machines follow this project's events.

use std::path::PathBuf;
use std::time::SystemTime;

use crate::commands::{ExitStatus, Failure, help, printed};
use crate::files::PathError;
use crate::inspector;
use crate::read_token::{self, NotCreated, TokenName, TokenText};
use crate::report::{self, Format};
use crate::settings::Error;
use crate::settings::env::Environment;
use crate::settings::read_token::NewTokenArgs;

/// Let another machine follow the events of this project, and nothing else
///
/// For `zoomhook follow https://HOST`. A read token shows verified events of this project, as they were received. It opens
/// neither the page nor anything that sends or deletes. Only its hash is stored.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::examples(help::INSPECT_TOKEN))]
pub(super) struct TokenCommandArgs {
    #[command(subcommand)]
    action: TokenAction,
}

#[derive(Debug, clap::Subcommand)]
enum TokenAction {
    /// Create a read token and print it
    Create(NewTokenArgs),
    /// List all read tokens
    List(ListArgs),
    /// Revoke read tokens; their followers are disconnected within seconds
    Revoke(RevokeArgs),
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    /// Form of the output
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Pretty, help_heading = "Output")]
    format: Format,
}

#[derive(Debug, clap::Args)]
struct RevokeArgs {
    /// Name of a token; may be repeated
    #[arg(value_name = "NAME", required = true)]
    names: Vec<TokenName>,
}

pub(super) fn run(args: TokenCommandArgs) -> Result<ExitStatus, Failure> {
    let environment = Environment::of_process();
    match args.action {
        TokenAction::Create(args) => create(args, &environment),
        TokenAction::List(args) => {
            let tokens = read_token::list(&folder(&environment)?).map_err(unusable)?;
            printed(report::print_read_tokens(&tokens, SystemTime::now(), args.format))
        }
        TokenAction::Revoke(args) => revoke(&args, &environment),
    }
}

fn create(args: NewTokenArgs, environment: &Environment) -> Result<ExitStatus, Failure> {
    let random = inspector::random_bytes();
    let random =
        random.ok_or_else(|| Failure::new(ExitStatus::Internal, "the system provides no random numbers"))?;
    let text = TokenText::new(&random);
    args.unknown_events().iter().for_each(report::print_warning);
    let token = args.check(&text, environment, SystemTime::now()).map_err(Error::from)?;
    read_token::create(&folder(environment)?, &token).map_err(|error| match error {
        NotCreated::Exists(ref name) => Failure::new(ExitStatus::Usage, error.to_string()).with_hint(
            format!("Choose another name, or revoke that token:\n  zoomhook inspect token revoke {name}"),
        ),
        NotCreated::Path(error) => unusable(error),
    })?;
    printed(report::print_new_read_token(&token, text.expose()))
}

fn revoke(args: &RevokeArgs, environment: &Environment) -> Result<ExitStatus, Failure> {
    let folder = folder(environment)?;
    for name in &args.names {
        if !read_token::revoke(&folder, name).map_err(unusable)? {
            return Err(Failure::new(ExitStatus::Usage, format!("no read token has the name {name}"))
                .with_hint("`zoomhook inspect token list` shows all of them."));
        }
        report::print_note(&format!(
            "Revoked: {name}. Followers with this token are disconnected within seconds."
        ));
    }
    Ok(ExitStatus::Done)
}

fn folder(environment: &Environment) -> Result<PathBuf, Failure> {
    let state = environment.state_folder();
    let state = state.ok_or_else(|| {
        Failure::new(ExitStatus::Usage, "read tokens need a home folder").with_hint("Set HOME.")
    })?;
    Ok(read_token::folder(&state))
}

fn unusable(error: PathError) -> Failure {
    let failure = Failure::new(ExitStatus::Usage, format!("the read tokens are not used: {error}"));
    match error {
        PathError::Untrusted(reason) => failure.with_hint(report::repair_command(reason.repair())),
        PathError::Io(_) | PathError::NotAFile { .. } => failure,
    }
}
