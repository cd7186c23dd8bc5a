//! The proxy for outgoing connections: `--proxy`, or the usual environment variables.
//!
//! The flag wins over `HTTPS_PROXY`, which wins over `ALL_PROXY`. `NO_PROXY` lists the hosts that are reached without a
//! proxy. As in curl, the lower-case spelling of a variable wins.

use std::fmt;

use super::env::{ALL_PROXY, Environment, HTTPS_PROXY, NO_PROXY};
use crate::http::{Bypass, InvalidProxy, Proxies, Proxy};

/// The flags.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Public URL")]
pub(crate) struct ProxyArgs {
    /// Proxy for outgoing connections: http://HOST:PORT, socks5://HOST:PORT or none
    ///
    /// Write USER:PASSWORD@ before the host if the proxy requires a login. Without the flag, HTTPS_PROXY and
    /// ALL_PROXY are used. 'none' ignores these variables.
    #[arg(long, hide_short_help = true, value_name = "URL", value_parser = TypedProxy::parse)]
    proxy: Option<TypedProxy>,
}

/// A proxy from the command line. It may contain a password, so it is never shown.
#[derive(Clone)]
struct TypedProxy(String);

impl TypedProxy {
    /// A parser for clap. It never fails, because clap shows a rejected value.
    fn parse(text: &str) -> Result<Self, std::convert::Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for TypedProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[proxy]")
    }
}

/// A proxy that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{origin}: {reason}")]
pub(crate) struct ProxyError {
    /// The name of the flag or the variable.
    origin: String,
    /// What is wrong with it.
    reason: InvalidProxy,
}

impl ProxyArgs {
    /// The checked value.
    ///
    /// # Errors
    /// [`ProxyError`].
    pub(crate) fn check(&self, environment: &Environment) -> Result<Proxies, ProxyError> {
        if self.proxy.as_ref().is_some_and(|TypedProxy(text)| text == "none") {
            // The bypass also disables a proxy from another source, such as the agent's file.
            return Ok(Proxies { proxy: None, bypass: Bypass::parse("*") });
        }
        let bypass = Bypass::parse(variable(environment, NO_PROXY).map_or("", |(_, list)| list));
        let proxy = match self.found(environment) {
            None => None,
            Some((origin, text)) => {
                Some(text.parse::<Proxy>().map_err(|reason| ProxyError { origin, reason })?)
            }
        };
        Ok(Proxies { proxy, bypass })
    }
}

impl ProxyArgs {
    /// The flag or the variable that counts, and its value.
    fn found<'a>(&'a self, environment: &'a Environment) -> Option<(String, &'a str)> {
        let flag = self.proxy.as_ref().map(|TypedProxy(text)| ("--proxy".to_owned(), text.as_str()));
        flag.or_else(|| variable(environment, HTTPS_PROXY)).or_else(|| variable(environment, ALL_PROXY))
    }

    /// Whether only variables count.
    pub(super) fn is_default(&self) -> bool {
        self.proxy.is_none()
    }

    /// The name of the flag or the variable that counts.
    #[must_use]
    pub(super) fn origin(&self, environment: &Environment) -> Option<String> {
        self.found(environment).map(|(origin, _)| origin)
    }
}

/// The proxy of the environment, for a command without the flag.
///
/// # Errors
/// [`ProxyError`].
pub(super) fn of_environment(environment: &Environment) -> Result<Proxies, ProxyError> {
    ProxyArgs { proxy: None }.check(environment)
}

/// A variable's name and value, with the lower-case name first. An empty value counts as unset.
fn variable<'a>(environment: &'a Environment, name: &str) -> Option<(String, &'a str)> {
    [name.to_ascii_lowercase(), name.to_owned()].into_iter().find_map(|name| {
        let value = environment.text(&name).filter(|value| !value.trim().is_empty())?;
        Some((name, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::testing::parse;

    fn check(args: &[&str], variables: &[(&'static str, &str)]) -> Result<Option<String>, ProxyError> {
        let environment = Environment::new("", variables.to_vec());
        let proxies = parse::<ProxyArgs>(args).unwrap().check(&environment)?;
        Ok(proxies.for_host("connect.example.com", 443).map(ToString::to_string))
    }

    #[test]
    fn prefers_the_flag_then_the_variables_in_their_order() {
        let shown = |text: &str| Ok(Some(text.to_owned()));
        let all =
            [("ALL_PROXY", "socks5://all"), ("HTTPS_PROXY", "http://upper:1"), ("https_proxy", "lower:1")];
        assert_eq!(check(&["--proxy", "http://flag:1"], &all), shown("http://flag:1"));
        assert_eq!(check(&[], &all), shown("http://lower:1"));
        assert_eq!(check(&[], &all[..2]), shown("http://upper:1"));
        assert_eq!(check(&[], &all[..1]), shown("socks5://all:1080"));
        assert_eq!(check(&["--proxy", "none"], &all), Ok(None));
        assert_eq!(check(&[], &[("HTTPS_PROXY", " ")]), Ok(None));
    }

    #[test]
    fn no_proxy_lists_hosts_reached_without_a_proxy() {
        for (list, used) in [("example.com", false), ("other.com", true), ("*", false)] {
            let found = check(&[], &[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", list)]).unwrap();
            assert_eq!(found.is_some(), used, "{list}");
        }
    }

    #[test]
    fn an_error_names_the_origin_but_not_the_credentials() {
        let error = check(&[], &[("HTTPS_PROXY", "ftp://jill:hush@p:1")]).unwrap_err();
        assert!(error.to_string().starts_with("HTTPS_PROXY: only http://"), "{error}");
        let args = parse::<ProxyArgs>(&["--proxy", "http://jill:hush@p:x"]).unwrap();
        let error = args.check(&Environment::new("", [("HOME", "")])).unwrap_err();
        assert!(error.to_string().starts_with("--proxy: write"), "{error}");
        assert!(!format!("{args:?} {error} {error:?}").contains("hush"));
    }
}
