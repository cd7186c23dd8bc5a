//! Real apps, installed from their registries: Express, Next.js and Flask.
//!
//! They are ignored by default, because they need node, python3 and the registries, and Next.js takes a minute or more to
//! build: `cargo test --test it check::real_apps -- --ignored`

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::run_to;
use crate::support::gateway::free_port;
use crate::support::requests::SECRET;

/// A running app, which ends with the test.
struct Real {
    child: Child,
    port: u16,
}

impl Drop for Real {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(mut command: Command, mode: &str) -> Real {
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET).env("MODE", mode);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    Real { child, port: line.trim().parse().unwrap() }
}

fn succeeds(command: &mut Command) {
    assert!(command.stdout(Stdio::null()).status().unwrap().success());
}

fn source(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/check/real").join(name)
}

/// The exit code, the codes of the conclusions, and the framework.
async fn check(app: &Real) -> (i32, Vec<String>, String) {
    let to = format!("http://127.0.0.1:{}/webhook", app.port);
    let finished = run_to(&to, &["--format", "json"]).await;
    let lines: Vec<Value> = finished.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found = lines.iter().filter(|line| line["type"] == "check_conclusion");
    let codes = found.map(|line| line["code"].as_str().unwrap().to_owned()).collect();
    let summary = lines.iter().find(|line| line["type"] == "check_summary").unwrap();
    (finished.code.unwrap(), codes, summary["framework"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs node, npm and the registry"]
async fn express() {
    let home = tempfile::tempdir().unwrap();
    succeeds(
        Command::new("npm").args(["install", "--silent", "--no-audit", "express@4"]).current_dir(home.path()),
    );
    std::fs::copy(source("express.js"), home.path().join("app.js")).unwrap();
    for (mode, code, codes) in
        [("right", 0, &[][..]), ("sample", 5, &["body-reserialised", "stale-accepted", "signs-messages"])]
    {
        let mut command = Command::new("node");
        command.arg("app.js").current_dir(home.path());
        let found = check(&start(command, mode)).await;
        assert_eq!(found, (code, codes.iter().map(ToString::to_string).collect(), "express".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs node, npm and the registry, and builds for a minute: cargo test --test it next -- --ignored"]
async fn next() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path();
    let npm = ["install", "--silent", "--no-audit", "next@16", "react@19", "react-dom@19"];
    succeeds(Command::new("npm").args(npm).current_dir(folder));
    let route = folder.join("app/webhook");
    std::fs::create_dir_all(&route).unwrap();
    std::fs::copy(source("next_route.js"), route.join("route.js")).unwrap();
    let node = |args: &[&str]| {
        let mut command = Command::new("node");
        command.arg("node_modules/next/dist/bin/next").args(args).current_dir(folder);
        command.env("NEXT_TELEMETRY_DISABLED", "1");
        command
    };
    succeeds(&mut node(&["build"]));
    for (mode, code, codes) in [("right", 0, &[][..]), ("sample", 5, &["body-reserialised"])] {
        let port = free_port();
        let mut command = node(&["start", "-H", "127.0.0.1", "-p", &port.to_string()]);
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET).env("MODE", mode);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let app = Real { child, port };
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        let found = check(&app).await;
        assert_eq!(found, (code, codes.iter().map(ToString::to_string).collect(), "next".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs python3, pip and the registry"]
async fn flask() {
    let home = tempfile::tempdir().unwrap();
    let packages = home.path().join("packages");
    succeeds(
        Command::new("python3")
            .args(["-m", "pip", "install", "--quiet", "--target"])
            .arg(&packages)
            .arg("flask"),
    );
    for (mode, code, codes) in [("right", 0, &[][..]), ("dumps", 5, &["body-reserialised"])] {
        let mut command = Command::new("python3");
        command.arg(source("flask_app.py")).env("PYTHONPATH", &packages);
        let found = check(&start(command, mode)).await;
        assert_eq!(found, (code, codes.iter().map(ToString::to_string).collect(), "flask".to_owned()));
    }
}
