//! Certificates: what the server sends is verified as Zoom verifies it.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::{answers, run_to};
use crate::support::app::App;
use crate::support::faulty_app::FaultyApp;

/// A root, an intermediate and what a server sends.
struct Chain {
    root_pem: String,
    sent: Vec<CertificateDer<'static>>,
    key: KeyPair,
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

/// `change` makes the server's certificate wrong. `sends` is the number of certificates that the server sends.
fn chain(change: impl FnOnce(&mut CertificateParams), sends: usize) -> Chain {
    let (root, root_key) = (authority("Test Root"), KeyPair::generate().unwrap());
    let root_pem = root.self_signed(&root_key).unwrap().pem();
    let root = Issuer::new(root, root_key);
    let (middle, middle_key) = (authority("Test Intermediate"), KeyPair::generate().unwrap());
    let middle_certificate = middle.signed_by(&middle_key, &root).unwrap();
    let middle = Issuer::new(middle, middle_key);
    let key = KeyPair::generate().unwrap();
    let mut leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    // A year, so that it does not expire soon.
    (leaf.not_before, leaf.not_after) = (rcgen::date_time_ymd(2020, 1, 1), rcgen::date_time_ymd(2100, 1, 1));
    change(&mut leaf);
    let leaf = leaf.signed_by(&key, &middle).unwrap();
    let all = [leaf.der().clone(), middle_certificate.der().clone()];
    Chain { root_pem, sent: all.into_iter().take(sends).collect(), key }
}

impl Chain {
    async fn serve(&self) -> App {
        let key = PrivateKeyDer::try_from(self.key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(self.sent.clone(), key)
            .unwrap();
        let app = App::start_with_tls(TlsAcceptor::from(Arc::new(config)));
        answers(&app, FaultyApp::with(&[]));
        app
    }
}

/// The exit code and the codes of the conclusions.
async fn check(port: u16, chain: Option<&Chain>) -> (i32, Vec<String>) {
    let home = tempfile::tempdir().unwrap();
    let ca = home.path().join("root.pem");
    let mut args = vec!["--format", "json"];
    if let Some(chain) = chain {
        std::fs::write(&ca, &chain.root_pem).unwrap();
        args.extend(["--ca", ca.to_str().unwrap()]);
    }
    let finished = run_to(&format!("https://localhost:{port}/webhook"), &args).await;
    let lines = finished.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let found = lines.filter(|line| line["type"] == "check_conclusion");
    (finished.code.unwrap(), found.map(|line| line["code"].as_str().unwrap().to_owned()).collect())
}

async fn codes(chain: &Chain, is_trusted: bool) -> (i32, Vec<String>) {
    let app = chain.serve().await;
    let found = check(app.address.port(), is_trusted.then_some(chain)).await;
    if found.0 == 5 {
        app.expect_no_call();
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complete_chain_to_a_known_authority_is_right() {
    assert_eq!(codes(&chain(|_| {}, 2), true).await, (0, Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_of_a_certificate_is_named() {
    let expired = |leaf: &mut CertificateParams| leaf.not_after = rcgen::date_time_ymd(2021, 1, 1);
    let early = |leaf: &mut CertificateParams| leaf.not_before = rcgen::date_time_ymd(2099, 1, 1);
    let other = |leaf: &mut CertificateParams| {
        leaf.subject_alt_names = vec![rcgen::SanType::DnsName("a.example".try_into().unwrap())];
    };
    for (chain, is_trusted, code) in [
        (chain(|_| {}, 1), true, "tls-chain"),
        (chain(|_| {}, 2), false, "tls-chain"),
        (chain(expired, 2), true, "tls-expired"),
        (chain(early, 2), true, "tls-not-yet-valid"),
        (chain(other, 2), true, "tls-name"),
    ] {
        assert_eq!(codes(&chain, is_trusted).await, (5, vec![code.to_owned()]), "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_self_signed_certificate_is_named() {
    let key = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    let chain = Chain { root_pem: String::new(), sent: vec![certificate.der().clone()], key };
    assert_eq!(codes(&chain, false).await, (5, vec!["tls-self-signed".to_owned()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_tls_1_2_and_one_without_tls_are_named() {
    // The alert protocol_version, as from a server with TLS 1.1.
    const ALERT: &[u8] = &[0x15, 0x03, 0x02, 0x00, 0x02, 0x02, 0x46];
    for (answer, code) in [(ALERT, "tls-version"), (b"HTTP/1.1 400 X\r\n\r\n", "tls-handshake")] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let mut hello = [0; 1024];
                let _ = socket.read(&mut hello).await;
                let _ = socket.write_all(answer).await;
            }
        });
        assert_eq!(check(port, None).await, (5, vec![code.to_owned()]), "{code}");
    }
}
