//! Several projects in one history: what `last` and lists mean, positions, and deleting.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{exported, history, keep, keeping, send};
use crate::support::process::{Finished, Listen, finish, zoomhook};
use crate::support::requests::{SECRET, event, head_with, timestamp, with_length};
use crate::support::snapshot::assert_run;

/// Two projects with one history: a Git repository, and a folder.
struct Projects(TempDir);

impl Projects {
    async fn new() -> Self {
        let projects = Self(TempDir::new().unwrap());
        std::fs::create_dir_all(projects.folder("app/.git")).unwrap();
        std::fs::create_dir_all(projects.folder("app/src")).unwrap();
        std::fs::create_dir_all(projects.folder("other")).unwrap();
        projects.keep("app", &["app.first", "app.second", "app.third"]).await;
        projects.keep("other", &["other.one", "other.two"]).await;
        projects
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    async fn keep(&self, folder: &str, events: &[&str]) {
        let listen = Listen::start_with(|command| {
            command.args(["--tunnel", "none", "--history-file", "../h.db"]);
            command.current_dir(self.folder(folder)).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
        });
        for event in events {
            keep(&listen, event, 0).await;
        }
        listen.interrupted();
    }

    fn run(&self, folder: &str, command: &str, arguments: &[&str]) -> Finished {
        let mut run = zoomhook(self.0.path());
        run.current_dir(self.folder(folder)).arg(command).arg("--history-file").arg(self.folder("h.db"));
        run.args(arguments).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
        finish(run)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn last_and_lists_mean_the_project_of_the_current_folder() {
    let projects = Projects::new().await;
    let history = |folder: &str, arguments: &[&str]| projects.run(folder, "history", arguments);
    assert_run!(history("app/src", &["list", "-n", "2"]), @"
    exit: 0
    --- stdout
      ??????????  last    ????-??-?? ??:??:??  ✓ app.third   204 in ?.? ms
      ??????????  last-1  ????-??-?? ??:??:??  ✓ app.second  204 in ?.? ms
    2 of 3 deliveries shown
    2 deliveries of other projects: --all-projects
    ");
    assert_run!(history("other", &["list", "--project", "../app"]), @"
    exit: 0
    --- stdout
      ??????????  last    ????-??-?? ??:??:??  ✓ app.third   204 in ?.? ms
      ??????????  last-1  ????-??-?? ??:??:??  ✓ app.second  204 in ?.? ms
      ??????????  last-2  ????-??-?? ??:??:??  ✓ app.first   204 in ?.? ms
    3 deliveries
    2 deliveries of other projects: --all-projects
    ");
    assert_run!(history("other", &["list", "--all-projects", "-n", "4"]), @"
    exit: 0
    --- stdout
      ??????????  last    ????-??-?? ??:??:??  ✓ other.two   204 in ?.? ms
      ??????????  last-1  ????-??-?? ??:??:??  ✓ other.one   204 in ?.? ms
      ??????????  last-2  ????-??-?? ??:??:??  ✓ app.third   204 in ?.? ms
      ??????????  last-3  ????-??-?? ??:??:??  ✓ app.second  204 in ?.? ms
    4 of 5 deliveries shown
    ");
    assert_run!(history("other", &["list", "--event", "other.one"]), @"
    exit: 0
    --- stdout
      ??????????  last-1  ????-??-?? ??:??:??  ✓ other.one  204 in ?.? ms
    1 of 2 deliveries shown
    3 deliveries of other projects: --all-projects
    ");
    assert!(history("app", &["show", "last-2"]).stdout.starts_with("app.first"));
    assert!(history("app", &["show", "last", "--all-projects"]).stdout.starts_with("other.two"));
    assert!(projects.run("app", "verify", &["last"]).stdout.contains("app.third"));
    assert_run!(history("other", &["show", "last-2"]), @"
    exit: 2
    --- stderr
    error: last-2: there are not that many stored deliveries for the project /folder/of/test/other
      3 deliveries of other projects: --all-projects, or --project PATH.
    ");
    std::fs::create_dir(projects.folder("new")).unwrap();
    assert_run!(history("new", &["show"]), @"
    exit: 2
    --- stderr
    error: no delivery is stored for the project /folder/of/test/new
      5 deliveries of other projects: --all-projects, or --project PATH.
    ");
    assert_run!(history("new", &["list"]), @"
    exit: 0
    --- stdout
    0 deliveries
    5 deliveries of other projects: --all-projects
    ");
    // An export is complete, unless a project is named.
    assert_eq!(history("app", &["export"]).stdout.lines().count(), 5);
    assert_eq!(history("app", &["export", "--project", "."]).stdout.lines().count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn deletes_by_id_and_by_filter_from_the_file_and_the_index() {
    let projects = Projects::new().await;
    let history = |arguments: &[&str]| projects.run("app", "history", arguments);
    let bytes = |word: &str| files_with(projects.0.path(), word.as_bytes());
    assert!(!bytes("app.third").is_empty() && !bytes("other.two").is_empty());
    assert_run!(history(&["delete"]), @"
    exit: 2
    --- stderr
    error: there is nothing to delete: name deliveries, or give a filter
      `zoomhook history list` shows the ids, and takes the same filters.
    ");
    assert_run!(history(&["delete", "last", "--event", "app.*"]), @"
    exit: 2
    --- stderr
    error: give either ids or a filter, not both
    ");
    assert_run!(history(&["delete", "--event", "app.*"]), @"
    exit: 2
    --- stderr
    error: 3 deliveries match, and there is no terminal to ask whether to delete them
      To delete them without being asked, add --yes.
    ");
    assert_run!(history(&["delete", "--event", "other.*", "--yes"]), @"
    exit: 0
    --- stderr
    ▲ --event other.* matches no known event.
    0 deliveries deleted.
    ");
    assert_run!(history(&["delete", "--project", "/no/such/project", "--yes"]), @"
    exit: 2
    --- stderr
    error: no delivery is stored for the project /no/such/project
      `zoomhook history list --all-projects` lists those of all projects.
    ");
    assert_run!(history(&["delete", "last"]), @"
    exit: 0
    --- stderr
    1 delivery deleted.
    ");
    assert_run!(history(&["delete", "--all-projects"]), @"
    exit: 2
    --- stderr
    error: 4 deliveries match, and there is no terminal to ask whether to delete them
      To delete them without being asked, add --yes.
    ");
    assert_eq!(bytes("app.third"), Vec::<PathBuf>::new());
    assert_run!(history(&["delete", "--search", "account_id", "--all-projects", "--yes"]), @"
    exit: 0
    --- stderr
    4 deliveries deleted.
    ");
    assert_eq!(bytes("app.first"), Vec::<PathBuf>::new());
    assert_run!(history(&["list", "--all-projects"]), @"
    exit: 0
    --- stdout
    0 deliveries
    ");
    assert_run!(history(&["repair"]), @"
    exit: 0
    --- stderr
    The history is not damaged. 0 deliveries were checked.
    ");
}

/// The files in a folder that contain these bytes.
fn files_with(folder: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    let files =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    files.filter(|path| std::fs::read(path).unwrap().windows(bytes.len()).any(|part| part == bytes)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_of_an_older_version_belong_to_every_project() {
    let projects = Projects::new().await;
    let file = rusqlite::Connection::open(projects.folder("h.db")).unwrap();
    file.execute_batch(
        "UPDATE deliveries SET project = NULL; UPDATE contents SET checksum = NULL;
         UPDATE unchecked SET up_to = (SELECT max(seq) FROM deliveries)",
    )
    .unwrap();
    drop(file);
    assert!(projects.run("app", "history", &["show"]).stdout.starts_with("other.two"));
}

#[tokio::test(flavor = "multi_thread")]
async fn curl_has_a_fresh_signature_unless_exact() {
    let folder = TempDir::new().unwrap();
    let listen = keeping(folder.path(), &[]);
    let body = event("a.b", 0);
    let head = head_with("/webhook", &timestamp(-100), SECRET, &body);
    assert_eq!(send(&listen, &with_length(head, &body)).await, 204);
    let stored = exported(folder.path()).remove(0);
    let signature =
        stored["headers"].as_array().unwrap().iter().find(|pair| pair[0] == "x-zm-signature").unwrap();
    let signature = signature[1].as_str().unwrap();
    let exact = history(folder.path(), &["show", "--format", "curl", "--exact"]);
    assert!(exact.stdout.contains(signature), "{exact:?}");
    let without = history(folder.path(), &["show", "--format", "curl"]);
    assert!(without.stdout.contains(signature), "{without:?}");
    assert_eq!(without.stderr, "There is no secret token, so the command has the stored signature.\n");
    let mut command = zoomhook(folder.path());
    command.args(["history", "--history-file", "h.db", "show", "--format", "curl", "--secret", SECRET]);
    let fresh = finish(command);
    assert!(fresh.code == Some(0) && !fresh.stdout.contains(signature), "{fresh:?}");
    std::fs::write(folder.path().join("fresh.sh"), &fresh.stdout).unwrap();
    let mut verify = zoomhook(folder.path());
    verify.args(["verify", "fresh.sh", "--secret", SECRET]);
    assert_eq!(finish(verify).code, Some(0));
    let signed_at =
        fresh.stdout.split_once("x-zm-request-timestamp: ").unwrap().1[..10].parse::<u64>().unwrap();
    assert!(signed_at >= timestamp(-10).parse().unwrap(), "{fresh:?}");
}
