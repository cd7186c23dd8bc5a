//! JSON numbers: their length in a text, and how each language writes `1.0`, `1e3` and 23-digit integers after parsing.

/// The length of the JSON number at the start of `text`; 0 if there is none.
pub(crate) fn number_length(text: &[u8]) -> usize {
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

/// The number types of the program that parsed and wrote a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JsonNumbers {
    /// None: the number is unchanged.
    AsSent,
    /// All numbers are doubles: JavaScript, and Go's `any`. A number outside the range of doubles is unchanged.
    Doubles,
    /// As `Doubles`, but `null` for a number outside the range of doubles: `JSON.stringify`.
    Stringify,
    /// Integers of any size; floats always with a point or an exponent: Python, Ruby.
    Python,
    /// 64-bit integers; floats without a zero fraction: PHP.
    Php,
    /// Integers are unchanged; floats as `Double.toString` writes them: Java.
    Java,
    /// All numbers are doubles, as `Double.toString` writes them: Gson's maps.
    JavaDoubles,
}

impl JsonNumbers {
    /// Writes the number whose JSON form is `raw`.
    pub(crate) fn write(self, raw: &str, out: &mut Vec<u8>) {
        let whole = !raw.contains(['.', 'e', 'E']);
        let is_unchanged = match self {
            Self::AsSent => true,
            Self::Doubles | Self::Stringify => is_small_integer(raw),
            Self::JavaDoubles => false,
            Self::Python | Self::Java => whole && raw != "-0",
            Self::Php => whole && raw.parse::<i64>().is_ok() && raw != "-0",
        };
        match Decimal::of(raw) {
            _ if is_unchanged => out.extend_from_slice(raw.as_bytes()),
            Some(number) => out.extend_from_slice(self.format(&number, whole).as_bytes()),
            None if self == Self::Stringify => out.extend_from_slice(b"null"),
            None => out.extend_from_slice(raw.as_bytes()),
        }
    }

    fn format(self, number: &Decimal, whole: bool) -> String {
        match self {
            Self::AsSent | Self::Doubles | Self::Stringify | Self::Php => number.ecmascript(),
            Self::Python if whole => "0".into(),
            Self::Python => number.with_point(-4, 16, |digits, exponent| {
                format!("{digits}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
            }),
            Self::Java | Self::JavaDoubles => number.with_point(-3, 7, |digits, exponent| {
                let fraction = if digits.contains('.') { "" } else { ".0" };
                format!("{digits}{fraction}E{exponent}")
            }),
        }
    }
}

/// An integer that a double holds exactly and writes unchanged. Most numbers in an event are such integers.
fn is_small_integer(raw: &str) -> bool {
    matches!(raw.as_bytes(), [b'1'..=b'9', rest @ ..] if rest.len() < 15 && rest.iter().all(u8::is_ascii_digit))
}

/// The shortest digits that parse to the same double, and the position of their point.
struct Decimal {
    negative: bool,
    digits: String,
    /// The power of ten of the first digit.
    exponent: i32,
}

impl Decimal {
    fn of(raw: &str) -> Option<Self> {
        let value: f64 = raw.parse().ok().filter(|value: &f64| value.is_finite())?;
        let text = format!("{:e}", value.abs());
        let (digits, exponent) = text.split_once('e')?;
        Some(Self {
            negative: value.is_sign_negative(),
            digits: digits.replace('.', ""),
            exponent: exponent.parse().ok()?,
        })
    }

    fn sign(&self) -> &'static str {
        if self.negative { "-" } else { "" }
    }

    /// `123.45`, with zeros on either side as needed.
    fn plain(&self) -> String {
        let length = i32::try_from(self.digits.len()).unwrap_or(i32::MAX);
        let zeros = |n: i32| "0".repeat(usize::try_from(n).unwrap_or(0));
        if self.exponent < 0 {
            format!("0.{}{}", zeros(-self.exponent - 1), self.digits)
        } else if self.exponent >= length - 1 {
            format!("{}{}", self.digits, zeros(self.exponent - length + 1))
        } else {
            let point = usize::try_from(self.exponent + 1).unwrap_or(0);
            format!("{}.{}", &self.digits[..point], &self.digits[point..])
        }
    }

    /// `1.2345`, for use before an exponent.
    fn scientific(&self) -> String {
        match self.digits.split_at(1) {
            (first, "") => first.to_owned(),
            (first, rest) => format!("{first}.{rest}"),
        }
    }

    /// As ECMAScript's `Number::toString`.
    fn ecmascript(&self) -> String {
        if self.digits == "0" {
            return "0".into();
        }
        let digits = if (-6..21).contains(&self.exponent) {
            self.plain()
        } else {
            let sign = if self.exponent < 0 { "" } else { "+" };
            format!("{}e{sign}{}", self.scientific(), self.exponent)
        };
        format!("{}{digits}", self.sign())
    }

    /// Always with a point or an exponent. The exponent is used outside of `least..limit`.
    fn with_point(&self, least: i32, limit: i32, scientific: impl Fn(&str, i32) -> String) -> String {
        let text = if self.digits == "0" || (least..limit).contains(&self.exponent) {
            let plain = self.plain();
            if plain.contains('.') { plain } else { format!("{plain}.0") }
        } else {
            scientific(&self.scientific(), self.exponent)
        };
        format!("{}{text}", self.sign())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(numbers: JsonNumbers, raw: &str) -> String {
        let mut out = Vec::new();
        numbers.write(raw, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn writes_numbers_as_each_language_does() {
        let cases = [
            (JsonNumbers::AsSent, ["1.0", "1e3", "12345678901234567890123", "-0", "1e-7", "0.5"]),
            (JsonNumbers::Doubles, ["1", "1000", "1.2345678901234568e+22", "0", "1e-7", "0.5"]),
            (JsonNumbers::Python, ["1.0", "1000.0", "12345678901234567890123", "0", "1e-07", "0.5"]),
            (JsonNumbers::Php, ["1", "1000", "1.2345678901234568e+22", "0", "1e-7", "0.5"]),
            (JsonNumbers::Java, ["1.0", "1000.0", "12345678901234567890123", "-0.0", "1.0E-7", "0.5"]),
            (JsonNumbers::JavaDoubles, ["1.0", "1000.0", "1.2345678901234568E22", "-0.0", "1.0E-7", "0.5"]),
        ];
        for (numbers, expected) in cases {
            for (raw, expected) in cases[0].1.iter().zip(expected) {
                let out = written(numbers, raw);
                assert_eq!(out, expected, "{numbers:?} {raw}");
            }
        }
    }

    #[test]
    fn javascript_preserves_a_timestamp_and_gson_does_not() {
        let javascript = written(JsonNumbers::Doubles, "1795507200123");
        let gson = written(JsonNumbers::JavaDoubles, "1795507200123");
        assert_eq!((&*javascript, &*gson), ("1795507200123", "1.795507200123E12"));
    }

    #[test]
    fn preserves_a_number_outside_the_range_of_doubles() {
        assert_eq!(written(JsonNumbers::Doubles, "1e999"), "1e999");
    }

    #[test]
    fn writes_numbers_as_json_stringify_does() {
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
            assert_eq!(written(JsonNumbers::Stringify, text), expected, "{text}");
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
            assert_eq!(number_length(text.as_bytes()), expected, "{text}");
        }
    }
}
