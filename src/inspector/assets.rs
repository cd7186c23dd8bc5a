//! The page: files of this program, so that it needs neither a network nor a build step.

use super::answer::{self, InspectorAnswer};

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
// Windows may have another type for `.js` in its registry, so the types are here.
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

macro_rules! assets {
    ($($name:literal: $kind:ident),* $(,)?) => {
        /// Each file under `/assets/`, with its type.
        const ASSETS: &[(&str, &str, &[u8])] =
            &[$(($name, $kind, include_bytes!(concat!("assets/", $name)))),*];
    };
}

assets! {
    "app.js": SCRIPT,
    "api.js": SCRIPT,
    "compose.js": SCRIPT,
    "delivery.js": SCRIPT,
    "check.js": SCRIPT,
    "list.js": SCRIPT,
    "session.js": SCRIPT,
    "shared.js": SCRIPT,
    "tree.js": SCRIPT,
    "words.js": SCRIPT,
    "vendor/preact.js": SCRIPT,
    "style.css": CSS,
    "icon.svg": SVG,
}

const PAGE: &[u8] = include_bytes!("assets/index.html");

/// Paths that the page shows by itself.
pub(super) fn is_page(path: &str) -> bool {
    matches!(path, "/" | "/session" | "/trigger" | "/check")
        || path.strip_prefix("/d/").is_some_and(|id| !id.contains('/'))
}

/// The page.
pub(super) fn page() -> InspectorAnswer {
    answer::ok(HTML, PAGE)
}

/// The file with this name.
pub(super) fn asset(name: &str) -> Option<InspectorAnswer> {
    let (_, kind, content) = ASSETS.iter().find(|(known, ..)| *known == name)?;
    Some(answer::ok(kind, *content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_page_is_small() {
        let size: usize = ASSETS.iter().map(|(_, _, content)| content.len()).sum();
        assert!(size + PAGE.len() < 150 * 1024, "{size}");
    }

    #[test]
    fn nothing_is_inline_and_nothing_comes_from_another_host() {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let page = text(PAGE);
        for part in ["<style", " style=", " onclick", "http:", "https:"] {
            assert!(!page.contains(part), "{part}");
        }
        for script in page.split("<script").skip(1) {
            assert!(script.split('>').nth(1).unwrap().starts_with("</script"), "{script}");
        }
        for (name, _, content) in ASSETS.iter().filter(|(name, ..)| !name.starts_with("vendor/")) {
            let content = text(content);
            for part in [
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "new Function",
                "@import",
            ] {
                assert!(!content.contains(part), "{name}: {part}");
            }
        }
    }
}
