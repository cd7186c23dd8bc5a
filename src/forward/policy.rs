//! What the user wants of a relay, besides where it leads. Pure.

/// Which deliveries go to the app, and whose answer goes to Zoom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Policy {
    /// When Zoom is answered.
    pub acknowledge: Acknowledge,
    /// Who answers challenges.
    pub challenges: Challenges,
    /// Requests without a right signature go to the app as well, for testing its own check.
    pub unverified: bool,
    /// What the app was down for is kept, and delivered in order once its port opens.
    pub hold: bool,
}

/// When Zoom is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Acknowledge {
    /// With the app's own answer, when it comes.
    #[default]
    WithApp,
    /// At once, and the app gets the event afterwards: for breakpoints, which outlast Zoom's three seconds.
    Now,
}

/// Who answers challenges.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Challenges {
    /// zoomhook, so that Validate passes whatever state the app is in; the app gets the same on the side.
    #[default]
    Zoomhook,
    /// The app.
    App,
}
