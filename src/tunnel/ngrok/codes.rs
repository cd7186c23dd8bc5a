//! ngrok's error codes that users meet: what each means and what to do. Source: <https://ngrok.com/docs/errors>.
//! A flat table; the wording around it is in `wording`.

/// One code of ngrok's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// Such as `ERR_NGROK_105`.
    pub(super) code: &'static str,
    /// Trying again will not help.
    pub(super) permanent: bool,
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
        permanent: true,
        meaning: "The authtoken does not have the form of an ngrok authtoken.",
        remedy: NEW_TOKEN,
    },
    Known {
        code: "ERR_NGROK_106",
        permanent: true,
        meaning: "The authtoken is of ngrok's first version, which is not accepted any more.",
        remedy: NEW_TOKEN,
    },
    Known {
        code: "ERR_NGROK_107",
        permanent: true,
        meaning: "The authtoken is not valid: it was revoked or reset, or belongs to a deleted account.",
        remedy: NEW_TOKEN,
    },
    Known {
        code: "ERR_NGROK_108",
        permanent: true,
        meaning: "The account has as many ngrok agents running as its plan allows.",
        remedy: "Stop the other one (https://dashboard.ngrok.com/agents shows where it runs), \
                 then start zoomhook again.",
    },
    Known {
        code: "ERR_NGROK_120",
        permanent: true,
        meaning: "ngrok does not accept agents of this version any more.",
        remedy: "Update zoomhook.",
    },
    Known {
        code: "ERR_NGROK_300",
        permanent: true,
        meaning: "ngrok has revoked the credentials of this session.",
        remedy: NEW_TOKEN,
    },
    Known {
        code: "ERR_NGROK_319",
        permanent: true,
        meaning: "The domain {domain} is not reserved for this account.",
        remedy: OWN_DOMAIN,
    },
    Known {
        code: "ERR_NGROK_320",
        permanent: true,
        meaning: "The domain {domain} is reserved for another account.",
        remedy: OWN_DOMAIN,
    },
    Known {
        // The endpoint of a session that broke off goes away by itself after a while: worth another try.
        code: "ERR_NGROK_334",
        permanent: false,
        meaning: "The endpoint is online already, in another agent.",
        remedy: "Stop the other agent (https://dashboard.ngrok.com/endpoints shows it), or take another --domain.",
    },
    Known {
        code: "ERR_NGROK_4018",
        permanent: true,
        meaning: "ngrok asks for an account and its authtoken.",
        remedy: "Sign up at https://dashboard.ngrok.com/signup, then pass the account's authtoken with \
                 --ngrok-authtoken or NGROK_AUTHTOKEN.",
    },
];

/// What is known about a code.
pub(super) fn look_up(code: &str) -> Option<&'static Known> {
    TABLE.iter().find(|known| known.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_which_codes_do_not_go_away() {
        for code in [105, 106, 107, 108, 120, 300, 319, 320, 4018] {
            assert!(look_up(&format!("ERR_NGROK_{code}")).unwrap().permanent, "{code}");
        }
        assert!(!look_up("ERR_NGROK_334").unwrap().permanent);
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
