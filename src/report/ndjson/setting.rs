//! The line about a setting.

use super::escape::push_string;
use super::object::Object;
use crate::report::{Setting, SettingOrigin};

/// Appends the line of one setting.
pub(in crate::report) fn write(buffer: &mut Vec<u8>, setting: &Setting) {
    let mut line = Object::line(buffer, "setting");
    line.text("command", &setting.command).text("name", &setting.name);
    match &setting.values {
        Some(values) => line.list("values", values.iter(), |buffer, value| push_string(buffer, value)),
        None => line.text_or_null("values", None),
    };
    line.text("origin", setting.origin.as_str());
    match &setting.origin {
        SettingOrigin::Variable(name) => {
            line.text("variable", name);
        }
        SettingOrigin::EnvFile { file, name } => {
            line.text("variable", name).text("file", file);
        }
        SettingOrigin::File { file, line: number, profile } => {
            line.text("file", file).number("line", number).text_or_null("profile", profile.as_deref());
        }
        SettingOrigin::Default => {}
    }
    line.end_line();
}
