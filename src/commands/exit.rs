//! Exit codes, in one table for `--help` and the man page.

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// Everything that was asked for was done.
    Done,
    /// An error of zoomhook or of the system.
    Internal,
    /// A flag, a variable or a file cannot be used.
    Usage,
    /// `verify`: a signature is invalid.
    Invalid,
    /// `verify`: no signature is invalid, but a capture cannot be read or has too little data for a verdict.
    Unknown,
    /// The endpoint failed, refused a correct request, or accepted a wrong one.
    Endpoint,
    /// The tunnel is missing or was refused.
    Tunnel,
    /// The expected events were not delivered in time.
    NotMet,
    /// Interrupted by the user before there was a result.
    Interrupted,
    /// `listen -- COMMAND`: the exit code of the command.
    OfCommand(i32),
}

impl ExitStatus {
    /// All statuses that have a code of their own, in its order.
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
    pub const fn code(self) -> i32 {
        match self {
            Self::Done => 0,
            Self::Internal => 1,
            Self::Usage => 2,
            Self::Invalid => 3,
            Self::Unknown => 4,
            Self::Endpoint => 5,
            Self::Tunnel => 6,
            Self::NotMet => 7,
            // As shells report it: 128 plus the number of SIGINT.
            Self::Interrupted => 130,
            Self::OfCommand(code) => code,
        }
    }

    /// The meaning, in one line.
    #[must_use]
    pub const fn doc(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Internal => "internal error, a wrong answer in the demo, or a failed check of doctor",
            Self::Usage => "usage: a flag, a variable or a file cannot be used",
            Self::Invalid => "verify: a signature is invalid",
            Self::Unknown => {
                "verify, history import: a capture cannot be read, or has too little data for a verdict"
            }
            Self::Endpoint => {
                "your app or endpoint failed, refused a correct request, or accepted a wrong one"
            }
            Self::Tunnel => {
                "no tunnel: no authtoken or program, refused, or --strict-url; no stream; no session to follow"
            }
            Self::NotMet => "the events of --expect or --exit-after were not delivered in time",
            Self::Interrupted => "interrupted before there was a result",
            Self::OfCommand(_) => "listen -- COMMAND: the exit code of the command",
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
