//! How many requests are sent, how fast, and with which faults: `--count`, `--rate`, `--retry` and related flags.

use std::str::FromStr;

use super::number::whole;
use crate::send::Pace;

/// The flags.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Sending")]
pub(crate) struct LoadArgs {
    /// Number of rounds; each round has different values
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = whole(1..=u64::MAX))]
    count: u64,

    /// Largest number of requests per second
    #[arg(long, value_name = "NUMBER", value_parser = parse_rate)]
    rate: Option<f64>,

    /// Number of parallel connections
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = whole(1..=1024_u16))]
    concurrency: u16,

    /// Retry like Zoom, with pauses of 5, 20 and 60 minutes, divided by --speed
    #[arg(long)]
    retry: bool,

    /// Factor by which pauses are shorter than in reality, or 'max' for no pauses
    #[arg(long, value_name = "NUMBER|max", default_value = "max")]
    speed: Speed,

    /// Share of events to send twice, as Zoom sometimes does
    #[arg(long, value_name = "PERCENT", default_value = "0%")]
    duplicate: Percent,

    /// Share of neighboring pairs to swap
    #[arg(long, value_name = "PERCENT", default_value = "0%")]
    reorder: Percent,

    /// Share of events to sign wrongly; the endpoint must refuse these with 4xx
    #[arg(long, value_name = "PERCENT", default_value = "0%")]
    fail_signature: Percent,
}

/// The checked value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Load {
    /// The number of rounds.
    pub(crate) count: u64,
    /// The largest number of requests per second.
    pub(crate) rate: Option<f64>,
    /// Connections, retries and speed.
    pub(crate) pace: Pace,
    /// The share of events to send twice.
    pub(crate) duplicate: Percent,
    /// The share of neighboring pairs to swap.
    pub(crate) reorder: Percent,
    /// The share of events to sign wrongly.
    pub(crate) fail_signature: Percent,
}

impl LoadArgs {
    /// The checked value.
    #[must_use]
    pub(crate) fn check(self) -> Load {
        Load {
            count: self.count,
            rate: self.rate,
            pace: Pace { connections: self.concurrency.into(), retry: self.retry, speed: self.speed.0 },
            duplicate: self.duplicate,
            reorder: self.reorder,
            fail_signature: self.fail_signature,
        }
    }
}

/// A percentage, in hundredths of a percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Percent(u32);

impl Percent {
    /// Whether the item with the random number `number` is in this share.
    #[must_use]
    pub(crate) fn takes(self, number: u64) -> bool {
        number % 10_000 < u64::from(self.0)
    }
}

/// Why a text is not a percentage, a speed or a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidNumber {
    /// Not a percentage.
    #[error("write a percentage from 0% to 100%")]
    Percent,
    /// Not a speed.
    #[error("write a number above zero, such as 60, or 'max'")]
    Speed,
    /// Not a rate.
    #[error("write a number of requests per second, above zero")]
    Rate,
}

impl FromStr for Percent {
    type Err = InvalidNumber;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number: f64 = text.trim_end_matches('%').trim().parse().map_err(|_| InvalidNumber::Percent)?;
        // The cast cannot lose anything: the range was checked.
        if (0.0..=100.0).contains(&number) {
            Ok(Self((number * 100.0) as u32))
        } else {
            Err(InvalidNumber::Percent)
        }
    }
}

/// The factor by which pauses are shorter than in reality.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Speed(Option<f64>);

impl Speed {
    /// The factor; `None` for no pauses.
    #[must_use]
    pub(crate) fn factor(self) -> Option<f64> {
        self.0
    }
}

impl FromStr for Speed {
    type Err = InvalidNumber;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "max" {
            return Ok(Self(None));
        }
        let number = text.trim_end_matches('x').parse().ok().filter(|n: &f64| n.is_finite() && *n >= 0.001);
        number.map(|number| Self(Some(number))).ok_or(InvalidNumber::Speed)
    }
}

fn parse_rate(text: &str) -> Result<f64, InvalidNumber> {
    text.parse().ok().filter(|n: &f64| n.is_finite() && *n >= 0.001).ok_or(InvalidNumber::Rate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::testing::parse;

    #[test]
    fn sends_once_without_pauses_by_default() {
        let load = parse::<LoadArgs>(&[]).unwrap().check();
        assert_eq!((load.count, load.rate, load.pace.connections), (1, None, 1));
        assert!(!load.pace.retry && load.pace.speed.is_none() && !load.duplicate.takes(0));
    }

    #[test]
    fn reads_percentages_and_speeds() {
        let share = |text: &str| (0..10_000).filter(|n| text.parse::<Percent>().unwrap().takes(*n)).count();
        assert_eq!((share("5%"), share("0.5"), share("100%"), share("0")), (500, 50, 10_000, 0));
        for text in ["-1%", "101%", "x", ""] {
            assert!(text.parse::<Percent>().is_err(), "{text}");
        }
        for (text, speed) in [("max", None), ("60", Some(60.0)), ("60x", Some(60.0)), ("0.5", Some(0.5))] {
            assert_eq!(text.parse::<Speed>().unwrap().0, speed);
        }
        assert!("0".parse::<Speed>().is_err() && "inf".parse::<Speed>().is_err() && parse_rate("0").is_err());
    }
}
