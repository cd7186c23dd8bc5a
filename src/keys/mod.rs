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
//! | `buffered.rs` | events that are shown later: of a pause, or hidden by a filter |
//! | `filter.rs` | which deliveries are shown |

mod buffered;
mod filter;
mod key;
pub(crate) mod keyboard;
mod log;
mod status_line;

use crate::delivery::{LateKind, Ready, SessionEvent, TunnelState};

use buffered::BufferedEvents;
pub(crate) use buffered::Released;
use filter::TypedFilter;
pub(crate) use key::Key;
use log::Log;
pub(crate) use log::ShownDelivery;
pub(crate) use status_line::{SelectedLine, StatusLine};

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
    /// Show the events that the filter no longer hides: [`Interaction::reveal`].
    Reveal,
    /// Show the list of keys.
    Help,
    /// End the session.
    Quit,
    /// Draw the status line again.
    Redraw,
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
    hidden: BufferedEvents,
    is_paused: bool,
    paused: BufferedEvents,
    ready: Option<Ready>,
    said: Option<String>,
}

impl Interaction {
    /// Returns the event if it is to be shown now and then passed to [`Interaction::shown`]. The event of a pause, or one
    /// that the filter hides, is buffered.
    pub(crate) fn arrive(&mut self, event: SessionEvent) -> Option<SessionEvent> {
        self.note_urls(&event);
        // A replay is the result of a key press, so it is shown in a pause too.
        let asked_for = matches!(&event, SessionEvent::Forwarded(later) if later.kind == LateKind::Replay);
        if self.is_paused && !asked_for {
            // That a delivery waits for the app means nothing once the pause is over.
            if !matches!(event, SessionEvent::Pending(_)) {
                self.paused.push(event);
            }
            return None;
        }
        if self.is_hidden(&event) {
            self.hidden.push(event);
            return None;
        }
        Some(event)
    }

    fn is_hidden(&self, event: &SessionEvent) -> bool {
        match (event, &self.filter) {
            (SessionEvent::Delivery(delivery), Some(filter)) => !filter.matches(delivery),
            // The outcome of a hidden delivery means nothing to the user.
            (SessionEvent::Forwarded(later), Some(_)) => self.log.get(&later.id).is_none(),
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
    pub(crate) fn resume(&mut self) -> Released {
        self.is_paused = false;
        self.paused.release()
    }

    /// Returns the hidden events, which [`Interaction::arrive`] is to judge again. In a pause, they wait for its end.
    pub(crate) fn reveal(&mut self) -> Released {
        if !self.is_paused {
            return self.hidden.release();
        }
        self.paused.put_before(std::mem::take(&mut self.hidden));
        Released::default()
    }

    /// Removes the filter.
    pub(crate) fn clear_filter(&mut self) {
        self.filter = None;
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
            return self.edit_filter(key);
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
            Key::Escape => return self.set_filter(""),
            _ => {}
        }
        None
    }

    fn edit_filter(&mut self, key: Key) -> Option<KeyAction> {
        let typed = self.typed.as_mut()?;
        match key {
            Key::Char(c) | Key::Pasted(c) if typed.chars().count() < LONGEST_FILTER => typed.push(c),
            Key::Backspace => drop(typed.pop()),
            Key::EraseAll => typed.clear(),
            Key::Enter => {
                let text = self.typed.take().unwrap_or_default();
                return self.set_filter(&text);
            }
            Key::Escape => {
                self.typed = None;
                return self.set_filter("");
            }
            _ => {}
        }
        None
    }

    fn filter_text(&self) -> String {
        self.filter.as_ref().map(|filter| filter.text().to_owned()).unwrap_or_default()
    }

    fn set_filter(&mut self, text: &str) -> Option<KeyAction> {
        if text.trim() == self.filter_text() {
            return None;
        }
        self.filter = TypedFilter::of(text);
        // The status line shows the filter only without a selection.
        self.selected = None;
        (self.hidden.deliveries() > 0).then_some(KeyAction::Reveal)
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
