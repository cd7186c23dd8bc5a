// A test of the app as Zoom would use it: what `zoomhook check` does, with its lines.

import { postForLines } from "./api.js";
import { To } from "./compose.js";
import { CopyButton, duration, html, plural, Text, useEffect, useRef, useState } from "./shared.js";
import { Badge } from "./words.js";

/** @typedef {{sent: string[], conclusions: any[], cases: any[], summary: any, error: string, isRunning: boolean}} Run */

/** @type {Record<string, {kind: string, sign: string, word: string}>} */
const VERDICTS = {
  passed: { kind: "good", sign: "✓", word: "passed" },
  failed: { kind: "bad", sign: "✕", word: "failed" },
  unproven: { kind: "warn", sign: "?", word: "not proven" },
};

/** A failed recommendation is not a mistake. @param {any} one a case */
const verdictOf = (one) =>
  one.verdict === "failed" && one.severity !== "must" ? { kind: "warn", sign: "▲", word: "failed" } : (VERDICTS[one.verdict] ?? { kind: "plain", sign: "–", word: one.verdict });

/** The sign of a conclusion, as on the terminal. @param {any} found */
const certainty = (found) =>
  !found.proven ? { kind: "warn", sign: "?", word: "Not proven" } : found.severity === "must" ? { kind: "bad", sign: "✕", word: "Proven" } : { kind: "warn", sign: "▲", word: "Proven" };

/** @param {{session: any}} props */
export function Check({ session }) {
  const [to, setTo] = useState("");
  const [events, setEvents] = useState(true);
  const [quick, setQuick] = useState(false);
  const [run, setRun] = useState(/** @type {Run | null} */ (null));
  const stop = useRef(/** @type {AbortController | null} */ (null));
  // Nothing more is sent once the user has left.
  useEffect(() => () => stop.current?.abort(), []);
  const start = async (/** @type {Event} */ submitted) => {
    submitted.preventDefault();
    const abort = new AbortController();
    stop.current = abort;
    /** @type {Run} */
    const now = { sent: [], conclusions: [], cases: [], summary: null, error: "", isRunning: true };
    const show = () => setRun({ ...now });
    show();
    try {
      await postForLines("check", { events, quick, ...(to.trim() ? { to: to.trim() } : {}) }, (line) => {
        if (line.type === "check_progress") now.sent = [...now.sent, line.sends];
        else if (line.type === "check_case") now.cases = [...now.cases, line];
        else if (line.type === "check_conclusion") now.conclusions = [...now.conclusions, line];
        else if (line.type === "check_summary") now.summary = line;
        else if (line.type === "error") now.error = line.message;
        show();
      }, abort.signal);
    } catch (why) {
      if (!abort.signal.aborted) now.error = /** @type {Error} */ (why).message;
    }
    now.isRunning = false;
    if (stop.current === abort && !abort.signal.aborted) show();
    else if (abort.signal.aborted) setRun(null);
  };
  const app = session?.check ?? null;
  return html`<div class="check page">
    <form class="panel" onSubmit=${start} aria-label="Check your app">
      <h2>Check your app</h2>
      <p class="dim">Sends requests as Zoom does, and requests that your app must refuse. If your app refuses a genuine event, experiments find out why. A run sends at most 200 requests, four at a time.</p>
      <${To} value=${to} onChange=${setTo} placeholder=${app ?? "3000"} />
      <${Certificates} trustsCa=${session?.trusts_ca ?? false} isRunning=${session?.running ?? false} target=${to.trim() || app || "https://localhost:3000"} />
      <fieldset>
        <legend>What is sent</legend>
        <label class="choice-line"><input type="radio" name="events" checked=${events} onChange=${() => setEvents(true)} /> Challenges and events</label>
        <p class="dim">Your app handles these events like real ones. Their ids are reserved for tests, and their names begin with “zoomhook check”.</p>
        <label class="choice-line"><input type="radio" name="events" checked=${!events} onChange=${() => setEvents(false)} /> No events: only challenges, and requests that are not events</label>
      </fieldset>
      <label class="choice-line"><input type="checkbox" checked=${quick} onChange=${() => setQuick(!quick)} /> Only the 12 most important cases</label>
      <div class="actions">
        <button type="submit" class="button primary" disabled=${!session?.can_sign || run?.isRunning}>Check</button>
        ${run?.isRunning && html`<button type="button" class="button" onClick=${() => stop.current?.abort()}>Stop</button>`}
      </div>
      ${session && !session.can_sign && html`<p class="dim">This needs a secret token. Start zoomhook in the folder of your <code>.env</code> file.</p>`}
    </form>
    <div class="results-of-check">
      <p class="note dim" role="status" aria-live="polite">
        ${!run ? "The results appear here." : run.isRunning && run.sent.length > 0 ? `${plural(run.sent.length, "step", "steps")} so far. Now: ${run.sent.at(-1)}` : run.isRunning ? "Connecting …" : run.summary ? "Done." : "No result."}
      </p>
      ${run?.error && html`<p class="error note" role="alert"><${Text} text=${run.error} /></p>`}
      ${run?.summary && html`<${Outcome} summary=${run.summary} conclusions=${run.conclusions} />`}
      ${run && run.cases.length > 0 && html`<${Cases} cases=${run.cases} />`}
    </div>
  </div>`;
}

/** Which certificates are trusted, and where to run it with another one. @param {{trustsCa: boolean, isRunning: boolean, target: string}} props */
function Certificates({ trustsCa, isRunning, target }) {
  if (!target.startsWith("https:")) return null;
  if (trustsCa) return html`<p class="dim">The certificates of <code>--forward-ca</code> are trusted too.</p>`;
  return html`<p class="dim">Is the certificate of your app signed by a CA of your own?
    ${isRunning ? html` Start the session with <code>--forward-ca FILE</code>, or run this in a terminal:` : " Run this in a terminal:"}
    <code class="command">zoomhook check ${target} --ca FILE</code></p>`;
}

/** @param {{summary: any, conclusions: any[]}} props */
function Outcome({ summary, conclusions }) {
  const { passed, failed, unproven, not_run: left } = summary;
  const counts = [[passed, "passed"], [failed, "failed"], [unproven, "not proven"], [left, "not sent"]].filter(([n]) => n > 0);
  return html`<section class="panel" aria-label="Result">
      <h2><${Badge} of=${summary.right ? { kind: "good", sign: "✓", word: "Everything that Zoom requires passed" } : { kind: "bad", sign: "✕", word: plural(failed, "case failed", "cases failed") }} /></h2>
      <p class="dim"><${Text} text=${summary.target} />: ${counts.map(([n, what]) => `${n} ${what}`).join(", ")}; ${plural(summary.requests, "request", "requests")} in ${duration(summary.ms)}.</p>
    </section>
    ${conclusions.map(
      (found) => html`<section class="panel conclusion" aria-label="Conclusion">
        <h3><${Text} text=${found.sentence} /></h3>
        <p><${Badge} of=${certainty(found)} /></p>
        <ul class="proof">${found.proof.map((/** @type {string} */ proof) => html`<li><${Text} text=${proof} /></li>`)}</ul>
        ${found.remedy && html`<p><${Text} text=${found.remedy} /></p>`}
        ${found.line && html`<div class="tools"><pre class="exact"><${Text} text=${found.line} /></pre><${CopyButton} text=${found.line} label="Copy this line of code" /></div>`}
      </section>`,
    )}`;
}

/** What was sent, by group; what was not sent is folded. @param {{cases: any[]}} props */
function Cases({ cases }) {
  const sent = cases.filter((one) => one.verdict !== "not_run");
  const left = cases.filter((one) => one.verdict === "not_run");
  const of = (/** @type {any[]} */ list, /** @type {string} */ key) => [...new Set(list.map((one) => one[key]))].map((value) => ({ value, own: list.filter((one) => one[key] === value) }));
  return html`<section class="panel cases" aria-label="Cases">
    <p class="dim"><strong>must</strong>: Zoom requires it, or forged events get through without it. <strong>should</strong>: it keeps your app safe. <strong>info</strong>: good to know.</p>
    ${of(sent, "group").map(
      ({ value: group, own }) => html`<h3>${group}</h3>
        <ul>${own.map(
          (one) => html`<li class=${one.verdict}>
            <${Badge} of=${verdictOf(one)} />
            <span class=${`severity ${one.severity}`}>${one.severity}</span>
            <span><${Text} text=${one.sent} /></span>
            <span class="dim">${one.answered ? html`<${Text} text=${one.answered} />${one.ms === null ? "" : ` in ${duration(one.ms)}`}` : ""}</span>
            ${one.meaning && html`<span class="why"><${Text} text=${one.meaning} /></span>`}
            ${one.verdict === "failed" && html`<span class="why dim">Expected: <${Text} text=${one.expected} /></span>`}
          </li>`,
        )}</ul>`,
    )}
    ${left.length > 0 && html`<details>
      <summary>${plural(left.length, "case was", "cases were")} not sent</summary>
      ${of(left, "meaning").map(({ value: why, own }) => html`<p class="dim">Reason: ${why}</p><ul class="left-out">${own.map((one) => html`<li><${Text} text=${one.sent} /></li>`)}</ul>`)}
    </details>`}
  </section>`;
}
