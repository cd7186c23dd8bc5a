//! `proxy`: which connections go through a proxy, and can it be reached?

use std::time::Duration;

use tokio::net::TcpStream;

use super::{Setup, SetupCheck, SetupFinding};

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
        return SetupFinding::pass("none is set");
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
