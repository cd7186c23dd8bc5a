//! The stored deliveries that came through a public URL. `clock`, `secret-match` and `validation` read them.
//!
//! Requests of `trigger` and `replay` go to the local port and are signed with this machine's clock and token. They
//! would prove whatever is asked, so they are left out.

use std::time::SystemTime;

use jiff::Timestamp;

use super::Setup;
use crate::delivery::StoredDelivery;
use crate::history::{Filter, HistoryReader, Order};

/// The number of stored deliveries that are read. The newest few decide.
const MOST: usize = 200;

/// The newest deliveries that came through a public URL, newest first.
#[derive(Debug)]
pub(crate) struct KeptDeliveries {
    pub(super) deliveries: Vec<StoredDelivery>,
}

/// The newest deliveries. The error is the reason why none can be read.
pub(super) fn newest(setup: &Setup) -> Result<&KeptDeliveries, String> {
    let read = || {
        let deliveries = matching(setup, &Filter::default())?;
        Ok(KeptDeliveries { deliveries })
    };
    setup.kept.get_or_init(read).as_ref().map_err(Clone::clone)
}

/// The newest deliveries that a filter selects and that came through a public URL.
pub(super) fn matching(setup: &Setup, filter: &Filter) -> Result<Vec<StoredDelivery>, String> {
    let file = setup.history_file.as_ref().map_err(|_| "see history".to_owned())?;
    let unreadable = |_| "the history cannot be read; see history".to_owned();
    let Some(reader) = HistoryReader::open(file).map_err(unreadable)? else { return Ok(Vec::new()) };
    let page = reader.page(filter, Order::NewestFirst, None, MOST).map_err(unreadable)?;
    Ok(page.deliveries.into_iter().filter(StoredDelivery::came_through_public_url).collect())
}

/// The value of a header that a delivery has once.
pub(super) fn header<'d>(delivery: &'d StoredDelivery, name: &str) -> Option<&'d [u8]> {
    let mut values = delivery.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
    let (_, value) = values.next()?;
    values.next().is_none().then_some(value.as_slice())
}

/// A time for a message: `2026-11-29 08:00 UTC`.
pub(super) fn time(at: SystemTime) -> String {
    Timestamp::try_from(at)
        .map_or_else(|_| "an unknown time".to_owned(), |at| at.strftime("%F %H:%M UTC").to_string())
}
