//! Words in names and fields, and the nearest names to one that was mistyped.

use super::{Event, all};

/// The events that have the word in their name or in a field's path, with the paths that have it. Case does
/// not count. Names come first.
#[must_use]
pub fn search(word: &str) -> Vec<(Event, Vec<String>)> {
    let word = word.to_lowercase();
    let mut found = Vec::new();
    for event in all() {
        let mut paths = Vec::new();
        // The shape's text has every field's name, and reading it is cheaper than taking it apart.
        if event.shape.to_lowercase().contains(&word) {
            event.shape().walk(&mut |path, _, _| {
                if path.to_lowercase().contains(&word) {
                    paths.push(path.to_owned());
                }
            });
        }
        if event.name.contains(&word) || !paths.is_empty() {
            found.push((event, paths));
        }
    }
    found.sort_by_key(|(event, _)| !event.name.contains(&word));
    found
}

/// Up to three names that were probably meant, the nearest first.
#[must_use]
pub fn nearest<'n>(mistyped: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let mistyped = mistyped.to_lowercase().replace('-', "_");
    // A third of its letters wrong is a typing error; more is another word.
    let limit = mistyped.len() / 3 + 1;
    let mut near: Vec<_> = names
        .into_iter()
        .map(|name| {
            let last = name.rsplit('.').next().unwrap_or(name);
            // What is typed in part is meant less surely than what has one letter wrong.
            let by_part = match () {
                () if last == mistyped => 3,
                () if mistyped.len() > 3 && name.contains(&mistyped) => 4,
                () => usize::MAX,
            };
            ((2 * distance(&mistyped, name)).min(by_part), name)
        })
        .filter(|(distance, _)| *distance <= (2 * limit).max(4))
        .collect();
    near.sort();
    // Beside one that is very near, others are noise.
    let nearest = near.first().map_or(0, |(distance, _)| *distance);
    near.retain(|(distance, _)| *distance <= 2 * nearest + 1);
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

/// How many letters have to be put in, taken out or changed (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let changed = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest_event(mistyped: &str) -> Vec<&'static str> {
        nearest(mistyped, all().map(|event| event.name()))
    }

    #[test]
    fn proposes_what_was_meant() {
        assert_eq!(nearest_event("meeting.startd")[0], "meeting.started");
        assert_eq!(nearest_event("recording_completed")[0], "recording.completed");
        assert_eq!(nearest_event("Meeting.Ended")[0], "meeting.ended");
        assert!(nearest_event("transcript_completed").contains(&"recording.transcript_completed"));
        assert!(nearest_event("qqqqqqqqqqqqqqqq").is_empty());
    }

    #[test]
    fn counts_the_letters_that_differ() {
        for (a, b, expected) in [("", "abc", 3), ("kitten", "sitting", 3), ("a", "a", 0), ("ab", "ba", 2)] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn finds_words_in_names_and_fields() {
        let found = search("Passcode");
        assert!(found.iter().any(|(event, paths)| {
            event.name() == "recording.completed" && paths == &["payload.object.recording_play_passcode"]
        }));
        assert!(search("meeting.started")[0].0.name() == "meeting.started");
        assert!(search("no such word").is_empty());
    }
}
