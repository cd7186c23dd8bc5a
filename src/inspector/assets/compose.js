// What signs and sends: an edited replay, and events of the catalogue by a form.

import { get, postForLines } from "./api.js";
import { Changes } from "./delivery.js";
import { duration, follow, html, plural, shortId, Text, useEffect, useMemo, useRef, useState } from "./shared.js";
import { changes, leaves, parse, repeatedNames, whyNot, withVisibleStrings } from "./tree.js";
import { Badge } from "./words.js";

/** @typedef {{type: string, format: string | null, values: string[], optional: boolean}} Field */

/** An edited body, with the difference. @param {{text: string, onSend: (request: {body: string, to?: string}) => void, onClose: () => void}} props */
export function Replay({ text: stored, onSend, onClose }) {
  const text = useMemo(() => withVisibleStrings(stored), [stored]);
  const [edited, setEdited] = useState(text);
  const [to, setTo] = useState("");
  const difference = useMemo(() => (edited === text ? [] : changes(text, edited)), [edited, text]);
  const repeated = useMemo(() => repeatedNames(edited), [edited]);
  const area = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  useEffect(() => {
    area.current?.focus();
    area.current?.setSelectionRange(0, 0);
    area.current?.scrollTo(0, 0);
  }, []);
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    onSend({ body: edited, ...(to.trim() ? { to: to.trim() } : {}) });
  };
  return html`<form class="panel edit" onSubmit=${send} aria-label="Edit and replay">
    <label class="stacked">Body, as it will be signed and sent
      <textarea ref=${area} rows="10" spellcheck=${false} value=${edited} onInput=${(/** @type {any} */ e) => setEdited(e.currentTarget.value)}></textarea>
    </label>
    ${!parse(edited) && html`<p class="remark">The body is ${whyNot(edited)}. It is signed and sent as it is.</p>`}
    ${repeated.length > 0 && html`<p class="remark">Repeated: <${Text} text=${repeated.join(", ")} />. Most parsers use the last value.</p>`}
    ${difference.length > 0
      ? html`<${Changes} changes=${difference} />`
      : html`<p class="dim">${edited === text ? "No changes yet." : "Only spaces or escapes differ, not the values."}</p>`}
    <${To} value=${to} onChange=${setTo} placeholder="the app that received it" />
    <div class="actions">
      <button type="submit" class="button primary">Sign and send</button>
      <button type="button" class="button" onClick=${() => setEdited(text)} disabled=${edited === text}>Undo changes</button>
      <button type="button" class="button" onClick=${onClose}>Close</button>
    </div>
  </form>`;
}

/** @param {{value: string, onChange: (value: string) => void, placeholder: string}} props */
export const To = ({ value, onChange, placeholder }) => html`<label class="stacked">Send to
  <input type="text" value=${value} placeholder=${placeholder} spellcheck=${false} autocomplete="off" aria-describedby="to-help"
    onInput=${(/** @type {any} */ e) => onChange(e.currentTarget.value)} />
  <span id="to-help" class="dim">A port of this machine, such as 3000 or 3000/zoom</span>
</label>`;

/** What became of requests, a line for each. @param {{lines: any[]}} props */
export function Results({ lines }) {
  if (lines.length === 0) return null;
  return html`<section class="results panel" aria-label="Results" aria-live="polite">
    <ul>${lines.map((line, at) => html`<li key=${at}><${Result} line=${line} /></li>`)}</ul>
  </section>`;
}

/** @param {{line: any}} props */
function Result({ line }) {
  if (line.type === "sending") return html`<span class="dim">Sending …</span>`;
  if (line.type === "error") return html`<span class="error">${line.message}</span>`;
  if (line.type === "note") return html`<span class="dim"><${Text} text=${line.message} /></span>`;
  const status = line.status ?? (line.failure || line.outcome || "no answer").replace("_", " ");
  // It is not Zoom that sends these, so nothing is lost, and nothing comes again.
  const of = line.right
    ? { kind: "good", sign: "✓", word: line.zoom ?? "delivered" }
    : { kind: line.zoom === "retried" ? "warn" : "bad", sign: line.zoom === "retried" ? "↻" : "✕", word: line.zoom === "lost" ? "not taken" : "failed" };
  const body = line.body ?? line.answer;
  return html`<${Badge} of=${of} /> <strong><${Text} text=${line.event ?? "request"} /></strong>
    <span class="number">${status} in ${duration(line.ms)}</span>
    ${line.detail && html`<span class="dim"><${Text} text=${line.detail} /></span>`}
    ${line.changed?.length > 0 && html`<span class="remark">The answer differs from the first one: ${line.changed.map((/** @type {any} */ c) => `${c.what} ${c.then ?? "absent"} → ${c.now ?? "absent"}`).join(", ")}</span>`}
    ${line.changed?.length === 0 && html`<span class="dim">The answer is the same as before.</span>`}
    ${body && html`<pre class="exact short"><${Text} text=${String(body).slice(0, 2000)} /></pre>`}`;
}

/** The page that triggers events. @param {{session: any}} props */
export function Trigger({ session }) {
  const [events, setEvents] = useState(/** @type {any[]} */ ([]));
  const [scenarios, setScenarios] = useState(/** @type {any[]} */ ([]));
  const [search, setSearch] = useState("");
  const [error, fail] = useState("");
  const name = new URLSearchParams(location.search).get("event");
  useEffect(() => {
    get("events").then((list) => {
      setEvents(list.events);
      setScenarios(list.scenarios);
    }).catch((why) => fail(why.message));
  }, []);
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = events.filter((event) => words.every((word) => event.name.includes(word) || event.group.includes(word)));
  return html`<div class="trigger page">
    <section class="events" aria-label="Events">
      <h2>Trigger an event</h2>
      <label class="stacked">Search ${events.length > 0 ? `${events.length} events` : "events"}
        <input type="search" id="search" value=${search} placeholder="meeting started" onInput=${(/** @type {any} */ e) => setSearch(e.currentTarget.value)} />
      </label>
      ${error && html`<p class="error" role="alert">${error}</p>`}
      <ul class="choices">
        ${found.slice(0, 60).map(
          (event) => html`<li><a href=${`/trigger?event=${event.name}`} onClick=${follow} aria-current=${event.name === name ? "true" : undefined}>
            <span>${event.name}</span> <span class="dim">${event.group}${event.deprecated ? ", deprecated" : ""}</span></a></li>`,
        )}
      </ul>
      ${found.length > 60 && html`<p class="dim">${plural(found.length - 60, "more event", "more events")}: search for a part of the name.</p>`}
      <${Scenarios} scenarios=${scenarios} session=${session} />
    </section>
    ${name && html`<${EventForm} key=${name} name=${name} session=${session} />`}
  </div>`;
}

/** @param {any} request @param {(lines: any[]) => void} show */
async function trigger(request, show) {
  /** @type {any[]} */
  const lines = [];
  show([{ type: "sending" }]);
  try {
    await postForLines("trigger", request, (line) => show([...(lines.push(line), lines)]));
  } catch (why) {
    show([...lines, { type: "error", message: /** @type {Error} */ (why).message }]);
  }
}

/** @param {{scenarios: any[], session: any}} props */
function Scenarios({ scenarios, session }) {
  const [chosen, choose] = useState("");
  const [to, setTo] = useState("");
  const [results, setResults] = useState(/** @type {any[]} */ ([]));
  if (scenarios.length === 0) return null;
  const scenario = scenarios.find((one) => one.name === chosen);
  const run = (/** @type {Event} */ event) => {
    event.preventDefault();
    trigger({ scenario: chosen, ...(to.trim() ? { to: to.trim() } : {}) }, setResults);
  };
  return html`<form class="panel" onSubmit=${run}>
    <label class="stacked">Or a scenario: several events in order, ten times faster than real ones
      <select value=${chosen} onChange=${(/** @type {any} */ e) => choose(e.currentTarget.value)}>
        <option value="">Choose a scenario</option>
        ${scenarios.map((one) => html`<option value=${one.name}>${one.name}</option>`)}
      </select>
    </label>
    ${scenario && html`<p class="dim">${scenario.about} ${plural(scenario.events, "event", "events")}.</p>`}
    <${To} value=${to} onChange=${setTo} placeholder=${session?.endpoint ?? "3000"} />
    <button type="submit" class="button" disabled=${!chosen || !session?.can_sign}>Run the scenario</button>
    <${Results} lines=${results} />
  </form>`;
}

/** @param {{name: string, session: any}} props */
function EventForm({ name, session }) {
  const [event, setEvent] = useState(/** @type {any} */ (null));
  const [text, setText] = useState("");
  const [isRaw, setRaw] = useState(false);
  const [to, setTo] = useState("");
  const [error, fail] = useState("");
  const [results, setResults] = useState(/** @type {any[]} */ ([]));
  const load = (/** @type {number} */ seed) =>
    get(`events/${encodeURIComponent(name)}?seed=${seed}`)
      .then((shown) => {
        setEvent(shown);
        setText(shown.sample);
      })
      .catch((why) => fail(why.message));
  useEffect(() => void load(1), [name]);
  if (error) return html`<p class="error" role="alert">${error}</p>`;
  if (!event) return html`<p class="dim note">Loading …</p>`;
  const root = parse(text);
  const send = (/** @type {Event} */ submitted) => {
    submitted.preventDefault();
    trigger({ event: name, body: text, ...(to.trim() ? { to: to.trim() } : {}) }, setResults);
  };
  return html`<form class="panel event-form" onSubmit=${send} aria-label=${`Fields of ${name}`}>
    <h2><${Text} text=${name} /></h2>
    <p class="dim">Known from ${event.sources.join(" and ")}${event.deprecated ? ". Zoom has deprecated it" : ""}.</p>
    <div class="tools">
      <div class="switch" role="group" aria-label="How the body is edited">
        <button type="button" class="button small" aria-pressed=${!isRaw} onClick=${() => setRaw(false)}>Fields</button>
        <button type="button" class="button small" aria-pressed=${isRaw} onClick=${() => setRaw(true)}>Text</button>
      </div>
      <button type="button" class="button small" onClick=${() => load(1 + Math.floor(Math.random() * 1_000_000))}>Other sample values</button>
    </div>
    ${isRaw || !root
      ? html`<label class="stacked">Body
          <textarea rows="16" spellcheck=${false} value=${text} onInput=${(/** @type {any} */ e) => setText(e.currentTarget.value)}></textarea></label>
          ${!root && html`<p class="remark">The body is ${whyNot(text)}.</p>`}`
      : html`<div class="fields">${leaves(root).map(
          ({ path, node }) => html`<${FieldInput} key=${path} path=${path} node=${node} field=${event.fields[catalogueOf(path)]}
            onChange=${(/** @type {string} */ raw) => setText(text.slice(0, node.start) + raw + text.slice(node.end))} />`,
        )}</div>`}
    <${To} value=${to} onChange=${setTo} placeholder=${session?.endpoint ?? "3000"} />
    <div class="actions"><button type="submit" class="button primary" disabled=${!session?.can_sign}>Sign and send</button></div>
    ${!session?.can_sign && html`<p class="dim">This needs a secret token. Start zoomhook in the folder of your <code>.env</code> file.</p>`}
    <${Results} lines=${results} />
  </form>`;
}

/** The path in the catalogue: without the numbers of items. @param {string} path */
const catalogueOf = (path) => path.replace(/\.\d+(?=\.|$)/g, "[]");

/** What a typed value lacks to be of its type, if anything. @param {Field | undefined} field @param {string} raw */
function complaint(field, raw) {
  if (!field) return "";
  const isText = raw.startsWith('"');
  if (field.type === "string" && !isText) return "The catalog expects a string.";
  if (field.type === "integer" && !/^-?\d+$/.test(raw)) return "The catalog expects a whole number.";
  if (field.type === "number" && !/^-?\d/.test(raw)) return "The catalog expects a number.";
  if (field.type === "boolean" && raw !== "true" && raw !== "false") return "The catalog expects true or false.";
  const value = isText ? JSON.parse(raw) : raw;
  if (field.values.length > 0 && !field.values.includes(value)) return `The catalog has ${field.values.join(", ")}.`;
  return "";
}

/** @param {{path: string, node: import("./tree.js").Node, field: Field | undefined, onChange: (raw: string) => void}} props */
function FieldInput({ path, node, field, onChange }) {
  const id = `field-${path}`;
  // The catalogue knows the type. Without it, the sample shows it.
  const isText = field && field.type !== "any" ? field.type === "string" : node.kind === "string";
  const value = isText && node.kind === "string" ? JSON.parse(node.raw) : node.raw || (node.kind === "object" ? "{}" : "[]");
  const set = (/** @type {string} */ typed) => {
    // For a field that is not a text, what is typed must be JSON to be taken over.
    const raw = isText ? JSON.stringify(typed) : typed;
    if (parse(raw)) onChange(raw);
  };
  const wrong = complaint(field, node.raw);
  const about = field ? [field.format ?? field.type, field.optional ? "may be absent" : ""].filter(Boolean).join(", ") : "";
  const input =
    field && field.values.length > 1
      ? html`<select id=${id} value=${value} onChange=${(/** @type {any} */ e) => set(e.currentTarget.value)}>
          ${[...new Set([value, ...field.values])].map((one) => html`<option value=${one} selected=${one === value}>${one || "(empty)"}</option>`)}
        </select>`
      : field?.type === "boolean"
        ? html`<select id=${id} value=${value} onChange=${(/** @type {any} */ e) => set(e.currentTarget.value)}><option>true</option><option>false</option></select>`
        : html`<input id=${id} type="text" value=${value} spellcheck=${false} autocomplete="off" aria-invalid=${wrong ? "true" : undefined}
            onInput=${(/** @type {any} */ e) => set(e.currentTarget.value)} />`;
  return html`<div class="field">
    <label for=${id}><${Text} text=${path} /></label>
    <div>${input}${wrong ? html`<span class="remark">${wrong}</span>` : about && html`<span class="dim">${about}</span>`}</div>
  </div>`;
}

/** Replays what is marked, in the order of arrival. @param {{ids: string[], session: any, onClose: () => void}} props */
export function ReplayMarked({ ids, session, onClose }) {
  const [to, setTo] = useState("");
  const [results, setResults] = useState(/** @type {any[]} */ ([]));
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    /** @type {any[]} */
    const lines = [];
    setResults([{ type: "sending" }]);
    try {
      await postForLines("replay", { ids, ...(to.trim() ? { to: to.trim() } : {}) }, (line) => setResults([...(lines.push(line), lines)]));
    } catch (why) {
      setResults([...lines, { type: "error", message: /** @type {Error} */ (why).message }]);
    }
  };
  return html`<form class="panel" onSubmit=${send} aria-label="Replay the marked deliveries">
    <p>Replays ${plural(ids.length, "delivery", "deliveries")} in the order of arrival, each with a new signature: ${ids.slice(0, 3).map(shortId).join(", ")}${ids.length > 3 ? " …" : ""}</p>
    <${To} value=${to} onChange=${setTo} placeholder="the app that received it" />
    <div class="actions">
      <button type="submit" class="button primary" disabled=${!session?.can_sign}>Replay</button>
      <button type="button" class="button" onClick=${onClose}>Close</button>
    </div>
    <${Results} lines=${results} />
  </form>`;
}
