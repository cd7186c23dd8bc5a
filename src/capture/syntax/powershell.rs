//! Parses the part of PowerShell that requests use: strings with backticks, `$([char]233)`, here-strings, hash
//! tables, variables with such values, and command parameters. [`calls`] is the entry point.

use std::collections::HashMap;

/// The entries of a hash table.
type Table = Vec<(Vec<u8>, Vec<u8>)>;

/// A value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::capture) enum Value {
    Text(Vec<u8>),
    Table(Table),
    /// The content of a file.
    File(String),
    /// A value that is not in the text, as written.
    Unknown(String),
}

/// A command that sends a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::capture) struct Call {
    /// Its offset in the text.
    pub(in crate::capture) at: usize,
    /// The parameters, with lowercase names.
    parameters: Vec<(String, Value)>,
}

impl Call {
    pub(in crate::capture) fn get(&self, name: &str) -> Option<&Value> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub(in crate::capture) fn text(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            Value::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
            _ => None,
        }
    }
}

/// Whether the word is a command that sends a request.
pub(in crate::capture) fn is_request_command(word: &[u8]) -> bool {
    const NAMES: [&str; 4] = ["invoke-webrequest", "invoke-restmethod", "iwr", "irm"];
    NAMES.iter().any(|name| word.eq_ignore_ascii_case(name.as_bytes()))
}

/// The calls in a script. `Err` is the offset of an unclosed quote or table.
pub(in crate::capture) fn calls(text: &[u8]) -> Result<Vec<Call>, usize> {
    let mut reader = Reader { text, at: 0, variables: HashMap::new(), depth: 0 };
    let mut found: Vec<Call> = Vec::new();
    let mut in_call = false;
    while reader.skip_to_token(&mut in_call) {
        let start = reader.at;
        if reader.peek() == Some(b'$') && !in_call {
            reader.assignment()?;
            continue;
        }
        let word = reader.bare_word();
        if is_request_command(word) {
            in_call = true;
            found.push(Call { at: start, ..Call::default() });
        } else if let (true, Some(name), Some(call)) = (in_call, word.strip_prefix(b"-"), found.last_mut()) {
            let name = String::from_utf8_lossy(name).to_ascii_lowercase();
            if !["usebasicparsing", "skipcertificatecheck", "disablekeepalive", "verbose"]
                .contains(&name.as_str())
            {
                let value = reader.value()?;
                call.parameters.push((name, value));
            }
        } else if word.is_empty() {
            let value = reader.value()?;
            if let (true, Some(call)) = (in_call, found.last_mut()) {
                call.parameters.push(("uri".to_owned(), value));
            }
        } else if let (true, Some(call)) = (in_call, found.last_mut()) {
            call.parameters.push(("uri".to_owned(), Value::Text(word.to_vec())));
        }
    }
    Ok(found)
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    variables: HashMap<Vec<u8>, Value>,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Skips whitespace, line continuations, comments and closing brackets. A newline ends a call.
    /// Returns `false` at the end of the text.
    fn skip_to_token(&mut self, in_call: &mut bool) -> bool {
        while let Some(b) = self.peek() {
            match b {
                b'`' => self.at = super::http::line(self.text, self.at).1,
                b'#' => self.at = super::http::line(self.text, self.at).1,
                b'\n' | b';' | b'|' => {
                    *in_call = false;
                    self.at += 1;
                }
                _ if b.is_ascii_whitespace() || b"()}]=,+".contains(&b) => self.at += 1,
                _ => return true,
            }
        }
        false
    }

    fn skip_blanks(&mut self) {
        while let Some(b) = self.peek() {
            match b {
                b' ' | b'\t' => self.at += 1,
                b'`' if matches!(self.text.get(self.at + 1), Some(b'\n' | b'\r')) => {
                    self.at = super::http::line(self.text, self.at).1;
                }
                _ => return,
            }
        }
    }

    /// A word without quotes, such as a name or a URL.
    fn bare_word(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let length =
            rest.iter().take_while(|b| !b.is_ascii_whitespace() && !b"'\"(){}[]@$;|,`=".contains(b)).count();
        self.at += length;
        &rest[..length]
    }

    /// Stores the value of `$name = value`. Other uses of a variable are skipped.
    fn assignment(&mut self) -> Result<(), usize> {
        self.at += 1;
        let name = self.bare_word().to_ascii_lowercase();
        self.skip_blanks();
        if self.peek() != Some(b'=') {
            // Consumes at least the name or one character.
            self.at += usize::from(name.is_empty());
            return Ok(());
        }
        self.at += 1;
        self.skip_blanks();
        // `$response = Invoke-WebRequest …` is read as a call.
        if matches!(self.peek(), Some(b'"' | b'\'' | b'@')) {
            let value = self.value()?;
            self.variables.insert(name, value);
        }
        Ok(())
    }

    /// A string, a table, a variable, or an expression in parentheses with a string in it.
    fn value(&mut self) -> Result<Value, usize> {
        self.skip_blanks();
        let start = self.at;
        match self.peek() {
            // A switch: the next parameter or the end of the line follows.
            None | Some(b'\n' | b'\r') => Ok(Value::Text(Vec::new())),
            Some(b'-') if self.text.get(start + 1).is_some_and(u8::is_ascii_alphabetic) => {
                Ok(Value::Text(Vec::new()))
            }
            Some(b'"' | b'\'') => self.string().map(Value::Text),
            Some(b'@') if self.rest().starts_with(b"@{") => self.table().map(Value::Table),
            Some(b'@') if self.rest().starts_with(b"@'") || self.rest().starts_with(b"@\"") => {
                self.here_string().map(Value::Text)
            }
            Some(b'(' | b'[') => self.expression(),
            Some(b'$') => {
                self.at += 1;
                let name = self.bare_word();
                let unknown = || Value::Unknown(format!("${}", String::from_utf8_lossy(name)));
                Ok(self.variables.get(&name.to_ascii_lowercase()).cloned().unwrap_or_else(unknown))
            }
            _ => {
                let word = self.bare_word();
                // Skips one character that cannot be read, so that parsing continues.
                self.at += usize::from(self.at == start && self.at < self.text.len());
                Ok(Value::Text(word.to_vec()))
            }
        }
    }

    /// `([System.Text.Encoding]::UTF8.GetBytes("…"))`: the first string or variable inside. After a call that reads a
    /// file, such as `[System.IO.File]::ReadAllBytes("…")`, the string is the file's name.
    fn expression(&mut self) -> Result<Value, usize> {
        let start = self.at;
        let mut found = None;
        let mut depth = 0_usize;
        while let Some(b) = self.peek() {
            match b {
                b'(' | b'[' => depth += 1,
                b')' | b']' => depth = depth.saturating_sub(1),
                b'\n' => break,
                b'"' | b'\'' => {
                    let before = &self.text[start..self.at];
                    let text = self.string()?;
                    found.get_or_insert_with(|| match reads_file(before) {
                        true => Value::File(String::from_utf8_lossy(&text).into_owned()),
                        false => Value::Text(text),
                    });
                    continue;
                }
                b'$' => {
                    let value = self.value()?;
                    found.get_or_insert(value);
                    continue;
                }
                b' ' | b'`' if depth == 0 => break,
                _ => {}
            }
            self.at += 1;
        }
        let text = || String::from_utf8_lossy(&self.text[start..self.at]).into_owned();
        Ok(found.unwrap_or_else(|| Value::Unknown(text())))
    }

    /// `@{ "name"="value" … }`.
    fn table(&mut self) -> Result<Table, usize> {
        let start = self.at;
        // Bounds the recursion. A table of headers contains no tables.
        if self.depth >= 8 {
            return Err(start);
        }
        self.depth += 1;
        let entries = self.entries(start);
        self.depth -= 1;
        entries
    }

    fn entries(&mut self, start: usize) -> Result<Table, usize> {
        self.at += 2;
        let mut entries = Vec::new();
        loop {
            while self.peek().is_some_and(|b| b.is_ascii_whitespace() || b == b';' || b == b'`') {
                self.at += 1;
            }
            let Some(b) = self.peek() else { return Err(start) };
            if b == b'}' {
                self.at += 1;
                return Ok(entries);
            }
            let name = self.word_or_string()?;
            while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
                self.at += 1;
            }
            if self.peek() != Some(b'=') {
                self.at += 1;
                continue;
            }
            self.at += 1;
            if let Value::Text(value) = self.value()? {
                entries.push((name, value));
            }
        }
    }

    fn word_or_string(&mut self) -> Result<Vec<u8>, usize> {
        match self.peek() {
            Some(b'"' | b'\'') => self.string(),
            _ => Ok(self.bare_word().to_vec()),
        }
    }

    /// `@'` or `@"`, then lines, then `'@` or `"@` at the beginning of a line.
    fn here_string(&mut self) -> Result<Vec<u8>, usize> {
        let start = self.at;
        let quote = self.text[self.at + 1];
        let from = super::http::line(self.text, self.at).1;
        let end = [b'\n', quote, b'@'];
        let rest = self.text.get(from..).unwrap_or_default();
        let length = rest.windows(3).position(|window| window == end).ok_or(start)?;
        let body = &rest[..length];
        self.at = from + length + 3;
        let body = body.strip_suffix(b"\r").unwrap_or(body);
        if quote == b'\'' {
            return Ok(body.to_vec());
        }
        let quoted = [b"\"", body, b"\""].concat();
        Reader { text: &quoted, at: 0, variables: HashMap::new(), depth: 0 }.double(true).map_err(|_| start)
    }

    fn string(&mut self) -> Result<Vec<u8>, usize> {
        if self.peek() == Some(b'"') {
            return self.double(false);
        }
        let start = self.at;
        let mut out = Vec::new();
        self.at += 1;
        while let Some(b) = self.peek() {
            self.at += 1;
            if b != b'\'' {
                out.push(b);
            } else if self.peek() == Some(b'\'') {
                self.at += 1;
                out.push(b);
            } else {
                return Ok(out);
            }
        }
        Err(start)
    }

    /// `"…"`. In a here-string, all quotes but the last one are literal.
    fn double(&mut self, here: bool) -> Result<Vec<u8>, usize> {
        let start = self.at;
        let mut units: Vec<u16> = Vec::new();
        let mut out = Vec::new();
        self.at += 1;
        while let Some(b) = self.peek() {
            if let Some(unit) = self.char_code() {
                units.push(unit);
                continue;
            }
            flush(&mut units, &mut out);
            self.at += 1;
            match b {
                b'"' if here && self.at < self.text.len() => out.push(b),
                b'"' if self.peek() == Some(b'"') => {
                    self.at += 1;
                    out.push(b);
                }
                b'"' => return Ok(out),
                b'`' => {
                    let Some(escape) = self.peek() else { return Err(start) };
                    self.at += 1;
                    out.extend(escaped(escape));
                }
                _ => out.push(b),
            }
        }
        Err(start)
    }

    /// `$([char]233)`: a UTF-16 code unit.
    fn char_code(&mut self) -> Option<u16> {
        let digits = self.rest().strip_prefix(b"$([char]")?;
        let end = digits.iter().take(6).position(|b| *b == b')')?;
        let code = std::str::from_utf8(&digits[..end]).ok()?.trim().parse().ok()?;
        self.at += b"$([char]".len() + end + 1;
        Some(code)
    }
}

/// Whether a call in this text, before its first string, reads the file that the string names.
fn reads_file(before: &[u8]) -> bool {
    let before = String::from_utf8_lossy(&before[..before.len().min(256)]).to_ascii_lowercase();
    ["readallbytes", "readalltext", "get-content"].iter().any(|call| before.contains(call))
}

fn flush(units: &mut Vec<u16>, out: &mut Vec<u8>) {
    if !units.is_empty() {
        out.extend_from_slice(String::from_utf16_lossy(units).as_bytes());
        units.clear();
    }
}

/// The character that an escape stands for. An escaped newline is removed.
fn escaped(escape: u8) -> Option<u8> {
    match escape {
        b'n' => Some(b'\n'),
        b'r' => Some(b'\r'),
        b't' => Some(b'\t'),
        b'0' => Some(0),
        b'a' => Some(7),
        b'b' => Some(8),
        b'f' => Some(12),
        b'v' => Some(11),
        b'\n' => None,
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_commands_that_browsers_copy() {
        let text = "$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n$session.UserAgent = \"x\"\n\
                    Invoke-WebRequest -UseBasicParsing -Uri \"https://a/\" `\n-Method \"POST\" `\n-WebSession $session `\n\
                    -Headers @{\n\"a\"=\"1\"\n  \"b\"=\"`\"2`\"\"\n} `\n-ContentType \"application/json\" `\n\
                    -Body ([System.Text.Encoding]::UTF8.GetBytes(\"{`\"t`\":`\"caf$([char]233) $([char]55356)$([char]57225)`\"}\"))";
        let calls = calls(text.as_bytes()).unwrap();
        assert_eq!(calls.len(), 1);
        assert_eq!(calls[0].text("method").unwrap(), "POST");
        assert_eq!(calls[0].text("body").unwrap(), "{\"t\":\"café 🎉\"}");
        let Some(Value::Table(headers)) = calls[0].get("headers") else { panic!() };
        assert_eq!(headers[1], (b"b".to_vec(), b"\"2\"".to_vec()));
    }

    #[test]
    fn reads_variables_and_here_strings() {
        let text = "$h = @{ 'X-A' = 'it''s'; B = \"2\" }\n$body = @'\n{\"a\":1,\n\"b\":2}\n'@\nirm https://a -Method Post -Headers $h -Body $body; iwr -Uri $u -Body $c\n";
        let calls = calls(text.as_bytes()).unwrap();
        assert_eq!(calls[0].text("uri").unwrap(), "https://a");
        assert_eq!(calls[0].text("body").unwrap(), "{\"a\":1,\n\"b\":2}");
        assert_eq!(calls[1].get("body"), Some(&Value::Unknown("$c".to_owned())));
    }

    #[test]
    fn a_string_after_a_call_that_reads_a_file_is_its_name() {
        for call in [
            "[System.IO.File]::ReadAllBytes(\"b`$.json\")",
            "Get-Content -Raw 'b$.json'",
            "[IO.File]::readalltext('b$.json')",
        ] {
            let calls = calls(format!("irm https://a -Body ({call})\n").as_bytes()).unwrap();
            assert_eq!(calls[0].get("body"), Some(&Value::File("b$.json".to_owned())), "{call}");
        }
    }

    #[test]
    fn returns_the_offset_of_an_unclosed_quote_or_table() {
        assert_eq!(super::calls(b"iwr \"a"), Err(4));
        assert_eq!(super::calls(b"iwr -Headers @{"), Err(13));
    }
}
