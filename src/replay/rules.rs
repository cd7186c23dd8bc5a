//! Which stored deliveries are sent, and which of them only if the user asks for them. Pure.
//!
//! Requests of strangers are in the history too: refused ones, and whatever an imported file contains. A fresh
//! signature makes any of them look genuine, a target can be any service of this machine, and a method other than POST
//! can do more than deliver an event.

use super::ReplayMode;
use crate::delivery::{DeliveryVerdict, Provenance, StoredDelivery};
use crate::zoom::{NamedSecret, SIGNATURE_HEADER, TIMESTAMP_HEADER};

/// How the user chose the deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    /// By their ids.
    Named,
    /// With `--all`.
    All,
    /// With `--all --verdict`, which asks for refused requests too.
    AllOfVerdict,
}

/// Why nothing shows that Zoom sent a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// This machine refused it, and no known token signed it.
    Refused,
    /// It was imported, and no known token signed it.
    Imported,
    /// This machine accepted it, but no token that is known now signed it. It may belong to another app.
    OtherToken,
}

/// Why a delivery is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Withheld {
    /// No known token signed it, and the user did not name it. With a fresh signature, an app would accept it.
    Unsigned,
    /// It was refused, and the user did not ask for refused requests.
    Refused,
    /// It was imported, and the user did not give a target.
    NoTarget,
    /// Its body was not received. An empty one would be another request.
    NoBody,
    /// Its method is not POST. It is sent only as it is stored, to a target that the user gave.
    Method,
}

/// Whether a delivery is sent, and the doubt to report with it. A doubt matters only if the delivery is signed.
pub(super) fn check(
    stored: &StoredDelivery,
    mode: &ReplayMode,
    choice: Choice,
    has_target: bool,
) -> Result<Option<Doubt>, Withheld> {
    if stored.lacks_its_body() {
        return Err(Withheld::NoBody);
    }
    let is_exact = matches!(mode, ReplayMode::Exact);
    let doubt = if is_exact { None } else { doubt(stored, mode) };
    if choice != Choice::Named {
        if doubt.is_some() {
            return Err(Withheld::Unsigned);
        }
        if is_exact && choice == Choice::All && is_refused(stored) {
            return Err(Withheld::Refused);
        }
    }
    if stored.provenance == Provenance::Imported && !has_target {
        return Err(Withheld::NoTarget);
    }
    if stored.method != "POST" && !(is_exact && has_target) {
        return Err(Withheld::Method);
    }
    Ok(doubt)
}

/// Whether it was refused without a signature of a known token. For an imported delivery this is what its file says.
fn is_refused(stored: &StoredDelivery) -> bool {
    stored.reason.is_some() && stored.secret_name.is_none()
}

/// Why nothing shows that Zoom sent it to the app whose token is known now; `None` if a known token signed it.
fn doubt(stored: &StoredDelivery, mode: &ReplayMode) -> Option<Doubt> {
    if mode.signer(stored).is_some() {
        return None;
    }
    Some(match stored.provenance {
        Provenance::Imported => Doubt::Imported,
        Provenance::Recorded if stored.verdict == DeliveryVerdict::Valid || stored.secret_name.is_some() => {
            Doubt::OtherToken
        }
        Provenance::Recorded => Doubt::Refused,
    })
}

impl ReplayMode {
    /// The known token that signed it, at any time: a `listen` with another token may have refused it.
    pub(super) fn signer(&self, stored: &StoredDelivery) -> Option<&NamedSecret> {
        let Self::Fresh { secrets, .. } = self else { return None };
        let (timestamp, signature) = (stored.header(TIMESTAMP_HEADER)?, stored.header(SIGNATURE_HEADER)?);
        let signature = signature.parse().ok()?;
        let signed =
            |secret: &&NamedSecret| secret.token.verify(timestamp.as_bytes(), &stored.body, &signature);
        secrets.iter().find(signed)
    }

    /// The token for the fresh signature: the one that signed it. If none did, the one of the name that this machine
    /// recorded, or else the first one. A name in an imported file does not choose a token.
    pub(super) fn secret_for(&self, stored: &StoredDelivery) -> Option<&NamedSecret> {
        let Self::Fresh { secrets, .. } = self else { return None };
        let named = || {
            let name = stored.secret_name.as_deref().filter(|_| stored.provenance == Provenance::Recorded)?;
            secrets.iter().find(|secret| *secret.name == *name)
        };
        self.signer(stored).or_else(named).or(secrets.first())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::test_support::{fresh, secret, stored};

    /// A delivery whose signature the token of this name made.
    fn signed_by(name: &str) -> StoredDelivery {
        let signature = secret(name).token.sign(b"1", b"{}").to_string();
        let headers = [("x-zm-request-timestamp", "1"), ("x-zm-signature", signature.as_str())];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.into())).into();
        StoredDelivery { headers, ..stored("{}") }
    }

    fn refused(delivery: StoredDelivery) -> StoredDelivery {
        StoredDelivery {
            verdict: DeliveryVerdict::Invalid,
            reason: Some("signature_mismatch".into()),
            secret_name: None,
            ..delivery
        }
    }

    fn imported(delivery: StoredDelivery) -> StoredDelivery {
        StoredDelivery { provenance: Provenance::Imported, ..delivery }
    }

    #[test]
    fn signs_only_named_deliveries_without_a_known_signature() {
        let mode = fresh(&[]);
        for (delivery, doubt) in [
            (refused(stored("{}")), Doubt::Refused),
            (imported(stored("{}")), Doubt::Imported),
            (imported(refused(stored("{}"))), Doubt::Imported),
            (signed_by("gone"), Doubt::OtherToken),
            (StoredDelivery { secret_name: Some("gone".into()), ..refused(stored("{}")) }, Doubt::OtherToken),
        ] {
            assert_eq!(check(&delivery, &mode, Choice::Named, true), Ok(Some(doubt)));
            for choice in [Choice::All, Choice::AllOfVerdict] {
                assert_eq!(check(&delivery, &mode, choice, true), Err(Withheld::Unsigned), "{doubt:?}");
            }
        }
        for delivery in
            [signed_by("first"), refused(signed_by("second")), imported(refused(signed_by("first")))]
        {
            assert_eq!(check(&delivery, &mode, Choice::All, true), Ok(None));
        }
    }

    #[test]
    fn exact_leaves_out_refused_requests_unless_a_verdict_is_given() {
        let mode = ReplayMode::Exact;
        for delivery in [refused(stored("{}")), imported(refused(stored("{}")))] {
            assert_eq!(check(&delivery, &mode, Choice::All, true), Err(Withheld::Refused));
            for choice in [Choice::AllOfVerdict, Choice::Named] {
                assert_eq!(check(&delivery, &mode, choice, true), Ok(None));
            }
        }
        let unknown = StoredDelivery { verdict: DeliveryVerdict::Unknown, ..imported(signed_by("gone")) };
        assert_eq!(check(&unknown, &mode, Choice::All, true), Ok(None));
    }

    #[test]
    fn an_imported_delivery_needs_a_target() {
        for mode in [fresh(&[]), ReplayMode::Exact] {
            let check = |delivery, has_target| check(&delivery, &mode, Choice::Named, has_target);
            assert_eq!(check(imported(signed_by("first")), false), Err(Withheld::NoTarget));
            assert_eq!(check(imported(signed_by("first")), true), Ok(None));
            assert_eq!(check(signed_by("first"), false), Ok(None));
        }
    }

    #[test]
    fn another_method_needs_exact_and_a_target() {
        for method in ["DELETE", "GET", "post", ""] {
            let delivery = StoredDelivery { method: method.into(), ..signed_by("first") };
            for (mode, has_target, expected) in [
                (fresh(&[]), true, Err(Withheld::Method)),
                (fresh(&[]), false, Err(Withheld::Method)),
                (ReplayMode::Exact, false, Err(Withheld::Method)),
                (ReplayMode::Exact, true, Ok(None)),
            ] {
                assert_eq!(check(&delivery, &mode, Choice::Named, has_target), expected, "{method}");
            }
        }
    }

    #[test]
    fn a_body_that_was_not_received_is_never_sent_as_an_empty_one() {
        for mode in [fresh(&[]), ReplayMode::Exact] {
            for choice in [Choice::Named, Choice::All, Choice::AllOfVerdict] {
                let delivery = StoredDelivery { body: Vec::new(), ..refused(signed_by("first")) };
                let delivery = StoredDelivery { reason: Some("wrong_path".into()), ..imported(delivery) };
                assert_eq!(check(&delivery, &mode, choice, true), Err(Withheld::NoBody));
            }
        }
    }

    #[test]
    fn the_token_that_signed_it_signs_it_again() {
        let (mode, name) = (fresh(&[]), |delivery: &StoredDelivery| delivery.secret_name.clone());
        let signer = |delivery: &StoredDelivery| mode.secret_for(delivery).map(|secret| &*secret.name);
        // The stored name is that of the second token.
        assert_eq!(name(&stored("{}")).as_deref(), Some("second"));
        assert_eq!(signer(&signed_by("first")), Some("first"));
        assert_eq!(signer(&stored("{}")), Some("second"));
        assert_eq!(signer(&imported(stored("{}"))), Some("first"));
        assert_eq!(signer(&imported(signed_by("second"))), Some("second"));
    }
}
