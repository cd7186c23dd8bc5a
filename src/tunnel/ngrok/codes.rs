//! A table of ngrok's common error codes: what each means and what to do. Source: <https://ngrok.com/docs/errors>. The
//! entry points are [`look_up`] and [`of_the_edge`].

use crate::tunnel::kind::Cure;

/// A known error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// Such as `ERR_NGROK_105`.
    pub(super) code: &'static str,
    /// Whether a retry helps.
    pub(super) cure: Cure,
    /// What it means. `{domain}` stands for the requested domain.
    pub(super) meaning: &'static str,
    /// What the user can do.
    pub(super) remedy: &'static str,
}

const NEW_TOKEN: &str = "Copy the authtoken from https://dashboard.ngrok.com/get-started/your-authtoken \
                         and pass it with --ngrok-authtoken or NGROK_AUTHTOKEN.";

const OWN_DOMAIN: &str = "Use a domain that https://dashboard.ngrok.com/domains lists for this account, \
                          or leave out --domain to use the account's free domain.";

const TABLE: &[Known] = &[
    Known {
        code: "ERR_NGROK_105",
        cure: Cure::None,
        meaning: "The authtoken does not have the form of an ngrok authtoken.",
        remedy: NEW_TOKEN,
    },
    Known {
        code: "ERR_NGROK_106",
        cure: Cure::None,
        meaning: "The authtoken has ngrok's version 1 format, which ngrok no longer accepts.",
        remedy: NEW_TOKEN,
    },
    Known {
        code: "ERR_NGROK_107",
        cure: Cure::None,
        meaning: "The authtoken is not valid: it was revoked or reset, or belongs to a deleted account.",
        remedy: NEW_TOKEN,
    },
    Known {
        // ngrok may still count an old session of this account.
        code: "ERR_NGROK_108",
        cure: Cure::OldSession,
        meaning: "The account already runs as many ngrok agents as its plan allows.",
        remedy: "Stop the other one (https://dashboard.ngrok.com/agents shows where it runs), \
                 then start zoomhook again.",
    },
    Known {
        code: "ERR_NGROK_120",
        cure: Cure::None,
        meaning: "ngrok no longer accepts agents of this version.",
        remedy: "Update zoomhook.",
    },
    Known {
        code: "ERR_NGROK_121",
        cure: Cure::None,
        meaning: "This version of the agent is too old for the account.",
        remedy: "Update zoomhook.",
    },
    Known {
        code: "ERR_NGROK_300",
        cure: Cure::None,
        meaning: "ngrok has revoked the credentials of this session.",
        remedy: NEW_TOKEN,
    },
    Known {
        code: "ERR_NGROK_313",
        cure: Cure::None,
        meaning: "The account's plan does not include custom domains.",
        remedy: OWN_DOMAIN,
    },
    Known {
        code: "ERR_NGROK_319",
        cure: Cure::None,
        meaning: "The domain {domain} is not reserved for this account.",
        remedy: OWN_DOMAIN,
    },
    Known {
        code: "ERR_NGROK_320",
        cure: Cure::None,
        meaning: "The domain {domain} is reserved for another account.",
        remedy: OWN_DOMAIN,
    },
    Known {
        // ngrok removes the endpoint of a lost session after a while.
        code: "ERR_NGROK_334",
        cure: Cure::OldSession,
        meaning: "The endpoint is already online in another agent.",
        remedy: "Stop the other agent (https://dashboard.ngrok.com/endpoints shows it), or use another --domain.",
    },
    Known {
        code: "ERR_NGROK_4018",
        cure: Cure::None,
        meaning: "ngrok requires an account and its authtoken.",
        remedy: "Sign up at https://dashboard.ngrok.com/signup, then pass the account's authtoken with \
                 --ngrok-authtoken or NGROK_AUTHTOKEN.",
    },
    Known {
        code: "ERR_NGROK_9009",
        cure: Cure::None,
        meaning: "The account's plan does not allow agents behind a proxy.",
        remedy: "If the network allows a direct connection, leave out --proxy or add ngrok's server to NO_PROXY. \
                 Otherwise use --tunnel cloudflared or --public-url.",
    },
    Known {
        code: "ERR_NGROK_9040",
        cure: Cure::None,
        meaning: "ngrok does not accept connections from this machine's address.",
        remedy: "Use another network, or --public-url with your own tunnel.",
    },
];

/// Codes with which the edge itself answers a request. A probe receives them.
const EDGE: &[(&str, &str)] = &[
    ("ERR_NGROK_725", "the account has used up its traffic for this month"),
    ("ERR_NGROK_727", "the account has used up its requests for this month"),
    ("ERR_NGROK_3004", "ngrok got no valid answer from this machine"),
    ("ERR_NGROK_3200", "the endpoint is offline"),
    ("ERR_NGROK_6024", "ngrok shows its warning page for browsers"),
    ("ERR_NGROK_8012", "ngrok could not connect to this machine"),
];

/// What a code of the edge means, as part of a sentence.
pub(in crate::tunnel) fn of_the_edge(code: &str) -> Option<&'static str> {
    EDGE.iter().find(|(known, _)| *known == code).map(|(_, meaning)| *meaning)
}

/// Looks up a code.
pub(super) fn look_up(code: &str) -> Option<&'static Known> {
    TABLE.iter().find(|known| known.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_which_codes_a_retry_cannot_fix() {
        let cure = |code| look_up(&format!("ERR_NGROK_{code}")).unwrap().cure;
        for code in [105, 106, 107, 120, 121, 300, 313, 319, 320, 4018, 9009, 9040] {
            assert_eq!(cure(code), Cure::None, "{code}");
        }
        assert_eq!((cure(108), cure(334)), (Cure::OldSession, Cure::OldSession));
        assert_eq!(look_up("ERR_NGROK_10"), None);
    }

    #[test]
    fn each_meaning_and_remedy_is_a_sentence() {
        for known in TABLE {
            assert!(known.meaning.ends_with('.') && known.remedy.ends_with('.'), "{known:?}");
            assert!(!known.meaning.contains("  ") && !known.remedy.contains("  "), "{known:?}");
        }
    }
}
