//! [`Policy`]: which deliveries are forwarded, and when. Pure.

/// Which deliveries go to the app, and whose answer goes to Zoom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Policy {
    /// When Zoom is answered.
    pub(crate) acknowledge: Acknowledge,
    /// Who answers challenges.
    pub(crate) challenges: Challenges,
    /// Requests without a valid signature go to the app too, for testing its own check.
    pub(crate) unverified: bool,
    /// Queues deliveries that arrive while the app is down, and sends them in order once its port opens.
    pub(crate) hold: bool,
}

/// When Zoom is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Acknowledge {
    /// With your app's own answer, when it comes
    #[default]
    #[value(name = "app")]
    WithApp,
    /// At once with 204; your app gets it afterwards, with retries. For breakpoints
    Now,
}

/// Who answers challenges.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Challenges {
    /// zoomhook; your app gets it on the side, and its answer is judged
    #[default]
    #[value(name = "answer")]
    Zoomhook,
    /// Your app
    #[value(name = "forward")]
    App,
}
