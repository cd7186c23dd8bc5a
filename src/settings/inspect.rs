//! The inspector of `listen`: `--inspect`, `--no-inspect`, `--open`, `--inspect-host`.

use std::fmt;
use std::str::FromStr;

use super::env::Environment;
use super::number::whole;
use crate::inspector::ReadAccess;
use crate::read_token;
use crate::session::InspectorConfig;

/// The flags that have no effect without a history, by their ids.
pub(crate) const NEED_HISTORY: [&str; 3] = ["inspect", "open", "hosts"];

/// The flags.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Inspector")]
pub(crate) struct InspectArgs {
    /// Port of the inspector, a page that shows all deliveries [default: 4040, or the next free one]
    ///
    /// Without this flag, there is an inspector if stdout is a terminal. It needs the history. 0 uses any free port.
    #[arg(long, value_name = "PORT", value_parser = whole(0..=u16::MAX))]
    inspect: Option<u16>,

    /// No inspector
    #[arg(long, conflicts_with_all = ["inspect", "open", "hosts"])]
    no_inspect: bool,

    /// Open the inspector in the browser
    #[arg(long)]
    open: bool,

    #[command(flatten)]
    hosts: InspectHostArgs,
}

/// Names by which other machines reach the inspector.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Inspector")]
pub(crate) struct InspectHostArgs {
    /// Host name under which other machines read events from the inspector with a read token; may be repeated
    ///
    /// For `zoomhook follow https://NAME`, through your own tunnel or proxy to the inspector's port. Under this name, the
    /// inspector answers only requests with a token of `zoomhook inspect token create`, and sends only events. Under this
    /// name there is no page.
    #[arg(long = "inspect-host", hide_short_help = true, value_name = "NAME")]
    hosts: Vec<HostName>,
}

/// A host name, without a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HostName(pub(crate) String);

/// The text is not a host name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InvalidHostName;

impl fmt::Display for InvalidHostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("write a host name, such as hooks.example.com, without https:// and without a port")
    }
}

impl std::error::Error for InvalidHostName {}

impl FromStr for HostName {
    type Err = InvalidHostName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
        let is_name = (1..=253).contains(&text.len()) && text.bytes().all(is_allowed);
        if is_name { Ok(Self(text.to_owned())) } else { Err(InvalidHostName) }
    }
}

impl InspectHostArgs {
    /// The checked value.
    #[must_use]
    pub(crate) fn check(&self, environment: &Environment) -> ReadAccess {
        ReadAccess {
            hosts: self.hosts.iter().map(|HostName(name)| name.clone()).collect(),
            tokens: environment.state_folder().map(|state| read_token::folder(&state)),
        }
    }
}

impl InspectArgs {
    /// Whether there is an inspector. `is_terminal`: whether a person looks at stdout.
    #[must_use]
    pub(crate) fn is_wanted(&self, is_terminal: bool) -> bool {
        let is_asked_for = self.inspect.is_some() || self.open || !self.hosts.hosts.is_empty();
        is_asked_for || (is_terminal && !self.no_inspect)
    }

    /// The checked value.
    #[must_use]
    pub(crate) fn check(&self, is_terminal: bool, environment: &Environment) -> Option<InspectorConfig> {
        self.is_wanted(is_terminal).then(|| InspectorConfig {
            port: self.inspect,
            opens: self.open,
            read: self.hosts.check(environment),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::testing::parse;

    #[test]
    fn is_on_for_a_person_and_off_for_a_program_unless_asked_for() {
        let check = |args: &[&str], is_terminal| {
            let environment = Environment::new("", [("HOME", "/home/jill")]);
            let inspector = parse::<InspectArgs>(args).unwrap().check(is_terminal, &environment);
            inspector.map(|inspector| (inspector.port, inspector.opens))
        };
        assert_eq!((check(&[], true), check(&[], false)), (Some((None, false)), None));
        assert_eq!(check(&["--inspect", "0"], false), Some((Some(0), false)));
        assert_eq!(check(&["--open"], false), Some((None, true)));
        assert_eq!(check(&["--no-inspect"], true), None);
        assert!(parse::<InspectArgs>(&["--no-inspect", "--inspect", "1"]).is_err());
        assert_eq!(check(&["--inspect-host", "hooks.example.com"], false), Some((None, false)));
        assert!(parse::<InspectArgs>(&["--no-inspect", "--inspect-host", "a.test"]).is_err());
    }

    #[test]
    fn a_host_is_a_name_alone() {
        for wrong in ["", "https://a.test", "a.test:1", "*", "a/b", "[::1]"] {
            assert_eq!(wrong.parse::<HostName>(), Err(InvalidHostName), "{wrong}");
        }
        assert!("hooks.example.com".parse::<HostName>().is_ok());
    }
}
