//! The arguments of a run, with the values of the file as further flags.

use std::ffi::OsString;
use std::path::Path;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};

use super::table::{ConfigTable, ConfigValue};
use super::{ProjectFile, ProjectFileError};
use crate::settings::env::{
    ALL_PROXY, CLICOLOR_FORCE, Environment, HTTPS_PROXY, NGROK_AUTHTOKEN, NO_COLOR, READ_TOKEN, SECRET_TOKEN,
};

/// Flags that an environment variable can take the place of. The variable wins over the file.
pub(super) const VARIABLES: &[(&str, &[&str])] = &[
    ("secret", &[SECRET_TOKEN]),
    ("secret-file", &[SECRET_TOKEN]),
    ("env-file", &[SECRET_TOKEN]),
    ("ngrok-authtoken", &[NGROK_AUTHTOKEN]),
    ("token-file", &[READ_TOKEN]),
    ("proxy", &[HTTPS_PROXY, "https_proxy", ALL_PROXY, "all_proxy"]),
    ("color", &[NO_COLOR, CLICOLOR_FORCE]),
];

/// Flags that take each other's place without a conflict: one on the command line replaces all of them in the file.
const ALTERNATIVES: &[&[&str]] = &[&["secret", "secret-file", "env-file", "no-env-file"]];

/// Commands that also run if the file is broken.
const WITHOUT_FILE: &[&str] =
    &["stop", "status", "doctor", "completions", "man", "demo", "wait", "verify", "agent"];

/// `doctor` checks what `listen` would use, so the flags of `listen` count for it too.
const CHECKED: (&str, &str) = ("doctor", "listen");
/// Flags of `listen` that say nothing about the set-up.
const OUTPUT: &[&str] = &["format", "quiet", "verbose", "color"];

/// A value of the file for a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileValue {
    /// The flag, without its hyphens.
    pub(super) flag: String,
    /// What it has.
    pub(super) value: FlagValue,
    /// The line.
    pub(super) line: usize,
    /// The profile that has it.
    pub(super) profile: Option<String>,
}

/// What a flag has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FlagValue {
    /// On or off.
    Switch(bool),
    /// Each time that it is given.
    Texts(Vec<String>),
}

/// The arguments of a run.
#[derive(Debug)]
pub(crate) struct AppliedArguments {
    /// All of them, with those of the file.
    pub(crate) arguments: Vec<OsString>,
    /// Each flag that the file has added, with its place.
    added: Vec<(String, String)>,
}

/// What is on the command line, whatever is wrong with it.
#[derive(Debug)]
pub(crate) struct TypedCommand {
    found: ArgMatches,
    /// The switches that are turned off.
    off: Vec<String>,
}

impl TypedCommand {
    /// Reads the arguments, and replaces those that turn a switch on or off (`--strict=false`), which the parser does not
    /// know. `None` if the arguments ask for help, or name no command.
    #[must_use]
    pub(crate) fn read(program: &Command, arguments: &mut Vec<OsString>) -> Option<Self> {
        let read = |arguments: &[OsString]| {
            let matches = program.clone().ignore_errors(true).try_get_matches_from(arguments).ok()?;
            matches.subcommand_name().is_some().then_some(matches)
        };
        let typed = Self { found: read(arguments)?, off: Vec::new() };
        let Some(command) = command_at(program, &typed.path().0) else { return Some(typed) };
        let as_typed = arguments.clone();
        let off = take_switches(command, arguments);
        if *arguments == as_typed {
            return Some(typed);
        }
        Some(Self { found: read(arguments)?, off })
    }

    /// Whether the user turns a switch off: `--strict=false`.
    fn turns_off(&self, flag: &str) -> bool {
        self.off.iter().any(|name| name == flag)
    }

    /// The names of the command and of those below it, and what the last one has.
    fn path(&self) -> (Vec<String>, &ArgMatches) {
        let (mut path, mut found) = (Vec::new(), &self.found);
        while let Some((name, inner)) = found.subcommand() {
            path.push(name.to_owned());
            found = inner;
        }
        (path, found)
    }

    /// The value of `--profile`.
    fn profile(&self) -> Option<&str> {
        self.path().1.try_get_one::<String>("profile").ok().flatten().map(String::as_str)
    }

    /// Whether a file that cannot be used is no reason to refuse the command: it ends or shows what runs, or needs
    /// nothing of a project. With `--profile` the file is wanted.
    #[must_use]
    pub(crate) fn works_without_file(&self) -> bool {
        let name = self.found.subcommand_name().unwrap_or_default();
        self.profile().is_none() && WITHOUT_FILE.contains(&name)
    }

    /// The arguments of a run without a file.
    ///
    /// # Errors
    /// `--profile` is given.
    pub(crate) fn without_file(
        &self,
        arguments: Vec<OsString>,
    ) -> Result<AppliedArguments, ProjectFileError> {
        match self.profile() {
            Some(name) => Err(ProjectFileError::NoFile { name: name.to_owned() }),
            None => Ok(AppliedArguments::unchanged(arguments)),
        }
    }
}

impl AppliedArguments {
    /// The arguments as they were typed.
    #[must_use]
    pub(crate) fn unchanged(arguments: Vec<OsString>) -> Self {
        Self { arguments, added: Vec::new() }
    }

    /// Where the flag comes from that a message of the parser names, if it is the file: a sentence.
    #[must_use]
    pub(crate) fn place_of(&self, named: &str) -> Option<String> {
        let name = named.split([' ', '=']).next()?;
        let (flag, place) = self.added.iter().find(|(flag, _)| flag == name)?;
        Some(format!("{flag} is from {place}."))
    }
}

impl ProjectFile {
    /// Adds the flags of the file for the command of these arguments: those that neither the command line nor the
    /// environment has.
    ///
    /// # Errors
    /// `--profile` names no profile.
    pub(crate) fn apply(
        &self,
        program: &Command,
        typed: &TypedCommand,
        mut arguments: Vec<OsString>,
        environment: &Environment,
    ) -> Result<AppliedArguments, ProjectFileError> {
        let (path, found) = typed.path();
        let values = self.values(&path, typed.profile())?;
        let Some(command) = command_at(program, &path) else {
            return Ok(AppliedArguments::unchanged(arguments));
        };
        let (mut flags, mut added) = (Vec::new(), Vec::new());
        for value in values.into_iter().filter(|value| !typed.turns_off(&value.flag)) {
            let flag = super::flag(command, &value.flag);
            let Some(flag) = flag.filter(|flag| is_open(command, flag, found, environment)) else { continue };
            let name = format!("--{}", value.flag);
            match &value.value {
                FlagValue::Switch(_) => flags.push(name.clone().into()),
                FlagValue::Texts(texts) => flags.extend(texts.iter().map(|value| {
                    let mut argument = OsString::from(format!("{name}="));
                    argument.push(resolved(flag, value, &self.folder));
                    argument
                })),
            }
            added.push((name, self.place(&value)));
        }
        // At the end, a flag belongs to the last command. What follows `--` is not a flag.
        let end = arguments.iter().position(|argument| argument == "--").unwrap_or(arguments.len());
        arguments.splice(end..end, flags);
        Ok(AppliedArguments { arguments, added })
    }

    /// The place of a value, as in a message.
    fn place(&self, value: &FileValue) -> String {
        let profile = value.profile.as_ref().map(|name| format!(" (profile {name})")).unwrap_or_default();
        format!("{}, line {}{profile}", self.shown.display(), value.line)
    }

    /// Whether the file has this flag for a command, also if something else wins over it.
    pub(crate) fn sets(&self, path: &[String], profile: Option<&str>, flag: &str) -> bool {
        self.values(path, profile).is_ok_and(|values| values.iter().any(|value| value.flag == flag))
    }

    /// The values of the file for a command, without switches that are off. Those of the profile come in place of the
    /// others. For `doctor`, they include those of `listen`.
    ///
    /// # Errors
    /// There is no such profile.
    pub(super) fn values(
        &self,
        path: &[String],
        profile: Option<&str>,
    ) -> Result<Vec<FileValue>, ProjectFileError> {
        let mut values = Vec::<FileValue>::new();
        let tables =
            [(Some(&self.root), None), (profile.map(|name| self.profile(name)).transpose()?, profile)];
        for (table, profile) in tables {
            for value in table.into_iter().flat_map(|table| of_checked_command(table, path, profile)) {
                values.retain(|other| other.flag != value.flag);
                values.push(value);
            }
        }
        values.retain(|value| value.value != FlagValue::Switch(false));
        Ok(values)
    }
}

/// Takes `--NAME=false` and `--NAME=true` of the command's switches out of the arguments. A switch that is on stays as
/// `--NAME`; the names of those that are off are returned. As for other flags, the last one counts.
fn take_switches(command: &Command, arguments: &mut Vec<OsString>) -> Vec<String> {
    let is_switch = |name: &str| {
        let flag = command.get_arguments().find(|argument| argument.get_long() == Some(name));
        flag.is_some_and(|flag| matches!(flag.get_action(), ArgAction::SetTrue))
    };
    let end = arguments.iter().position(|argument| argument == "--").unwrap_or(arguments.len());
    let rest = arguments.split_off(end);
    let mut off = Vec::<String>::new();
    for argument in std::mem::take(arguments) {
        let typed = argument.to_str().and_then(|text| text.strip_prefix("--"));
        let (name, is_on) = match typed.map(|text| text.split_once('=').unwrap_or((text, "true"))) {
            Some((name, value @ ("true" | "false"))) if is_switch(name) => (name.to_owned(), value == "true"),
            _ => {
                arguments.push(argument);
                continue;
            }
        };
        let flag = OsString::from(format!("--{name}"));
        off.retain(|other| *other != name);
        match is_on {
            true => arguments.push(flag),
            false => {
                arguments.retain(|other| *other != flag);
                off.push(name);
            }
        }
    }
    arguments.extend(rest);
    off
}

/// The values for a command, after those of the command that it checks.
fn of_checked_command(root: &ConfigTable, path: &[String], profile: Option<&str>) -> Vec<FileValue> {
    let (doctor, listen) = CHECKED;
    let mut values = match path {
        [name] if name == doctor => of_command(root, &[listen.to_owned()], profile),
        _ => Vec::new(),
    };
    values.retain(|value| !OUTPUT.contains(&value.flag.as_str()));
    values.extend(of_command(root, path, profile));
    values
}

/// The values in the tables on the way to a command.
fn of_command(root: &ConfigTable, path: &[String], profile: Option<&str>) -> Vec<FileValue> {
    let mut values = Vec::new();
    let mut table = Some(root);
    for name in path {
        table = table.and_then(|table| table.table(name));
        for entry in table.into_iter().flat_map(|table| &table.0) {
            let value = match &entry.value {
                ConfigValue::Texts(texts) => FlagValue::Texts(texts.clone()),
                ConfigValue::Switch(is_on) => FlagValue::Switch(*is_on),
                ConfigValue::Table(_) | ConfigValue::Other(_) => continue,
            };
            values.push(FileValue {
                flag: entry.name.clone(),
                value,
                line: entry.line,
                profile: profile.map(str::to_owned),
            });
        }
    }
    values
}

/// The command with this path.
pub(super) fn command_at<'c>(program: &'c Command, path: &[String]) -> Option<&'c Command> {
    path.iter().try_fold(program, |command, name| super::subcommand(command, name))
}

/// Whether neither the command line nor the environment decides about a flag.
fn is_open(command: &Command, flag: &Arg, found: &ArgMatches, environment: &Environment) -> bool {
    let is_typed = |flag: &Arg| {
        matches!(found.try_contains_id(flag.get_id().as_str()), Ok(true))
            && found.value_source(flag.get_id().as_str()) == Some(ValueSource::CommandLine)
    };
    let excludes = |one: &Arg, other: &Arg| {
        command.get_arg_conflicts_with(one).iter().any(|found| found.get_id() == other.get_id())
    };
    let replaces = |other: &Arg| {
        ALTERNATIVES.iter().any(|names| {
            [flag, other].iter().all(|flag| flag.get_long().is_some_and(|name| names.contains(&name)))
        })
    };
    let is_decided = command.get_arguments().filter(|other| is_typed(other)).any(|other| {
        other.get_id() == flag.get_id() || replaces(other) || excludes(flag, other) || excludes(other, flag)
    });
    !is_decided && variable_of(flag.get_long().unwrap_or_default(), environment).is_none()
}

/// The environment variable that takes the place of a flag, if it is set.
pub(super) fn variable_of(flag: &str, environment: &Environment) -> Option<&'static str> {
    let (_, variables) = VARIABLES.iter().find(|(name, _)| *name == flag)?;
    let is_set = |name: &str, text: &str| !text.is_empty() && (name, text) != (CLICOLOR_FORCE, "0");
    variables.iter().copied().find(|name| environment.text(name).is_some_and(|text| is_set(name, text)))
}

/// A value as it is meant in another folder: a relative path is relative to the folder of the file.
pub(super) fn resolved(flag: &Arg, value: &str, folder: &Path) -> OsString {
    if !matches!(flag.get_value_hint(), ValueHint::FilePath | ValueHint::DirPath | ValueHint::AnyPath) {
        return value.into();
    }
    // `[NAME=]PATH`
    match value.split_once('=').filter(|_| flag.get_long() == Some("secret-file")) {
        Some((name, path)) => {
            let mut named = OsString::from(format!("{name}="));
            named.push(folder.join(path));
            named
        }
        None => folder.join(value).into_os_string(),
    }
}
