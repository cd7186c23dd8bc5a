//! The options of a curl command that a request is made of.

/// A piece of the body, by the option that gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Data {
    /// `-d`: `@file` without its line ends.
    Ascii(Vec<u8>),
    /// `--data-binary`: `@file` as it is.
    Binary(Vec<u8>),
    /// `--data-raw`: no `@`.
    Raw(Vec<u8>),
    /// `--json`: as `--data-binary`, joined without `&`.
    Json(Vec<u8>),
    /// `--data-urlencode`.
    Encoded(Vec<u8>),
    /// `-T file`.
    Upload(String),
}

/// What a command says about its request.
#[derive(Debug, Default)]
pub(super) struct CurlOptions {
    pub(super) method: Option<String>,
    pub(super) url: Option<String>,
    /// As given: `name: value`, or `@file`.
    pub(super) headers: Vec<Vec<u8>>,
    pub(super) data: Vec<Data>,
}

/// Short options that take a value.
const SHORT_WITH_VALUE: &[u8] = b"AbcCdDeEFhHKmoPQrtTuUwxXyYz";

/// Long options that take a value and do not matter here. Any other is a switch.
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

    /// `--name value`; also `--name=value`, which curl does not take but people write.
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

    /// `-s`, `-sSX POST`, `-XPOST`.
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
