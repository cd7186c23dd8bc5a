//! Stored deliveries: lists, one in every form, differences, exports.

use std::time::SystemTime;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::json;

use super::answer::{self, ApiError, InspectorAnswer, JSON, NDJSON, TEXT};
use super::query::ListedPage;
use super::{Site, actions};
use crate::capture::Format;
use crate::delivery::StoredDelivery;
use crate::diagnosis::Secrets;
use crate::history::{HistoryError, HistoryReader, MaskKey, Reference, compare, delete_now};
use crate::report::history as lines;
use crate::verify::{AgeRule, CaptureJudge, verify_in_memory};

/// Limit on deliveries in an export or a replay.
pub(super) const SELECTED: usize = 1000;

/// Characters of an event in the name of a file.
const LONGEST_NAME: usize = 60;

/// Deliveries that are read at a time. Their bodies are in memory until their rows are written.
const CHUNK: usize = 50;

/// `GET deliveries`: one page, without bodies and headers.
pub(super) async fn list(site: &Site, page: ListedPage) -> Result<Vec<u8>, ApiError> {
    let ListedPage { mut wanted, order, limit, after } = page;
    if let Some(project) = &site.inspected.only_project {
        wanted.filter.project = Some(project.clone());
    }
    let after = after.as_deref().map(str::parse).transpose();
    let mut after = after.map_err(|_| ApiError::bad("after: write the value of `next`"))?;
    let read = move |reader: &HistoryReader| {
        // Read first: what arrives in between is in both the page and the stream, and not in neither.
        let (newest, now) = (reader.newest_id()?, SystemTime::now());
        let (mut found, mut unreadable) = (Vec::new(), 0);
        while found.len() < limit {
            let size = CHUNK.min(limit - found.len());
            let page = match wanted.reaction {
                None => reader.page(&wanted.filter, order, after.as_ref(), size)?,
                Some(zoom) => {
                    reader.page_of_reaction(&wanted.filter, order, after.as_ref(), size, (zoom, now))?
                }
            };
            let is_short = page.deliveries.len() < size;
            unreadable += page.unreadable;
            found.extend(rows(reader, &page.deliveries)?);
            after = page.next;
            // A page with a place to go on that is short has looked at enough for one answer.
            if after.is_none() || is_short {
                break;
            }
        }
        Ok((newest, found, after, unreadable, reader.count_of(wanted.filter.project.as_deref())?))
    };
    let read = site.readers.read(read).await?;
    let (newest, found, next, unreadable, total) = read.unwrap_or_default();
    let mut text = br#"{"v":1,"type":"deliveries","deliveries":["#.to_vec();
    push_all(&mut text, &found);
    let next = next.map(|next| next.to_string());
    let rest = json!({ "next": next, "newest": newest, "total": total, "unreadable": unreadable });
    text.extend_from_slice(b"],");
    text.extend_from_slice(rest.to_string().trim_start_matches('{').as_bytes());
    Ok(text)
}

/// The lines of deliveries for a list.
pub(super) fn rows(reader: &HistoryReader, found: &[StoredDelivery]) -> Result<Vec<Vec<u8>>, HistoryError> {
    found.iter().map(|stored| Ok(lines::row(stored, reader.retry_number(stored)?))).collect()
}

/// Appends lines as the items of a list.
fn push_all(text: &mut Vec<u8>, written: &[Vec<u8>]) {
    for (at, line) in written.iter().enumerate() {
        if at > 0 {
            text.push(b',');
        }
        text.extend_from_slice(line.trim_ascii_end());
    }
}

/// The delivery with this id, or `last`.
pub(super) async fn find(site: &Site, id: &str) -> Result<StoredDelivery, ApiError> {
    let Ok(reference) = id.parse::<Reference>();
    let project = site.inspected.only_project.clone();
    let found = site.readers.read(move |reader| reader.get(&reference, project.as_deref())).await?;
    found.and_then(Result::ok).ok_or_else(|| ApiError::missing("The history has no such delivery."))
}

/// `GET deliveries/ID`.
pub(super) async fn one(site: &Site, id: &str) -> Result<Vec<u8>, ApiError> {
    Ok(lines::line(&find(site, id).await?))
}

/// `GET deliveries/ID/verdict`: the judgement of `verify`, with the signed string.
pub(super) async fn verdict(site: &Site, id: &str) -> Result<Vec<u8>, ApiError> {
    let stored = find(site, id).await?;
    let texts = site.inspected.texts.clone();
    let judge = move || {
        let judge = CaptureJudge::new(Secrets::new(texts), AgeRule::default());
        let capture = (stored.id.clone(), lines::line(&stored));
        verify_in_memory(capture, Some(Format::Zoomhook), &judge)
            .first()
            .map(lines::verdict)
            .unwrap_or_default()
    };
    Ok(tokio::task::spawn_blocking(judge).await.unwrap_or_default())
}

/// `GET deliveries/ID/attempts`: all attempts of the same event, the oldest first.
pub(super) async fn attempts(site: &Site, id: &str) -> Result<InspectorAnswer, ApiError> {
    let stored = find(site, id).await?;
    let read = move |reader: &HistoryReader| rows(reader, &reader.attempts_of(&stored)?);
    let attempts = site.readers.read(read).await?.unwrap_or_default();
    let mut text = br#"{"v":1,"type":"attempts","deliveries":["#.to_vec();
    push_all(&mut text, &attempts);
    text.extend_from_slice(b"]}");
    Ok(answer::ok(JSON, text))
}

/// `GET deliveries/ID/outcome`: what became of it, in sentences, and the way that it came.
pub(super) async fn outcome(site: &Site, id: &str) -> Result<String, ApiError> {
    let stored = find(site, id).await?;
    let read = move |reader: &HistoryReader| {
        let attempts = reader.attempts_of(&stored)?;
        let retry = reader.retry_number(&stored)?.unwrap_or_default();
        let known = lines::KnownAttempts {
            retry: usize::try_from(retry).unwrap_or(usize::MAX),
            has_later: attempts.last().is_some_and(|last| last.id > stored.id),
        };
        Ok((stored.came_by().to_owned(), lines::outcome(&stored, known, SystemTime::now())))
    };
    let (source, sentences) = site.readers.read(read).await?.unwrap_or_default();
    let sentences = sentences.iter().map(|one| json!({ "tone": one.tone, "text": one.text }));
    let outcome =
        json!({ "v": 1, "type": "outcome", "source": source, "sentences": sentences.collect::<Vec<_>>() });
    Ok(outcome.to_string())
}

/// `GET deliveries/ID/diff/OTHER`: what changed from the other one to this one.
pub(super) async fn diff(site: &Site, id: &str, other: &str) -> Result<InspectorAnswer, ApiError> {
    let (second, first) = (find(site, id).await?, find(site, other).await?);
    let compared = tokio::task::spawn_blocking(move || lines::changes(&compare(&first, &second))).await;
    Ok(answer::ok(JSON, compared.unwrap_or_default()))
}

/// `GET deliveries/ID/FORM`: a text to copy or to save.
pub(super) async fn as_text(site: &Site, id: &str, form: &str) -> Result<InspectorAnswer, ApiError> {
    let stored = find(site, id).await?;
    Ok(match form {
        "body" => answer::ok("application/octet-stream", stored.body),
        "http" => answer::ok(TEXT, lines::http(&stored)),
        "har" => answer::ok(JSON, har(&[stored])),
        "ndjson" => answer::ok(NDJSON, lines::line(&stored)),
        "curl" => answer::ok(TEXT, lines::curl(&actions::for_command(site, stored))),
        _ => return Err(ApiError::missing("The forms are body, http, har, ndjson and curl.")),
    })
}

fn har(deliveries: &[StoredDelivery]) -> Vec<u8> {
    let mut text = lines::har_head();
    for (at, stored) in deliveries.iter().enumerate() {
        text.extend(lines::har_entry(stored, at == 0));
    }
    text.extend_from_slice(lines::HAR_TAIL);
    text
}

/// What to export.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportRequest {
    ids: Vec<String>,
    format: ExportForm,
    /// Whether personal data is masked. Only who asks for it gets it unmasked.
    #[serde(default = "masked")]
    redact: bool,
}

fn masked() -> bool {
    true
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ExportForm {
    Har,
    Ndjson,
    Html,
}

/// `POST export`: a file to save.
pub(super) async fn export(site: &Site, request: ExportRequest) -> Result<InspectorAnswer, ApiError> {
    let mut deliveries = selected(site, &request.ids).await?;
    if request.redact {
        let masks = MaskKey::new(
            super::random_bytes().ok_or_else(|| ApiError::bad("The system has no random numbers."))?,
        );
        deliveries.iter_mut().for_each(|stored| masks.apply(stored));
    }
    let (ending, kind, text) = match request.format {
        ExportForm::Har => ("har", JSON, har(&deliveries)),
        ExportForm::Ndjson => ("ndjson", NDJSON, deliveries.iter().flat_map(lines::line).collect()),
        ExportForm::Html => ("html", "text/html; charset=utf-8", lines::html(&deliveries)),
    };
    Ok(answer::file(&format!("{}.{ending}", export_name(&deliveries)), kind, text))
}

/// What is in an export: the event or the number of deliveries, and the day of the first one, as its user counts days.
fn export_name(deliveries: &[StoredDelivery]) -> String {
    let what = match deliveries {
        [one] => one.event.as_deref().unwrap_or("request").to_owned(),
        several => format!("{}-deliveries", several.len()),
    };
    // An event's name is a stranger's text.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let what: String = what.chars().filter(|c| is_plain(*c)).take(LONGEST_NAME).collect();
    let first = deliveries.first().and_then(|first| Timestamp::try_from(first.received_at).ok());
    let day =
        first.map(|first| format!("-{}", TimeZone::system().to_datetime(first).date())).unwrap_or_default();
    format!("zoomhook-{what}{day}")
}

/// What to delete.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeleteRequest {
    ids: Vec<String>,
}

/// `POST delete`: deletes deliveries, as `history delete` does.
pub(super) async fn delete(site: &Site, request: DeleteRequest) -> Result<InspectorAnswer, ApiError> {
    // An event's name could mean one delivery of the event, or all of them.
    if request.ids.iter().any(|id| matches!(id.parse(), Ok(Reference::LastOf(_)))) {
        return Err(ApiError::bad("ids: name deliveries by their ids"));
    }
    let ids: Vec<String> = selected(site, &request.ids).await?.into_iter().map(|stored| stored.id).collect();
    let (path, named) = (site.inspected.history.clone(), ids.clone());
    let deleted = tokio::task::spawn_blocking(move || delete_now(&path, &named, SystemTime::now())).await;
    let deleted = deleted.unwrap_or(Err(HistoryError::Closed))?;
    // What the app is still answering is left out.
    let read = move |reader: &HistoryReader| -> Result<Vec<String>, HistoryError> {
        let kept = ids.into_iter().map(|id| Ok(reader.seq_of(&id)?.map(|_| id)));
        kept.filter_map(Result::transpose).collect()
    };
    let kept = site.readers.read(read).await?.unwrap_or_default();
    let line = json!({ "v": 1, "type": "deleted", "deliveries": deleted.count, "kept": kept });
    Ok(answer::ok(JSON, line.to_string()))
}

/// The deliveries with these ids, in the order of their arrival.
pub(super) async fn selected(site: &Site, ids: &[String]) -> Result<Vec<StoredDelivery>, ApiError> {
    let project = site.inspected.only_project.clone();
    if ids.is_empty() || ids.len() > SELECTED {
        return Err(ApiError::bad(format!("ids: name 1 to {SELECTED} deliveries")));
    }
    let references: Vec<Reference> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    let read = move |reader: &HistoryReader| -> Result<Vec<_>, HistoryError> {
        references.iter().map(|reference| reader.get(reference, project.as_deref())).collect()
    };
    let found: Result<Vec<StoredDelivery>, _> =
        site.readers.read(read).await?.unwrap_or_default().into_iter().collect();
    let mut found =
        found.map_err(|_| ApiError::missing("The history does not have all of these deliveries."))?;
    if found.is_empty() {
        return Err(ApiError::missing("There is no history yet."));
    }
    found.sort_by(|one, other| one.id.cmp(&other.id));
    found.dedup_by(|one, other| one.id == other.id);
    Ok(found)
}
