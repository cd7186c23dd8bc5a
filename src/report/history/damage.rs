//! Sentences about a damaged history, and about deleted deliveries.

use std::path::Path;

use crate::history::{Lost, Pruned, Repaired};
use crate::report::grammar::{count, plural};

/// What could not be read of a damaged history.
pub(crate) fn unreadable(path: &Path, lost: &Lost) -> String {
    let what = missing(lost).unwrap_or_else(|| "Everything was exported".to_owned());
    format!("the history {} is damaged. {what}", path.display())
}

/// That a damaged file was moved, and imports went to a new one.
pub(crate) fn moved_aside(path: &Path, moved_to: &Path) -> String {
    format!("the history {} is damaged and was moved to {}", path.display(), moved_to.display())
}

/// How many deliveries a list leaves out.
pub(crate) fn left_out(path: &Path, count: u64) -> String {
    format!("the history {} is damaged. {} left out", path.display(), deliveries(count, "is", "are"))
}

/// That there is no damage.
pub(crate) fn undamaged(count: u64) -> String {
    format!("The history is not damaged. {} checked.", deliveries(count, "was", "were"))
}

/// What a repair did: a sentence on each line.
pub(crate) fn repaired(repaired: &Repaired) -> String {
    let mut text = format!("{} recovered", deliveries(repaired.recovered, "was", "were"));
    if repaired.known > 0 {
        text.push_str(&format!(", {} already stored", deliveries(repaired.known, "was", "were")));
    }
    text.push_str(". ");
    text.push_str(&missing(&repaired.lost).unwrap_or_else(|| "Nothing was lost".to_owned()));
    text.push('.');
    for file in &repaired.files {
        text.push_str(&format!(
            "\nThe damaged file is still there, as {}. You can delete it.",
            file.display()
        ));
    }
    text
}

/// What is missing; `None` if it is certain that nothing is.
fn missing(lost: &Lost) -> Option<String> {
    let answers = plural(lost.answers, "answer of your app", "answers of your app");
    let mut parts = Vec::new();
    if lost.deliveries > 0 {
        let least = if lost.is_exact { "" } else { "At least " };
        parts.push(format!("{least}{} lost", deliveries(lost.deliveries, "is", "are")));
    } else if !lost.is_exact {
        parts.push("Deliveries may be lost without a trace".to_owned());
    }
    if lost.answers > 0 {
        let verb = if lost.answers == 1 { "is" } else { "are" };
        parts.push(format!("{answers} {verb} lost"));
    }
    (!parts.is_empty()).then(|| parts.join(". "))
}

/// The question before deliveries are deleted.
pub(crate) fn deletion_question(count: u64, path: &Path) -> String {
    let many = plural(count, "delivery", "deliveries");
    format!("Delete {many} from {}? They cannot be recovered.", path.display())
}

/// That no user can answer the question.
pub(crate) fn no_answer_to_deletion(count: u64) -> String {
    let matching = plural(count, "delivery matches", "deliveries match");
    format!("{matching}, and there is no terminal to ask whether to delete them")
}

/// What was deleted.
pub(crate) fn deleted(deleted: &Pruned, chosen: u64) -> String {
    let text = format!("{} deleted.", plural(deleted.count, "delivery", "deliveries"));
    match chosen.saturating_sub(deleted.count) {
        0 => text,
        1 => format!("{text} Your app is still answering 1 other: delete it afterwards."),
        left => format!("{text} Your app is still answering {} others: delete them afterwards.", count(left)),
    }
}

/// That a file which was moved aside may still have what was deleted.
pub(crate) fn copy_remains(file: &Path) -> String {
    format!("{} was moved aside because it was damaged. It may still have them.", file.display())
}

fn deliveries(count: u64, one: &str, many: &str) -> String {
    let verb = if count == 1 { one } else { many };
    format!("{} {verb}", plural(count, "delivery", "deliveries"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_only_what_is_known() {
        let path = Path::new("/h.db");
        let lost = |deliveries, is_exact, answers| unreadable(path, &Lost { deliveries, is_exact, answers });
        assert_eq!(lost(6, true, 0), "the history /h.db is damaged. 6 deliveries are lost");
        assert_eq!(lost(1, false, 0), "the history /h.db is damaged. At least 1 delivery is lost");
        assert_eq!(lost(0, false, 0), "the history /h.db is damaged. Deliveries may be lost without a trace");
        assert_eq!(lost(0, true, 1), "the history /h.db is damaged. 1 answer of your app is lost");
        assert_eq!(lost(0, true, 0), "the history /h.db is damaged. Everything was exported");
    }
}
