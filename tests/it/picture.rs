//! The picture in the README, made from a real run: the binary at a terminal, the double of ngrok, an app.
//!
//! The test runs the session and compares it with `docs/picture/dark.svg` and `light.svg`. `.ci/picture` writes them.
//! What differs from run to run (times, ports, addresses) has a fixed value in the picture.

use std::fmt::Write;
use std::path::Path;

use zoomhook::zoom::{Challenge, Envelope, SecretToken};

use crate::support::app::App;
use crate::support::ngrok_server::{GOOD_TOKEN, NgrokServer, Script};
use crate::support::proxy::ProxyDouble;
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, sign, timestamp};
use crate::support::screen::Screen;

const COLUMNS: u16 = 92;
/// The double of a proxy knows where names under `.test` lead, so that the tunnel can be checked.
const DOMAIN: &str = "lamb-suited.ngrok-free.test";
/// When things happen in the picture.
const TIMES: [&str; 4] = ["10:21:07.114", "10:21:07.131", "10:22:41.902", "10:24:03.377"];
const CHALLENGE: &str = r#"{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1795507201000,"event":"endpoint.url_validation"}"#;

/// An event as Zoom writes it: emoji are escaped.
fn body(event: &str) -> String {
    format!(
        r#"{{"event":"{event}","payload":{{"account_id":"q1Zk7sXbT2mN8cVwYp0LdA","object":{{"id":"88512345678","topic":"Launch party \uD83D\uDE80","host_email":"jill@example.com"}}}},"event_ts":1795507201000}}"#
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_shows_what_the_program_shows() {
    let screen = session().await;
    let rows = rows(&screen);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/picture");
    for theme in [&DARK, &LIGHT] {
        let (drawn, file) = (draw(&rows, theme), folder.join(theme.name));
        if std::env::var_os("ZOOMHOOK_PICTURE").is_some() {
            std::fs::write(&file, &drawn).unwrap();
        }
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(kept, drawn, "{} is out of date: run .ci/picture", theme.name);
    }
}

/// A challenge, a genuine event, and one whose body was re-serialized on the way.
async fn session() -> vt100::Screen {
    let mut script = Script::default();
    script.reserved.insert(DOMAIN.to_owned(), GOOD_TOKEN.to_owned());
    let server = NgrokServer::start(script);
    let app = App::start().await;
    let (ca, port) = (server.ca_file(), app.address.port().to_string());
    let connect = server.agent_address.to_string();
    let words = [
        env!("CARGO_BIN_EXE_zoomhook"),
        "listen",
        // Its URL has another key each time.
        "--no-inspect",
        "--port=0",
        "--forward",
        &port,
        "--domain",
        DOMAIN,
        "--ngrok-connect-url",
        &connect,
        "--ngrok-ca",
        ca.to_str().unwrap(),
    ];
    let proxy = ProxyDouble::start(None, server.tls_edge_address);
    let way_out = format!("http://{}", proxy.address);
    let environment = [("NGROK_AUTHTOKEN", GOOD_TOKEN), ("https_proxy", way_out.as_str())];
    let screen = Screen::start(COLUMNS, &words, &environment);
    screen.ends_with("Waiting for events");

    let envelope = Envelope::parse(CHALLENGE.as_bytes()).unwrap();
    let challenge = Challenge::recognize(&envelope).unwrap().unwrap();
    let answer = challenge.answer(&SecretToken::new(SECRET).unwrap()).to_json();
    app.answers(&format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{answer}",
        answer.len()
    ));
    post(&server, CHALLENGE, CHALLENGE, 200).await;
    // What the app makes of the same challenge.
    screen.shows("→ endpoint.url_validation");

    app.answers("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let started = body("meeting.started");
    post(&server, &started, &started, 200).await;
    screen.ends_with("1 delivered");

    let signed = body("meeting.ended");
    post(&server, &signed, &signed.replace(r"\uD83D\uDE80", "🚀"), 401).await;
    screen.ends_with("1 refused");
    screen.screen()
}

/// Posts at the public edge what was signed as another body, or as the same.
async fn post(server: &NgrokServer, signed: &str, body: &str, status: u16) {
    let stamp = timestamp(0);
    let signature = sign(SECRET, &stamp, signed.as_bytes());
    let request = format!(
        "POST /webhook HTTP/1.1\r\nhost: {DOMAIN}\r\nuser-agent: Zoom Marketplace/1.0a\r\n\
         content-type: application/json; charset=utf-8\r\nx-zm-request-timestamp: {stamp}\r\n\
         x-zm-signature: {signature}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let reply = RawClient::connect(server.edge_address).await.request(request.as_bytes()).await;
    assert_eq!(reply.status, status);
}

/// A piece of a line in one style.
struct Run {
    text: String,
    style: Style,
}

#[derive(Default, Clone, Copy, PartialEq)]
struct Style {
    color: vt100::Color,
    bold: bool,
    dim: bool,
}

/// The lines on the screen below the command that was typed.
fn rows(screen: &vt100::Screen) -> Vec<Vec<Run>> {
    let bold = Style { bold: true, ..Style::default() };
    let prompt = Style { color: vt100::Color::Idx(2), bold: true, dim: false };
    let typed =
        [("$ ", prompt), ("zoomhook listen --forward 3000", bold)].map(|(text, style)| Run::new(text, style));
    let mut rows = vec![typed.into()];
    let mut times = Vec::new();
    rows.extend((0..screen.size().0.get()).map(|row| line(screen, row, &mut times)));
    while rows.last().is_some_and(Vec::is_empty) {
        rows.pop();
    }
    rows
}

fn line(screen: &vt100::Screen, row: u16, times: &mut Vec<String>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for cell in (0..COLUMNS).filter_map(|column| screen.cell(row, column)) {
        if cell.is_wide_continuation() {
            continue;
        }
        let style = Style { color: cell.fgcolor(), bold: cell.bold(), dim: cell.dim() };
        let text = if cell.has_contents() { cell.contents() } else { " " };
        match runs.last_mut() {
            Some(run) if run.style == style || text == " " => run.text.push_str(text),
            _ => runs.push(Run::new(text, style)),
        }
    }
    if let Some(last) = runs.last_mut() {
        last.text.truncate(last.text.trim_end().len());
    }
    runs.retain(|run| !run.text.is_empty());
    for run in &mut runs {
        run.text = fixed(&run.text, times);
    }
    runs
}

impl Run {
    fn new(text: &str, style: Style) -> Self {
        Self { text: text.to_owned(), style }
    }
}

/// An emoji takes two columns, everything else in the picture one.
fn columns_of(text: &str) -> u32 {
    text.chars().map(|c| if c > '\u{1f000}' { 2 } else { 1 }).sum()
}

/// Gives what differs from run to run a fixed value: times, durations, ports, addresses, ids.
fn fixed(text: &str, times: &mut Vec<String>) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let fixed = words.iter().enumerate().map(|(index, &word)| {
        let number = word.bytes().all(|b| b.is_ascii_digit() || b".<".contains(&b));
        if word.len() == 12 && number_of(word, ':') == 2 && number_of(word, '.') == 1 {
            let place = times.iter().position(|time| time == word).unwrap_or_else(|| {
                times.push(word.to_owned());
                times.len() - 1
            });
            TIMES[place.min(TIMES.len() - 1)].to_owned()
        } else if number && words.get(index + 1).is_some_and(|unit| unit.trim_end_matches('.') == "ms") {
            "12".to_owned()
        } else if word.starts_with("http://127.0.0.1:") {
            "http://127.0.0.1:4000/webhook".to_owned()
        } else if word.starts_with("http://localhost:") {
            "http://localhost:3000".to_owned()
        } else if word.len() == 12 && word.starts_with("01") {
            "01M8JENZ24CT".to_owned()
        } else {
            word.replace("127.0.0.1", "203.0.113.9").replace(DOMAIN, "lamb-suited.ngrok-free.app")
        }
    });
    fixed.collect::<Vec<_>>().join(" ")
}

fn number_of(text: &str, sign: char) -> usize {
    text.matches(sign).count()
}

/// The colors of a variant.
struct Theme {
    name: &'static str,
    window: &'static str,
    border: &'static str,
    text: &'static str,
    dim: &'static str,
    /// Red, green, yellow, blue, magenta, cyan: the terminal's colors 1 to 6.
    colors: [&'static str; 6],
}

const DARK: Theme = Theme {
    name: "dark.svg",
    window: "#0d1117",
    border: "#30363d",
    text: "#e6edf3",
    dim: "#8b949e",
    colors: ["#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#56d4dd"],
};
const LIGHT: Theme = Theme {
    name: "light.svg",
    window: "#ffffff",
    border: "#d0d7de",
    text: "#1f2328",
    dim: "#656d76",
    colors: ["#cf222e", "#1a7f37", "#9a6700", "#0969da", "#8250df", "#1b7c83"],
};

/// A column is 8.4 pixels wide, as wide as a character of 14 pixels is in most fonts; in tenths, so that sums are exact.
const COLUMN: u32 = 84;
const LINE: u32 = 19;
const MARGIN: u32 = 24;
/// The bar with the three dots.
const BAR: u32 = 36;

/// The window with the lines in it, as SVG. Each run says how wide it is, so that every font keeps the columns.
fn draw(rows: &[Vec<Run>], theme: &Theme) -> String {
    let tenths = |tenths: u32| format!("{}.{}", tenths / 10, tenths % 10);
    let width = u32::from(COLUMNS) * COLUMN / 10 + 2 * MARGIN;
    let height = u32::try_from(rows.len()).unwrap() * LINE + BAR + MARGIN;
    let Theme { window, border, text, dim, colors, .. } = theme;
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">
<title>zoomhook listen: a verified event, and a refused one with its proven cause</title>
<rect x="0.5" y="0.5" width="{}" height="{}" rx="10" fill="{window}" stroke="{border}"/>
<g fill="{border}"><circle cx="22" cy="20" r="6"/><circle cx="42" cy="20" r="6"/><circle cx="62" cy="20" r="6"/></g>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace" font-size="14" fill="{text}">
"#,
        width - 1,
        height - 1
    );
    for (row, y) in rows.iter().zip((BAR + LINE..).step_by(LINE as usize)) {
        let mut column = 0;
        for run in row {
            let shown = run.text.trim();
            if !shown.is_empty() {
                let blanks_before = columns_of(&run.text) - columns_of(run.text.trim_start());
                let fill = match run.style.color {
                    _ if run.style.dim => format!(r#" fill="{dim}""#),
                    vt100::Color::Idx(index @ 1..=6) => {
                        format!(r#" fill="{}""#, colors[usize::from(index) - 1])
                    }
                    _ => String::new(),
                };
                let weight = if run.style.bold { r#" font-weight="600""# } else { "" };
                let x = tenths(MARGIN * 10 + (column + blanks_before) * COLUMN);
                let length = tenths(columns_of(shown) * COLUMN);
                // SVG makes one of several blanks, unless they do not break.
                let shown = shown.replace('&', "&amp;").replace('<', "&lt;").replace(' ', "\u{a0}");
                writeln!(svg, r#"<text x="{x}" y="{y}" textLength="{length}"{fill}{weight}>{shown}</text>"#)
                    .unwrap();
            }
            column += columns_of(&run.text);
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}
