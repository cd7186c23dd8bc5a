//! What a stranger may send, and how long it may take: `--max-…` and `--…-timeout`.
//!
//! The defaults are the listener's own; here are the ranges that make sense.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::duration::Span;
use super::size::Size;
use crate::listener::Limits;

/// Below a KiB no event fits; above 64 MiB a few requests fill a laptop's memory.
const BODY: RangeInclusive<usize> = 1024..=64 * 1024 * 1024;
/// hyper's buffer for a head is at least 8 KiB; no proxy that is known lets more than 1 MiB through.
const HEADERS: RangeInclusive<usize> = 8 * 1024..=1024 * 1024;
/// Shorter than 100 ms a slow mobile line is refused; longer than an hour is no limit.
const TIME: RangeInclusive<Duration> = Duration::from_millis(100)..=Duration::from_secs(60 * 60);
/// More than there are ports to connect from.
const MOST_CONNECTIONS: i64 = 65_536;

/// The flags.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitsArgs {
    /// Largest body; more is answered with 413
    #[arg(long, hide_short_help = true, value_name = "SIZE", default_value_t = Size(Limits::default().body),
        value_parser = Size::between(*BODY.start(), *BODY.end()))]
    max_body: Size,

    /// Largest request head
    #[arg(long, hide_short_help = true, value_name = "SIZE", default_value_t = Size(Limits::default().headers),
        value_parser = Size::between(*HEADERS.start(), *HEADERS.end()))]
    max_header_size: Size,

    /// Time for a request's head to arrive
    #[arg(long, hide_short_help = true, value_name = "DURATION",
        default_value_t = Span::new(Limits::default().header_time), value_parser = Span::between(*TIME.start(), *TIME.end()))]
    header_timeout: Span,

    /// Time for a request's body to arrive
    #[arg(long, hide_short_help = true, value_name = "DURATION",
        default_value_t = Span::new(Limits::default().body_time), value_parser = Span::between(*TIME.start(), *TIME.end()))]
    body_timeout: Span,

    /// Time that a connection may stay open between two requests
    #[arg(long, hide_short_help = true, value_name = "DURATION",
        default_value_t = Span::new(Limits::default().idle_time), value_parser = Span::between(*TIME.start(), *TIME.end()))]
    idle_timeout: Span,

    /// Connections at a time; more have to wait
    #[arg(long, hide_short_help = true, value_name = "N", default_value_t = Limits::default().connections,
        value_parser = parse_connections())]
    max_connections: usize,
}

impl LimitsArgs {
    /// The checked value.
    #[must_use]
    pub fn check(&self) -> Limits {
        Limits {
            body: self.max_body.0,
            headers: self.max_header_size.0,
            header_time: self.header_timeout.get(),
            body_time: self.body_timeout.get(),
            idle_time: self.idle_timeout.get(),
            connections: self.max_connections,
        }
    }
}

fn parse_connections() -> impl clap::builder::TypedValueParser<Value = usize> {
    use clap::builder::TypedValueParser;
    clap::value_parser!(u32).range(1..=MOST_CONNECTIONS).map(|n| n as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::testing::parse;

    #[test]
    fn the_defaults_are_the_listeners_own() {
        assert_eq!(parse::<LimitsArgs>(&[]).unwrap().check(), Limits::default());
    }

    #[test]
    fn takes_each_limit() {
        let args = "--max-body 2MiB --max-header-size 16k --header-timeout 1s --body-timeout 2s --idle-timeout 3s \
                    --max-connections 4";
        let args: Vec<_> = args.split_whitespace().collect();
        let seconds = Duration::from_secs;
        let limits = Limits {
            body: 2 * 1024 * 1024,
            headers: 16 * 1024,
            header_time: seconds(1),
            body_time: seconds(2),
            idle_time: seconds(3),
            connections: 4,
        };
        assert_eq!(parse::<LimitsArgs>(&args).unwrap().check(), limits);
    }

    #[test]
    fn refuses_limits_that_make_no_sense() {
        for args in [
            ["--max-body", "10"],
            ["--max-body", "1024MiB"],
            ["--max-header-size", "1k"],
            ["--header-timeout", "1ms"],
            ["--body-timeout", "2h"],
            ["--idle-timeout", "0"],
            ["--max-connections", "0"],
        ] {
            assert!(parse::<LimitsArgs>(&args).is_err(), "{args:?}");
        }
    }
}
