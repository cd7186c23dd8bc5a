//! The tables of a `zoomhook.toml`, with the line of each entry. Pure.

use toml::de::{DeTable, DeValue};

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ConfigTable(pub(super) Vec<ConfigEntry>);

/// A name and what it has, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ConfigEntry {
    pub(super) name: String,
    /// The line of the name, from 1.
    pub(super) line: usize,
    pub(super) value: ConfigValue,
}

/// What a name has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ConfigValue {
    Table(ConfigTable),
    /// true or false.
    Switch(bool),
    /// Texts and numbers, as they would be typed. A single one is a list of one.
    Texts(Vec<String>),
    /// A value that no flag takes; with its type.
    Other(&'static str),
}

/// A text that is not TOML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotToml {
    /// The line, if it is known.
    pub(super) line: Option<usize>,
    /// What is wrong.
    pub(super) message: String,
}

impl ConfigTable {
    /// Parses a text.
    pub(super) fn parse(text: &str) -> Result<Self, NotToml> {
        match DeTable::parse(text) {
            Ok(table) => Ok(Self::of(table.get_ref(), text)),
            Err(error) => Err(NotToml {
                line: error.span().map(|span| line_of(text, span.start)),
                message: error.message().to_owned(),
            }),
        }
    }

    fn of(table: &DeTable<'_>, text: &str) -> Self {
        let entry = |name: &str, at: usize, value: &DeValue<'_>| ConfigEntry {
            name: name.to_owned(),
            line: line_of(text, at),
            value: value_of(value, text),
        };
        let mut entries: Vec<_> = table
            .iter()
            .map(|(name, value)| entry(name.get_ref(), name.span().start, value.get_ref()))
            .collect();
        entries.sort_by_key(|entry| entry.line);
        Self(entries)
    }

    /// The table with this name.
    pub(super) fn table(&self, name: &str) -> Option<&Self> {
        self.0.iter().find_map(|entry| match &entry.value {
            ConfigValue::Table(table) if entry.name == name => Some(table),
            _ => None,
        })
    }
}

fn value_of(value: &DeValue<'_>, text: &str) -> ConfigValue {
    match value {
        DeValue::Table(table) => ConfigValue::Table(ConfigTable::of(table, text)),
        DeValue::Boolean(is_on) => ConfigValue::Switch(*is_on),
        DeValue::Array(items) => match items.iter().map(|item| typed(item.get_ref())).collect() {
            Some(texts) => ConfigValue::Texts(texts),
            None => ConfigValue::Other("a list of something other than texts and numbers"),
        },
        value => typed(value).map_or(ConfigValue::Other("a time"), |text| ConfigValue::Texts(vec![text])),
    }
}

/// A text or a number as it would be typed.
fn typed(value: &DeValue<'_>) -> Option<String> {
    Some(match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        _ => return None,
    })
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_line_of_each_entry() {
        let table =
            ConfigTable::parse("[listen]\nport = 4001\n\nforward = [\"3000\", 3001]\nno-keys = true\n")
                .unwrap();
        let entries = &table.table("listen").unwrap().0;
        let shown: Vec<_> =
            entries.iter().map(|entry| (entry.name.as_str(), entry.line, &entry.value)).collect();
        let texts = |texts: &[&str]| ConfigValue::Texts(texts.iter().map(ToString::to_string).collect());
        assert_eq!(
            shown,
            [
                ("port", 2, &texts(&["4001"])),
                ("forward", 4, &texts(&["3000", "3001"])),
                ("no-keys", 5, &ConfigValue::Switch(true)),
            ]
        );
        assert_eq!(ConfigTable::parse("[listen]\nport =\n").unwrap_err().line, Some(2));
    }
}
