// What all parts of the page share: the library, types, and how times, durations and sizes are written.

import { html, render, useEffect, useLayoutEffect, useMemo, useRef, useState } from "./vendor/preact.js";

export { html, render, useEffect, useLayoutEffect, useMemo, useRef, useState };

/**
 * @typedef {object} Relayed
 * @property {string} target
 * @property {string} role
 * @property {string} outcome
 * @property {number} [status]
 * @property {string | null} [detail]
 * @property {number | null} [first_byte_ms]
 * @property {number} ms
 * @property {[string, string][]} [headers]
 * @property {string | null} [body]
 */

/**
 * A delivery as the API writes it. A row of a list has no body and no headers.
 * @typedef {object} Delivery
 * @property {string} id
 * @property {string} received_at
 * @property {string} verdict
 * @property {string | null} reason
 * @property {string | null} event
 * @property {string | null} [title]
 * @property {string | null} retry_of
 * @property {{status: number, ms: number}} [answer]
 * @property {string | null} [zoom]
 * @property {string} [pending] what it waits for: the app's `answer`, or its turn in the `queue`; `ended` if the session ended before that
 * @property {string | null} [project] the folder of its project
 * @property {{number: number}} [retry]
 * @property {string} method
 * @property {string} target
 * @property {string} peer
 * @property {string} [source] the way that it came, in a word; only in a list
 * @property {boolean} [imported] whether it was imported, so that its verdict is only what its file says
 * @property {string | null} secret_name
 * @property {string | null} request_id
 * @property {string | null} public_url
 * @property {Relayed[]} relayed
 * @property {[string, string][]} [headers]
 * @property {string | null} [body]
 * @property {string} [body_base64]
 * @property {number} [body_bytes]
 */

/** The time that Zoom waits for an answer. */
export const ANSWER_LIMIT_MS = 3000;

const two = (/** @type {number} */ n) => String(n).padStart(2, "0");

/** The time of day, with the date if it is not today. @param {string} text @param {Date} [now] */
export function clock(text, now = new Date()) {
  const at = new Date(text);
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return at.toDateString() === now.toDateString() ? time : `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${time}`;
}

/** The time to the millisecond, with the date unless that is of `now`. @param {string} text @param {Date} [now] */
export function exactTime(text, now = new Date(0)) {
  const at = new Date(text);
  return `${clock(text, now)}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}

/** The last name of a path. @param {string} path */
export const lastName = (path) => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;

/** @param {number} ms */
export function duration(ms) {
  if (ms < 0.1) return "<0.1 ms";
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const minutes = Math.round(ms / 60_000);
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** @param {number} bytes */
export function size(bytes) {
  if (bytes < 1024) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** @param {number} count @param {string} one @param {string} many */
export const plural = (count, one, many) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

/** The beginning of an id, enough to find it. @param {string} id */
export const shortId = (id) => id.slice(0, 12);

// Characters that reorder or hide text. They are shown by their number.
export const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]|\udb40[\udc00-\udfff]/g;

/** A text whose hidden characters can be seen. @param {{text: string}} props */
export function Text({ text }) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(HIDDEN)) {
    const number = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    parts.push(text.slice(from, found.index), html`<span class="hidden-character">U+${number}</span>`);
    from = found.index + found[0].length;
  }
  parts.push(text.slice(from));
  return html`<bdi>${parts}</bdi>`;
}

/**
 * A button that copies a text and says so. `text` may fetch it first.
 * @param {{text: string | (() => Promise<string>), label: string, children?: unknown, class?: string}} props
 */
export function CopyButton({ text, label, children, class: kind = "button small" }) {
  const [said, say] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === "string" ? text : await text());
      say("Copied");
    } catch {
      say("Copy failed");
    }
    setTimeout(() => say(""), 1500);
  };
  return html`<button type="button" class=${kind} title=${label} aria-label=${label} onClick=${copy}>
    <span aria-live="polite">${said || children || "Copy"}</span>
  </button>`;
}

/** Goes to a place of the page, without loading it again. @param {string} url @param {boolean} [replaces] */
export function go(url, replaces = false) {
  history[replaces ? "replaceState" : "pushState"](null, "", url);
  dispatchEvent(new PopStateEvent("popstate"));
}

/** Follows a link in the page itself. @param {MouseEvent} event */
export function follow(event) {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.currentTarget;
  if (link instanceof HTMLAnchorElement) {
    event.preventDefault();
    go(link.href);
  }
}
