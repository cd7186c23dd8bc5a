//! Tests of every source of a secret token, and of their order.

use std::ffi::OsString;

use tempfile::TempDir;

use super::*;
use crate::settings::prompt::tests::Scripted;
use crate::settings::testing::parse;
use crate::zoom::SecretToken;

/// A current folder, an environment, and answers to the prompt.
struct Scene {
    folder: TempDir,
    variables: Vec<(&'static str, OsString)>,
    answers: Vec<&'static str>,
}

impl Scene {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new(), answers: Vec::new() }
    }

    fn variable(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    fn file(self, name: &str, text: &str) -> Self {
        std::fs::write(self.folder.path().join(name), text).unwrap();
        self
    }

    fn answers(mut self, answers: &[&'static str]) -> Self {
        self.answers = answers.to_vec();
        self
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn check(&self, args: &[&str]) -> Result<FoundSecrets, SecretError> {
        let environment = Environment::new(self.folder.path(), self.variables.clone());
        parse::<SecretArgs>(args).unwrap().check(&environment, &mut Scripted(self.answers.clone()))
    }

    fn error(&self, args: &[&str]) -> SecretError {
        self.check(args).unwrap_err()
    }
}

/// Compares names and tokens.
#[track_caller]
fn assert_secrets(secrets: &FoundSecrets, expected: &[(&str, &str)]) {
    let found: Vec<_> = secrets.tokens.iter().map(|s| (s.name.to_string(), s.token.fingerprint())).collect();
    let fingerprint = |token: &str| SecretToken::new(token).unwrap().fingerprint();
    let expected: Vec<_> = expected.iter().map(|(n, t)| ((*n).to_owned(), fingerprint(t))).collect();
    assert_eq!(found, expected);
    let origins: Vec<_> = secrets.origins.iter().map(|o| (o.name.clone(), o.fingerprint)).collect();
    assert_eq!(origins, expected, "the origins do not match the tokens");
}

fn sources(secrets: &FoundSecrets) -> Vec<&str> {
    secrets.origins.iter().map(|origin| origin.source.as_str()).collect()
}

#[test]
fn accepts_the_flag() {
    let secrets = Scene::new().check(&["--secret", "abc"]).unwrap();
    assert_secrets(&secrets, &[("--secret", "abc")]);
    assert_eq!(sources(&secrets), ["--secret"]);
    assert_secrets(&Scene::new().check(&["--secret=-abc"]).unwrap(), &[("--secret", "-abc")]);
}

#[test]
fn accepts_several_with_and_without_names() {
    let args = ["--secret", "staging=abc", "--secret", "def", "--secret", "ghi"];
    let secrets = Scene::new().check(&args).unwrap();
    assert_secrets(&secrets, &[("staging", "abc"), ("--secret", "def"), ("--secret 2", "ghi")]);
    assert_eq!(sources(&secrets), ["--secret staging=…", "--secret", "--secret"]);
}

#[test]
fn accepts_files() {
    let scene = Scene::new().file("one", "abc\n").file("two", "def\r\n").file("a=b", "ghi");
    let (one, two, odd) = (scene.path("one"), scene.path("two"), scene.path("a=b"));
    let args = ["--secret-file", &one, "--secret-file", &format!("live={two}"), "--secret-file", &odd];
    let secrets = scene.check(&args).unwrap();
    assert_secrets(&secrets, &[(&one, "abc"), ("live", "def"), (&odd, "ghi")]);
    let is_trimmed = |warning: &Warning| matches!(warning, Warning::Trimmed { .. });
    assert!(!secrets.warnings.iter().any(is_trimmed), "a line end is not part of the token");
}

#[test]
fn reads_the_environment() {
    let secrets = Scene::new().variable(SECRET_TOKEN, "abc").check(&[]).unwrap();
    assert_secrets(&secrets, &[("ZOOM_WEBHOOK_SECRET_TOKEN", "abc")]);
    assert_eq!(sources(&secrets), ["environment  ZOOM_WEBHOOK_SECRET_TOKEN"]);
}

#[test]
fn reads_the_nearest_dotenv() {
    let scene = Scene::new().file(".env", "ZOOM_WEBHOOK_SECRET=\"abc\"\n");
    let secrets = scene.check(&[]).unwrap();
    assert_secrets(&secrets, &[(".env", "abc")]);
    assert_eq!(sources(&secrets), [".env  ZOOM_WEBHOOK_SECRET"]);
    assert!(matches!(scene.error(&["--no-env-file"]), SecretError::Missing { .. }));
}

#[test]
fn reads_a_named_dotenv() {
    let scene = Scene::new().variable(SECRET_TOKEN, "xyz").file("prod.env", "WEBHOOK_SECRET_TOKEN=abc\n");
    let path = scene.path("prod.env");
    assert_secrets(&scene.check(&["--env-file", &path]).unwrap(), &[(&path, "abc")]);
    let other = scene.file("other.env", "PORT=1\n");
    assert!(matches!(
        other.error(&["--env-file", &other.path("other.env")]),
        SecretError::NotInEnvFile { .. }
    ));
}

#[test]
fn asks_without_a_token_or_when_requested() {
    assert_secrets(&Scene::new().answers(&["abc"]).check(&[]).unwrap(), &[("terminal", "abc")]);
    let scene = Scene::new().variable(SECRET_TOKEN, "xyz").answers(&["abc"]);
    assert_secrets(&scene.check(&["--secret"]).unwrap(), &[("terminal", "abc")]);
}

#[test]
fn does_not_ask_without_a_terminal() {
    assert!(matches!(Scene::new().error(&[]), SecretError::Missing { .. }));
    let scene = Scene::new().variable(SECRET_TOKEN, "abc");
    assert!(matches!(scene.error(&["--secret"]), SecretError::NoTerminal));
}

#[test]
fn uses_only_the_first_source_with_a_token() {
    let scene = Scene::new()
        .answers(&["from-terminal"])
        .file(".env", "ZOOM_WEBHOOK_SECRET_TOKEN=from-dotenv\n")
        .file("file", "from-file\n")
        .variable(SECRET_TOKEN, "from-environment");
    let file = scene.path("file");
    let both = scene.check(&["--secret-file", &file, "--secret", "from-flag"]).unwrap();
    assert_secrets(&both, &[("--secret", "from-flag"), (&file, "from-file")]);
    assert_secrets(&scene.check(&[]).unwrap(), &[(SECRET_TOKEN, "from-environment")]);
    let without_variable = Scene { variables: Vec::new(), ..scene };
    assert_secrets(&without_variable.check(&[]).unwrap(), &[(".env", "from-dotenv")]);
}

#[test]
fn merges_equal_tokens() {
    let scene = Scene::new().file("file", "abc\n");
    let args = ["--secret", "a=abc", "--secret", "a=abc ", "--secret-file", &scene.path("file")];
    assert_secrets(&scene.check(&args).unwrap(), &[("a", "abc")]);
}

#[test]
fn rejects_one_name_for_two_tokens() {
    let error = Scene::new().error(&["--secret", "a=abc", "--secret", "a=def"]);
    assert!(matches!(error, SecretError::DuplicateName { name } if name == "a"));
}

#[test]
fn trims_with_a_warning_for_every_source() {
    let scene =
        Scene::new().file("file", "abcdefgh \n").file("some.env", "WEBHOOK_SECRET_TOKEN=' abcdefgh'\n");
    let (file, dotenv) = (scene.path("file"), scene.path("some.env"));
    let scene = scene.variable(SECRET_TOKEN, "abcdefgh\r").answers(&[" abcdefgh"]);
    for (args, source) in [
        (vec!["--secret", " abcdefgh"], "--secret".to_owned()),
        (vec!["--secret", "n=abcdefgh "], "--secret n=…".to_owned()),
        (vec!["--secret-file", &file], format!("--secret-file {file}")),
        (vec!["--env-file", &dotenv], format!("WEBHOOK_SECRET_TOKEN in {dotenv}")),
        (vec![], "ZOOM_WEBHOOK_SECRET_TOKEN in the environment".to_owned()),
        (vec!["--secret"], "the terminal".to_owned()),
    ] {
        let secrets = scene.check(&args).unwrap();
        assert_eq!(secrets.warnings, [Warning::Trimmed { source }]);
        assert_eq!(
            secrets.tokens[0].token.fingerprint(),
            SecretToken::new("abcdefgh").unwrap().fingerprint()
        );
    }
}

#[test]
fn remarks_on_a_token_that_does_not_have_the_form_of_zooms() {
    let hash = "0123456789abcdef".repeat(4);
    for (token, form) in [
        ("_7JkRrMYTtaKUdvi0pXDkg", None),
        ("zoomhook-test-secret", None),
        ("your_secret_token_here", Some("looks like a placeholder")),
        ("<SECRET_TOKEN>", Some("looks like a placeholder")),
        ("eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2ln", Some("is a JWT")),
        (hash.as_str(), Some("has 64 hex digits, like a hash or a signature")),
        ("tok en", Some("contains white space")),
        ("abc", Some("is very short")),
    ] {
        let secrets = Scene::new().check(&["--secret", token]).unwrap();
        let expected = form.map(|form| Warning::TokenForm { source: "--secret".into(), form });
        assert_eq!(secrets.warnings, Vec::from_iter(expected), "{token}");
    }
}

#[test]
fn mentions_a_similar_name_if_none_of_ours_is_set() {
    let scene = Scene::new().file(".env", "ZOOM_CLIENT_SECRET=a\nZOOM_SECRET_TOKEN=hush\n");
    let SecretError::Missing { similar: Some(similar) } = scene.error(&[]) else { panic!("not mentioned") };
    assert_eq!((similar.name.as_str(), similar.file.to_str()), ("ZOOM_SECRET_TOKEN", Some(".env")));
    assert!(matches!(scene.error(&["--no-env-file"]), SecretError::Missing { similar: None }));
    let file = scene.path(".env");
    let error = scene.error(&["--env-file", &file]);
    assert!(matches!(error, SecretError::NotInEnvFile { similar: Some(_), .. }), "{error}");
}

#[test]
fn rejects_an_empty_token_and_names_its_source() {
    let scene = Scene::new().file(".env", "ZOOM_WEBHOOK_SECRET_TOKEN=\n").file("file", "\n").answers(&[""]);
    let file = scene.path("file");
    for (args, source) in [
        (vec!["--secret", ""], "--secret".to_owned()),
        (vec!["--secret", "app="], "--secret app=…".to_owned()),
        (vec!["--secret-file", &file], format!("--secret-file {file}")),
        (vec![], "ZOOM_WEBHOOK_SECRET_TOKEN in .env".to_owned()),
        (vec!["--secret"], "the terminal".to_owned()),
    ] {
        assert_eq!(scene.error(&args).to_string(), format!("the token from {source} is empty"));
    }
    let error = scene.variable(SECRET_TOKEN, " ").error(&[]).to_string();
    assert_eq!(error, "the token from ZOOM_WEBHOOK_SECRET_TOKEN in the environment has only white space");
}

#[test]
fn errors_never_contain_a_token() {
    let scene = Scene::new().file("lines", "hush-1\nhush-2\n").file(".env", "ZOOM_WEBHOOK_SECRET hush\n");
    let lines = scene.path("lines");
    for args in [
        vec!["--secret", "hush/1=hush"],
        vec!["--secret", "'hush'"],
        vec!["--secret-file", &lines],
        vec!["--secret", "a=hush-1", "--secret", "a=hush-2"],
        vec![],
    ] {
        let error = scene.error(&args);
        assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
    }
    let args = parse::<SecretArgs>(&["--secret", "hush"]).unwrap();
    assert!(!format!("{args:?}").contains("hush"));
}

#[cfg(unix)]
#[test]
fn rejects_an_environment_variable_that_is_not_text() {
    use std::os::unix::ffi::OsStringExt;
    let mut scene = Scene::new();
    scene.variables.push((SECRET_TOKEN, OsString::from_vec(vec![0xff])));
    assert!(matches!(scene.error(&[]), SecretError::Invalid(InvalidToken::NotText { .. })));
}
