//! JSON numbers: what becomes of `1.0`, `1e3` and 23-digit integers in a language's own number types.

/// Whose number types a number has passed through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// None: the text as it was sent.
    AsSent,
    /// Everything is a double: JavaScript, and Go's `any`.
    JavaScript,
    /// Integers of any size; floats always with a point or an exponent: Python, Ruby.
    Python,
    /// Integers of 64 bits; floats without a needless fraction: PHP.
    Php,
    /// Integers stay; floats as `Double.toString` writes them: Java.
    Java,
    /// Everything is a double, as `Double.toString` writes it: Gson's maps.
    JavaDoubles,
}

impl Numbers {
    /// Writes the number whose JSON form is `raw`.
    pub(super) fn write(self, raw: &str, out: &mut String) {
        let whole = !raw.contains(['.', 'e', 'E']);
        let kept = match self {
            Self::AsSent => true,
            Self::JavaScript | Self::JavaDoubles => false,
            Self::Python | Self::Java => whole && raw != "-0",
            Self::Php => whole && raw.parse::<i64>().is_ok() && raw != "-0",
        };
        match Decimal::of(raw) {
            Some(number) if !kept => out.push_str(&self.format(&number, whole)),
            _ => out.push_str(raw),
        }
    }

    fn format(self, number: &Decimal, whole: bool) -> String {
        match self {
            Self::AsSent | Self::JavaScript | Self::Php => number.javascript(),
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

/// The shortest digits that give a double back, and where their point is.
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

    /// `123.45`, with as many zeros on either side as it takes.
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

    /// As Number's toString in JavaScript.
    fn javascript(&self) -> String {
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

    /// With a point at least, and an exponent outside of `least..limit`.
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

    #[test]
    fn each_language_has_its_own_spelling() {
        let cases = [
            (Numbers::AsSent, ["1.0", "1e3", "12345678901234567890123", "-0", "1e-7", "0.5"]),
            (Numbers::JavaScript, ["1", "1000", "1.2345678901234568e+22", "0", "1e-7", "0.5"]),
            (Numbers::Python, ["1.0", "1000.0", "12345678901234567890123", "0", "1e-07", "0.5"]),
            (Numbers::Php, ["1", "1000", "1.2345678901234568e+22", "0", "1e-7", "0.5"]),
            (Numbers::Java, ["1.0", "1000.0", "12345678901234567890123", "-0.0", "1.0E-7", "0.5"]),
            (Numbers::JavaDoubles, ["1.0", "1000.0", "1.2345678901234568E22", "-0.0", "1.0E-7", "0.5"]),
        ];
        for (numbers, expected) in cases {
            for (raw, expected) in cases[0].1.iter().zip(expected) {
                let mut out = String::new();
                numbers.write(raw, &mut out);
                assert_eq!(out, expected, "{numbers:?} {raw}");
            }
        }
    }

    #[test]
    fn an_ordinary_timestamp_survives_javascript_and_not_gson() {
        let (mut javascript, mut gson) = (String::new(), String::new());
        Numbers::JavaScript.write("1795507200123", &mut javascript);
        Numbers::JavaDoubles.write("1795507200123", &mut gson);
        assert_eq!((&*javascript, &*gson), ("1795507200123", "1.795507200123E12"));
    }

    #[test]
    fn what_no_double_can_hold_stays() {
        let mut out = String::new();
        Numbers::JavaScript.write("1e999", &mut out);
        assert_eq!(out, "1e999");
    }
}
