//! A secret token as text, as far as a diagnosis needs it.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::zoom::SecretToken;

/// What a text at hand is to the app. It decides the verdict of a request that it signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A secret token that the request may be signed with.
    Secret,
    /// A secret token that was found and not chosen, such as that of another app.
    OtherSecret,
    /// Another credential: client secret, verification token, authtoken.
    OtherCredential,
}

/// A secret token (or another credential) as text: a diagnosis needs the raw text to try what may have
/// happened to it. Overwritten when dropped; `Debug` shows the fingerprint only.
#[derive(Clone)]
pub struct SecretText {
    /// What it is called. May be shown.
    pub name: Arc<str>,
    /// What it is to the app.
    pub role: Role,
    text: Zeroizing<String>,
}

impl SecretText {
    /// Takes the text exactly as it was given, white space included.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>, role: Role, text: impl Into<String>) -> Self {
        Self { name: name.into(), role, text: Zeroizing::new(text.into()) }
    }

    /// The text itself, for who has to pass it on.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        self.text.clone()
    }

    /// Whether it is this text.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        *self.text == text
    }

    /// The same text in another role.
    pub(super) fn in_role(&self, role: Role) -> Self {
        Self { role, ..self.clone() }
    }

    /// For the arithmetic alone.
    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The copy that is made here is overwritten by SecretToken.
        match SecretToken::new(self.text.as_str()) {
            Ok(token) => write!(f, "SecretText({}, {:?}, {})", self.name, self.role, token.fingerprint()),
            Err(_) => write!(f, "SecretText({}, {:?}, blank)", self.name, self.role),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let secret = SecretText::new("app", Role::Secret, "zoomhook-test-secret");
        assert!(!format!("{secret:?}").contains("test-secret"));
        assert!(format!("{:?}", SecretText::new("app", Role::Secret, " ")).contains("blank"));
    }
}
