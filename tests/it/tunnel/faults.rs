//! One network fault a test: the fault is reported, the tunnel reconnects, the server then has one agent and one
//! endpoint, and none after the end. Each test prints how long the reconnection took.

use std::time::Instant;

use super::probed::{listen, start_probed};
use super::*;
use crate::support::ngrok_server::{Control, Script, Step};

/// Short limits, so that silence is noticed soon.
fn impatient() -> TunnelLimits {
    TunnelLimits {
        step: Duration::from_millis(500),
        heartbeat_interval: Duration::from_millis(100),
        heartbeat_tolerance: Duration::from_millis(900),
        ..quick()
    }
}

/// [`reconnects`], and no task is left.
async fn heals(
    name: &str,
    limits: TunnelLimits,
    fault: impl FnOnce(&NgrokServer),
    repaired_after: impl Fn(&TunnelState) -> bool,
    repair: impl FnOnce(&NgrokServer),
) -> Vec<TunnelState> {
    let told = reconnects(name, limits, fault, repaired_after, repair).await;
    no_task_is_left(name).await;
    told
}

/// Starts a probed tunnel, causes a fault, repairs it after the given state, and waits for the reconnection. Returns
/// the states on the way.
async fn reconnects(
    name: &str,
    limits: TunnelLimits,
    fault: impl FnOnce(&NgrokServer),
    repaired_after: impl Fn(&TunnelState) -> bool,
    repair: impl FnOnce(&NgrokServer),
) -> Vec<TunnelState> {
    let server = NgrokServer::start(Script::default());
    let mut tunnel = start_probed(&server, limits);
    let (events, stop) = listen(&mut tunnel, probe_key());
    let states = until(&mut tunnel, is_online).await;
    let Some(TunnelState::Online { url, .. }) = states.last().cloned() else { unreachable!() };
    let began = Instant::now();
    fault(&server);
    let mut told = until(&mut tunnel, &repaired_after).await;
    repair(&server);
    let back = Instant::now();
    if !told.last().is_some_and(is_online) {
        told.extend(until(&mut tunnel, is_online).await);
    }
    println!("{name}: offline for {:?}, {:?} of it after the repair", began.elapsed(), back.elapsed());
    let lost = told.iter().position(|state| matches!(state, TunnelState::Lost { .. }));
    assert_eq!(lost, Some(0), "{told:?}");
    server
        .until("one agent serves one endpoint", |state| state.agents.len() == 1 && state.endpoints.len() == 1)
        .await;
    let now = format!("https://{}", server.endpoint().host);
    // The listener refuses the unsigned request, so the request has arrived.
    assert_eq!(post(&server, &now, "{}").await.0, 401, "{name}, {url}");
    tunnel.stop().await;
    server.until("nothing is left", |state| state.agents.is_empty() && state.endpoints.is_empty()).await;
    drop((events, stop));
    told
}

/// The double has its own runtime, so a task that is left here belongs to the product or to the SDK.
async fn no_task_is_left(name: &str) {
    let (metrics, began) = (tokio::runtime::Handle::current().metrics(), Instant::now());
    while metrics.num_alive_tasks() > 0 {
        assert!(began.elapsed() < PATIENCE, "{name}: {} tasks are left", metrics.num_alive_tasks());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// For faults that need no repair.
fn by_itself(state: &TunnelState) -> bool {
    is_online(state)
}

fn nothing(_: &NgrokServer) {}

fn third_try(state: &TunnelState) -> bool {
    matches!(state, TunnelState::Retrying { attempt: 3, .. })
}

/// The reasons of all losses. The SDK's own errors are part of them, so tests look for the part that is ours.
fn reasons(states: &[TunnelState]) -> String {
    let lost = states.iter().filter_map(|state| match state {
        TunnelState::Lost { reason } => Some(reason.as_str()),
        _ => None,
    });
    lost.collect::<Vec<_>>().join(" | ")
}

#[tokio::test]
async fn a_cut_heals() {
    heals("cut", quick(), |server| server.control(&Control::Cut), by_itself, nothing).await;
}

#[tokio::test]
async fn an_unreachable_server_heals_once_it_is_back() {
    let away = |server: &NgrokServer| {
        server.script(|script| script.hang_up = true);
        server.control(&Control::Cut);
    };
    let back = |server: &NgrokServer| server.script(|script| script.hang_up = false);
    heals("server away", quick(), away, third_try, back).await;
}

#[tokio::test]
async fn a_frozen_connection_heals() {
    let told =
        heals("black hole", impatient(), |server| server.control(&Control::Freeze), by_itself, nothing).await;
    assert!(reasons(&told).contains("heartbeat"), "{told:?}");
}

#[tokio::test]
async fn silence_at_any_step_of_the_reconnection_heals() {
    for step in [Step::Tls, Step::Authentication, Step::Binding] {
        let silent = move |server: &NgrokServer| {
            server.script(|script| script.silent_at = Some(step));
            server.control(&Control::Cut);
        };
        let second_try = |state: &TunnelState| matches!(state, TunnelState::Retrying { attempt: 2, .. });
        let speaks = |server: &NgrokServer| server.script(|script| script.silent_at = None);
        let limits = TunnelLimits { step: Duration::from_millis(200), ..quick() };
        let told = heals(&format!("silent at {step:?}"), limits, silent, second_try, speaks).await;
        // How many tries fail before the repair takes effect depends on the timing.
        assert!(reasons(&told).contains("within 200ms"), "{told:?}");
    }
}

#[tokio::test]
async fn the_end_of_a_session_by_ngrok_heals() {
    heals("GOAWAY", quick(), |server| server.control(&Control::GoAway), by_itself, nothing).await;
}

#[tokio::test]
async fn garbage_on_the_wire_heals() {
    heals("garbage", impatient(), |server| server.control(&Control::Garbage), by_itself, nothing).await;
}

#[tokio::test]
async fn the_tunnel_waits_for_an_endpoint_that_is_online_elsewhere() {
    let taken = |server: &NgrokServer| {
        let said = "The endpoint is already online.\r\n\r\nERR_NGROK_334\r\n".to_owned();
        server.script(|script| script.refuse_bind = Some(said));
        server.control(&Control::Cut);
    };
    let free = |server: &NgrokServer| server.script(|script| script.refuse_bind = None);
    let told = heals("ERR_NGROK_334", quick(), taken, third_try, free).await;
    assert!(reasons(&told).contains("(ERR_NGROK_334)"), "{told:?}");
}

#[tokio::test]
async fn the_tunnel_waits_for_the_end_of_an_old_session() {
    let full = |server: &NgrokServer| {
        server.script(|script| script.max_agents = 0);
        server.control(&Control::Cut);
    };
    let room = |server: &NgrokServer| server.script(|script| script.max_agents = 1);
    let told = heals("ERR_NGROK_108", quick(), full, third_try, room).await;
    assert!(reasons(&told).contains("(ERR_NGROK_108)"), "{told:?}");
}

#[tokio::test]
async fn a_stream_that_is_opened_and_left_idle_heals() {
    let limits = TunnelLimits {
        check_interval: Duration::from_millis(300),
        probe: Duration::from_millis(300),
        ..quick()
    };
    let idle = |server: &NgrokServer| server.open_idle_streams(&server.endpoint(), 1);
    let told = heals("idle stream", limits, idle, by_itself, nothing).await;
    assert!(reasons(&told).contains("does not answer"), "{told:?}");
}

#[tokio::test]
async fn more_idle_streams_than_the_sdk_can_queue_heal() {
    let limits = TunnelLimits { check_interval: Duration::from_secs(3600), ..impatient() };
    let idle = |server: &NgrokServer| server.open_idle_streams(&server.endpoint(), 100);
    // The SDK's tasks of such a session deadlock, and nothing from outside can end them.
    let told = reconnects("100 idle streams", limits, idle, by_itself, nothing).await;
    assert!(reasons(&told).contains("heartbeat"), "{told:?}");
}

#[tokio::test]
async fn the_first_start_waits_for_an_endpoint_of_an_old_session() {
    let said = "The endpoint is already online.\r\n\r\nERR_NGROK_334\r\n".to_owned();
    let server = NgrokServer::start(Script { refuse_bind: Some(said), ..Script::default() });
    let mut tunnel = start(settings(&server), TunnelLimits { linger: PATIENCE, ..quick() });
    until(&mut tunnel, third_try).await;
    server.script(|script| script.refuse_bind = None);
    until(&mut tunnel, is_online).await;
    tunnel.stop().await;
}
