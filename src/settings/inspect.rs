//! The inspector of `listen`: `--inspect`, `--no-inspect`, `--open`.

use super::number::whole;
use crate::session::InspectorConfig;

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
    #[arg(long, conflicts_with_all = ["inspect", "open"])]
    no_inspect: bool,

    /// Open the inspector in the browser
    #[arg(long)]
    open: bool,
}

impl InspectArgs {
    /// The checked value. `is_terminal`: whether a person looks at stdout.
    #[must_use]
    pub(crate) fn check(&self, is_terminal: bool) -> Option<InspectorConfig> {
        let is_wanted = self.inspect.is_some() || self.open || (is_terminal && !self.no_inspect);
        is_wanted.then_some(InspectorConfig { port: self.inspect, opens: self.open })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::testing::parse;

    #[test]
    fn is_on_for_a_person_and_off_for_a_program_unless_asked_for() {
        let check = |args: &[&str], is_terminal| {
            let inspector = parse::<InspectArgs>(args).unwrap().check(is_terminal);
            inspector.map(|inspector| (inspector.port, inspector.opens))
        };
        assert_eq!((check(&[], true), check(&[], false)), (Some((None, false)), None));
        assert_eq!(check(&["--inspect", "0"], false), Some((Some(0), false)));
        assert_eq!(check(&["--open"], false), Some((None, true)));
        assert_eq!(check(&["--no-inspect"], true), None);
        assert!(parse::<InspectArgs>(&["--no-inspect", "--inspect", "1"]).is_err());
    }
}
