//! Numbers: how long one is in a text, and how JavaScript writes it.

/// The length of the JSON number at the beginning of `text`; 0 if there is none.
pub(in crate::capture) fn length(text: &[u8]) -> usize {
    let digits = |from: usize| text[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut at = usize::from(text.first() == Some(&b'-'));
    let whole = digits(at);
    at += if text.get(at) == Some(&b'0') { 1 } else { whole };
    if whole == 0 {
        return 0;
    }
    if text.get(at) == Some(&b'.') && digits(at + 1) > 0 {
        at += 1 + digits(at + 1);
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits((at + 1 + sign).min(text.len()));
        if exponent > 0 {
            at += 1 + sign + exponent;
        }
    }
    at
}

/// The number as `JSON.stringify` writes it: read as a double, then ECMAScript's `Number::toString`.
pub(in crate::capture) fn as_javascript(text: &[u8]) -> String {
    let value: f64 = std::str::from_utf8(text).ok().and_then(|t| t.parse().ok()).unwrap_or(f64::NAN);
    if !value.is_finite() {
        return "null".to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    // Rust's `e` form has the shortest digits that read back as the same double, as ECMAScript asks.
    let form = format!("{:e}", value.abs());
    let (mantissa, exponent) = form.split_once('e').unwrap_or((&form, "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let point: i32 = exponent.parse::<i32>().unwrap_or(0) + 1;
    let sign = if value < 0.0 { "-" } else { "" };
    format!("{sign}{}", lay_out(&digits, point))
}

/// `digits` with the decimal point after the first `point` of them: the cases of `Number::toString`.
fn lay_out(digits: &str, point: i32) -> String {
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let zeros = |n: i32| "0".repeat(usize::try_from(n).unwrap_or(0));
    if count <= point && point <= 21 {
        return format!("{digits}{}", zeros(point - count));
    }
    if 0 < point && point <= 21 {
        let (whole, fraction) = digits.split_at(usize::try_from(point).unwrap_or(0));
        return format!("{whole}.{fraction}");
    }
    if -6 < point && point <= 0 {
        return format!("0.{}{digits}", zeros(-point));
    }
    let (first, rest) = digits.split_at(1);
    let dot = if rest.is_empty() { "" } else { "." };
    format!("{first}{dot}{rest}e{:+}", point - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_numbers_as_javascript_does() {
        for (text, expected) in [
            ("0", "0"),
            ("-0", "0"),
            ("1.0", "1"),
            ("1e3", "1000"),
            ("-12.50", "-12.5"),
            ("1795507200123", "1795507200123"),
            ("12345678901234567890123", "1.2345678901234568e+22"),
            ("123456789012345680000", "123456789012345680000"),
            ("1e21", "1e+21"),
            ("0.000001", "0.000001"),
            ("0.0000001", "1e-7"),
            ("0.00000015", "1.5e-7"),
            ("9007199254740993", "9007199254740992"),
            ("1e999", "null"),
        ] {
            assert_eq!(as_javascript(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn measures_numbers() {
        for (text, expected) in [
            ("12,", 2),
            ("-0.5e+3]", 7),
            ("01", 1),
            ("1.", 1),
            ("1e", 1),
            ("1e+", 1),
            ("-", 0),
            ("-a", 0),
            ("", 0),
        ] {
            assert_eq!(length(text.as_bytes()), expected, "{text}");
        }
    }
}
