//! Cleans up error messages of the operating system: [`without_numbers`]. Pure.

/// Removes the numbers of errors, as in `Connection refused (os error 111)`, and the full stop that Windows writes
/// before them. The words have the same meaning.
#[must_use]
pub(crate) fn without_numbers(text: &str) -> String {
    const BEFORE: &str = " (os error ";
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((words, number)) = rest.split_once(BEFORE) {
        let behind = number.trim_start_matches(|c: char| c == '-' || c.is_ascii_digit());
        match behind.strip_prefix(')') {
            Some(behind) => {
                plain.push_str(words.strip_suffix('.').unwrap_or(words));
                rest = behind;
            }
            None => {
                plain.extend([words, BEFORE]);
                rest = number;
            }
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_only_the_numbers_of_errors() {
        for (text, plain) in [
            ("Connection refused (os error 111)", "Connection refused"),
            ("a: The file is gone. (os error 2). b (os error -7)", "a: The file is gone. b"),
            ("x (os error 2", "x (os error 2"),
            ("x (os error two) (os error 2)", "x (os error two)"),
            ("", ""),
        ] {
            assert_eq!(without_numbers(text), plain);
        }
        let refused = std::io::Error::from_raw_os_error(2).to_string();
        assert!(refused.contains("(os error 2)") && !without_numbers(&refused).contains('('), "{refused}");
    }
}
