//! A secret token as text, for a diagnosis.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::zoom::SecretToken;

/// What kind of credential a text is. The verdict on a request that it signed depends on this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A secret token that the request may be signed with.
    Secret,
    /// A known secret token that was not chosen for this run, such as that of another app.
    OtherSecret,
    /// Another credential: client secret, verification token, authtoken.
    OtherCredential,
}

/// A secret token or another credential, as text. A diagnosis needs the raw text to try variants of it. The text is
/// overwritten on drop, and `Debug` shows only the fingerprint.
#[derive(Clone)]
pub struct SecretText {
    /// The name, which may be shown.
    pub name: Arc<str>,
    /// The kind of credential.
    pub role: Role,
    text: Zeroizing<String>,
}

impl SecretText {
    /// Stores the text exactly as given, including whitespace.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>, role: Role, text: impl Into<String>) -> Self {
        Self { name: name.into(), role, text: Zeroizing::new(text.into()) }
    }

    /// A copy of the text, for code that passes it on.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        self.text.clone()
    }

    /// Whether the text is equal to this one.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        *self.text == text
    }

    /// The same text with another role.
    pub(super) fn in_role(&self, role: Role) -> Self {
        Self { role, ..self.clone() }
    }

    /// The text, for computing digests.
    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SecretToken overwrites the copy that this makes.
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
