//! `history show` and `history diff`: one delivery in any format, and the differences between two.

use std::time::SystemTime;

use super::{Printed, ids};
use crate::commands::Failure;
use crate::delivery::StoredDelivery;
use crate::history::{HistoryReader, Reference, compare};
use crate::replay::signed_again;
use crate::report::{self, Paging, history as view};
use crate::settings::Error;
use crate::settings::env::Environment;
use crate::settings::project::ProjectArgs;
use crate::settings::prompt::Terminal;
use crate::settings::secret::{SecretArgs, SecretError};

#[derive(Debug, clap::Args)]
pub(super) struct ShowArgs {
    /// An id, the beginning of one, last, last-2, or an event's name for its newest delivery
    #[arg(default_value = "last", add = ids::completer())]
    delivery: Reference,
    /// Output format
    #[arg(long, value_enum, default_value = "pretty")]
    format: Form,
    /// With --format curl, print the stored signature, which good receivers refuse after 5 minutes
    #[arg(long)]
    exact: bool,
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    secret: SecretArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// Text for people
    #[value(alias = "text")]
    Pretty,
    /// The request as HTTP/1.1, byte for byte
    Http,
    /// A curl command, with a fresh signature
    Curl,
    /// HAR 1.2, with request and response
    Har,
    /// One JSON object
    Json,
}

impl ShowArgs {
    pub(super) fn run(
        self,
        reader: &HistoryReader,
        now: SystemTime,
        paging: Paging,
    ) -> Result<Printed, Failure> {
        let environment = Environment::of_process();
        let stored = ids::find(reader, &self.delivery, self.project.check(&environment).as_deref())?;
        Ok(match self.format {
            Form::Pretty => view::print_one(&stored, paging),
            Form::Json => report::print_json(&view::line(&stored)),
            Form::Http => report::print_raw(&view::http(&stored)),
            Form::Curl if self.exact => report::print_raw(view::curl(&stored).as_bytes()),
            Form::Curl => {
                report::print_raw(view::curl(&self.signed_again(stored, &environment, now)?).as_bytes())
            }
            Form::Har => {
                let parts = [view::har_head(), view::har_entry(&stored, true), view::HAR_TAIL.to_vec()];
                report::print_json(&parts.concat())
            }
        })
    }

    /// The delivery with a fresh signature. One that no known token signed keeps its own, because a fresh one would make a
    /// stranger's request look genuine.
    fn signed_again(
        &self,
        stored: StoredDelivery,
        environment: &Environment,
        now: SystemTime,
    ) -> Result<StoredDelivery, Failure> {
        let secrets = match self.secret.check(environment, &mut Terminal) {
            Ok(secrets) => secrets.tokens,
            Err(SecretError::Missing { .. }) => {
                report::print_note("There is no secret token, so the command has the stored signature.");
                return Ok(stored);
            }
            Err(error) => return Err(Error::from(error).into()),
        };
        let Some(fresh) = signed_again(&stored, secrets, now) else {
            report::print_note(
                "None of your secret tokens signed this delivery, so the command has the stored signature.",
            );
            return Ok(stored);
        };
        Ok(fresh)
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct DiffArgs {
    /// The delivery to compare with: an id, the beginning of one, last-1, or an event's name
    #[arg(add = ids::completer())]
    first: Reference,
    /// The delivery to compare
    #[arg(default_value = "last", add = ids::completer())]
    second: Reference,
    /// Also show equal values
    #[arg(long)]
    all: bool,
    /// Output format
    #[arg(long, value_enum, default_value = "pretty")]
    format: DiffForm,
    #[command(flatten)]
    project: ProjectArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum DiffForm {
    /// Text for people
    #[value(alias = "text")]
    Pretty,
    /// A JSON list with one object per change
    Json,
}

impl DiffArgs {
    pub(super) fn run(self, reader: &HistoryReader, paging: Paging) -> Result<Printed, Failure> {
        let project = self.project.check(&Environment::of_process());
        let find = |reference| ids::find(reader, reference, project.as_deref());
        let (first, second) = (find(&self.first)?, find(&self.second)?);
        let comparison = compare(&first, &second);
        Ok(match self.format {
            DiffForm::Pretty => view::print_diff((&first, &second), &comparison, self.all, paging),
            DiffForm::Json => report::print_json(&view::changes(&comparison)),
        })
    }
}
