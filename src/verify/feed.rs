//! The reading thread: reads sources and cuts them into batches of records.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::source::{Beside, CaptureSource, FoundSource, OpenedSource, files, open};
use super::{JudgedCapture, VerifyPlan, VerifyStep, prove};
use crate::capture::{self, Capture, Format, Record, from_parts};
use crate::verify::{CaptureJudge, Unreadable, VerifyOutcome};

/// Bytes per batch: enough that sending it is cheap compared with judging it.
const BATCH_BYTES: usize = 256 << 10;
/// Limit on records per batch, for very small records.
const BATCH_RECORDS: usize = 512;

/// The source of a batch.
#[derive(Debug)]
pub(super) struct SourceOrigin {
    pub(super) name: Arc<str>,
    pub(super) beside: Beside,
    /// Whether the user named it. A folder may contain other files than captures.
    pub(super) is_named: bool,
}

impl SourceOrigin {
    /// A source that is not a file.
    fn named(name: &str) -> Self {
        Self { name: name.into(), beside: Beside::Folder(PathBuf::new()), is_named: true }
    }
}

/// Work for one core.
pub(super) struct Batch {
    pub(super) origin: Arc<SourceOrigin>,
    pub(super) work: FeedWork,
}

pub(super) enum FeedWork {
    /// Records to parse and judge.
    Records {
        records: Vec<Record>,
        format: Format,
        bytes: u64,
        /// The whole source, if it is small and all its records are here.
        whole: Option<Whole>,
    },
    /// A request to judge.
    Capture(Box<Capture>),
    /// An input that cannot be read.
    Failed(Unreadable),
    /// A file in a folder that is not a capture.
    Skipped,
    /// The end of a source that was opened.
    End(Format),
}

/// A small source, as it was read.
pub(super) struct Whole {
    bytes: Vec<u8>,
    /// Why its records end early.
    failed: Option<Unreadable>,
}

impl Whole {
    /// All of it as one record.
    pub(super) fn into_record(self) -> Record {
        Record { bytes: self.bytes, place: capture::Place { index: 0, line: 1, offset: 0 } }
    }
}

/// Receives a batch. Returns `false` to stop reading.
pub(super) type Push<'p> = dyn FnMut(Batch) -> bool + 'p;

/// Reads all sources. Ends early if `push` returns `false`.
pub(super) fn run(plan: &VerifyPlan, push: &mut Push<'_>) {
    for source in &plan.sources {
        let more = match source {
            CaptureSource::Path(path) => feed_path(path, plan, push),
            CaptureSource::Stdin => {
                let origin = Arc::new(SourceOrigin::named("-"));
                feed(io::stdin(), &origin, plan, push)
            }
            CaptureSource::Memory { name, bytes } => {
                // Its text comes from a stranger, who must not choose a file of this machine.
                let beside = Beside::Nothing;
                let origin = Arc::new(SourceOrigin { beside, ..SourceOrigin::named(name) });
                feed(io::Cursor::new(bytes.clone()), &origin, plan, push)
            }
            CaptureSource::Parts { headers, body } => {
                let origin = Arc::new(SourceOrigin::named(&source.name()));
                let work = match parts(headers, body.as_deref()) {
                    Ok(capture) => FeedWork::Capture(Box::new(capture)),
                    Err(error) => FeedWork::Failed(error.into()),
                };
                push(Batch { origin, work })
            }
        };
        if !more {
            return;
        }
    }
}

fn feed_path(path: &Path, plan: &VerifyPlan, push: &mut Push<'_>) -> bool {
    let mut more = true;
    files(path, plan.recursive, &mut |file| {
        if !more {
            return;
        }
        let (path, is_named) = match &file {
            Ok(found) => (&found.path, found.is_named),
            Err((path, _)) => (path, true),
        };
        let name = path.display().to_string().into();
        let origin = Arc::new(SourceOrigin { name, beside: Beside::of(path), is_named });
        more = match file {
            Ok(found) => feed_file(&found, &origin, plan, push),
            Err((_, error)) => push(Batch { origin, work: FeedWork::Failed(error) }),
        };
    });
    more
}

fn feed_file(
    found: &FoundSource,
    origin: &Arc<SourceOrigin>,
    plan: &VerifyPlan,
    push: &mut Push<'_>,
) -> bool {
    match File::open(&found.path) {
        Ok(file) => feed(file, origin, plan, push),
        Err(error) => push(Batch { origin: Arc::clone(origin), work: FeedWork::Failed(error.into()) }),
    }
}

fn feed(
    input: impl Read + 'static,
    origin: &Arc<SourceOrigin>,
    plan: &VerifyPlan,
    push: &mut Push<'_>,
) -> bool {
    let batch = |work| Batch { origin: Arc::clone(origin), work };
    match open(input, plan.format) {
        Ok(opened) => cut(opened, origin, plan, push),
        Err(Unreadable::Empty) if !origin.is_named => push(batch(FeedWork::Skipped)),
        Err(error) => push(batch(FeedWork::Failed(error))),
    }
}

/// Cuts an opened source into batches.
fn cut(opened: OpenedSource, origin: &Arc<SourceOrigin>, plan: &VerifyPlan, push: &mut Push<'_>) -> bool {
    let OpenedSource { input, format, whole } = opened;
    let batch = |work| Batch { origin: Arc::clone(origin), work };
    if let Some(bytes) = whole {
        let work = whole_source(input, format, bytes, plan);
        return push(batch(work)) && push(batch(FeedWork::End(format)));
    }
    // The lines of a log from stdin are judged as they arrive.
    let at_once = origin.name.as_ref() == "-";
    let (mut records, mut bytes) = (Vec::new(), 0);
    for record in capture::records(input, format, plan.limits) {
        let failed = match record {
            Ok(record) => {
                bytes += record.bytes.len();
                records.push(record);
                None
            }
            Err(error) => Some(error),
        };
        if at_once || failed.is_some() || bytes >= BATCH_BYTES || records.len() >= BATCH_RECORDS {
            let records = std::mem::take(&mut records);
            let bytes = std::mem::take(&mut bytes) as u64;
            if !push(batch(FeedWork::Records { records, format, bytes, whole: None })) {
                return false;
            }
        }
        if let Some(error) = failed
            && !push(batch(FeedWork::Failed(error.into())))
        {
            return false;
        }
    }
    push(batch(FeedWork::Records { records, format, bytes: bytes as u64, whole: None }))
        && push(batch(FeedWork::End(format)))
}

/// A small source in one batch, so that parts of a request in different records can be joined.
fn whole_source(input: Box<dyn BufRead>, format: Format, bytes: Vec<u8>, plan: &VerifyPlan) -> FeedWork {
    let (mut records, mut failed) = (Vec::new(), None);
    for record in capture::records(input, format, plan.limits) {
        match record {
            Ok(record) => records.push(record),
            Err(error) => failed = Some(error.into()),
        }
    }
    let size = bytes.len() as u64;
    FeedWork::Records { records, format, bytes: size, whole: Some(Whole { bytes, failed }) }
}

/// Builds a request from headers and the file (or stdin) with its body.
fn parts(headers: &[String], body: Option<&Path>) -> io::Result<Capture> {
    let bytes = match body {
        Some(path) => std::fs::read(path)?,
        None => {
            let mut bytes = Vec::new();
            io::stdin().read_to_end(&mut bytes)?;
            bytes
        }
    };
    from_parts(headers.iter().map(String::as_str), bytes)
        .map_err(|header| io::Error::other(format!("'{header}' is not a header")))
}

/// Judges one batch. Indexes are set later, in order.
pub(super) fn judge_batch(batch: Batch, judge: &CaptureJudge) -> VerifyStep {
    let Batch { origin, work } = batch;
    let outcome = |result| VerifyOutcome { source: Arc::clone(&origin.name), index: 0, result };
    let step = |results: Vec<Judged>| VerifyStep {
        outcomes: results.into_iter().map(outcome).collect(),
        ..VerifyStep::default()
    };
    match work {
        FeedWork::Records { records, format, bytes, whole } => {
            let files = |name: &str| origin.beside.read(name);
            let read = |record: &Record| -> Vec<Judged> {
                // Any text is only searched, below.
                let parsed =
                    if format == Format::Text { Vec::new() } else { capture::parse(record, format, &files) };
                let judge_one = |capture| Ok(Box::new(judge.judge(capture)));
                parsed
                    .into_iter()
                    .map(|capture| capture.map_err(Unreadable::from).and_then(judge_one))
                    .collect()
            };
            let results = match whole {
                Some(mut whole) => {
                    let mut results: Vec<Judged> = records.iter().flat_map(read).collect();
                    results.extend(whole.failed.take().map(Err));
                    prove::rescue(&whole.into_record(), format, results, judge, &files)
                }
                // Most records of a long log are not requests.
                None => records
                    .iter()
                    .flat_map(|record| match read(record) {
                        results if results.is_empty() && format != Format::Text => results,
                        results => prove::rescue(record, format, results, judge, &files),
                    })
                    .collect(),
            };
            // A file in a folder that is not a capture.
            if !origin.is_named && matches!(results[..], [Err(Unreadable::NothingFound { .. })]) {
                return VerifyStep {
                    skipped: Some(Arc::clone(&origin.name)),
                    bytes,
                    ..VerifyStep::default()
                };
            }
            VerifyStep { bytes, ..step(results) }
        }
        FeedWork::Capture(capture) => step(vec![Ok(Box::new(judge.judge(*capture)))]),
        FeedWork::Failed(error) => step(vec![Err(error)]),
        FeedWork::Skipped => VerifyStep { skipped: Some(Arc::clone(&origin.name)), ..VerifyStep::default() },
        FeedWork::End(_) => VerifyStep::default(),
    }
}

/// The result for one request.
pub(super) type Judged = Result<Box<JudgedCapture>, Unreadable>;
