//! ngrok's error codes that users meet: what each means and what to do. Source: <https://ngrok.com/docs/errors>.
//! A flat table; the wording around it is in `wording`.

use crate::tunnel::kind::Cure;

/// One code of ngrok's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// Such as `ERR_NGROK_105`.
    pub(super) code: &'static str,
    /// What helps.
    pub(super) cure: Cure,
    /// What it means. `{domain}` stands for the domain that was asked for.
    pub(super) meaning: &'static str,
    /// What to do.
    pub(super) remedy: &'static str,
}

const NEW_TOKEN: &str = "Copy the authtoken from https://dashboard.ngrok.com/get-started/your-authtoken \
                         and pass it with --ngrok-authtoken or NGROK_AUTHTOKEN.";

const OWN_DOMAIN: &str = "Take a domain that https://dashboard.ngrok.com/domains lists for this account, \
                          or leave --domain out to get the account's own.";

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
        meaning: "The authtoken is of ngrok's first version, which is not accepted any more.",
        remedy: NEW_TOKEN,
    },
    Known {
        code: "ERR_NGROK_107",
        cure: Cure::None,
        meaning: "The authtoken is not valid: it was revoked or reset, or belongs to a deleted account.",
        remedy: NEW_TOKEN,
    },
    Known {
        // It may be an old session of ours that is counted.
        code: "ERR_NGROK_108",
        cure: Cure::OldSession,
        meaning: "The account has as many ngrok agents running as its plan allows.",
        remedy: "Stop the other one (https://dashboard.ngrok.com/agents shows where it runs), \
                 then start zoomhook again.",
    },
    Known {
        code: "ERR_NGROK_120",
        cure: Cure::None,
        meaning: "ngrok does not accept agents of this version any more.",
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
        meaning: "The account's plan has no domains of one's own choice.",
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
        // The endpoint of a session that broke off goes away by itself after a while.
        code: "ERR_NGROK_334",
        cure: Cure::OldSession,
        meaning: "The endpoint is online already, in another agent.",
        remedy: "Stop the other agent (https://dashboard.ngrok.com/endpoints shows it), or take another --domain.",
    },
    Known {
        code: "ERR_NGROK_4018",
        cure: Cure::None,
        meaning: "ngrok asks for an account and its authtoken.",
        remedy: "Sign up at https://dashboard.ngrok.com/signup, then pass the account's authtoken with \
                 --ngrok-authtoken or NGROK_AUTHTOKEN.",
    },
    Known {
        code: "ERR_NGROK_9009",
        cure: Cure::None,
        meaning: "The account's plan does not allow agents behind a proxy.",
        remedy: "Leave --proxy out, or add ngrok's server to NO_PROXY, where there is another way out; \
                 else use --tunnel cloudflared or --public-url.",
    },
    Known {
        code: "ERR_NGROK_9040",
        cure: Cure::None,
        meaning: "ngrok does not take connections from this machine's address.",
        remedy: "Use another network, or --public-url with a tunnel of your own.",
    },
];

/// What the public edge answers with in our place: a probe meets them.
const EDGE: &[(&str, &str)] = &[
    ("ERR_NGROK_725", "the account has used up its traffic for this month"),
    ("ERR_NGROK_727", "the account has used up its requests for this month"),
    ("ERR_NGROK_3004", "ngrok got no valid answer from this machine"),
    ("ERR_NGROK_3200", "the endpoint is offline"),
    ("ERR_NGROK_6024", "ngrok shows its warning page for browsers"),
    ("ERR_NGROK_8012", "ngrok could not connect to this machine"),
];

/// What an answer of the public edge means, in half a sentence.
pub(in crate::tunnel) fn of_the_edge(code: &str) -> Option<&'static str> {
    EDGE.iter().find(|(known, _)| *known == code).map(|(_, meaning)| *meaning)
}

/// What is known about a code.
pub(super) fn look_up(code: &str) -> Option<&'static Known> {
    TABLE.iter().find(|known| known.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_which_codes_do_not_go_away() {
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
