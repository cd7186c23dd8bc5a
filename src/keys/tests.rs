//! Keys and events in, actions and the status line out, without a terminal.

use std::time::Duration;

use super::*;
use crate::delivery::filter::tests::event;
use crate::delivery::{Delivery, DeliverySign, ForwardOutcome, ForwardRole, Forwarded, LateForwarded};

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
        Some(event) => {
            interaction.shown(event);
            true
        }
        None => false,
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
    let later = LateForwarded {
        id: id.into(),
        judgement,
        forwarded: vec![forwarded],
        attempt: 1,
        kind,
        is_signed_afresh: false,
    };
    SessionEvent::Forwarded(Box::new(later))
}

fn type_text(interaction: &mut Interaction, text: &str) {
    for c in text.chars() {
        assert_eq!(interaction.press(Key::Char(c)), None, "{c}");
    }
}

fn selected(interaction: &Interaction) -> Option<String> {
    match interaction.status_line() {
        StatusLine::Selected(selected) => Some(selected.name),
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
    assert!(interaction.arrive(forwarded("3", LateKind::Copy)).is_none());
    assert!(interaction.arrive(forwarded("2", LateKind::Copy)).is_some());
    interaction.press(Key::Escape);
    assert!(arrive(&mut interaction, "4", "phone.ringing"));
}

#[test]
fn hidden_deliveries_and_their_outcomes_return_when_the_filter_is_cleared() {
    let mut interaction = interaction();
    interaction.press(Key::Char('f'));
    type_text(&mut interaction, "meeting.*");
    assert_eq!(interaction.press(Key::Enter), None);
    assert!(!arrive(&mut interaction, "1", "phone.ringing"));
    interaction.arrive(forwarded("1", LateKind::Copy));
    // Another filter lets them be judged again.
    interaction.press(Key::Char('f'));
    interaction.press(Key::EraseAll);
    type_text(&mut interaction, "chat.*");
    assert_eq!(interaction.press(Key::Enter), Some(KeyAction::Reveal));
    for event in interaction.reveal().events {
        assert!(interaction.arrive(event).is_none());
    }
    let waiting = |filter: Option<(&str, u64)>, paused| StatusLine::Waiting {
        filter: filter.map(|(text, hidden)| (text.into(), hidden)),
        paused,
    };
    assert_eq!(interaction.status_line(), waiting(Some(("chat.*", 1)), None));
    // In a pause they wait for its end, before the later ones.
    interaction.press(Key::Char('p'));
    assert!(!arrive(&mut interaction, "2", "phone.ended"));
    assert_eq!(interaction.press(Key::Escape), Some(KeyAction::Reveal));
    assert!(interaction.reveal().events.is_empty());
    assert_eq!(interaction.status_line(), waiting(None, Some(2)));
    let events = interaction.resume().events;
    assert!(matches!(
        &events[..],
        [SessionEvent::Delivery(first), SessionEvent::Forwarded(_), SessionEvent::Delivery(second)]
            if first.id == "1" && second.id == "2"
    ));
}

#[test]
fn the_selection_has_a_position() {
    let mut interaction = interaction();
    for id in ["1", "2", "3"] {
        arrive(&mut interaction, id, "a.same");
    }
    interaction.press(Key::Up);
    interaction.press(Key::Up);
    let StatusLine::Selected(selected) = interaction.status_line() else { panic!("nothing is selected") };
    assert_eq!((selected.position, selected.sign), ((2, 3), DeliverySign::Good));
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
    assert!(interaction.arrive(forwarded("2", LateKind::Copy)).is_none());
    assert!(interaction.arrive(forwarded("1", LateKind::Replay)).is_some());
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
