//! What a server sends in a TLS handshake, and whether it is trusted. [`inspect_tls`] is the entry point.
//!
//! The handshake accepts any certificate, so that every fault can be named. What the server sent is checked afterwards,
//! without fetching certificates that are missing.

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{AlertDescription, CertificateError, ProtocolVersion};

use super::dial::{self, DialError};
use super::proxy::Proxies;
use super::target::{Target, TargetAddress};
use super::tls::{TlsRoots, TlsRootsError};

/// Limit on the handshake.
const LIMIT: Duration = Duration::from_secs(5);
/// A certificate that expires sooner is reported.
const SOON: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// What was found out about a server.
#[derive(Debug, Clone)]
pub(crate) struct TlsInspection {
    /// The addresses of its name, or why there are none.
    pub(crate) addresses: Result<Vec<IpAddr>, String>,
    /// The handshake.
    pub(crate) handshake: Result<TlsHandshake, HandshakeFault>,
}

/// A handshake that worked.
#[derive(Debug, Clone)]
pub(crate) struct TlsHandshake {
    /// The version, such as `TLS 1.3`.
    pub(crate) version: &'static str,
    /// How many certificates the server sent.
    pub(crate) sent: usize,
    /// Why they are not trusted; `None` if they are.
    pub(crate) fault: Option<CertificateFault>,
    /// Whether the certificate expires within 14 days.
    pub(crate) expires_soon: bool,
}

/// Why there is no TLS connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HandshakeFault {
    /// There is no connection.
    Unreachable(String),
    /// The server does not know TLS 1.2 or later.
    Version,
    /// Another failure.
    Failed(String),
}

/// Why the certificates are not trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CertificateFault {
    /// The certificate is its own issuer.
    SelfSigned,
    /// The issuer of the last certificate is neither sent nor trusted.
    UnknownIssuer {
        /// The name of that issuer.
        issuer: Option<String>,
    },
    /// Expired.
    Expired,
    /// Not valid yet.
    NotYetValid,
    /// For another host.
    OtherName,
    /// Something else.
    Other(String),
}

/// Connects to the server, through the proxy for it if there is one, and checks what it sends against these roots.
///
/// # Errors
/// [`TlsRootsError`] if the roots cannot be used.
pub(crate) async fn inspect_tls(
    target: &Target,
    roots: &TlsRoots,
    proxies: &Proxies,
) -> Result<TlsInspection, TlsRootsError> {
    let TargetAddress::Tcp { host, port, .. } = target.address() else {
        let fault = HandshakeFault::Failed("a Unix socket has no TLS".to_owned());
        return Ok(TlsInspection { addresses: Ok(Vec::new()), handshake: Err(fault) });
    };
    let verifier = roots.verifier()?;
    let any = TlsRoots::Any.connector()?;
    let addresses = match tokio::net::lookup_host((host.as_str(), *port)).await {
        Ok(found) => Ok(found.map(|address| address.ip()).collect()),
        Err(error) => Err(crate::system_words::without_numbers(&error.to_string())),
    };
    let connecting = dial::tls(host, *port, proxies, &any);
    let handshake = match tokio::time::timeout(LIMIT, connecting).await {
        Err(_) => Err(HandshakeFault::Failed(format!("it took longer than {} s", LIMIT.as_secs()))),
        Ok(Err(error)) => Err(fault_of(&error)),
        Ok(Ok(stream)) => {
            let session = stream.get_ref().1;
            let chain = session.peer_certificates().unwrap_or_default();
            let version = match session.protocol_version() {
                Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
                _ => "TLS 1.3",
            };
            let check = |at| match &verifier {
                Some(verifier) => verify(&**verifier, chain, host, at),
                None => None,
            };
            let now = SystemTime::now();
            let fault = check(now);
            let expires_soon = fault.is_none() && check(now + SOON) == Some(CertificateFault::Expired);
            Ok(TlsHandshake { version, sent: chain.len(), fault, expires_soon })
        }
    };
    Ok(TlsInspection { addresses, handshake })
}

fn fault_of(error: &DialError) -> HandshakeFault {
    let DialError::Tls(inner) = error else { return HandshakeFault::Unreachable(error.to_string()) };
    match inner.get_ref().and_then(|error| error.downcast_ref()) {
        Some(
            rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)
            | rustls::Error::PeerIncompatible(_),
        ) => HandshakeFault::Version,
        _ => HandshakeFault::Failed(error.to_string()),
    }
}

fn verify(
    verifier: &dyn ServerCertVerifier,
    chain: &[CertificateDer<'_>],
    host: &str,
    at: SystemTime,
) -> Option<CertificateFault> {
    let (end, intermediates) = chain.split_first()?;
    let name = match ServerName::try_from(host.to_owned()) {
        Ok(name) => name,
        Err(error) => return Some(CertificateFault::Other(error.to_string())),
    };
    let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let at = UnixTime::since_unix_epoch(since);
    let error = match verifier.verify_server_cert(end, intermediates, &name, &[], at) {
        Ok(_) => return None,
        Err(error) => error,
    };
    let rustls::Error::InvalidCertificate(why) = error else {
        return Some(CertificateFault::Other(error.to_string()));
    };
    Some(match why {
        CertificateError::UnknownIssuer => unknown_issuer(chain),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => CertificateFault::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            CertificateFault::NotYetValid
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateFault::OtherName
        }
        // A certificate that signs itself is one of an authority.
        CertificateError::Other(_) if is_self_signed(end) => CertificateFault::SelfSigned,
        other => CertificateFault::Other(other.to_string()),
    })
}

fn unknown_issuer(chain: &[CertificateDer<'_>]) -> CertificateFault {
    match chain {
        [only] if is_self_signed(only) => CertificateFault::SelfSigned,
        _ => {
            let issuer = chain.last().and_then(|last| names(last)).map(|(issuer, _)| issuer);
            CertificateFault::UnknownIssuer { issuer: issuer.and_then(common_name) }
        }
    }
}

fn is_self_signed(certificate: &CertificateDer<'_>) -> bool {
    names(certificate).is_some_and(|(issuer, subject)| issuer == subject)
}

/// The encoded names of a certificate: its issuer and its subject.
fn names<'c>(certificate: &'c CertificateDer<'_>) -> Option<(&'c [u8], &'c [u8])> {
    let (_, certificate, _) = element(certificate)?;
    let (_, mut rest, _) = element(certificate)?;
    let mut next = || {
        let (tag, value, after) = element(rest)?;
        rest = after;
        Some((tag, value))
    };
    // An optional version, the serial number, the algorithm.
    if next()?.0 == VERSION {
        next()?;
    }
    next()?;
    let issuer = next()?.1;
    // The validity.
    next()?;
    Some((issuer, next()?.1))
}

/// The tag of a certificate's version.
const VERSION: u8 = 0xa0;
/// The object identifier of a common name: 2.5.4.3.
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];

/// The common name in an encoded name.
fn common_name(mut name: &[u8]) -> Option<String> {
    while !name.is_empty() {
        let (_, set, after) = element(name)?;
        name = after;
        let (_, pair, _) = element(set)?;
        let (_, kind, value) = element(pair)?;
        if kind == COMMON_NAME {
            return Some(String::from_utf8_lossy(element(value)?.1).into_owned());
        }
    }
    None
}

/// The first element of a DER encoding: its tag, its content, and what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let length = match first {
        0..=0x7f => usize::from(first),
        0x81..=0x84 => {
            let (bytes, after) = rest.split_at_checked(usize::from(first & 0x7f))?;
            rest = after;
            bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte))
        }
        _ => return None,
    };
    let (content, after) = rest.split_at_checked(length)?;
    Some((tag, content, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_names_of_a_certificate() {
        let mut params = rcgen::CertificateParams::new(vec!["a.test".to_owned()]).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, "Zoomhook Test");
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let (issuer, subject) = names(certificate.der()).unwrap();
        assert_eq!(issuer, subject);
        assert_eq!(common_name(issuer).as_deref(), Some("Zoomhook Test"));
        for end in 0..certificate.der().len() {
            names(&CertificateDer::from(certificate.der()[..end].to_vec()));
        }
    }
}
