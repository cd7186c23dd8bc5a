//! Tests of the state machine, without sockets and with a manual clock.

use super::*;
use crate::delivery::TunnelRefusal;
use crate::delivery::TunnelRefusalKind;

const OLD: &str = "https://old.test";
const NEW: &str = "https://new.test";

/// A machine and its clock.
struct Stage {
    machine: Machine,
    now: Instant,
}

impl Stage {
    fn new(probes: bool) -> Self {
        let now = Instant::now();
        Self { machine: Machine::new(TunnelLimits::default(), probes, now), now }
    }

    /// A machine that is online at [`OLD`].
    fn online(probes: bool) -> Self {
        let mut stage = Self::new(probes);
        stage.step(Event::Start);
        stage.step(Event::Up(OLD.to_owned()));
        if probes {
            stage.step(reached());
        }
        assert!(matches!(stage.machine.phase, Phase::Online { .. }), "{:?}", stage.machine);
        stage
    }

    fn step(&mut self, event: Event) -> Vec<Action> {
        self.machine.step(event, self.now, 1.0, None)
    }

    fn after(&mut self, seconds: u64) -> &mut Self {
        self.now += Duration::from_secs(seconds);
        self
    }
}

fn reached() -> Event {
    Event::Proven(ProbeProof::Reached(Duration::from_millis(38)))
}

fn broke() -> Event {
    Event::Broke("cut".to_owned())
}

fn failure(cure: Cure) -> TunnelFailure {
    let refusal = TunnelRefusal {
        kind: TunnelRefusalKind::Refused,
        code: Some("E1".to_owned()),
        meaning: "No.".to_owned(),
        remedy: "Do.".to_owned(),
    };
    TunnelFailure { refusal, cure }
}

fn online(url: &str, latency: Option<u64>) -> Action {
    let latency = latency.map(Duration::from_millis);
    Action::Emit(TunnelState::Online { url: url.to_owned(), latency })
}

fn lost(reason: &str) -> Action {
    Action::Emit(TunnelState::Lost { reason: reason.to_owned() })
}

/// The actions that report a delay and wait for it.
fn waits(attempt: u32, milliseconds: u64) -> [Action; 2] {
    let after = Duration::from_millis(milliseconds);
    [Action::Emit(TunnelState::Retrying { attempt, after }), Action::Wait(after)]
}

fn ends_with(actions: &[Action], state: &TunnelState) -> bool {
    actions.ends_with(&[Action::Emit(state.clone()), Action::End])
}

#[test]
fn is_online_only_after_a_probe_arrived() {
    let mut stage = Stage::new(true);
    assert_eq!(stage.step(Event::Start), [Action::Emit(TunnelState::Starting), Action::Open]);
    assert_eq!(stage.step(Event::Up(OLD.to_owned())), [Action::Probe(OLD.to_owned())]);
    assert_eq!(stage.step(reached()), [online(OLD, Some(38))]);
}

#[test]
fn reports_a_loss_waits_and_reconnects() {
    let mut stage = Stage::online(true);
    let [emit, wait] = waits(1, 500);
    assert_eq!(stage.step(broke()), [lost("cut"), emit, wait]);
    assert_eq!(stage.step(Event::Due), [Action::Resume]);
    assert_eq!(stage.step(Event::Up(OLD.to_owned())), [Action::Probe(OLD.to_owned())]);
    assert_eq!(stage.step(reached()), [online(OLD, Some(38))]);
}

#[test]
fn delays_grow_and_restart_after_a_minute_online() {
    let mut stage = Stage::online(false);
    for (attempt, milliseconds) in [(1, 500), (2, 1000), (3, 2000), (4, 4000)] {
        let actions =
            if attempt == 1 { stage.step(broke()) } else { stage.step(Event::Missed("cut".into())) };
        assert!(actions.ends_with(&waits(attempt, milliseconds)), "{actions:?}");
        assert_eq!(stage.step(Event::Due), [Action::Resume]);
    }
    stage.step(Event::Up(OLD.to_owned()));
    assert!(
        stage.after(59).step(broke()).ends_with(&waits(5, 8000)),
        "a short time online does not reset the backoff"
    );
    stage.step(Event::Due);
    stage.step(Event::Up(OLD.to_owned()));
    assert!(stage.after(60).step(broke()).ends_with(&waits(1, 500)));
}

#[test]
fn reports_a_reason_once_and_again_when_it_changes() {
    let mut stage = Stage::online(false);
    assert_eq!(stage.step(broke())[0], lost("cut"));
    stage.step(Event::Due);
    assert_eq!(stage.step(Event::Missed("no route".to_owned()))[0], lost("no route"));
    stage.step(Event::Due);
    assert_eq!(stage.step(Event::Missed("no route".to_owned())).len(), 2);
}

#[test]
fn a_session_that_fails_is_replaced() {
    for cure in [Cure::OldSession, Cure::Retry] {
        let mut stage = Stage::online(true);
        stage.step(broke());
        stage.step(Event::Due);
        let actions = stage.step(Event::Failed(failure(cure)));
        assert_eq!(actions[..2], [Action::Discard, lost("No (E1)")]);
        // After the first time online there is no limit on retries.
        stage.after(100_000);
        assert_eq!(stage.step(Event::Due), [Action::Open]);
        assert!(matches!(stage.step(Event::Failed(failure(cure))).last(), Some(Action::Wait(_))));
    }
}

#[test]
fn a_lasting_failure_ends_the_tunnel_at_any_time() {
    let refused = TunnelState::Refused(failure(Cure::None).refusal);
    let mut first = Stage::new(true);
    first.step(Event::Start);
    assert!(ends_with(&first.step(Event::Failed(failure(Cure::None))), &refused));
    let mut later = Stage::online(true);
    let actions = later.step(Event::Failed(failure(Cure::None)));
    assert!(ends_with(&actions, &refused) && actions[0] == Action::Discard);
    assert_eq!(later.step(Event::Due), []);
}

#[test]
fn the_first_start_waits_only_for_an_old_session() {
    let refused = TunnelState::Refused(failure(Cure::Retry).refusal);
    let mut stage = Stage::new(true);
    stage.step(Event::Start);
    assert!(ends_with(&stage.step(Event::Failed(failure(Cure::Retry))), &refused));

    let mut stage = Stage::new(true);
    stage.step(Event::Start);
    let actions = stage.step(Event::Failed(failure(Cure::OldSession)));
    assert!(matches!(actions.last(), Some(Action::Wait(_))), "{actions:?}");
    stage.after(39).step(Event::Due);
    let actions = stage.step(Event::Failed(failure(Cure::OldSession)));
    assert!(matches!(actions.last(), Some(Action::Wait(_))), "{actions:?}");
    stage.after(1).step(Event::Due);
    assert!(ends_with(&stage.step(Event::Failed(failure(Cure::OldSession))), &refused));
}

#[test]
fn reports_a_changed_url_before_it_is_online() {
    let mut stage = Stage::online(false);
    stage.step(broke());
    stage.step(Event::Due);
    let changed = TunnelState::UrlChanged { old: OLD.to_owned(), new: NEW.to_owned() };
    assert_eq!(stage.step(Event::Up(NEW.to_owned())), [Action::Emit(changed), online(NEW, None)]);
}

#[test]
fn a_dead_path_replaces_the_session_once_and_is_unproven_after_that() {
    let dead = || Event::Proven(ProbeProof::Dead("nowhere".to_owned()));
    let unproven = Action::Emit(TunnelState::Unproven { reason: "nowhere".to_owned(), is_fault: true });
    let mut stage = Stage::online(true);
    assert_eq!(stage.step(Event::Quiet), [Action::Probe(OLD.to_owned())]);
    assert_eq!(stage.step(dead())[..2], [Action::Discard, lost("nowhere")]);
    assert_eq!(stage.step(Event::Due), [Action::Open]);
    stage.step(Event::Up(OLD.to_owned()));
    assert_eq!(stage.step(dead()), [online(OLD, None), unproven.clone()]);
    // The reason is not repeated until a probe has succeeded.
    stage.step(Event::Quiet);
    assert_eq!(stage.step(dead()), []);
    assert_eq!(stage.step(reached()), []);
    assert_eq!(stage.step(dead())[0], Action::Discard);
}

#[test]
fn a_probe_that_proves_nothing_does_not_delay_being_online() {
    let mut stage = Stage::new(true);
    stage.step(Event::Start);
    stage.step(Event::Up(OLD.to_owned()));
    let doubt = Event::Proven(ProbeProof::Elsewhere("no route".to_owned()));
    let reported = Action::Emit(TunnelState::Unproven { reason: "no route".to_owned(), is_fault: true });
    assert_eq!(stage.step(doubt), [reported, online(OLD, None)]);
    let mut stage = Stage::new(true);
    stage.step(Event::Start);
    stage.step(Event::Up(OLD.to_owned()));
    assert_eq!(stage.step(Event::Proven(ProbeProof::Blocked)), [online(OLD, None)]);
}

#[test]
fn a_wake_up_reconnects_at_once_and_probes_an_online_tunnel() {
    let mut stage = Stage::online(true);
    assert_eq!(stage.step(Event::Nudged), [Action::Probe(OLD.to_owned())]);
    stage.step(broke());
    assert_eq!(stage.step(Event::Nudged), [Action::Resume]);
    assert!(
        stage.step(Event::Missed("no route".to_owned())).ends_with(&waits(1, 500)),
        "the backoff restarts"
    );
    assert_eq!(Stage::online(false).step(Event::Nudged), []);
}

#[test]
fn a_stop_ends_the_tunnel_in_any_phase() {
    let stages = [
        Stage::new(true),
        Stage::online(true),
        {
            let mut waiting = Stage::online(true);
            waiting.step(broke());
            waiting
        },
        {
            let mut proving = Stage::new(true);
            proving.step(Event::Up(OLD.to_owned()));
            proving
        },
    ];
    for mut stage in stages {
        let actions = stage.step(Event::Stop);
        assert_eq!(actions, [Action::Close, Action::Emit(TunnelState::Stopped), Action::End]);
        for event in [Event::Due, Event::Up(NEW.to_owned()), broke(), reached(), Event::Stop, Event::Nudged] {
            assert_eq!(stage.step(event), []);
        }
    }
}
