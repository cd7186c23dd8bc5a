//! The GitHub Action: its shell part with a release on this machine, and the workflow of `docs/ci.md`, step by step.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::check::serve;
use crate::support::app::App;
use crate::support::process::{Finished, at_home, finish_at_once, write_script};
use crate::support::requests::SECRET;
use crate::support::snapshot::assert_run;

const ZOOMHOOK: &str = env!("CARGO_BIN_EXE_zoomhook");
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The folder in the archive of a release.
const RELEASE: &str = "zoomhook-x86_64-unknown-linux-gnu";

/// A runner with an empty home. At the end, its sessions are stopped.
struct Runner {
    home: TempDir,
    /// What the steps have set so far.
    outputs: BTreeMap<String, String>,
}

impl Runner {
    fn new() -> Self {
        let home = TempDir::new().unwrap();
        std::fs::create_dir_all(home.path().join("bin")).unwrap();
        Self { home, outputs: BTreeMap::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn executable(&self, name: &str, script: &str) {
        write_script(&self.path("bin").join(name), script);
    }

    /// A command in the environment of a step.
    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).env_clear().current_dir(self.home.path());
        at_home(&mut command, self.home.path());
        let added = std::fs::read_to_string(self.path("added-path")).unwrap_or_default();
        let path = added.lines().chain([self.path("bin").to_str().unwrap()]).collect::<Vec<_>>().join(":");
        command.env("PATH", format!("{path}:/usr/bin:/bin")).env("RUNNER_TEMP", self.home.path());
        command.env("RUNNER_OS", "Linux").env("RUNNER_ARCH", "X64");
        command.env("GITHUB_OUTPUT", self.path("outputs")).env("GITHUB_PATH", self.path("added-path"));
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
        command
    }

    /// Runs the shell part of the action with these inputs.
    fn act(&mut self, inputs: &[(&str, &str)]) -> Finished {
        let script = Path::new(ROOT).join("packaging/github-action.sh");
        let mut command = self.command(&["bash", script.to_str().unwrap()]);
        for (name, value) in inputs {
            command.env(format!("ZOOMHOOK_{}", name.to_uppercase().replace('-', "_")), value);
        }
        let finished = finish_at_once(command);
        let outputs = std::fs::read_to_string(self.path("outputs")).unwrap_or_default();
        self.outputs.extend(outputs.lines().map(|line| {
            let (name, value) = line.split_once('=').unwrap();
            (name.to_owned(), value.to_owned())
        }));
        finished
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        let _ = self.command(&[ZOOMHOOK, "stop", "--all"]).output();
    }
}

/// A release: an archive with a program that is the binary of this build.
fn archive(runner: &Runner) -> Vec<u8> {
    runner.executable("zoomhook", &format!("exec '{ZOOMHOOK}' \"$@\""));
    let folder = runner.path(RELEASE);
    std::fs::create_dir(&folder).unwrap();
    std::fs::rename(runner.path("bin/zoomhook"), folder.join("zoomhook")).unwrap();
    let mut tar = runner.command(&["tar", "-czf", "release.tar.gz", RELEASE]);
    assert!(tar.status().unwrap().success());
    std::fs::remove_dir_all(folder).unwrap();
    std::fs::read(runner.path("release.tar.gz")).unwrap()
}

/// Serves an archive to every request.
async fn releases(archive: &[u8]) -> App {
    let app = App::start().await;
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", archive.len());
    let answer = [head.as_bytes(), archive].concat();
    app.answers_by(move |_| answer.clone());
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn the_action_installs_a_release_and_listens() {
    let mut runner = Runner::new();
    let archive = archive(&runner);
    let mut server = releases(&archive).await;
    let checksum = hex::encode(Sha256::digest(&archive));
    let address = format!("http://{}/releases", server.address);
    let inputs = [
        ("version", "v0.1.0"),
        ("sha256", &checksum),
        ("releases", &address),
        ("args", "--tunnel\nnone\n--port\n0\n\n"),
    ];
    let finished = tokio::task::block_in_place(|| runner.act(&inputs));
    assert_run!(finished, @"
    exit: 0
    --- stdout
    zoomhook listens at http://127.0.0.1:?????/webhook.
    ");
    assert_eq!(runner.outputs["url"], runner.outputs["local-url"]);
    assert!(runner.outputs["url"].starts_with("http://127.0.0.1:"), "{:?}", runner.outputs);
    let asked = server.next().await.head;
    assert!(asked.starts_with(&format!("GET /releases/v0.1.0/{RELEASE}.tar.gz ")), "{asked}");
    let status = finish_at_once(runner.command(&["zoomhook", "status"]));
    assert!(status.stdout.contains(&runner.outputs["url"]), "the installed program is in PATH: {status:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_with_another_checksum_is_not_unpacked() {
    let mut runner = Runner::new();
    let archive = archive(&runner);
    let server = releases(&archive).await;
    let address = format!("http://{}", server.address);
    let wrong = "0".repeat(64);
    let inputs = [("version", "v0.1.0"), ("sha256", &*wrong), ("releases", &address)];
    let finished = tokio::task::block_in_place(|| runner.act(&inputs));
    let checksum = hex::encode(Sha256::digest(&archive));
    assert_run!(finished.put(&checksum, "CHECKSUM"), @"
    exit: 1
    --- stdout
    ::error::zoomhook-x86_64-unknown-linux-gnu.tar.gz has the SHA-256 CHECKSUM, and the input sha256 is 0000000000000000000000000000000000000000000000000000000000000000.
    ");
    assert!(std::fs::read_dir(runner.path("zoomhook-v0.1.0")).unwrap().next().is_none());
    assert!(runner.outputs.is_empty());
}

#[test]
fn the_action_ends_with_the_error_of_listen_and_without_a_checksum() {
    let mut runner = Runner::new();
    assert_run!(runner.act(&[]), @"
    exit: 1
    --- stdout
    ::error::zoomhook is not in PATH, and the input version is not set.
    ");
    assert_run!(runner.act(&[("version", "v0.1.0")]), @"
    exit: 1
    --- stdout
    ::error::The input sha256 is required with version.
    ");
    runner.executable("zoomhook", &format!("exec '{ZOOMHOOK}' \"$@\""));
    assert_run!(runner.act(&[("args", "--tunnel\nnone\n--prot\n0")]), @"
    exit: 2
    --- stderr
    error: unexpected argument '--prot' found

      tip: a similar argument exists: '--port'

    Usage: zoomhook listen --detach --format <FORMAT> --tunnel <KIND> --port <PORT> [-- <COMMAND>...]

    For more information, try '--help'.
    ");
}

/// A file of YAML.
fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap()
}

fn action() -> Value {
    yaml(&std::fs::read_to_string(Path::new(ROOT).join("action.yml")).unwrap())
}

#[test]
fn the_action_passes_every_input_to_its_script() {
    let action = action();
    let step = &action["runs"]["steps"][0];
    for input in action["inputs"].as_object().unwrap().keys() {
        let variable = format!("ZOOMHOOK_{}", input.to_uppercase().replace('-', "_"));
        assert_eq!(step["env"][&variable], format!("${{{{ inputs.{input} }}}}"), "{input}");
    }
    let script = std::fs::read_to_string(Path::new(ROOT).join("packaging/github-action.sh")).unwrap();
    for variable in step["env"].as_object().unwrap().keys() {
        assert!(script.contains(variable.as_str()), "{variable}");
    }
}

/// The workflow runs on this machine: the app of the page is a correct one here, and the release is this build.
#[tokio::test(flavor = "multi_thread")]
async fn the_workflow_of_the_page_works() {
    let app = serve(&[]).await;
    let mut runner = Runner::new();
    runner.executable("npm", "exit 0");
    runner.executable("zoomhook", &format!("exec '{ZOOMHOOK}' \"$@\""));
    let page =
        include_str!("../../docs/ci.md").split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let port = app.address.port().to_string();
    let workflow = yaml(&page.replace("3000", &port));
    let job = &workflow["jobs"]["webhook"];
    let mut steps = 0;
    for step in job["steps"].as_array().unwrap() {
        let finished = tokio::task::block_in_place(|| match (&step["run"], &step["uses"]) {
            (Value::String(script), _) => Some(step_with(&runner, script, &step["env"])),
            (_, Value::String(uses)) if uses.starts_with("OWNER/zoomhook@") => {
                // The program is in PATH already.
                let own = step["with"]["args"].as_str().unwrap();
                assert!(step["with"]["version"].is_string() && step["with"]["sha256"].is_string(), "{step}");
                Some(runner.act(&[("args", &format!("--port\n0\n{own}"))]))
            }
            _ => None,
        });
        if let Some(finished) = finished {
            assert_eq!(finished.code, Some(0), "{step}: {finished:?}");
            steps += 1;
        }
    }
    assert_eq!(steps, 6);
    for file in ["check.xml", "trigger.xml"] {
        let text = std::fs::read_to_string(runner.path(file)).unwrap();
        assert!(
            text.starts_with("<?xml") && text.contains("<testcase ") && !text.contains("<failure"),
            "{text}"
        );
    }
    assert!(!std::fs::read_to_string(runner.path("check.xml")).unwrap().is_empty());
}

/// Runs a script as GitHub's runner does.
fn step_with(runner: &Runner, script: &str, environment: &Value) -> Finished {
    let mut command = runner.command(&["bash", "-eo", "pipefail", "-c", script]);
    for (name, value) in environment.as_object().into_iter().flatten() {
        let mut value = value.as_str().unwrap().to_owned();
        for (output, found) in &runner.outputs {
            value = value.replace(&format!("${{{{ steps.zoomhook.outputs.{output} }}}}"), found);
        }
        command.env(name, value);
    }
    finish_at_once(command)
}
