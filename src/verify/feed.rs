//! The reading thread: reads sources and cuts them into batches of records.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::Path;
use std::sync::Arc;

use super::source::{Beside, CaptureSource, FoundSource, OpenedSource, files, open};
use super::{Inspection, VerifyPlan, VerifyStep, prove};
use crate::capture::{self, Capture, Format, Record, from_parts};
use crate::verify::{Inspector, Unreadable, VerifyOutcome};

/// Bytes per batch: enough that sending it is cheap compared with judging it.
const BATCH_BYTES: usize = 256 << 10;
/// Limit on records per batch, for very small records.
const BATCH_RECORDS: usize = 512;

/// The source of a batch.
#[derive(Debug)]
pub(super) struct SourceOrigin {
    pub(super) name: Arc<str>,
    pub(super) beside: Beside,
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

/// Receives a batch. Returns `false` to stop reading.
pub(super) type Push<'p> = dyn FnMut(Batch) -> bool + 'p;

/// Reads all sources. Ends early if `push` returns `false`.
pub(super) fn run(plan: &VerifyPlan, push: &mut Push<'_>) {
    for source in &plan.sources {
        let more = match source {
            CaptureSource::Path(path) => feed_path(path, plan, push),
            CaptureSource::Stdin => {
                let origin = Arc::new(SourceOrigin { name: "-".into(), beside: Beside::default() });
                feed(io::stdin(), &origin, true, plan, push)
            }
            CaptureSource::Memory { name, bytes } => {
                let origin = Arc::new(SourceOrigin { name: name.as_str().into(), beside: Beside::default() });
                feed(io::Cursor::new(bytes.clone()), &origin, true, plan, push)
            }
            CaptureSource::Parts { headers, body } => {
                let origin = Arc::new(SourceOrigin { name: source.name().into(), beside: Beside::default() });
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
        let path = match &file {
            Ok(found) => &found.path,
            Err((path, _)) => path,
        };
        let origin =
            Arc::new(SourceOrigin { name: path.display().to_string().into(), beside: Beside::of(path) });
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
        Ok(file) => feed(file, origin, found.is_named, plan, push),
        Err(error) => push(Batch { origin: Arc::clone(origin), work: FeedWork::Failed(error.into()) }),
    }
}

fn feed(
    input: impl Read + 'static,
    origin: &Arc<SourceOrigin>,
    is_named: bool,
    plan: &VerifyPlan,
    push: &mut Push<'_>,
) -> bool {
    let batch = |work| Batch { origin: Arc::clone(origin), work };
    match open(input, plan.format, &origin.name) {
        Ok(opened) => cut(opened, origin, plan, push),
        // A folder of captures may contain other files too.
        Err(Unreadable::Unrecognized | Unreadable::BodyAlone { .. } | Unreadable::Empty) if !is_named => {
            push(batch(FeedWork::Skipped))
        }
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
pub(super) fn judge(batch: Batch, inspector: &Inspector) -> VerifyStep {
    let Batch { origin, work } = batch;
    let outcome = |result| VerifyOutcome { source: Arc::clone(&origin.name), index: 0, result };
    let step = |results: Vec<Judged>| VerifyStep {
        outcomes: results.into_iter().map(outcome).collect(),
        ..VerifyStep::default()
    };
    match work {
        FeedWork::Records { records, format, bytes, whole } => {
            let read = |record: &Record| -> Vec<Judged> {
                let files = |name: &str| origin.beside.read(name);
                // Any text is only searched, below.
                let parsed =
                    if format == Format::Text { Vec::new() } else { capture::parse(record, format, &files) };
                let inspect = |capture| Ok(Box::new(inspector.inspect(capture)));
                parsed
                    .into_iter()
                    .map(|capture| capture.map_err(Unreadable::from).and_then(inspect))
                    .collect()
            };
            let results = match whole {
                Some(Whole { bytes, failed }) => {
                    let mut results: Vec<Judged> = records.iter().flat_map(read).collect();
                    results.extend(failed.map(Err));
                    prove::rescue(&bytes, format, results, inspector)
                }
                None => records
                    .iter()
                    .flat_map(|record| prove::rescue(&record.bytes, format, read(record), inspector))
                    .collect(),
            };
            VerifyStep { bytes, ..step(results) }
        }
        FeedWork::Capture(capture) => step(vec![Ok(Box::new(inspector.inspect(*capture)))]),
        FeedWork::Failed(error) => step(vec![Err(error)]),
        FeedWork::Skipped => VerifyStep { skipped: Some(Arc::clone(&origin.name)), ..VerifyStep::default() },
        FeedWork::End(_) => VerifyStep::default(),
    }
}

/// The result for one request.
pub(super) type Judged = Result<Box<Inspection>, Unreadable>;
