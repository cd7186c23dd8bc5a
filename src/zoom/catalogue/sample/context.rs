//! The people, topic and times of a sample, shared by all fields of a payload and by all events of a scenario.

use super::person::{NAME_EMOJI, PEOPLE, TIME_ZONES, TOPICS};
use super::random::Random;

/// base64url, the alphabet of ids, tokens and client ids.
pub(super) const BASE64URL: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// base64, the alphabet of meeting ids. It includes `/`, because real ids contain it and it breaks URLs.
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
pub(super) const DIGITS: &[u8] = b"0123456789";
pub(super) const HEX: &[u8] = b"0123456789abcdef";

/// A minute in milliseconds.
pub(super) const MINUTE: i64 = 60_000;

/// The times of a meeting or call, in Unix milliseconds: created < start < join < leave < end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::zoom::catalogue) struct Timeline {
    pub(in crate::zoom::catalogue) created: i64,
    pub(in crate::zoom::catalogue) start: i64,
    pub(in crate::zoom::catalogue) join: i64,
    pub(in crate::zoom::catalogue) leave: i64,
    pub(in crate::zoom::catalogue) end: i64,
}

impl Timeline {
    /// The timeline in which `event` happens at `now`: a created meeting is in the future, an ended one in the past.
    pub(in crate::zoom::catalogue) fn around(event: &str, now: i64, seed: u64) -> Self {
        let is_a_call = event.starts_with("phone.") || event.starts_with("contact_center.");
        let lengths = if is_a_call { &[1, 2, 3, 5, 8] } else { &[15, 30, 45, 60, 90] };
        let length = MINUTE * *Random::of_label(seed, "length").pick(lengths);
        let whole_second = now - now.rem_euclid(1000);
        // How much of the length has passed, in percent.
        let passed = match event.rsplit(['.', '_']).next().unwrap_or_default() {
            "created" | "updated" | "deleted" | "recovered" if is_about_a_plan(event) => {
                return Self::from(whole_second + 24 * 60 * MINUTE, length, whole_second);
            }
            "started" | "ringing" => 0,
            "joined" | "answered" | "connected" | "admitted" => 8,
            "left" => 92,
            "ended" => 100,
            _ => 105,
        };
        let start = whole_second - length / 100 * passed;
        Self::from(start, length, start - 24 * 60 * MINUTE)
    }

    /// A timeline with a participant who is present for most of it.
    pub(in crate::zoom::catalogue) fn from(start: i64, length: i64, created: i64) -> Self {
        let hundredth = length / 100;
        Self {
            created,
            start,
            join: start + 8 * hundredth,
            leave: start + 92 * hundredth,
            end: start + length,
        }
    }
}

/// Whether the event is about something in the future.
fn is_about_a_plan(event: &str) -> bool {
    let about = event.rsplit_once('.').map_or(event, |(family, _)| family);
    matches!(about, "meeting" | "webinar" | "calendar" | "zoom_event" | "scheduler" | "event")
}

#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) first: String,
    pub(super) last: String,
    pub(super) display: String,
    pub(super) email: String,
    /// Digits with the country code, from the range reserved for fiction.
    pub(super) phone: String,
    pub(super) extension: String,
    /// The number of a participant within one meeting.
    pub(super) session_number: String,
    /// A guest has no account: Zoom sends `""` for id and email.
    pub(super) is_guest: bool,
}

/// The values that all fields of a payload share.
#[derive(Debug, Clone)]
pub(super) struct SampleContext {
    /// The seed of the account and its people.
    account_seed: u64,
    /// The seed of the meeting, call or chat.
    seed: u64,
    pub(super) now: i64,
    pub(super) timeline: Timeline,
    pub(super) account_id: String,
    pub(super) host_email: Option<String>,
    pub(super) topic: &'static str,
    pub(super) time_zone: &'static str,
    pub(super) meeting_number: String,
    /// The person that the event is about, besides the host: 1 is the first participant.
    pub(super) actor: usize,
}

impl SampleContext {
    pub(super) fn new(account_seed: u64, occasion: u64, now: i64, timeline: Timeline, actor: usize) -> Self {
        let seed = match occasion {
            0 => account_seed,
            occasion => Random::of_label(account_seed, &format!("occasion {occasion}")).next(),
        };
        let of = |label| Random::of_label(seed, label);
        let mut number = of("meeting number");
        let length = if number.percent(50) { 9 } else { 10 };
        let meeting_number = format!("{}{}", number.pick(&[7, 8, 9]), number.text(DIGITS, length));
        Self {
            account_seed,
            seed,
            now,
            timeline,
            account_id: Random::of_label(account_seed, "account").text(BASE64URL, 22),
            host_email: None,
            topic: *of("topic").pick::<&str>(&TOPICS),
            time_zone: *of("time zone").pick::<&str>(&TIME_ZONES),
            meeting_number,
            actor,
        }
    }

    /// The random stream of a label.
    pub(super) fn random(&self, label: &str) -> Random {
        Random::of_label(self.seed, label)
    }

    /// 16 bytes in base64.
    pub(super) fn uuid_base64(&self, label: &str) -> String {
        let mut random = self.random(label);
        // The 22nd character holds two bits of the sixteenth byte.
        format!("{}{}==", random.text(BASE64, 21), random.text(b"AQgw", 1))
    }

    /// The person with this number; 0 is the host.
    pub(super) fn person(&self, number: usize) -> Person {
        let mut random = Random::of_label(self.account_seed, &format!("person {number}"));
        let offset = Random::of_label(self.account_seed, "people").below(PEOPLE.len() as u64);
        let at = usize::try_from(offset).unwrap_or_default() + number;
        let (first, last, mailbox) = PEOPLE[at % PEOPLE.len()];
        // After the end of the table, names repeat with a number.
        let again = match number / PEOPLE.len() {
            0 => String::new(),
            round => (round + 1).to_string(),
        };
        let emoji = match random.percent(12) {
            true => format!(" {}", random.pick(&NAME_EMOJI)),
            false => String::new(),
        };
        let email = format!("{mailbox}{again}@example.com");
        Person {
            id: random.text(BASE64URL, 22),
            first: first.to_owned(),
            last: format!("{last}{again}"),
            display: format!("{first} {last}{again}{emoji}"),
            email: self.host_email.clone().filter(|_| number == 0).unwrap_or(email),
            phone: format!("1{}55501{}", random.pick(&["212", "415", "303", "617"]), random.text(DIGITS, 2)),
            extension: format!("{}", 8001 + number),
            // Zoom numbers participants in steps of 1024 from 16778240 on.
            session_number: (16_778_240 + 1024 * number).to_string(),
            is_guest: number > 0 && random.percent(20),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_order_for_every_event() {
        for event in ["meeting.created", "meeting.started", "meeting.participant_left", "a.ended", "a.b"] {
            for seed in 0..50 {
                let t = Timeline::around(event, 1_795_507_201_042, seed);
                assert!(t.created < t.start && t.start < t.join && t.join < t.leave && t.leave < t.end);
            }
        }
        let ended = Timeline::around("meeting.ended", 1_795_507_201_042, 1);
        assert_eq!(ended.end, 1_795_507_201_000);
        assert!(Timeline::around("meeting.created", 1_795_507_201_042, 1).start > 1_795_507_201_042);
    }

    #[test]
    fn every_person_is_different() {
        let timeline = Timeline::around("a.b", 1_795_507_201_042, 1);
        let context = SampleContext::new(1, 0, 1_795_507_201_042, timeline, 1);
        let mut emails: Vec<_> = (0..100).map(|number| context.person(number).email).collect();
        emails.sort();
        emails.dedup();
        assert_eq!(emails.len(), 100);
    }
}
