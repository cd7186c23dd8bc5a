//! Finds the person ([`Role`]) and the property ([`Trait`]) that a member's name asks for, such as the host's email.

use super::context::{Person, SampleContext};

/// The person that a value is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PersonRole {
    /// The host, owner, agent or operator: the same person in all events of a seed.
    Host,
    /// A participant of a meeting or webinar. May be a guest.
    Participant,
    /// The other side: caller, consumer, registrant, contact.
    Other,
}

/// The roles of words at the start of a member's name, or as the name of an object.
const WORDS: [(&str, PersonRole); 27] = [
    ("host", PersonRole::Host),
    ("owner", PersonRole::Host),
    ("operator", PersonRole::Host),
    ("creator", PersonRole::Host),
    ("sender", PersonRole::Host),
    ("inviter", PersonRole::Host),
    ("admin", PersonRole::Host),
    ("agent", PersonRole::Host),
    ("user", PersonRole::Host),
    ("callee", PersonRole::Host),
    ("requester", PersonRole::Host),
    ("participant", PersonRole::Participant),
    ("panelist", PersonRole::Other),
    ("registrant", PersonRole::Other),
    ("attendee", PersonRole::Other),
    ("assignee", PersonRole::Other),
    ("contact", PersonRole::Other),
    ("recipient", PersonRole::Other),
    ("invitee", PersonRole::Other),
    ("caller", PersonRole::Other),
    ("visitor", PersonRole::Other),
    ("consumer", PersonRole::Other),
    ("customer", PersonRole::Other),
    ("member", PersonRole::Other),
    ("guest", PersonRole::Other),
    ("interpreter", PersonRole::Other),
    ("to_member", PersonRole::Other),
];

impl PersonRole {
    /// The role of the members of an object, if the object's name has one.
    pub(super) fn of_object(key: &str) -> Option<Self> {
        let word = key.strip_suffix('s').unwrap_or(key);
        WORDS.iter().find(|(w, _)| *w == word).map(|(_, role)| *role)
    }

    /// The role and property in a member's name: `host_email` is the host's `email`.
    pub(super) fn of_member(key: &str) -> Option<(Self, &str)> {
        WORDS.iter().find_map(|(word, role)| Some((*role, key.strip_prefix(word)?.strip_prefix('_')?)))
    }

    pub(super) fn person(self, context: &SampleContext, item: usize) -> Person {
        match self {
            Self::Host => context.person(0),
            Self::Participant => context.person(context.actor + item),
            Self::Other => Person { is_guest: false, ..context.person(context.actor.max(1) + item) },
        }
    }
}

/// A property of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trait {
    Id,
    /// An id or a session number, depending on its place.
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
    /// The property in a member's name, without the word for the role.
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

    /// The property's value. Fields that Zoom does not know about a guest are empty.
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

/// Given and family names from many countries, and the local part of the email address.
pub(super) const PEOPLE: [(&str, &str, &str); 16] = [
    ("Zoë", "Müller", "zoe.mueller"),
    ("Jill", "Chill", "jill.chill"),
    ("José", "García Núñez", "jose.garcia"),
    ("Anaïs", "Lefèvre", "anais.lefevre"),
    ("Søren", "Østergård", "soren.ostergard"),
    ("Łukasz", "Wiśniewski", "lukasz.wisniewski"),
    ("Çağla", "Yıldız", "cagla.yildiz"),
    ("François", "Noël", "francois.noel"),
    ("Björn", "Åkesson", "bjorn.akesson"),
    ("Siobhán", "O’Neill", "siobhan.oneill"),
    ("陽子", "田中", "yoko.tanaka"),
    ("Dmitri", "Орлов", "dmitri.orlov"),
    ("Nguyễn", "Thảo", "nguyen.thao"),
    ("Priya", "Sharma", "priya.sharma"),
    ("Eleni", "Παπαδάκη", "eleni.papadaki"),
    ("Sam", "Carter", "sam.carter"),
];

/// Emoji at the end of one in eight display names.
pub(super) const NAME_EMOJI: [&str; 4] = ["\u{1F680}", "\u{1F33B}", "\u{1F98A}", "\u{1F3B8}"];

/// Names of meetings, webinars, sessions and channels.
pub(super) const TOPICS: [&str; 16] = [
    "Weekly sync",
    "Café & roadmap – Q3",
    "Réunion d’équipe",
    "Besprechung „Größen“",
    "Planning \u{1F680}",
    "1:1 – Zoë / José",
    "週次会議",
    "Revisión de diseño",
    "All hands \u{1F389}\u{1F389}",
    "Interview: Łódź office",
    "Déjà vu retro",
    "Customer call “Åre”",
    "Budget review",
    "Onboarding \u{1F44B} new colleagues",
    "Standup",
    "Smörgåsbord demo",
];

/// Texts of messages, notes and descriptions.
pub(super) const SENTENCES: [&str; 10] = [
    "Thanks, that worked.",
    "See you tomorrow – same place.",
    "Können wir das auf Freitag legen?",
    "The numbers are in: +12 % \u{1F4C8}",
    "Merci à tous, c’était très clair.",
    "Please have a look before noon.",
    "¿Quién toma notas hoy?",
    "Done \u{2705} and merged.",
    "I’ll be five minutes late.",
    "Great work \u{1F44F}",
];

/// Names of departments, teams, queues, flows and places.
pub(super) const TEAMS: [&str; 8] = [
    "Support",
    "Vertrieb",
    "Recherche & Développement",
    "Finance",
    "Operations",
    "Diseño",
    "Field sales",
    "Café bar",
];

pub(super) const TIME_ZONES: [&str; 8] = [
    "America/New_York",
    "America/Los_Angeles",
    "Europe/Berlin",
    "Europe/Paris",
    "Asia/Tokyo",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "UTC",
];

/// Cities with country, country code and postal code.
pub(super) const PLACES: [(&str, &str, &str, &str); 5] = [
    ("San José", "United States", "US", "95113"),
    ("Zürich", "Switzerland", "CH", "8001"),
    ("Málaga", "Spain", "ES", "29001"),
    ("São Paulo", "Brazil", "BR", "01310"),
    ("Köln", "Germany", "DE", "50667"),
];
