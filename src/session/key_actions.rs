//! The actions of keys, on the thread that owns the report.

use std::time::SystemTime;

use super::Happening;
use super::console::{Copy, KEYS};
use super::subscriber::Subscriber;
use crate::delivery::SessionEvent;
use crate::keys::{Key, KeyAction, Released};
use crate::report::OutputError;

impl Subscriber {
    /// Ends a pause and shows its events. A filter that was set during the pause applies.
    pub(super) fn resume(&mut self) -> Result<(), OutputError> {
        let Some(console) = &mut self.console else { return Ok(()) };
        let released = console.interaction.resume();
        self.present_all(released)
    }

    /// Shows the events that the filter no longer hides.
    fn reveal(&mut self) -> Result<(), OutputError> {
        let Some(console) = &mut self.console else { return Ok(()) };
        let released = console.interaction.reveal();
        self.present_all(released)
    }

    fn present_all(&mut self, released: Released) -> Result<(), OutputError> {
        match released.dropped {
            0 => {}
            n => self
                .remark(format!("{n} earlier deliveries did not fit into memory and are not shown here."))?,
        }
        for event in released.events {
            self.present(event)?;
        }
        Ok(())
    }

    /// Ends a pause and removes the filter, because no further keys will arrive.
    pub(super) fn continue_without_keys(&mut self) -> Result<(), OutputError> {
        if let Some(console) = &mut self.console {
            console.interaction.clear_filter();
        }
        self.resume()?;
        self.reveal()?;
        self.console = None;
        self.report.set_live(None);
        self.refresh()
    }

    fn remark(&mut self, text: String) -> Result<(), OutputError> {
        self.report.show(&SessionEvent::Remark(text))
    }

    pub(super) fn press(&mut self, key: Key) -> Result<(), OutputError> {
        let action = self.console.as_mut().and_then(|console| console.interaction.press(key));
        if let Some(action) = action {
            self.act(action)?;
        }
        self.refresh()
    }

    fn act(&mut self, action: KeyAction) -> Result<(), OutputError> {
        let Some(console) = &mut self.console else { return Ok(()) };
        match action {
            KeyAction::Unfold(id) => match console.interaction.stored(&id) {
                Some(shown) => self.report.unfold(&shown.delivery, &shown.later),
                None => Ok(()),
            },
            KeyAction::Replay(id) => match console.replay(&id) {
                Ok(()) => Ok(()),
                Err(why) => self.remark(why),
            },
            KeyAction::CopyCurl(id) => match console.curl(&id, SystemTime::now()) {
                Some(Ok(copy)) => self.copy(&copy),
                Some(Err(why)) => self.remark(why),
                None => Ok(()),
            },
            KeyAction::CopyUrl => match console.url() {
                Some(copy) => self.copy(&copy),
                None => Ok(()),
            },
            KeyAction::OpenInspector => match console.open_inspector() {
                Ok(()) => Ok(()),
                Err(why) => self.remark(why),
            },
            KeyAction::Resume => self.resume(),
            KeyAction::Reveal => self.reveal(),
            KeyAction::Help => self.remark(KEYS.to_owned()),
            KeyAction::Quit => {
                let _ = self.happenings.send(Happening::Quit);
                Ok(())
            }
            KeyAction::Redraw => {
                self.report.forget_live();
                Ok(())
            }
        }
    }

    fn copy(&mut self, copy: &Copy) -> Result<(), OutputError> {
        let copied = self.report.copy(&copy.text);
        let remark = self.console.as_mut().and_then(|console| console.say_copied(copy, copied));
        remark.map_or(Ok(()), |remark| self.remark(remark))
    }
}
