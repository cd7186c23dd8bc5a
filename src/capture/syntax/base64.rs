//! Base64 as tools write it: either alphabet, with or without padding, broken into lines or not.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG);

/// The decoded bytes, or `None` if it is not base64.
pub(in crate::capture) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let dense: Vec<u8> = text.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    STANDARD.decode(&dense).or_else(|_| URL_SAFE.decode(&dense)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_common_form() {
        for text in ["e30/Pg==", "e30/Pg", "e30_Pg", "e30\n/Pg==\n"] {
            assert_eq!(decode(text.as_bytes()).unwrap(), b"{}?>", "{text}");
        }
        assert_eq!(decode(b"{}"), None);
    }
}
