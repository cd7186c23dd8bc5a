//! Rust: a struct for each definition, for serde and serde_json.

use std::fmt::Write;

use super::names::{TypeNames, snake};
use super::{FieldType, TypeDefinition, about, head, quoted};

/// Words that are a field's name only as `r#word`.
const KEYWORDS: [&str; 38] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "priv", "pub", "ref", "return", "static", "struct", "trait", "true",
    "type",
];
/// More of them.
const MORE_KEYWORDS: [&str; 10] =
    ["typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield", "override", "try"];
/// Words that are never a field's name.
const FORBIDDEN: [&str; 3] = ["self", "super", "crate"];

/// The type of an integer that may be in a string.
const INTEGER_OR_STRING: &str = "
/// An integer, which a delivery may have in a string.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum IntegerOrString {
    Integer(i64),
    String(String),
}
";

pub(super) fn write(definitions: &[TypeDefinition]) -> String {
    let mut text = format!("// {}\n", head("rust"));
    text.push_str("// Zoom may add fields and values. A field that deliveries may lack is an `Option`.\n\n");
    text.push_str("use serde::{Deserialize, Serialize};\n");
    text.push_str(INTEGER_OR_STRING);
    for definition in definitions {
        text.push('\n');
        if let Some(event) = &definition.event {
            let _ = writeln!(text, "/// `{}`", about(event));
        }
        text.push_str("#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]\n");
        let _ = writeln!(text, "pub struct {} {{", definition.name);
        let mut names = TypeNames::default();
        for field in &definition.fields {
            let name = names.unique(&snake(field.name));
            let mut attributes = Vec::new();
            if name != field.name {
                attributes.push(format!("rename = {}", quoted(field.name)));
            }
            if field.is_optional {
                attributes.push("default, skip_serializing_if = \"Option::is_none\"".to_owned());
            }
            if !attributes.is_empty() {
                let _ = writeln!(text, "    #[serde({})]", attributes.join(", "));
            }
            let of = type_of(&field.of);
            let of = if field.is_optional { format!("Option<{of}>") } else { of };
            let _ = writeln!(text, "    pub {}: {of},", identifier(name));
        }
        text.push_str("}\n");
        if let Some(event) = &definition.event {
            let _ = writeln!(
                text,
                "\nimpl {} {{\n    /// The event's name.\n    pub const EVENT: &'static str = {};\n}}",
                definition.name,
                quoted(event.name())
            );
        }
    }
    text
}

fn identifier(name: String) -> String {
    match name.as_str() {
        word if KEYWORDS.contains(&word) || MORE_KEYWORDS.contains(&word) => format!("r#{name}"),
        word if FORBIDDEN.contains(&word) => format!("{name}_"),
        _ => name,
    }
}

fn type_of(of: &FieldType) -> String {
    match of {
        FieldType::Text(_) | FieldType::EventName(_) => "String".to_owned(),
        FieldType::Integer(_) => "i64".to_owned(),
        FieldType::IntegerOrText => "IntegerOrString".to_owned(),
        FieldType::Number => "f64".to_owned(),
        FieldType::Boolean => "bool".to_owned(),
        FieldType::Any => "serde_json::Value".to_owned(),
        FieldType::Map => "serde_json::Map<String, serde_json::Value>".to_owned(),
        FieldType::List(item) => format!("Vec<{}>", type_of(item)),
        FieldType::Named(name) => name.clone(),
    }
}
