//! The query of a URL: parameters, and the filter of a list. Pure.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hyper::Method;
use jiff::Timestamp;

use super::answer::ApiError;
use crate::delivery::{Provenance, StoredDelivery, verdict_named};
use crate::history::{Filter, Order};
use crate::http::percent_decoded;
use crate::zoom::Reaction;

/// Rows of a page, if the request does not say.
const USUAL_LIMIT: usize = 100;
/// Limit on the rows of a page.
const LARGEST_LIMIT: usize = 500;

/// The parameters of a query, decoded, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parameters(Vec<(String, String)>);

/// The parameters of a filter.
const FILTER: [&str; 9] =
    ["event", "verdict", "zoom", "status", "search", "since", "until", "project", "provenance"];

/// The parameters that a path of the API has.
pub(super) fn known(method: &Method, path: &[&str]) -> Vec<&'static str> {
    match (method.as_str(), path) {
        ("GET", ["deliveries"]) => [&FILTER[..], &["order", "limit", "after"]].concat(),
        ("GET", ["stream"]) => [&FILTER[..], &["after"]].concat(),
        ("GET", ["timeline"]) => vec!["since"],
        ("GET", ["events", _]) => vec!["seed"],
        _ => Vec::new(),
    }
}

impl Parameters {
    /// Parses the part of a URL after `?`. A parameter that is not `known` is an error, because a filter that is misspelled
    /// would find everything.
    pub(super) fn parse(query: Option<&str>, known: &[&str]) -> Result<Self, ApiError> {
        let decoded = |text: &str| {
            percent_decoded(&text.replace('+', " ")).ok_or_else(|| ApiError::bad("the query is not UTF-8"))
        };
        let parts = query.unwrap_or_default().split('&').filter(|part| !part.is_empty());
        let pairs = parts.map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            Ok((decoded(name)?, decoded(value)?))
        });
        let pairs: Vec<(String, String)> = pairs.collect::<Result<_, ApiError>>()?;
        match pairs.iter().find(|(name, _)| !known.contains(&&**name)) {
            None => Ok(Self(pairs)),
            Some((name, _)) if known.is_empty() => {
                Err(ApiError::bad(format!("{name}: this path has no parameters")))
            }
            Some((name, _)) => Err(ApiError::bad(format!(
                "{name}: there is no such parameter. This path has {}.",
                known.join(", ")
            ))),
        }
    }

    /// These parameters.
    pub(super) fn of(pairs: Vec<(&'static str, String)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// The last value of a parameter; `None` if it is absent or empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).last()
    }

    fn all<'p>(&'p self, name: &str) -> impl Iterator<Item = &'p str> {
        self.0
            .iter()
            .filter(move |(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| &**value)
    }

    fn parsed<T>(&self, name: &str) -> Result<Option<T>, ApiError>
    where
        T: std::str::FromStr<Err: std::fmt::Display>,
    {
        self.get(name)
            .map(|text| text.parse().map_err(|error| ApiError::bad(format!("{name}: {error}"))))
            .transpose()
    }

    /// The filter.
    pub(super) fn filter(&self) -> Result<Filter, ApiError> {
        let events = self
            .all("event")
            .map(|text| text.parse().map_err(|error| ApiError::bad(format!("event: {error}"))));
        let verdict = |text| {
            verdict_named(text).ok_or_else(|| ApiError::bad("verdict: write valid, invalid or unknown"))
        };
        let provenance = |text| match text {
            "recorded" => Ok(Provenance::Recorded),
            "imported" => Ok(Provenance::Imported),
            _ => Err(ApiError::bad("provenance: write recorded or imported")),
        };
        Ok(Filter {
            events: events.collect::<Result<_, _>>()?,
            since: self.time("since")?,
            until: self.time("until")?,
            verdict: self.get("verdict").map(verdict).transpose()?,
            status: self.parsed("status")?,
            search: self.parsed("search")?,
            provenance: self.get("provenance").map(provenance).transpose()?,
            project: self.get("project").map(str::to_owned),
        })
    }

    /// The filter, with what the history cannot filter by itself.
    pub(super) fn wanted(&self) -> Result<Wanted, ApiError> {
        let reaction = match self.get("zoom") {
            None => None,
            Some("delivered") => Some(Reaction::Delivered),
            Some("lost") => Some(Reaction::Lost),
            Some("retried") => Some(Reaction::Retried),
            Some(_) => return Err(ApiError::bad("zoom: write delivered, lost or retried")),
        };
        Ok(Wanted { filter: self.filter()?, reaction })
    }

    /// Newest first, unless `order=oldest`.
    pub(super) fn order(&self) -> Result<Order, ApiError> {
        match self.get("order") {
            None | Some("newest") => Ok(Order::NewestFirst),
            Some("oldest") => Ok(Order::OldestFirst),
            Some(_) => Err(ApiError::bad("order: write newest or oldest")),
        }
    }

    /// The number of rows.
    pub(super) fn limit(&self) -> Result<usize, ApiError> {
        let Some(text) = self.get("limit") else { return Ok(USUAL_LIMIT) };
        let number: usize = text.parse().map_err(|_| ApiError::bad("limit: write a whole number"))?;
        Ok(number.clamp(1, LARGEST_LIMIT))
    }

    /// The page of a list.
    pub(super) fn page(&self) -> Result<ListedPage, ApiError> {
        let after = self.get("after").map(str::to_owned);
        Ok(ListedPage { wanted: self.wanted()?, order: self.order()?, limit: self.limit()?, after })
    }

    /// A point in time: Unix milliseconds or RFC 3339.
    fn time(&self, name: &str) -> Result<Option<SystemTime>, ApiError> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let time = match text.parse::<u64>() {
            Ok(millis) => UNIX_EPOCH.checked_add(Duration::from_millis(millis)),
            Err(_) => text.parse::<Timestamp>().ok().and_then(|time| SystemTime::try_from(time).ok()),
        };
        let error = || ApiError::bad(format!("{name}: write Unix milliseconds, or 2026-11-25T08:00:00Z"));
        time.map(Some).ok_or_else(error)
    }
}

/// One page of a list.
#[derive(Debug, Clone)]
pub(super) struct ListedPage {
    /// Which deliveries.
    pub(super) wanted: Wanted,
    /// In which order.
    pub(super) order: Order,
    /// The number of rows.
    pub(super) limit: usize,
    /// The `next` of the page before; `None` for the first one.
    pub(super) after: Option<String>,
}

/// Which deliveries a client wants.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// What the history filters.
    pub(super) filter: Filter,
    /// What Zoom makes of the answer.
    pub(super) reaction: Option<Reaction>,
}

impl Wanted {
    /// Whether a delivery that matches the filter is wanted.
    pub(super) fn fits(&self, stored: &StoredDelivery, now: SystemTime) -> bool {
        self.reaction.is_none_or(|wanted| {
            stored.reaction(now).is_some_and(|reaction| reaction.as_str() == wanted.as_str())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(query: &str) -> Parameters {
        Parameters::parse(Some(query), &known(&Method::GET, &["deliveries"])).unwrap()
    }

    #[test]
    fn decodes_the_parameters() {
        let parameters = parsed("search=a+b%2Bc&event=meeting.*&event=user.*&status=&zoom");
        assert_eq!(
            (parameters.get("search"), parameters.get("status"), parameters.get("zoom")),
            (Some("a b+c"), None, None)
        );
        assert_eq!(parameters.filter().unwrap().events.len(), 2);
        assert!(Parameters::parse(Some("a=%ff"), &["a"]).is_err());
    }

    #[test]
    fn a_parameter_that_a_path_does_not_have_is_an_error() {
        let refused =
            |path: &[&str], query| Parameters::parse(Some(query), &known(&Method::GET, path)).unwrap_err();
        assert_eq!(
            refused(&["stream"], "event=a.b&limit=3"),
            ApiError::bad(
                "limit: there is no such parameter. This path has event, verdict, zoom, status, search, since, until, \
                 project, provenance, after."
            )
        );
        assert_eq!(refused(&["session"], "foo=1"), ApiError::bad("foo: this path has no parameters"));
    }

    #[test]
    fn a_wrong_value_is_an_error_that_names_the_parameter() {
        for (query, expected) in [
            ("verdict=good", "verdict: write valid, invalid or unknown"),
            ("status=20", "status: write a status such as 204, or a class of them such as 5xx"),
            ("since=yesterday", "since: write Unix milliseconds, or 2026-11-25T08:00:00Z"),
        ] {
            assert_eq!(parsed(query).filter().unwrap_err(), ApiError::bad(expected));
        }
        assert!(parsed("order=up").order().is_err());
        assert_eq!(parsed("limit=x").limit(), Err(ApiError::bad("limit: write a whole number")));
        assert_eq!(parsed("limit=100000").limit(), Ok(LARGEST_LIMIT));
    }

    #[test]
    fn times_are_unix_milliseconds_or_rfc_3339() {
        let expected = UNIX_EPOCH + Duration::from_millis(1_795_507_201_000);
        for text in ["1795507201000", "2026-11-24T08:00:01Z"] {
            assert_eq!(parsed(&format!("since={text}")).filter().unwrap().since, Some(expected), "{text}");
        }
    }
}
