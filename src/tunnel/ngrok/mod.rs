//! ngrok through its SDK.

pub mod config_file;

use zeroize::Zeroizing;

/// What ngrok needs.
#[derive(Clone)]
pub struct Settings {
    /// The account's authtoken. Never shown.
    pub authtoken: Zeroizing<String>,
    /// A domain of the account, such as `mine.ngrok.app`; `None` takes the account's own free one.
    pub domain: Option<String>,
    /// Where the agent connects to, as `host:port`; `None` is ngrok's own.
    pub connect_url: Option<String>,
    /// Certificate authorities for that connection, as PEM; `None` is ngrok's own.
    pub ca: Option<Vec<u8>>,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("domain", &self.domain)
            .field("connect_url", &self.connect_url)
            .finish_non_exhaustive()
    }
}
