//! Long output on a terminal goes through the pager.

use std::io::Read;
use std::path::Path;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use tempfile::TempDir;

use super::{keep, keeping};

/// The exit code, and the output on a terminal of ten lines.
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
    // On Linux, the end is a read error once the other end is closed.
    let _ = reader.read_to_end(&mut bytes);
    (child.wait().unwrap().exit_code(), String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn output_longer_than_the_screen_goes_through_the_pager_unless_it_is_off() {
    let folder = TempDir::new().unwrap();
    let listen = keeping(folder.path(), &[]);
    keep(&listen, "meeting.started", 0).await;
    let paged = |pager: &str, arguments: &[&str]| {
        let (code, text) = shown(folder.path(), pager, arguments);
        assert_eq!(code, 0, "{text}");
        // The bytes of a terminal, with colors, and of a pager that may stop reading at any point.
        assert!(text.contains("meeting.started"), "{text}");
        (text.contains("paged:"), text)
    };
    let pager = "sed s/^/paged:/";
    let (is_paged, text) = paged(pager, &["show", "last"]);
    assert!(is_paged && text.contains("\x1b["), "with its colours: {text}");
    for (pager, arguments) in [
        (pager, &["show", "last", "--no-pager"][..]),
        // The list fits on the screen.
        (pager, &["list"]),
        ("", &["show"]),
        ("no-such-pager", &["show"]),
        // This pager exits before it has read everything.
        ("head -n 1", &["show"]),
    ] {
        let (is_paged, text) = paged(pager, arguments);
        assert!(!is_paged, "{pager} {arguments:?}: {text}");
    }
}
