//! Names and texts. They hold accents and, now and then, an emoji, because that is what breaks receivers.

/// Given and family names from many places; the part of an address is the name without its accents.
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

/// Behind a display name, in one of eight.
pub(super) const NAME_EMOJI: [&str; 4] = ["\u{1F680}", "\u{1F33B}", "\u{1F98A}", "\u{1F3B8}"];

/// What meetings, webinars, sessions and channels are called.
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

/// Messages, notes, descriptions.
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

/// Departments, teams, queues, flows, places.
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

/// Time zones.
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

/// Cities with country, its code, and a postal code.
pub(super) const PLACES: [(&str, &str, &str, &str); 5] = [
    ("San José", "United States", "US", "95113"),
    ("Zürich", "Switzerland", "CH", "8001"),
    ("Málaga", "Spain", "ES", "29001"),
    ("São Paulo", "Brazil", "BR", "01310"),
    ("Köln", "Germany", "DE", "50667"),
];
