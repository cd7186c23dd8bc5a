//! How the user wants deliveries to be forwarded. Pure.

/// Which deliveries go to the app, and whose answer goes to Zoom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Policy {
    /// When Zoom is answered.
    pub acknowledge: Acknowledge,
    /// Who answers challenges.
    pub challenges: Challenges,
    /// Requests without a right signature go to the app as well, for testing its own check.
    pub unverified: bool,
    /// Deliveries that arrive while the app is down wait, and are sent in order once its port opens.
    pub hold: bool,
}

/// When Zoom is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Acknowledge {
    /// With the app's own answer, when it comes.
    #[default]
    WithApp,
    /// At once, and the app gets the event afterwards: for breakpoints, which take longer than Zoom's three seconds.
    Now,
}

/// Who answers challenges.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Challenges {
    /// zoomhook, so that Validate passes whatever state the app is in. The app gets the challenge too.
    #[default]
    Zoomhook,
    /// The app.
    App,
}
