//! Base64 with padding (RFC 4648), for the rare body that is no text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Appends the encoded bytes.
pub(super) fn push(buffer: &mut Vec<u8>, bytes: &[u8]) {
    buffer.extend_from_slice(STANDARD.encode(bytes).as_bytes());
}

#[cfg(test)]
mod tests {
    #[test]
    fn encodes_the_examples_of_the_standard() {
        let encoded = |bytes: &[u8]| {
            let mut buffer = Vec::new();
            super::push(&mut buffer, bytes);
            String::from_utf8(buffer).unwrap()
        };
        let cases = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (plain, expected) in cases {
            assert_eq!(encoded(plain.as_bytes()), expected);
        }
        assert_eq!(encoded(&[0xff, 0xfe, 0xfb]), "//77");
    }
}
