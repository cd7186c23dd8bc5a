//! Checks a JSON value against a JSON Schema. It knows the keywords that `events schema` writes, enforces `format` as the
//! strictest validators do, and fails on any other keyword.

use serde_json::Value;

/// What is wrong with the value; `None` if it is valid.
pub fn fault(schema: &Value, value: &Value) -> Option<String> {
    let schema = schema.as_object().expect("a schema is an object");
    schema.iter().find_map(|(keyword, rule)| fault_of(keyword, rule, value))
}

fn fault_of(keyword: &str, rule: &Value, value: &Value) -> Option<String> {
    let valid = match keyword {
        "$schema" | "title" | "description" | "examples" | "deprecated" => true,
        "type" => match rule {
            Value::Array(types) => types.iter().any(|one| has_type(one, value)),
            one => has_type(one, value),
        },
        "const" => rule == value,
        "enum" => rule.as_array().unwrap().contains(value),
        "anyOf" => rule.as_array().unwrap().iter().any(|schema| fault(schema, value).is_none()),
        "format" => value.as_str().is_none_or(|text| has_format(rule.as_str().unwrap(), text)),
        "required" => {
            let names = rule.as_array().unwrap().iter().map(|name| name.as_str().unwrap());
            let missing = names.into_iter().find(|name| value.is_object() && value.get(name).is_none());
            return missing.map(|name| format!("has no {name}"));
        }
        "properties" => {
            let inside = rule.as_object().unwrap().iter();
            return inside.filter_map(|(name, schema)| Some((name, schema, value.get(name)?))).find_map(
                |(name, schema, value)| fault(schema, value).map(|fault| format!("{name}: {fault}")),
            );
        }
        "items" => {
            let items = value.as_array().into_iter().flatten().enumerate();
            return items.into_iter().find_map(|(at, item)| Some(format!("{at}: {}", fault(rule, item)?)));
        }
        other => panic!("unknown keyword {other}"),
    };
    (!valid).then(|| format!("{value} does not fit {keyword} {rule}"))
}

fn has_type(name: &Value, value: &Value) -> bool {
    match name.as_str().unwrap() {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        other => panic!("unknown type {other}"),
    }
}

fn has_format(name: &str, text: &str) -> bool {
    match name {
        "email" => text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')),
        "uri" => text.contains("://"),
        "date" => text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok(),
        "date-time" => text.parse::<jiff::Timestamp>().is_ok(),
        other => panic!("unknown format {other}"),
    }
}
