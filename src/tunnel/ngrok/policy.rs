//! Checks a traffic policy before it is sent, because ngrok reports only that it cannot parse it. The entry point is
//! [`check`].

use serde_json::Value;

/// The top-level members of an HTTP policy. The last three are from the older format.
const PHASES: &[&str] =
    &["on_tcp_connect", "on_http_request", "on_http_response", "inbound", "outbound", "enabled"];

/// Actions that require a login.
const LOGINS: &[&str] = &["basic-auth", "oauth", "openid-connect"];

/// Why a policy is not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Neither JSON nor YAML.
    #[error("neither JSON nor YAML: look at line {line}, column {column}")]
    Syntax {
        /// The line, from 1; 0 if unknown.
        line: u64,
        /// The column, from 1; 0 if unknown.
        column: u64,
    },
    /// Not a mapping of phases.
    #[error("not a traffic policy: it needs a phase such as on_http_request: with a list of rules")]
    NoPhase,
    /// A member that is not a phase.
    #[error(
        "'{0}' is not a phase of a traffic policy; use on_tcp_connect, on_http_request or on_http_response"
    )]
    UnknownPhase(String),
    /// An action that requires a login.
    #[error("it has the action '{0}', but Zoom cannot log in: its events would not arrive")]
    Login(String),
}

/// Checks a policy in JSON or YAML. It is sent unchanged.
///
/// # Errors
/// [`PolicyError`].
pub fn check(text: &str) -> Result<(), PolicyError> {
    // JSON is also YAML, and this parser reports the position for both.
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
    fn accepts_json_and_yaml() {
        for text in [
            r#"{"on_http_request":[{"expressions":["req.method != 'POST'"],"actions":[{"type":"deny"}]}]}"#,
            "on_http_request:\n  - actions:\n      - type: rate-limit\n        config: {name: a}\n",
            "inbound: []\noutbound: []\n",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn reports_the_position_of_a_syntax_error() {
        let error = check("on_http_request:\n  - actions: [\n").unwrap_err();
        assert!(matches!(error, PolicyError::Syntax { line: 2.., column: 1.. }), "{error}");
        let error = check("{\n\"on_http_request\": [}\n").unwrap_err();
        assert!(matches!(error, PolicyError::Syntax { line: 2, .. }), "{error}");
    }

    #[test]
    fn rejects_text_that_is_not_a_policy() {
        for text in ["", "[]", "hello", "{}"] {
            assert_eq!(check(text), Err(PolicyError::NoPhase), "{text:?}");
        }
        assert_eq!(check("on_request: []"), Err(PolicyError::UnknownPhase("on_request".to_owned())));
    }

    #[test]
    fn rejects_a_login_because_zoom_cannot_log_in() {
        let text = "on_http_request:\n  - actions:\n      - type: basic-auth\n        config: {}\n";
        let error = check(text).unwrap_err();
        assert_eq!(error, PolicyError::Login("basic-auth".to_owned()));
        assert!(error.to_string().contains("Zoom cannot log in"));
    }
}
