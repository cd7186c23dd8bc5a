//! What key actions produce: copied texts, replays, and remarks if an action is impossible.

use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::replayer::{self, Replay};
use crate::delivery::{Delivery, Judgement, short_id};
use crate::forward::Targets;
use crate::inspector::Doorbell;
use crate::keys::{Interaction, Key};
use crate::report::{self, Copied, SignedForm};
use crate::zoom::{
    NamedSecret, REQUEST_ID_HEADER, SIGNATURE_HEADER, SecretToken, SignedRequest, TIMESTAMP_HEADER, catalogue,
};

/// The list of keys.
pub(super) const KEYS: &str = "\
Keys
    ↑ ↓, k j   select a delivery
    enter      unfold it: headers, body, app's answers
    r          replay it to your app, with a fresh signature
    c          copy it as a curl command
    f          show only matching deliveries: meeting.*, or words
    p          pause; press again to resume
    o          copy the URL for Marketplace
    i          open the inspector in your browser
    esc        clear the selection, or the filter
    q          quit, like Ctrl-C
Without a selection, enter, r and c apply to the last delivery.";

/// The setting that tmux needs.
const SENT_TO_TMUX: &str = "\
tmux passes the text to your terminal only with this line in ~/.tmux.conf:

    set -s set-clipboard on";

/// Where tmux has the text.
const IN_TMUX: &str = "\
The text is in tmux's buffer: tmux's prefix key and ] paste it. tmux also sends it to your terminal, which may not \
support copying.";

/// What is known of a copy through the terminal.
const SENT: &str = "\
Terminals do not confirm a copy. If the clipboard does not have the text, allow programs to write to the clipboard \
(OSC 52) in the settings of your terminal.";

/// The interaction and what its actions need.
pub(super) struct Console {
    pub(super) interaction: Interaction,
    pub(super) pressed: mpsc::Receiver<Key>,
    /// The user's app; `None` disables replays.
    pub(super) app: Option<ConsoleApp>,
    pub(super) secrets: Vec<NamedSecret>,
    /// The flag that other commands need to find deliveries by id; `None` without a history.
    pub(super) kept: Option<String>,
    /// The inspector; `None` if there is none.
    pub(super) inspector: Option<Doorbell>,
    /// Whether the limits of copying were explained.
    pub(super) explained_copying: bool,
}

pub(super) struct ConsoleApp {
    pub(super) targets: Targets,
    pub(super) replays: mpsc::Sender<Replay>,
    /// Whether refused requests are forwarded too.
    pub(super) unverified: bool,
}

/// A text for the clipboard, and its name.
pub(super) struct Copy {
    pub(super) text: String,
    pub(super) what: String,
}

impl Console {
    /// Queues a replay. The error text says why it is impossible.
    pub(super) fn replay(&mut self, id: &str) -> Result<(), String> {
        let Some(delivery) = self.interaction.stored(id).map(|shown| &*shown.delivery) else { return Ok(()) };
        let Some(app) = &self.app else { return Err(self.without_app(id)) };
        let replay = replayer::prepare(delivery, &app.targets, app.unverified, &self.secrets)
            .map_err(|error| error.to_string())?;
        let said = match app.replays.try_send(replay) {
            Ok(()) => format!("Replaying {} …", name(delivery)),
            Err(TrySendError::Full(_)) => {
                format!("{} replays are already waiting for your app", replayer::WAITING)
            }
            Err(TrySendError::Closed(_)) => "zoomhook is shutting down".to_owned(),
        };
        self.interaction.say(said);
        Ok(())
    }

    fn without_app(&self, id: &str) -> String {
        let first = "There is no app to replay it to. Start listen with your app's port: --forward 3000.";
        let id = short_id(id);
        match &self.kept {
            Some(kept) => {
                format!("{first}\nOr, in another terminal:\n\n    zoomhook replay {id} --to 3000{kept}")
            }
            None => first.to_owned(),
        }
    }

    /// A curl command that sends a delivery: verified ones with a fresh signature, refused ones as received. The error
    /// text says why there is no command.
    pub(super) fn curl(&self, id: &str, now: SystemTime) -> Option<Result<Copy, String>> {
        let delivery = &*self.interaction.stored(id)?.delivery;
        let unread =
            matches!(&delivery.judgement, Judgement::Refused { refusal, .. } if refusal.left_body_unread());
        if unread {
            return Some(Err("Its body was not read, so there is nothing to send.".to_owned()));
        }
        if !report::can_be_quoted(&delivery.request.body) {
            let what = "Its body is too large for a command line, or not plain text.";
            let id = short_id(id);
            let show = |kept| format!("zoomhook history show {id} --format http{kept} > request.http");
            let to_file = |kept| format!("{what} To save the request to a file:\n\n    {}", show(kept));
            return Some(Err(self.kept.as_ref().map_or_else(|| what.to_owned(), to_file)));
        }
        let request = self.signed(delivery, now)?;
        let url = self.url_for(delivery)?;
        let text = String::from_utf8_lossy(&report::write_signed(&request, SignedForm::Curl, &url, None))
            .into_owned();
        Some(Ok(Copy { text, what: format!("curl command for {}", name(delivery)) }))
    }

    fn signed(&self, delivery: &Delivery, now: SystemTime) -> Option<SignedRequest> {
        let body = &delivery.request.body;
        let seed = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos() as u64;
        let ids = catalogue::request_ids(seed, body);
        let header = |name: &str| {
            let value = delivery.request.headers.get(name).and_then(|value| value.to_str().ok());
            value.map(str::to_owned)
        };
        let secret = replayer::secret_of(&delivery.judgement, &self.secrets);
        // The headers that it signs are replaced below.
        let placeholder = || SecretToken::new("nobody").ok();
        let mut request =
            SignedRequest::new(secret.cloned().or_else(placeholder).as_ref()?, body.to_vec(), now, &ids);
        if secret.is_none() {
            for name in [SIGNATURE_HEADER, TIMESTAMP_HEADER] {
                request.replace_header(name, header(name));
            }
        }
        if let Some(id) = header(REQUEST_ID_HEADER) {
            request.replace_header(REQUEST_ID_HEADER, Some(id));
        }
        Some(request)
    }

    /// The URL of the app that receives this delivery, or else of this listener.
    fn url_for(&self, delivery: &Delivery) -> Option<String> {
        let of_app = self.app.as_ref().and_then(|app| {
            let target = app.targets.targets_for(delivery.judgement.event()).next()?;
            app.targets.target(target).url_for(&delivery.request.target)
        });
        of_app.or_else(|| self.interaction.ready().map(|ready| ready.local_endpoint()))
    }

    /// Opens the inspector. The error text says why it is impossible.
    pub(super) fn open_inspector(&mut self) -> Result<(), String> {
        let Some(inspector) = &self.inspector else {
            return Err("This session has no inspector: it needs the history, and is off with --no-inspect."
                .to_owned());
        };
        match inspector.open_browser() {
            Ok(()) => self.interaction.say("Opened the inspector"),
            Err(_) => {
                return Err("No browser was found. The inspector's URL is above, at Inspect.".to_owned());
            }
        }
        Ok(())
    }

    /// The URL for Marketplace, or the local one.
    pub(super) fn url(&self) -> Option<Copy> {
        let ready = self.interaction.ready()?;
        Some(match ready.public_endpoint() {
            Some(text) => Copy { text, what: "URL for Marketplace".to_owned() },
            None => Copy { text: ready.local_endpoint(), what: "local URL".to_owned() },
        })
    }

    /// Shows the result of a copy in the status line. Returns a longer text as a remark.
    pub(super) fn say_copied(&mut self, copy: &Copy, copied: Copied) -> Option<String> {
        match copied {
            Copied::Done => self.interaction.say(format!("Copied: {}", copy.what)),
            Copied::InTmux => return self.say_once_explained("Copied to tmux", copy, IN_TMUX),
            Copied::Sent => return self.say_once_explained("Sent to your terminal to copy", copy, SENT),
            Copied::SentToTmux => return self.say_once_explained("Sent to tmux to copy", copy, SENT_TO_TMUX),
            Copied::TooLarge => {
                return Some(format!(
                    "The {} was not copied: it is {} KiB long, and terminals accept about 55 KiB.",
                    copy.what,
                    copy.text.len() / 1024
                ));
            }
            Copied::NoTerminal => {}
        }
        None
    }
}

impl Console {
    /// Shows what was done in the status line. The first time, returns what it depends on.
    fn say_once_explained(&mut self, done: &str, copy: &Copy, explanation: &str) -> Option<String> {
        self.interaction.say(format!("{done}: {}", copy.what));
        let is_known = std::mem::replace(&mut self.explained_copying, true);
        (!is_known).then(|| explanation.to_owned())
    }
}

/// A short name for a delivery. The status line sanitizes it.
fn name(delivery: &Delivery) -> &str {
    delivery.judgement.event().unwrap_or("a request without an event")
}
