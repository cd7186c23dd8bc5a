//! What all answers have in common, if that explains them all.

use hyper::header::LOCATION;

use super::evidence::CheckEvidence;
use crate::check::case::CheckCase;
use crate::check::case::Severity::Must;
use crate::check::conclusion::CheckConclusion;
use crate::check::examine::{SEVERAL, stated};
use crate::check::request::{CheckReply, ReplyKind, ReplyOutcome};
use crate::diagnosis::{AppStatement, Hint, is_page};

impl CheckEvidence<'_> {
    /// What all answers have in common.
    pub(super) fn whole(&self) -> Option<CheckConclusion> {
        let all: Vec<&CheckReply> = self.facts.replies.values().map(|found| &found.reply).collect();
        let first = *all.first()?;
        if let ReplyOutcome::Unreachable(reason) = &first.outcome
            && is_each(&all, ReplyKind::Unreachable)
        {
            let sentence = format!("There is no connection to your app: {reason}.");
            return Some(
                CheckConclusion::new("unreachable", Must, sentence)
                    .remedy("Start your app, and compare the port and the host with those of the target."),
            );
        }
        if all.len() < SEVERAL {
            return None;
        }
        let posts: Vec<&CheckReply> = self
            .facts
            .replies
            .iter()
            .filter(|(case, _)| **case != CheckCase::Get)
            .map(|(_, found)| &found.reply)
            .collect();
        None.or_else(|| other_protocol(&all))
            .or_else(|| closed(&all))
            .or_else(|| late(&all))
            .or_else(|| limited(&posts))
            .or_else(|| self.redirected(&posts))
            .or_else(|| states(&posts))
            .or_else(|| web_page(&posts))
            .or_else(|| self.same_status(&posts))
            .or_else(|| self.refuses_everything(&posts))
    }

    fn redirected(&self, posts: &[&CheckReply]) -> Option<CheckConclusion> {
        let is_redirect = |reply: &&CheckReply| matches!(reply.kind(), ReplyKind::Redirect(_));
        if self.facts.way.is_some() || !posts.iter().all(is_redirect) {
            return None;
        }
        let first = posts.first()?;
        let to = first.headers.get(LOCATION).map(|to| String::from_utf8_lossy(to.as_bytes()));
        let to = to.map_or_else(String::new, |to| format!(" to {to}"));
        let (count, status) = (posts.len(), first.in_words());
        let found = CheckConclusion::new("redirect", Must, format!("Every request is redirected{to}."))
            .proof(format!("{count} of {count} requests were answered with a redirect ({status})."));
        // 302 and 303 are also how an app sends a request that it refuses to a login.
        Some(match first.status() {
            Some(302 | 303) => found.proof(self.tried()).remedy(
                "Zoom does not follow redirects. Exclude the webhook's path from the login, if your app sends requests \
                 without a session there. If the page has moved, enter the final URL in Marketplace.",
            ),
            _ => found.remedy(
                "Zoom does not follow redirects. Enter the final URL in Marketplace, with the right scheme, host and \
                 slash at the end.",
            ),
        })
    }

    fn same_status(&self, posts: &[&CheckReply]) -> Option<CheckConclusion> {
        let first = posts.first()?.status()?;
        if !posts.iter().all(|reply| reply.status() == Some(first)) {
            return None;
        }
        match posts.first()?.kind() {
            ReplyKind::Refused(status @ (404 | 405)) => {
                let sentence = format!("Your app answers {status} to every POST at this path.");
                Some(
                    CheckConclusion::new("no-handler", Must, sentence)
                        .proof(format!("{} of {0} requests were answered with {status}.", posts.len()))
                        .remedy("Check the path of the target, and that the route accepts POST."),
                )
            }
            ReplyKind::Failed(status) if self.facts.way.is_none() => {
                let sentence = format!("Your app answers {status} to every request.");
                Some(
                    CheckConclusion::new("server-error", Must, sentence)
                        .not_proven()
                        .proof(self.tried())
                        .remedy("Look for the error in your app's log."),
                )
            }
            _ => None,
        }
    }

    fn refuses_everything(&self, posts: &[&CheckReply]) -> Option<CheckConclusion> {
        let is_refused = self.facts.way.is_none() && posts.iter().all(|reply| reply.kind().is_refusal());
        is_refused.then(|| {
            CheckConclusion::new(
                "refuses-everything",
                Must,
                "Your app accepts no request, not even a correctly signed one.",
            )
            .not_proven()
            .proof(statuses(posts))
            .proof(self.tried())
            .remedy(
                "Check the path of the target, and compare the secret token in your app with the one given here. Then \
                 look at what your app logs when it refuses: it may check something else than the signature.",
            )
        })
    }
}

fn is_each(replies: &[&CheckReply], kind: ReplyKind) -> bool {
    replies.iter().all(|reply| reply.kind() == kind)
}

fn other_protocol(all: &[&CheckReply]) -> Option<CheckConclusion> {
    all.iter().all(|reply| reply.outcome == ReplyOutcome::OtherProtocol).then(|| {
        CheckConclusion::new("other-protocol", Must, "Your target answers, but not in HTTP/1.1.")
            .proof(format!("{} of {0} answers are not HTTP/1.1.", all.len()))
            .remedy("Compare the scheme and the port with those of your app.")
    })
}

fn closed(all: &[&CheckReply]) -> Option<CheckConclusion> {
    let reason = all.iter().find_map(|reply| match &reply.outcome {
        ReplyOutcome::Closed(reason) => Some(reason),
        _ => None,
    })?;
    is_each(all, ReplyKind::Closed).then(|| {
        let sentence = "Your app accepts connections and closes them without an answer.";
        CheckConclusion::new("closes-connection", Must, sentence)
            .proof(format!("{} requests: {reason}.", all.len()))
            .remedy("Look at your app's log: it may end or fail in the middle of a request. If it expects TLS, write https:// in the target.")
    })
}

fn late(all: &[&CheckReply]) -> Option<CheckConclusion> {
    let first = all.first()?;
    is_each(all, ReplyKind::Late).then(|| {
        let sentence = match first.outcome {
            ReplyOutcome::Answered(_) => {
                format!("Your app answers after {:.1} s; Zoom waits for 3 s.", first.took.as_secs_f64())
            }
            _ => "Your app does not answer in time; Zoom waits for 3 s.".to_owned(),
        };
        CheckConclusion::new("too-slow", Must, sentence)
            .proof(format!("{} of {0} requests had no answer within 3 s.", all.len()))
            .remedy("Answer first, and do the work afterwards: in a queue or a background task.")
    })
}

fn limited(posts: &[&CheckReply]) -> Option<CheckConclusion> {
    is_each(posts, ReplyKind::Limited).then(|| {
        let sentence = "Your app answers 429 to every request: something limits the rate of requests, so nothing else \
                        can be tested.";
        CheckConclusion::new("rate-limited", Must, sentence)
            .proof(format!("{} of {0} requests were answered with 429, also one at a time and after a pause.", posts.len()))
            .remedy(
                "Wait until the limit is over, or exclude the webhook's path from it, and check again. Zoom does not \
                 retry a 429.",
            )
    })
}

/// What the framework says in each answer.
fn states(posts: &[&CheckReply]) -> Option<CheckConclusion> {
    let said = stated(posts.first()?).filter(|said| *said != AppStatement::VerificationFailed)?;
    posts.iter().all(|reply| stated(reply) == Some(said)).then(|| {
        CheckConclusion::new(said.code(), Must, Hint::Stated(said).to_string())
            .proof(format!("All {} answers say so.", posts.len()))
    })
}

fn web_page(posts: &[&CheckReply]) -> Option<CheckConclusion> {
    let status = posts.first()?.in_words();
    posts.iter().all(|reply| is_page(&reply.body)).then(|| {
        let sentence = "Every request is answered with the same kind of web page, not by a webhook.";
        CheckConclusion::new("web-page", Must, sentence)
            .proof(format!("{} of {0} answers are web pages ({status}).", posts.len()))
            .remedy(
                "Exclude the webhook's path from the login, the challenge page or the single-page app that answers, or \
                 correct the path.",
            )
    })
}

/// The statuses of several answers.
fn statuses(replies: &[&CheckReply]) -> String {
    let mut statuses: Vec<_> = replies.iter().map(|reply| reply.in_words()).collect();
    statuses.sort_unstable();
    statuses.dedup();
    format!("It answered {} to {} requests.", statuses.join(" or "), replies.len())
}
