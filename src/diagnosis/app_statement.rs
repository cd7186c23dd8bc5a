//! What an app's own answer says about why it refused a request. [`statement`] is the entry point. Pure.
//!
//! Frameworks and servers answer with fixed texts. Such a text is the app's own statement, so it can be named as the
//! cause. A status alone cannot.

use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderMap, SET_COOKIE};

/// Bytes of a body that are searched: the texts stand at the beginning of short pages.
const SEARCHED: usize = 64 * 1024;

/// Who refused a request, by the text of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppStatement {
    /// Django's CSRF check.
    DjangoCsrf,
    /// Rails' CSRF check.
    RailsCsrf,
    /// Laravel's CSRF check.
    LaravelCsrf,
    /// Rails refuses the host name.
    RailsHost,
    /// Vite's server refuses the host name.
    ViteHost,
    /// Vercel asks for a login.
    VercelLogin,
    /// The port expects HTTPS.
    HttpsPort,
    /// The app says that it could not verify the request.
    VerificationFailed,
}

/// A text of an answer, with the statuses that come with it.
struct Pattern {
    statement: AppStatement,
    statuses: &'static [u16],
    /// One of them must occur in the body.
    texts: &'static [&'static str],
}

/// Sources: Django `views/csrf.py`; Rails `action_controller/metal/request_forgery_protection.rb` and
/// `action_dispatch/middleware/host_authorization.rb`; Vite `hostCheck.ts`; nginx `ngx_http_special_response.c`; Go
/// `net/http/server.go`; Apache `ssl_engine_kernel.c`; Zoom's rivet answers a failed verification with 400.
const PATTERNS: &[Pattern] = &[
    Pattern { statement: AppStatement::DjangoCsrf, statuses: &[403], texts: &["CSRF verification failed"] },
    Pattern {
        statement: AppStatement::RailsCsrf,
        statuses: &[422],
        texts: &["InvalidAuthenticityToken", "Can't verify CSRF token authenticity"],
    },
    Pattern { statement: AppStatement::LaravelCsrf, statuses: &[419], texts: &[""] },
    Pattern { statement: AppStatement::RailsHost, statuses: &[403], texts: &["Blocked host"] },
    Pattern { statement: AppStatement::ViteHost, statuses: &[403], texts: &["Blocked request. This host ("] },
    Pattern {
        statement: AppStatement::VercelLogin,
        statuses: &[401, 302, 307],
        texts: &["vercel.com/sso-api"],
    },
    Pattern {
        statement: AppStatement::HttpsPort,
        statuses: &[400],
        texts: &[
            "HTTP request was sent to HTTPS port",
            "Client sent an HTTP request to an HTTPS server",
            "speaking plain HTTP to an SSL-enabled server port",
        ],
    },
    Pattern {
        statement: AppStatement::VerificationFailed,
        statuses: &[400, 401, 403],
        texts: &["Failed to verify"],
    },
];

/// What the answer says; `None` if it has no text that is known.
#[must_use]
pub fn statement(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Option<AppStatement> {
    let body = String::from_utf8_lossy(&body[..body.len().min(SEARCHED)]);
    let has_status = |pattern: &&Pattern| pattern.statuses.contains(&status.as_u16());
    let found = PATTERNS.iter().filter(has_status).find(|pattern| {
        // HTML pages escape apostrophes.
        pattern.texts.iter().any(|text| body.contains(text) || body.contains(&text.replace('\'', "&#39;")))
    });
    let is_vercel =
        |cookie: &hyper::header::HeaderValue| cookie.as_bytes().starts_with(b"_vercel_sso_nonce=");
    let vercel = headers.get_all(SET_COOKIE).iter().any(is_vercel).then_some(AppStatement::VercelLogin);
    found.map(|pattern| pattern.statement).or(vercel)
}

impl AppStatement {
    /// All of them.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 8] = [
        Self::DjangoCsrf,
        Self::RailsCsrf,
        Self::LaravelCsrf,
        Self::RailsHost,
        Self::ViteHost,
        Self::VercelLogin,
        Self::HttpsPort,
        Self::VerificationFailed,
    ];

    /// A stable code for scripts.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::DjangoCsrf | Self::RailsCsrf | Self::LaravelCsrf => "app_csrf",
            Self::RailsHost | Self::ViteHost => "app_blocked_host",
            Self::VercelLogin => "app_login",
            Self::HttpsPort => "app_https_port",
            Self::VerificationFailed => "app_verification_failed",
        }
    }

    /// What happened and what to do, in two sentences.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::DjangoCsrf => {
                "Django's CSRF check refused it. Put @csrf_exempt on the view of the webhook."
            }
            Self::RailsCsrf => {
                "Rails' CSRF check refused it. Add `skip_forgery_protection` to the webhook's controller."
            }
            Self::LaravelCsrf => {
                "Laravel's CSRF check refused it (419). Exclude the webhook's path from the check in bootstrap/app.php: \
                 validateCsrfTokens(except: ['webhook'])."
            }
            Self::RailsHost => {
                "Rails refused the host name. Add it to config.hosts in config/environments/development.rb."
            }
            Self::ViteHost => "Vite refused the host name. Add it to server.allowedHosts in vite.config.js.",
            Self::VercelLogin => {
                "Vercel asks for a login before the app. Turn off Deployment Protection for this deployment, or use a \
                 production domain."
            }
            Self::HttpsPort => "This port expects HTTPS. Write https:// before the address.",
            Self::VerificationFailed => "Your app says that it could not verify the request.",
        }
    }
}

/// Whether a body is a web page. The header `text/html` alone proves nothing: Express and Flask send it with any text.
#[must_use]
pub fn is_web_page(headers: &HeaderMap, body: &[u8]) -> bool {
    let content_type = headers.get(CONTENT_TYPE).map(|value| value.as_bytes().to_ascii_lowercase());
    content_type.is_some_and(|name| name.starts_with(b"text/html")) && is_page(body)
}

/// Whether a body begins as a web page does.
#[must_use]
pub fn is_page(body: &[u8]) -> bool {
    let start = body.trim_ascii_start();
    let starts_with = |text: &[u8]| start.get(..text.len()).is_some_and(|s| s.eq_ignore_ascii_case(text));
    [&b"<!doctype html"[..], b"<html", b"<head", b"<body"].iter().any(|text| starts_with(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(status: u16, body: &str) -> Option<AppStatement> {
        statement(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body.as_bytes())
    }

    #[test]
    fn recognizes_what_frameworks_and_servers_say() {
        let django = "<h1>Forbidden <span>(403)</span></h1><p>CSRF verification failed. Request aborted.</p>";
        let rails = "Can&#39;t verify CSRF token authenticity.";
        let nginx = "<center>The plain HTTP request was sent to HTTPS port</center>";
        for (status, body, expected) in [
            (403, django, AppStatement::DjangoCsrf),
            (422, rails, AppStatement::RailsCsrf),
            (422, "ActionController::InvalidAuthenticityToken in HooksController", AppStatement::RailsCsrf),
            (419, "<title>Page Expired</title>", AppStatement::LaravelCsrf),
            (403, "Blocked hosts: a.example", AppStatement::RailsHost),
            (403, "Blocked request. This host (\"a.example\") is not allowed.", AppStatement::ViteHost),
            (401, "<a href=\"https://vercel.com/sso-api?url=x\">", AppStatement::VercelLogin),
            (400, nginx, AppStatement::HttpsPort),
            (400, "Client sent an HTTP request to an HTTPS server.\n", AppStatement::HttpsPort),
            (400, r#"{"message":"Failed to verify the request"}"#, AppStatement::VerificationFailed),
        ] {
            assert_eq!(says(status, body), Some(expected), "{status} {body}");
        }
    }

    #[test]
    fn a_status_or_a_text_alone_says_nothing() {
        for (status, body) in [
            (401, ""),
            (403, "Forbidden"),
            (422, "The change you wanted was rejected."),
            (200, "Failed to verify"),
        ] {
            assert_eq!(says(status, body), None, "{status} {body}");
        }
    }

    #[test]
    fn a_short_text_sent_as_html_is_not_a_web_page() {
        let html: HeaderMap =
            [(CONTENT_TYPE, "text/html; charset=utf-8".parse().unwrap())].into_iter().collect();
        for body in ["OK", "", "<b>ok</b>"] {
            assert!(!is_web_page(&html, body.as_bytes()), "{body}");
        }
        for body in ["<!DOCTYPE html><html>", "\n <html lang=en>"] {
            assert!(is_web_page(&html, body.as_bytes()), "{body}");
        }
        assert!(!is_web_page(&HeaderMap::new(), b"<!doctype html>"));
    }
}
