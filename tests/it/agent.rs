//! `zoomhook agent setup`: what it writes, that it writes it once, and that nothing is left after `--remove`.

use std::path::Path;

use tempfile::TempDir;

use crate::support::process::{Finished, finish, zoomhook};
use crate::support::snapshot::assert_run;

fn setup(home: &Path, flags: &[&str]) -> Finished {
    let mut command = zoomhook(home);
    command.args(["agent", "setup"]).args(flags);
    finish(command)
}

#[test]
fn a_section_of_agents_md_is_written_once_and_removed_without_a_trace() {
    let home = TempDir::new().unwrap();
    let file = home.path().join("AGENTS.md");
    std::fs::write(&file, "# Rules\n\nBe brief.\n").unwrap();
    let written = setup(home.path(), &["--codex", "--yes"]);
    assert_eq!((written.code, written.stderr.as_str()), (Some(0), "AGENTS.md: written.\n"), "{written:?}");
    assert!(written.stdout.starts_with("--- AGENTS.md\n+++ AGENTS.md\n+"), "{written:?}");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("# Rules\n\nBe brief.\n\n<!-- zoomhook") && text.contains("raw body"), "{text}");
    assert_run!(setup(home.path(), &["--codex", "--yes"]), @"
    exit: 0
    --- stderr
    AGENTS.md: nothing to change.
    ");
    assert_eq!(setup(home.path(), &["--codex", "--remove", "--yes"]).code, Some(0));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "# Rules\n\nBe brief.\n");
}

#[test]
fn a_skill_and_a_rule_have_their_heads_and_are_removed() {
    let home = TempDir::new().unwrap();
    for (flag, name) in
        [("--claude", ".claude/skills/zoomhook/SKILL.md"), ("--cursor", ".cursor/rules/zoomhook.mdc")]
    {
        assert_eq!(setup(home.path(), &[flag, "--yes"]).code, Some(0));
        let text = std::fs::read_to_string(home.path().join(name)).unwrap();
        assert!(
            text.starts_with("---\n") && text.contains("\ndescription: ") && text.contains("zoomhook check"),
            "{text}"
        );
        assert_eq!(setup(home.path(), &[flag, "--remove", "--yes"]).code, Some(0));
        assert!(!home.path().join(name).exists());
    }
}

#[test]
fn nothing_is_written_without_an_answer() {
    let home = TempDir::new().unwrap();
    let asked = setup(home.path(), &["--claude"]);
    assert_eq!(asked.code, Some(2), "{asked:?}");
    assert!(!home.path().join(".claude").exists());
    assert_run!(setup(home.path(), &[]), @"
    exit: 2
    --- stderr
    error: no agent is named
      Add --claude, --codex or --cursor, or --print for another agent.
    ");
}

/// Each command of the text is one that this version has.
#[test]
fn the_commands_of_the_text_exist() {
    let home = TempDir::new().unwrap();
    let printed = setup(home.path(), &["--print"]).stdout;
    let commands = printed.split('`').filter(|part| part.starts_with("zoomhook "));
    let mut count = 0;
    for words in commands.map(|command| command.split(' ').collect::<Vec<_>>()) {
        let known =
            words.iter().skip(1).take_while(|word| word.bytes().all(|byte| byte.is_ascii_lowercase()));
        let flags = words.iter().filter(|word| word.starts_with("--"));
        let path: Vec<_> = known.copied().filter(|word| *word != "last").collect();
        let mut help = zoomhook(home.path());
        let help = finish({
            help.args(&path).arg("--help");
            help
        });
        assert_eq!(help.code, Some(0), "{words:?}");
        assert!(flags.clone().all(|flag| help.stdout.contains(flag)), "{words:?}");
        count += 1;
    }
    assert!(count >= 9, "{count}");
}
