//! `receiver.py`, an independent receiver, started and killed by its guard.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use super::requests::SECRET;

/// The running receiver. A test that never calls it fails.
pub struct Receiver {
    child: Child,
    stdout: BufReader<ChildStdout>,
    port: u16,
}

impl Receiver {
    pub fn start() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support/receiver.py");
        let mut command = Command::new("python3");
        command.arg(script).env("SECRET", SECRET).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("this test needs python3; on Debian: apt-get install python3");
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        Self { child, stdout, port: line.trim().parse().unwrap() }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        // It prints a line for each request.
        let mut requests = String::new();
        let _ = self.stdout.read_to_string(&mut requests);
        assert!(std::thread::panicking() || !requests.is_empty(), "the receiver was never called");
    }
}
