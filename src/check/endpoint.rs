//! [`CheckEndpoint`]: the endpoint of a run, and what must work before the first request.

use hyper::header::{AUTHORIZATION, HeaderName, HeaderValue};

use super::facts::{CheckFacts, TransportFacts};
use super::report::CheckReport;
use super::token::fetch_token;
use super::wire::HttpWire;
use crate::http::{HttpClient, Proxies, Target, TlsRoots, TlsRootsError, inspect_tls};

/// The endpoint to check.
#[derive(Debug, Clone)]
pub(crate) struct CheckEndpoint {
    /// Its URL.
    pub(crate) target: Target,
    /// Headers that are set on each request.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// The token URL, and the credentials for it.
    pub(crate) token: Option<(Target, HeaderValue)>,
    /// Certificates to trust in addition to the public ones, as PEM.
    pub(crate) ca: Option<Vec<u8>>,
}

/// An endpoint that can be asked.
pub(crate) struct ReachedEndpoint {
    /// Sends the requests.
    pub(crate) wire: HttpWire,
    /// Whether headers are set on each request.
    pub(crate) has_headers: bool,
    transport: Option<TransportFacts>,
    token: Option<Result<(), String>>,
}

impl CheckEndpoint {
    /// An endpoint without headers and certificates of its own.
    pub(crate) fn of(target: Target) -> Self {
        Self { target, headers: Vec::new(), token: None, ca: None }
    }

    /// Looks at the handshake and fetches the token. The inner error is the result of a run in which Zoom would send no
    /// request.
    ///
    /// # Errors
    /// [`TlsRootsError`].
    pub(crate) async fn reach(&self) -> Result<Result<ReachedEndpoint, CheckReport>, TlsRootsError> {
        let roots = TlsRoots::Public(self.ca.clone());
        let transport = self.transport(&roots).await?;
        let without_request = |transport, token| {
            Ok(Err(CheckReport::of(&CheckFacts::default().with_connection(transport, token))))
        };
        if transport.as_ref().is_some_and(|found| !found.is_usable()) {
            return without_request(transport, None);
        }
        let mut headers = self.headers.clone();
        let mut token = None;
        if let Some((url, credentials)) = &self.token {
            let fetched = fetch_token(&client(url, &roots)?, credentials).await;
            headers.extend(fetched.iter().map(|value| (AUTHORIZATION, value.clone())));
            token = Some(fetched.map(|_| ()));
        }
        if matches!(token, Some(Err(_))) {
            return without_request(transport, token);
        }
        let has_headers = !headers.is_empty();
        let [usual, title_case] = [client(&self.target, &roots)?, client(&self.target, &roots)?];
        let wire = HttpWire::new(usual, title_case, headers);
        Ok(Ok(ReachedEndpoint { wire, has_headers, transport, token }))
    }

    /// What the server sends in the handshake, for https.
    async fn transport(&self, roots: &TlsRoots) -> Result<Option<TransportFacts>, TlsRootsError> {
        if !self.target.is_tls() {
            return Ok(None);
        }
        let inspection = inspect_tls(&self.target, roots, &Proxies::default()).await?;
        let host = self.target.host().to_str().unwrap_or_default().to_owned();
        Ok(Some(TransportFacts { inspection, port: self.target.port(), host }))
    }
}

impl ReachedEndpoint {
    /// The result of a run, with what was found out before it.
    pub(crate) fn report(self, facts: CheckFacts) -> CheckReport {
        CheckReport::of(&facts.with_connection(self.transport, self.token))
    }
}

fn client(target: &Target, roots: &TlsRoots) -> Result<HttpClient, TlsRootsError> {
    let tls = target.is_tls().then(|| roots.connector()).transpose()?;
    Ok(HttpClient::new(target.clone(), tls))
}
