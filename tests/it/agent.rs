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
    let removed = setup(home.path(), &["--codex", "--remove", "--yes"]);
    assert_eq!((removed.code, removed.stderr.as_str()), (Some(0), "AGENTS.md: removed.\n"), "{removed:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "# Rules\n\nBe brief.\n");
}

#[test]
fn every_byte_of_the_user_stays() {
    for own in ["", "no line break at the end", "# Rules\r\n\r\nBe brief.\r\n", "a\n\n\n"] {
        let home = TempDir::new().unwrap();
        let file = home.path().join("AGENTS.md");
        std::fs::write(&file, own).unwrap();
        assert_eq!(setup(home.path(), &["--codex", "--yes"]).code, Some(0));
        assert_eq!(setup(home.path(), &["--codex", "--remove", "--yes"]).code, Some(0));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), own);
    }
    // Created by zoomhook, so nothing is left of it.
    let home = TempDir::new().unwrap();
    assert_eq!(setup(home.path(), &["--codex", "--yes"]).code, Some(0));
    assert_eq!(setup(home.path(), &["--codex", "--remove", "--yes"]).code, Some(0));
    assert!(!home.path().join("AGENTS.md").exists());
}

#[test]
fn a_file_in_which_its_text_is_not_clear_is_left_alone() {
    let home = TempDir::new().unwrap();
    let (begin, end) = ("<!-- zoomhook agent setup: begin -->", "<!-- zoomhook agent setup: end -->");
    let file = home.path().join("AGENTS.md");
    let text = format!("{begin}\nmine\n{begin}\n{end}\n");
    std::fs::write(&file, &text).unwrap();
    assert_run!(setup(home.path(), &["--codex", "--remove", "--yes"]), @"
    exit: 2
    --- stderr
    error: AGENTS.md: '<!-- zoomhook agent setup: begin -->' is on the lines 1, 3 and '<!-- zoomhook agent setup: end -->' is on line 4, instead of one of each
      Nothing was changed. Correct these lines by hand, and run this again.
    ");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    let quoted = format!("Between {begin} and {end} is a text of zoomhook.\n");
    std::fs::write(&file, &quoted).unwrap();
    assert_run!(setup(home.path(), &["--codex", "--remove", "--yes"]), @"
    exit: 0
    --- stderr
    AGENTS.md: nothing to change.
    ");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), quoted);

    let skill = home.path().join(".claude/skills/zoomhook/SKILL.md");
    std::fs::create_dir_all(skill.parent().unwrap()).unwrap();
    std::fs::write(&skill, "my own skill\n").unwrap();
    assert_run!(setup(home.path(), &["--claude", "--yes"]), @"
    exit: 2
    --- stderr
    error: .claude/skills/zoomhook/SKILL.md exists, and zoomhook did not write it
      Move it to another name, or add the text by hand: zoomhook agent setup --print
    ");
    assert_run!(setup(home.path(), &["--claude", "--remove", "--yes"]), @"
    exit: 0
    --- stderr
    .claude/skills/zoomhook/SKILL.md: nothing to change.
    ");
    assert_eq!(std::fs::read_to_string(&skill).unwrap(), "my own skill\n");
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
        assert!(!home.path().join(name.split('/').next().unwrap()).exists());
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
