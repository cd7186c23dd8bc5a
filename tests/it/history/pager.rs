//! Long output on a terminal goes through a pager, and through nothing else.

use std::io::Read;
use std::path::Path;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use tempfile::TempDir;

use super::{keep, keeping};

/// What a terminal of ten lines is sent, and the exit code.
fn shown(folder: &Path, pager: &str, arguments: &[&str]) -> (u32, String) {
    let size = PtySize { rows: 10, cols: 80, pixel_width: 0, pixel_height: 0 };
    let terminal = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_zoomhook"));
    command.args(["history", "--history-file", "h.db"]);
    command.args(arguments);
    command.cwd(folder);
    command.env_clear();
    for (name, value) in [("ZOOMHOOK_PAGER", pager), ("PATH", "/usr/bin:/bin"), ("TERM", "xterm")] {
        command.env(name, value);
    }
    let mut child = terminal.slave.spawn_command(command).unwrap();
    drop(terminal.slave);
    let mut reader = terminal.master.try_clone_reader().unwrap();
    let mut bytes = Vec::new();
    // Linux ends it with an error once nobody has the other end open.
    let _ = reader.read_to_end(&mut bytes);
    (child.wait().unwrap().exit_code(), String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn takes_what_is_longer_than_the_screen_unless_told_not_to() {
    let folder = TempDir::new().unwrap();
    let listen = keeping(folder.path(), &[]);
    keep(&listen, "meeting.started", 0).await;
    let paged = |pager: &str, arguments: &[&str]| {
        let (code, text) = shown(folder.path(), pager, arguments);
        assert_eq!(code, 0, "{text}");
        assert!(text.contains("meeting.started"), "{text}");
        (text.contains("paged:"), text)
    };
    let pager = "sed s/^/paged:/";
    let (is_paged, text) = paged(pager, &["show", "last"]);
    assert!(is_paged && text.contains("\x1b["), "with its colours: {text}");
    for (pager, arguments) in [
        (pager, &["show", "last", "--no-pager"][..]),
        // It fits.
        (pager, &["list"]),
        ("", &["show"]),
        ("no-such-pager", &["show"]),
        // It leaves before it was told everything.
        ("head -n 1", &["show"]),
    ] {
        let (is_paged, text) = paged(pager, arguments);
        assert!(!is_paged, "{pager} {arguments:?}: {text}");
    }
}
