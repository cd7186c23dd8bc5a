//! A delivery with all there is to it, asked for with a key: headers, the whole body, what the app answered.

use crate::delivery::{Delivery, ForwardOutcome, ForwardRole, Forwarded};
use crate::report::{
    grammar::{count, latency},
    headers::Masking,
    theme::Ink,
    wording::{Context, about_observed},
};

use super::content;
use super::delivery::{self, Look};
use super::layout::Page;

/// Bytes of an answer of the app: a page of errors of a framework is told by its beginning.
const ANSWER: usize = 4096;

/// Shows the delivery and, besides what it was told with, what came of it `later`.
pub(super) fn show(
    page: &mut Page,
    delivery: &Delivery,
    later: &[Forwarded],
    masking: &Masking,
    context: &Context,
) {
    page.gap();
    let look = Look { compact: false, brief: false, whole: true, headers: Some(masking) };
    delivery::show(page, delivery, &look, context);
    page.below(Ink::Dim, &format!("id {}", delivery.id));
    for forwarded in delivery.forwarded.iter().chain(later) {
        answer(page, delivery, forwarded, masking);
    }
    page.blank();
}

fn answer(page: &mut Page, delivery: &Delivery, forwarded: &Forwarded, masking: &Masking) {
    let ForwardOutcome::Answered { status, headers, body } = &forwarded.outcome else {
        let (_, text) = about_observed(&delivery.judgement, forwarded, 1);
        return page.below(Ink::Bad, &text);
    };
    let to_zoom = if forwarded.role == ForwardRole::Answers { ", which went to Zoom" } else { "" };
    let took = latency(forwarded.took);
    page.below(Ink::Bold, &format!("{} answered {} in {took}{to_zoom}", forwarded.target, status.as_u16()));
    content::header_lines(page, headers, masking);
    let shown = body.len().min(ANSWER);
    content::body(page, &body[..shown], true);
    if shown < body.len() {
        page.below(Ink::Dim, &format!("… {} more bytes", count((body.len() - shown) as u64)));
    }
}
