//! [`checked`]: the arguments of a call, checked by the schema of their tool. The errors are for
//! an agent, which does not see the program behind the tool. Pure.

use rmcp::model::JsonObject;
use serde_json::{Number, Value};

use super::tool::ToolError;
use crate::report::one_line;

/// The characters of a value or name that are repeated.
const LONGEST_SHOWN: usize = 40;

/// The arguments in the form that the tool reads: without those that are `null`, and with whole numbers as such.
pub(super) fn checked(schema: &JsonObject, arguments: JsonObject) -> Result<JsonObject, ToolError> {
    let known = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut checked = JsonObject::new();
    for (name, value) in arguments {
        let Some(property) = known.get(&name) else { return Err(not_known(&name, &known)) };
        if value.is_null() {
            continue;
        }
        let value = in_type(property, value).map_err(|found| wrong(&name, &found, property))?;
        checked.insert(name, value);
    }
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    match required.filter_map(Value::as_str).find(|name| !checked.contains_key(*name)) {
        Some(missing) => {
            let property = known.get(missing).unwrap_or(&Value::Null);
            Err(wrong(missing, "it is missing", property))
        }
        None => Ok(checked),
    }
}

fn not_known(name: &str, known: &JsonObject) -> ToolError {
    let names = known.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    let takes = if names.is_empty() { "none" } else { &names };
    ToolError::new(format!("{}: the tool does not take this argument. It takes: {takes}.", shown(name)))
}

fn wrong(name: &str, found: &str, property: &Value) -> ToolError {
    ToolError::new(format!("{name}: {found}. It must be {}.", expected(property)))
}

/// The type of a property. An optional one has `null` besides.
fn type_of(property: &Value) -> Option<&str> {
    match property.get("type")? {
        Value::Array(types) => types.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        one => one.as_str(),
    }
}

/// The value, or what it is instead.
fn in_type(property: &Value, value: Value) -> Result<Value, String> {
    match (type_of(property), value) {
        (Some("string"), value @ Value::String(_)) | (Some("boolean"), value @ Value::Bool(_)) => Ok(value),
        (Some("integer"), Value::Number(number)) => whole(property, &number)
            .map_or_else(|| Err(format!("it is {number}")), |number| Ok(number.into())),
        (Some("array"), Value::Array(items)) => {
            let item = property.get("items").unwrap_or(&Value::Null);
            let items = items
                .into_iter()
                .enumerate()
                .map(|(at, value)| in_type(item, value).map_err(|found| format!("item {}: {found}", at + 1)));
            Ok(Value::Array(items.collect::<Result<_, _>>()?))
        }
        (_, value) => Err(described(&value)),
    }
}

/// The whole number, in the limits of the property. Some clients write all numbers with a fraction: 20.0.
fn whole(property: &Value, number: &Number) -> Option<u64> {
    /// From here on, `f64` does not have all whole numbers.
    const INEXACT: f64 = 9_007_199_254_740_992.0;
    let of_fraction =
        || number.as_f64().filter(|n| n.fract() == 0.0 && (0.0..INEXACT).contains(n)).map(|n| n as u64);
    let whole = number.as_u64().or_else(of_fraction)?;
    let limit = |name| property.get(name).and_then(Value::as_u64);
    let is_within = limit("minimum").is_none_or(|least| least <= whole)
        && limit("maximum").is_none_or(|most| whole <= most);
    is_within.then_some(whole)
}

fn described(value: &Value) -> String {
    match value {
        Value::Null => "it is null".to_owned(),
        Value::Bool(value) => format!("it is {value}"),
        Value::Number(number) => format!("it is the number {number}"),
        Value::String(text) => format!("it is the string \"{}\"", shown(text)),
        Value::Array(_) => "it is a list".to_owned(),
        Value::Object(_) => "it is an object".to_owned(),
    }
}

fn expected(property: &Value) -> String {
    let limit = |name| property.get(name).and_then(Value::as_u64);
    match (type_of(property), limit("minimum"), limit("maximum")) {
        (Some("string"), ..) => "a string".to_owned(),
        (Some("boolean"), ..) => "true or false".to_owned(),
        (Some("array"), ..) => "a list of strings".to_owned(),
        (_, Some(least), Some(most)) => format!("a whole number from {least} to {most}"),
        (_, least, _) => format!("a whole number from {}", least.unwrap_or_default()),
    }
}

/// The beginning of a text, on one line.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}…", one_line(&text[..end])),
        None => one_line(text),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(arguments: Value) -> Result<Value, String> {
        let Value::Object(schema) = json!({
            "properties": {
                "word": { "type": "string" },
                "limit": { "type": ["integer", "null"], "minimum": 1, "maximum": 50 },
                "from": { "type": "integer", "minimum": 0 },
                "exact": { "type": "boolean" },
                "events": { "type": "array", "items": { "type": "string" } },
            },
            "required": ["word"],
        }) else {
            unreachable!()
        };
        let Value::Object(arguments) = arguments else { unreachable!() };
        checked(&schema, arguments).map(Value::Object).map_err(|ToolError(message)| message)
    }

    #[test]
    fn what_can_be_meant_is_accepted() {
        assert_eq!(
            check(json!({ "word": "a", "limit": null, "from": 20.0, "events": ["x"], "exact": null }))
                .unwrap(),
            json!({ "word": "a", "from": 20, "events": ["x"] })
        );
    }

    #[test]
    fn each_error_says_what_it_is_and_what_it_must_be() {
        let wrong = |arguments: Value| check(arguments).unwrap_err();
        let limit = |limit: Value| wrong(json!({ "word": "a", "limit": limit }));
        assert_eq!(limit(json!(0)), "limit: it is 0. It must be a whole number from 1 to 50.");
        assert_eq!(limit(json!(51)), "limit: it is 51. It must be a whole number from 1 to 50.");
        assert_eq!(limit(json!(1.5)), "limit: it is 1.5. It must be a whole number from 1 to 50.");
        assert_eq!(limit(json!(-1)), "limit: it is -1. It must be a whole number from 1 to 50.");
        assert_eq!(
            limit(json!("20")),
            "limit: it is the string \"20\". It must be a whole number from 1 to 50."
        );
        let from = wrong(json!({ "word": "a", "from": { "a": 1 } }));
        assert_eq!(from, "from: it is an object. It must be a whole number from 0.");
        let events = wrong(json!({ "word": "a", "events": ["x", 7] }));
        assert_eq!(events, "events: item 2: it is the number 7. It must be a list of strings.");
        assert_eq!(wrong(json!({ "word": ["a"] })), "word: it is a list. It must be a string.");
        assert_eq!(wrong(json!({ "word": null })), "word: it is missing. It must be a string.");
        assert_eq!(
            wrong(json!({ "word": "a", "exact": "yes\u{1b}".repeat(20) })),
            format!("exact: it is the string \"{}…\". It must be true or false.", "yes\\u{1b}".repeat(10))
        );
        assert_eq!(
            wrong(json!({ "wrod": "a" })),
            "wrod: the tool does not take this argument. It takes: events, exact, from, limit, word."
        );
        let Value::Object(arguments) = json!({ "a": 1 }) else { unreachable!() };
        assert_eq!(
            checked(&JsonObject::new(), arguments).unwrap_err().0,
            "a: the tool does not take this argument. It takes: none."
        );
    }
}
