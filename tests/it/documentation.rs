//! Every command in the README and in `docs/` runs, and every link leads somewhere.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::check::serve;
use crate::support::app::App;
use crate::support::nats_server::NatsServer;
use crate::support::ngrok_server::{GOOD_TOKEN, NgrokServer, Script};
use crate::support::process::{Listen, at_home, finish, run, zoomhook};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, event, sign, signed};

const SESSION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/captures/valid/zoomhook.session.x4.ndjson");

/// A page of Markdown.
struct Page {
    path: PathBuf,
    text: String,
}

/// A line of a page, and the language of the block that it is in; empty in running text.
struct Line<'a> {
    text: &'a str,
    block: Option<&'a str>,
}

/// The README and every page in `docs/`.
fn pages() -> Vec<Page> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    paths.sort();
    paths.insert(0, root.join("README.md"));
    paths.into_iter().map(Page::read).collect()
}

impl Page {
    fn read(path: PathBuf) -> Self {
        let text = std::fs::read_to_string(&path).unwrap();
        Self { path, text }
    }

    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let mut block = None;
        self.text.lines().filter_map(move |line| {
            if let Some(language) = line.trim().strip_prefix("```") {
                block = block.is_none().then_some(language);
                return None;
            }
            Some(Line { text: line, block })
        })
    }

    /// The lines of all shell blocks, the steps of workflows, and the commands in running text.
    fn commands(&self) -> Vec<String> {
        let mut commands = Vec::new();
        for Line { text, block } in self.lines() {
            let text = text.trim();
            match block {
                Some("sh") => commands.push(text.to_owned()),
                Some("yaml") => {
                    let step = text.strip_prefix("run: ").unwrap_or(text);
                    commands.extend(step.starts_with("zoomhook ").then(|| step.to_owned()));
                }
                Some(_) => {}
                None => {
                    let spans = text.split('`').skip(1).step_by(2);
                    commands.extend(spans.filter(|span| span.starts_with("zoomhook ")).map(str::to_owned));
                }
            }
        }
        commands
    }

    /// The names under which GitHub shows the headings.
    fn anchors(&self) -> Vec<String> {
        let headings = self.lines().filter(|line| line.block.is_none() && line.text.starts_with('#'));
        let kept = |c: &char| c.is_alphanumeric() || " -_".contains(*c);
        let anchor = |line: Line<'_>| {
            let title = line.text.trim_start_matches('#').trim().to_lowercase();
            title.chars().filter(kept).collect::<String>().replace(' ', "-")
        };
        headings.map(anchor).collect()
    }

    /// Where its links lead, without those to other sites.
    fn links(&self) -> Vec<String> {
        let mut links = Vec::new();
        for line in self.lines().filter(|line| line.block.is_none()) {
            // What stands in backquotes is code.
            let text: String = line.text.split('`').step_by(2).collect::<Vec<_>>().join("code");
            let ends = [("](", ')'), ("src=\"", '"'), ("srcset=\"", '"')];
            for (begin, end) in ends {
                let parts = text.split(begin).skip(1);
                links.extend(parts.filter_map(|part| Some(part.split_once(end)?.0.to_owned())));
            }
        }
        links.retain(|link| !link.starts_with("https://"));
        links
    }
}

/// The arguments of a command of ours; what comes after a pipe or a redirection is another's, after `#` a remark.
fn arguments(command: &str) -> Option<Vec<String>> {
    let ours =
        command.strip_prefix("zoomhook ")?.split(" | ").next()?.split(" > ").next()?.split(" # ").next()?;
    let quoted = ours.split('\'').enumerate();
    let words = quoted.flat_map(|(index, part)| match index % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
        _ => vec![part.to_owned()],
    });
    Some(words.collect())
}

#[test]
fn the_readme_is_short_and_names_whom_it_is_not_affiliated_with() {
    let readme = pages().remove(0).text;
    assert!(readme.lines().count() <= 200, "{} lines", readme.lines().count());
    assert!(readme.contains("Not affiliated with Zoom or ngrok"));
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let mut checked = 0;
    for page in pages() {
        for link in page.links() {
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let path = if file.is_empty() { page.path.clone() } else { page.path.with_file_name(file) };
            assert!(path.exists(), "{}: {link}", page.path.display());
            if !anchor.is_empty() {
                let anchors = Page::read(path).anchors();
                assert!(anchors.iter().any(|known| known == anchor), "{}: {link}", page.path.display());
            }
            checked += 1;
        }
    }
    assert!(checked >= 60, "{checked}");
}

#[test]
fn every_page_is_in_the_index() {
    let pages = &pages()[1..];
    let index = pages.iter().find(|page| page.path.ends_with("README.md")).unwrap().links();
    for page in pages {
        let name = page.path.file_name().unwrap().to_str().unwrap();
        assert!(name == "README.md" || index.iter().any(|link| link == name), "{name}");
    }
}

#[test]
fn the_two_commands_for_a_fresh_machine_are_those_that_are_checked() {
    let checks = include_str!("../../.ci/run");
    let commands = pages().remove(0).commands();
    for (command, checked) in [
        // The debug build, which the checks have already made.
        ("cargo run --release -- demo", "/debug/zoomhook\" demo"),
        ("cargo test", "cargo test --locked"),
    ] {
        assert!(commands.iter().any(|c| c == command), "{command}");
        assert!(checks.contains(checked), "{checked}");
    }
}

/// The commands of ours on all pages, each once, with their arguments: those that begin with one of these words.
fn commands_of(names: &[&str]) -> Vec<Vec<String>> {
    let commands: BTreeSet<String> = pages().iter().flat_map(Page::commands).collect();
    let all = commands.iter().filter_map(|command| arguments(command));
    let found: Vec<_> = all.filter(|arguments| names.contains(&kind(arguments))).collect();
    assert!(!found.is_empty(), "{names:?}");
    found
}

/// How a command is tried; `other` is run as it is.
fn kind(arguments: &[String]) -> &str {
    let asks = arguments.iter().any(|argument| argument == "--help" || argument == "--list");
    let has = |flag| arguments.iter().any(|argument| argument == flag);
    match arguments[0].as_str() {
        _ if has("--profile") => "profile",
        "listen" if has("--detach") => "background",
        name @ ("check" | "listen" | "sign" | "trigger") if !asks => name,
        name @ ("completions" | "demo" | "doctor" | "follow" | "history" | "inspect" | "replay"
        | "stream" | "verify") => name,
        "status" | "stop" | "wait" => "background",
        _ => "other",
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_that_listens_runs() {
    let commands = commands_of(&["listen"]);
    assert!(commands.len() >= 10, "{commands:?}");
    let nats = NatsServer::start();
    for arguments in commands {
        listens(&strs(&arguments[1..]), nats.as_ref()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_about_a_stream_runs() {
    let Some(nats) = NatsServer::start() else { return };
    let _hub = Listen::start(&["--share", &nats.url(), "--app", "acme"]);
    let _other = Listen::start(&["--share", &nats.url()]);
    let of_hub = tempfile::tempdir().unwrap();
    let hub = Listen::start_with(|command| {
        at_home(command, of_hub.path());
        command.current_dir(of_hub.path()).args(["--tunnel", "none", "--inspect", "0"]);
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    let session = hub.ready["inspect_url"].as_str().unwrap().split_once("/?").unwrap().0.to_owned();
    let mut make = zoomhook(of_hub.path());
    make.args(["inspect", "token", "create", "maria"]);
    let token = finish(make).stdout.trim().to_owned();
    for arguments in commands_of(&["follow", "stream"]) {
        drop(Listen::follow(&nats.url(), &["--app", "acme", "--as", "maria-laptop"]));
        let home = tempfile::tempdir().unwrap();
        let mut command = zoomhook(home.path());
        command.args(arguments.iter().map(|word| match word.as_str() {
            word if word.starts_with("nats://") => nats.url(),
            word if word.starts_with("https://") => session.clone(),
            word => word.to_owned(),
        }));
        match arguments[0].as_str() {
            "follow" => command.args(["--timeout", "300ms"]).env("ZOOMHOOK_READ_TOKEN", &token),
            _ if arguments[1] == "prune" => command.arg("--yes"),
            _ => &mut command,
        };
        let finished = finish(command);
        assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
    }
}

#[cfg(unix)]
#[test]
fn every_command_for_a_session_in_the_background_runs() {
    let home = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str], own: &[&str]| {
        let mut command = zoomhook(home.path());
        command.args(arguments).args(own).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
        let finished = finish(command);
        assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
    };
    let mut commands = commands_of(&["background"]);
    // As on the page: it starts, it waits, it stops.
    commands
        .sort_by_key(|words| ["listen", "status", "wait", "stop"].iter().position(|name| *name == words[0]));
    for arguments in commands {
        let starts = arguments[0] == "listen";
        run(&strs(&arguments), if starts { &["--port", "0", "--tunnel", "none"] } else { &[] });
        if starts {
            run(&["trigger", "recording.completed", "--quiet"], &[]);
        }
    }
}

/// The commands with a profile run with the file of the page.
#[tokio::test(flavor = "multi_thread")]
async fn every_command_with_a_profile_runs() {
    let file = include_str!("../../docs/project-file.md").split("```toml").nth(1).unwrap();
    for arguments in commands_of(&["profile"]) {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("zoomhook.toml"), file.split("```").next().unwrap()).unwrap();
        if arguments[0] != "listen" {
            let mut command = zoomhook(home.path());
            command.args(&arguments);
            assert_eq!(finish(command).code, Some(0), "{arguments:?}");
            continue;
        }
        let mut script = Script::default();
        script.reserved.insert("staging.ngrok.app".to_owned(), GOOD_TOKEN.to_owned());
        let server = NgrokServer::start(script);
        let listen = Listen::start_with(|command| {
            command.args(&arguments[1..]).args(["--ngrok-connect-url", &server.agent_address.to_string()]);
            command.arg("--ngrok-ca").arg(server.ca_file()).current_dir(home.path());
            command.env("NGROK_AUTHTOKEN", GOOD_TOKEN).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
        });
        assert_eq!(listen.ready["url"], "https://staging.ngrok.app/webhook");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_that_replays_runs() {
    for arguments in commands_of(&["replay"]) {
        replays(&strs(&arguments[1..])).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_that_checks_runs() {
    for arguments in commands_of(&["check"]) {
        checks(&strs(&arguments)).await;
    }
}

/// Checks a correct app in the place of every target, as a page says.
async fn checks(arguments: &[&str]) {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("src")).unwrap();
    let suite = include_str!("../../docs/check.md").split("```toml").nth(1).unwrap();
    std::fs::write(home.path().join("FILE.toml"), suite.split("```").next().unwrap()).unwrap();
    let app = serve(&[]).await;
    let (url, token) = (format!("http://{}/webhook", app.address), format!("http://{}/token", app.address));
    let mut command = zoomhook(home.path());
    command.args(arguments.iter().map(|word| match *word {
        "http://127.0.0.1:3000/token" => &*token,
        word if word.starts_with("3000/") || word.starts_with("http") => &url,
        word => word,
    }));
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    let finished = tokio::task::spawn_blocking(move || finish(command)).await.unwrap();
    // The running `listen` is on another machine's page; an app without a token URL has no token.
    let expected = match arguments {
        ["check"] => 2,
        _ if arguments.contains(&"--bearer") => 5,
        _ => 0,
    };
    assert_eq!(finished.code, Some(expected), "{arguments:?}: {finished:?}");
    if expected == 2 {
        app.expect_no_call();
    }
}

#[test]
fn every_command_that_posts_runs() {
    let home = tempfile::tempdir().unwrap();
    let listen = Listen::start_with(|command| {
        at_home(command, home.path());
        command.current_dir(home.path());
        command.args(["--tunnel", "none"]).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    let url = format!("http://{}/webhook", listen.address);
    std::fs::write(home.path().join("body.json"), event("meeting.started", 0)).unwrap();
    let scenario = include_str!("../../docs/trigger.md").split("```toml").nth(1).unwrap();
    std::fs::write(home.path().join("FILE.toml"), scenario.split("```").next().unwrap()).unwrap();
    for arguments in commands_of(&["sign", "trigger"]) {
        posts(home.path(), &url, &strs(&arguments));
    }
}

#[test]
fn every_command_that_verifies_runs() {
    for arguments in commands_of(&["verify"]) {
        verifies(&strs(&arguments[1..]));
    }
}

#[test]
fn every_other_command_runs() {
    for arguments in commands_of(&["history"]) {
        looks_back(&strs(&arguments));
    }
    for arguments in commands_of(&["completions", "demo", "other"]) {
        match strs(&arguments).as_slice() {
            ["completions", shells] => {
                for shell in shells.split('|') {
                    assert_eq!(run(&["completions", shell]).code, Some(0), "{shell}");
                }
            }
            ["demo"] => assert_eq!(run(&["demo", "--fast"]).code, Some(0)),
            other => assert_eq!(run(other).code, Some(0), "{other:?}"),
        }
    }
}

#[test]
fn every_command_that_inspects_prints_the_url_of_a_page() {
    for arguments in commands_of(&["inspect"]) {
        let home = tempfile::tempdir().unwrap();
        if arguments.get(1).is_some_and(|word| word == "token") {
            manages_tokens(home.path(), &strs(&arguments));
            continue;
        }
        let mut command = zoomhook(home.path());
        // A test opens no browser.
        command.args(arguments.iter().filter(|argument| *argument != "--open"));
        let mut child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut stdout, &mut line).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(line.starts_with("http://127.0.0.1:") && line.contains("/?token="), "{arguments:?}: {line}");
    }
}

#[test]
fn every_command_that_examines_runs() {
    for arguments in commands_of(&["doctor"]) {
        let home = tempfile::tempdir().unwrap();
        let mut command = zoomhook(home.path());
        // Nothing leaves this machine.
        command.args(&arguments).env("HTTPS_PROXY", "http://127.0.0.1:1").env("NO_PROXY", "localhost");
        let finished = finish(command);
        // What it finds on this machine is not known here.
        assert!(matches!(finished.code, Some(0 | 1)), "{arguments:?}: {finished:?}");
        assert!(finished.stderr.is_empty() || arguments.contains(&"--fix".to_owned()), "{finished:?}");
    }
}

fn strs(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

/// Signs or posts as a page says, to this listener in the place of every address; without one it has to be found.
fn posts(home: &Path, url: &str, arguments: &[&str]) {
    let mut command = zoomhook(home);
    let is_url = |word: &str| ["http://", "3000/", "\"$URL\""].iter().any(|form| word.starts_with(form));
    command.args(arguments.iter().map(|word| if is_url(word) { url } else { word }));
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    let finished = finish(command);
    assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
}

/// A program that opens no tunnel, and prints a URL as the real one does.
fn stand_in(folder: &Path, program: &str) {
    executable(folder, program, "echo https://three-plain-words.trycloudflare.com\nexec sleep 1000");
}

/// A shell script with this content.
fn executable(folder: &Path, name: &str, script: &str) {
    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
}

/// Runs a command of `inspect token`. What is revoked exists before.
fn manages_tokens(home: &Path, arguments: &[&str]) {
    let run = |arguments: &[&str]| {
        let mut command = zoomhook(home);
        command.args(arguments);
        finish(command)
    };
    if arguments[2] == "revoke" {
        assert_eq!(run(&["inspect", "token", "create", arguments[3]]).code, Some(0));
    }
    let finished = run(arguments);
    assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
}

/// Listens as a page says, with doubles for ngrok and other tunnels, and takes deliveries.
async fn listens(arguments: &[&str], nats: Option<&NatsServer>) {
    if arguments.contains(&"--share") && nats.is_none() {
        return;
    }
    let end = arguments.iter().position(|argument| *argument == "--").unwrap_or(arguments.len());
    let (arguments, own_command) = arguments.split_at(end);
    let mut script = Script::default();
    script.reserved.insert("mine.ngrok.app".to_owned(), GOOD_TOKEN.to_owned());
    let server = NgrokServer::start(script);
    let mut app = App::start().await;
    if !arguments.contains(&"--forward") {
        app.expect_no_call();
    }
    let port = app.address.port().to_string();
    let program = ["ssh", "cloudflared"].into_iter().find(|program| arguments.contains(program));
    if (program.is_some() || !own_command.is_empty()) && cfg!(windows) {
        // The stand-ins are shell scripts.
        server.expect_no_call();
        return;
    }
    let has_tunnel = !arguments.contains(&"none");
    let has_ngrok = has_tunnel && program.is_none();
    if !has_ngrok {
        server.expect_no_call();
    }
    let mut listen = Listen::start_with(|command| {
        let folder = &command.get_current_dir().unwrap().to_owned();
        std::fs::write(folder.join("live.token"), SECRET).unwrap();
        std::fs::write(folder.join("test.token"), "another-secret").unwrap();
        let mut own = arguments.iter().peekable();
        while let Some(&argument) = own.next() {
            match (argument, own.peek()) {
                // The guard asks for it already.
                ("--format", Some(&&("json" | "junit"))) => {
                    own.next();
                }
                // The page's app has a port that may be anybody's here.
                ("--forward", Some(_)) => {
                    own.next();
                    command.args(["--forward", &port]);
                }
                ("--share", Some(_)) => {
                    own.next();
                    command.args(["--share", &nats.unwrap().url()]);
                }
                _ => {
                    command.arg(argument);
                }
            }
        }
        if let Some(program) = program {
            stand_in(folder, program);
            command.env("PATH", format!("{}:/usr/bin:/bin", folder.display()));
            // No probe leaves this machine.
            command.env("HTTPS_PROXY", "http://127.0.0.1:1");
        }
        if has_ngrok {
            command.args(["--ngrok-connect-url", &server.agent_address.to_string()]);
            command.arg("--ngrok-ca").arg(server.ca_file());
        }
        if let ["--", script] = own_command {
            executable(folder, script, "exit 0");
        }
        command.args(own_command);
        command.env("NGROK_AUTHTOKEN", GOOD_TOKEN).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    assert_eq!(listen.ready["url"].is_string(), has_tunnel, "{arguments:?}");
    let after = |flag| arguments.iter().skip_while(|&&argument| argument != flag).nth(1).copied();
    let wanted = after("--expect").or(after("--events")).unwrap_or("recording.completed");
    let (name, count) = wanted.split_once('=').unwrap_or((wanted, "1"));
    let name = name.replace('*', "started");
    let body = format!(
        r#"{{"event":"{name}","payload":{{"account_id":"abc","object":{{"id":"88512345678"}}}},"event_ts":1}}"#
    );
    let mut client = RawClient::connect(listen.address).await;
    for _ in 0..count.parse().unwrap() {
        let reply = client.request(&signed("/webhook", body.as_bytes())).await;
        assert_eq!(
            (reply.status, &listen.delivery()["event"]),
            (204, &name.as_str().into()),
            "{arguments:?}"
        );
        // With `--ack now` the app gets the event after the answer.
        if arguments.contains(&"--forward") {
            app.next().await;
        }
    }
    if arguments.contains(&"--expect") || arguments.contains(&"--exit-after") {
        assert_eq!(listen.ended().0.code(), Some(0), "{arguments:?}");
    } else {
        // A killed session would leave a stand-in behind.
        listen.interrupted();
    }
}

/// Sends again, as a page says, what a `listen` has kept, to an app that takes it.
async fn replays(arguments: &[&str]) {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("src")).unwrap();
    let history = home.path().join("h.db");
    let mut app = App::start().await;
    let port = app.address.port().to_string();
    let mut listen = Listen::start_with(|command| {
        command.args(["--tunnel", "none", "--forward", &port]).arg("--history-file").arg(&history);
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    let mut client = RawClient::connect(listen.address).await;
    for _ in 0..3 {
        client.request(&signed("/webhook", &event("meeting.started", 0))).await;
        listen.delivery();
        app.next().await;
    }
    let mut command = zoomhook(home.path());
    command.arg("replay").arg("--history-file").arg(&history).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    command.args(arguments.iter().map(|word| if *word == "3000/zoom" { &port } else { *word }));
    if arguments.contains(&"--watch") {
        // It does not end by itself.
        let quiet = std::process::Stdio::null;
        let mut watching = command.stdout(quiet()).stderr(quiet()).spawn().unwrap();
        app.next().await;
        watching.kill().unwrap();
        watching.wait().unwrap();
        return;
    }
    let finished = finish(command);
    assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
    app.next().await;
}

/// Asks a history that has something in it, as a page says.
fn looks_back(arguments: &[&str]) {
    let home = tempfile::tempdir().unwrap();
    std::fs::copy(SESSION, home.path().join("events.ndjson")).unwrap();
    for arguments in [&["history", "import", SESSION][..], arguments] {
        let mut command = zoomhook(home.path());
        command.args(arguments);
        let finished = finish(command);
        assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
    }
}

/// Verifies as a page says, in a folder with the files that it names and with a history.
fn verifies(arguments: &[&str]) {
    let home = tempfile::tempdir().unwrap();
    let captures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/valid");
    let copy = |from: &str, to: &str| std::fs::copy(captures.join(from), home.path().join(to)).unwrap();
    copy("raw-http.lf.http", "request.http");
    copy("zoomhook.session.x4.ndjson", "session.ndjson");
    std::fs::create_dir(home.path().join("captures")).unwrap();
    copy("har.one.har", "captures/one.har");
    std::fs::write(home.path().join("live.token"), SECRET).unwrap();
    std::fs::write(home.path().join("test.token"), "another-secret").unwrap();
    let body = event("meeting.started", 0);
    std::fs::write(home.path().join("body.json"), &body).unwrap();
    if arguments.contains(&"last") {
        let mut import = zoomhook(home.path());
        import.args(["history", "import", SESSION]);
        assert_eq!(finish(import).code, Some(0));
    }
    let mut command = zoomhook(home.path());
    command.arg("verify").env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    // The page leaves the digits out.
    let signature = sign(SECRET, "1795507201", &body);
    command.args(arguments.iter().map(|argument| argument.replace("v0=…", &signature)));
    let finished = finish(command);
    assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
}
