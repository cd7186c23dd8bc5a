//! The scenarios that come with zoomhook.

use super::{FileForm, InvalidFile, Scenario};

/// A scenario that comes with zoomhook.
#[derive(Debug, Clone, Copy)]
pub struct Shipped {
    /// Its name.
    pub name: &'static str,
    /// Its file, in TOML: also an example for those who write their own.
    pub text: &'static str,
}

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        /// All of them, in the order of their names.
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
    /// The one of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        SHIPPED.iter().find(|shipped| shipped.name == name).copied()
    }

    /// Reads its file.
    ///
    /// # Errors
    /// None: a test reads all of them.
    pub fn read(self) -> Result<Scenario, InvalidFile> {
        FileForm::Toml.read(self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_one_can_be_read_and_says_what_it_shows() {
        for shipped in SHIPPED {
            let scenario = shipped.read().unwrap_or_else(|error| panic!("{}: {error}", shipped.name));
            assert!(!scenario.about.is_empty() && !scenario.plan(&[]).unwrap().events.is_empty());
        }
        assert!(SHIPPED.windows(2).all(|pair| pair[0].name < pair[1].name));
    }
}
