// What a delivery means, in words. Each state has a sign of its own shape, so that it does not depend on color.

import { ANSWER_LIMIT_MS, duration, html } from "./shared.js";

/** @typedef {import("./shared.js").Delivery} Delivery */
/** @typedef {{kind: "good" | "bad" | "warn" | "wait" | "plain", sign: string, word: string}} State */

/** Words and times of the program, so that the page has no second copy of them. */
const facts = { reasons: /** @type {Record<string, string>} */ ({}), retries_ms: /** @type {number[]} */ ([]) };

/** @param {any} session */
export const setFacts = (session) => Object.assign(facts, { reasons: session.reasons, retries_ms: session.retries_ms });

/** @param {string} code */
export const reasonText = (code) => facts.reasons[code] ?? code.replaceAll("_", " ");

export const CHALLENGE = "endpoint.url_validation";

/** What became of a delivery. @param {Delivery} delivery @returns {State} */
export function state(delivery) {
  if (delivery.imported) return { kind: "plain", sign: "○", word: "imported" };
  if (delivery.pending === "answer" && !delivery.answer && !delivery.zoom) return { kind: "wait", sign: "◌", word: "waiting" };
  if (delivery.reason) return { kind: "bad", sign: "✕", word: "refused" };
  if (delivery.verdict === "invalid") return { kind: "bad", sign: "✕", word: "invalid" };
  if (delivery.event === CHALLENGE) {
    const isAnswered = delivery.answer?.status === 200;
    return { kind: isAnswered ? "plain" : "bad", sign: isAnswered ? "◇" : "✕", word: "challenge" };
  }
  switch (delivery.zoom) {
    case "delivered":
      return { kind: "good", sign: "✓", word: delivery.pending === "queue" ? "queued" : "delivered" };
    case "lost":
      return { kind: "bad", sign: "▼", word: "lost" };
    case "retried":
      return { kind: "warn", sign: "↻", word: "retried" };
  }
  return delivery.verdict === "valid" ? { kind: "plain", sign: "✓", word: "valid" } : { kind: "plain", sign: "?", word: "unknown" };
}

/** The state as a sign with its word. @param {{of: State}} props */
export const Badge = ({ of }) =>
  html`<span class=${`badge ${of.kind}`}><span class="sign" aria-hidden="true">${of.sign}</span>${of.word}</span>`;

/** The number of a retry among Zoom's three. @param {Delivery} delivery @param {Delivery[]} attempts the oldest first */
export function retryNumber(delivery, attempts) {
  const at = attempts.findIndex((attempt) => attempt.id === delivery.id);
  return at >= 0 ? at : (delivery.retry?.number ?? 0);
}

/**
 * What happened, as sentences.
 * @param {Delivery} delivery @param {any} verdict the judgement of `verify` @param {Delivery[]} attempts
 * @returns {{text: string, kind: State["kind"]}[]}
 */
export function summary(delivery, verdict, attempts) {
  /** @type {{text: string, kind: State["kind"]}[]} */
  const lines = [];
  const say = (/** @type {State["kind"]} */ kind, /** @type {string} */ text) => lines.push({ text, kind });
  const signer = delivery.secret_name ? ` by the secret token ${delivery.secret_name}` : "";
  if (delivery.imported) {
    say("plain", `It was imported. Its file says that the signature is ${delivery.verdict}; it was not verified here.`);
    if (verdict?.detail) say("plain", `Judged now: ${verdict.detail}`);
  } else if (delivery.verdict === "valid") say("good", `The signature is valid: signed${signer}.`);
  else if (delivery.verdict === "invalid") say("bad", verdict?.detail ?? "The signature is not valid.");
  else say("plain", verdict?.detail ?? "The signature was not checked.");
  if (delivery.reason) say("bad", `zoomhook refused it: ${reasonText(delivery.reason)}.`);
  if (verdict?.finding?.proof) say("plain", `Proof: ${verdict.finding.proof}.`);
  if (verdict?.finding?.remedy) say("plain", verdict.finding.remedy);
  const { answer } = delivery;
  if (delivery.pending === "answer" && !answer) say("wait", "Your app has it and has not answered yet.");
  else if (answer) {
    const late = answer.ms >= ANSWER_LIMIT_MS ? " Zoom waits 3 s, so it did not see this answer." : "";
    say(late ? "warn" : "plain", `Zoom got the answer ${answer.status} after ${duration(answer.ms)}.${late}`);
  }
  if (delivery.zoom === "delivered") say("good", delivery.pending === "queue" ? "For Zoom, the event is delivered. Your app gets it from the queue." : "For Zoom, the event is delivered.");
  if (delivery.zoom === "lost") say("bad", "Zoom does not retry it. Your app will not receive this event again.");
  if (delivery.zoom === "retried") say("warn", nextRetry(delivery, attempts));
  return lines;
}

/** @param {Delivery} delivery @param {Delivery[]} attempts */
function nextRetry(delivery, attempts) {
  const number = retryNumber(delivery, attempts);
  if (attempts.length > number + 1) return "Zoom sent it again: see its attempts.";
  const after = facts.retries_ms[number];
  if (after === undefined) return "This was Zoom's last attempt.";
  const first = new Date((attempts[0] ?? delivery).received_at).getTime();
  const at = new Date(first + after);
  const time = at.toTimeString().slice(0, 5);
  return at.getTime() > Date.now()
    ? `Zoom sends it again at about ${time} (retry ${number + 1} of 3).`
    : `Zoom's retry ${number + 1} of 3 was due at about ${time}. It is not in the history.`;
}

/** The way that it came. @param {Delivery} delivery */
export const source = (delivery) => (delivery.imported || delivery.route === "import" ? "imported" : delivery.route === "tunnel" ? "tunnel" : "local");
