//! Keys and events in, actions and the status line out, without a terminal.

use std::time::Duration;

use super::*;
use crate::delivery::filter::tests::event;
use crate::delivery::{Delivery, ForwardOutcome, ForwardRole, Forwarded, LateForwarded};

/// A verified event with this id.
pub(super) fn named(id: &str, name: &str, body: &str) -> Box<Delivery> {
    Box::new(Delivery { id: id.into(), ..event(name, body) })
}

fn interaction() -> Interaction {
    let mut interaction = Interaction::default();
    let local = "127.0.0.1:4000".parse().unwrap();
    interaction.arrive(SessionEvent::Ready(Ready { local, path: "/webhook".into(), public_url: None }));
    interaction
}

/// Lets a delivery arrive, and returns whether it is shown.
fn arrive(interaction: &mut Interaction, id: &str, name: &str) -> bool {
    match interaction.arrive(SessionEvent::Delivery(named(id, name, "{}"))) {
        Decision::Show(event) => {
            interaction.shown(event);
            true
        }
        _ => false,
    }
}

fn forwarded(id: &str, kind: LateKind) -> SessionEvent {
    let outcome = ForwardOutcome::Unreachable("refused".into());
    let role = ForwardRole::Observed;
    let forwarded = Forwarded {
        target: "a".into(),
        role,
        outcome,
        first_byte: None,
        took: Duration::ZERO,
        challenge_faults: None,
    };
    let judgement = event("a.b", "{}").judgement;
    let later = LateForwarded { id: id.into(), judgement, forwarded: vec![forwarded], attempt: 1, kind };
    SessionEvent::Forwarded(Box::new(later))
}

fn type_text(interaction: &mut Interaction, text: &str) {
    for c in text.chars() {
        assert_eq!(interaction.press(Key::Char(c)), None, "{c}");
    }
}

fn selected(interaction: &Interaction) -> Option<String> {
    match interaction.status_line() {
        StatusLine::Selected { name, .. } => Some(name),
        _ => None,
    }
}

#[test]
fn keys_apply_to_the_selected_delivery_or_the_last() {
    let mut interaction = interaction();
    assert_eq!(interaction.press(Key::Char('r')), None);
    assert_eq!(interaction.status_line(), StatusLine::Said("No delivery yet".into()));
    for (id, name) in [("1", "a.first"), ("2", "a.second")] {
        assert!(arrive(&mut interaction, id, name));
    }
    assert_eq!(interaction.press(Key::Enter), Some(KeyAction::Unfold("2".into())));
    assert_eq!(interaction.press(Key::Up), None);
    assert_eq!(selected(&interaction).as_deref(), Some("a.second"));
    for key in [Key::Char('k'), Key::Up, Key::Up] {
        interaction.press(key);
    }
    assert_eq!(selected(&interaction).as_deref(), Some("a.first"));
    assert_eq!(interaction.press(Key::Char('r')), Some(KeyAction::Replay("1".into())));
    assert_eq!(interaction.press(Key::Char('c')), Some(KeyAction::CopyCurl("1".into())));
    // A new delivery does not move the selection.
    arrive(&mut interaction, "3", "a.third");
    assert_eq!(selected(&interaction).as_deref(), Some("a.first"));
    interaction.press(Key::Char('j'));
    assert_eq!(selected(&interaction).as_deref(), Some("a.second"));
    interaction.press(Key::Escape);
    assert_eq!(interaction.status_line(), StatusLine::Waiting { filter: None, paused: None });
}

#[test]
fn stepping_past_the_newest_clears_the_selection() {
    let mut interaction = interaction();
    arrive(&mut interaction, "1", "a.first");
    interaction.press(Key::Up);
    interaction.press(Key::Down);
    assert_eq!(selected(&interaction), None);
}

#[test]
fn a_filter_hides_and_counts_deliveries_that_do_not_match() {
    let mut interaction = interaction();
    interaction.press(Key::Char('f'));
    type_text(&mut interaction, "mx");
    interaction.press(Key::Backspace);
    type_text(&mut interaction, "eeting.*");
    assert_eq!(interaction.status_line(), StatusLine::Typing("meeting.*".into()));
    // Events that arrive during typing are shown, and the typed text stays.
    assert!(arrive(&mut interaction, "1", "phone.ringing"));
    assert_eq!(interaction.status_line(), StatusLine::Typing("meeting.*".into()));
    interaction.press(Key::Enter);
    assert!(
        arrive(&mut interaction, "2", "meeting.started") && !arrive(&mut interaction, "3", "phone.ringing")
    );
    assert_eq!(
        interaction.status_line(),
        StatusLine::Waiting { filter: Some(("meeting.*".into(), 1)), paused: None }
    );
    assert!(matches!(interaction.arrive(forwarded("3", LateKind::Copy)), Decision::Hide(_)));
    assert!(matches!(interaction.arrive(forwarded("2", LateKind::Copy)), Decision::Show(_)));
    interaction.press(Key::Escape);
    assert!(arrive(&mut interaction, "4", "phone.ringing"));
}

#[test]
fn letters_are_text_while_a_filter_is_typed_and_escape_cancels_it() {
    let mut interaction = interaction();
    interaction.press(Key::Char('f'));
    type_text(&mut interaction, "qrp?");
    interaction.press(Key::EraseAll);
    interaction.press(Key::Pasted('x'));
    assert_eq!(interaction.status_line(), StatusLine::Typing("x".into()));
    interaction.press(Key::Escape);
    assert_eq!(interaction.status_line(), StatusLine::Waiting { filter: None, paused: None });
    assert_eq!(interaction.press(Key::Char('q')), Some(KeyAction::Quit));
}

#[test]
fn a_pause_buffers_all_events_except_replays_and_releases_them_in_order() {
    let mut interaction = interaction();
    arrive(&mut interaction, "1", "a.first");
    interaction.press(Key::Char('p'));
    assert!(!arrive(&mut interaction, "2", "a.second"));
    assert!(matches!(interaction.arrive(forwarded("2", LateKind::Copy)), Decision::Buffered));
    assert!(matches!(interaction.arrive(forwarded("1", LateKind::Replay)), Decision::Show(_)));
    assert_eq!(interaction.status_line(), StatusLine::Waiting { filter: None, paused: Some(1) });
    assert_eq!(interaction.press(Key::Char('p')), Some(KeyAction::Resume));
    let resumed = interaction.resume();
    assert!(matches!(resumed.events[..], [SessionEvent::Delivery(_), SessionEvent::Forwarded(_)]));
    assert!(!interaction.is_paused() && arrive(&mut interaction, "3", "a.third"));
}

#[test]
fn stores_later_outcomes_with_their_delivery() {
    let mut interaction = interaction();
    arrive(&mut interaction, "1", "a.first");
    for _ in 0..20 {
        interaction.shown(forwarded("1", LateKind::Replay));
    }
    assert_eq!(interaction.stored("1").unwrap().later.len(), 8);
}

#[test]
fn only_help_and_quit_work_before_the_session_is_ready() {
    let mut interaction = Interaction::default();
    for key in [Key::Char('p'), Key::Char('f'), Key::Char('o'), Key::Enter, Key::Up] {
        assert_eq!(interaction.press(key), None, "{key:?}");
    }
    assert!(!interaction.is_paused());
    assert_eq!(interaction.press(Key::Char('?')), Some(KeyAction::Help));
    assert_eq!(interaction.press(Key::Char('q')), Some(KeyAction::Quit));
}

#[test]
fn unknown_keys_do_nothing() {
    let mut interaction = interaction();
    arrive(&mut interaction, "1", "a.first");
    for key in [Key::Char('x'), Key::Char('Q'), Key::Pasted('q'), Key::Backspace, Key::EraseAll] {
        assert_eq!(interaction.press(key), None, "{key:?}");
    }
    assert_eq!(interaction.status_line(), StatusLine::Waiting { filter: None, paused: None });
}

#[test]
fn follows_a_changed_url() {
    let mut interaction = interaction();
    let changed = TunnelState::UrlChanged { old: "https://a".into(), new: "https://b".into() };
    interaction.arrive(SessionEvent::Tunnel(changed));
    assert_eq!(interaction.ready().unwrap().public_endpoint().as_deref(), Some("https://b/webhook"));
}
