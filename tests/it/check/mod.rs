//! `check`: an endpoint is tested as Zoom would use it, and what is wrong is proven by experiments.

mod faults;
mod odd_servers;
mod output;
mod real_apps;
mod safety;
mod suite;
mod tls;

use crate::support::app::{App, CLOSE};
use crate::support::faulty_app::{Asked, Fault, FaultyApp, Said};
use crate::support::process::{Finished, finish, zoomhook};
use crate::support::requests::SECRET;

/// Serves an app with these faults.
pub async fn serve(faults: &[Fault]) -> App {
    let app = App::start().await;
    answers(&app, FaultyApp::with(faults));
    app
}

/// Answers as this app does.
fn answers(app: &App, mut faulty: FaultyApp) {
    app.answers_by(move |request| {
        let mut lines = request.head.lines();
        let method = lines.next().unwrap_or_default().split(' ').next().unwrap_or_default();
        let headers = lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name, value.trim()));
        let said = faulty.answer(&Asked { method, headers: headers.collect(), body: &request.body });
        answer(&said)
    });
}

/// The bytes of an answer.
fn answer(said: &Said) -> Vec<u8> {
    if said.closes {
        return CLOSE.to_vec();
    }
    std::thread::sleep(said.delay);
    let mut head = format!("HTTP/1.1 {} X\r\ncontent-length: {}\r\n", said.status, said.body.len());
    for (name, value) in &said.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    format!("{head}\r\n{}", said.body).into_bytes()
}

async fn run(app: &App, args: &[&str]) -> Finished {
    let to = format!("http://{}/webhook", app.address);
    run_to(&to, args).await
}

async fn run_to(to: &str, args: &[&str]) -> Finished {
    let home = tempfile::tempdir().unwrap();
    let mut command = zoomhook(home.path());
    command.args(["check", to]).args(args).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    let finished = tokio::task::spawn_blocking(move || finish(command)).await.unwrap();
    drop(home);
    finished
}
