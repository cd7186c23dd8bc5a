// What a delivery means, in words. Each state has a sign of its own shape, so that it does not depend on color.

import { html } from "./shared.js";

/** @typedef {import("./shared.js").Delivery} Delivery */
/** @typedef {{kind: "good" | "bad" | "warn" | "wait" | "plain", sign: string, word: string}} State */

/** Words of the program, so that the page has no second copy of them. */
const facts = { reasons: /** @type {Record<string, string>} */ ({}), endedWait: "" };

/** @param {any} session */
export const setFacts = (session) => Object.assign(facts, { reasons: session.reasons, endedWait: session.ended_wait });

/** That a session ended before the app answered. */
export const endedWait = () => facts.endedWait;

/** Whether it waited for the app when its session ended. @param {Delivery} delivery */
export const hasEndedWait = (delivery) => delivery.pending === "ended" || (delivery.pending === "answer" && !delivery.answer && delivery.zoom === "retried");

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
      return { kind: "bad", sign: "▼", word: delivery.source === "tunnel" ? "lost" : "not taken" };
    case "retried":
      // Only what came from Zoom is sent again.
      return { kind: "warn", sign: "↻", word: delivery.source === "tunnel" ? "retried" : "failed" };
  }
  return delivery.verdict === "valid" ? { kind: "plain", sign: "✓", word: "valid" } : { kind: "plain", sign: "?", word: "unknown" };
}

/** The state as a sign with its word. @param {{of: State}} props */
export const Badge = ({ of }) =>
  html`<span class=${`badge ${of.kind}`}><span class="sign" aria-hidden="true">${of.sign}</span>${of.word}</span>`;

/** The tones of the program's sentences. @type {Record<string, State["kind"]>} */
const KINDS = { good: "good", slow: "warn", bad: "bad", waiting: "wait" };

/**
 * What happened, as sentences.
 * @param {Delivery} delivery @param {any} verdict the judgement of `verify`
 * @param {{tone: string, text: string}[]} outcome what became of it, as the program says it
 * @returns {{text: string, kind: State["kind"]}[]}
 */
export function summary(delivery, verdict, outcome) {
  /** @type {{text: string, kind: State["kind"]}[]} */
  const lines = [];
  const say = (/** @type {State["kind"]} */ kind, /** @type {string} */ text) => lines.push({ text, kind });
  const signer = delivery.secret_name ? ` by the secret token ${delivery.secret_name}` : "";
  if (delivery.imported) {
    say("plain", `This delivery was imported. Its file says that the signature is ${delivery.verdict}. zoomhook did not verify it when it arrived.`);
    if (verdict?.detail) say("plain", `Verified now: ${verdict.detail}`);
  } else if (delivery.verdict === "valid") say("good", `The signature is valid: signed${signer}.`);
  else if (delivery.verdict === "invalid") say("bad", verdict?.detail ?? "The signature is not valid.");
  else say("plain", verdict?.detail ?? "The signature was not checked.");
  if (verdict?.finding?.proof) say("plain", `Proof: ${verdict.finding.proof}.`);
  if (verdict?.finding?.remedy) say("plain", verdict.finding.remedy);
  for (const { tone, text } of outcome) say(KINDS[tone] ?? "plain", text);
  return lines;
}
