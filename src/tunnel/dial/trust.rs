//! Whom to trust: the system's certificate authorities, and those that the user adds.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// The system's authorities, and those in `pem`. Reads files or asks the system: may block.
pub(in crate::tunnel) fn system_and(pem: Option<&[u8]>) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    // A store with some broken certificates in it is common; the sound ones count.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let added = pem.into_iter().flat_map(CertificateDer::pem_slice_iter).filter_map(Result::ok);
    roots.add_parsable_certificates(added);
    config(roots)
}

/// Trusts nobody.
pub(in crate::tunnel) fn nobody() -> ClientConfig {
    config(RootCertStore::empty())
}

fn config(roots: RootCertStore) -> ClientConfig {
    // Installed here as well, because `builder` panics without a provider. An error means that there is one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    ClientConfig::builder().with_root_certificates(Arc::new(roots)).with_no_client_auth()
}
