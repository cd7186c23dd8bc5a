//! What keys do while a session runs: select, filter, pause, and actions for the session.
//!
//! [`Interaction`] is the entry point. Pure: it receives keys and events, and returns what to show, what to do and the
//! content of the status line. The session does the I/O, and `keyboard/` reads the keys.
//!
//! | file | holds |
//! | --- | --- |
//! | `mod.rs` | the state, and the meaning of each key |
//! | `key.rs` | a key press |
//! | `status_line.rs` | the content of the status line |
//! | `log.rs` | the deliveries that can be selected |
//! | `paused.rs` | events that arrived while the screen was paused |
//! | `filter.rs` | which deliveries are shown |

mod filter;
mod key;
pub(crate) mod keyboard;
mod log;
mod paused;
mod status_line;

use crate::delivery::{LateKind, Ready, SessionEvent, TunnelState};

use filter::TypedFilter;
pub(crate) use key::Key;
use log::Log;
pub(crate) use log::ShownDelivery;
use paused::PausedEvents;
pub(crate) use paused::Resumed;
pub(crate) use status_line::StatusLine;

/// Limit on the length of a filter, in characters: longer than any event's name.
const LONGEST_FILTER: usize = 120;

/// What the session has to do for a key. [`Interaction::stored`] has the delivery for each id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyAction {
    /// Show a delivery in full.
    Unfold(String),
    /// Send a delivery to the app again.
    Replay(String),
    /// Copy a command that sends this delivery.
    CopyCurl(String),
    /// Copy the URL for Marketplace, or the local URL if there is none.
    CopyUrl,
    /// Open the inspector in the browser.
    OpenInspector,
    /// End the pause: [`Interaction::resume`].
    Resume,
    /// Show the list of keys.
    Help,
    /// End the session.
    Quit,
    /// Draw the status line again.
    Redraw,
}

/// What happens to an event.
#[derive(Debug)]
pub(crate) enum Decision {
    /// Show it, then pass it to [`Interaction::shown`].
    Show(SessionEvent),
    /// Do not show it; a delivery still counts.
    Hide(SessionEvent),
    /// It is buffered until the pause ends.
    Buffered,
}

/// The state that keys change.
#[derive(Debug, Default)]
pub(crate) struct Interaction {
    log: Log,
    /// The id of the selected delivery.
    selected: Option<String>,
    /// The filter that is being typed.
    typed: Option<String>,
    filter: Option<TypedFilter>,
    hidden: u64,
    is_paused: bool,
    paused: PausedEvents,
    ready: Option<Ready>,
    said: Option<String>,
}

impl Interaction {
    /// Decides what happens to an event.
    pub(crate) fn arrive(&mut self, event: SessionEvent) -> Decision {
        self.note_urls(&event);
        if self.is_hidden(&event) {
            self.hidden += u64::from(matches!(event, SessionEvent::Delivery(_)));
            return Decision::Hide(event);
        }
        // A replay is the result of a key press, so it is shown in a pause too.
        let asked_for = matches!(&event, SessionEvent::Forwarded(later) if later.kind == LateKind::Replay);
        if self.is_paused && matches!(event, SessionEvent::Pending(_)) {
            return Decision::Hide(event);
        }
        if self.is_paused && !asked_for {
            return self.paused.push(event).map_or(Decision::Buffered, Decision::Hide);
        }
        Decision::Show(event)
    }

    fn is_hidden(&self, event: &SessionEvent) -> bool {
        match (event, &self.filter) {
            (SessionEvent::Delivery(delivery), Some(filter)) => !filter.matches(delivery),
            // The outcome of a hidden delivery means nothing to the user.
            (SessionEvent::Forwarded(later), Some(_)) => !self.is_paused && self.log.get(&later.id).is_none(),
            _ => false,
        }
    }

    fn note_urls(&mut self, event: &SessionEvent) {
        match (event, &mut self.ready) {
            (SessionEvent::Ready(ready), _) => self.ready = Some(ready.clone()),
            (SessionEvent::Tunnel(TunnelState::UrlChanged { new, .. }), Some(ready)) => {
                ready.public_url = Some(new.clone());
            }
            _ => {}
        }
    }

    /// Records an event that was shown.
    pub(crate) fn shown(&mut self, event: SessionEvent) {
        match event {
            SessionEvent::Delivery(delivery) => {
                self.log.push(delivery);
                self.said = None;
                if self.selected.as_ref().is_some_and(|id| self.log.get(id).is_none()) {
                    self.selected = None;
                }
            }
            SessionEvent::Forwarded(later) => {
                self.log.amend(&later.id, &later.forwarded);
                self.said = None;
            }
            _ => {}
        }
    }

    /// Ends the pause and returns its events.
    pub(crate) fn resume(&mut self) -> Resumed {
        self.is_paused = false;
        self.paused.resume()
    }

    /// Whether the screen is paused.
    #[must_use]
    pub(crate) fn is_paused(&self) -> bool {
        self.is_paused
    }

    /// A stored delivery, which can be selected.
    #[must_use]
    pub(crate) fn stored(&self, id: &str) -> Option<&ShownDelivery> {
        self.log.get(id)
    }

    /// The URLs, once deliveries can arrive.
    #[must_use]
    pub(crate) fn ready(&self) -> Option<&Ready> {
        self.ready.as_ref()
    }

    /// Shows a text in the status line, until the next key or delivery.
    pub(crate) fn say(&mut self, text: impl Into<String>) {
        self.said = Some(text.into());
    }

    /// Handles a key. Returns what the session has to do; other changes appear in [`Interaction::status_line`].
    pub(crate) fn press(&mut self, key: Key) -> Option<KeyAction> {
        if key == Key::Returned {
            return Some(KeyAction::Redraw);
        }
        self.said = None;
        if self.typed.is_some() {
            self.edit_filter(key);
            return None;
        }
        match key {
            Key::Char('q') => return Some(KeyAction::Quit),
            Key::Char('?') => return Some(KeyAction::Help),
            // Before the session is ready there is nothing to act on.
            _ if self.ready.is_none() => return None,
            Key::Char('o') => return Some(KeyAction::CopyUrl),
            Key::Char('i') => return Some(KeyAction::OpenInspector),
            Key::Up | Key::Char('k') => self.select_older(),
            Key::Down | Key::Char('j') => self.select_newer(),
            Key::Enter => return self.chosen().map(KeyAction::Unfold),
            Key::Char('r') => return self.chosen().map(KeyAction::Replay),
            Key::Char('c') => return self.chosen().map(KeyAction::CopyCurl),
            Key::Char('f') => self.typed = Some(self.filter_text()),
            Key::Char('p') if self.is_paused => return Some(KeyAction::Resume),
            Key::Char('p') => self.is_paused = true,
            Key::Escape if self.selected.is_some() => self.selected = None,
            Key::Escape => self.set_filter(""),
            _ => {}
        }
        None
    }

    fn edit_filter(&mut self, key: Key) {
        let Some(typed) = &mut self.typed else { return };
        match key {
            Key::Char(c) | Key::Pasted(c) if typed.chars().count() < LONGEST_FILTER => typed.push(c),
            Key::Backspace => drop(typed.pop()),
            Key::EraseAll => typed.clear(),
            Key::Enter => {
                let text = self.typed.take().unwrap_or_default();
                self.set_filter(&text);
            }
            Key::Escape => {
                self.typed = None;
                self.set_filter("");
            }
            _ => {}
        }
    }

    fn filter_text(&self) -> String {
        self.filter.as_ref().map(|filter| filter.text().to_owned()).unwrap_or_default()
    }

    fn set_filter(&mut self, text: &str) {
        if text.trim() != self.filter_text() {
            self.filter = TypedFilter::of(text);
            self.hidden = 0;
            // The status line shows the filter only without a selection.
            self.selected = None;
        }
    }

    fn select_older(&mut self) {
        let older = match &self.selected {
            Some(id) => self.log.before(id),
            None => self.log.newest(),
        };
        match older {
            Some(shown) => self.selected = Some(shown.delivery.id.clone()),
            None => self.say("No delivery yet"),
        }
    }

    fn select_newer(&mut self) {
        let newer = self.selected.as_deref().and_then(|id| self.log.after(id));
        self.selected = newer.map(|shown| shown.delivery.id.clone());
    }

    /// The selected delivery, or the last one.
    fn chosen(&mut self) -> Option<String> {
        let chosen = match &self.selected {
            Some(id) => self.log.get(id),
            None => self.log.newest(),
        };
        let id = chosen.map(|shown| shown.delivery.id.clone());
        if id.is_none() {
            self.say("No delivery yet");
        }
        id
    }
}

#[cfg(test)]
mod tests;
