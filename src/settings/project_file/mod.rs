//! `zoomhook.toml`: flags of a project, for everyone who works on it. Entry point: [`ProjectFile`].
//!
//! The nearest file in the current folder or above it is used. It has a table for each command, with the names of the
//! long flags, and the same tables below `profile.NAME`. A flag on the command line wins over it, and so does an
//! environment variable. The values become arguments in one place, so the commands do not know of the file.
//!
//! | file | holds |
//! | --- | --- |
//! | `mod.rs` | finds the file, and checks every name in it |
//! | `table.rs` | TOML with line numbers |
//! | `refused.rs` | secrets, and flags that only the command line may have |
//! | `arguments.rs` | the arguments of a run with the values of the file |
//! | `origin.rs` | every value with its origin |

mod arguments;
mod origin;
mod refused;
mod table;

use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command};

use super::env::Environment;
use super::file::{self, UnreadableFile};
use super::secret;
use crate::diagnosis::SecretText;
use crate::files::is_of_another_user;
use crate::zoom::catalogue::nearest;

pub(crate) use arguments::{AppliedArguments, TypedCommand};
pub(crate) use origin::settings_of;
use table::{ConfigEntry, ConfigTable, ConfigValue, NotToml};

/// The name of the file.
pub(crate) const NAME: &str = "zoomhook.toml";
/// The table that has the profiles.
const PROFILE: &str = "profile";

/// A file whose names are all known and which has no secret.
#[derive(Debug)]
pub(crate) struct ProjectFile {
    /// The path to show to the user, such as `../zoomhook.toml`.
    pub(crate) shown: PathBuf,
    /// Relative paths in the file are relative to its folder.
    folder: PathBuf,
    root: ConfigTable,
}

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProjectFileError {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] UnreadableFile),
    /// It belongs to a user who owns neither the current folder nor this machine.
    #[error("{} belongs to another user", file.display())]
    OfAnotherUser {
        /// The file.
        file: PathBuf,
    },
    /// A line of it is wrong.
    #[error("{}{}: {fault}", file.display(), line.map(|line| format!(", line {line}")).unwrap_or_default())]
    Line {
        /// The file.
        file: PathBuf,
        /// The line, if it is known.
        line: Option<usize>,
        /// What is wrong.
        fault: ProjectFileFault,
    },
    /// `--profile` names no profile of the file.
    #[error("{} has no profile '{name}'", file.display())]
    NoProfile {
        /// The file.
        file: PathBuf,
        /// The profile.
        name: String,
        /// The profiles of the file.
        known: Vec<String>,
    },
    /// `--profile` is given, and there is no file.
    #[error("--profile {name} needs a {NAME} in this folder or above it")]
    NoFile {
        /// The profile.
        name: String,
    },
}

/// What is wrong with a line. The messages never have a value, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProjectFileFault {
    /// Not TOML.
    #[error("{0}")]
    Syntax(String),
    /// The name of a table is not a command.
    #[error("there is no command '{name}'")]
    UnknownCommand {
        /// The name.
        name: String,
        /// What may be meant.
        near: Vec<String>,
    },
    /// The command has no such flag.
    #[error("{command} has no flag '{name}'")]
    UnknownFlag {
        /// The name.
        name: String,
        /// The command.
        command: String,
        /// What may be meant.
        near: Vec<String>,
    },
    /// The name of a table or of a flag is a secret.
    #[error("a name in this line is or has a secret, and everyone who has the project has this file")]
    SecretName,
    /// The value is a secret.
    #[error("{name} is or has a secret, and everyone who has the project has this file")]
    Secret {
        /// The flag.
        name: String,
    },
    /// Only the command line may have the flag.
    #[error("{name} is not taken from this file: {reason}")]
    OnlyTyped {
        /// The flag.
        name: String,
        /// Why.
        reason: &'static str,
    },
    /// The parser of the flag refuses the value.
    #[error("{name} has a value that it does not take: {reason}")]
    Value {
        /// The flag.
        name: String,
        /// Why.
        reason: String,
    },
    /// The value has another type than the flag.
    #[error("{name} takes {wanted}, not {found}")]
    Type {
        /// The flag.
        name: String,
        /// What it takes.
        wanted: &'static str,
        /// What it has.
        found: &'static str,
    },
}

impl ProjectFile {
    /// The nearest file, checked against the command line that `program` describes; `None` if there is none.
    ///
    /// # Errors
    /// [`ProjectFileError`].
    pub(crate) fn find(
        program: &Command,
        environment: &Environment,
    ) -> Result<Option<Self>, ProjectFileError> {
        let mut above = environment.folder().ancestors().enumerate();
        // Whatever has the name is the file: one that cannot be read is an error, and not as if there were none.
        let exists = |folder: &Path| folder.join(NAME).symlink_metadata().is_ok();
        let Some((depth, folder)) = above.find(|(_, folder)| exists(folder)) else {
            return Ok(None);
        };
        let (path, mut shown) = (folder.join(NAME), std::iter::repeat_n("..", depth).collect::<PathBuf>());
        shown.push(NAME);
        if path.metadata().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
            let kind = "a link to a file that does not exist";
            return Err(UnreadableFile::NotAFile { path: shown, kind }.into());
        }
        if is_of_another_user(&path, environment.folder()) {
            return Err(ProjectFileError::OfAnotherUser { file: shown });
        }
        let text = file::read(&path, &shown)?;
        let found = Self::parse(&text, shown, folder)?;
        let known = secret::texts_of_project(environment);
        found.check(&found.root, program, true, &known)?;
        Ok(Some(found))
    }

    /// Checks every value by the parser of its flag.
    ///
    /// # Errors
    /// A value that a command would refuse.
    pub(crate) fn check_values(&self, program: &Command) -> Result<(), ProjectFileError> {
        self.check_values_of(&self.root, program)
    }

    fn check_values_of(&self, table: &ConfigTable, command: &Command) -> Result<(), ProjectFileError> {
        for entry in &table.0 {
            match &entry.value {
                ConfigValue::Table(inner) => {
                    // Profiles have the tables of the program.
                    match subcommand(command, &entry.name) {
                        Some(found) => self.check_values_of(inner, found)?,
                        None => self.check_values_of(inner, command)?,
                    }
                }
                ConfigValue::Texts(texts) => {
                    let refused = texts.iter().find_map(|text| refusal(command, &entry.name, text));
                    if let Some(reason) = refused {
                        let fault = ProjectFileFault::Value { name: entry.name.clone(), reason };
                        return Err(self.wrong(entry, fault));
                    }
                }
                ConfigValue::Switch(_) | ConfigValue::Other(_) => {}
            }
        }
        Ok(())
    }

    fn parse(text: &str, shown: PathBuf, folder: &Path) -> Result<Self, ProjectFileError> {
        match ConfigTable::parse(text) {
            Ok(root) => Ok(Self { shown, folder: folder.to_owned(), root }),
            Err(NotToml { line, message }) => {
                Err(ProjectFileError::Line { file: shown, line, fault: ProjectFileFault::Syntax(message) })
            }
        }
    }

    /// The names of its profiles.
    pub(crate) fn profiles(&self) -> Vec<String> {
        let profiles = self.root.table(PROFILE).map_or(&[][..], |table| &table.0);
        profiles.iter().map(|entry| entry.name.clone()).collect()
    }

    /// The tables of a profile.
    ///
    /// # Errors
    /// There is no such profile.
    fn profile(&self, name: &str) -> Result<&ConfigTable, ProjectFileError> {
        self.root.table(PROFILE).and_then(|profiles| profiles.table(name)).ok_or_else(|| {
            ProjectFileError::NoProfile {
                file: self.shown.clone(),
                name: name.to_owned(),
                known: self.profiles(),
            }
        })
    }

    /// Checks every name and value of a table of this command.
    fn check(
        &self,
        table: &ConfigTable,
        command: &Command,
        has_profiles: bool,
        known: &[SecretText],
    ) -> Result<(), ProjectFileError> {
        for entry in &table.0 {
            self.check_name(entry, command, known)?;
            match &entry.value {
                ConfigValue::Table(profiles) if has_profiles && entry.name == PROFILE => {
                    for profile in &profiles.0 {
                        self.check_name(profile, command, known)?;
                        match &profile.value {
                            ConfigValue::Table(table) => self.check(table, command, false, known)?,
                            _ => return Err(self.wrong(profile, not_a_table(profile))),
                        }
                    }
                }
                ConfigValue::Table(inner) => match subcommand(command, &entry.name) {
                    Some(found) => self.check(inner, found, false, known)?,
                    None => return Err(self.wrong(entry, unknown_command(command, &entry.name))),
                },
                _ => check_flag(entry, command, known).map_err(|fault| self.wrong(entry, fault))?,
            }
        }
        Ok(())
    }

    /// Checks that a name which is neither a command nor a flag is not a secret, before any message has it.
    fn check_name(
        &self,
        entry: &ConfigEntry,
        command: &Command,
        known: &[SecretText],
    ) -> Result<(), ProjectFileError> {
        let is_known = flag(command, &entry.name).is_some() || subcommand(command, &entry.name).is_some();
        match !is_known && refused::is_secret_name(&entry.name, known) {
            true => Err(self.wrong(entry, ProjectFileFault::SecretName)),
            false => Ok(()),
        }
    }

    fn wrong(&self, entry: &ConfigEntry, fault: ProjectFileFault) -> ProjectFileError {
        ProjectFileError::Line { file: self.shown.clone(), line: Some(entry.line), fault }
    }
}

fn not_a_table(entry: &ConfigEntry) -> ProjectFileFault {
    ProjectFileFault::Type { name: entry.name.clone(), wanted: "a table of commands", found: "a value" }
}

/// The command with this name below another one, without clap's own `help`.
fn subcommand<'c>(command: &'c Command, name: &str) -> Option<&'c Command> {
    command.get_subcommands().find(|found| found.get_name() == name && name != "help")
}

/// The flag with this long name, if a table of the command may have it: a flag of a command with commands below it must
/// be theirs as well.
fn flag<'c>(command: &'c Command, name: &str) -> Option<&'c Arg> {
    let found = command.get_arguments().find(|argument| argument.get_long() == Some(name))?;
    (found.is_global_set() || !command.has_subcommands()).then_some(found)
}

fn unknown_command(command: &Command, name: &str) -> ProjectFileFault {
    let names: Vec<_> = command.get_subcommands().map(Command::get_name).collect();
    ProjectFileFault::UnknownCommand { name: name.to_owned(), near: near(name, &names) }
}

/// The nearest of these names.
fn near(mistyped: &str, names: &[&str]) -> Vec<String> {
    let names: Vec<_> = names.iter().map(|name| name.replace('-', "_")).collect();
    nearest(mistyped, names.iter().map(String::as_str)).iter().map(|name| name.replace('_', "-")).collect()
}

/// Why the parser of a flag refuses a value, if it does.
fn refusal(command: &Command, flag: &str, value: &str) -> Option<String> {
    let arguments = [command.get_name().to_owned(), format!("--{flag}={value}")];
    let error = command.clone().try_get_matches_from(arguments).err()?;
    // Whatever else is missing is on the command line.
    if !matches!(error.kind(), ErrorKind::ValueValidation | ErrorKind::InvalidValue) {
        return None;
    }
    let known = match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(names)) => Some(format!("the values are {}", names.join(", "))),
        _ => None,
    };
    known
        .or_else(|| std::error::Error::source(&error).map(ToString::to_string))
        .or(Some(error.kind().to_string()))
}

fn check_flag(entry: &ConfigEntry, command: &Command, known: &[SecretText]) -> Result<(), ProjectFileFault> {
    let name = entry.name.clone();
    let Some(flag) = flag(command, &name) else {
        let names: Vec<_> = command.get_arguments().filter_map(Arg::get_long).collect();
        let near = near(&name, &names);
        return Err(ProjectFileFault::UnknownFlag { name, command: command.get_name().to_owned(), near });
    };
    if refused::is_for_a_secret(&name) {
        return Err(ProjectFileFault::Secret { name });
    }
    if let Some(reason) = refused::reason(&name) {
        return Err(ProjectFileFault::OnlyTyped { name, reason });
    }
    let wrong_type = |wanted, found| Err(ProjectFileFault::Type { name: name.clone(), wanted, found });
    match (&entry.value, flag.get_action().takes_values()) {
        (ConfigValue::Texts(texts), true) => {
            match texts.iter().any(|text| refused::has_secret(&name, text, known)) {
                true => Err(ProjectFileFault::Secret { name }),
                false => Ok(()),
            }
        }
        (ConfigValue::Switch(_), false) => Ok(()),
        (ConfigValue::Switch(_), true) => wrong_type("a value", "true or false"),
        (ConfigValue::Texts(_), false) => wrong_type("true or false", "a value"),
        (ConfigValue::Other(found), true) => wrong_type("a text, a number or a list of them", found),
        (ConfigValue::Other(found), false) => wrong_type("true or false", found),
        // A table was checked before.
        (ConfigValue::Table(_), _) => Ok(()),
    }
}
