//! Tunnels by other programs, with scripts in their place.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use tempfile::TempDir;
use zoomhook::tunnel::Proxies;
use zoomhook::tunnel::process::{self, Tool};

use super::*;
use crate::support::process::{Listen, finish, zoomhook};
use crate::support::requests::SECRET;
use crate::support::snapshot::assert_run;

/// Writes an executable script.
fn script(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// A tunnel by a script that gets the port as its argument.
fn start_script(text: &str) -> (Tunnel, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = script(folder.path(), "tool", &format!("cd {}\n{text}", folder.path().display()));
    (start_command(&format!("'{}' {{port}}", path.display())), folder)
}

fn start_command(command: &str) -> Tunnel {
    let tool = Tool::Command(command.parse().unwrap());
    let settings =
        process::ProcessSettings { tool, without: vec!["PATH_TO_A_SECRET"], proxies: Proxies::default() };
    start_any(TunnelSettings::Process(settings), quick(), ProbeRoute::Off)
}

/// The number in a file that a script is about to write.
async fn number_in(path: PathBuf) -> String {
    let began = Instant::now();
    loop {
        match std::fs::read_to_string(&path) {
            Ok(text) if text.ends_with('\n') => return text.trim().to_owned(),
            _ => assert!(began.elapsed() < PATIENCE, "not in time: {}", path.display()),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Waits until a process is gone.
async fn gone(pid: &str) {
    let began = Instant::now();
    let lives = || {
        let status = std::fs::read_to_string(format!("/proc/{pid}/stat"));
        let kill =
            std::process::Command::new("kill").args(["-0", pid]).stderr(std::process::Stdio::null()).status();
        // A zombie counts as gone.
        kill.unwrap().success() && !status.is_ok_and(|stat| stat.contains(") Z "))
    };
    while lives() {
        assert!(began.elapsed() < PATIENCE, "process {pid} lives on");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_program_gives_its_url_and_is_killed_with_its_children() {
    let (mut tunnel, folder) = start_script(
        "sleep 1000 & echo $! > child\necho $$ > pid\necho \"http://127.0.0.1:$1 is now https://a-b.example/\" >&2\nwait",
    );
    let states = until(&mut tunnel, is_online).await;
    assert_eq!(states[0], TunnelState::Starting);
    assert_eq!(states[1], TunnelState::Online { url: "https://a-b.example".to_owned(), latency: None });
    let (pid, child) =
        (number_in(folder.path().join("pid")).await, number_in(folder.path().join("child")).await);
    let began = Instant::now();
    tunnel.stop().await;
    assert!(began.elapsed() < Duration::from_secs(3));
    gone(&pid).await;
    gone(&child).await;
}

#[tokio::test]
async fn a_program_that_ignores_signals_is_killed() {
    let (mut tunnel, folder) = start_script(
        "trap '' TERM INT\necho $$ > pid\necho https://a-b.example $1\nwhile :; do sleep 1; done",
    );
    until(&mut tunnel, is_online).await;
    let pid = number_in(folder.path().join("pid")).await;
    let began = Instant::now();
    tunnel.stop().await;
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    gone(&pid).await;
}

#[tokio::test]
async fn a_program_that_exits_is_restarted_and_its_last_output_reported() {
    let (mut tunnel, _folder) = start_script(
        "echo x >> times\necho https://n$(wc -l < times | tr -d ' ').example $1\n\
         [ $(wc -l < times) -gt 1 ] && sleep 1000\necho 'I am tired.' >&2\nexit 3",
    );
    until(&mut tunnel, is_online).await;
    let states = until(&mut tunnel, is_online).await;
    let TunnelState::Lost { reason } = &states[0] else { panic!("{states:?}") };
    assert_text!(reason, @"/folder/of/test/tool ended with exit code 3. Its last output: https://n1.example 4000 / I am tired");
    let changed =
        TunnelState::UrlChanged { old: "https://n1.example".into(), new: "https://n2.example".into() };
    assert!(states.contains(&changed), "{states:?}");
    tunnel.stop().await;
}

#[tokio::test]
async fn a_program_that_fails_before_its_url_is_reported_with_its_last_output() {
    let (mut tunnel, _folder) = start_script("echo $1 > /dev/null\necho 'no route to nowhere'\nexit 4");
    let states = until(&mut tunnel, |state| matches!(state, TunnelState::Refused(_))).await;
    let Some(TunnelState::Refused(refusal)) = states.last() else { unreachable!() };
    assert_text!(text_of(refusal), @"
    /folder/of/test/tool ended with exit code 4. Its last output: no route to nowhere.
    Check whether the program works on its own. Alternatives: --tunnel ngrok, --public-url with your own URL, or --tunnel none without a public URL.
    ");
    assert_eq!(next(&mut tunnel).await, None);
}

#[tokio::test]
async fn a_program_without_a_url_fails_after_the_time_limit() {
    let (_, folder) = start_script("");
    let path = script(folder.path(), "silent", "exec sleep 1000");
    let tool = Tool::Command(format!("'{}' {{port}}", path.display()).parse().unwrap());
    let settings = process::ProcessSettings { tool, without: Vec::new(), proxies: Proxies::default() };
    let limits = TunnelLimits { step: Duration::from_millis(300), ..quick() };
    let mut tunnel = start_any(TunnelSettings::Process(settings), limits, ProbeRoute::Off);
    let states = until(&mut tunnel, |state| matches!(state, TunnelState::Refused(_))).await;
    let Some(TunnelState::Refused(refusal)) = states.last() else { unreachable!() };
    assert_text!(text_of(refusal), @"
    /folder/of/test/silent did not print its public URL within 300ms.
    Check whether the program works on its own. Alternatives: --tunnel ngrok, --public-url with your own URL, or --tunnel none without a public URL.
    ");
}

#[tokio::test]
async fn a_missing_program_fails_with_its_name() {
    let mut tunnel = start_command("/nowhere/some-tool {port}");
    let states = until(&mut tunnel, |state| matches!(state, TunnelState::Refused(_))).await;
    let Some(TunnelState::Refused(refusal)) = states.last() else { unreachable!() };
    assert_text!(text_of(refusal), @"
    /nowhere/some-tool is not installed or not in PATH.
    Check the command. Alternatives: --tunnel ngrok, --public-url with your own URL, or --tunnel none without a public URL.
    ");
}

#[tokio::test]
async fn cloudflared_opens_a_quick_tunnel_and_gets_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "cd {}\necho \"$*\" > arguments\nenv > environment\n\
         echo 'INF Requesting new quick Tunnel on trycloudflare.com...' >&2\n\
         echo 'INF |  https://three-plain-words.trycloudflare.com  |' >&2\nexec sleep 1000",
        folder.path().display()
    );
    script(folder.path(), "cloudflared", &text);
    let listen = Listen::start_with(|command| {
        command.args(["--tunnel", "cloudflared"]);
        command.env("PATH", format!("{}:/usr/bin:/bin", folder.path().display()));
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    assert_eq!(listen.ready["url"], "https://three-plain-words.trycloudflare.com/webhook");
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("arguments"), format!("tunnel --url http://{}\n", listen.address));
    assert!(!read("environment").contains(SECRET));
    let (status, lines, stderr) = listen.interrupted();
    assert_eq!(status.code(), Some(0), "{stderr}");
    assert!(lines.iter().any(|line| line["state"] == "stopped"), "{lines:?}");
}

#[test]
fn a_missing_cloudflared_fails_with_6_and_the_alternatives() {
    let home = tempfile::tempdir().unwrap();
    let mut command = zoomhook(home.path());
    command.args(["listen", "--port", "0", "--tunnel", "cloudflared"]);
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET).env("PATH", home.path());
    assert_run!(finish(command), @"
    exit: 6
    --- stderr

      zoomhook ?.?.?                                              Ctrl-C to stop

      Secret    environment  ZOOM_WEBHOOK_SECRET_TOKEN   fingerprint b63f5ec9
      Local     http://127.0.0.1:?????/webhook
      History   on · 0 deliveries stored
      Tunnel    cloudflared · starting
      Tunnel    cloudflared · refused

      Ran for ?.? s.
      · 0 events verified

    error: no tunnel: cloudflared is not installed or not in PATH.
      Install it (https://developers.cloudflare.com/cloudflare-one/connections/connect-networks/downloads/). Alternatives: --tunnel ngrok, --public-url with your own URL, or --tunnel none without a public URL.
    ");
}
