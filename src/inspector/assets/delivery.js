// One delivery: what happened, its parts, and what can be done with it.

import { get, getText, postForLines } from "./api.js";
import { Replay, Results } from "./compose.js";
import { clock, CopyButton, duration, exactTime, follow, html, shortId, size, Text, useEffect, useRef, useState } from "./shared.js";
import { parse, Tree } from "./tree.js";
import { Badge, state, summary } from "./words.js";

/** @typedef {import("./shared.js").Delivery} Delivery */

const TABS = ["Body", "Headers", "Signature", "App", "Compare"];

/**
 * @param {{id: string, version: number, query: string, neighbors: Delivery[], command: {name: string, count: number}, canSign: boolean, hasApps: boolean}} props
 */
export function Detail({ id, version, query, neighbors, command, canSign, hasApps }) {
  const [loaded, load] = useState(/** @type {any} */ (null));
  const [error, fail] = useState("");
  const [tab, show] = useState("Body");
  const [isEditing, edit] = useState(false);
  const [results, setResults] = useState(/** @type {any[]} */ ([]));
  useEffect(() => {
    let isCurrent = true;
    fail("");
    Promise.all(["", "/attempts", "/fields", "/outcome"].map((part) => get(`deliveries/${id}${part}`)))
      .then(([one, attempts, fields, outcome]) => {
        if (isCurrent) load({ delivery: { ...one, source: outcome.source }, attempts: attempts.deliveries, fields, outcome });
      })
      .catch((why) => isCurrent && fail(why.message));
    return () => void (isCurrent = false);
  }, [id, version]);
  const [verdict, judge] = useState(/** @type {any} */ (null));
  useEffect(() => {
    let isCurrent = true;
    judge(null);
    get(`deliveries/${id}/verdict`).then((line) => isCurrent && judge(line)).catch(() => {});
    return () => void (isCurrent = false);
  }, [id]);
  useEffect(() => {
    setResults([]);
    edit(false);
  }, [id]);

  const replay = async (/** @type {any} */ request) => {
    setResults([{ type: "sending" }]);
    /** @type {any[]} */
    const lines = [];
    try {
      await postForLines("replay", { ids: [id], ...request }, (line) => setResults([...(lines.push(line), lines)]));
    } catch (why) {
      setResults([{ type: "error", message: /** @type {Error} */ (why).message }]);
    }
  };
  useEffect(() => {
    if (command.count === 0) return;
    if (command.name === "replay" && canSign) replay({});
    if (command.name === "compare") show("Compare");
  }, [command.count]);

  if (error) return html`<article class="detail"><${Back} query=${query} /><p class="error" role="alert">${error}</p></article>`;
  if (!loaded || loaded.delivery.id !== id) return html`<article class="detail" aria-busy="true"><${Back} query=${query} /><p class="dim note">Loading …</p></article>`;
  /** @type {{delivery: Delivery, attempts: Delivery[], fields: any, outcome: any}} */
  const { delivery, attempts, fields, outcome } = loaded;
  const name = delivery.event ?? `${delivery.method} ${delivery.target}`;
  const text = delivery.body ?? "";
  const count = (/** @type {string} */ which) =>
    which === "Headers" ? delivery.headers?.length : which === "App" ? delivery.relayed.length || undefined : undefined;
  return html`<article class="detail" aria-labelledby="detail-name">
    <header>
      <${Back} query=${query} />
      <div class="heading">
        <h2 id="detail-name"><${Text} text=${name} /></h2>
        <${Badge} of=${state(delivery)} />
      </div>
      <p class="dim">
        <time datetime=${delivery.received_at}>${exactTime(delivery.received_at)}</time> ·
        ${" "}<code>${shortId(delivery.id)}</code> · ${delivery.source}${delivery.peer ? html` from <${Text} text=${delivery.peer} />` : ""}
      </p>
      <div class="actions">
        <button type="button" class="button primary" disabled=${!canSign} onClick=${() => replay({})} title="Send it to your app again with a new signature (r)">Replay</button>
        <button type="button" class="button" disabled=${!canSign} onClick=${() => edit(!isEditing)} aria-expanded=${isEditing}>Edit and replay</button>
        <${CopyMenu} id=${id} />
      </div>
      ${!canSign && html`<p class="dim">A replay needs a secret token. Start zoomhook in the folder of your <code>.env</code> file.</p>`}
    </header>
    ${isEditing && html`<${Replay} text=${text} onSend=${replay} onClose=${() => edit(false)} />`}
    <${Results} lines=${results} />
    <section class="summary" aria-label="Summary">
      <ul>
        ${summary(delivery, verdict, outcome.sentences).map((line) => html`<li class=${line.kind}><${Text} text=${line.text} /></li>`)}
      </ul>
      ${attempts.length > 1 && html`<${Attempts} attempts=${attempts} current=${delivery} query=${query} />`}
    </section>
    <div class="tabs" role="tablist" aria-label="Parts of the delivery" onKeyDown=${(/** @type {KeyboardEvent} */ e) => moveTab(e, tab, show)}>
      ${TABS.map(
        (which) => html`<button type="button" role="tab" id=${`tab-${which}`} aria-selected=${tab === which} aria-controls="tab-panel"
          tabindex=${tab === which ? 0 : -1} onClick=${() => show(which)}>
          ${which}${count(which) !== undefined ? html` <span class="dim">${count(which)}</span>` : ""}
        </button>`,
      )}
    </div>
    <div id="tab-panel" role="tabpanel" aria-labelledby=${`tab-${tab}`} tabindex="0">
      ${tab === "Body" && html`<${Body} delivery=${delivery} known=${fields.fields ? fields : null} misfit=${fields.misfit} />`}
      ${tab === "Headers" && html`<${Headers} headers=${delivery.headers ?? []} />`}
      ${tab === "Signature" && html`<${Signature} verdict=${verdict} />`}
      ${tab === "App" && html`<${App} delivery=${delivery} hasApps=${hasApps} />`}
      ${tab === "Compare" && html`<${Compare} delivery=${delivery} neighbors=${neighbors} />`}
    </div>
  </article>`;
}

/** @param {{query: string}} props */
const Back = ({ query }) => html`<a class="back" href=${`/${query}`} onClick=${follow}>← Deliveries</a>`;

/** @param {KeyboardEvent} event @param {string} tab @param {(tab: string) => void} show */
function moveTab(event, tab, show) {
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length] ?? tab;
  show(next);
  requestAnimationFrame(() => document.getElementById(`tab-${next}`)?.focus());
}

/** @param {{id: string}} props */
function CopyMenu({ id }) {
  const form = (/** @type {string} */ name) => () => getText(`deliveries/${id}/${name}`);
  const menu = useRef(/** @type {HTMLDetailsElement | null} */ (null));
  useEffect(() => {
    const close = (/** @type {Event} */ event) => {
      const { current } = menu;
      if (!current?.open || (event instanceof KeyboardEvent ? event.key !== "Escape" : current.contains(/** @type {Node} */ (event.target)))) return;
      current.open = false;
      if (event instanceof KeyboardEvent) {
        event.stopPropagation();
        current.querySelector("summary")?.focus();
      }
    };
    // Before the page's own keys: escape closes the menu, and not the delivery.
    addEventListener("keydown", close, true);
    addEventListener("pointerdown", close);
    return () => {
      removeEventListener("keydown", close, true);
      removeEventListener("pointerdown", close);
    };
  }, []);
  return html`<details class="menu" ref=${menu}>
    <summary class="button">Copy</summary>
    <div class="menu-items">
      <${CopyButton} class="item" text=${form("curl")} label="Copy as a curl command with a new signature">curl, new signature<//>
      <${CopyButton} class="item" text=${form("http")} label="Copy as an HTTP request">HTTP request<//>
      <${CopyButton} class="item" text=${form("body")} label="Copy the exact body">Exact body<//>
      <${CopyButton} class="item" text=${form("ndjson")} label="Copy as NDJSON">NDJSON<//>
      <${CopyButton} class="item" text=${form("har")} label="Copy as HAR">HAR<//>
      <${CopyButton} class="item" text=${`${location.origin}/d/${id}`} label="Copy the link to this delivery">Link<//>
    </div>
  </details>`;
}

/** The attempts of one event on a line of time. @param {{attempts: Delivery[], current: Delivery, query: string}} props */
function Attempts({ attempts, current, query }) {
  const first = new Date(attempts[0]?.received_at ?? 0).getTime();
  return html`<ol class="attempts" aria-label="Attempts of this event">
    ${attempts.map((attempt, at) => {
      const after = new Date(attempt.received_at).getTime() - first;
      const label = at === 0 ? "first attempt" : `retry ${at} of 3, after ${duration(after)}`;
      return html`<li class=${attempt.id === current.id ? "current" : ""}>
        <a href=${`/d/${attempt.id}${query}`} onClick=${follow} aria-current=${attempt.id === current.id ? "step" : undefined}>
          <${Badge} of=${state(attempt)} />
          <span>${label}</span>
          <span class="dim number">${clock(attempt.received_at)}${attempt.answer ? `, ${attempt.answer.status} in ${duration(attempt.answer.ms)}` : ""}</span>
        </a>
      </li>`;
    })}
  </ol>`;
}

/** @param {{delivery: Delivery, known: any, misfit: string | null}} props */
function Body({ delivery, known, misfit }) {
  const [isExact, setExact] = useState(false);
  const text = delivery.body ?? "";
  const bytes = delivery.body === null ? Math.floor(((delivery.body_base64?.length ?? 0) * 3) / 4) : new TextEncoder().encode(text).length;
  if (delivery.body === null) return html`<p class="dim">The body is not text: ${size(bytes)}.</p><pre class="exact">${delivery.body_base64}</pre>`;
  if (!text) return html`<p class="dim">The body is empty, or was not read.</p>`;
  return html`<div class="tools">
      <div class="switch" role="group" aria-label="How the body is shown">
        <button type="button" class="button small" aria-pressed=${!isExact} onClick=${() => setExact(false)}>Tree</button>
        <button type="button" class="button small" aria-pressed=${isExact} onClick=${() => setExact(true)}>Exact text</button>
      </div>
      <span class="dim">${size(bytes)}</span>
      <${CopyButton} text=${text} label="Copy the exact body" />
    </div>
    ${misfit && html`<p class="remark">It differs from the catalog: <${Text} text=${misfit} /></p>`}
    ${isExact ? html`<pre class="exact"><${Text} text=${text} /></pre>` : html`<${Tree} text=${text} known=${known} />`}`;
}

/** @param {{headers: [string, string][]}} props */
export function Headers({ headers }) {
  if (headers.length === 0) return html`<p class="dim">No headers are stored.</p>`;
  return html`<table class="pairs">
    <caption class="visually-hidden">Headers</caption>
    <tbody>
      ${headers.map(
        ([name, value]) => html`<tr>
          <th scope="row"><${Text} text=${name} /></th>
          <td>${value === "***" ? html`<span class="tag" title="zoomhook stores no credentials">masked</span>` : html`<${Text} text=${value} />`}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}

/** @param {{verdict: any}} props */
function Signature({ verdict }) {
  if (!verdict) return html`<p class="dim">Verifying …</p>`;
  const { finding } = verdict;
  return html`<p>
      Computed now, with the secret tokens of this session: <strong>${verdict.verdict}</strong>.
      ${verdict.secret_name && html` Signed by <strong>${verdict.secret_name}</strong>.`}
    </p>
    ${verdict.detail && html`<p><${Text} text=${verdict.detail} /></p>`}
    ${finding &&
    html`<dl>
      ${finding.proof && html`<dt>Proof</dt><dd><${Text} text=${finding.proof} /></dd>`}
      <dt>What to do</dt><dd><${Text} text=${finding.remedy} />${finding.remedy_line && html`<pre>${finding.remedy_line}</pre>`}</dd>
    </dl>`}
    ${verdict.ruled_out?.length > 0 && html`<p class="dim">Ruled out: ${verdict.ruled_out.join(", ")}.</p>`}
    ${verdict.signed_string !== undefined &&
    html`<div class="tools"><h3>Signed string</h3><span class="dim">${size(verdict.signed_bytes)}</span>
        <${CopyButton} text=${verdict.signed_string} label="Copy the signed string" /></div>
      <p class="dim">Your code must compute HMAC-SHA256 of exactly these bytes.</p>
      <pre class="exact"><${Text} text=${verdict.signed_string} /></pre>`}`;
}

/** What the answer of an app was used for. @type {Record<string, string>} */
const ROLES = { answers: "Its answer was sent as the answer to this request.", queued: "It received the delivery after this request was answered.", observed: "Its answer is shown here and was not sent." };

/** @param {{delivery: Delivery, hasApps: boolean}} props */
function App({ delivery, hasApps }) {
  if (delivery.relayed.length === 0) {
    return html`<p>${delivery.reason ? "No app received it, because zoomhook refused it." : "No app received it."}</p>
      ${!hasApps && html`<p class="dim"><code>zoomhook listen --forward 3000</code> sends deliveries to your app.</p>`}`;
  }
  return html`${delivery.relayed.map(
    (relayed) => html`<section class="answer">
      <h3>${relayed.status ?? relayed.outcome.replace("_", " ")} <span class="dim">from ${relayed.target}</span></h3>
      <p class="dim">
        ${ROLES[relayed.role] ?? relayed.role}
        ${" "}${relayed.first_byte_ms ? `First byte after ${duration(relayed.first_byte_ms)}, ` : ""}all after ${duration(relayed.ms)}.
        ${relayed.detail && html` <${Text} text=${relayed.detail} />`}
      </p>
      ${relayed.headers && relayed.headers.length > 0 && html`<${Headers} headers=${relayed.headers} />`}
      ${relayed.body && (parse(relayed.body) ? html`<${Tree} text=${relayed.body} />` : html`<pre class="exact"><${Text} text=${relayed.body} /></pre>`)}
    </section>`,
  )}`;
}

/** A choice by its time and the end of its id, with what differs from this delivery. @param {Delivery} other @param {Delivery} own a row of the list */
function choiceText(other, own) {
  const answer = (/** @type {Delivery} */ one) => String(one.answer?.status ?? "no answer");
  const isRetry = (other.retry_of ?? other.id) === (own.retry_of ?? own.id);
  const facts = [
    isRetry && "same event",
    answer(other) !== answer(own) && answer(other),
    other.verdict !== own.verdict && other.verdict,
    other.title && other.title !== own.title && other.title.slice(0, 40),
  ].filter(Boolean);
  return [other.event ?? other.target, exactTime(other.received_at, new Date()), other.id.slice(-6), ...facts].join(" · ");
}

/** @param {{delivery: Delivery, neighbors: Delivery[]}} props */
function Compare({ delivery, neighbors }) {
  const others = neighbors.filter((other) => other.id !== delivery.id);
  const sameEvent = others.filter((other) => other.event === delivery.event);
  const choices = [...sameEvent, ...others.filter((other) => other.event !== delivery.event)].slice(0, 100);
  const [other, choose] = useState(choices[0]?.id ?? "");
  const [changes, setChanges] = useState(/** @type {any[] | null} */ (null));
  const [error, fail] = useState("");
  useEffect(() => {
    if (!other) return undefined;
    let isCurrent = true;
    setChanges(null);
    fail("");
    get(`deliveries/${delivery.id}/diff/${encodeURIComponent(other)}`)
      .then((list) => isCurrent && setChanges(list))
      .catch((why) => isCurrent && fail(why.message));
    return () => void (isCurrent = false);
  }, [other, delivery.id]);
  return html`<label class="stacked">Compare with
      <select value=${other} onChange=${(/** @type {any} */ e) => choose(e.currentTarget.value)}>
        ${choices.length === 0 && html`<option value="">no other delivery is loaded</option>`}
        ${choices.map((choice) => html`<option value=${choice.id}>${choiceText(choice, neighbors.find((one) => one.id === delivery.id) ?? delivery)}</option>`)}
      </select>
    </label>
    <label class="stacked">or the id of another delivery
      <input type="text" spellcheck=${false} autocomplete="off" onChange=${(/** @type {any} */ e) => e.currentTarget.value.trim() && choose(e.currentTarget.value.trim())} />
    </label>
    ${error && html`<p class="error" role="alert">${error}</p>`}
    ${changes && html`<${Changes} changes=${changes} names=${["The other one", "This one"]} />`}`;
}

/** @param {{changes: {in?: string, path: string, kind?: string, first: unknown, second: unknown}[], names?: [string, string]}} props */
export function Changes({ changes, names = ["Before", "After"] }) {
  if (changes.length === 0) return html`<p>There is no difference.</p>`;
  const text = (/** @type {unknown} */ value) => (typeof value === "string" ? value : JSON.stringify(value));
  const side = (/** @type {unknown} */ value, /** @type {string} */ kind, /** @type {string} */ sign) =>
    value === null || value === undefined
      ? html`<td class="dim">absent</td>`
      : html`<td class=${kind}><span aria-hidden="true">${sign} </span><${Text} text=${text(value).slice(0, 2000)} /></td>`;
  return html`<table class="pairs changes">
    <thead><tr><th scope="col">Where</th><th scope="col">${names[0]}</th><th scope="col">${names[1]}</th></tr></thead>
    <tbody>
      ${changes.map(
        (change) => html`<tr>
          <th scope="row">${change.in && change.in !== "body" ? html`<span class="dim">${change.in} </span>` : ""}<${Text} text=${change.path} /></th>
          ${side(change.first, "removed", "−")}${side(change.second, "added", "+")}
        </tr>`,
      )}
    </tbody>
  </table>`;
}
