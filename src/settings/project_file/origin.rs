//! Every value with its origin, for `zoomhook config`.

use clap::{Arg, Command};

use super::arguments::{FlagValue, command_at, resolved, variable_of};
use super::{ProjectFile, ProjectFileError, flag, refused};
use crate::report::{Setting, SettingOrigin};
use crate::settings::dotenv;
use crate::settings::env::{CLICOLOR_FORCE, Environment, NGROK_AUTHTOKEN, NO_COLOR};

/// The values of a command, in the order of its flags. `None` if there is no such command.
///
/// # Errors
/// The file has no such profile.
pub(crate) fn settings_of(
    file: Option<&ProjectFile>,
    program: &Command,
    path: &[String],
    profile: Option<&str>,
    environment: &Environment,
) -> Result<Option<Vec<Setting>>, ProjectFileError> {
    let Some(command) = command_at(program, path) else { return Ok(None) };
    let values = file.map(|file| file.values(path, profile)).transpose()?.unwrap_or_default();
    let flags = command.get_arguments().filter(|argument| !argument.is_hide_set());
    let settings = flags.filter_map(|argument| {
        let name = argument.get_long()?;
        let of_file = || {
            let (file, value) = (file?, values.iter().find(|value| value.flag == name)?);
            let origin = SettingOrigin::File {
                file: file.shown.display().to_string(),
                line: value.line,
                profile: value.profile.clone(),
            };
            let values = match &value.value {
                FlagValue::Switch(_) => Vec::new(),
                FlagValue::Texts(texts) => texts.iter().map(|text| path_text(argument, text, file)).collect(),
            };
            Some((Some(values), origin))
        };
        let (values, origin) = of_environment(name, environment)
            .or_else(of_file)
            .or_else(|| of_env_file(name, environment))
            .or_else(|| default_of(argument))?;
        Some(Setting { command: path.join(" "), name: name.to_owned(), values, origin })
    });
    Ok(Some(settings.filter(|setting| flag(command, &setting.name).is_some()).collect()))
}

type Found = (Option<Vec<String>>, SettingOrigin);

fn path_text(argument: &Arg, text: &str, file: &ProjectFile) -> String {
    resolved(argument, text, &file.folder).to_string_lossy().into_owned()
}

fn of_environment(name: &str, environment: &Environment) -> Option<Found> {
    // The variable takes the place of these two as well, but its value is the token.
    if ["secret-file", "env-file"].contains(&name) {
        return None;
    }
    let variable = variable_of(name, environment)?;
    let value = match variable {
        // What they mean for the flag.
        NO_COLOR => "never".to_owned(),
        CLICOLOR_FORCE => "always".to_owned(),
        _ => environment.text(variable)?.to_owned(),
    };
    let values = (!refused::has_secret(name, &value, &[])).then(|| vec![value]);
    Some((values, SettingOrigin::Variable(variable)))
}

/// A secret in a `.env` file. A file that cannot be read is reported by the commands that need it.
fn of_env_file(name: &str, environment: &Environment) -> Option<Found> {
    let found = match name {
        "secret" => dotenv::find(environment, dotenv::NAMES).ok()??,
        "ngrok-authtoken" => dotenv::find(environment, [NGROK_AUTHTOKEN]).ok()??,
        _ => return None,
    };
    let origin = SettingOrigin::EnvFile { file: found.file.display().to_string(), name: found.name };
    Some((None, origin))
}

fn default_of(argument: &Arg) -> Option<Found> {
    let defaults = argument.get_default_values();
    let is_value = argument.get_action().takes_values() && !defaults.is_empty();
    let texts = defaults.iter().map(|value| value.to_string_lossy().into_owned());
    is_value.then(|| (Some(texts.collect()), SettingOrigin::Default))
}
