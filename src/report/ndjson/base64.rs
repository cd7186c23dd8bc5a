//! Base64 with padding (RFC 4648), for the rare body that is no text.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Appends the encoded bytes.
pub(super) fn push(buffer: &mut Vec<u8>, bytes: &[u8]) {
    for group in bytes.chunks(3) {
        let byte = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for position in 0..4 {
            let digit = (bits >> (18 - 6 * position)) as usize & 63;
            // One byte makes two digits, two make three.
            buffer.push(if position <= group.len() { ALPHABET[digit] } else { b'=' });
        }
    }
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
