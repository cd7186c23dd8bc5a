//! Converts the SDK's errors to messages for the user. Pure. The entry point is [`Wording`]. All texts from ngrok's
//! server or the SDK pass through the redactor here.

use std::time::Duration;

use ngrok::Error as _;
use ngrok::session::{ConnectError, RpcError};
use ngrok::tunnel::AcceptError;

use super::address::{Address, AddressError};
use super::codes;
use super::redact::Redactor;
use crate::delivery::TunnelRefusal;
use crate::delivery::TunnelRefusalKind;
use crate::tunnel::kind::{Cure, TunnelFailure};

const OTHER_WAYS: &str =
    "Alternatives: --public-url with your own URL, or --tunnel none without a public URL.";

/// Writes the messages of one session.
#[derive(Debug, Clone)]
pub(super) struct Wording {
    /// The server that the agent connects to.
    pub(super) address: Address,
    /// The requested domain.
    pub(super) domain: Option<String>,
    /// Removes the authtoken.
    pub(super) redactor: Redactor,
}

/// Why the SDK requests another connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Loss {
    /// The connection was lost, for this reason. The session can be resumed.
    Broke(String),
    /// ngrok did not resume the session: it is over.
    Failed(TunnelFailure),
}

impl Wording {
    /// `connect()` failed: dialing, TLS or authentication.
    pub(super) fn connect_failed(&self, error: &ConnectError) -> TunnelFailure {
        let address = &self.address;
        match error {
            ConnectError::Auth(error) | ConnectError::Rebind(error) => self.rpc_failed(error),
            ConnectError::Tcp(cause) => passing(
                format!(
                    "ngrok cannot be reached at {address}: {}.",
                    self.redactor.redact(&cause.to_string())
                ),
                format!("Check the network and any firewall or proxy in between. {OTHER_WAYS}"),
            ),
            ConnectError::Tls(cause) => passing(
                format!("TLS with {address} failed: {}.", self.redactor.redact(&cause.to_string())),
                "If a company proxy intercepts TLS, pass its certificate authority with --ngrok-ca."
                    .to_owned(),
            ),
            other => passing(
                format!("The ngrok session with {address} cannot start: {}.", self.chain(other)),
                format!("Try again. {OTHER_WAYS}"),
            ),
        }
    }

    /// ngrok answered with an error, or the connection was lost before it answered.
    pub(super) fn rpc_failed(&self, error: &RpcError) -> TunnelFailure {
        match error {
            RpcError::Response(_) => self.answered(error.error_code(), &error.msg()),
            broken => passing(
                format!("{} ended the session before it was online: {}.", self.address, self.chain(broken)),
                format!("Try again. {OTHER_WAYS}"),
            ),
        }
    }

    /// The server accepted the connection and then did not answer within `limit`.
    pub(super) fn silent(&self, step: &str, limit: Duration) -> TunnelFailure {
        passing(
            format!("{} accepted the connection, but did not answer {step} within {limit:?}.", self.address),
            format!("Try again. A firewall or proxy in between may block the answer. {OTHER_WAYS}"),
        )
    }

    /// The SDK does not detect that its connection was cut, for this reason.
    pub(super) fn stuck(&self, because: String) -> TunnelFailure {
        passing(because, format!("Try again. {OTHER_WAYS}"))
    }

    /// The SDK is about to connect again, because of `error`.
    pub(super) fn lost(&self, error: &AcceptError) -> Loss {
        match error {
            AcceptError::Reconnect(cause) => Loss::Failed(match &**cause {
                ConnectError::Auth(error) | ConnectError::Rebind(error) => self.rpc_failed(error),
                other => self.connect_failed(other),
            }),
            other => Loss::Broke(format!("the connection to ngrok was lost: {}", self.chain(other))),
        }
    }

    /// ngrok closed the tunnel, but not its session.
    pub(super) fn stopped_by_ngrok(&self, error: Option<&AcceptError>) -> TunnelFailure {
        let (code, said) = match error {
            Some(AcceptError::ListenerClosed { message, error_code }) => {
                (error_code.as_deref(), message.as_str())
            }
            _ => (None, ""),
        };
        let said = self.redactor.redact(said);
        let meaning = match said.as_str() {
            "" => "ngrok stopped the tunnel.".to_owned(),
            said => format!("ngrok stopped the tunnel: {said}."),
        };
        TunnelFailure::lasting(TunnelRefusal {
            kind: TunnelRefusalKind::Refused,
            code: code.map(|code| self.redactor.redact(code)),
            meaning,
            remedy: "It may have been stopped at https://dashboard.ngrok.com. Start zoomhook again."
                .to_owned(),
        })
    }

    /// The server's address from the user cannot be used.
    pub(super) fn bad_address(error: &AddressError) -> TunnelFailure {
        lasting(
            format!("{error}."),
            "Use a host name or an IPv4 address, such as connect.ngrok-agent.com:443.".to_owned(),
        )
    }

    /// The certificate authorities contain no certificate.
    pub(super) fn bad_ca() -> TunnelFailure {
        lasting(
            "The certificate authorities for ngrok contain no certificate in PEM format.".to_owned(),
            "Pass --ngrok-ca a file with lines such as -----BEGIN CERTIFICATE-----.".to_owned(),
        )
    }

    fn answered(&self, code: Option<&str>, text: &str) -> TunnelFailure {
        let known = code.and_then(codes::look_up);
        let (meaning, remedy) = match known {
            Some(known) => {
                let domain = self.domain.as_deref().unwrap_or("requested");
                (known.meaning.replace("{domain}", domain), known.remedy.to_owned())
            }
            None => (
                format!("ngrok refused: {}", self.redactor.redact(text)),
                match code {
                    Some(code) => format!("See https://ngrok.com/docs/errors/{}", code.to_lowercase()),
                    None => format!("Try again. {OTHER_WAYS}"),
                },
            ),
        };
        // The code comes from the server too, so it is redacted.
        let refusal = TunnelRefusal {
            kind: TunnelRefusalKind::Refused,
            code: code.map(|code| self.redactor.redact(code)),
            meaning,
            remedy: self.redactor.redact(&remedy),
        };
        // A retry may fix an unknown error.
        TunnelFailure { refusal, cure: known.map_or(Cure::Retry, |known| known.cure) }
    }

    /// An error and its causes on one line.
    fn chain(&self, error: &dyn std::error::Error) -> String {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(next) = cause {
            text = format!("{text}: {next}");
            cause = next.source();
        }
        self.redactor.redact(&text)
    }
}

fn passing(meaning: String, remedy: String) -> TunnelFailure {
    TunnelFailure::passing(TunnelRefusal { kind: TunnelRefusalKind::Failed, code: None, meaning, remedy })
}

fn lasting(meaning: String, remedy: String) -> TunnelFailure {
    TunnelFailure::lasting(TunnelRefusal { kind: TunnelRefusalKind::Failed, code: None, meaning, remedy })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const TOKEN: &str = "2aBcDeFgHiJkLmNoPqRsTuVwXyZ_0123456789abcdefghij";

    fn wording() -> Wording {
        Wording {
            address: Address::of(Some("127.0.0.1:1")).unwrap(),
            domain: Some("mine.ngrok.app".to_owned()),
            redactor: Redactor::new(TOKEN),
        }
    }

    fn answer(text: &str) -> RpcError {
        RpcError::Response(text.into())
    }

    #[test]
    fn a_known_code_gets_zoomhooks_message() {
        let TunnelFailure { refusal, cure } =
            wording().rpc_failed(&answer("whatever\r\n\r\nERR_NGROK_319\r\n"));
        assert_eq!(cure, Cure::None);
        assert_eq!(refusal.code.as_deref(), Some("ERR_NGROK_319"));
        assert_eq!(refusal.meaning, "The domain mine.ngrok.app is not reserved for this account.");
    }

    #[test]
    fn an_unknown_code_gets_ngroks_message_without_the_token() {
        let TunnelFailure { refusal, .. } =
            wording().rpc_failed(&answer(&format!("No luck\nwith {TOKEN}.\n\nERR_NGROK_9999")));
        assert_eq!(refusal.code.as_deref(), Some("ERR_NGROK_9999"));
        assert_eq!(refusal.meaning, "ngrok refused: No luck with [authtoken].");
        assert_eq!(refusal.remedy, "See https://ngrok.com/docs/errors/err_ngrok_9999");
    }

    #[test]
    fn a_session_that_is_not_resumed_has_failed() {
        let lost =
            |text: &str| wording().lost(&AcceptError::Reconnect(Arc::new(ConnectError::Auth(answer(text)))));
        for (text, cure) in [
            ("ERR_NGROK_107", Cure::None),
            ("ERR_NGROK_334", Cure::OldSession),
            ("Busy.\nERR_NGROK_9999", Cure::Retry),
        ] {
            let Loss::Failed(failure) = lost(text) else { panic!("{text}") };
            assert_eq!(failure.cure, cure);
            assert!(
                failure.reason().ends_with(&format!("({})", text.lines().last().unwrap())),
                "{failure:?}"
            );
        }
    }

    #[test]
    fn a_stop_from_the_dashboard_shows_ngroks_message() {
        let closed = AcceptError::ListenerClosed { message: format!("by {TOKEN}"), error_code: None };
        assert_eq!(
            wording().stopped_by_ngrok(Some(&closed)).refusal.meaning,
            "ngrok stopped the tunnel: by [authtoken]."
        );
    }
}
