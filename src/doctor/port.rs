//! `port`: is the local port free? It is bound for a moment.

use crate::instances;
use crate::listener::{self, BindError, Port, USUAL_PORT};

use super::{Setup, SetupFinding, sentence};

pub(super) async fn examine(setup: &Setup) -> SetupFinding {
    let port = match setup.port {
        Port::Usual => USUAL_PORT,
        Port::Asked(0) => return SetupFinding::pass("listen takes any free port (--port 0)"),
        Port::Asked(port) => port,
    };
    let error = match listener::bind(setup.host, Port::Asked(port)).await {
        Ok(_) => return SetupFinding::pass(format!("port {port} on {} is free", setup.host)),
        Err(error) => error,
    };
    let remedy = error.hint().unwrap_or_default();
    let BindError::Taken { holder, .. } = &error else {
        return SetupFinding::fail(sentence(&error.to_string()), remedy);
    };
    if let Some(session) = own_session(setup, port, holder.as_deref()) {
        return SetupFinding::pass(format!("the running listen has port {port} (pid {session})"));
    }
    if setup.port == Port::Usual {
        return SetupFinding::warn(
            format!("{} listen uses the next free port.", sentence(&error.to_string())),
            "To use this port, stop the other program.",
        );
    }
    SetupFinding::fail(sentence(&error.to_string()), format!("{remedy}{}", AIRPLAY.for_port(port)))
}

/// The process id of the `listen` that has the port. The system's process must be the same, if it is known.
fn own_session(setup: &Setup, port: u16, holder: Option<&str>) -> Option<u32> {
    let running = instances::all(setup.instances_folder.as_deref()?).ok()?;
    let is_holder = |pid| holder.is_none_or(|holder| holder.ends_with(&format!("(pid {pid})")));
    running.iter().find(|entry| entry.port() == Some(port) && is_holder(entry.pid)).map(|entry| entry.pid)
}

/// A program of the system that takes ports which developers use.
struct SystemProgram {
    ports: &'static [u16],
    advice: &'static str,
}

/// macOS 12 and later.
const AIRPLAY: SystemProgram = SystemProgram {
    ports: if cfg!(target_os = "macos") { &[5000, 7000] } else { &[] },
    advice: " If it is ControlCenter: System Settings > General > AirDrop & Handoff > AirPlay Receiver.",
};

impl SystemProgram {
    fn for_port(&self, port: u16) -> &'static str {
        if self.ports.contains(&port) { self.advice } else { "" }
    }
}
