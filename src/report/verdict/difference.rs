//! The first difference between two texts: both texts, with a caret below each.

use console::measure_text_width;

use super::list::{column, row};
use crate::diagnosis::{Compared, Difference, Excerpt};
use crate::report::grammar::count;
use crate::report::layout::TerminalPage;
use crate::report::sanitize::clean;
use crate::report::theme::Ink;

/// Shows the difference; `names` are the labels of the two texts.
pub(super) fn show(page: &mut TerminalPage, difference: &Difference, names: [&str; 2]) {
    let (here, signed) = (&difference.here, &difference.signed);
    let at = count(difference.offset as u64 + 1);
    let lengths = match (here.length, signed.length) {
        (a, b) if a == b => format!("both {}", count(a as u64)),
        (a, b) => format!("{} ({}) and {} ({})", count(a as u64), names[0], count(b as u64), names[1]),
    };
    let what = match difference.of {
        Compared::Body => "of the body",
        Compared::Message => "of the signed message",
    };
    row(page, "Differs", Ink::Plain, &format!("from byte {at} {what} on; lengths: {lengths}"));
    let name_columns = names.map(str::len).into_iter().max().unwrap_or(0) + 2;
    for (name, excerpt) in names.into_iter().zip([here, signed]) {
        // On a narrow terminal, a smaller indent leaves more room for the text.
        let indent = if page.is_narrow() { 4 } else { column(page) };
        let start = indent + name_columns;
        let room = page.width().map_or(usize::MAX, |width| width.saturating_sub(start).max(8));
        let (text, caret) = window(excerpt, room);
        page.spaces(indent);
        page.put(Ink::Dim, name);
        page.spaces(name_columns - name.len());
        page.put_safe(Ink::Plain, &text);
        page.blank();
        page.spaces(start + caret);
        page.put(Ink::Bad, "^");
        page.blank();
    }
}

/// The part of the text around the caret that fits into `room`, and the caret's column in it.
fn window(excerpt: &Excerpt, room: usize) -> (String, usize) {
    let chars: Vec<char> = excerpt.text.chars().collect();
    let width = |c: char| measure_text_width(&clean(c.encode_utf8(&mut [0; 4])));
    let caret = excerpt.caret.min(chars.len());
    let total: usize = chars.iter().map(|c| width(*c)).sum();
    // The caret may be after the last character.
    if total < room {
        return (clean(&excerpt.text).into_owned(), chars[..caret].iter().map(|c| width(*c)).sum());
    }
    let mut start = caret;
    let mut before = 0;
    while start > 0 && before + width(chars[start - 1]) < room / 2 {
        start -= 1;
        before += width(chars[start]);
    }
    let (mut end, mut used) = (caret, before);
    while end < chars.len() && used + width(chars[end]) < room {
        used += width(chars[end]);
        end += 1;
    }
    let text: String = chars[start..end].iter().collect();
    (clean(&text).into_owned(), before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(here: &[u8], signed: &[u8], width: usize) -> String {
        let mut page = TerminalPage::plain(Some(width));
        show(&mut page, &Difference::between(Compared::Message, here, signed).unwrap(), ["here", "signed"]);
        page.text().to_owned()
    }

    /// The characters above the carets.
    fn marked(picture: &str) -> Vec<char> {
        let lines: Vec<_> = picture.lines().collect();
        let pairs = lines.windows(2).filter(|pair| pair[1].trim() == "^");
        pairs.map(|pair| pair[0].chars().nth(pair[1].chars().count() - 1).unwrap_or('$')).collect()
    }

    #[test]
    fn carets_are_below_the_first_difference() {
        let (here, signed) = (b"v0:1:{\"a\": 1.0, \"b\": [1, 2, 3, 4, 5]}", b"v0:1:{\"a\": 1.5, \"b\": []}");
        for width in [20, 28, 40, 60, 80, 200] {
            let picture = picture(here, signed, width);
            assert_eq!(marked(&picture), ['0', '5'], "{picture}");
        }
        assert_eq!(marked(&picture(b"abc\n", b"abc", 80)), ['␊', '$']);
    }

    #[test]
    fn stays_within_the_width() {
        let picture =
            picture("v0:1:週次会議週次会議a週次".as_bytes(), "v0:1:週次会議週次会議b".as_bytes(), 40);
        assert!(picture.lines().all(|line| measure_text_width(line) <= 40), "{picture}");
    }
}
