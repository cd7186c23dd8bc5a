//! The answer that a step of a scenario expects: [`ExpectedAnswer`]. `check --suite` compares it; `trigger` does not.

use std::time::Duration;

/// What an answer must be. What is absent is not compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExpectedAnswer {
    /// The status; without one, 200 or 204.
    pub status: Option<u16>,
    /// The time in which it must arrive, if that is shorter than Zoom's.
    pub within: Option<Duration>,
    /// Headers that it must have, with exactly these values.
    pub headers: Vec<(String, String)>,
    /// A text that its body must contain.
    pub contains: Option<String>,
}

impl ExpectedAnswer {
    /// What differs from an answer, in sentences; empty if it is as expected. `header` returns the value of a header.
    #[must_use]
    pub fn differences(
        &self,
        status: u16,
        took: Duration,
        header: impl Fn(&str) -> Option<String>,
        body: &[u8],
    ) -> Vec<String> {
        let mut found = Vec::new();
        match self.status {
            Some(expected) if expected != status => {
                found.push(format!("The status is {status}, not {expected}."));
            }
            None if !matches!(status, 200 | 204) => {
                found.push(format!("The status is {status}, not 200 or 204."));
            }
            _ => {}
        }
        if let Some(within) = self.within.filter(|within| took > *within) {
            found.push(format!("It took {} ms, not at most {} ms.", took.as_millis(), within.as_millis()));
        }
        for (name, expected) in &self.headers {
            match header(name) {
                Some(value) if value == *expected => {}
                Some(value) => found.push(format!("The header {name} is {value}, not {expected}.")),
                None => found.push(format!("There is no header {name}.")),
            }
        }
        if let Some(text) = &self.contains
            && !String::from_utf8_lossy(body).contains(text.as_str())
        {
            found.push(format!("The body does not contain {text}."));
        }
        found
    }

    /// The expectation in a few words.
    #[must_use]
    pub fn in_words(&self) -> String {
        let mut parts =
            vec![self.status.map_or_else(|| "200 or 204".to_owned(), |status| status.to_string())];
        parts.extend(self.within.map(|within| format!("within {} ms", within.as_millis())));
        parts.extend(self.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        parts.extend(self.contains.as_ref().map(|text| format!("a body that contains {text}")));
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_each_difference() {
        let expected = ExpectedAnswer {
            status: Some(202),
            within: Some(Duration::from_millis(500)),
            headers: vec![("content-type".into(), "application/json".into())],
            contains: Some("queued".into()),
        };
        let took = Duration::from_millis;
        let json = |_: &str| Some("application/json".to_owned());
        assert!(expected.differences(202, took(500), json, b"{\"queued\":1}").is_empty());
        assert_eq!(expected.differences(200, took(501), |_| None, b"").len(), 4);
        assert!(ExpectedAnswer::default().differences(204, took(1), |_| None, b"").is_empty());
        assert_eq!(ExpectedAnswer::default().differences(201, took(1), |_| None, b"").len(), 1);
    }
}
