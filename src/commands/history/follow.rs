//! `history list --follow`: shows each delivery when any process stores it. Entry point: [`run`].

use std::ops::ControlFlow;
use std::path::Path;

use super::Printed;
use crate::commands::Failure;
use crate::commands::interrupt::until_ctrl_c;
use crate::delivery::StoredDelivery;
use crate::follow_history::{FollowFrom, follow};
use crate::history::{Filter, HistoryReader};
use crate::report::{self, Format, OutputError, history as view};

/// Shows the newest deliveries, then each new one. Ends at Ctrl-C or when the reader closes the output.
pub(super) fn run(path: &Path, filter: &Filter, limit: usize, format: Format) -> Result<Printed, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut printer = Printer { format, view: view::Following::to_stdout() };
    let followed = follow(path, filter, FollowFrom::Newest(limit), |reader, found| {
        let printed = printer.print(reader, found);
        Ok::<_, Failure>(printed.map_or_else(ControlFlow::Break, ControlFlow::Continue))
    });
    match until_ctrl_c(&runtime, followed).transpose()?.flatten() {
        Some::<OutputError>(error) => Ok(Err(error)),
        None => Ok(Ok(())),
    }
}

struct Printer {
    format: Format,
    view: view::Following,
}

impl Printer {
    fn print(&mut self, reader: &HistoryReader, found: &[StoredDelivery]) -> Printed {
        for stored in found {
            match self.format {
                Format::Json => report::print_json(&view::line(stored))?,
                Format::Pretty => {
                    // A delivery that was pruned in the meantime has no short id.
                    let id = reader.short_id(&stored.id).unwrap_or_else(|_| stored.id.clone());
                    self.view.show(&id, stored)?;
                }
            }
        }
        Ok(())
    }
}
