//! The options of a curl command that define the request.

/// A part of the body, by option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Data {
    /// `-d`; newlines are removed from an `@file`.
    Ascii(Vec<u8>),
    /// `--data-binary`; an `@file` is sent unchanged.
    Binary(Vec<u8>),
    /// `--data-raw`; `@` has no special meaning.
    Raw(Vec<u8>),
    /// `--json`; like `--data-binary`, but parts are joined without `&`.
    Json(Vec<u8>),
    /// `--data-urlencode`.
    Encoded(Vec<u8>),
    /// `-T file`.
    Upload(String),
}

/// The request that a command describes.
#[derive(Debug, Default)]
pub(super) struct CurlOptions {
    pub(super) method: Option<String>,
    pub(super) url: Option<String>,
    /// As written: `name: value`, or `@file`.
    pub(super) headers: Vec<Vec<u8>>,
    pub(super) data: Vec<Data>,
}

/// Short options that take a value.
const SHORT_WITH_VALUE: &[u8] = b"AbcCdDeEFhHKmoPQrtTuUwxXyYz";

/// Long options with a value that do not change the request. Other unknown options are switches.
const LONG_WITH_VALUE: &[&str] = &[
    "cacert",
    "capath",
    "cert",
    "cert-type",
    "ciphers",
    "config",
    "connect-timeout",
    "connect-to",
    "cookie-jar",
    "dump-header",
    "form",
    "form-string",
    "interface",
    "key",
    "key-type",
    "limit-rate",
    "local-port",
    "max-filesize",
    "max-redirs",
    "max-time",
    "netrc-file",
    "noproxy",
    "oauth2-bearer",
    "output",
    "output-dir",
    "pass",
    "pinnedpubkey",
    "proxy",
    "proxy-header",
    "proxy-user",
    "range",
    "rate",
    "resolve",
    "retry",
    "retry-delay",
    "retry-max-time",
    "socks5",
    "socks5-hostname",
    "speed-limit",
    "speed-time",
    "stderr",
    "tls-max",
    "trace",
    "trace-ascii",
    "unix-socket",
    "user",
    "variable",
    "write-out",
];

impl CurlOptions {
    /// Reads the words after the command's name.
    pub(super) fn read(words: &[Vec<u8>]) -> Self {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if let Some(name) = word.strip_prefix(b"--") {
                options.long(name, &mut words);
            } else if word.len() > 1 && word[0] == b'-' {
                options.short(&word[1..], &mut words);
            } else {
                options.url.get_or_insert_with(|| lossy(word));
            }
        }
        options
    }

    /// Reads `--name value`. Also accepts `--name=value`, which curl rejects but people write.
    fn long<'w>(&mut self, name: &[u8], words: &mut impl Iterator<Item = &'w Vec<u8>>) {
        let equals = name.iter().position(|b| *b == b'=');
        let (name, joined) = match equals {
            Some(at) => (&name[..at], Some(name[at + 1..].to_vec())),
            None => (name, None),
        };
        let name = lossy(name);
        let mut value = || joined.clone().or_else(|| words.next().cloned()).unwrap_or_default();
        match name.as_str() {
            "request" => self.method = Some(lossy(&value())),
            "url" => self.url = Some(lossy(&value())),
            "header" => self.headers.push(value()),
            "data" | "data-ascii" => self.data.push(Data::Ascii(value())),
            "data-binary" => self.data.push(Data::Binary(value())),
            "data-raw" => self.data.push(Data::Raw(value())),
            "data-urlencode" => self.data.push(Data::Encoded(value())),
            "json" => {
                self.headers.push(b"content-type: application/json".to_vec());
                self.data.push(Data::Json(value()));
            }
            "upload-file" => self.upload(&value()),
            "user-agent" => self.header("user-agent", &value()),
            "referer" => self.header("referer", &value()),
            "cookie" => self.header("cookie", &value()),
            other if LONG_WITH_VALUE.contains(&other) => drop(value()),
            _ => {}
        }
    }

    /// Reads `-s`, `-sSX POST`, `-XPOST`.
    fn short<'w>(&mut self, letters: &[u8], words: &mut impl Iterator<Item = &'w Vec<u8>>) {
        for (i, letter) in letters.iter().enumerate() {
            if !SHORT_WITH_VALUE.contains(letter) {
                continue;
            }
            let joined = &letters[i + 1..];
            let value =
                if joined.is_empty() { words.next().cloned().unwrap_or_default() } else { joined.to_vec() };
            match letter {
                b'X' => self.method = Some(lossy(&value)),
                b'H' => self.headers.push(value),
                b'd' => self.data.push(Data::Ascii(value)),
                b'T' => self.upload(&value),
                b'A' => self.header("user-agent", &value),
                b'e' => self.header("referer", &value),
                b'b' => self.header("cookie", &value),
                _ => {}
            }
            return;
        }
    }

    fn header(&mut self, name: &str, value: &[u8]) {
        self.headers.push([name.as_bytes(), b": ", value].concat());
    }

    fn upload(&mut self, name: &[u8]) {
        self.method.get_or_insert_with(|| "PUT".to_owned());
        self.data.push(Data::Upload(lossy(name)));
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
