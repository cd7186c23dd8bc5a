//! What the name of a member says about somebody: whose address, whose number.

use super::context::{Context, Person};

/// Whom a value is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The host, owner, agent or operator: the same person in all events of a seed.
    Host,
    /// Who takes part, in a meeting or webinar. May be a guest.
    Participant,
    /// Who is at the other end: caller, consumer, registrant, contact.
    Other,
}

/// Whom words stand for, at the start of a member's name or as the name of an object.
const WORDS: [(&str, Role); 27] = [
    ("host", Role::Host),
    ("owner", Role::Host),
    ("operator", Role::Host),
    ("creator", Role::Host),
    ("sender", Role::Host),
    ("inviter", Role::Host),
    ("admin", Role::Host),
    ("agent", Role::Host),
    ("user", Role::Host),
    ("callee", Role::Host),
    ("requester", Role::Host),
    ("participant", Role::Participant),
    ("panelist", Role::Other),
    ("registrant", Role::Other),
    ("attendee", Role::Other),
    ("assignee", Role::Other),
    ("contact", Role::Other),
    ("recipient", Role::Other),
    ("invitee", Role::Other),
    ("caller", Role::Other),
    ("visitor", Role::Other),
    ("consumer", Role::Other),
    ("customer", Role::Other),
    ("member", Role::Other),
    ("guest", Role::Other),
    ("interpreter", Role::Other),
    ("to_member", Role::Other),
];

impl Role {
    /// Whom the members of an object are about, if its name says so.
    pub(super) fn of_object(key: &str) -> Option<Self> {
        let word = key.strip_suffix('s').unwrap_or(key);
        WORDS.iter().find(|(w, _)| *w == word).map(|(_, role)| *role)
    }

    /// Whom a single member is about, and what about them: `host_email` is the host's `email`.
    pub(super) fn of_member(key: &str) -> Option<(Self, &str)> {
        WORDS.iter().find_map(|(word, role)| Some((*role, key.strip_prefix(word)?.strip_prefix('_')?)))
    }

    pub(super) fn person(self, context: &Context, item: usize) -> Person {
        match self {
            Self::Host => context.person(0),
            Self::Participant => context.person(context.actor + item),
            Self::Other => Person { is_guest: false, ..context.person(context.actor.max(1) + item) },
        }
    }
}

/// What is asked about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trait {
    Id,
    /// An id or a session number, depending on where it stands.
    UserId,
    SessionNumber,
    Email,
    Display,
    First,
    Last,
    Phone,
    Extension,
}

impl Trait {
    /// What a member's name asks for, without the word for whom.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "id" => Self::Id,
            "user_id" | "userId" => Self::UserId,
            "email" | "email_address" | "user_email" | "mail" => Self::Email,
            "name" | "user_name" | "display_name" | "full_name" | "userName" | "user_display_name" => {
                Self::Display
            }
            "first_name" => Self::First,
            "last_name" => Self::Last,
            "number" | "phone_number" | "did_number" | "phone" | "invite_number" | "from_number"
            | "caller_id" => Self::Phone,
            "extension_number" | "ext_number" | "extension" => Self::Extension,
            _ => return None,
        })
    }

    /// The answer. What Zoom does not know about a guest is empty.
    pub(super) fn about(self, person: &Person) -> String {
        match self {
            Self::Id | Self::UserId | Self::Email if person.is_guest => String::new(),
            Self::Id | Self::UserId => person.id.clone(),
            Self::SessionNumber => person.session_number.clone(),
            Self::Email => person.email.clone(),
            Self::Display => person.display.clone(),
            Self::First => person.first.clone(),
            Self::Last => person.last.clone(),
            Self::Phone => format!("+{}", person.phone),
            Self::Extension => person.extension.clone(),
        }
    }
}
