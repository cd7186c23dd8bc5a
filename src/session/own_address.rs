//! Finds a `--forward` target that is the session itself.

use std::time::Duration;

use crate::forward::Targets;
use crate::http::{Target, dial};
use crate::listener::Bound;

/// Time limit for connecting to a target, and for the connection to arrive here. A connection on one machine takes less
/// than a millisecond. A target elsewhere that uses the same port may delay the start by this much.
const LIMIT: Duration = Duration::from_millis(250);

/// The target that leads to the socket of this session, as shown to the user.
///
/// Equal ports are not enough: with `localhost`, an app can use the IPv6 address and this session the IPv4 address. So
/// the proof is a connection to the target that arrives here. It carries no request. A target that leads here through a
/// proxy is found when a request with this session's mark comes back.
pub(super) async fn find(targets: &Targets, bound: &Bound) -> Option<String> {
    for target in targets.targets() {
        if target.target().port() == Some(bound.local.port()) && leads_to(target.target(), bound).await {
            return Some(target.to_string());
        }
    }
    None
}

async fn leads_to(target: &Target, bound: &Bound) -> bool {
    let Ok(Some(connection)) = tokio::time::timeout(LIMIT, dial::without_proxy(target)).await else {
        return false;
    };
    let Ok(ours) = connection.local_addr() else { return false };
    let arrives = async {
        // Connections of others are closed. Nobody has been told of this socket yet.
        while let Ok((_, peer)) = bound.listener.accept().await {
            if (peer.ip().to_canonical(), peer.port()) == (ours.ip().to_canonical(), ours.port()) {
                return true;
            }
        }
        false
    };
    tokio::time::timeout(LIMIT, arrives).await.unwrap_or(false)
}
