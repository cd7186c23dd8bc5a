//! Prints settings with their origins: `zoomhook config`.

use super::ndjson;
use super::out::OutputError;
use super::page::{Cell, PagedText};
use super::theme::Ink;
use super::{Format, print_json};

/// A flag with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    /// The command, such as `history list`.
    pub(crate) command: String,
    /// The flag, without its hyphens.
    pub(crate) name: String,
    /// Its values, as they would be typed; empty for a flag that is on. `None` for a secret.
    pub(crate) values: Option<Vec<String>>,
    /// Where it comes from.
    pub(crate) origin: SettingOrigin,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SettingOrigin {
    /// An environment variable.
    Variable(&'static str),
    /// A `.env` file.
    EnvFile {
        /// The path to show to the user.
        file: String,
        /// The name in it.
        name: &'static str,
    },
    /// A line of `zoomhook.toml`.
    File {
        /// The path to show to the user.
        file: String,
        /// The line.
        line: usize,
        /// The profile that has it.
        profile: Option<String>,
    },
    /// The flag's own default.
    Default,
}

impl SettingOrigin {
    /// One word for scripts.
    pub(super) fn as_str(&self) -> &'static str {
        match self {
            Self::Variable(_) => "environment",
            Self::EnvFile { .. } => "env_file",
            Self::File { .. } => "file",
            Self::Default => "default",
        }
    }
}

/// Prints settings; those of each command below its name.
///
/// # Errors
/// As [`super::print`].
pub(crate) fn print_settings(settings: &[Setting], format: Format) -> Result<(), OutputError> {
    if format == Format::Json {
        return settings.iter().try_for_each(|setting| print_json(&line(setting)));
    }
    let mut page = PagedText::of_stdout();
    for (at, of_command) in settings.chunk_by(|one, other| one.command == other.command).enumerate() {
        if at > 0 {
            page.gap();
        }
        page.inked(Ink::Bold, &of_command[0].command);
        let rows: Vec<_> = of_command.iter().map(row).collect();
        page.table(&rows, &[]);
    }
    page.print()
}

fn row(setting: &Setting) -> Vec<Cell> {
    let value = match setting.values.as_deref() {
        None => "(not shown)".to_owned(),
        Some([]) => "on".to_owned(),
        Some(values) => values.join(", "),
    };
    let origin = match &setting.origin {
        SettingOrigin::Variable(name) => (*name).to_owned(),
        SettingOrigin::EnvFile { file, name } => format!("{name} in {file}"),
        SettingOrigin::File { file, line, profile: None } => format!("{file}, line {line}"),
        SettingOrigin::File { file, line, profile: Some(profile) } => {
            format!("{file}, line {line} (profile {profile})")
        }
        SettingOrigin::Default => "default".to_owned(),
    };
    vec![Cell::new(Ink::Key, &setting.name), Cell::new(Ink::Plain, value), Cell::new(Ink::Dim, origin)]
}

fn line(setting: &Setting) -> Vec<u8> {
    let mut line = Vec::new();
    ndjson::setting(&mut line, setting);
    line
}
