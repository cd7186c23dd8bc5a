//! What an error answer gives away about the program: a stack trace. Pure.
//!
//! Only a frame with its file and line counts, because that is what a program never writes on purpose. A path alone may
//! be the path of the request.

/// Limit on the bytes that are read.
const LARGEST: usize = 16 * 1024;

/// Limit on the characters of the frame that are shown.
const SHOWN: usize = 120;

/// What an error answer gives away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ErrorDetail {
    /// What it is, as a phrase.
    pub(super) what: &'static str,
    /// The first frame.
    pub(super) frame: String,
}

/// The first frame of a stack trace in an answer, if there is one.
pub(super) fn error_detail(body: &[u8]) -> Option<ErrorDetail> {
    let text = String::from_utf8_lossy(&body[..body.len().min(LARGEST)]);
    // As a web page and as a JSON string write it.
    let text = text.replace("<br>", "\n").replace("<br/>", "\n").replace("\\n", "\n").replace("&nbsp;", " ");
    let text =
        text.replace("\\\"", "\"").replace("&quot;", "\"").replace("&#34;", "\"").replace("&#39;", "'");
    text.lines().map(str::trim).find_map(|line| {
        let (_, what) = FRAMES.iter().find(|(is_frame, _)| is_frame(line))?;
        Some(ErrorDetail { what, frame: line.chars().take(SHOWN).collect() })
    })
}

/// Whether a line is a frame of a language.
type IsFrame = fn(&str) -> bool;

/// How languages write a frame.
const FRAMES: [(IsFrame, &str); 6] = [
    (is_javascript, "a stack trace of JavaScript"),
    (is_python, "a stack trace of Python"),
    (is_java, "a stack trace of Java"),
    (is_dot_net, "a stack trace of .NET"),
    (is_php, "a stack trace of PHP"),
    (is_ruby, "a stack trace of Ruby"),
];

/// `at parse (/app/node_modules/body-parser/lib/types/json.js:92:19)`
fn is_javascript(line: &str) -> bool {
    line.starts_with("at ")
        && after_any(line, &[".js:", ".ts:", ".mjs:", ".cjs:", ".tsx:", ".jsx:"], |rest| {
            let (row, column) = rest.split_once(':').unwrap_or_default();
            is_number(row) && starts_with_number(column)
        })
}

/// `File "/app/main.py", line 12, in receive`
fn is_python(line: &str) -> bool {
    line.starts_with("File \"") && after_any(line, &["\", line "], starts_with_number)
}

/// `at com.example.Hook.receive(Hook.java:42)`
fn is_java(line: &str) -> bool {
    line.starts_with("at ") && after_any(line, &[".java:", ".kt:", ".scala:"], starts_with_number)
}

/// `at Hook.Receive() in /src/Hook.cs:line 12`
fn is_dot_net(line: &str) -> bool {
    line.starts_with("at ") && after_any(line, &[":line "], starts_with_number)
}

/// `#0 /var/www/index.php(12): receive()`, `in /var/www/index.php on line 12`
fn is_php(line: &str) -> bool {
    let is_in_trace = line.starts_with('#') && after_any(line, &[".php("], starts_with_number);
    is_in_trace || after_any(line, &[".php on line ", ".php</b> on line <b>"], starts_with_number)
}

/// `/app/app.rb:12:in 'receive'`
fn is_ruby(line: &str) -> bool {
    after_any(line, &[".rb:"], |rest| rest.split_once(":in ").is_some_and(|(row, _)| is_number(row)))
}

/// Whether this is true for the text after one of these marks.
fn after_any(line: &str, marks: &[&str], is: impl Fn(&str) -> bool) -> bool {
    marks.iter().any(|mark| line.split_once(mark).is_some_and(|(_, rest)| is(rest)))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn starts_with_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_of_each_language_is_found() {
        for (text, language) in [
            (
                "<pre>SyntaxError: Unexpected end<br> &nbsp; &nbsp;at JSON.parse (&lt;anonymous&gt;)<br> &nbsp; \
                 &nbsp;at parse (/app/node_modules/body-parser/lib/types/json.js:92:19)</pre>",
                "JavaScript",
            ),
            (r#"{"stack":"Error: x\n    at main (file:///srv/app.mjs:3:9)\n"}"#, "JavaScript"),
            ("Traceback (most recent call last):\n  File \"/app/main.py\", line 12, in receive\n", "Python"),
            (r#"{"detail":"  File \"/app/main.py\", line 12, in receive"}"#, ""),
            (r#"{"detail":"Traceback:\n  File \"/app/main.py\", line 12"}"#, "Python"),
            ("java.lang.X: y\n\tat com.example.Hook.receive(Hook.java:42)\n", "Java"),
            ("System.X: y\n   at Hook.Receive() in /src/Hook.cs:line 12\n", ".NET"),
            ("<b>Fatal error</b>: x in <b>/var/www/index.php</b> on line <b>12</b>", "PHP"),
            ("#0 /var/www/index.php(12): receive()", "PHP"),
            ("/app/app.rb:12:in 'receive'", "Ruby"),
        ] {
            let found = error_detail(text.as_bytes()).map(|detail| detail.what);
            assert_eq!(found.unwrap_or_default().rsplit(' ').next(), Some(language), "{text}");
        }
    }

    #[test]
    fn a_path_or_a_message_is_not_a_stack_trace() {
        for text in [
            "",
            "Cannot POST /home/jill/hook.php",
            r#"{"message":"Failed to verify the request"}"#,
            "<script src=\"/app/main.js\"></script>",
            "at 12:30:15 the service was down",
            "{\"at\":\"main.js:soon\"}",
        ] {
            assert_eq!(error_detail(text.as_bytes()), None, "{text}");
        }
    }
}
