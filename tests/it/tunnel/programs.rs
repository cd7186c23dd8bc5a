//! Tunnels by other programs, with scripts in their place.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use zoomhook::delivery::{Route, event_channel};
use zoomhook::listener::{self, Endpoint, ListenerLimits, LocalConnections, Pipeline, Slots};
use zoomhook::tunnel::Proxies;
use zoomhook::tunnel::process::{self, Tool};
use zoomhook::zoom::{NamedSecret, SecretToken};

use super::*;
use crate::support::gateway::{Gateway, GatewayRule, free_port};
use crate::support::process::{Listen, finish, write_script, zoomhook};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, event, signed};
use crate::support::snapshot::assert_run;

/// Writes an executable script.
fn script(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    write_script(&path, text);
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

/// Starts a script, with probes that reach a listener through a gateway for these hosts only.
async fn start_behind_gateway(text: &str, hosts: &'static [&'static str]) -> (Tunnel, TempDir, Gateway) {
    let gateway = Gateway::start(listener().await, GatewayRule::Hosts(hosts)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = script(folder.path(), "tool", &format!("cd {}\n{text}", folder.path().display()));
    let tool = Tool::Command(format!("'{}' {{port}}", path.display()).parse().unwrap());
    let settings = process::ProcessSettings { tool, without: Vec::new(), proxies: Proxies::default() };
    let limits = TunnelLimits { candidate_pause: Duration::from_millis(20), ..quick() };
    let probes = ProbeRoute::Edge(gateway.address);
    (start_any(TunnelSettings::Process(settings), limits, probes), folder, gateway)
}

/// The address of a listener that answers the tests' probes.
async fn listener() -> SocketAddr {
    let endpoint = Endpoint {
        path: "/webhook".to_owned(),
        secrets: vec![NamedSecret { name: "test".into(), token: SecretToken::new(SECRET).unwrap() }],
        max_age: Duration::from_secs(300),
        allow_unsigned_challenge: false,
    };
    let (events, _) = event_channel(64);
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let connections = LocalConnections::new(socket, events.clone());
    let pipeline =
        Arc::new(Pipeline::new(endpoint, ListenerLimits::default(), events).recognizing_own(probe_key()));
    let (slots, stop) = (Slots::new(64, Route::Local), CancellationToken::new());
    tokio::spawn(listener::serve(connections, Route::Local, pipeline, slots, stop, Duration::ZERO));
    address
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
    Check whether the program works on its own. Alternatives: --tunnel ssh with nothing to install and no account, --tunnel ngrok, --public-url with your own URL, or --tunnel none without a public URL.
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
    Check whether the program works on its own. Alternatives: --tunnel ssh with nothing to install and no account, --tunnel ngrok, --public-url with your own URL, or --tunnel none without a public URL.
    ");
}

#[tokio::test]
async fn a_missing_program_fails_with_its_name() {
    let mut tunnel = start_command("/nowhere/some-tool {port}");
    let states = until(&mut tunnel, |state| matches!(state, TunnelState::Refused(_))).await;
    let Some(TunnelState::Refused(refusal)) = states.last() else { unreachable!() };
    assert_text!(text_of(refusal), @"
    /nowhere/some-tool is not installed or not in PATH.
    Check the command. Alternatives: --tunnel ssh with nothing to install and no account, --tunnel ngrok, --public-url with your own URL, or --tunnel none without a public URL.
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
        // No probe leaves this machine.
        command.env("HTTPS_PROXY", "http://127.0.0.1:1");
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    assert_eq!(listen.ready["url"], "https://three-plain-words.trycloudflare.com/webhook");
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("arguments"), format!("tunnel --config /dev/null --url http://{}\n", listen.address));
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
      Tunnel    cloudflared · not installed

      Ran for ?.? s.
      · 0 events verified

    error: no tunnel: cloudflared is not installed or not in PATH.
      Install it (https://developers.cloudflare.com/cloudflare-one/connections/connect-networks/downloads/). Alternatives: --tunnel ssh with nothing to install and no account, --tunnel ngrok, --public-url with your own URL, or --tunnel none without a public URL.
      To check this again:
        zoomhook doctor --only tunnel --online --tunnel cloudflared
    ");
}

/// What four programs print, with the URL that leads here.
const OUTPUTS: &[(&str, &str, &str)] = &[
    (
        "localhost.run",
        "abc123.lhr.life",
        "===============================================================================
Welcome to localhost.run!

Follow your favourite reverse tunnel at [https://twitter.com/localhost_run].

To set up and manage custom domains go to https://admin.localhost.run/

More details on custom domains (and how to enable subdomains of your custom
domain) at https://localhost.run/docs/custom-domains

To explore using localhost.run visit the documentation site:
https://localhost.run/docs/
===============================================================================

** your connection id is 1b0f5bd2, please mention it if you send me a message about an issue. **

authenticated as anonymous user
abc123.lhr.life tunneled with tls termination, https://abc123.lhr.life
create an account and add your key for a longer lasting domain name. see https://localhost.run/docs/forever-free/ for more information.
Open your tunnel address on your mobile with this QR:",
    ),
    (
        "tailscale",
        "desk.tail1a2b3.ts.net",
        "To authenticate, visit:

	https://login.tailscale.com/a/0123456789abcd

Available on the internet:

https://desk.tail1a2b3.ts.net/
|-- proxy http://127.0.0.1:4000

Press Ctrl+C to exit.",
    ),
    (
        "pinggy",
        "rnxyz-203-0-113-9.run.pinggy-free.link",
        "Allocated port 8 for remote forward to localhost:4000
You are not authenticated.
Your tunnel will expire in 60 minutes. Upgrade to Pinggy Pro to get unrestricted tunnels. https://dashboard.pinggy.io

http://rnxyz-203-0-113-9.run.pinggy-free.link
https://rnxyz-203-0-113-9.run.pinggy-free.link",
    ),
    (
        "cloudflared",
        "three-plain-words.trycloudflare.com",
        "2026-11-29T05:00:00Z INF Thank you for trying Cloudflare Tunnel. Doing so, without a Cloudflare account, is a quick way to experiment and try it out. However, be aware that these account-less Tunnels have no uptime guarantee, are subject to the Cloudflare Online Services Terms of Use (https://www.cloudflare.com/website-terms/), and Cloudflare reserves the right to investigate your use of Tunnels for violations of such terms. If you intend to use Tunnels in production you should use a pre-created named tunnel by following: https://developers.cloudflare.com/cloudflare-one/connections/connect-apps
2026-11-29T05:00:00Z INF Requesting new quick Tunnel on trycloudflare.com...
2026-11-29T05:00:02Z INF +--------------------------------------------------------------------------------------------+
2026-11-29T05:00:02Z INF |  Your quick Tunnel has been created! Visit it at (it may take some time to be reachable):  |
2026-11-29T05:00:02Z INF |  https://three-plain-words.trycloudflare.com                                                |
2026-11-29T05:00:02Z INF +--------------------------------------------------------------------------------------------+",
    ),
];

#[tokio::test]
async fn the_public_url_is_the_one_whose_probe_comes_back() {
    for (name, host, output) in OUTPUTS {
        let text = format!("cat << 'END'\n{output}\nEND\nexec sleep 1000");
        let hosts: &'static [&'static str] = Box::leak(Box::new([*host]));
        let (mut tunnel, _folder, _gateway) = start_behind_gateway(&text, hosts).await;
        let states = until(&mut tunnel, is_online).await;
        let Some(TunnelState::Online { url, latency: Some(_) }) = states.last() else { panic!("{states:?}") };
        assert_eq!(*url, format!("https://{host}"), "{name}");
        assert!(!states.iter().any(|state| matches!(state, TunnelState::Unproven { .. })), "{states:?}");
        tunnel.stop().await;
    }
}

#[tokio::test]
async fn a_tunnel_stays_starting_until_its_url_is_printed() {
    let (mut tunnel, folder, _gateway) = start_behind_gateway(
        "echo 'To authenticate, visit: https://login.tailscale.com/a/1' >&2\n\
         until [ -e signed-in ]; do sleep 0.05; done\necho https://desk.ts.net/\nexec sleep 1000",
        &["desk.ts.net"],
    )
    .await;
    let states = until(&mut tunnel, |state| matches!(state, TunnelState::Searching { .. })).await;
    let [TunnelState::Starting, TunnelState::Searching { reason }] = &states[..] else {
        panic!("{states:?}")
    };
    assert_text!(reason, @"https://login.tailscale.com does not lead here yet: the answer at the public URL is not from this session (200, the HTML page “Somebody else”)");
    std::fs::write(folder.path().join("signed-in"), "").unwrap();
    let states = until(&mut tunnel, is_online).await;
    let [TunnelState::Online { url, .. }] = &states[..] else { panic!("{states:?}") };
    assert_eq!(url, "https://desk.ts.net");
    tunnel.stop().await;
}

#[tokio::test]
async fn a_second_url_that_leads_here_replaces_only_one_that_does_not() {
    let (mut tunnel, folder, gateway) = start_behind_gateway(
        "echo https://one.test https://other.test\nuntil [ -e changed ]; do sleep 0.05; done\n\
         echo https://two.test\nexec sleep 1000",
        &["one.test", "two.test"],
    )
    .await;
    let is_at = |wanted: &'static str| move |state: &TunnelState| matches!(state, TunnelState::Online { url, .. } if url == wanted);
    until(&mut tunnel, is_at("https://one.test")).await;
    std::fs::write(folder.path().join("changed"), "").unwrap();
    // Both lead here.
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(tunnel.states.try_recv().is_err());
    tunnel.stop().await;

    std::fs::remove_file(folder.path().join("changed")).unwrap();
    let path = folder.path().join("tool").display().to_string();
    let tool = Tool::Command(format!("'{path}' {{port}}").parse().unwrap());
    let settings = process::ProcessSettings { tool, without: Vec::new(), proxies: Proxies::default() };
    let probes = ProbeRoute::Edge(gateway.address);
    let mut tunnel = start_any(TunnelSettings::Process(settings), quick(), probes);
    until(&mut tunnel, is_at("https://one.test")).await;
    gateway.set(GatewayRule::Hosts(&["two.test"]));
    std::fs::write(folder.path().join("changed"), "").unwrap();
    let states = until(&mut tunnel, is_at("https://two.test")).await;
    let changed = TunnelState::UrlChanged { old: "https://one.test".into(), new: "https://two.test".into() };
    assert_eq!(states[0], changed);
    tunnel.stop().await;
}

#[test]
fn a_url_that_cannot_be_probed_is_unproven_and_the_others_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let text = "echo 'Follow https://somebody.invalid/us or https://admin.invalid'\n\
                echo 'tunneled, https://abc.invalid'\necho 'Docs: https://docs.invalid/help'\nexec sleep 1000";
    let path = script(folder.path(), "tool", text);
    let listen = Listen::start_with(|command| {
        command.arg("--tunnel-command").arg(format!("'{}' {{port}}", path.display()));
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    assert_eq!(listen.ready["url"], "https://abc.invalid/webhook");
    let reason = listen.before.iter().find_map(|line| line["reason"].as_str()).unwrap();
    let (why, others) = reason.split_once("; ").unwrap();
    assert!(why.starts_with("the public URL could not be checked from this machine: "), "{why}");
    assert_eq!(
        others,
        "other URLs in the program's output: https://somebody.invalid, https://admin.invalid, https://docs.invalid"
    );
    // A killed session would leave the script behind.
    listen.interrupted();
}

#[tokio::test]
async fn a_service_that_limits_tunnels_is_tried_again_later_also_at_the_start() {
    let (mut tunnel, _folder) = start_script(
        "[ -e tried ] && { echo https://a-b.example $1; exec sleep 1000; }\necho x > tried\n\
         echo 'ERR Error unmarshaling QuickTunnel response: error code: 1015' >&2\n\
         echo 'failed to unmarshal quick Tunnel: invalid character' >&2\nexit 1",
    );
    let states = until(&mut tunnel, is_online).await;
    let [TunnelState::Starting, TunnelState::Lost { reason }, TunnelState::Retrying { .. }, _] = &states[..]
    else {
        panic!("{states:?}")
    };
    assert_text!(reason, @"/folder/of/test/tool ended with exit code 1: its service limits how often a tunnel is opened (429)");
    tunnel.stop().await;
}

/// The rest of a test's output of localhost.run, under names that no resolver knows.
fn localhost_run() -> String {
    let (_, _, output) = OUTPUTS[0];
    output
        .replace("twitter.com", "twitter.invalid")
        .replace("localhost.run", "lhrun.invalid")
        .replace("life", "invalid")
}

#[test]
fn ssh_opens_a_tunnel_at_localhost_run_and_never_asks_the_user() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "cd {}\necho \"$*\" > arguments\nenv > environment\ncat << 'END'\n{}\nEND\nexec sleep 1000",
        folder.path().display(),
        localhost_run(),
    );
    script(folder.path(), "ssh", &text);
    let listen = Listen::start_with(|command| {
        command.args(["--tunnel", "ssh"]);
        command.env("PATH", format!("{}:/usr/bin:/bin", folder.path().display()));
        // No probe leaves this machine.
        command.env("HTTPS_PROXY", "http://127.0.0.1:1");
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    assert_eq!(listen.ready["url"], "https://abc123.lhr.invalid/webhook");
    let reason = listen.before.iter().find_map(|line| line["reason"].as_str()).unwrap();
    let (_, others) = reason.split_once("; ").unwrap();
    assert_eq!(
        others,
        "other URLs in the program's output: https://twitter.invalid, https://admin.lhrun.invalid, \
         https://lhrun.invalid"
    );
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let arguments = read("arguments").replace(&listen.address.to_string(), "127.0.0.1:PORT");
    assert_text!(arguments.trim(), @"-T -a -x -o StrictHostKeyChecking=accept-new -o ExitOnForwardFailure=yes -o ServerAliveInterval=15 -o ServerAliveCountMax=2 -o ConnectTimeout=15 -o ControlPath=none -o NumberOfPasswordPrompts=1 -o PubkeyAuthentication=no -R 80:127.0.0.1:PORT nokey@localhost.run");
    let environment = read("environment");
    assert!(
        environment.contains("SSH_ASKPASS_REQUIRE=force\n") && environment.contains("SSH_ASKPASS=true\n")
    );
    assert!(!environment.contains(SECRET));
    let (status, _, stderr) = listen.interrupted();
    assert_eq!(status.code(), Some(0), "{stderr}");
}

#[test]
fn a_missing_ssh_fails_with_6_and_the_alternatives() {
    let home = tempfile::tempdir().unwrap();
    let mut command = zoomhook(home.path());
    command.args(["listen", "--port", "0", "--tunnel", "ssh", "--format", "json", "--ssh-host", "pinggy"]);
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET).env("PATH", home.path());
    let finished = finish(command);
    assert_eq!(finished.code, Some(6));
    assert_text!(finished.stderr.trim(), @"
    error: no tunnel: ssh is not installed or not in PATH.
      Install the client of OpenSSH. Alternatives: --tunnel ngrok, --public-url with your own URL, or --tunnel none without a public URL.
    ");
}

/// A real server of OpenSSH on loopback, which ends when it is dropped.
struct Sshd {
    server: std::process::Child,
    folder: TempDir,
    port: u16,
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Sshd {
    /// Starts it, with a command that prints a URL as a service would. `None` where this is not possible.
    fn start() -> Option<Self> {
        let is_root = rustix::process::geteuid().is_root();
        // Only root may forward port 80, and OpenSSH's server needs its folder.
        if !is_root
            || !Path::new("/usr/sbin/sshd").exists()
            || std::net::TcpListener::bind("127.0.0.1:80").is_err()
        {
            return None;
        }
        std::fs::create_dir_all("/run/sshd").ok()?;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        for key in ["host", "user"] {
            let made = std::process::Command::new("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-f", &at(key)])
                .status();
            assert!(made.unwrap().success());
        }
        let public = std::fs::read_to_string(at("user.pub")).unwrap();
        let forced = "echo 'abc.lhr.invalid tunneled, https://abc.lhr.invalid'; exec sleep 30";
        std::fs::write(at("authorized"), format!("command=\"{forced}\" {public}")).unwrap();
        let port = free_port();
        let config = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\n\
             PidFile none\nPermitRootLogin yes\nPasswordAuthentication no\n",
            at("host"),
            at("authorized"),
        );
        std::fs::write(at("config"), config).unwrap();
        let server = std::process::Command::new("/usr/sbin/sshd")
            .args(["-D", "-e", "-f", &at("config")])
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // The user's own files stay untouched.
        let own = format!(
            "exec /usr/bin/ssh -F none -i {} -o IdentitiesOnly=yes -o UserKnownHostsFile={} \"$@\"",
            at("user"),
            at("known")
        );
        script(folder.path(), "ssh", &own);
        let began = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < PATIENCE, "sshd does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(Self { server, folder, port })
    }
}

#[tokio::test]
async fn a_request_arrives_through_a_real_ssh_server() {
    let Some(sshd) = Sshd::start() else {
        println!("ignored: it needs OpenSSH's server, root, and port 80");
        return;
    };
    let mut listen = Listen::start_with(|command| {
        let host = format!("root@127.0.0.1:{}", sshd.port);
        command.args(["--tunnel", "ssh", "--ssh-host", &host]);
        command.env("PATH", format!("{}:/usr/bin:/bin", sshd.folder.path().display()));
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    assert_eq!(listen.ready["url"], "https://abc.lhr.invalid/webhook");
    let public: SocketAddr = ([127, 0, 0, 1], 80).into();
    let request = signed("/webhook", &event("through.ssh", 0));
    assert_eq!(RawClient::connect(public).await.request(&request).await.status, 204);
    assert_eq!(listen.delivery()["event"], "through.ssh");
    drop(sshd);
    let (status, _, stderr) = listen.interrupted();
    assert_eq!(status.code(), Some(0), "{stderr}");
    assert!(tokio::net::TcpStream::connect(public).await.is_err(), "the forwarding is still open");
}
