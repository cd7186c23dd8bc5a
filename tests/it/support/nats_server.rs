//! A real `nats-server` on loopback, which is killed when it is dropped.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A server that takes longer to start has failed.
const PATIENCE: Duration = Duration::from_secs(10);

/// The program: the one that the environment names, or the one of the system.
fn program() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("ZOOMHOOK_NATS_SERVER") {
        return Some(named.into());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    // The Debian package puts it where only root has a PATH to.
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    folders.map(|folder| folder.join("nats-server")).find(|program| program.is_file())
}

/// A running server.
pub struct NatsServer {
    process: Option<Child>,
    program: PathBuf,
    folder: TempDir,
    host: String,
    pub port: u16,
}

impl NatsServer {
    /// Whether there is a program.
    pub fn is_there() -> bool {
        program().is_some()
    }

    /// Starts a server with JetStream and without accounts. `None`, with a message, where there is no program.
    pub fn start() -> Option<Self> {
        Self::start_with("")
    }

    /// Starts a server with these lines in its configuration. `{FOLDER}` stands for a folder of the test.
    pub fn start_with(lines: &str) -> Option<Self> {
        Self::start_in(tempfile::tempdir().unwrap(), lines)
    }

    /// Starts a server on another address of this machine.
    pub fn start_on(host: &str) -> Option<Self> {
        Self::started(host, tempfile::tempdir().unwrap(), "")
    }

    /// Starts three servers of one cluster, named n0, n1 and n2.
    pub fn start_cluster() -> Option<[Self; 3]> {
        let listeners = [(); 3].map(|()| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
        let ports = listeners.map(|listener| listener.local_addr().unwrap().port());
        let routes = ports.map(|port| format!("nats-route://127.0.0.1:{port}")).join(", ");
        let start = |at: usize| {
            let port = ports[at];
            Self::start_with(&format!(
                "server_name: n{at}\ncluster {{ name: team, listen: 127.0.0.1:{port}, routes: [{routes}] }}"
            ))
        };
        Some([start(0)?, start(1)?, start(2)?])
    }

    /// Starts a server whose folder has files already.
    pub fn start_in(folder: TempDir, lines: &str) -> Option<Self> {
        Self::started("127.0.0.1", folder, lines)
    }

    fn started(host: &str, folder: TempDir, lines: &str) -> Option<Self> {
        let Some(program) = program() else {
            println!("ignored: it needs nats-server in PATH, or its path in ZOOMHOOK_NATS_SERVER");
            return None;
        };
        let port = std::net::TcpListener::bind((host, 0)).unwrap().local_addr().unwrap().port();
        let mut server = Self { process: None, program, folder, host: host.to_owned(), port };
        let store = server.folder.path().join("store");
        let lines = lines.replace("{FOLDER}", &server.folder.path().display().to_string());
        let config = format!("listen: {host}:{port}\njetstream {{ store_dir: {store:?} }}\n{lines}\n");
        std::fs::write(server.config(), config).unwrap();
        server.run();
        Some(server)
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("server.conf")
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts the process again, with the same port and the same store.
    pub fn run(&mut self) {
        let log = std::fs::File::create(self.folder.path().join("log")).unwrap();
        let mut command = Command::new(&self.program);
        command.arg("-c").arg(self.config()).stdout(Stdio::null()).stderr(log);
        self.process = Some(command.spawn().unwrap());
        let began = Instant::now();
        while std::net::TcpStream::connect((self.host.as_str(), self.port)).is_err() {
            let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(began.elapsed() < PATIENCE, "nats-server does not start: {log}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Kills the process, as the system does when it is out of memory.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("nats://{}:{}", self.host, self.port)
    }

    /// Its address with credentials.
    pub fn url_as(&self, user: &str, password: &str) -> String {
        format!("nats://{user}:{password}@{}:{}", self.host, self.port)
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        self.kill();
    }
}
