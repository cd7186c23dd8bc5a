//! `proxy`: which connections go through a proxy, and can it be reached? Asked online: does something decrypt TLS between
//! this machine and others?

use std::time::Duration;

use tokio::net::TcpStream;

use super::{Setup, SetupCheck, SetupFinding};
use crate::http::{CertificateFault, Proxies, TlsRoots, inspect_tls};

/// Limit on the connection to the proxy.
const LIMIT: Duration = Duration::from_secs(5);

/// The names under which tools on this machine reach the user's app.
const HERE: [&str; 2] = ["localhost", "127.0.0.1"];

pub(super) async fn examine(setup: &Setup) -> SetupFinding {
    let proxies = match &setup.proxies {
        Ok(proxies) => proxies,
        Err(problem) => return problem.found_by(SetupCheck::Proxy),
    };
    let (Some(proxy), Some(origin)) = (&proxies.proxy, &setup.proxy_origin) else {
        let intercepted = if setup.online { intercepted(setup, proxies).await } else { None };
        return intercepted.unwrap_or_else(|| SetupFinding::pass("none is set"));
    };
    if setup.online {
        let connected = TcpStream::connect((proxy.host(), proxy.port()));
        let reason = match tokio::time::timeout(LIMIT, connected).await {
            Ok(Ok(_)) => None,
            Ok(Err(error)) => Some(crate::system_words::without_numbers(&error.to_string())),
            Err(_) => Some(format!("no connection within {} s", LIMIT.as_secs())),
        };
        if let Some(reason) = reason {
            return SetupFinding::fail(
                format!("The proxy {proxy} of {origin} cannot be reached: {reason}."),
                "Correct it, or ignore it with --proxy none.",
            );
        }
    }
    if setup.online
        && let Some(finding) = intercepted(setup, proxies).await
    {
        return finding;
    }
    // The flag is for zoomhook alone, which reaches the app without a proxy in any case.
    let missing: Vec<_> = HERE.into_iter().filter(|host| !proxies.bypass.covers(host, 80)).collect();
    if missing.is_empty() || origin.starts_with("--") {
        return SetupFinding::pass(format!("{proxy}, from {origin}"));
    }
    SetupFinding::warn(
        format!(
            "{origin} is {proxy}, and NO_PROXY does not list {}. zoomhook reaches your app without the proxy. Other \
             programs may send requests for your app to it.",
            missing.join(" and ")
        ),
        "Add them to NO_PROXY: export NO_PROXY=localhost,127.0.0.1,::1",
    )
}

/// Compares the certificate of a public server, as it arrives here, with the public authorities.
async fn intercepted(setup: &Setup, proxies: &Proxies) -> Option<SetupFinding> {
    let server = setup.clock_server.clone();
    if !server.is_tls() {
        return None;
    }
    let inspection = inspect_tls(&server, &TlsRoots::Public(None), proxies).await.ok()?;
    let issuer = match inspection.handshake.ok()?.fault? {
        CertificateFault::UnknownIssuer { issuer } => {
            issuer.unwrap_or_else(|| "an unknown authority".to_owned())
        }
        CertificateFault::SelfSigned => "itself".to_owned(),
        _ => return None,
    };
    Some(SetupFinding::warn(
        format!(
            "The certificate that arrives here for {server} was issued by {issuer}, which is not a public authority. A \
             proxy or a security program that decrypts TLS does that. ngrok refuses such a connection."
        ),
        "Exempt *.ngrok-agent.com from it, or name its certificate with --ngrok-ca FILE.",
    ))
}
