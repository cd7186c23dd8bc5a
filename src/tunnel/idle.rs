//! The kinds without a connection of zoomhook: no tunnel (`--tunnel none`), and a tunnel that the user runs and that
//! connects to the local port (`--public-url`).

use super::Ends;
use crate::delivery::TunnelState;

/// Reports `url` as online, if there is one, and waits for the shutdown signal.
pub(super) async fn run(url: Option<String>, ends: Ends) {
    if let Some(url) = url {
        ends.emit(TunnelState::Online { url, latency: None }).await;
    }
    ends.stop.cancelled().await;
    ends.emit(TunnelState::Stopped).await;
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
    async fn reports_an_external_url_as_online_at_once() {
        let url = "https://hooks.example.com".to_owned();
        let mut tunnel = start(TunnelSettings::External { url: url.clone() });
        assert_eq!(tunnel.states.recv().await, Some(TunnelState::Online { url, latency: None }));
        tunnel.ending.stop().await;
        assert_eq!(tunnel.states.recv().await, Some(TunnelState::Stopped));
        assert_eq!(tunnel.states.recv().await, None);
        assert!(tunnel.connections.recv().await.is_none());
    }

    #[tokio::test]
    async fn without_a_tunnel_reports_only_the_stop() {
        let mut tunnel = start(TunnelSettings::None);
        tokio::task::yield_now().await;
        assert!(tunnel.states.try_recv().is_err() && tunnel.connections.try_recv().is_err());
        tunnel.ending.stop().await;
        assert_eq!(tunnel.states.recv().await, Some(TunnelState::Stopped));
    }
}
