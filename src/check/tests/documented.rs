//! Every conclusion has its line in `docs/check.md`.

use std::path::Path;

use crate::diagnosis::{AnswerCode, AppStatement};

const DOCS: &str = include_str!("../../../docs/check.md");

/// The codes in the sources of the conclusions: the texts in quotes that have the form of one, and those that stand where
/// a code does.
fn codes_in(source: &str) -> Vec<&str> {
    let texts: Vec<_> = source.split('"').collect();
    let is_word = |text: &str| {
        text.len() > 2 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let quoted = texts.windows(2).filter(|pair| is_word(pair[1]));
    let is_code =
        |pair: &&[&str]| pair[1].contains('-') || pair[0].trim_end().ends_with("CheckConclusion::new(");
    quoted.filter(is_code).map(|pair| pair[1]).collect()
}

#[test]
fn every_code_is_documented() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/check");
    let rules = std::fs::read_dir(folder.join("conclude")).unwrap().map(|entry| entry.unwrap().path());
    let sources: Vec<_> = rules
        .chain([folder.join("transport.rs")])
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    let mut codes: Vec<_> = sources.iter().flat_map(|source| codes_in(source)).map(str::to_owned).collect();
    assert!(codes.len() > 50 && codes.contains(&"redirect".to_owned()), "{codes:?}");
    let stated = AppStatement::ALL.into_iter().filter(|said| *said != AppStatement::VerificationFailed);
    codes.extend(stated.map(|said| said.code().to_owned()));
    codes.extend(AnswerCode::ALL.map(|code| code.as_str().to_owned()));
    codes.retain(|code| !DOCS.contains(&format!("`{code}`")));
    assert!(codes.is_empty(), "not in docs/check.md: {codes:?}");
}
