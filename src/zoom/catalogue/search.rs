//! Searches the names and fields of events ([`search`]) and suggests names for a mistyped one ([`nearest`]).

use super::{Event, all};

/// The events with the word in their name or in a field's path, with the matching paths. Ignores case. Events that
/// match by name come first.
#[must_use]
pub fn search(word: &str) -> Vec<(Event, Vec<String>)> {
    let word = word.to_lowercase();
    let mut found = Vec::new();
    for event in all() {
        let mut paths = Vec::new();
        // The shape's text contains every field's name, and searching it is cheaper than parsing it.
        let texts = [Some(event.shape), event.learned];
        if texts.into_iter().flatten().any(|text| text.to_lowercase().contains(&word)) {
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

/// Up to three names that are close to the mistyped one, the closest first.
#[must_use]
pub fn nearest<'n>(mistyped: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let mistyped = mistyped.to_lowercase().replace('-', "_");
    // With up to a third of its letters wrong, a name is treated as mistyped; with more, as another word.
    let limit = mistyped.len() / 3 + 1;
    let mut near: Vec<_> = names
        .into_iter()
        .map(|name| {
            let last = name.rsplit('.').next().unwrap_or(name);
            // A partial name is a weaker match than a name with one wrong letter.
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
    // Next to a very close match, others are noise.
    let nearest = near.first().map_or(0, |(distance, _)| *distance);
    near.retain(|(distance, _)| *distance <= 2 * nearest + 1);
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

/// The Levenshtein distance: the number of letters to insert, remove or change.
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
    fn suggests_the_closest_names() {
        assert_eq!(nearest_event("meeting.startd")[0], "meeting.started");
        assert_eq!(nearest_event("recording_completed")[0], "recording.completed");
        assert_eq!(nearest_event("Meeting.Ended")[0], "meeting.ended");
        assert!(nearest_event("transcript_completed").contains(&"recording.transcript_completed"));
        assert!(nearest_event("qqqqqqqqqqqqqqqq").is_empty());
    }

    #[test]
    fn measures_the_levenshtein_distance() {
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
