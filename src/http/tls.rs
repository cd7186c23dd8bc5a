//! TLS: which certificates are trusted. One store per purpose:
//!
//! | connection | trusted |
//! | --- | --- |
//! | an endpoint of `trigger` or `sign`, the public URL | [`TlsRoots::System`] |
//! | the user's app (`--forward`, `replay`) | [`TlsRoots::System`]; with `--forward-ca` [`TlsRoots::SystemAnd`]; with `--forward-insecure` [`TlsRoots::Any`] |
//! | the public URL, when ngrok's server is reached with `--ngrok-ca` | [`TlsRoots::SystemAndNgrok`] |
//! | an endpoint of `check` | [`TlsRoots::Public`], as Zoom does; with `--ca` these as well |
//! | ngrok's server | chosen by the ngrok SDK: ngrok's own authority, the system's, or `--ngrok-ca` alone |
//!
//! The SDK has its own TLS configuration, so its store is not here.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_rustls::TlsConnector;

/// The trusted certificates.
#[derive(Debug, Clone)]
pub(crate) enum TlsRoots {
    /// Those of the system.
    System,
    /// Those of the system, and these of the user's app, as PEM. An invalid one is an error.
    SystemAnd(Vec<u8>),
    /// Those of the system, and these of an ngrok server, as PEM. Invalid ones are skipped, as in the ngrok SDK.
    SystemAndNgrok(Vec<u8>),
    /// Mozilla's list, which is built in, and these as PEM. The system is not asked: its verifier may know or fetch
    /// certificates that the server does not send.
    Public(Option<Vec<u8>>),
    /// Any certificate for any name.
    Any,
}

/// Why no trusted certificates can be loaded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TlsRootsError {
    /// The PEM text is invalid.
    #[error("the PEM certificates to trust cannot be read: {0}")]
    Damaged(String),
    /// The PEM text contains no certificate.
    #[error("there is no PEM certificate in the file (-----BEGIN CERTIFICATE-----)")]
    NoneGiven,
    /// The system has none, or they cannot be read.
    #[error("this system has no usable certificates, so https:// servers cannot be verified{0}")]
    NoneInSystem(String),
    /// The TLS library rejects them.
    #[error("the certificates to trust cannot be used: {0}")]
    Refused(String),
}

impl TlsRoots {
    /// A TLS connector with these roots. Reads certificates from files or the system, so it may block.
    pub(crate) fn connector(&self) -> Result<TlsConnector, TlsRootsError> {
        let provider = Arc::new(ring::default_provider());
        let verifier: Arc<dyn ServerCertVerifier> = match self.verifier()? {
            None => Arc::new(Unchecked(provider.clone())),
            Some(verifier) => verifier,
        };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsRootsError::Refused(error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        Ok(TlsConnector::from(Arc::new(config)))
    }

    /// Checks certificates against these roots; `None` if none are checked.
    pub(super) fn verifier(&self) -> Result<Option<Arc<WebPkiServerVerifier>>, TlsRootsError> {
        let Some(roots) = self.store()? else { return Ok(None) };
        let provider = Arc::new(ring::default_provider());
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .map(Some)
            .map_err(|error| TlsRootsError::Refused(error.to_string()))
    }

    /// The certificates; `None` if none are checked.
    fn store(&self) -> Result<Option<RootCertStore>, TlsRootsError> {
        if matches!(self, Self::Any) {
            return Ok(None);
        }
        let mut roots = RootCertStore::empty();
        if let Self::Public(added) = self {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            added.iter().try_for_each(|pem| add_all(&mut roots, pem))?;
            return Ok(Some(roots));
        }
        let found = rustls_native_certs::load_native_certs();
        // A system store often contains some invalid certificates. The others are used.
        roots.add_parsable_certificates(found.certs);
        match self {
            Self::System | Self::Public(_) | Self::Any => {}
            Self::SystemAnd(pem) => add_all(&mut roots, pem)?,
            Self::SystemAndNgrok(pem) => {
                let given = CertificateDer::pem_slice_iter(pem).filter_map(Result::ok);
                roots.add_parsable_certificates(given);
            }
        }
        if roots.is_empty() {
            let reasons: Vec<_> = found.errors.iter().map(ToString::to_string).collect();
            let reasons =
                if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join("; ")) };
            return Err(TlsRootsError::NoneInSystem(reasons));
        }
        Ok(Some(roots))
    }
}

fn add_all(roots: &mut RootCertStore, pem: &[u8]) -> Result<(), TlsRootsError> {
    let mut given = 0;
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| TlsRootsError::Damaged(error.to_string()))?;
        roots.add(certificate).map_err(|error| TlsRootsError::Damaged(error.to_string()))?;
        given += 1;
    }
    if given == 0 { Err(TlsRootsError::NoneGiven) } else { Ok(()) }
}

/// Accepts any certificate for any name. Does not check signatures either, so that certificates that the library cannot
/// parse are accepted too.
#[derive(Debug)]
struct Unchecked(Arc<CryptoProvider>);

impl ServerCertVerifier for Unchecked {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
