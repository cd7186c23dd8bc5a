// The session: its addresses, its tunnel, its secrets, warnings, and what came over time.

import { get } from "./api.js";
import { clock, CopyButton, duration, html, plural, Text, useEffect, useLayoutEffect, useRef, useState } from "./shared.js";
import { Badge } from "./words.js";

/** @param {{session: any, version: number}} props */
export function Session({ session, version }) {
  const [timeline, setTimeline] = useState(/** @type {any} */ (null));
  const [within, setWithin] = useState(60);
  useEffect(() => {
    let isCurrent = true;
    const load = () =>
      get(`timeline?since=${Date.now() - within * 60_000}`).then((line) => isCurrent && setTimeline(line)).catch(() => {});
    load();
    const timer = setInterval(load, 10_000);
    return () => {
      isCurrent = false;
      clearInterval(timer);
    };
  }, [within, version]);
  if (!session) return html`<p class="dim note">Loading …</p>`;
  const { ready, tunnel, warnings } = session;
  const last = tunnel[tunnel.length - 1];
  const changed = [...tunnel].reverse().find((/** @type {any} */ line) => line.state === "url_changed");
  return html`<div class="session page">
    <section class="panel" aria-label="Addresses">
      <h2>${session.running ? "This session" : "The history"}</h2>
      ${!session.running && html`<p class="dim">This page shows the history without a session. <code>zoomhook listen</code> has its own inspector.</p>`}
      <dl>
        ${ready?.url && html`<dt>URL for Marketplace</dt><dd><code><${Text} text=${ready.url} /></code> <${CopyButton} text=${ready.url} label="Copy the URL for Marketplace" /></dd>`}
        ${changed && html`<dt>URL changed</dt><dd class="remark">at ${clock(changed.at)}. Enter the new URL in Marketplace and press Validate.</dd>`}
        ${session.session && html`<dt>On this machine</dt><dd><code>${session.session.local}</code> <${CopyButton} text=${session.session.local} label="Copy the local URL" /></dd>`}
        ${session.apps.map((/** @type {string} */ app) => html`<dt>App</dt><dd><code>${app}</code></dd>`)}
        ${session.secrets.map(
          (/** @type {any} */ secret) => html`<dt>Secret token</dt><dd>${session.secrets.length > 1 ? html`<strong>${secret.name}</strong> ` : ""}<${Text} text=${secret.source} />, fingerprint <code>${secret.fingerprint}</code></dd>`,
        )}
        ${!session.can_sign && html`<dt>Secret token</dt><dd>none found, so zoomhook can sign nothing. Start it in the folder of your <code>.env</code> file.</dd>`}
        <dt>History</dt><dd><code><${Text} text=${session.history.file} /></code>, ${plural(session.history.deliveries ?? 0, "delivery", "deliveries")}</dd>
        <dt>Version</dt><dd>zoomhook ${session.version}</dd>
      </dl>
    </section>
    ${last &&
    html`<section class="panel" aria-label="Tunnel">
      <h2>Tunnel <span class="dim">${session.session?.tunnel}</span></h2>
      <ol class="states">
        ${[...tunnel].reverse().slice(0, 12).map(
          (/** @type {any} */ line) => html`<li><time class="number">${clock(line.at)}</time> <strong>${line.state.replace("_", " ")}</strong>
            ${line.latency_ms ? html` <span class="number">${duration(line.latency_ms)}</span>` : ""}
            ${line.reason || line.meaning || line.new ? html` <span class="dim"><${Text} text=${line.reason ?? line.meaning ?? line.new} /></span>` : ""}</li>`,
        )}
      </ol>
    </section>`}
    ${session.expected.length > 0 &&
    html`<section class="panel" aria-label="Expected"><h2>Expected</h2>
      <ul class="states">${session.expected.map(
        (/** @type {any} */ event) => html`<li><${Badge} of=${event.met ? { kind: "good", sign: "✓", word: "arrived" } : { kind: "wait", sign: "◌", word: "missing" }} /> <${Text} text=${event.text} /></li>`,
      )}</ul>
    </section>`}
    ${warnings.length > 0 &&
    html`<section class="panel" aria-label="Warnings"><h2>Warnings</h2>
      <ul class="states">${[...warnings].reverse().map((/** @type {any} */ line) => html`<li class="remark"><time class="number dim">${clock(line.at)}</time> <${Text} text=${line.message} /></li>`)}</ul>
    </section>`}
    <section class="panel wide" aria-label="Over time">
      <div class="tools"><h2>Over time</h2>
        <label class="choice"><span class="visually-hidden">Time span</span>
          <select value=${String(within)} onChange=${(/** @type {any} */ e) => setWithin(Number(e.currentTarget.value))}>
            <option value="15">Last 15 min</option><option value="60">Last hour</option><option value="1440">Last 24 h</option><option value="10080">Last 7 days</option>
          </select></label>
      </div>
      ${timeline ? html`<${Plot} timeline=${timeline} />` : html`<p class="dim">Loading …</p>`}
    </section>
  </div>`;
}

/** @typedef {{at_ms: number, delivered: number, lost: number, retried: number, refused: number, other: number, slowest_ms: number | null, median_ms: number | null}} Bucket */

const KINDS = /** @type {const} */ (["delivered", "retried", "lost", "refused", "other"]);
/** Zoom retries what failed, and nothing else, but not all of it came from Zoom. @type {Record<string, string>} */
const WORDS = { lost: "not taken", retried: "failed" };
const [HEIGHT, LEFT, BOTTOM] = [150, 52, 22];

/** Counts and times as two plots, with the numbers as a table for screen readers. @param {{timeline: {buckets: Bucket[]}}} props */
function Plot({ timeline }) {
  // One unit is one pixel, so that the labels have the size of other texts.
  const frame = useRef(/** @type {HTMLElement | null} */ (null));
  const [WIDTH, setWidth] = useState(720);
  useLayoutEffect(() => {
    const measure = () => frame.current && setWidth(Math.max(240, frame.current.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    if (frame.current) observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);
  const { buckets } = timeline;
  const total = (/** @type {Bucket} */ bucket) => KINDS.reduce((sum, kind) => sum + bucket[kind], 0);
  const most = Math.max(1, ...buckets.map(total));
  const slowest = Math.max(100, ...buckets.map((bucket) => bucket.slowest_ms ?? 0));
  const step = (WIDTH - LEFT) / Math.max(1, buckets.length);
  const y = (/** @type {number} */ part) => (HEIGHT - BOTTOM) * (1 - part) + 4;
  const sums = Object.fromEntries(KINDS.map((kind) => [kind, buckets.reduce((sum, bucket) => sum + bucket[kind], 0)]));
  const axis = html`<line class="axis" x1=${LEFT} x2=${WIDTH} y1=${y(0)} y2=${y(0)} />
    <text class="label" x=${LEFT} y=${HEIGHT - 2}>${buckets[0] ? clock(new Date(buckets[0].at_ms).toISOString()).replace(/:\d\d$/, "") : ""}</text>
    <text class="label" x=${WIDTH} y=${HEIGHT - 2} text-anchor="end">now</text>`;
  const used = buckets.filter((bucket) => bucket.median_ms !== null);
  return html`<div ref=${frame}><ul class="legend">
      ${KINDS.filter((kind) => kind !== "other" || sums[kind]).map((kind) => html`<li><span class=${`swatch ${kind}`} aria-hidden="true"></span>${WORDS[kind] ?? kind} <strong class="number">${sums[kind]?.toLocaleString("en")}</strong></li>`)}
    </ul>
    <svg class="plot" viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label=${`Deliveries over time, up to ${most} at a time`}>
      ${axis}<text class="label" x=${LEFT - 6} y=${y(1) + 8} text-anchor="end">${most}</text>
      ${buckets.map((bucket, at) => {
        let below = 0;
        return KINDS.map((kind) => {
          const height = (bucket[kind] / most) * (HEIGHT - BOTTOM - 4);
          below += height;
          return bucket[kind] > 0 && html`<rect class=${kind} x=${LEFT + at * step + 1} width=${Math.max(1, step - 2)} y=${y(0) - below} height=${height} />`;
        });
      })}
    </svg>
    <h3>Time until the answer</h3>
    <ul class="legend">
      <li><svg width="14" height="12" aria-hidden="true" class="plot-key"><circle class="median" cx="7" cy="6" r="2.5" /></svg> median</li>
      <li><svg width="14" height="12" aria-hidden="true" class="plot-key"><line class="range" x1="7" x2="7" y1="0" y2="12" /></svg> from the median to the slowest</li>
      ${slowest > 3000 && html`<li><svg width="14" height="12" aria-hidden="true" class="plot-key"><line class="limit" x1="0" x2="14" y1="6" y2="6" /></svg> 3 s, the longest time that Zoom waits</li>`}
    </ul>
    <svg class="plot" viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label=${`Time until the answer, at most ${duration(slowest)}`}>
      ${axis}<text class="label" x=${LEFT - 6} y=${y(1) + 8} text-anchor="end">${duration(slowest)}</text>
      ${slowest > 3000 && html`<line class="limit" x1=${LEFT} x2=${WIDTH} y1=${y(3000 / slowest)} y2=${y(3000 / slowest)} />
        <text class="label" x=${LEFT + 4} y=${y(3000 / slowest) + 13}>3 s</text>`}
      ${buckets.map((bucket, at) => {
        if (bucket.median_ms === null || bucket.slowest_ms === null) return null;
        const x = LEFT + (at + 0.5) * step;
        return html`<line class="range" x1=${x} x2=${x} y1=${y(bucket.median_ms / slowest)} y2=${y(bucket.slowest_ms / slowest)} />
          <circle class="median" cx=${x} cy=${y(bucket.median_ms / slowest)} r="2.5" />`;
      })}
    </svg>
    ${used.length === 0 && html`<p class="dim">No answers in this time.</p>`}</div>`;
}
