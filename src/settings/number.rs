//! Parses whole numbers of flags, with messages that say what is expected.

use std::ops::RangeInclusive;

/// Why a text is not a number in a range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotInRange {
    /// The range has two ends.
    #[error("write a whole number from {least} to {most}")]
    Between {
        /// The least number.
        least: u64,
        /// The largest number.
        most: u64,
    },
    /// Only the largest number of the type ends the range.
    #[error("write a whole number, {least} or more")]
    AtLeast {
        /// The least number.
        least: u64,
    },
}

/// A parser for clap: a whole number in this range.
pub(crate) fn whole<N>(
    range: RangeInclusive<N>,
) -> impl Fn(&str) -> Result<N, NotInRange> + Clone + Send + Sync + 'static
where
    N: TryFrom<u64> + Into<u64> + PartialOrd + Copy + Send + Sync + 'static,
{
    move |text| {
        let number = text.trim().parse::<u64>().ok().and_then(|number| N::try_from(number).ok());
        number.filter(|number| range.contains(number)).ok_or_else(|| {
            let (least, most): (u64, u64) = ((*range.start()).into(), (*range.end()).into());
            match most {
                u64::MAX => NotInRange::AtLeast { least },
                _ => NotInRange::Between { least, most },
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_numbers_in_the_range_and_says_what_is_expected() {
        assert_eq!(whole(0..=u16::MAX)(" 4000 "), Ok(4000));
        assert_eq!(whole(1..=u64::MAX)("18446744073709551615"), Ok(u64::MAX));
        for text in ["65536", "-1", "", "4000a", "99999999999999999999999"] {
            let error = whole(0..=u16::MAX)(text).unwrap_err();
            assert_eq!(error.to_string(), "write a whole number from 0 to 65535", "{text}");
        }
        assert_eq!(whole(1..=u64::MAX)("0").unwrap_err().to_string(), "write a whole number, 1 or more");
    }
}
