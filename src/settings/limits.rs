//! Limits on requests: `--max-…` and `--…-timeout`. The defaults are the listener's; this file sets the allowed ranges.
//!
//! A [`Size`] is a number of bytes: `1MiB`, `512k`, `65536`. All units are powers of 1024, because `64k` for a buffer
//! does not mean 64,000.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use super::number::{NotInRange, whole};
use super::time::Span;
use crate::listener::ListenerLimits;

/// An event does not fit into less than 1 KiB. With more than 64 MiB a few requests fill a laptop's memory.
const BODY: RangeInclusive<usize> = 1024..=64 * 1024 * 1024;
/// hyper's buffer for a head has at least 8 KiB. No known proxy allows more than 1 MiB.
const HEADERS: RangeInclusive<usize> = 8 * 1024..=1024 * 1024;
/// Less than 100 ms is too short for a slow mobile network. More than an hour has no effect.
const TIME: RangeInclusive<Duration> = Duration::from_millis(100)..=Duration::from_secs(60 * 60);
/// One client address has fewer ports than this.
const MOST_CONNECTIONS: u32 = 65_536;

/// The flags.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitsArgs {
    /// Largest body; a larger one is answered with 413
    #[arg(long, hide_short_help = true, value_name = "SIZE", default_value_t = Size(ListenerLimits::default().body),
        value_parser = Size::between(*BODY.start(), *BODY.end()))]
    max_body: Size,

    /// Largest request head
    #[arg(long, hide_short_help = true, value_name = "SIZE", default_value_t = Size(ListenerLimits::default().headers),
        value_parser = Size::between(*HEADERS.start(), *HEADERS.end()))]
    max_header_size: Size,

    /// Timeout for a request's head
    #[arg(long, hide_short_help = true, value_name = "DURATION",
        default_value_t = Span::new(ListenerLimits::default().header_time), value_parser = Span::between(*TIME.start(), *TIME.end()))]
    header_timeout: Span,

    /// Timeout for a request's body
    #[arg(long, hide_short_help = true, value_name = "DURATION",
        default_value_t = Span::new(ListenerLimits::default().body_time), value_parser = Span::between(*TIME.start(), *TIME.end()))]
    body_timeout: Span,

    /// Timeout of an idle connection between two requests
    #[arg(long, hide_short_help = true, value_name = "DURATION",
        default_value_t = Span::new(ListenerLimits::default().idle_time), value_parser = Span::between(*TIME.start(), *TIME.end()))]
    idle_timeout: Span,

    /// Largest number of open connections; for further ones, idle ones are closed
    #[arg(long, hide_short_help = true, value_name = "N", default_value_t = ListenerLimits::default().connections,
        value_parser = parse_connections)]
    max_connections: usize,
}

impl LimitsArgs {
    /// The checked value.
    #[must_use]
    pub(crate) fn check(&self) -> ListenerLimits {
        ListenerLimits {
            body: self.max_body.0,
            headers: self.max_header_size.0,
            header_time: self.header_timeout.get(),
            body_time: self.body_timeout.get(),
            idle_time: self.idle_timeout.get(),
            connections: self.max_connections,
        }
    }
}

fn parse_connections(text: &str) -> Result<usize, NotInRange> {
    whole(1..=MOST_CONNECTIONS)(text).map(|number| number as usize)
}

/// Bytes in a KiB, a MiB and a GiB.
const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;
const GIB: usize = 1024 * MIB;

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Size(pub(crate) usize);

impl Size {
    /// Parses a size between two limits, for use as a clap value parser.
    pub(crate) fn between(
        least: usize,
        most: usize,
    ) -> impl Fn(&str) -> Result<Self, InvalidSize> + Clone + Send + Sync + 'static {
        move |text| {
            let size: Self = text.parse()?;
            if (least..=most).contains(&size.0) {
                Ok(size)
            } else {
                Err(InvalidSize::OutOfRange { least: Self(least), most: Self(most) })
            }
        }
    }
}

impl FromStr for Size {
    type Err = InvalidSize;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let factor = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "k" | "kb" | "kib" => KIB,
            "m" | "mb" | "mib" => MIB,
            "g" | "gb" | "gib" => GIB,
            _ => return Err(InvalidSize::NotASize),
        };
        let number: usize = digits.parse().map_err(|_| InvalidSize::NotASize)?;
        number.checked_mul(factor).map(Self).ok_or(InvalidSize::NotASize)
    }
}

/// Shown in the largest unit that gives a whole number.
impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes >= GIB && bytes.is_multiple_of(GIB) => write!(f, "{}GiB", bytes / GIB),
            bytes if bytes >= MIB && bytes.is_multiple_of(MIB) => write!(f, "{}MiB", bytes / MIB),
            bytes if bytes >= KIB && bytes.is_multiple_of(KIB) => write!(f, "{}KiB", bytes / KIB),
            bytes => write!(f, "{bytes}"),
        }
    }
}

/// Why a text is not a size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidSize {
    /// The text is not a number with an optional unit.
    #[error("write a number of bytes, or one with a unit, such as 512KiB or 1MiB")]
    NotASize,
    /// Outside the limits of this setting.
    #[error("must be from {least} to {most}")]
    OutOfRange {
        /// The least.
        least: Size,
        /// The most.
        most: Size,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::testing::parse;

    #[test]
    fn the_defaults_are_those_of_the_listener() {
        assert_eq!(parse::<LimitsArgs>(&[]).unwrap().check(), ListenerLimits::default());
    }

    #[test]
    fn accepts_each_limit() {
        let args = "--max-body 2MiB --max-header-size 16k --header-timeout 1s --body-timeout 2s --idle-timeout 3s \
                    --max-connections 4";
        let args: Vec<_> = args.split_whitespace().collect();
        let seconds = Duration::from_secs;
        let limits = ListenerLimits {
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
    fn rejects_limits_out_of_range() {
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

    #[test]
    fn reads_common_spellings() {
        for (text, bytes) in [
            ("1MiB", MIB),
            ("512k", 512 * KIB),
            ("64 KB", 64 * KIB),
            ("2m", 2 * MIB),
            ("1g", GIB),
            ("100", 100),
        ] {
            assert_eq!(text.parse::<Size>().unwrap(), Size(bytes), "{text}");
        }
    }

    #[test]
    fn rejects_anything_else() {
        for text in ["", "k", "-1", "1.5MiB", "1t", "99999999999999999999", "99999999999999999k"] {
            assert_eq!(text.parse::<Size>().unwrap_err(), InvalidSize::NotASize, "{text}");
        }
        let error = Size::between(KIB, MIB)("2MiB").unwrap_err();
        assert_eq!(error.to_string(), "must be from 1KiB to 1MiB");
    }

    #[test]
    fn is_shown_as_typed() {
        for text in ["3GiB", "1MiB", "64KiB", "1000"] {
            assert_eq!(text.parse::<Size>().unwrap().to_string(), text);
        }
    }
}
