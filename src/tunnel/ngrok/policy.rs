//! A traffic policy, looked at before it is sent: ngrok would say only that it does not parse.

use serde_json::Value;

/// The phases of a policy that ngrok knows for HTTP; the last three are the older names.
const PHASES: &[&str] =
    &["on_tcp_connect", "on_http_request", "on_http_response", "inbound", "outbound", "enabled"];

/// Actions that ask a client for a login.
const LOGINS: &[&str] = &["basic-auth", "oauth", "openid-connect"];

/// Why a policy is not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Neither JSON nor YAML.
    #[error("neither JSON nor YAML: look at line {line}, column {column}")]
    Syntax {
        /// The line, from 1; 0 where the parser cannot tell.
        line: u64,
        /// The column, from 1; 0 where the parser cannot tell.
        column: u64,
    },
    /// Not a mapping of phases.
    #[error("a traffic policy has on_http_request: with a list of rules in it")]
    NoPhase,
    /// A member that is no phase.
    #[error(
        "'{0}' is no phase of a traffic policy; those are on_tcp_connect, on_http_request, on_http_response"
    )]
    UnknownPhase(String),
    /// An action that asks for a login.
    #[error("it has the action '{0}', but Zoom cannot log in: its events would never arrive")]
    Login(String),
}

/// Checks a policy that was written as JSON or YAML. It is sent as it is.
///
/// # Errors
/// [`PolicyError`].
pub fn check(text: &str) -> Result<(), PolicyError> {
    // JSON is YAML as well, and the parser tells the place in both.
    let root: Value = serde_saphyr::from_str(text).map_err(|error| {
        let place = error.location();
        PolicyError::Syntax {
            line: place.map_or(0, |place| place.line()),
            column: place.map_or(0, |place| place.column()),
        }
    })?;
    let Value::Object(phases) = &root else { return Err(PolicyError::NoPhase) };
    if phases.is_empty() {
        return Err(PolicyError::NoPhase);
    }
    for (name, rules) in phases {
        let name = name.trim();
        if !PHASES.contains(&name) {
            return Err(PolicyError::UnknownPhase(name.chars().take(40).collect()));
        }
        check_for_logins(rules)?;
    }
    Ok(())
}

fn check_for_logins(rules: &Value) -> Result<(), PolicyError> {
    fn items(value: &Value) -> impl Iterator<Item = &Value> {
        value.as_array().into_iter().flatten()
    }
    let actions = items(rules).filter_map(|rule| rule.get("actions")).flat_map(items);
    for kind in actions.filter_map(|action| action.get("type").and_then(Value::as_str)).map(str::trim) {
        if LOGINS.contains(&kind) {
            return Err(PolicyError::Login(kind.to_owned()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_json_and_yaml() {
        for text in [
            r#"{"on_http_request":[{"expressions":["req.method != 'POST'"],"actions":[{"type":"deny"}]}]}"#,
            "on_http_request:\n  - actions:\n      - type: rate-limit\n        config: {name: a}\n",
            "inbound: []\noutbound: []\n",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn names_the_place_of_a_mistake() {
        let error = check("on_http_request:\n  - actions: [\n").unwrap_err();
        assert!(matches!(error, PolicyError::Syntax { line: 2.., column: 1.. }), "{error}");
        let error = check("{\n\"on_http_request\": [}\n").unwrap_err();
        assert!(matches!(error, PolicyError::Syntax { line: 2, .. }), "{error}");
    }

    #[test]
    fn says_what_is_no_policy() {
        for text in ["", "[]", "hello", "{}"] {
            assert_eq!(check(text), Err(PolicyError::NoPhase), "{text:?}");
        }
        assert_eq!(check("on_request: []"), Err(PolicyError::UnknownPhase("on_request".to_owned())));
    }

    #[test]
    fn refuses_a_login_because_zoom_has_none() {
        let text = "on_http_request:\n  - actions:\n      - type: basic-auth\n        config: {}\n";
        let error = check(text).unwrap_err();
        assert_eq!(error, PolicyError::Login("basic-auth".to_owned()));
        assert!(error.to_string().contains("Zoom cannot log in"));
    }
}
