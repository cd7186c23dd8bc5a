//! `zoomhook sign`: makes a correctly signed request from any body, or one that is wrong on purpose.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use hyper::header::{HeaderName, HeaderValue};

use super::{ExitStatus, Failure, help};
use crate::delivery::SecretOrigin;
use crate::diagnosis::{ControlRequest, ForgeryTrial, Secrets};
use crate::http::Target;
use crate::instances::Listening;
use crate::report::{self, PostedReport, SignedForm, VerdictFormat};
use crate::send::{self, EndpointAnswer, EndpointClient, Posted, parse_endpoint};
use crate::settings::Error;
use crate::settings::env::Environment;
use crate::settings::project;
use crate::settings::prompt::Terminal;
use crate::settings::secret::SecretArgs;
use crate::settings::sending::{Sending, answering_app, parse_added_header};
use crate::settings::time::TimeOrOffset;
use crate::zoom::catalogue::{self, Sample};
use crate::zoom::{
    Breakage, CHALLENGE_EVENT, EndpointOutcome, Envelope, SecretToken, SignedRequest, signed_request,
};

/// Bytes read of a body. Zoom's bodies have a few KiB.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Sign any body as Zoom does, and print or post the request
///
/// Signs exactly the bytes given. BODY is a file, '-' for stdin, or the body itself if it begins with '{'. Without
/// BODY, the body is read from stdin.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::examples(help::SIGN),
    group = clap::ArgGroup::new("posting").args(["send", "to"]))]
pub(super) struct SignArgs {
    /// A file, '-' for stdin, or the body itself if it begins with '{'
    #[arg(value_name = "BODY", value_hint = clap::ValueHint::FilePath)]
    body: Option<String>,

    /// Sign a challenge instead of a body; with --send or --to, its answer is checked
    #[arg(long, conflicts_with = "body")]
    challenge: bool,

    /// Output format of the request [default: curl on a terminal, headers elsewhere]
    #[arg(long, value_enum)]
    format: Option<SignedForm>,

    /// Sign with this time as the timestamp: Unix seconds, RFC 3339, or an offset from now such as -10m
    ///
    /// The same time and body give the same bytes in every run.
    #[arg(long, visible_alias = "timestamp", value_name = "TIME", allow_hyphen_values = true)]
    at: Option<TimeOrOffset>,

    /// Post the request to the running listen, and show the answer and its time
    ///
    /// The port and the path are found automatically; of several, the newest is used. If none is running, the
    /// request goes to http://127.0.0.1:4000/webhook. A printed curl command has the same URL.
    #[arg(long, conflicts_with = "to")]
    send: bool,

    /// Post the request to this endpoint, and show the answer and its time: 3000, 3000/zoom, or a URL
    #[arg(long, value_name = "TARGET", value_parser = parse_endpoint, value_hint = clap::ValueHint::Url)]
    to: Option<Target>,

    /// With --send or --to, set this header, such as 'Authorization: Basic …'; may be repeated
    #[arg(long, value_name = "NAME: VALUE", value_parser = parse_added_header, requires = "posting")]
    header: Vec<(HeaderName, HeaderValue)>,

    /// Make the request wrong on purpose, to test a receiver
    ///
    /// One answer alone proves little. So with --send or --to, up to three control requests follow: the same event,
    /// correctly signed, and signed with another secret token.
    #[arg(long = "break", value_name = "HOW", value_enum)]
    breakage: Option<Breakage>,

    #[command(flatten)]
    secret: SecretArgs,
}

/// Signs the request, then prints or posts it.
pub(super) fn run(args: SignArgs) -> Result<ExitStatus, Failure> {
    let environment = Environment::of_process();
    let now = SystemTime::now();
    let now = args.at.map_or(now, |time| time.from(now));
    // The body first, so that a user does not paste a secret only to read of a missing file.
    let (body, file) = match args.challenge {
        true => (challenge(now)?, None),
        false => read_body(args.body.as_deref())?,
    };
    let secrets = args.secret.check(&environment, &mut Terminal).map_err(Error::from)?;
    let Some(secret) = secrets.tokens.into_iter().next() else { return Ok(ExitStatus::Internal) };
    let seed = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos() as u64;
    let ids = catalogue::request_ids(seed, &body);
    let request = signed_request(&secret.token, &body, now, &ids, args.breakage);
    if args.send && args.breakage.is_some() {
        report::print_note(TESTS_LISTEN);
    }
    let target = if args.send { Some(listen(&environment)?) } else { args.to };
    if let Some(target) = target {
        let (secret, breakage) = (&secret.token, args.breakage);
        let signed = Signed { request: &request, body: &body, secret, breakage, now, seed };
        let app = answering_app(&target, &environment);
        let hints = (secrets.origins.first(), app.as_ref());
        return post(target, args.header, &signed, &Secrets::new(secrets.texts), hints);
    }
    let is_terminal = std::io::stdout().is_terminal();
    let form = args.format.unwrap_or(if is_terminal { SignedForm::Curl } else { SignedForm::Headers });
    // A command that is copied from a terminal must have the bytes that were signed.
    let is_copied_wrongly =
        is_terminal && form.quotes_the_body() && !report::is_shown_exactly(request.body());
    let file = if form.can_contain(request.body()) && !is_copied_wrongly {
        None
    } else {
        let own = file.filter(|_| request.body() == body).and_then(|file| nameable(&file));
        Some(own.map_or_else(|| write_body(request.body()), Ok)?)
    };
    let (folder, project) = (environment.instances_folder(), project::current(&environment));
    let listening = Listening::of_project(folder.as_deref(), project.as_deref());
    // Only printed, not sent to. The default address is the one in the guides.
    let listening = listening.ok().and_then(Result::ok).unwrap_or_else(Listening::usual);
    let text = report::write_signed(&request, form, &listening.url, file.as_deref());
    let printed = if form.is_json() { report::print_json(&text) } else { report::print_raw(&text) };
    super::printed(printed)
}

/// What a wrong request shows if `listen` answers it.
const TESTS_LISTEN: &str = "listen itself refuses wrong requests, unless it runs with --forward-unverified. To test your \
    app's check, name your app with --to.";

/// The running `listen`. Prints its address if that is not the usual one.
fn listen(environment: &Environment) -> Result<Target, Failure> {
    let sending = Sending::to_listen(environment)?;
    if let Some(note) = sending.note {
        report::print_note(&note);
    }
    Ok(sending.target)
}

fn challenge(now: SystemTime) -> Result<Vec<u8>, Failure> {
    let seed = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos() as u64;
    let event = super::named_events::find(CHALLENGE_EVENT)?;
    Ok(Sample::new(seed, now).of(&event).to_json().into_bytes())
}

/// The bytes, and the file that they were read from.
fn read_body(body: Option<&str>) -> Result<(Vec<u8>, Option<PathBuf>), Failure> {
    let mut bytes = Vec::new();
    match body {
        Some(text) if text.starts_with('{') => Ok((text.as_bytes().to_vec(), None)),
        None if std::io::stdin().is_terminal() => {
            Err(Failure::new(ExitStatus::Usage, "there is no body to sign")
                .with_hint("Name a file, give the text, or pipe it in: zoomhook sign body.json"))
        }
        None | Some("-") => {
            let read = std::io::stdin().lock().take(LARGEST).read_to_end(&mut bytes);
            read.map_err(|error| Failure::new(ExitStatus::Internal, format!("cannot read stdin: {error}")))?;
            Ok((bytes, None))
        }
        Some(name) => {
            let unreadable = |error| {
                Failure::new(ExitStatus::Usage, format!("cannot read {name}: {error}"))
                    .with_hint("BODY is a file, '-' for stdin, or the body itself if it begins with '{'.")
            };
            let file = std::fs::File::open(name).map_err(unreadable)?;
            file.take(LARGEST).read_to_end(&mut bytes).map_err(unreadable)?;
            Ok((bytes, Some(PathBuf::from(name))))
        }
    }
}

/// The absolute path of a file, if every format can name it: a program may run in another folder, and a line in an
/// editor's HTTP file ends at a line break and has no spaces at its ends.
fn nameable(file: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(file).ok()?;
    let text = path.to_str()?;
    (text.trim() == text && !text.contains(char::is_control)).then_some(path)
}

/// Writes a body that the format cannot contain to a temporary file.
fn write_body(body: &[u8]) -> Result<PathBuf, Failure> {
    let number = u64::from_ne_bytes(std::array::from_fn(|at| body.get(at).copied().unwrap_or(7)));
    let name = format!("zoomhook-body-{}-{:04x}.bin", std::process::id(), number & 0xffff);
    let folder = std::env::temp_dir();
    let path = nameable(&folder.join(name)).ok_or_else(|| {
        let message = format!(
            "this format cannot contain the body, and cannot name a file in the temporary folder {}",
            folder.display()
        );
        Failure::new(ExitStatus::Usage, message).with_hint("Use --format http, which contains any body.")
    })?;
    write_new(&path, body).map_err(|error| {
        Failure::new(ExitStatus::Internal, format!("cannot write {}: {error}", path.display()))
    })?;
    report::print_note(&format!(
        "This format cannot contain the body as it is. The body is in {}",
        path.display()
    ));
    Ok(path)
}

/// Fails if the file exists: another user may have created it.
fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    std::fs::OpenOptions::new().write(true).create_new(true).open(path)?.write_all(bytes)
}

/// A request that is ready to post.
struct Signed<'a> {
    request: &'a SignedRequest,
    /// The body before any breakage.
    body: &'a [u8],
    secret: &'a SecretToken,
    /// What is wrong with the request on purpose.
    breakage: Option<Breakage>,
    now: SystemTime,
    /// The seed of the request's ids.
    seed: u64,
}

impl Signed<'_> {
    /// A control request: the same event as another delivery.
    fn control(&self, control: ControlRequest) -> SignedRequest {
        let ids = catalogue::request_ids(self.seed ^ (control as u64 + 1), self.body);
        let breakage = (control != ControlRequest::Genuine).then_some(Breakage::Stranger);
        signed_request(self.secret, self.body, self.now, &ids, breakage)
    }

    /// What the answer to a request that is wrong on purpose shows, with the controls that are necessary.
    async fn trial(&self, client: &EndpointClient, outcome: EndpointOutcome) -> Option<ForgeryTrial> {
        let mut trial = ForgeryTrial::new(self.breakage?, self.body, client.adds_headers(), outcome);
        while let Some(control) = trial.next_control() {
            let request = self.control(control);
            let answer = match control {
                ControlRequest::Bare => client.post_bare(&request).await,
                ControlRequest::Genuine | ControlRequest::Stranger => client.post(&request).await,
            };
            trial.record(control, answer.outcome);
        }
        Some(trial)
    }
}

/// Posts the request once, and its controls if it is wrong on purpose. The runtime starts only here, so that signing alone takes a millisecond.
fn post(
    target: Target,
    headers: Vec<(HeaderName, HeaderValue)>,
    signed: &Signed<'_>,
    secrets: &Secrets,
    (origin, app): (Option<&SecretOrigin>, Option<&Target>),
) -> Result<ExitStatus, Failure> {
    let client = EndpointClient::new(target, headers)
        .map_err(|error| Failure::new(ExitStatus::Usage, error.to_string()))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let posted = runtime.block_on(async {
        let answer = client.post(signed.request).await;
        let forgery = signed.trial(&client, answer.outcome.clone()).await;
        judged(signed, answer, forgery, secrets)
    });
    let mut view = PostedReport::of_process(VerdictFormat::Pretty, false, 1);
    view.show(&posted, true)?;
    if posted.has_unknown_cause() {
        report::print_unknown_cause(origin, app);
    }
    Ok(if posted.is_right() == Some(true) { ExitStatus::Done } else { ExitStatus::Endpoint })
}

fn judged(
    signed: &Signed<'_>,
    answer: EndpointAnswer,
    forgery: Option<ForgeryTrial>,
    secrets: &Secrets,
) -> Posted {
    let Signed { request, body, secret, .. } = *signed;
    let challenge_faults =
        forgery.is_none().then(|| answer.challenge_faults(body, secret, secrets)).flatten();
    let reaction = answer.outcome.reaction();
    let event = Envelope::parse(body).map_or_else(|_| "not an event".to_owned(), |e| e.event().to_owned());
    Posted {
        request_id: request.header(crate::zoom::REQUEST_ID_HEADER).unwrap_or_default().to_owned(),
        attempt: 0,
        next_try: send::next_try(&event, reaction, 0),
        is_stale: send::is_stale(signed.now),
        answer,
        reaction,
        challenge_faults,
        forgery,
        event,
    }
}
