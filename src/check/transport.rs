//! The verdicts and conclusions about TLS. Pure.

use std::net::IpAddr;

use super::case::{CheckCase, Severity};
use super::conclusion::CheckConclusion;
use super::facts::TransportFacts;
use super::judge::{CaseVerdict, LEFT_OUT};
use crate::http::{CertificateFault, HandshakeFault};

/// Whether Zoom would send requests over this connection.
pub(super) fn is_usable(found: &TransportFacts) -> bool {
    found.inspection.handshake.as_ref().is_ok_and(|handshake| handshake.fault.is_none())
}

impl TransportFacts {
    /// Whether Zoom would send requests over this connection.
    #[must_use]
    pub(crate) fn is_usable(&self) -> bool {
        is_usable(self)
    }
}

/// The verdict on a case.
pub(super) fn judge(found: &TransportFacts, case: CheckCase) -> CaseVerdict {
    let failed = |text: &str| CaseVerdict::Failed(text.to_owned());
    match case {
        CheckCase::HostName => match &found.inspection.addresses {
            Ok(_) => CaseVerdict::Passed,
            Err(why) => CaseVerdict::Failed(format!("{} has no address: {why}.", found.host)),
        },
        CheckCase::Ipv4 => match &found.inspection.addresses {
            Ok(addresses) if addresses.iter().any(IpAddr::is_ipv4) => CaseVerdict::Passed,
            Ok(_) => failed("The name has only IPv6 addresses."),
            Err(_) => CaseVerdict::NotRun(LEFT_OUT),
        },
        CheckCase::Port => match found.port {
            Some(443) | None => CaseVerdict::Passed,
            Some(port) => CaseVerdict::Failed(format!("The port is {port}.")),
        },
        _ => match &found.inspection.handshake {
            Err(_) if case == CheckCase::Tls => failed("There is no TLS connection."),
            Err(_) => CaseVerdict::NotRun("there is no TLS connection"),
            Ok(_) if case == CheckCase::Tls => CaseVerdict::Passed,
            Ok(handshake) => match (&handshake.fault, case) {
                (Some(CertificateFault::OtherName), CheckCase::CertificateName)
                | (Some(CertificateFault::Expired | CertificateFault::NotYetValid), CheckCase::Validity)
                | (
                    Some(
                        CertificateFault::SelfSigned
                        | CertificateFault::UnknownIssuer { .. }
                        | CertificateFault::Other(_),
                    ),
                    CheckCase::Chain,
                ) => failed("Zoom does not connect."),
                (Some(_), _) => {
                    CaseVerdict::Unproven("Another fault of the certificate was found first.".to_owned())
                }
                (None, CheckCase::Expiry) if handshake.expires_soon => failed("It expires within 14 days."),
                (None, _) => CaseVerdict::Passed,
            },
        },
    }
}

/// What is wrong with the connection.
pub(super) fn conclude(found: &TransportFacts) -> Vec<CheckConclusion> {
    let host = &found.host;
    let must = |code, sentence: String, remedy: &str| {
        vec![CheckConclusion::new(code, Severity::Must, sentence).remedy(remedy)]
    };
    if let Err(why) = &found.inspection.addresses {
        return must(
            "no-address",
            format!("The name {host} has no address: {why}."),
            "Add the name to the DNS, or correct it.",
        );
    }
    let handshake = match &found.inspection.handshake {
        Ok(handshake) => handshake,
        Err(HandshakeFault::Unreachable(why)) => {
            return must(
                "unreachable",
                format!("There is no connection to {host}: {why}."),
                "Start the server, and compare the port with that of the URL.",
            );
        }
        Err(HandshakeFault::Version) => {
            return must(
                "tls-version",
                format!("{host} does not offer TLS 1.2 or later, which Zoom requires."),
                "Enable TLS 1.2 and 1.3.",
            );
        }
        Err(HandshakeFault::Failed(why)) => {
            return must(
                "tls-handshake",
                format!("There is no TLS connection to {host}: {why}."),
                "Compare the port with that of the URL. A proxy in front of the app may speak plain HTTP.",
            );
        }
    };
    let sent = match handshake.sent {
        1 => "The server sent 1 certificate".to_owned(),
        count => format!("The server sent {count} certificates"),
    };
    let facts = format!("{sent}, over {}.", handshake.version);
    let mut conclusions = match &handshake.fault {
        None if handshake.expires_soon => vec![
            CheckConclusion::new(
                "tls-expires-soon",
                Severity::Should,
                "The certificate expires within 14 days.",
            )
            .remedy("Renew it, and check that the server loads the new one."),
        ],
        None => Vec::new(),
        Some(CertificateFault::SelfSigned) => must(
            "tls-self-signed",
            "The certificate is self-signed. Zoom accepts only certificates of a public authority."
                .to_owned(),
            "Get a certificate from a public authority, such as Let's Encrypt. For a private one, test with --ca.",
        ),
        Some(CertificateFault::UnknownIssuer { issuer }) => {
            let issuer = issuer.as_ref().map_or_else(String::new, |issuer| format!(", {issuer},"));
            must(
                "tls-chain",
                format!(
                    "The issuer of the last certificate{issuer} is neither sent nor a public authority. Browsers may fetch it; Zoom does not."
                ),
                "Configure the server to send the whole chain (often a file named fullchain.pem). For a private authority, test with --ca.",
            )
        }
        Some(CertificateFault::Expired) => must(
            "tls-expired",
            "The certificate has expired.".to_owned(),
            "Renew it, and check that the server loads the new one.",
        ),
        Some(CertificateFault::NotYetValid) => must(
            "tls-not-yet-valid",
            "The certificate is not valid yet.".to_owned(),
            "Check the clocks of this machine and of the one that made the certificate.",
        ),
        Some(CertificateFault::OtherName) => must(
            "tls-name",
            format!("The certificate is not for {host}."),
            "Get a certificate for this name, or correct the host in the URL.",
        ),
        Some(CertificateFault::Other(why)) => must(
            "tls-certificate",
            format!("The certificate is not accepted: {why}."),
            "Get a certificate from a public authority.",
        ),
    };
    for conclusion in &mut conclusions {
        conclusion.proof.push(facts.clone());
    }
    conclusions
}
