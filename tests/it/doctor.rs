//! `zoomhook doctor`: each check with a fault that was made for real, and a set-up without faults.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use serde_json::Value;
use tempfile::TempDir;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::support::app::{App, Received, reserved_port};
use crate::support::gateway::{Gateway, GatewayRule, free_port};
use crate::support::ngrok_server::{GOOD_TOKEN, NgrokServer, Script};
use crate::support::process::{Finished, Listen, at_home, finish, zoomhook};
use crate::support::raw_client::RawClient;
use crate::support::requests::{event, head_with, timestamp, with_length};
use crate::support::snapshot::assert_run;

/// A secret token with the form of Zoom's.
const TOKEN: &str = "4fv1RkqGQUq5sWbEz6hA5A";

/// A machine with a home and nothing in it.
struct Machine {
    home: TempDir,
}

impl Machine {
    fn new() -> Self {
        let home = TempDir::new().unwrap();
        // As most homes: no other user gets in.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
        }
        Self { home }
    }

    /// With a secret token in `.env`.
    fn with_token() -> Self {
        let machine = Self::new();
        machine.write(".env", format!("ZOOM_WEBHOOK_SECRET_TOKEN={TOKEN}\n"));
        machine
    }

    fn path(&self) -> &Path {
        self.home.path()
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = zoomhook(self.path());
        command.arg("doctor").args(arguments);
        // Where git is.
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    /// The result of one check.
    fn check(&self, name: &str, arguments: &[&str]) -> Finished {
        self.check_with(name, arguments, &[])
    }

    /// The result of one check, with these variables.
    fn check_with(&self, name: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Finished {
        let mut command = self.command(&["--only", name]);
        command.args(arguments).envs(variables.iter().copied());
        finish(command)
    }

    fn git(&self, arguments: &[&str]) {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=x", "-c", "user.email=x@example.com"]).args(arguments);
        at_home(&mut command, self.path());
        let done = command.current_dir(self.path()).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    }

    /// A `listen` in this home, behind a gateway of the user's own that cannot be probed.
    fn listen(&self, arguments: &[&str]) -> Listen {
        Listen::start_with(|command| {
            at_home(command, self.path());
            command.current_dir(self.path()).args(["--public-url", "http://127.0.0.1:1"]).args(arguments);
        })
    }
}

/// The certificates of a server whose authority is not public.
struct Chain {
    sent: Vec<CertificateDer<'static>>,
    key: KeyPair,
}

impl Chain {
    fn of_unknown_authority(name: &str) -> Self {
        let mut root = CertificateParams::new(Vec::new()).unwrap();
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        root.distinguished_name.push(DnType::CommonName, name);
        let (issuer, key) = (Issuer::new(root, KeyPair::generate().unwrap()), KeyPair::generate().unwrap());
        let leaf =
            CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        Self { sent: vec![leaf.der().clone()], key }
    }

    fn acceptor(&self) -> TlsAcceptor {
        let key = PrivateKeyDer::try_from(self.key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(self.sent.clone(), key);
        TlsAcceptor::from(Arc::new(config.unwrap()))
    }
}

/// What a gateway passes on: signed so many seconds from now, with this secret token.
fn through_a_gateway(secret: &str, offset: i64, body: &[u8]) -> Vec<u8> {
    let head = head_with("/webhook", &timestamp(offset), secret, body);
    with_length(format!("{head}x-forwarded-for: 203.0.113.7\r\n"), body)
}

/// Sends requests to a `listen` and returns the statuses.
async fn send(listen: &Listen, requests: &[Vec<u8>]) -> Vec<u16> {
    let mut client = RawClient::connect(listen.address).await;
    let mut statuses = Vec::new();
    for request in requests {
        statuses.push(client.request(request).await.status);
    }
    statuses
}

const CHALLENGE: &[u8] =
    br#"{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1720705455858,"event":"endpoint.url_validation"}"#;

/// Answers a challenge as Zoom needs it.
fn right_answer(request: &Received) -> Vec<u8> {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let token = body["payload"]["plainToken"].as_str().unwrap();
    let envelope = zoomhook::zoom::Envelope::parse(&request.body).unwrap();
    let challenge = zoomhook::zoom::Challenge::recognize(&envelope).unwrap().unwrap();
    let answer = challenge.answer(&zoomhook::zoom::SecretToken::new(TOKEN).unwrap());
    let json = format!(r#"{{"plainToken":"{token}","encryptedToken":"{}"}}"#, answer.encrypted_token);
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{json}",
        json.len()
    )
    .into_bytes()
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_set_up_without_faults_passes_every_check_in_less_than_a_second() {
    let machine = Machine::with_token();
    machine.git(&["init", "--quiet"]);
    machine.write(".gitignore", ".env\n");
    machine.write(".local/share/bash-completion/completions/zoomhook", "");
    machine.write(".local/share/man/man1/zoomhook.1", "");
    let listen = machine.listen(&["--history-file", "h.db"]);
    let event = event("meeting.started", 0);
    let requests = [-1, 0, 1]
        .map(|offset| through_a_gateway(TOKEN, offset, &event))
        .into_iter()
        .chain([through_a_gateway(TOKEN, 0, CHALLENGE)]);
    assert_eq!(send(&listen, &requests.collect::<Vec<_>>()).await, [204, 204, 204, 200]);
    drop(listen);
    let app = App::start().await;
    app.expect_no_call();
    let port = app.address.port().to_string();
    let mut command = machine.command(&["--port", "0", "--forward", &port, "--history-file", "h.db"]);
    command.envs([("NGROK_AUTHTOKEN", GOOD_TOKEN), ("SHELL", "/bin/bash"), ("LANG", "C.UTF-8")]);
    command.envs([("HTTPS_PROXY", "http://proxy.example.com:3128"), ("NO_PROXY", "localhost,127.0.0.1")]);
    let finished = finish(command).hide(r"(\d+) MiB free").put(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "NOW");
    assert_run!(finished, @"
    exit: 0
    --- stdout
     ✓ secret         ZOOM_WEBHOOK_SECRET_TOKEN in .env, fingerprint f999f6ee
     ✓ secret-sources only ZOOM_WEBHOOK_SECRET_TOKEN in .env
     ✓ secret-match   it signed the delivery of NOW
     ✓ env-file       .env: UTF-8 with LF line ends
     ✓ git            git ignores .env
     ✓ clock          it is less than a minute off, by the deliveries until NOW
     ✓ port           listen takes any free port (--port 0)
     ✓ sessions       no listen is running; removed the files of 1 killed listen
     ✓ history        h.db, 4 deliveries, ????? MiB free on its disk
     ✓ authtoken      NGROK_AUTHTOKEN in the environment
     · tunnel-program not needed: the tunnel is ngrok
     ✓ proxy          http://proxy.example.com:3128, from HTTPS_PROXY
     · tunnel         needs --online: it is opened for a moment
     ✓ app            http://localhost:????? accepts connections
     ✓ validation     Zoom's last challenge arrived at NOW and was answered with 200
     ✓ completions    /folder/of/test/.local/share/bash-completion/completions/zoomhook
     ✓ man-page       /folder/of/test/.local/share/man/man1/zoomhook.1
     · terminal       the output is not a terminal

     15 passed, 3 not checked or not known
    ");
}

#[test]
fn a_machine_without_anything_fails_two_checks_and_says_what_is_not_known() {
    let machine = Machine::new();
    let finished = finish(machine.command(&["--port", "0", "--format", "json"]));
    assert_eq!(finished.code, Some(1), "{finished:?}");
    let lines: Vec<Value> = finished.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let named = |status: &str| -> Vec<&str> {
        let found = lines.iter().filter(|line| line["status"] == status);
        found.map(|line| line["name"].as_str().unwrap()).collect()
    };
    assert_eq!(named("fail"), ["secret", "authtoken"]);
    assert_eq!(named("pass"), ["port", "sessions", "history", "proxy"]);
    assert_eq!(named("skipped").len(), 12);
    let summary = lines.last().unwrap();
    assert_eq!((&summary["failed"], &summary["passed"]), (&2.into(), &4.into()), "{summary}");
    // The limit on each check is shorter.
    assert!(summary["ms"].as_f64().unwrap() < 1_000.0, "{summary}");
    let quiet = finish(machine.command(&["--only", "port", "--port", "0", "--quiet"]));
    assert_eq!((quiet.code, quiet.stdout.as_str(), quiet.stderr.as_str()), (Some(0), "", ""));
}

#[test]
fn a_missing_secret_token_is_fixed_with_a_private_file_that_git_ignores() {
    let machine = Machine::new();
    machine.git(&["init", "--quiet"]);
    assert_run!(machine.check("secret", &["--fix", "--quiet"]), @"
    exit: 1
    --- stdout
     ✗ secret         There is no secret token, which is needed to verify and to sign requests.
                      It is in Marketplace: your app > Feature > Token > Secret Token. Provide it in one of these ways:
                        ZOOM_WEBHOOK_SECRET_TOKEN=TOKEN
                            in the environment, or in a .env.local or .env file in this folder or above
                            (in the file also as ZOOM_WEBHOOK_SECRET or WEBHOOK_SECRET_TOKEN)
                        --env-file PATH      a .env file elsewhere
                        --secret-file PATH   a file that contains only the token
                        --secret TOKEN       visible to other users of this machine
                        --secret             asks for it, on a terminal
                      No Zoom app at hand? `zoomhook demo` needs no secret.
    --- stderr
    To create /folder/of/test/.env with mode 0600, add --yes: there is no terminal to ask on.
    ");
    assert!(!machine.path().join(".env").exists());
    let fixed = machine.check("secret", &["--fix", "--yes", "--quiet"]);
    assert_run!(fixed, @"
    exit: 1
    --- stdout
     ✓ done: create /folder/of/test/.env with mode 0600
     ✗ secret         The token from ZOOM_WEBHOOK_SECRET_TOKEN in .env is empty.
                      The secret token is in Marketplace: your app > Feature > Token > Secret Token.
    ");
    let read = |name: &str| std::fs::read_to_string(machine.path().join(name)).unwrap();
    assert_eq!(
        (read(".env").as_str(), read(".gitignore").as_str()),
        ("ZOOM_WEBHOOK_SECRET_TOKEN=\n", ".env\n")
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(machine.path().join(".env")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_secret_token_with_white_space_is_a_warning() {
    let machine = Machine::new();
    machine.write(".env", format!("ZOOM_WEBHOOK_SECRET_TOKEN=\" {TOKEN}\"\n"));
    assert_run!(machine.check("secret", &[]), @"
    exit: 0
    --- stdout
     ▲ secret         ZOOM_WEBHOOK_SECRET_TOKEN in .env, fingerprint f999f6ee
                      The white space around the value from ZOOM_WEBHOOK_SECRET_TOKEN in .env was ignored. Remove it there.

     0 passed, 1 warning
    ");
}

#[test]
fn a_value_that_the_environment_hides_is_found() {
    let machine = Machine::with_token();
    let other = [("ZOOM_WEBHOOK_SECRET_TOKEN", "another-token-of-the-shell")];
    assert_run!(machine.check_with("secret-sources", &[], &other), @"
    exit: 0
    --- stdout
     ▲ secret-sources ZOOM_WEBHOOK_SECRET_TOKEN in the environment is used. ZOOM_WEBHOOK_SECRET_TOKEN in .env has another value and is ignored.
                      Remove the value that is out of date. To use one file in any case, name it with --env-file.

     0 passed, 1 warning
    ");
    let same = [("ZOOM_WEBHOOK_SECRET_TOKEN", TOKEN)];
    assert_run!(machine.check_with("secret-sources", &[], &same), @"
    exit: 0
    --- stdout
     ✓ secret-sources ZOOM_WEBHOOK_SECRET_TOKEN in the environment counts, and no other place contradicts it

     1 passed
    ");
    machine.write(".env", format!("ZOOM_WEBHOOK_SECRET_TOKEN={TOKEN}\nWEBHOOK_SECRET_TOKEN=old-token\n"));
    assert_run!(machine.check("secret-sources", &[]), @"
    exit: 0
    --- stdout
     ▲ secret-sources ZOOM_WEBHOOK_SECRET_TOKEN in .env is used. WEBHOOK_SECRET_TOKEN in .env has another value and is ignored.
                      Remove the value that is out of date. To use one file in any case, name it with --env-file.

     0 passed, 1 warning
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_delivery_proves_which_credential_signed_it() {
    let machine = Machine::new();
    let lines = format!("ZOOM_WEBHOOK_SECRET_TOKEN={TOKEN}\nZOOM_CLIENT_SECRET=the-secret-that-signed\n");
    machine.write(".env", lines);
    let listen = machine.listen(&[]);
    let body = event("meeting.started", 0);
    // Only what came through the gateway counts: `trigger` signs with the token of this machine.
    let local = with_length(head_with("/webhook", &timestamp(0), TOKEN, &body), &body);
    let sent = send(&listen, &[through_a_gateway("the-secret-that-signed", 0, &body), local]).await;
    assert_eq!(sent, [401, 204]);
    drop(listen);
    let shown = |finished: Finished| finished.put(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "NOW");
    assert_run!(shown(machine.check("secret-match", &[])), @"
    exit: 1
    --- stdout
     ✗ secret-match   The delivery of NOW was signed with ZOOM_CLIENT_SECRET in .env, and not with ZOOM_WEBHOOK_SECRET_TOKEN in .env.
                      Use the value of ZOOM_CLIENT_SECRET in .env, or copy the secret token again: your app > Feature > Token > Secret Token in Marketplace.

     0 passed, 1 failed
    ");
}

#[test]
fn a_form_alone_is_a_warning() {
    let machine = Machine::new();
    for (token, words) in [
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "is a JWT"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "begins with whsec_"),
        ("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "has 43 characters"),
        ("0123456789abcdef0123456789abcdef", "has 32 characters"),
    ] {
        machine.write(".env", format!("ZOOM_WEBHOOK_SECRET_TOKEN={token}\n"));
        let finished = machine.check("secret-match", &[]);
        assert_eq!(finished.code, Some(0));
        assert!(finished.stdout.starts_with(" ▲") && finished.stdout.contains(words), "{finished:?}");
        assert!(!finished.stdout.contains(&token[..6]) || words.contains(&token[..6]), "{finished:?}");
    }
    machine.write(".env", format!("ZOOM_WEBHOOK_SECRET_TOKEN={TOKEN}\n"));
    assert_run!(machine.check("secret-match", &[]), @"
    exit: 0
    --- stdout
     · secret-match   not known: no delivery that came through a public URL is stored

     0 passed, 1 not checked or not known
    ");
}

#[test]
fn a_byte_order_mark_and_crlf_in_a_dotenv_are_warnings() {
    let machine = Machine::new();
    machine.write(".env", format!("\u{feff}export ZOOM_WEBHOOK_SECRET_TOKEN='{TOKEN}'\r\n"));
    assert_run!(machine.check("env-file", &["--verbose"]).put(r"\((\d+) ms\)", "N"), @"
    exit: 0
    --- stdout
     ▲ env-file       .env: The file begins with a byte order mark. A shell takes it as a part of the first name. .env: The line of ZOOM_WEBHOOK_SECRET_TOKEN ends with CRLF. A shell that sources the file keeps the CR in the token.  (N ms)
                      Save the file as UTF-8 with LF line ends, one NAME=value a line.
                      .env: ZOOM_WEBHOOK_SECRET_TOKEN has `export`, which Docker's --env-file does not accept
                      .env: ZOOM_WEBHOOK_SECRET_TOKEN is in quotes, which Docker's --env-file keeps

     0 passed, 1 warning
    ");
}

#[test]
fn a_dotenv_in_git_is_a_failure_and_one_that_is_not_ignored_is_fixed() {
    let machine = Machine::with_token();
    assert_run!(machine.check("git", &[]), @"
    exit: 0
    --- stdout
     · git            no .env file with a token is in a git repository

     0 passed, 1 not checked or not known
    ");
    machine.git(&["init", "--quiet"]);
    assert_run!(machine.check("git", &[]), @"
    exit: 0
    --- stdout
     ▲ git            .env has a token, and git does not ignore it: `git add .` would commit it.
                      Add .env to .gitignore.

     0 passed, 1 warning
     To fix what zoomhook can fix:
       zoomhook doctor --only git --fix --yes
    ");
    assert_run!(machine.check("git", &["--fix", "--yes"]), @"
    exit: 0
    --- stdout
     ✓ done: add .env to /folder/of/test/.gitignore
     ✓ git            git ignores .env

     1 passed
    ");
    std::fs::remove_file(machine.path().join(".gitignore")).unwrap();
    machine.git(&["add", ".env"]);
    assert_run!(machine.check("git", &[]), @"
    exit: 1
    --- stdout
     ✗ git            .env has a token, and git tracks it: the next commit would contain the token.
                      Stop tracking the file, and add .env to .gitignore:
                        git rm --cached .env

     0 passed, 1 failed
    ");
    machine.git(&["commit", "--quiet", "-m", "one"]);
    assert_run!(machine.check("git", &[]), @"
    exit: 1
    --- stdout
     ✗ git            .env has a token, and git tracks it: whoever can read the repository can read the token.
                      Regenerate the token in Marketplace, because commits keep the old one. Stop tracking the file, and add .env to .gitignore:
                        git rm --cached .env

     0 passed, 1 failed
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_off_is_found_by_stored_deliveries() {
    let machine = Machine::with_token();
    let listen = machine.listen(&[]);
    let body = event("meeting.started", 0);
    let old = [-600, -601, -599].map(|offset| through_a_gateway(TOKEN, offset, &body));
    assert_eq!(send(&listen, &old).await, [401; 3]);
    let shown = |finished: Finished| {
        finished.hide(r"(60[0-2]|599) s ahead").put(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "NOW")
    };
    assert_run!(shown(machine.check("clock", &[])), @"
    exit: 1
    --- stdout
     ✗ clock          This machine's clock is ??? s ahead, by the deliveries until NOW. listen refuses requests that are off by more than 5 minutes.
                      Set the clock. Switch on the automatic setting of the time, such as NTP.

     0 passed, 1 failed
    ");
    let fresh = [-1, 0, 1].map(|offset| through_a_gateway(TOKEN, offset, &body));
    assert_eq!(send(&listen, &fresh).await, [204; 3]);
    assert_run!(shown(machine.check("clock", &[])), @"
    exit: 0
    --- stdout
     ✓ clock          it is less than a minute off, by the deliveries until NOW

     1 passed
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_is_compared_with_a_server() {
    let machine = Machine::new();
    let mut server = App::start().await;
    let url = format!("http://{}", server.address);
    server.answers("HTTP/1.1 204 No Content\r\ndate: Tue, 24 Nov 2026 08:00:01 GMT\r\n\r\n");
    let asked = ["--online", "--clock-server", &url];
    let finished = machine.check("clock", &asked).hide(r"(\d+ s (?:ahead|behind))");
    server.next().await;
    assert!(finished.stdout.starts_with(" ✗ clock"), "{finished:?}");
    assert_eq!(finished.code, Some(1));
    let now = jiff::Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    server.answers(&format!("HTTP/1.1 204 No Content\r\ndate: {now}\r\n\r\n"));
    assert_run!(machine.check("clock", &asked), @"
    exit: 0
    --- stdout
     ✓ clock          it is less than a minute off, compared with http://127.0.0.1:?????

     1 passed
    ");
    server.next().await;
    let gone = format!("http://{}", reserved_port().local_addr().unwrap());
    let finished = machine.check("clock", &["--online", "--clock-server", &gone, "--verbose"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(finished.stdout.contains("is not known: "), "{finished:?}");
}

#[test]
fn a_port_that_another_program_has_is_a_failure_and_that_of_a_listen_is_not() {
    let machine = Machine::with_token();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let finished =
        machine.check("port", &["--port", &port]).hide(r"Port (\d+)").put(r"taken by (\S+) ", "TEST");
    #[cfg(target_os = "linux")]
    assert_run!(finished, @"
    exit: 1
    --- stdout
     ✗ port           Port ????? on 127.0.0.1 is taken by TEST (pid ?????).
                      Use --port 0 for any free port, or stop the other program.

     0 passed, 1 failed
    ");
    assert_eq!(finished.code, Some(1));
    let listen = machine.listen(&[]);
    let port = listen.address.port().to_string();
    assert_run!(machine.check("port", &["--port", &port]), @"
    exit: 0
    --- stdout
     ✓ port           the running listen has port ????? (pid ?????)

     1 passed
    ");
    assert_run!(machine.check("port", &["--port", &free_port().to_string()]), @"
    exit: 0
    --- stdout
     ✓ port           port ????? on 127.0.0.1 is free

     1 passed
    ");
    assert_run!(machine.check("port", &["--host", "203.0.113.7", "--port", &port]), @"
    exit: 1
    --- stdout
     ✗ port           203.0.113.7 is not an address of this machine.
                      Use --host with 127.0.0.1 or another address of this machine.

     0 passed, 1 failed
    ");
}

#[test]
fn running_and_killed_listens_are_listed() {
    let machine = Machine::with_token();
    let killed = machine.listen(&[]);
    let folder = std::fs::read_dir(machine.path().join(".local/state/zoomhook/listening"));
    if cfg!(target_os = "linux") {
        assert_eq!(folder.unwrap().count(), 2);
    }
    drop(killed);
    let listen = machine.listen(&[]);
    let first = machine.check("sessions", &[]);
    assert!(first.stdout.contains(&format!("(pid {})", listen.pid())), "{first:?}");
    assert_run!(first, @"
    exit: 0
    --- stdout
     ✓ sessions       running: http://127.0.0.1:?????/webhook (pid ?????); removed the files of 1 killed listen

     1 passed
    ");
    assert_run!(machine.check("sessions", &[]), @"
    exit: 0
    --- stdout
     ✓ sessions       running: http://127.0.0.1:?????/webhook (pid ?????)

     1 passed
    ");
    drop(listen);
}

#[test]
fn a_history_that_cannot_be_used_is_a_failure() {
    let machine = Machine::with_token();
    machine.write("notes.db", "not a database, and long enough to be one. ".repeat(100));
    let file = |name: &str| machine.path().join(name).to_str().unwrap().to_owned();
    let check = |name: &str| machine.check("history", &["--history-file", &file(name)]);
    assert_run!(check("notes.db").hide(r"(\d+) MiB free"), @"
    exit: 1
    --- stdout
     ✗ history        /folder/of/test/notes.db is not a zoomhook history, or nothing is left of it: file is not a database.
                      Use another file with --history-file.

     0 passed, 1 failed
    ");
    assert_run!(check(".env/h.db").hide(r"(\d+) MiB free"), @"
    exit: 1
    --- stdout
     ✗ history        Cannot open the history /folder/of/test/.env/h.db: Not a directory.
                      Use another file with --history-file, fix the file's permissions, or start listen with --no-history.

     0 passed, 1 failed
    ");
    assert_run!(check("new/h.db").hide(r"(\d+) MiB free"), @"
    exit: 0
    --- stdout
     ✓ history        /folder/of/test/new/h.db does not exist yet and can be created, ????? MiB free on its disk

     1 passed
    ");
    assert!(!machine.path().join("new").exists());
}

#[cfg(unix)]
#[test]
fn a_history_on_a_read_only_folder_is_a_failure() {
    use std::os::unix::fs::PermissionsExt;

    use crate::support::process::as_restricted_user;
    let folder = TempDir::new().unwrap();
    let user = as_restricted_user(folder.path());
    let path = folder.path().join("no");
    std::fs::create_dir(&path).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o500)).unwrap();
    #[cfg(target_os = "linux")]
    let _ = std::os::unix::fs::chown(&path, Some(65534), Some(65534));
    let mut command = Command::new(user[0]);
    command.env_clear().args(&user[1..]).arg(env!("CARGO_BIN_EXE_zoomhook"));
    command.args(["doctor", "--only", "history", "--history-file"]).arg(path.join("h.db"));
    command.env("HOME", folder.path()).current_dir(folder.path());
    assert_run!(finish(command), @"
    exit: 1
    --- stdout
     ✗ history        Cannot open the history /folder/of/test/no/h.db: Permission denied.
                      Use another file with --history-file, fix the file's permissions, or start listen with --no-history.

     0 passed, 1 failed
    ");
}

#[test]
fn the_authtoken_is_found_in_every_version_of_ngroks_file() {
    let machine = Machine::with_token();
    let config = machine.path().join("ngrok.yml");
    let check = |text: &str| {
        std::fs::write(&config, text).unwrap();
        machine.check("authtoken", &["--ngrok-config", config.to_str().unwrap()])
    };
    let first = check(&format!("authtoken: {GOOD_TOKEN}\n"));
    assert_run!(first, @"
    exit: 0
    --- stdout
     ✓ authtoken      /folder/of/test/ngrok.yml

     1 passed
    ");
    for (text, version) in [
        (format!("version: \"2\"\nauthtoken: {GOOD_TOKEN}\n"), "2"),
        (format!("version: 3\nagent:\n  authtoken: {GOOD_TOKEN}\n"), "3"),
    ] {
        let found = check(&text);
        assert_eq!(found.code, Some(0), "{found:?}");
        assert!(found.stdout.contains(&format!("ngrok.yml (version {version})")), "{found:?}");
    }
    assert_run!(check("authtoken: hush-hush\n"), @"
    exit: 0
    --- stdout
     ▲ authtoken      The value of /folder/of/test/ngrok.yml does not have the form of an authtoken: about 49 letters and digits with one '_' in it. `zoomhook doctor --online` finds out whether ngrok accepts it.
                      Copy it again: https://dashboard.ngrok.com/get-started/your-authtoken

     0 passed, 1 warning
    ");
    assert_run!(check("authtoken: [hush\n"), @"
    exit: 1
    --- stdout
     ✗ authtoken      /folder/of/test/ngrok.yml: not a valid YAML file: look at line 1, column 12.

     0 passed, 1 failed
    ");
    assert_run!(machine.check("authtoken", &["--tunnel", "ssh"]), @"
    exit: 0
    --- stdout
     · authtoken      not needed: the tunnel is ssh

     0 passed, 1 not checked or not known
    ");
    let absent = machine.check("authtoken", &["--verbose"]);
    assert_eq!(absent.code, Some(1));
    assert!(absent.stdout.contains("looked at: NGROK_AUTHTOKEN in the environment"), "{absent:?}");
    let empty = machine.check_with("authtoken", &[], &[("NGROK_AUTHTOKEN", "")]);
    assert_run!(empty, @"
    exit: 1
    --- stdout
     ✗ authtoken      The token from NGROK_AUTHTOKEN in the environment is empty.

     0 passed, 1 failed
    ");
}

#[test]
fn an_authtoken_is_not_needed_for_the_tunnel_of_this_project() {
    let machine = Machine::with_token();
    let missing = machine.check("authtoken", &[]);
    assert!(missing.code == Some(1) && missing.stdout.starts_with(" ✗"), "{missing:?}");
    let listen = machine.listen(&[]);
    assert_run!(machine.check("authtoken", &[]).put(r"pid \d+", "pid N"), @"
    exit: 0
    --- stdout
     · authtoken      not needed by the listen that runs (pid N): it has no ngrok tunnel

     0 passed, 1 not checked or not known
    ");
    drop(listen);
    // The format is that of the output of `listen`.
    machine.write("zoomhook.toml", "[listen]\ntunnel = \"ssh\"\nformat = \"json\"\n");
    assert_run!(machine.check("authtoken", &[]), @"
    exit: 0
    --- stdout
     · authtoken      not needed: the tunnel is ssh

     0 passed, 1 not checked or not known
    ");
    machine.write("zoomhook.toml", "[listen]\ntunnel = \"ssh\"\n[doctor]\ntunnel = \"none\"\n");
    assert_run!(machine.check("authtoken", &[]), @"
    exit: 0
    --- stdout
     · authtoken      not needed: the tunnel is none

     0 passed, 1 not checked or not known
    ");
}

#[cfg(unix)]
#[test]
fn a_tunnel_program_is_missing_or_old() {
    use std::os::unix::fs::PermissionsExt;
    let machine = Machine::with_token();
    let program = machine.path().join("bin/cloudflared");
    let folder = machine.path().join("bin");
    let check = || {
        let path = [("PATH", folder.to_str().unwrap())];
        machine.check_with("tunnel-program", &["--tunnel", "cloudflared"], &path)
    };
    assert_run!(check(), @"
    exit: 1
    --- stdout
     ✗ tunnel-program cloudflared is not installed or not in PATH.
                      Install it, or use another --tunnel than cloudflared.

     0 passed, 1 failed
    ");
    machine.write("bin/cloudflared", "#!/bin/sh\necho 'cloudflared version 2021.3.0 (built 2021-03-01)'\n");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    assert_run!(check(), @"
    exit: 0
    --- stdout
     ▲ tunnel-program cloudflared version 2021.3.0 (built 2021-03-01) is more than a year old. Cloudflare supports versions for a year.
                      Update cloudflared.

     0 passed, 1 warning
    ");
}

#[test]
fn a_proxy_for_this_machine_too_is_a_warning_and_one_that_is_gone_a_failure() {
    let machine = Machine::with_token();
    let proxy = ("HTTPS_PROXY", "http://jill:hush@proxy.example.com:3128");
    assert_run!(machine.check_with("proxy", &[], &[proxy]), @"
    exit: 0
    --- stdout
     ▲ proxy          HTTPS_PROXY is http://proxy.example.com:3128, and NO_PROXY does not list localhost and 127.0.0.1. zoomhook reaches your app without the proxy. Other programs may send requests for your app to it.
                      Add them to NO_PROXY: export NO_PROXY=localhost,127.0.0.1,::1

     0 passed, 1 warning
    ");
    let listed = [proxy, ("NO_PROXY", "localhost,127.0.0.0/8")];
    assert_run!(machine.check_with("proxy", &[], &listed), @"
    exit: 0
    --- stdout
     ✓ proxy          http://proxy.example.com:3128, from HTTPS_PROXY

     1 passed
    ");
    assert_run!(machine.check_with("proxy", &[], &[("ALL_PROXY", "ftp://jill:hush@p")]), @"
    exit: 1
    --- stdout
     ✗ proxy          ALL_PROXY: only http:// and socks5:// proxies can be used.

     0 passed, 1 failed
    ");
    let gone = reserved_port();
    let url = format!("http://{}", gone.local_addr().unwrap());
    assert_run!(machine.check_with("proxy", &["--online"], &[("HTTPS_PROXY", &url)]), @"
    exit: 1
    --- stdout
     ✗ proxy          The proxy http://127.0.0.1:????? of HTTPS_PROXY cannot be reached: Connection refused.
                      Correct it, or ignore it with --proxy none.

     0 passed, 1 failed
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_down_wrong_or_slow() {
    let machine = Machine::with_token();
    let gone = reserved_port();
    let port = gone.local_addr().unwrap().port().to_string();
    assert_run!(machine.check("app", &["--forward", &port]), @"
    exit: 1
    --- stdout
     ✗ app            Nothing accepts connections at http://localhost:?????.
                      Start your app, or give --forward the port that it prints when it starts.

     0 passed, 1 failed
    ");
    let mut app = App::start().await;
    let target = format!("{}/zoom", app.address.port());
    let online = ["--forward", &target, "--online"];
    app.answers("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
    assert_run!(machine.check("app", &online), @"
    exit: 1
    --- stdout
     ✗ app            http://localhost:?????/zoom answers a challenge wrongly. The status is 404; answer a challenge with 200.
                      If the path is wrong, add the webhook's path to --forward, such as 3000/zoom.
                      To send a challenge again:
                        zoomhook sign --challenge --to http://localhost:?????/zoom

     0 passed, 1 failed
    ");
    app.answers("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
    assert_run!(machine.check("app", &online), @"
    exit: 1
    --- stdout
     ✗ app            http://localhost:?????/zoom answers a challenge wrongly. The answer has no field plainToken.
                      To send a challenge again:
                        zoomhook sign --challenge --to http://localhost:?????/zoom

     0 passed, 1 failed
    ");
    app.answers_by(right_answer);
    assert_run!(machine.check("app", &online), @"
    exit: 0
    --- stdout
     ✓ app            http://localhost:?????/zoom answers a challenge correctly

     1 passed
    ");
    assert!(app.next().await.head.starts_with("POST /zoom "));
    app.pauses(Duration::from_millis(1_300));
    assert_run!(machine.check("app", &online).hide(r"after (\d\.\d) s"), @"
    exit: 0
    --- stdout
     ▲ app            http://localhost:?????/zoom answers a challenge after ??? s. Zoom waits for 3 s.
                      Answer a challenge before any slow work.

     0 passed, 1 warning
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_of_a_running_listen_needs_no_flag() {
    let machine = Machine::with_token();
    let app = App::start().await;
    app.expect_no_call();
    let port = app.address.port().to_string();
    let _listen = machine.listen(&["--forward", &port]);
    assert_run!(machine.check("app", &["--online"]), @"
    exit: 0
    --- stdout
     ✓ app            the running listen forwards to http://localhost:?????, which accepts connections; --forward also sends a challenge

     1 passed
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_challenge_to_the_app_has_the_headers_of_the_flags() {
    let machine = Machine::with_token();
    let mut app = App::start().await;
    app.answers_by(right_answer);
    let port = app.address.port().to_string();
    let header = "x-api-key: let-me-in";
    let checked = machine.check("app", &["--forward", &port, "--online", "--forward-header", header]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
    assert_eq!(app.next().await.header("x-api-key"), ["let-me-in"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_no_public_authority_issued_is_a_warning() {
    let machine = Machine::with_token();
    let chain = Chain::of_unknown_authority("Example Inspection CA");
    let server = App::start_with_tls(chain.acceptor());
    server.expect_no_call();
    let url = format!("https://localhost:{}", server.address.port());
    assert_run!(machine.check("proxy", &["--online", "--clock-server", &url]), @"
    exit: 0
    --- stdout
     ▲ proxy          The certificate that arrives here for https://localhost:????? was issued by Example Inspection CA, which is not a public authority. A proxy or a security program that decrypts TLS does that. ngrok refuses such a connection.
                      Exempt *.ngrok-agent.com from it, or name its certificate with --ngrok-ca FILE.

     0 passed, 1 warning
    ");
}

#[test]
fn colors_are_used_on_request() {
    let finished = Machine::new().check("port", &["--port", "0", "--color", "always"]);
    assert!(finished.stdout.contains("\u{1b}["), "{finished:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn two_programs_on_one_port_are_found() {
    let machine = Machine::with_token();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let one = machine.check("app", &["--forward", &port]);
    assert_eq!(one.code, Some(0), "{one:?}");
    let listen = Listen::start_at(&port, |command| {
        command.args(["--host", "::1", "--tunnel", "none"]).env("ZOOM_WEBHOOK_SECRET_TOKEN", TOKEN);
    });
    let finished = machine.check("app", &["--forward", &port]).put(r": (\S+) \(pid \d+\) on IPv4", "TEST");
    assert_run!(finished.put(&port, "?????"), @"
    exit: 0
    --- stdout
     ▲ app            Two programs listen on port ?????: TEST (pid ?????) on IPv4 and zoomhook (pid ?????) on IPv6. localhost can lead to either.
                      Write the address of your app: --forward 127.0.0.1:????? or --forward [::1]:?????

     0 passed, 1 warning
    ");
    drop(listen);
}

#[test]
fn a_tunnel_opens_or_ngrok_says_why_not() {
    let machine = Machine::with_token();
    let server = NgrokServer::start(Script::default());
    let (address, ca) = (server.agent_address.to_string(), server.ca_file());
    let check = |token: &str| {
        let flags = ["--online", "--ngrok-connect-url", &address, "--ngrok-ca", ca.to_str().unwrap()];
        // No probe leaves this machine.
        let variables =
            [("NGROK_AUTHTOKEN", token), ("HTTPS_PROXY", "http://127.0.0.1:1"), ("NO_PROXY", "127.0.0.1")];
        machine.check_with("tunnel", &flags, &variables)
    };
    assert_run!(check(GOOD_TOKEN).hide(r"https://([\w-]+)\."), @"
    exit: 0
    --- stdout
     ✓ tunnel         it opens at https://?????????????.ngrok-free.test, but the public URL could not be checked from this machine: through the proxy http://127.0.0.1:1: Connection refused

     1 passed
    ");
    assert_run!(check("2badTokenOfTheTestAccount_4Qx8Zr1Wb6Np3Kd9Ty5Ul7"), @"
    exit: 1
    --- stdout
     ✗ tunnel         The authtoken does not have the form of an ngrok authtoken. (ERR_NGROK_105)
                      Copy the authtoken from https://dashboard.ngrok.com/get-started/your-authtoken and pass it with --ngrok-authtoken or NGROK_AUTHTOKEN.

     0 passed, 1 failed
    ");
    assert_run!(machine.check("tunnel", &["--tunnel", "none"]), @"
    exit: 0
    --- stdout
     · tunnel         there is none (--tunnel none)

     0 passed, 1 not checked or not known
    ");
    assert!(server.look(|state| state.endpoints.is_empty()), "the endpoint is left open");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_url_leads_here_or_somewhere_else() {
    let machine = Machine::with_token();
    let port = free_port();
    let gateway = Gateway::start(([127, 0, 0, 1], port).into(), GatewayRule::Pass).await;
    let (url, port) = (format!("http://{}", gateway.address), port.to_string());
    let check = || machine.check("tunnel", &["--online", "--public-url", &url, "--port", &port]);
    assert_run!(check(), @"
    exit: 0
    --- stdout
     ✓ tunnel         http://127.0.0.1:????? leads to this machine

     1 passed
    ");
    gateway.set(GatewayRule::StripSignature);
    assert_run!(check(), @"
    exit: 1
    --- stdout
     ✗ tunnel         http://127.0.0.1:?????: something between the public URL and this machine removes or changes the headers x-zm-signature and x-zm-request-timestamp, so that requests cannot be verified.
                      Correct what is between this URL and this machine. With another path there, use --path.

     0 passed, 1 failed
    ");
    gateway.set(GatewayRule::Answer(302, &[("location", "https://example.com/login")], ""));
    assert_run!(check(), @"
    exit: 1
    --- stdout
     ✗ tunnel         http://127.0.0.1:?????: the answer at the public URL is not from this session (302, a redirect to https://example.com/login, which Zoom does not follow).
                      Correct what is between this URL and this machine. With another path there, use --path.

     0 passed, 1 failed
    ");
    let gone = format!("http://{}", reserved_port().local_addr().unwrap());
    let unknown = machine.check("tunnel", &["--online", "--public-url", &gone, "--port", &port]);
    assert_eq!(unknown.code, Some(0));
    assert!(unknown.stdout.starts_with(" · tunnel         not known: "), "{unknown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_arrives_in_a_dry_run_is_not_acknowledged() {
    let machine = Machine::with_token();
    let port = free_port();
    // The gateway has an answer of its own, so that the dry run goes on for as long as the tunnel is not proven.
    let gateway = Gateway::start(([127, 0, 0, 1], port).into(), GatewayRule::Answer(502, &[], "")).await;
    let url = format!("http://{}", gateway.address);
    let mut command =
        machine.command(&["--only", "tunnel", "--online", "--public-url", &url, "--port", &port.to_string()]);
    let mut running = command.stdout(std::process::Stdio::null()).spawn().unwrap();
    let body = event("meeting.started", 0);
    let status = loop {
        if let Ok(stream) = tokio::net::TcpStream::connect(("127.0.0.1", port)).await {
            drop(stream);
            let mut client = RawClient::connect(([127, 0, 0, 1], port).into()).await;
            break client.request(&through_a_gateway(TOKEN, 0, &body)).await.status;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert_eq!(status, 503);
    running.kill().unwrap();
    running.wait().unwrap();
}

#[test]
fn completions_and_the_manual_page_are_found_or_not_known() {
    let machine = Machine::new();
    let fish = [("SHELL", "/usr/bin/fish")];
    assert_run!(machine.check_with("completions", &["--verbose"], &fish).put(r"\((\d+) ms\)", "N"), @"
    exit: 0
    --- stdout
     · completions    not known: they are not in the usual places  (N ms)
                      To print them, and where they belong:
                        zoomhook completions fish --help

     0 passed, 1 not checked or not known
    ");
    machine.write(".config/fish/config.fish", "COMPLETE=fish zoomhook | source\n");
    assert_run!(machine.check_with("completions", &[], &fish), @"
    exit: 0
    --- stdout
     ✓ completions    /folder/of/test/.config/fish/config.fish loads them

     1 passed
    ");
}

#[test]
fn no_check_shows_a_secret() {
    let machine = Machine::new();
    let secrets =
        ["hush-token-of-the-file", "hush-token-of-the-shell", "hush-authtoken", "hush-client-secret"];
    machine.write(".env", format!("ZOOM_WEBHOOK_SECRET={}\nZOOM_CLIENT_SECRET={}\n", secrets[0], secrets[3]));
    for format in ["pretty", "json"] {
        let mut command = machine.command(&["--port", "0", "--format", format]);
        command.args(["--verbose"]).env("ZOOM_WEBHOOK_SECRET_TOKEN", secrets[1]);
        command.env("NGROK_AUTHTOKEN", secrets[2]).env("HTTPS_PROXY", "http://jill:hush@proxy:1");
        let finished = finish(command);
        assert!(!format!("{finished:?}").contains("hush"), "{finished:?}");
    }
}
