//! Headers that the user sets on requests of zoomhook. Pure.

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

/// Sets headers. They replace others of the same name; of one name, all are kept.
pub(crate) fn replace_headers(headers: &mut HeaderMap, added: &[(HeaderName, HeaderValue)]) {
    for (name, _) in added {
        headers.remove(name);
    }
    for (name, value) in added {
        headers.append(name, value.clone());
    }
}
