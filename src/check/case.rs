//! The cases: a flat table.

/// What a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CaseGroup {
    /// The connection, for https.
    Transport,
    /// The authentication that the user has set up.
    Auth,
    /// Zoom's challenge.
    Challenge,
    /// Requests that must be refused.
    Refusals,
    /// Events as Zoom sends them.
    Events,
    /// The user's own cases.
    Suite,
}

impl CaseGroup {
    /// All groups, in the order in which they are shown.
    pub(crate) const ALL: [Self; 6] =
        [Self::Transport, Self::Auth, Self::Challenge, Self::Refusals, Self::Events, Self::Suite];

    /// The name in NDJSON.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Transport => "transport",
            Self::Auth => "auth",
            Self::Challenge => "challenge",
            Self::Refusals => "refusals",
            Self::Events => "events",
            Self::Suite => "suite",
        }
    }
}

/// How much a failure matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// Zoom requires it, or forged events get through without it.
    Must,
    /// It keeps the app safe.
    Should,
    /// Good to know.
    Info,
}

impl Severity {
    /// The word on the screen and in NDJSON.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::Info => "info",
        }
    }
}

macro_rules! cases {
    ($($(#[$doc:meta])* $variant:ident = $id:literal, $group:ident, $severity:ident, $sent:literal, $expected:literal;)*) => {
        /// One case.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) enum CheckCase {
            $($(#[$doc])* $variant,)*
        }

        impl CheckCase {
            /// All cases, in the order in which they are shown.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant,)*];

            fn row(self) -> Row {
                match self {
                    $(Self::$variant => Row {
                        id: $id,
                        group: CaseGroup::$group,
                        severity: Severity::$severity,
                        sent: $sent,
                        expected: $expected,
                    },)*
                }
            }
        }
    };
}

struct Row {
    id: &'static str,
    group: CaseGroup,
    severity: Severity,
    sent: &'static str,
    expected: &'static str,
}

cases! {
    /// The name of the host.
    HostName = "transport.name", Transport, Must, "a lookup of the host name", "an address";
    /// IPv4.
    Ipv4 = "transport.ipv4", Transport, Info, "a lookup of the host name", "an IPv4 address: whether Zoom uses IPv6 is not documented";
    /// The port.
    Port = "transport.port", Transport, Info, "the URL", "port 443: whether Zoom uses others is not documented";
    /// The handshake.
    Tls = "transport.tls", Transport, Must, "a TLS handshake with SNI", "TLS 1.2 or later";
    /// The certificates.
    Chain = "transport.chain", Transport, Must, "a TLS handshake, for the chain of certificates", "certificates that lead to a public authority, as sent";
    /// The name in the certificate.
    CertificateName = "transport.certificate-name", Transport, Must, "a TLS handshake, for the name in the certificate", "a certificate for this host name";
    /// The certificate's time.
    Validity = "transport.validity", Transport, Must, "a TLS handshake, for the dates of the certificate", "a certificate that is valid now";
    /// The end of the certificate's time.
    Expiry = "transport.expiry", Transport, Should, "a TLS handshake, for the last day of the certificate", "a certificate that is valid for 14 more days";

    /// The call to the token URL.
    Token = "auth.token", Auth, Must, "a POST to the token URL, as Zoom sends it", "200 and a bearer token for at least 3599 s";

    /// A challenge.
    Challenge = "challenge.answer", Challenge, Must, "a challenge", "200 with plainToken and encryptedToken within 3 s";
    /// Another one.
    ChallengeAgain = "challenge.again", Challenge, Must, "a second challenge with another plainToken", "the answer to the second one";
    /// The time of the answer.
    ChallengePace = "challenge.pace", Challenge, Should, "a challenge", "an answer in less than 1 s";
    /// The content type of the answer.
    ChallengeType = "challenge.content-type", Challenge, Should, "a challenge", "content-type: application/json";
    /// The size of the answers.
    AnswerSize = "challenge.size", Challenge, Info, "every request", "answers of at most 64 KiB: Zoom's limit is not documented";
    /// A challenge without a signature.
    ChallengeUnsigned = "challenge.unsigned", Challenge, Should, "a challenge without a signature", "a refusal (4xx)";
    /// A challenge with a stranger's signature.
    ChallengeForged = "challenge.forged", Challenge, Should, "a challenge signed with another secret token", "a refusal (4xx)";
    /// The oracle, open to anyone.
    OracleUnsigned = "challenge.oracle-unsigned", Challenge, Must, "an unsigned challenge whose plainToken is a message to sign", "a refusal (4xx)";
    /// The oracle behind the signature.
    OracleSigned = "challenge.oracle-signed", Challenge, Should, "a signed challenge whose plainToken is a message to sign", "a refusal (4xx)";

    /// Signed by a stranger.
    Forged = "refusal.forged", Refusals, Must, "an event signed with another secret token", "a refusal (4xx)";
    /// Signed with an empty key.
    EmptyKey = "refusal.empty-key", Refusals, Must, "an event signed with an empty secret token", "a refusal (4xx)";
    /// Without a signature.
    NoSignature = "refusal.no-signature", Refusals, Must, "an event without x-zm-signature", "a refusal (4xx)";
    /// Without a timestamp.
    NoTimestamp = "refusal.no-timestamp", Refusals, Must, "an event without x-zm-request-timestamp", "a refusal (4xx)";
    /// Signed over another timestamp.
    OtherTimestamp = "refusal.other-timestamp", Refusals, Must, "an event whose timestamp is not the signed one", "a refusal (4xx)";
    /// Old.
    Stale = "refusal.stale", Refusals, Should, "a correctly signed event that is 20 minutes old", "a refusal (4xx)";
    /// GET.
    Get = "refusal.get", Refusals, Should, "a GET request", "an answer below 500";
    /// Not JSON.
    NotJson = "refusal.not-json", Refusals, Should, "a correctly signed body that is not JSON", "a refusal (4xx)";
    /// JSON, but not an event.
    NoEvent = "refusal.no-event", Refusals, Should, "correctly signed JSON without the member event", "a refusal (4xx)";
    /// What the answers give away.
    ErrorText = "refusal.error-text", Refusals, Should, "every request", "error answers without a stack trace";

    /// ASCII.
    Ascii = "event.ascii", Events, Must, "an event in ASCII", "200 or 204 within 3 s";
    /// Raw accents.
    Accents = "event.accents", Events, Must, "an event with accents in a name", "200 or 204 within 3 s";
    /// Emoji.
    Emoji = "event.emoji", Events, Must, "an event with an emoji in a name, as \\uD83D\\uDE92", "200 or 204 within 3 s";
    /// Numbers and escapes.
    Numbers = "event.numbers", Events, Should, "an event with \\/, 1.0 and an integer of 23 digits", "200 or 204 within 3 s";
    /// The other order of members.
    PayloadFirst = "event.payload-first", Events, Must, "an event with the member payload first", "200 or 204 within 3 s";
    /// Large.
    Large = "event.large", Events, Must, "an event of 60 KB", "200 or 204 within 3 s";
    /// Of an unknown name.
    Unknown = "event.unknown", Events, Should, "an event with a name that does not exist", "200 or 204 within 3 s";
    /// A retry.
    Retry = "event.retry", Events, Must, "the first event again, as a retry", "200 or 204 within 3 s";
    /// `app_deauthorized`.
    Deauthorized = "event.deauthorized", Events, Should, "app_deauthorized, which has no object", "200 or 204 within 3 s";
    /// Header names in another case.
    HeaderCase = "event.header-case", Events, Must, "an event with header names such as X-Zm-Signature", "200 or 204 within 3 s";
}

/// The cases of `--quick`.
const QUICK: [CheckCase; 12] = [
    CheckCase::Challenge,
    CheckCase::ChallengeAgain,
    CheckCase::ChallengeUnsigned,
    CheckCase::OracleUnsigned,
    CheckCase::Forged,
    CheckCase::EmptyKey,
    CheckCase::NoSignature,
    CheckCase::NotJson,
    CheckCase::Ascii,
    CheckCase::Emoji,
    CheckCase::Large,
    CheckCase::Unknown,
];

impl CheckCase {
    /// The stable name.
    #[must_use]
    pub(crate) fn id(self) -> &'static str {
        self.row().id
    }

    /// The group.
    #[must_use]
    pub(crate) fn group(self) -> CaseGroup {
        self.row().group
    }

    /// How much a failure matters.
    #[must_use]
    pub(crate) fn severity(self) -> Severity {
        self.row().severity
    }

    /// What is sent, in a few words.
    #[must_use]
    pub(crate) fn sent(self) -> &'static str {
        self.row().sent
    }

    /// The expected answer, in a few words.
    #[must_use]
    pub(crate) fn expected(self) -> &'static str {
        self.row().expected
    }

    /// Whether it belongs to `--quick`.
    #[must_use]
    pub(crate) fn is_quick(self) -> bool {
        QUICK.contains(&self)
    }

    /// Whether it is an event whose text can be written in several ways.
    #[must_use]
    pub(crate) fn is_text(self) -> bool {
        matches!(self, Self::Accents | Self::Emoji | Self::Numbers | Self::PayloadFirst)
    }

    /// Whether it is a request that the app must refuse, because Zoom did not sign it, or not now.
    #[must_use]
    pub(crate) fn is_forged(self) -> bool {
        match self.group() {
            CaseGroup::Challenge => matches!(
                self,
                Self::ChallengeUnsigned | Self::ChallengeForged | Self::OracleUnsigned | Self::OracleSigned
            ),
            CaseGroup::Refusals => !self.is_bad_input() && self != Self::ErrorText,
            CaseGroup::Transport | CaseGroup::Auth | CaseGroup::Events | CaseGroup::Suite => false,
        }
    }

    /// Whether it is a request that is not an event.
    fn is_bad_input(self) -> bool {
        matches!(self, Self::Get | Self::NotJson | Self::NoEvent)
    }

    /// Whether it sends an event, or a request that an app may take for one.
    #[must_use]
    pub(crate) fn sends_an_event(self) -> bool {
        match self.group() {
            CaseGroup::Transport | CaseGroup::Auth | CaseGroup::Challenge => false,
            CaseGroup::Refusals => self.is_forged(),
            CaseGroup::Events | CaseGroup::Suite => true,
        }
    }
}
