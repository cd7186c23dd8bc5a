//! The member paths of the first JSON value in a text. The text may be incomplete.

/// Limit on the number of paths. The marks of a format are among the first.
const MAX_PATHS: usize = 4_096;
/// Limit on the depth of a path.
const MAX_DEPTH: usize = 5;

/// The paths, such as `log`, `log.entries`, `log.entries.[].request`. A top-level list adds no step to a path.
/// Text that is not JSON, or is incomplete, is not an error.
pub(in crate::capture) fn paths(text: &[u8]) -> Vec<String> {
    if !matches!(text.first(), Some(b'{' | b'[')) {
        return Vec::new();
    }
    let mut paths = Vec::new();
    let mut open: Vec<(u8, String)> = Vec::new();
    let mut at = 0;
    while let Some(&b) = text.get(at) {
        at += 1;
        match b {
            b'{' | b'[' => open.push((b, String::new())),
            b'}' | b']' => {
                open.pop();
                if open.is_empty() {
                    break;
                }
            }
            b'"' => {
                let start = at;
                at = end_of_string(text, at);
                let is_name = text[at.min(text.len())..].trim_ascii_start().first() == Some(&b':');
                let name = text.get(start..at.saturating_sub(1)).unwrap_or_default();
                if is_name && name.len() <= 64 && open.len() <= MAX_DEPTH && paths.len() < MAX_PATHS {
                    paths.extend(note(&mut open, name));
                }
            }
            _ => {}
        }
    }
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// Makes a name the current one of its object, and returns its path.
fn note(open: &mut [(u8, String)], name: &[u8]) -> Option<String> {
    let (bracket, current) = open.last_mut()?;
    if *bracket != b'{' {
        return None;
    }
    *current = String::from_utf8_lossy(name).into_owned();
    let mut steps: Vec<&str> = Vec::new();
    for (i, (bracket, name)) in open.iter().enumerate() {
        match bracket {
            b'{' => steps.push(name),
            _ if i == 0 => {}
            _ => steps.push("[]"),
        }
    }
    Some(steps.join("."))
}

/// The end of the string around `at`, including its closing quote.
fn end_of_string(text: &[u8], mut at: usize) -> usize {
    while let Some(&b) = text.get(at) {
        at += 1;
        match b {
            b'"' => return at,
            b'\\' => at += 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_the_paths_of_complete_and_incomplete_texts() {
        let text = br#"{"log":{"entries":[{"request":{"method":"a\"{"#;
        assert_eq!(
            paths(text),
            ["log", "log.entries", "log.entries.[].request", "log.entries.[].request.method"]
        );
        assert_eq!(paths(br#"[{"a":1},{"b":"c"}] {"d":1}"#), ["a", "b"]);
        assert!(paths(b"hello").is_empty());
        assert!(paths(b"{\"").is_empty());
        assert!(paths(b"{\"\\").is_empty());
    }
}
