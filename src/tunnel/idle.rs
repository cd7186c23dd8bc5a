//! A tunnel in which nothing happens: there is none (`--tunnel none`), or the user brings it and it ends at
//! the local port by itself (`--public-url`).

use super::Ends;
use crate::delivery::TunnelState;

/// Says that `url` is online, where there is one, and waits for the end. No connection ever comes.
pub(super) async fn run(url: Option<String>, ends: Ends) {
    if let Some(url) = url {
        ends.tell(TunnelState::Online { url, latency: None }).await;
    }
    ends.stop.cancelled().await;
    ends.tell(TunnelState::Stopped).await;
}

#[cfg(test)]
mod tests {
    use crate::delivery::TunnelState;
    use crate::tunnel::{Tunnel, TunnelSettings, TunnelTarget};

    fn start(settings: TunnelSettings) -> Tunnel {
        let address = ([127, 0, 0, 1], 4000).into();
        Tunnel::start(settings, TunnelTarget { address, path: "/".to_owned(), probe: None })
    }

    #[tokio::test]
    async fn an_external_url_is_online_at_once_until_it_is_stopped() {
        let url = "https://hooks.example.com".to_owned();
        let mut tunnel = start(TunnelSettings::External { url: url.clone() });
        assert_eq!(tunnel.states.recv().await, Some(TunnelState::Online { url, latency: None }));
        tunnel.ending.stop().await;
        assert_eq!(tunnel.states.recv().await, Some(TunnelState::Stopped));
        assert_eq!(tunnel.states.recv().await, None);
        assert!(tunnel.connections.recv().await.is_none());
    }

    #[tokio::test]
    async fn no_tunnel_is_silent_until_it_is_stopped() {
        let mut tunnel = start(TunnelSettings::None);
        tokio::task::yield_now().await;
        assert!(tunnel.states.try_recv().is_err() && tunnel.connections.try_recv().is_err());
        tunnel.ending.stop().await;
        assert_eq!(tunnel.states.recv().await, Some(TunnelState::Stopped));
    }
}
