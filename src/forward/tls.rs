//! TLS to the app: whose certificates are trusted.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_rustls::TlsConnector;

/// Why the certificate of an `https://` target could not be checked.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The PEM text is damaged.
    #[error("the certificates of --forward-ca cannot be read: {0}")]
    Damaged(String),
    /// There is none in it.
    #[error("there is no PEM certificate in the file of --forward-ca (-----BEGIN CERTIFICATE-----)")]
    NoneGiven,
    /// The system has none, or does not let us read them.
    #[error(
        "this system has no certificates to check an https:// app with; name the app's own with --forward-ca, \
         or check none with --forward-insecure"
    )]
    NoneInSystem,
    /// The TLS library refuses them.
    #[error("the certificates to check an https:// app with cannot be used: {0}")]
    Refused(String),
}

/// Dials TLS. Trusts the certificates of the system and those in `ca`, or, if `insecure`, anything.
pub(super) fn connector(insecure: bool, ca: Option<&[u8]>) -> Result<TlsConnector, CertificateError> {
    let provider = Arc::new(ring::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = if insecure {
        Arc::new(Unchecked(provider.clone()))
    } else {
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots(ca)?), provider.clone());
        verifier.build().map_err(|error| CertificateError::Refused(error.to_string()))?
    };
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config
        .map_err(|error| CertificateError::Refused(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

fn roots(ca: Option<&[u8]>) -> Result<RootCertStore, CertificateError> {
    let mut roots = RootCertStore::empty();
    // Single certificates of the system that cannot be read are no reason to do without the others.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    match ca {
        None if roots.is_empty() => return Err(CertificateError::NoneInSystem),
        None => {}
        Some(pem) => add_given(&mut roots, pem)?,
    }
    Ok(roots)
}

fn add_given(roots: &mut RootCertStore, pem: &[u8]) -> Result<(), CertificateError> {
    let mut given = 0;
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| CertificateError::Damaged(error.to_string()))?;
        roots.add(certificate).map_err(|error| CertificateError::Damaged(error.to_string()))?;
        given += 1;
    }
    if given == 0 { Err(CertificateError::NoneGiven) } else { Ok(()) }
}

/// Takes any certificate for any name. Signatures are not looked at either: certificates that the library
/// cannot even read shall be taken as well.
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
