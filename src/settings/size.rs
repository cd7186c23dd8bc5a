//! A number of bytes as it is typed: `1MiB`, `512k`, `65536`. The units are powers of 1024, however they are
//! written: nobody who types `64k` for a buffer means 64,000.

use std::fmt;
use std::str::FromStr;

/// Bytes in a KiB, a MiB and a GiB.
const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;
const GIB: usize = 1024 * MIB;

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(pub usize);

impl Size {
    /// Parses a size between two limits, for use as a clap value parser.
    pub fn between(
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

/// In the largest unit that keeps it whole.
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

/// Why a text is no size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSize {
    /// It is not of the form.
    #[error("write a number of bytes, or one with a unit, such as 512KiB or 1MiB")]
    NotASize,
    /// Outside the limits of this setting.
    #[error("has to be from {least} to {most}")]
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

    #[test]
    fn reads_what_people_type() {
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
    fn refuses_anything_else() {
        for text in ["", "k", "-1", "1.5MiB", "1t", "99999999999999999999", "99999999999999999k"] {
            assert_eq!(text.parse::<Size>().unwrap_err(), InvalidSize::NotASize, "{text}");
        }
        let error = Size::between(KIB, MIB)("2MiB").unwrap_err();
        assert_eq!(error.to_string(), "has to be from 1KiB to 1MiB");
    }

    #[test]
    fn is_shown_as_it_would_be_typed() {
        for text in ["3GiB", "1MiB", "64KiB", "1000"] {
            assert_eq!(text.parse::<Size>().unwrap().to_string(), text);
        }
    }
}
