//! Where requests are posted: `--to`, `--yes`.

use crate::sender::Target;

/// Where `listen` is unless it was told otherwise.
const LISTEN: &str = "http://127.0.0.1:4000/webhook";

/// The flags.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Endpoint")]
pub struct SendingArgs {
    /// The endpoint's URL
    #[arg(long, value_name = "URL", default_value = LISTEN, value_hint = clap::ValueHint::Url)]
    to: Target,

    /// Post to another machine than this one: the events are forged, and their receiver will believe them
    #[arg(long, short)]
    yes: bool,
}

/// A target on another machine, without a word of consent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{target} is not on this machine, and the events are forged: whoever receives them will believe them"
)]
pub struct NotConfirmed {
    target: String,
}

impl SendingArgs {
    /// The checked value.
    ///
    /// # Errors
    /// [`NotConfirmed`] for another machine without `--yes`.
    pub fn check(self) -> Result<Target, NotConfirmed> {
        if self.to.is_loopback() || self.yes {
            Ok(self.to)
        } else {
            Err(NotConfirmed { target: self.to.to_string() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::testing::parse;

    fn check(args: &[&str]) -> Result<String, NotConfirmed> {
        parse::<SendingArgs>(args).unwrap().check().map(|target| target.to_string())
    }

    #[test]
    fn another_machine_has_to_be_confirmed() {
        assert_eq!(check(&[]).unwrap(), LISTEN);
        assert!(check(&["--to", "https://hooks.example.com/zoom"]).is_err());
        assert!(check(&["--to", "https://hooks.example.com/zoom", "--yes"]).is_ok());
        assert!(parse::<SendingArgs>(&["--to", "hooks"]).is_err());
    }
}
