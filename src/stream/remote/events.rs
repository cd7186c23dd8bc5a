//! Server-Sent Events. Pure.

/// Limit on one event: a delivery with the largest body that a listener takes, in base64.
const LARGEST: usize = 64 << 20;

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServerEvent {
    /// Its name; `message` if it has none.
    pub(super) kind: String,
    /// Its data. Several lines are joined.
    pub(super) data: Vec<u8>,
}

/// Collects bytes, and cuts events from them.
#[derive(Debug, Default)]
pub(super) struct EventParser {
    bytes: Vec<u8>,
    /// The bytes before this place belong to events that were returned.
    begin: usize,
    /// The bytes before this place have no line end that was not looked at.
    looked: usize,
    kind: Option<String>,
    data: Option<Vec<u8>>,
}

impl EventParser {
    pub(super) fn push(&mut self, part: &[u8]) {
        self.bytes.drain(..self.begin);
        self.looked -= self.begin;
        self.begin = 0;
        self.bytes.extend_from_slice(part);
    }

    /// The next event; `None` if it is not complete yet.
    ///
    /// # Errors
    /// The event is larger than any delivery.
    pub(super) fn next(&mut self) -> Result<Option<ServerEvent>, String> {
        while let Some(length) = memchr::memchr(b'\n', &self.bytes[self.looked..]) {
            let end = self.looked + length;
            let line = &self.bytes[self.begin..end];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let is_end = line.is_empty();
            let (name, value) = match memchr::memchr(b':', line) {
                Some(colon) => (&line[..colon], &line[colon + 1..]),
                None => (line, &line[line.len()..]),
            };
            let value = value.strip_prefix(b" ").unwrap_or(value);
            match name {
                b"event" => self.kind = Some(String::from_utf8_lossy(value).into_owned()),
                b"data" => match &mut self.data {
                    Some(data) => {
                        data.push(b'\n');
                        data.extend_from_slice(value);
                    }
                    None => self.data = Some(value.to_vec()),
                },
                _ => {}
            }
            self.begin = end + 1;
            self.looked = self.begin;
            if is_end {
                let kind = self.kind.take();
                if let Some(data) = self.data.take() {
                    return Ok(Some(ServerEvent {
                        kind: kind.unwrap_or_else(|| "message".to_owned()),
                        data,
                    }));
                }
            }
        }
        self.looked = self.bytes.len();
        if self.bytes.len() - self.begin + self.data.as_ref().map_or(0, Vec::len) > LARGEST {
            return Err("it sends an event that is larger than any delivery".to_owned());
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_out_the_same_however_their_bytes_arrive() {
        let text = b":\n\nevent: a\nid: 1\ndata: {\"x\": 1}\n\nevent: gone\n\ndata:one\r\ndata: two\r\n\r\ndata: rest";
        let event = |kind: &str, data: &str| ServerEvent { kind: kind.into(), data: data.into() };
        let expected = [event("a", "{\"x\": 1}"), event("message", "one\ntwo")];
        for size in 1..text.len() {
            let (mut parser, mut found) = (EventParser::default(), Vec::new());
            for part in text.chunks(size) {
                parser.push(part);
                while let Some(event) = parser.next().unwrap() {
                    found.push(event);
                }
            }
            assert_eq!(found, expected, "{size}");
        }
    }

    #[test]
    fn an_endless_event_is_an_error() {
        let mut parser = EventParser::default();
        let part = vec![b'a'; LARGEST / 4];
        for _ in 0..4 {
            parser.push(&part);
            assert_eq!(parser.next(), Ok(None));
        }
        parser.push(&part);
        assert!(parser.next().is_err());
    }
}
