//! The wish to end, as a flag that several tasks of a tunnel can wait for.

use tokio::sync::watch;

/// Says when to stop. Dropping it says so too, so that a forgotten tunnel does not live on.
#[derive(Debug)]
pub(super) struct Stopper(watch::Sender<bool>);

impl Stopper {
    /// From now on everything is to end.
    pub(super) fn stop(&self) {
        self.0.send_replace(true);
    }
}

/// Knows when to stop.
#[derive(Debug, Clone)]
pub(super) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Waits until everything is to end.
    pub(super) async fn asked(&self) {
        let mut flag = self.0.clone();
        // An error means that the stopper is gone.
        let _ = flag.wait_for(|stop| *stop).await;
    }
}

/// Makes the two ends.
pub(super) fn pair() -> (Stopper, Stop) {
    let (sender, receiver) = watch::channel(false);
    (Stopper(sender), Stop(receiver))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_dropped_stopper_asks_to_stop() {
        let (stopper, stop) = pair();
        drop(stopper);
        stop.asked().await;
    }
}
