//! The stream of a team: `--share`, `follow` and `stream`.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use hyper::header::HeaderName;
use zeroize::Zeroizing;

use super::env::{Environment, NATS_CREDS, NATS_NKEY, NATS_PASSWORD, NATS_TOKEN, NATS_USER};
use super::file::{self, UnreadableFile};
use super::number::whole;
use super::time::Span;
use crate::session::{Confirm, FollowConfig, ShareConfig};
use crate::stream::{
    AppName, Follow, FollowStart, FollowerName, Prune, StreamAccess, StreamAddress, StreamLogin, StreamWish,
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

/// The flags of `follow`.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Stream")]
pub(crate) struct FollowStreamArgs {
    /// The NATS server, such as nats://HOST or tls://HOST:4222; several of one cluster separated by commas
    #[arg(value_name = "URL")]
    url: StreamAddress,

    #[command(flatten)]
    stream: StreamArgs,

    /// Name to follow as [default: your user and host name]
    ///
    /// Each name gets every event once. Several processes of one name share the events. The server keeps the position of a
    /// name for 30 days.
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
        let access = self.stream.access(self.url, environment)?;
        let follow = Follow { app: self.stream.app(), name, start };
        Ok(FollowConfig { access, follow, confirm: self.ack })
    }
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
            args.check(&environment(&[("USER", "maria")]), now).unwrap().follow
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
    fn prunes_only_what_is_named() {
        let now = SystemTime::now();
        let prune = |args: &[&str]| parse::<PruneArgs>(args).unwrap().check(AppName::default(), now);
        assert!(matches!(prune(&[]), Err(StreamSettingsError::NothingToPrune)));
        assert_eq!(prune(&["--follower", "ci"]).unwrap().before, None);
        assert!(prune(&["--older-than", "2d"]).unwrap().before.is_some());
    }
}
