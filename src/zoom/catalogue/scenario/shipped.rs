//! The scenarios that come with zoomhook.

use super::{FileForm, InvalidFile, Scenario};

/// A scenario that comes with zoomhook.
#[derive(Debug, Clone, Copy)]
pub struct Shipped {
    /// Its name.
    pub name: &'static str,
    /// Its file in TOML, which is also an example for users' own scenarios.
    pub text: &'static str,
}

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        /// All shipped scenarios, sorted by name.
        pub const SHIPPED: &[Shipped] =
            &[$(Shipped { name: $name, text: include_str!(concat!("shipped/", $name, ".toml")) }),*];
    };
}

shipped![
    "account-day",
    "app-deauthorized",
    "chat-thread",
    "contact-center-engagement",
    "meeting-lifecycle",
    "phone-call-to-voicemail",
    "phone-voicemail-burst",
    "recording-to-transcript",
    "revalidation",
    "rtms-stream",
    "user-provisioning",
    "video-sdk-session",
    "webinar",
];

impl Shipped {
    /// The scenario with this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        SHIPPED.iter().find(|shipped| shipped.name == name).copied()
    }

    /// Parses its file.
    ///
    /// # Errors
    /// None in practice: a test parses every shipped file.
    pub fn read(self) -> Result<Scenario, InvalidFile> {
        FileForm::Toml.read(self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_scenario_parses_and_has_a_description() {
        for shipped in SHIPPED {
            let scenario = shipped.read().unwrap_or_else(|error| panic!("{}: {error}", shipped.name));
            assert!(!scenario.about.is_empty() && !scenario.plan(&[]).unwrap().events.is_empty());
        }
        assert!(SHIPPED.windows(2).all(|pair| pair[0].name < pair[1].name));
    }
}
