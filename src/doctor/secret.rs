//! `secret`, `secret-sources` and `secret-match`: is there a secret token, from one place, and is it the right one?

use super::kept;
use super::{ChosenSecret, Setup, SetupCheck, SetupFinding, SetupFix, SetupSecrets};
use crate::delivery::StoredDelivery;
use crate::zoom::{SIGNATURE_HEADER, SecretToken, Signature, TIMESTAMP_HEADER};

/// Where Marketplace shows the token.
const PLACE: &str = "your app > Feature > Token > Secret Token in Marketplace";

/// `secret`: can `listen` use a secret token?
pub(super) fn usable(secrets: &SetupSecrets) -> SetupFinding {
    let chosen = match &secrets.chosen {
        Ok(chosen) => chosen,
        Err(problem) => {
            let finding = problem.found_by(SetupCheck::Secret);
            return match &secrets.new_env_file {
                Some((file, name)) => finding.with_fix(SetupFix::CreateEnvFile { file: file.clone(), name }),
                None => finding,
            };
        }
    };
    let places: Vec<_> =
        chosen.iter().map(|one| format!("{}, fingerprint {}", one.place, one.token.fingerprint())).collect();
    match secrets.remarks.first() {
        Some(remark) => SetupFinding::warn(places.join("; "), remark.clone()),
        None => SetupFinding::pass(places.join("; ")),
    }
}

/// `secret-sources`: do the places agree?
pub(super) fn sources(secrets: &SetupSecrets) -> SetupFinding {
    if secrets.are_flags {
        return SetupFinding::pass("flags name the secret token, so no other place counts");
    }
    let Some((used, rest)) = secrets.places.split_first() else {
        return SetupFinding::skipped("no place that zoomhook uses sets a secret token");
    };
    // A .env.local has precedence over the .env next to it on purpose.
    let is_override = |name: &std::path::Path| {
        let used = used.file.as_deref();
        name.ends_with(".env") && used.is_some_and(|used| used.ends_with(".env.local"))
    };
    let others = rest.iter().filter(|place| !place.is_same);
    let (overridden, ignored): (Vec<_>, Vec<_>) =
        others.partition(|place| place.file.as_deref().is_some_and(is_override));
    let notes = overridden.iter().map(|place| format!("{} has precedence over {}", used.name, place.name));
    let notes: Vec<_> = notes.collect();
    let finding = match ignored.as_slice() {
        [] if rest.is_empty() => SetupFinding::pass(format!("only {}", used.name)),
        [] => SetupFinding::pass(format!("{} counts, and no other place contradicts it", used.name)),
        ignored => {
            let names: Vec<_> = ignored.iter().map(|place| place.name.as_str()).collect();
            let (has, is) = if names.len() == 1 { ("has", "is") } else { ("have", "are") };
            SetupFinding::warn(
                format!(
                    "{} is used. {} {has} another value and {is} ignored.",
                    used.name,
                    names.join(" and ")
                ),
                "Remove the value that is out of date. To use one file in any case, name it with --env-file.",
            )
        }
    };
    finding.with_notes(notes)
}

/// `secret-match`: did this token sign what Zoom sent? Only an HMAC proves that. Without a stored delivery, the form of
/// the token is all there is.
pub(super) fn matches(setup: &Setup) -> SetupFinding {
    let Ok(chosen) = &setup.secrets.chosen else {
        return SetupFinding::skipped("see secret");
    };
    let kept = kept::newest(setup);
    let deliveries = kept.as_ref().map(|kept| kept.deliveries.as_slice()).unwrap_or_default();
    for delivery in deliveries {
        if chosen.iter().any(|one| signed(&one.token, delivery)) {
            let at = kept::time(delivery.received_at);
            return SetupFinding::pass(format!("it signed the delivery of {at}"));
        }
        if let Some(finding) = signed_by_another(setup, chosen, delivery) {
            return finding;
        }
    }
    if let Some((one, form)) = chosen.iter().find_map(|one| Some((one, one.form?))) {
        let detail = format!(
            "The value of {} {form}. Zoom's secret tokens have 22 letters, digits, '-' and '_'. Zoom does not \
             document that, so this is no proof.",
            one.place
        );
        return SetupFinding::warn(detail, format!("Compare it with {PLACE}."));
    }
    match kept {
        Err(reason) => SetupFinding::skipped(format!("not known: {reason}")),
        Ok(kept) if kept.deliveries.is_empty() => {
            SetupFinding::skipped("not known: no delivery that came through a public URL is stored")
        }
        Ok(_) => SetupFinding::skipped("not known: no credential of this machine signed a stored delivery"),
    }
}

fn signed_by_another(
    setup: &Setup,
    chosen: &[ChosenSecret],
    delivery: &StoredDelivery,
) -> Option<SetupFinding> {
    let is_signer = |text: &zeroize::Zeroizing<String>| {
        SecretToken::new(text.as_str()).is_ok_and(|token| signed(&token, delivery))
    };
    let other = setup.secrets.others.iter().find(|other| is_signer(&other.to_text()))?;
    let at = kept::time(delivery.received_at);
    let used: Vec<_> = chosen.iter().map(|one| one.place.as_str()).collect();
    Some(SetupFinding::fail(
        format!("The delivery of {at} was signed with {}, and not with {}.", other.name, used.join(" or ")),
        format!("Use the value of {}, or copy the secret token again: {PLACE}.", other.name),
    ))
}

/// Whether this token signed the delivery.
fn signed(token: &SecretToken, delivery: &StoredDelivery) -> bool {
    let Some(signature) = text_of(delivery, SIGNATURE_HEADER).and_then(|text| text.parse::<Signature>().ok())
    else {
        return false;
    };
    let timestamp = kept::header(delivery, TIMESTAMP_HEADER);
    timestamp.is_some_and(|timestamp| token.verify(timestamp, &delivery.body, &signature))
}

fn text_of<'d>(delivery: &'d StoredDelivery, name: &str) -> Option<&'d str> {
    std::str::from_utf8(kept::header(delivery, name)?).ok()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::doctor::{SecretPlace, SetupStatus};

    fn place(name: &str, file: Option<&str>, is_same: bool) -> SecretPlace {
        SecretPlace { name: name.to_owned(), file: file.map(PathBuf::from), is_same }
    }

    fn found(places: Vec<SecretPlace>) -> SetupFinding {
        sources(&SetupSecrets {
            chosen: Ok(Vec::new()),
            remarks: Vec::new(),
            are_flags: false,
            places,
            others: Vec::new(),
            new_env_file: None,
        })
    }

    #[test]
    fn warns_only_about_places_that_contradict_each_other() {
        let (env, local, shared) = ("E", Some("a/.env.local"), Some("a/.env"));
        for (places, status) in [
            (vec![], SetupStatus::Skipped),
            (vec![place(env, None, true)], SetupStatus::Pass),
            (vec![place(env, None, true), place("A", shared, true)], SetupStatus::Pass),
            (vec![place(env, None, true), place("A", shared, false)], SetupStatus::Warn),
            (vec![place("A", local, true), place("A", shared, false)], SetupStatus::Pass),
            (vec![place("A", shared, true), place("B", shared, false)], SetupStatus::Warn),
        ] {
            assert_eq!(found(places.clone()).status, status, "{places:?}");
        }
    }
}
