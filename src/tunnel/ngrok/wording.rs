//! The SDK's errors in words for the user: why ngrok refuses, why the connection was lost. Pure, and the one
//! place through which a text of ngrok's server or of the SDK gets out: each passes the redactor.

use std::time::Duration;

use ngrok::Error as _;
use ngrok::session::{ConnectError, RpcError};
use ngrok::tunnel::AcceptError;

use super::address::{Address, AddressError};
use super::codes;
use super::redact::Redactor;
use crate::notice::TunnelRefusal;

const OTHER_WAYS: &str = "--tunnel none works without a public URL, --public-url with one of your own.";

/// What the texts are about.
#[derive(Debug, Clone)]
pub(super) struct Wording {
    /// Where the agent connects to.
    pub(super) address: Address,
    /// The domain that was asked for.
    pub(super) domain: Option<String>,
    /// Knows what must not be shown.
    pub(super) redactor: Redactor,
}

/// Why a session broke off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Loss {
    /// Trying again may help; the reason.
    Passing(String),
    /// Trying again will not help.
    Final(TunnelRefusal),
}

impl Wording {
    /// `connect()` failed: dialling, TLS or authentication.
    pub(super) fn connect_failed(&self, error: &ConnectError) -> TunnelRefusal {
        let address = &self.address;
        match error {
            ConnectError::Auth(error) | ConnectError::Rebind(error) => self.rpc_failed(error),
            ConnectError::Tcp(cause) => refusal(
                format!(
                    "ngrok cannot be reached at {address}: {}.",
                    self.redactor.redact(&cause.to_string())
                ),
                format!("Check the network, and a firewall or proxy on the way. {OTHER_WAYS}"),
            ),
            ConnectError::Tls(cause) => refusal(
                format!("TLS with {address} failed: {}.", self.redactor.redact(&cause.to_string())),
                "A company proxy may sit in between: pass its certificate authority with --ngrok-ca."
                    .to_owned(),
            ),
            other => refusal(
                format!("The ngrok session with {address} cannot start: {}.", self.chain(other)),
                format!("Try again. {OTHER_WAYS}"),
            ),
        }
    }

    /// ngrok answered with an error, or the connection broke off before it answered.
    pub(super) fn rpc_failed(&self, error: &RpcError) -> TunnelRefusal {
        match error {
            RpcError::Response(_) => self.answered(error.error_code(), &error.msg()),
            broken => refusal(
                format!("{} ended the session before it was online: {}.", self.address, self.chain(broken)),
                format!("Try again. {OTHER_WAYS}"),
            ),
        }
    }

    /// The server accepted the connection and then kept silent for `limit`.
    pub(super) fn silent(&self, step: &str, limit: Duration) -> TunnelRefusal {
        refusal(
            format!("{} accepted the connection, but did not answer {step} within {limit:?}.", self.address),
            format!("Try again; a firewall or proxy on the way may hold back the answer. {OTHER_WAYS}"),
        )
    }

    /// The SDK is about to connect again, because of `error`.
    pub(super) fn lost(&self, error: &AcceptError) -> Loss {
        match error {
            AcceptError::Reconnect(cause) => match cause.error_code() {
                Some(code) => {
                    let answer = self.answered(Some(code), &cause.msg());
                    if codes::look_up(code).is_some_and(|known| known.permanent) {
                        Loss::Final(answer)
                    } else {
                        Loss::Passing(format!("{} ({code})", answer.meaning))
                    }
                }
                None => {
                    Loss::Passing(format!("ngrok broke off while reconnecting: {}", self.chain(&**cause)))
                }
            },
            other => Loss::Passing(format!("the connection to ngrok broke off: {}", self.chain(other))),
        }
    }

    /// The tunnel ended inside a session that lives on: somebody stopped it.
    pub(super) fn stopped_by_ngrok(&self, error: Option<&AcceptError>) -> TunnelRefusal {
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
        TunnelRefusal {
            code: code.map(|code| self.redactor.redact(code)),
            meaning,
            remedy: "Somebody may have stopped it at https://dashboard.ngrok.com. Start zoomhook again."
                .to_owned(),
        }
    }

    /// The user's address of a server cannot be used.
    pub(super) fn bad_address(error: &AddressError) -> TunnelRefusal {
        refusal(
            format!("{error}."),
            "Give a name or an IPv4 address, such as connect.ngrok-agent.com:443.".to_owned(),
        )
    }

    /// The certificate authorities hold none.
    pub(super) fn bad_ca() -> TunnelRefusal {
        refusal(
            "The certificate authorities for ngrok hold no certificate in PEM form.".to_owned(),
            "Give --ngrok-ca a file with lines such as -----BEGIN CERTIFICATE-----.".to_owned(),
        )
    }

    fn answered(&self, code: Option<&str>, text: &str) -> TunnelRefusal {
        let known = code.and_then(codes::look_up);
        let (meaning, remedy) = match known {
            Some(known) => {
                let domain = self.domain.as_deref().unwrap_or("asked for");
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
        // The server wrote the code as well.
        TunnelRefusal {
            code: code.map(|code| self.redactor.redact(code)),
            meaning,
            remedy: self.redactor.redact(&remedy),
        }
    }

    /// An error with its causes on one line.
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

fn refusal(meaning: String, remedy: String) -> TunnelRefusal {
    TunnelRefusal { code: None, meaning, remedy }
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
    fn a_known_code_gets_our_words() {
        let refusal = wording().rpc_failed(&answer("whatever\r\n\r\nERR_NGROK_319\r\n"));
        assert_eq!(refusal.code.as_deref(), Some("ERR_NGROK_319"));
        assert_eq!(refusal.meaning, "The domain mine.ngrok.app is not reserved for this account.");
    }

    #[test]
    fn an_unknown_code_gets_ngroks_words_without_the_token() {
        let refusal = wording().rpc_failed(&answer(&format!("No luck\nwith {TOKEN}.\n\nERR_NGROK_9999")));
        assert_eq!(refusal.code.as_deref(), Some("ERR_NGROK_9999"));
        assert_eq!(refusal.meaning, "ngrok refused: No luck with [authtoken].");
        assert_eq!(refusal.remedy, "See https://ngrok.com/docs/errors/err_ngrok_9999");
    }

    #[test]
    fn a_loss_is_final_only_where_trying_again_cannot_help() {
        let lost =
            |text: &str| wording().lost(&AcceptError::Reconnect(Arc::new(ConnectError::Auth(answer(text)))));
        assert!(matches!(lost("ERR_NGROK_107"), Loss::Final(refusal) if refusal.code.is_some()));
        assert!(matches!(lost("ERR_NGROK_334"), Loss::Passing(text) if text.contains("ERR_NGROK_334")));
        assert!(matches!(lost("Busy.\nERR_NGROK_9999"), Loss::Passing(text) if text.contains("Busy.")));
    }

    #[test]
    fn a_stop_from_the_dashboard_is_told_with_its_words() {
        let closed = AcceptError::ListenerClosed { message: format!("by {TOKEN}"), error_code: None };
        assert_eq!(
            wording().stopped_by_ngrok(Some(&closed)).meaning,
            "ngrok stopped the tunnel: by [authtoken]."
        );
    }
}
