//! zoomhook's section in a file that may have other text: found by its markers, added, replaced and removed.
//!
//! A marker counts only alone on its line, so that a text which speaks of the markers is not taken for them. What is added
//! before the section tells how the file ended, so that removing it restores every other byte:
//!
//! | the file ended | before the section | after it |
//! | --- | --- | --- |
//! | with a line break, or was empty | an empty line | a line break |
//! | without a line break | a line break and an empty line | nothing |

/// The line before the text.
const BEGIN: &str = "<!-- zoomhook agent setup: begin -->";
/// The line after it.
const END: &str = "<!-- zoomhook agent setup: end -->";

/// Why it is not clear which text is that of zoomhook.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum UnclearMarkers {
    /// Not one of each.
    #[error(
        "'{BEGIN}' is {} and '{END}' is {}, instead of one of each",
        lines_named(begins),
        lines_named(ends)
    )]
    Count {
        /// The numbers of the lines.
        begins: Vec<usize>,
        /// The numbers of the lines.
        ends: Vec<usize>,
    },
    /// The end is before the begin.
    #[error("the end marker (line {end}) is before the begin marker (line {begin})")]
    Order {
        /// The number of the line.
        begin: usize,
        /// The number of the line.
        end: usize,
    },
}

fn lines_named(numbers: &[usize]) -> String {
    match numbers {
        [] => "on no line".to_owned(),
        [number] => format!("on line {number}"),
        numbers => {
            let numbers: Vec<_> = numbers.iter().map(usize::to_string).collect();
            format!("on the lines {}", numbers.join(", "))
        }
    }
}

/// A section and the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found<'t> {
    head: &'t str,
    /// The line break of the section.
    line_break: &'static str,
    /// From the line break of the end marker on.
    tail: &'t str,
}

/// The section of a text; `None` if there is none.
///
/// # Errors
/// The markers are not one pair.
pub(super) fn found(text: &str) -> Result<Option<Found<'_>>, UnclearMarkers> {
    let (mut begins, mut ends) = (Vec::new(), Vec::new());
    let mut start = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        match line.trim_end() {
            BEGIN => begins.push((index + 1, start, line)),
            END => ends.push((index + 1, start)),
            _ => {}
        }
        start += line.len();
    }
    match (&begins[..], &ends[..]) {
        ([], []) => Ok(None),
        (&[(begin, from, line)], &[(end, to)]) => {
            if end < begin {
                return Err(UnclearMarkers::Order { begin, end });
            }
            let line_break = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
            Ok(Some(Found { head: &text[..from], line_break, tail: &text[to + END.len()..] }))
        }
        _ => Err(UnclearMarkers::Count {
            begins: begins.iter().map(|(number, ..)| *number).collect(),
            ends: ends.iter().map(|(number, _)| *number).collect(),
        }),
    }
}

/// The section with a text, without a line break at its end.
pub(super) fn written(text: &str, line_break: &str) -> String {
    let lines: Vec<_> = [BEGIN].into_iter().chain(text.trim_end().lines()).chain([END]).collect();
    lines.join(line_break)
}

/// A file with the section after its own text.
pub(super) fn added(text: &str, section: &str) -> String {
    let line_break = match text.split_inclusive('\n').next() {
        Some(line) if line.ends_with("\r\n") => "\r\n",
        _ => "\n",
    };
    let section = written(section, line_break);
    if text.is_empty() || text.ends_with('\n') {
        format!("{text}{line_break}{section}{line_break}")
    } else {
        format!("{text}{line_break}{line_break}{section}")
    }
}

impl Found<'_> {
    /// The file with another text in the section.
    pub(super) fn replaced(self, section: &str) -> String {
        format!("{}{}{}", self.head, written(section, self.line_break), self.tail)
    }

    /// Whether the file has only this text and the section: zoomhook created it.
    pub(super) fn is_all_after(self, head: &str) -> bool {
        self.head == head && self.tail.trim().is_empty()
    }

    /// The file without the section, and without what was added around it.
    pub(super) fn removed(self) -> String {
        let Self { head, line_break, tail } = self;
        let line = head.strip_suffix(line_break);
        let is_after_empty_line = line.is_some_and(|line| line.is_empty() || line.ends_with('\n'));
        let head = match line {
            Some(line) if is_after_empty_line && tail.is_empty() => {
                line.strip_suffix(line_break).unwrap_or(line)
            }
            Some(line) if is_after_empty_line => line,
            _ => head,
        };
        format!("{head}{}", tail.split_once('\n').map_or("", |(_, rest)| rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_other_byte_is_there_after_the_section_is_removed() {
        for own in ["", "\n", "a", "a\n", "a\n\n", "a\r\n", "a\r\nb", "\r\n", " \n a \n\n\n", "a\r"] {
            let once = added(own, "one\n\ntwo\n");
            assert_eq!(found(&once).unwrap().unwrap().removed(), own, "{own:?}");
            let again = found(&once).unwrap().unwrap().replaced("three\n");
            assert_eq!(found(&again).unwrap().unwrap().replaced("one\n\ntwo"), once, "{own:?}");
            assert_eq!(found(&again).unwrap().unwrap().removed(), own, "{own:?}");
            if own.ends_with('\n') {
                let more = format!("{once}more\r\n");
                assert_eq!(found(&more).unwrap().unwrap().removed(), format!("{own}more\r\n"), "{own:?}");
            }
        }
    }

    #[test]
    fn only_one_pair_of_lines_counts() {
        for none in ["", "a", &format!("`{BEGIN}` … `{END}`\n"), &format!("{BEGIN} {END}\n")] {
            assert_eq!(found(none), Ok(None), "{none}");
        }
        for unclear in [
            format!("{BEGIN}\n"),
            format!("{END}\n"),
            format!("{END}\n{BEGIN}\n"),
            format!("{BEGIN}\nown\n{BEGIN}\n{END}\n"),
            format!("{BEGIN}\n{END}\nown\n{BEGIN}\n{END}"),
        ] {
            assert!(found(&unclear).is_err(), "{unclear}");
        }
    }
}
