//! TypeScript: an interface for each definition, and a union of all events.

use std::fmt::Write;

use super::{FieldType, TypeDefinition, about, head, quoted};

pub(super) fn write(definitions: &[TypeDefinition]) -> String {
    let mut text = format!("// {}\n", head("typescript"));
    text.push_str("// Zoom may add fields and values. A field that deliveries may lack is optional.\n");
    for definition in definitions {
        text.push('\n');
        if let Some(event) = &definition.event {
            let _ = writeln!(text, "/** {} */", about(event));
        }
        let _ = writeln!(text, "export interface {} {{", definition.name);
        for field in &definition.fields {
            let mark = if field.is_optional { "?" } else { "" };
            let _ = writeln!(text, "  {}{mark}: {};", key(field.name), type_of(&field.of));
        }
        text.push_str("}\n");
    }
    text.push_str("\n/** Any of these events; `event` tells them apart. */\nexport type ZoomEvent =");
    for definition in definitions.iter().filter(|definition| definition.event.is_some()) {
        let _ = write!(text, "\n  | {}", definition.name);
    }
    text.push_str(";\n");
    text
}

fn key(name: &str) -> String {
    let is_plain = name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    if is_plain { name.to_owned() } else { quoted(name) }
}

fn type_of(of: &FieldType) -> String {
    // `string & {}` accepts every string and still lets an editor offer the values.
    let with = |values: &mut dyn Iterator<Item = String>, base: &str| -> String {
        let values: Vec<String> = values.collect();
        if values.is_empty() { base.to_owned() } else { format!("{} | ({base} & {{}})", values.join(" | ")) }
    };
    match of {
        FieldType::Text(values) => with(&mut values.iter().map(|value| quoted(value)), "string"),
        FieldType::Integer(values) => with(&mut values.iter().cloned(), "number"),
        FieldType::IntegerOrText => "number | string".to_owned(),
        FieldType::Number => "number".to_owned(),
        FieldType::Boolean => "boolean".to_owned(),
        FieldType::EventName(names) => names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(" | "),
        FieldType::Any => "unknown".to_owned(),
        FieldType::Map => "Record<string, unknown>".to_owned(),
        FieldType::List(item) => format!("Array<{}>", type_of(item)),
        FieldType::Named(name) => name.clone(),
    }
}
