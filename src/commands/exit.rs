//! Exit codes: one table, from which `--help`, the man page and the README have them.

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// Everything that was asked for was done.
    Done,
    /// Our fault, or the system's.
    Internal,
    /// Flags, environment or files that cannot be used.
    Usage,
    /// `verify`: a request that is not genuine.
    Invalid,
    /// `verify`: nothing invalid, but something that could not be read or told.
    Unknown,
    /// An endpoint that we posted to did not do right.
    Endpoint,
    /// No tunnel.
    Tunnel,
    /// What was waited for did not come.
    NotMet,
    /// Ended by the user before it had come to anything.
    Interrupted,
}

impl ExitStatus {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 9] = [
        Self::Done,
        Self::Internal,
        Self::Usage,
        Self::Invalid,
        Self::Unknown,
        Self::Endpoint,
        Self::Tunnel,
        Self::NotMet,
        Self::Interrupted,
    ];

    /// The number that the shell sees.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Internal => 1,
            Self::Usage => 2,
            Self::Invalid => 3,
            Self::Unknown => 4,
            Self::Endpoint => 5,
            Self::Tunnel => 6,
            Self::NotMet => 7,
            // The shells' own: 128 and the number of SIGINT.
            Self::Interrupted => 130,
        }
    }

    /// What it means, in one line.
    #[must_use]
    pub const fn doc(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Internal => "internal error, or the demo saw a wrong answer",
            Self::Usage => "usage: a flag, a variable or a file that cannot be used",
            Self::Invalid => "verify: a signature is invalid",
            Self::Unknown => {
                "verify, history import: a capture cannot be read, or does not hold enough to tell"
            }
            Self::Endpoint => "the endpoint failed, or refused what it should have taken",
            Self::Tunnel => "no tunnel: its authtoken or program is missing, it was refused, or --strict-url",
            Self::NotMet => "what --expect or --exit-after asked for did not come in time",
            Self::Interrupted => "interrupted before anything was asked for",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_differ() {
        let codes = ExitStatus::ALL.map(ExitStatus::code);
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "{codes:?}");
    }
}
