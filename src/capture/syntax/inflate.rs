//! Content-encodings taken off: gzip, deflate, br.

use std::io::Read;

/// What a body may unpack to: far beyond any webhook, small enough that a bomb does no harm.
const LIMIT: u64 = 64 << 20;

/// The body without its content-encoding, or why it cannot be had.
pub(in crate::capture) fn decode(encoding: &str, body: &[u8]) -> Result<Vec<u8>, &'static str> {
    // A list names the encodings in the order in which they were put on.
    encoding.rsplit(',').try_fold(body.to_vec(), |body, one| match one.trim() {
        "gzip" | "x-gzip" => gzip(&body),
        "deflate" => read(flate2::read::ZlibDecoder::new(&*body))
            .or_else(|_| read(flate2::read::DeflateDecoder::new(&*body))),
        "br" => read(brotli_decompressor::Decompressor::new(&*body, 4096)),
        "identity" | "" => Ok(body),
        _ => Err("it is not known here"),
    })
}

fn gzip(body: &[u8]) -> Result<Vec<u8>, &'static str> {
    if !body.starts_with(&[0x1f, 0x8b]) {
        return Err("the tool has unpacked it already");
    }
    read(flate2::read::MultiGzDecoder::new(body))
}

fn read(decoder: impl Read) -> Result<Vec<u8>, &'static str> {
    let mut out = Vec::new();
    decoder.take(LIMIT + 1).read_to_end(&mut out).map_err(|_| "it does not unpack")?;
    if out.len() as u64 > LIMIT { Err("it unpacks to more than 64 MiB") } else { Ok(out) }
}
