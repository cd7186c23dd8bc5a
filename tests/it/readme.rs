//! Every command in the README runs, and its tables are those of the program.

use zoomhook::commands::ExitStatus;

use crate::support::{
    app::App,
    ngrok_server::{GOOD_TOKEN, NgrokServer, Script},
    process::{Listen, at_home, finish, run, zoomhook},
    raw_client::RawClient,
    requests::{SECRET, event, sign, signed},
};

const README: &str = include_str!("../../README.md");

/// The lines of all shell blocks, and the commands in running text.
fn commands() -> Vec<String> {
    let mut commands = Vec::new();
    let mut language = None;
    for line in README.lines().map(str::trim) {
        if let Some(fence) = line.strip_prefix("```") {
            language = language.is_none().then_some(fence);
        } else if language == Some("sh") {
            commands.push(line.to_owned());
        } else if language.is_none() {
            let spans = line.split('`').skip(1).step_by(2);
            commands.extend(spans.filter(|span| span.starts_with("zoomhook ")).map(str::to_owned));
        }
    }
    commands
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
fn the_two_commands_for_a_fresh_machine_are_those_that_are_checked() {
    let checks = include_str!("../../.ci/run");
    for (command, checked) in [
        ("cargo run --release -- demo", "cargo run --locked --release -- demo"),
        ("cargo test", "cargo test --locked"),
    ] {
        assert!(commands().iter().any(|c| c == command), "{command}");
        assert!(checks.contains(checked), "{checked}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_runs() {
    let mut listened = 0;
    for command in commands() {
        let Some(arguments) = arguments(&command) else { continue };
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        match arguments.as_slice() {
            ["listen", rest @ ..] if !rest.contains(&"--help") => {
                listens(rest).await;
                listened += 1;
            }
            ["completions", shells] => {
                for shell in shells.split('|') {
                    assert_eq!(run(&["completions", shell]).code, Some(0), "{command}");
                }
            }
            ["sign" | "trigger", rest @ ..] if !rest.contains(&"--list") => posts(&command, &arguments),
            ["verify", rest @ ..] => verifies(rest),
            ["replay", rest @ ..] => replays(rest).await,
            ["history", ..] => looks_back(&arguments),
            ["demo"] => assert_eq!(run(&["demo", "--fast"]).code, Some(0), "{command}"),
            other => assert_eq!(run(other).code, Some(0), "{command}"),
        }
    }
    assert!(listened >= 4, "{listened}");
}

/// Signs or posts as the README says, to a listener in the place of every address; without one it has to be found.
fn posts(command_line: &str, arguments: &[&str]) {
    let home = tempfile::tempdir().unwrap();
    let listen = Listen::start_with(|command| {
        at_home(command, home.path());
        command.args(["--tunnel", "none"]).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    let url = format!("http://{}/webhook", listen.address);
    std::fs::write(home.path().join("body.json"), event("meeting.started", 0)).unwrap();
    std::fs::write(
        home.path().join("FILE.toml"),
        README
            .split("```toml\nabout")
            .nth(1)
            .map(|text| format!("about{}", text.split("```").next().unwrap()))
            .unwrap(),
    )
    .unwrap();
    let mut command = zoomhook(home.path());
    command.args(arguments.iter().map(|word| if word.starts_with("http://") { url.as_str() } else { word }));
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    let finished = finish(command);
    assert_eq!(finished.code, Some(0), "{command_line}: {finished:?}");
}

/// Listens as the README says, with the double for ngrok, and takes a delivery.
async fn listens(arguments: &[&str]) {
    let mut script = Script::default();
    script.reserved.insert("mine.ngrok.app".to_owned(), GOOD_TOKEN.to_owned());
    let server = NgrokServer::start(script);
    let app = App::start().await;
    if !arguments.contains(&"--forward") {
        app.expect_no_call();
    }
    let mut listen = Listen::start_with(|command| {
        let mut own = arguments.iter().peekable();
        while let Some(&argument) = own.next() {
            match (argument, own.peek()) {
                // The guard asks for it already.
                ("--format", Some(&&"json")) => {
                    own.next();
                }
                // The README's app has a port that may be anybody's here.
                ("--forward", Some(_)) => {
                    own.next();
                    command.args(["--forward", &app.address.port().to_string()]);
                }
                _ => {
                    command.arg(argument);
                }
            }
        }
        command.args(["--ngrok-connect-url", &server.agent_address.to_string()]);
        command.arg("--ngrok-ca").arg(server.ca_file());
        command.env("NGROK_AUTHTOKEN", GOOD_TOKEN).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    assert!(listen.ready["url"].as_str().is_some(), "{arguments:?}");
    let mut client = RawClient::connect(listen.address).await;
    assert_eq!(client.request(&signed("/webhook", &event("recording.completed", 0))).await.status, 204);
    assert_eq!(listen.delivery()["event"], "recording.completed");
    if arguments.contains(&"--expect") {
        assert_eq!(listen.ended().0.code(), Some(0));
    }
}

/// Sends again as the README says, what a `listen` has kept, to an app that takes it.
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

/// Asks a history that has something in it, as the README says.
fn looks_back(arguments: &[&str]) {
    let home = tempfile::tempdir().unwrap();
    let session = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/captures/valid/zoomhook.session.x4.ndjson");
    for arguments in [&["history", "import", session][..], arguments] {
        let mut command = zoomhook(home.path());
        command.args(arguments);
        let finished = finish(command);
        assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
    }
}

/// Verifies as the README says, in a folder with the files that it names.
fn verifies(arguments: &[&str]) {
    let home = tempfile::tempdir().unwrap();
    let captures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/valid");
    let copy = |from: &str, to: &str| std::fs::copy(captures.join(from), home.path().join(to)).unwrap();
    copy("raw-http.lf.http", "request.http");
    copy("zoomhook.session.x4.ndjson", "session.ndjson");
    std::fs::create_dir(home.path().join("captures")).unwrap();
    copy("har.one.har", "captures/one.har");
    let body = event("meeting.started", 0);
    std::fs::write(home.path().join("body.json"), &body).unwrap();
    let mut command = zoomhook(home.path());
    command.arg("verify").env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    // The README leaves the digits out.
    let signature = sign(SECRET, "1795507201", &body);
    command.args(arguments.iter().map(|argument| argument.replace("v0=…", &signature)));
    let finished = finish(command);
    assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
}

#[test]
fn the_exit_codes_are_those_of_the_program() {
    let table = README.split("### Exit codes").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows: Vec<_> = table.lines().filter(|line| line.starts_with("| ")).skip(2).collect();
    let expected: Vec<_> =
        ExitStatus::ALL.iter().map(|status| format!("| {} | {} |", status.code(), status.doc())).collect();
    assert_eq!(rows, expected);
}

#[test]
fn it_stands_apart_from_zoom_and_ngrok() {
    assert!(README.contains("Not affiliated with Zoom or ngrok"));
}
