//! `authtoken` and `tunnel-program`: what the tunnel needs on this machine.

use std::io::ErrorKind;
use std::time::SystemTime;

use jiff::Timestamp;

use super::programs;
use super::{Setup, SetupCheck, SetupFinding};
use crate::delivery::{TunnelKind, Word};
use crate::instances;
use crate::tunnel::TunnelSettings;
use crate::tunnel::process::Tool;

/// `authtoken`: only ngrok needs one. Whether ngrok accepts it is known only online.
pub(super) fn authtoken(setup: &Setup) -> SetupFinding {
    if setup.tunnel_kind != TunnelKind::Ngrok {
        let kind = setup.tunnel_kind.as_str();
        return SetupFinding::skipped(format!("not needed: the tunnel is {kind}"));
    }
    if let Err(problem) = &setup.tunnel {
        if setup.authtoken.is_none()
            && let Some(pid) = session_without_ngrok(setup)
        {
            return SetupFinding::skipped(format!(
                "not needed by the listen that runs (pid {pid}): it has no ngrok tunnel"
            ));
        }
        let places = setup.authtoken_places.iter().map(|place| format!("looked at: {place}")).collect();
        return problem.found_by(SetupCheck::Authtoken).with_notes(places);
    }
    let Some(origin) = &setup.authtoken else { return SetupFinding::skipped("not known") };
    let version = origin.version.as_ref().map(|version| format!(" (version {version})")).unwrap_or_default();
    let place = format!("{}{version}", origin.place);
    if origin.is_usual {
        return SetupFinding::pass(place);
    }
    SetupFinding::warn(
        format!(
            "The value of {place} does not have the form of an authtoken: about 49 letters and digits with one '_' \
             in it. `zoomhook doctor --online` finds out whether ngrok accepts it."
        ),
        "Copy it again: https://dashboard.ngrok.com/get-started/your-authtoken",
    )
}

/// The process id of a `listen` of this project that runs with another tunnel; `None` if one runs with ngrok.
fn session_without_ngrok(setup: &Setup) -> Option<u32> {
    let running = instances::all(setup.instances_folder.as_deref()?).ok()?;
    let mut of_project = running.iter().filter(|entry| entry.is_of_project(setup.project.as_deref()));
    let pid = of_project.clone().next()?.pid;
    let is_other = |tunnel: &String| tunnel != TunnelKind::Ngrok.as_str();
    of_project.all(|entry| entry.tunnel.as_ref().is_some_and(is_other)).then_some(pid)
}

/// `tunnel-program`: the program that opens the tunnel.
pub(super) fn program(setup: &Setup) -> SetupFinding {
    let settings = match &setup.tunnel {
        Ok(TunnelSettings::Process(settings)) => settings,
        Ok(_) | Err(_) => {
            let kind = setup.tunnel_kind.as_str();
            return SetupFinding::skipped(format!("not needed: the tunnel is {kind}"));
        }
    };
    let (program, flag) = match &settings.tool {
        Tool::Cloudflared => ("cloudflared", "--version"),
        Tool::Ssh(_) => ("ssh", "-V"),
        Tool::Command(words) => {
            return SetupFinding::skipped(format!(
                "not known: {} is started only by listen",
                words.program()
            ));
        }
    };
    let printed = match programs::run(program, &[flag], None) {
        Ok(output) => output.text,
        Err(error) => {
            let missing = if error.kind() == ErrorKind::NotFound {
                format!("{program} is not installed or not in PATH.")
            } else {
                format!("{program} cannot be started: {error}.")
            };
            return SetupFinding::fail(
                missing,
                format!("Install it, or use another --tunnel than {program}."),
            );
        }
    };
    let version = printed.lines().next().unwrap_or_default().trim().to_owned();
    match age_in_years(&version, SystemTime::now()).filter(|_| program == "cloudflared") {
        Some(years) if years >= 1 => SetupFinding::warn(
            format!("{version} is more than a year old. Cloudflare supports versions for a year."),
            "Update cloudflared.",
        ),
        _ => SetupFinding::pass(version),
    }
}

/// The age of a version such as `cloudflared version 2024.6.1`, whose numbers are a year and a month.
fn age_in_years(version: &str, now: SystemTime) -> Option<i64> {
    let number = version.split_whitespace().find(|word| word.starts_with("20") && word.contains('.'))?;
    let mut parts = number.split('.').map(|part| part.parse::<i64>().ok());
    let (year, month) = (parts.next()??, parts.next()??);
    let today = Timestamp::try_from(now).ok()?.to_zoned_datetime(jiff::tz::TimeZone::UTC);
    let months = (i64::from(today.year()) - year) * 12 + i64::from(today.month()) - month;
    Some((months - 1) / 12)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn a_version_of_cloudflared_is_a_date() {
        // November 2026.
        let now = UNIX_EPOCH + Duration::from_secs(1_795_507_201);
        for (version, years) in [
            ("cloudflared version 2026.11.1 (built 2026-11-02-1000 UTC)", Some(0)),
            ("cloudflared version 2025.11.0 (built x)", Some(0)),
            ("cloudflared version 2025.10.0 (built x)", Some(1)),
            ("OpenSSH_9.2p1", None),
        ] {
            assert_eq!(age_in_years(version, now), years, "{version}");
        }
    }
}
