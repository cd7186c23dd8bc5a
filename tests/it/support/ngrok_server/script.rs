//! What the double does: its accounts, and how it misbehaves.

use std::collections::HashMap;

use super::GOOD_TOKEN;

/// A step on an agent's way to being online.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Tls,
    Authentication,
    Binding,
}

/// A change at any time applies to everything that follows.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// Each account's authtoken.
    pub(crate) tokens: Vec<String>,
    /// The authtoken of the account that a domain is reserved for.
    pub(crate) reserved: HashMap<String, String>,
    /// Agents that an account may have at a time.
    pub(crate) max_agents: usize,
    /// Disconnect each agent at once.
    pub(crate) hang_up: bool,
    /// Read the request of this step and never answer.
    pub(crate) silent_at: Option<Step>,
    /// Answer each bind request with this text instead; its last line is the code.
    pub(crate) refuse_bind: Option<String>,
    /// Parse and serialize each body on its way to the agent, as some gateways do.
    pub(crate) rewrite_bodies: bool,
    /// Answer each public request at the edge, with this status and code.
    pub(crate) answer_at_the_edge: Option<(u16, &'static str)>,
    /// Give an endpoint its URL back when its agent binds it again.
    pub(crate) keep_url: bool,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            tokens: vec![GOOD_TOKEN.to_owned()],
            reserved: HashMap::new(),
            max_agents: 1,
            hang_up: false,
            silent_at: None,
            refuse_bind: None,
            rewrite_bodies: false,
            answer_at_the_edge: None,
            keep_url: true,
        }
    }
}
