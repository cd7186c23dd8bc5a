//! Names of types and fields in the notations of programming languages.

use std::collections::BTreeSet;

/// The names that are in use.
#[derive(Default)]
pub(super) struct TypeNames(BTreeSet<String>);

impl TypeNames {
    /// The name, with a number behind it if it is already in use.
    pub(super) fn unique(&mut self, name: &str) -> String {
        let numbered = |at: u32| if at == 1 { name.to_owned() } else { format!("{name}{at}") };
        let name = (1..).map(numbered).find(|name| !self.0.contains(name)).unwrap_or_default();
        self.0.insert(name.clone());
        name
    }
}

/// The words of a name in snake case, camel case or with dots.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut begins = true;
    let mut after_lower = false;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() {
            begins = true;
            continue;
        }
        if begins || (c.is_ascii_uppercase() && after_lower) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(c.to_ascii_lowercase());
        }
        begins = false;
        after_lower = c.is_ascii_lowercase();
    }
    words
}

/// `meeting.started` as `MeetingStarted`.
pub(super) fn pascal(name: &str) -> String {
    let mut text = String::new();
    for word in words(name) {
        let mut letters = word.chars();
        text.extend(letters.next().map(|c| c.to_ascii_uppercase()));
        text.push_str(letters.as_str());
    }
    // A digit cannot be first.
    if text.starts_with(|c: char| !c.is_ascii_alphabetic()) { format!("X{text}") } else { text }
}

/// `robotJid` as `robot_jid`.
pub(super) fn snake(name: &str) -> String {
    let text = words(name).join("_");
    if text.starts_with(|c: char| !c.is_ascii_alphabetic()) { format!("x_{text}") } else { text }
}

/// The name of the type at a path, without the event. Every event has a payload with an object, so these two are named
/// only at the end.
pub(super) fn nested(path: &[&str]) -> String {
    let inner = match path {
        ["payload", "object", rest @ ..] if !rest.is_empty() => rest,
        ["payload", rest @ ..] if !rest.is_empty() => rest,
        path => path,
    };
    inner.iter().map(|name| pascal(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_language() {
        for (name, type_name, field_name) in [
            ("meeting.started", "MeetingStarted", "meeting_started"),
            ("robotJid", "RobotJid", "robot_jid"),
            ("OS_file_type", "OsFileType", "os_file_type"),
            ("2fa", "X2fa", "x_2fa"),
        ] {
            assert_eq!((pascal(name), snake(name)), (type_name.to_owned(), field_name.to_owned()));
        }
        assert_eq!(nested(&["payload"]), "Payload");
        assert_eq!(nested(&["payload", "object"]), "Object");
        assert_eq!(nested(&["payload", "object", "participant"]), "Participant");
    }

    #[test]
    fn a_name_in_use_gets_a_number() {
        let mut names = TypeNames::default();
        assert_eq!(["A", "A", "A"].map(|name| names.unique(name)), ["A", "A2", "A3"]);
    }
}
