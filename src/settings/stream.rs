//! The stream of a team: `--share`, `follow` and `stream`.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::SystemTime;

use hyper::header::HeaderName;
use zeroize::Zeroizing;

use super::env::{Environment, NATS_CREDS, NATS_NKEY, NATS_PASSWORD, NATS_TOKEN, NATS_USER};
use super::file::{self, UnreadableFile};
use super::number::whole;
use super::proxy::{self, ProxyError};
use super::read_token::{ReadTokenError, SentTokenArgs};
use super::time::Span;
use crate::http::{InvalidTarget, Proxies, Target};
use crate::session::{Confirm, FollowConfig, FollowedSource, ShareConfig};
use crate::stream::{
    AppName, Follow, FollowStart, FollowerName, InvalidStreamAddress, Prune, RemoteAccess, RemoteFollow,
    StreamAccess, StreamAddress, StreamLogin, StreamWish,
};

/// The app, and how to connect. Each command has an address of its own.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Stream")]
pub(crate) struct StreamArgs {
    /// Name of the app on the stream [default: default]
    ///
    /// Each app has a stream of its own, zoomhook-NAME.
    #[arg(long, value_name = "NAME")]
    app: Option<AppName>,

    /// NATS credentials file (.creds)
    ///
    /// Credentials may also be in the URL, such as nats://USER:PASSWORD@HOST or nats://TOKEN@HOST, where other users of
    /// this machine can see them, or in the environment: NATS_CREDS, NATS_NKEY, NATS_USER and NATS_PASSWORD, NATS_TOKEN.
    #[arg(long, value_name = "PATH", value_hint = clap::ValueHint::FilePath)]
    nats_creds: Option<PathBuf>,

    /// File with the seed of an nkey
    #[arg(long, hide_short_help = true, value_name = "PATH", value_hint = clap::ValueHint::FilePath, conflicts_with = "nats_creds")]
    nats_nkey: Option<PathBuf>,

    /// PEM file with certificates to trust for the NATS server, in addition to the system's
    #[arg(long, hide_short_help = true, value_name = "PATH", value_hint = clap::ValueHint::FilePath)]
    nats_ca: Option<PathBuf>,
}

/// Why the stream's settings cannot be used. The messages contain no credentials.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StreamSettingsError {
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] UnreadableFile),
    /// A flag of the stream without `--share`.
    #[error("{0} needs --share")]
    NeedsShare(&'static str),
    /// A flag that the address has no use for.
    #[error("{flag} is only for {scheme} addresses")]
    OtherSource {
        /// The flag.
        flag: &'static str,
        /// What it is for.
        scheme: &'static str,
    },
    /// The read token.
    #[error(transparent)]
    Token(#[from] ReadTokenError),
    /// The proxy.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// The environment names no home.
    #[error("there is no home folder for the position of a follower")]
    NoStateFolder,
    /// The machine gives no name.
    #[error("there is no user and host name to follow as")]
    NoName,
    /// `stream prune` without anything to delete.
    #[error("nothing to delete: neither --older-than nor --follower is given")]
    NothingToPrune,
}

impl StreamArgs {
    /// The app's name.
    pub(crate) fn app(&self) -> AppName {
        self.app.clone().unwrap_or_default()
    }

    /// The servers and the credentials: those of the flags, of the URL, or of the environment.
    ///
    /// # Errors
    /// [`StreamSettingsError`] if a file cannot be read.
    pub(crate) fn access(
        &self,
        address: StreamAddress,
        environment: &Environment,
    ) -> Result<StreamAccess, StreamSettingsError> {
        let login = match (self.login()?, address.login()) {
            (Some(login), _) => Some(login),
            (None, Some(login)) => Some(login.clone()),
            (None, None) => login_of(environment)?,
        };
        let ca = self.nats_ca.as_deref().map(|path| file::read(path, path)).transpose()?;
        Ok(StreamAccess { address, login, ca: ca.map(|pem| pem.as_bytes().to_vec()) })
    }

    fn login(&self) -> Result<Option<StreamLogin>, StreamSettingsError> {
        match (&self.nats_creds, &self.nats_nkey) {
            (Some(path), _) => credentials(path).map(Some),
            (None, Some(path)) => nkey(path).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// A flag of this group that was given.
    fn given(&self) -> Option<&'static str> {
        let flags = [
            (self.app.is_some(), "--app"),
            (self.nats_creds.is_some(), "--nats-creds"),
            (self.nats_nkey.is_some(), "--nats-nkey"),
            (self.nats_ca.is_some(), "--nats-ca"),
        ];
        flags.into_iter().find_map(|(is_given, flag)| is_given.then_some(flag))
    }
}

fn credentials(path: &Path) -> Result<StreamLogin, StreamSettingsError> {
    Ok(StreamLogin::Credentials(file::read(path, path)?))
}

fn nkey(path: &Path) -> Result<StreamLogin, StreamSettingsError> {
    Ok(StreamLogin::Nkey(file::read(path, path)?))
}

/// The credentials of the environment, under the names of the program `nats`.
fn login_of(environment: &Environment) -> Result<Option<StreamLogin>, StreamSettingsError> {
    let text = |name| environment.text(name).filter(|text| !text.is_empty());
    let secret = |text: &str| Zeroizing::new(text.to_owned());
    if let Some(path) = environment.path(NATS_CREDS) {
        return credentials(&path).map(Some);
    }
    if let Some(path) = environment.path(NATS_NKEY) {
        return nkey(&path).map(Some);
    }
    Ok(match (text(NATS_USER), text(NATS_PASSWORD), text(NATS_TOKEN)) {
        (Some(name), Some(password), _) => {
            Some(StreamLogin::User { name: name.to_owned(), password: secret(password) })
        }
        (_, _, Some(token)) => Some(StreamLogin::Token(secret(token))),
        _ => None,
    })
}

/// The flags of `listen` that share its deliveries.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Stream")]
pub(crate) struct ShareArgs {
    /// Share every verified event on this NATS JetStream server, for `zoomhook follow`
    ///
    /// Zoom is answered once the stream has the event on disk, and with 503 if it does not get there, so that Zoom sends it
    /// again. With --forward, this implies --ack now. The events hold personal data: everyone who may read the stream
    /// can see them. The secret token stays here.
    #[arg(long, value_name = "nats://HOST[:PORT]")]
    share: Option<StreamAddress>,

    /// Also share refused requests
    #[arg(long, requires = "share")]
    share_refused: bool,

    /// Servers that keep a copy, if the stream does not exist yet [default: 1]
    #[arg(long, hide_short_help = true, value_name = "N", value_parser = whole(1..=5_u8), requires = "share")]
    share_replicas: Option<u8>,

    #[command(flatten)]
    stream: StreamArgs,
}

impl ShareArgs {
    /// Whether deliveries are shared.
    #[must_use]
    pub(crate) fn is_given(&self) -> bool {
        self.share.is_some()
    }

    /// The checked value; `None` without `--share`.
    ///
    /// # Errors
    /// [`StreamSettingsError`] if a file cannot be read, or a flag has no meaning without `--share`.
    pub(crate) fn check(
        self,
        masked_headers: Vec<HeaderName>,
        environment: &Environment,
    ) -> Result<Option<ShareConfig>, StreamSettingsError> {
        let Some(address) = self.share else {
            return self.stream.given().map_or(Ok(None), |flag| Err(StreamSettingsError::NeedsShare(flag)));
        };
        let access = self.stream.access(address, environment)?;
        let wish = StreamWish { app: self.stream.app(), replicas: self.share_replicas.map(usize::from) };
        Ok(Some(ShareConfig { access, wish, shares_refused: self.share_refused, masked_headers }))
    }
}

/// What `follow` reads.
#[derive(Debug, Clone)]
enum FollowAddress {
    /// A stream.
    Nats(StreamAddress),
    /// The inspector of another session.
    Session(Target),
}

/// Why a text is not the address of a source. The messages do not repeat it, because it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum InvalidFollowAddress {
    /// Another scheme, or none.
    #[error("write nats://HOST or tls://HOST for a stream, or https://HOST for another session")]
    Scheme,
    /// A stream.
    #[error(transparent)]
    Nats(#[from] InvalidStreamAddress),
    /// A password or a token.
    #[error("do not put the read token into the address. Use --token-file or ZOOMHOOK_READ_TOKEN")]
    Credentials,
    /// Several addresses.
    #[error("write one address")]
    Several,
    /// Not a host with a port.
    #[error("this is not a host with an optional port")]
    Host,
    /// A path.
    #[error("write the address without a path: it has to lead to the inspector of the other session")]
    Path,
    /// Everyone on the network could read the token.
    #[error(
        "http:// is only for this machine, because others could read the token and the events: use https://"
    )]
    Plain,
}

impl FromStr for FollowAddress {
    type Err = InvalidFollowAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with("nats://") || text.starts_with("tls://") {
            return Ok(Self::Nats(text.parse()?));
        }
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let rest = rest.ok_or(InvalidFollowAddress::Scheme)?.trim_end_matches('/');
        if rest.contains('@') {
            return Err(InvalidFollowAddress::Credentials);
        }
        if rest.contains(',') {
            return Err(InvalidFollowAddress::Several);
        }
        if rest.contains(['/', '?', '#']) {
            return Err(InvalidFollowAddress::Path);
        }
        let target = text.trim_end_matches('/').parse::<Target>().map_err(|error| match error {
            InvalidTarget::Credentials => InvalidFollowAddress::Credentials,
            _ => InvalidFollowAddress::Host,
        })?;
        match target.is_tls() || target.is_loopback() {
            true => Ok(Self::Session(target)),
            false => Err(InvalidFollowAddress::Plain),
        }
    }
}

/// The flags of `follow`.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Stream")]
pub(crate) struct FollowStreamArgs {
    /// What to follow: nats://HOST or tls://HOST:4222 for a stream, https://HOST for another session
    ///
    /// Several NATS servers of one cluster are separated by commas. https://HOST is the inspector of another session, which
    /// needs a read token: see `zoomhook inspect token`. http:// is only for this machine.
    #[arg(value_name = "URL")]
    url: FollowAddress,

    #[command(flatten)]
    stream: StreamArgs,

    #[command(flatten)]
    token: SentTokenArgs,

    /// PEM file with certificates to trust for https://, in addition to the system's
    #[arg(long, hide_short_help = true, value_name = "PATH", value_hint = clap::ValueHint::FilePath)]
    follow_ca: Option<PathBuf>,

    /// Name to follow as [default: your user and host name]
    ///
    /// Each name gets every event once. Several processes of one name share the events of a stream, whose server keeps the
    /// position for 30 days. With https://, one process follows under a name, and this machine keeps its position.
    #[arg(long = "as", value_name = "NAME")]
    name: Option<FollowerName>,

    /// Begin this long ago, such as 2h or 3d, in place of where this name ended
    ///
    /// Events that are already in the history are not shown again.
    #[arg(long, value_name = "DURATION", value_parser = Span::with_unit, conflicts_with = "new")]
    since: Option<Span>,

    /// Begin with the events that come from now on, in place of where this name ended
    #[arg(long)]
    new: bool,

    /// When an event is confirmed to the stream; what is not confirmed comes again
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Confirm::WithApp)]
    ack: Confirm,
}

impl FollowStreamArgs {
    /// The checked value.
    ///
    /// # Errors
    /// [`StreamSettingsError`] if a file cannot be read, or there is no name to follow as.
    pub(crate) fn check(
        self,
        environment: &Environment,
        now: SystemTime,
    ) -> Result<FollowConfig, StreamSettingsError> {
        let name = self.name.or_else(|| own_name(environment)).ok_or(StreamSettingsError::NoName)?;
        let start = match self.since.map(|since| now.checked_sub(since.get())) {
            Some(since) => FollowStart::Since(since.unwrap_or(SystemTime::UNIX_EPOCH)),
            None if self.new => FollowStart::New,
            None => FollowStart::Continue,
        };
        let from = match self.url {
            FollowAddress::Nats(address) => {
                let unused = self.token.is_given().then_some("--token-file");
                let unused = unused.or(self.follow_ca.is_some().then_some("--follow-ca"));
                not_given(unused, "https://")?;
                let access = self.stream.access(address, environment)?;
                FollowedSource::Nats { access, follow: Follow { app: self.stream.app(), name, start } }
            }
            FollowAddress::Session(target) => {
                not_given(self.stream.given(), "nats://")?;
                let ca = self.follow_ca.as_deref().map(|path| file::read(path, path)).transpose()?;
                let proxies = match target.is_loopback() {
                    true => Proxies::default(),
                    false => proxy::of_environment(environment)?,
                };
                let state = environment.state_folder().ok_or(StreamSettingsError::NoStateFolder)?;
                let access = RemoteAccess {
                    target,
                    token: self.token.check(environment)?.into_text(),
                    ca: ca.map(|pem| pem.as_bytes().to_vec()),
                    proxies,
                };
                let follow = RemoteFollow { name, start, positions: state.join("followed") };
                FollowedSource::Session { access, follow }
            }
        };
        Ok(FollowConfig { from, confirm: self.ack })
    }
}

/// Refuses a flag that the address has no use for.
fn not_given(flag: Option<&'static str>, scheme: &'static str) -> Result<(), StreamSettingsError> {
    flag.map_or(Ok(()), |flag| Err(StreamSettingsError::OtherSource { flag, scheme }))
}

/// The name of this user on this machine.
fn own_name(environment: &Environment) -> Option<FollowerName> {
    let user = ["USER", "USERNAME"].into_iter().find_map(|name| environment.text(name)).unwrap_or_default();
    FollowerName::of(user, &host_name(environment))
}

#[cfg(unix)]
fn host_name(_: &Environment) -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(not(unix))]
fn host_name(environment: &Environment) -> String {
    environment.text("COMPUTERNAME").unwrap_or_default().to_owned()
}

/// The flags of `stream prune`.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "What to delete")]
pub(crate) struct PruneArgs {
    /// Delete events that the stream stored longer ago than this, such as 2d, for all followers
    #[arg(long, value_name = "DURATION", value_parser = Span::with_unit)]
    older_than: Option<Span>,

    /// Delete the position of this follower; may be repeated
    #[arg(long, value_name = "NAME")]
    follower: Vec<FollowerName>,
}

impl PruneArgs {
    /// The checked value.
    ///
    /// # Errors
    /// [`StreamSettingsError::NothingToPrune`] without a flag.
    pub(crate) fn check(self, app: AppName, now: SystemTime) -> Result<Prune, StreamSettingsError> {
        if self.older_than.is_none() && self.follower.is_empty() {
            return Err(StreamSettingsError::NothingToPrune);
        }
        let ago = |span: Span| now.checked_sub(span.get()).unwrap_or(SystemTime::UNIX_EPOCH);
        Ok(Prune { app, before: self.older_than.map(ago), followers: self.follower })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::testing::parse;

    fn environment(variables: &[(&'static str, &str)]) -> Environment {
        Environment::new("", variables.iter().map(|(name, value)| (*name, value.to_string())))
    }

    fn share(
        args: &[&str],
        variables: &[(&'static str, &str)],
    ) -> Result<Option<ShareConfig>, StreamSettingsError> {
        parse::<ShareArgs>(args).unwrap().check(Vec::new(), &environment(variables))
    }

    #[test]
    fn shares_nothing_by_default() {
        assert!(share(&[], &[]).unwrap().is_none());
        let error = share(&["--app", "acme"], &[]).unwrap_err();
        assert_eq!(error.to_string(), "--app needs --share");
        assert!(parse::<ShareArgs>(&["--share-refused"]).is_err());
    }

    #[test]
    fn credentials_come_from_the_flags_then_the_url_then_the_environment() {
        let folder = tempfile::tempdir().unwrap();
        let creds = folder.path().join("hub.creds");
        std::fs::write(&creds, "hush").unwrap();
        let creds = creds.to_str().unwrap();
        let variables = [("NATS_USER", "maria"), ("NATS_PASSWORD", "hush"), ("NATS_TOKEN", "hush")];
        let login = |args: &[&str], variables: &[(&'static str, &str)]| {
            let share = share(args, variables).unwrap().unwrap();
            assert!(!format!("{share:?}").contains("hush"), "{share:?}");
            share.access.login.map(|login| login.kind())
        };
        let url = ["--share", "nats://hush@a"];
        let file = Some("credentials file");
        assert_eq!(login(&["--share", "nats://hush@a", "--nats-creds", creds], &variables), file);
        assert_eq!(login(&url, &variables), Some("token"));
        assert_eq!(login(&["--share", "nats://a"], &variables), Some("user and password"));
        assert_eq!(login(&["--share", "nats://a"], &variables[2..]), Some("token"));
        assert_eq!(login(&["--share", "nats://a"], &[("NATS_CREDS", creds)]), file);
        assert_eq!(login(&["--share", "nats://a"], &[]), None);
    }

    #[test]
    fn follows_as_the_user_from_where_it_ended() {
        let now = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(10_000);
        let follow = |args: &[&str]| {
            let args: Vec<_> = ["nats://a"].iter().chain(args).copied().collect();
            let args = parse::<FollowStreamArgs>(&args).unwrap();
            match args.check(&environment(&[("USER", "maria")]), now).unwrap().from {
                FollowedSource::Nats { follow, .. } => follow,
                FollowedSource::Session { .. } => panic!(),
            }
        };
        let usual = follow(&[]);
        assert!(usual.name.to_string().starts_with("maria"), "{usual:?}");
        assert_eq!((usual.app.to_string().as_str(), usual.start), ("default", FollowStart::Continue));
        assert_eq!(follow(&["--as", "ci", "--new"]).start, FollowStart::New);
        let since = FollowStart::Since(now - std::time::Duration::from_secs(7_200));
        assert_eq!(follow(&["--since", "2h"]).start, since);
        assert!(parse::<FollowStreamArgs>(&["nats://a", "--since", "2h", "--new"]).is_err());
    }

    #[test]
    fn another_session_is_followed_only_over_tls_or_on_this_machine() {
        use InvalidFollowAddress::{Credentials, Host, Path, Plain, Scheme, Several};
        for (text, error) in [
            ("hooks.example.com", Scheme),
            ("ftp://a", Scheme),
            ("http://hooks.example.com", Plain),
            ("https://hush@a", Credentials),
            ("https://maria:hush@a", Credentials),
            ("https://a,https://b", Several),
            ("https://a/webhook", Path),
            ("https://", Host),
            ("https://a:port", Host),
            ("nats://a/b", InvalidFollowAddress::Nats(InvalidStreamAddress::Path)),
        ] {
            assert_eq!(text.parse::<FollowAddress>().unwrap_err(), error, "{text}");
        }
        let token = [("USER", "maria"), ("HOME", "/home/maria"), ("ZOOMHOOK_READ_TOKEN", TOKEN)];
        let check = |args: &[&str]| {
            let checked =
                parse::<FollowStreamArgs>(args).unwrap().check(&environment(&token), SystemTime::now());
            assert!(!format!("{checked:?}").contains(TOKEN), "{checked:?}");
            checked.map(|config| match config.from {
                FollowedSource::Session { access, .. } => access.target.to_string(),
                FollowedSource::Nats { .. } => panic!(),
            })
        };
        assert_eq!(check(&["http://127.0.0.1:4040/"]).unwrap(), "http://127.0.0.1:4040");
        assert_eq!(check(&["https://hooks.example.com"]).unwrap(), "https://hooks.example.com");
        let error = check(&["https://a", "--app", "acme"]).unwrap_err();
        assert_eq!(error.to_string(), "--app is only for nats:// addresses");
    }

    const TOKEN: &str = "zhr_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";

    #[test]
    fn prunes_only_what_is_named() {
        let now = SystemTime::now();
        let prune = |args: &[&str]| parse::<PruneArgs>(args).unwrap().check(AppName::default(), now);
        assert!(matches!(prune(&[]), Err(StreamSettingsError::NothingToPrune)));
        assert_eq!(prune(&["--follower", "ci"]).unwrap().before, None);
        assert!(prune(&["--older-than", "2d"]).unwrap().before.is_some());
    }
}
