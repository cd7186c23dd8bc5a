//! Python: a `TypedDict` for each definition, and a union of all events.

use std::fmt::Write;

use super::{FieldType, TypeDefinition, about, head, quoted};

/// Words that cannot be a member of a class.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

pub(super) fn write(definitions: &[TypeDefinition]) -> String {
    let mut text = format!("# {}\n", head("python"));
    text.push_str("# Zoom may add fields and values. A field that deliveries may lack is NotRequired.\n\n");
    text.push_str("from typing import Any, Literal, NotRequired, TypedDict, Union\n");
    for definition in definitions {
        let is_plain = |name: &str| {
            name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_')
                && !name.starts_with(|c: char| c.is_ascii_digit())
                && !KEYWORDS.contains(&name)
        };
        let plain = definition.fields.iter().all(|field| is_plain(field.name));
        text.push_str("\n\n");
        if plain { class(&mut text, definition) } else { call(&mut text, definition) }
    }
    let names =
        definitions.iter().filter(|definition| definition.event.is_some()).map(|one| one.name.as_str());
    let names: Vec<&str> = names.collect();
    let _ = write!(text, "\n\nZoomEvent = Union[\n    {},\n]\n", names.join(",\n    "));
    text
}

fn class(text: &mut String, definition: &TypeDefinition) {
    let _ = writeln!(text, "class {}(TypedDict):", definition.name);
    if let Some(event) = &definition.event {
        let _ = writeln!(text, "    \"\"\"{}\"\"\"\n", about(event));
    }
    for field in &definition.fields {
        let _ = writeln!(text, "    {}: {}", field.name, member(field.is_optional, &field.of));
    }
}

/// The notation for names that are not identifiers.
fn call(text: &mut String, definition: &TypeDefinition) {
    let _ = writeln!(text, "{0} = TypedDict(\n    \"{0}\",\n    {{", definition.name);
    for field in &definition.fields {
        let _ = writeln!(text, "        {}: {},", quoted(field.name), member(field.is_optional, &field.of));
    }
    text.push_str("    },\n)\n");
}

fn member(is_optional: bool, of: &FieldType) -> String {
    let of = type_of(of);
    if is_optional { format!("NotRequired[{of}]") } else { of }
}

fn type_of(of: &FieldType) -> String {
    match of {
        FieldType::Text(_) => "str".to_owned(),
        FieldType::Integer(_) => "int".to_owned(),
        FieldType::IntegerOrText => "int | str".to_owned(),
        FieldType::Number => "float".to_owned(),
        FieldType::Boolean => "bool".to_owned(),
        FieldType::EventName(names) => {
            format!("Literal[{}]", names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", "))
        }
        FieldType::Any => "Any".to_owned(),
        FieldType::Map => "dict[str, Any]".to_owned(),
        FieldType::List(item) => format!("list[{}]", type_of(item)),
        FieldType::Named(name) => name.clone(),
    }
}
