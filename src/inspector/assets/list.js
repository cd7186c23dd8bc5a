// The list of deliveries: pages of the history, and new ones from the stream. Only the visible rows are in the document.

import { get, Locked, stream } from "./api.js";
import { ANSWER_LIMIT_MS, clock, duration, follow, html, lastName, plural, Text, useEffect, useLayoutEffect, useRef, useState } from "./shared.js";
import { Badge, endedWait, hasEndedWait, reasonText, state } from "./words.js";

/** @typedef {import("./shared.js").Delivery} Delivery */

/** A narrow page has more lines in a row. */
const NARROW = matchMedia("(max-width: 560px)");
/** Height of a row in pixels, as in the style sheet. */
const rowHeight = () => (NARROW.matches ? 84 : 58);
/** Rows beyond the visible ones, above and below. */
const MARGIN = 8;
/** Rows of a page of the API. */
const PAGE = 100;
/** Parameters of the URL that select deliveries. */
export const FILTERS = ["search", "event", "verdict", "zoom", "status", "within", "project", "provenance", "order"];

const MINUTE = 60_000;
/** @type {Record<string, number>} */
const WITHIN = { "15m": 15 * MINUTE, "1h": 60 * MINUTE, "24h": 1440 * MINUTE, "7d": 10_080 * MINUTE };

/** The query of the API for the parameters of the page. @param {URLSearchParams} parameters */
export function apiQuery(parameters) {
  const query = new URLSearchParams();
  for (const name of FILTERS) {
    const value = parameters.get(name);
    if (!value) continue;
    if (name === "within") query.set("since", String(Date.now() - (WITHIN[value] ?? 0)));
    else query.set(name, value);
  }
  return query;
}

/** The deliveries of one filter. It tells its listeners about each change. */
export class Deliveries {
  /** @param {URLSearchParams} parameters @param {(kind: string, data: any) => void} onSession */
  constructor(parameters, onSession) {
    this.query = apiQuery(parameters);
    this.isOldestFirst = parameters.get("order") === "oldest";
    /** What a search finds comes in the order of storing, everything else in that of arrival, as from the API. */
    this.isByArrival = !parameters.get("search");
    this.onSession = onSession;
    /** @type {Delivery[]} The rows, as they are shown. */
    this.rows = [];
    /** @type {Map<string, Delivery>} */
    this.byId = new Map();
    /** @type {Delivery[]} New ones that are not shown yet, because the user reads further down. */
    this.waiting = [];
    /** @type {Map<string, any>} Requests that wait for the app's answer. */
    this.pending = new Map();
    /** @type {string | null} */
    this.next = null;
    this.total = 0;
    this.unreadable = 0;
    this.isAtTop = true;
    this.isLoading = false;
    this.hasLoaded = false;
    this.error = "";
    /** @type {"live" | "waiting" | "ended"} */
    this.connection = "waiting";
    this.hasBeenLive = false;
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    this.isClosed = false;
    this.close = () => {};
    /** How often the list was loaded again, so that an answer to an earlier load is dropped. */
    this.loads = 0;
    this.start();
  }

  async start() {
    const newest = await this.load();
    if (this.isClosed || newest === undefined) return;
    this.close();
    this.close = stream(this.query, newest, (kind, data) => this.hear(kind, data), (connection) => {
      const isBack = connection === "live" && this.connection !== "live" && this.hasBeenLive;
      this.hasBeenLive ||= connection === "live";
      this.connection = connection;
      if (isBack) this.catchUp();
      this.tell();
    });
  }

  /** Loads everything again: what was missed is not known. */
  restart() {
    this.close();
    this.loads += 1;
    this.rows = [];
    this.waiting = [];
    this.byId.clear();
    this.pending.clear();
    this.next = null;
    this.hasLoaded = false;
    this.isLoading = false;
    this.unreadable = 0;
    this.start();
  }

  /** Asks for the answers that came while there was no stream: deliveries are streamed again, their answers are not. */
  async catchUp() {
    this.pending.clear();
    this.onSession("back", {});
    for (const { id } of [...this.rows, ...this.waiting].filter((row) => row.pending).slice(0, 50)) {
      const attempts = await get(`deliveries/${id}/attempts`).catch(() => null);
      const row = attempts?.deliveries.find((/** @type {Delivery} */ attempt) => attempt.id === id);
      if (row) this.hear("update", row);
    }
  }

  end() {
    this.isClosed = true;
    this.close();
  }

  /** Loads the next page. Returns the id of the newest delivery of the history. @returns {Promise<string | null | undefined>} */
  async load() {
    if (this.isLoading || (this.hasLoaded && !this.next)) return undefined;
    this.isLoading = true;
    const { loads } = this;
    this.tell();
    try {
      const query = new URLSearchParams(this.query);
      query.set("limit", String(PAGE));
      if (this.next) query.set("after", this.next);
      const page = await get(`deliveries?${query}`);
      if (loads !== this.loads) return undefined;
      for (const delivery of page.deliveries) this.add(delivery);
      this.next = page.next;
      this.total = page.total;
      this.unreadable += page.unreadable;
      this.error = "";
      // A rare outcome is searched in parts.
      if (page.deliveries.length < PAGE && page.next) setTimeout(() => this.isClosed || this.load(), 0);
      return page.newest;
    } catch (error) {
      if (loads !== this.loads) return undefined;
      this.error = /** @type {Error} */ (error).message;
      if (error instanceof Locked) this.connection = "ended";
      return undefined;
    } finally {
      if (loads === this.loads) {
        this.isLoading = false;
        this.hasLoaded = true;
        this.tell();
      }
    }
  }

  /** Adds a row at the end of what is loaded. @param {Delivery} delivery */
  add(delivery) {
    if (this.byId.has(delivery.id)) return;
    this.byId.set(delivery.id, delivery);
    this.rows.push(delivery);
  }

  /** @param {string} kind @param {any} data */
  hear(kind, data) {
    if (kind === "delivery" || kind === "update") {
      this.pending.delete(data.id);
      const known = this.byId.get(data.id);
      if (known) {
        this.byId.set(data.id, data);
        this.rows = this.rows.map((row) => (row.id === data.id ? data : row));
        this.waiting = this.waiting.map((row) => (row.id === data.id ? data : row));
      } else if (kind === "delivery") {
        this.total += 1;
        if (!this.isOnLaterPage(data.id)) {
          this.byId.set(data.id, data);
          this.waiting.push(data);
          if (this.isOldestFirst || this.isAtTop) this.showWaiting();
        }
      }
    } else if (kind === "pending") {
      // Usually the history has it by now, and its row says that it waits.
      if (!this.byId.has(data.id)) this.pending.set(data.id, data);
    } else if (kind === "reload") {
      this.restart();
    }
    this.onSession(kind, data);
    this.tell();
  }

  /** Forgets deliveries that were deleted. @param {string[]} ids */
  remove(ids) {
    const gone = new Set(ids);
    this.rows = this.rows.filter((row) => !gone.has(row.id));
    this.total -= ids.length;
    for (const id of ids) this.byId.delete(id);
    this.tell();
  }

  /** Whether a new delivery belongs to a page that is not loaded yet. Ids are in the order of arrival. @param {string} id */
  isOnLaterPage(id) {
    const last = this.rows.at(-1);
    if (!this.next || !last) return false;
    if (!this.isByArrival) return this.isOldestFirst;
    return this.isOldestFirst ? id > last.id : id < last.id;
  }

  /** Shows the new ones where they belong: an imported one has the time of its file. */
  showWaiting() {
    const added = this.waiting;
    this.waiting = [];
    const rows = this.isOldestFirst ? [...this.rows, ...added] : [...added.reverse(), ...this.rows];
    const sign = this.isOldestFirst ? 1 : -1;
    if (this.isByArrival) rows.sort((one, other) => (one.id < other.id ? -sign : one.id > other.id ? sign : 0));
    this.rows = rows;
    this.tell();
  }

  /** @param {boolean} isAtTop */
  setAtTop(isAtTop) {
    this.isAtTop = isAtTop;
    if (isAtTop && this.waiting.length && !this.isOldestFirst) this.showWaiting();
  }

  /** The row before or after another one. @param {string | null} id @param {number} step */
  neighbor(id, step) {
    const at = this.rows.findIndex((row) => row.id === id);
    if (at < 0) return this.rows[step > 0 ? 0 : this.rows.length - 1];
    return this.rows[Math.max(0, Math.min(this.rows.length - 1, at + step))];
  }

  /** @param {() => void} listener */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  tell() {
    for (const listener of this.listeners) listener();
  }
}

/** Draws again at each change, at most once a frame. @param {Deliveries} deliveries */
export function useChanges(deliveries) {
  const [, draw] = useState(0);
  useEffect(() => {
    let frame = 0;
    const unsubscribe = deliveries.subscribe(() => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        draw((n) => n + 1);
      });
    });
    return () => {
      unsubscribe();
      cancelAnimationFrame(frame);
    };
  }, [deliveries]);
}

/**
 * @param {{deliveries: Deliveries, project: string | null, selected: string | null, marked: Set<string>, onMark: (id: string) => void, query: string}} props
 */
export function List({ deliveries, project, selected, marked, onMark, query }) {
  useChanges(deliveries);
  const ROW = rowHeight();
  const frame = useRef(/** @type {HTMLElement | null} */ (null));
  const [view, setView] = useState({ top: 0, height: 800 });
  const look = () => {
    const { current } = frame;
    if (!current) return;
    setView({ top: current.scrollTop, height: current.clientHeight });
    deliveries.setAtTop(current.scrollTop < ROW / 2);
    if (current.scrollTop + current.clientHeight > (deliveries.rows.length - 20) * ROW) deliveries.load();
  };
  useLayoutEffect(() => {
    look();
    const { current } = frame;
    const observer = new ResizeObserver(look);
    if (current) observer.observe(current);
    return () => observer.disconnect();
  }, [deliveries]);
  // A row that was chosen with a key must be visible.
  useLayoutEffect(() => {
    const at = deliveries.rows.findIndex((row) => row.id === selected);
    const { current } = frame;
    if (!current || at < 0) return;
    const top = at * ROW;
    if (top < current.scrollTop) current.scrollTop = top;
    else if (top + ROW > current.scrollTop + current.clientHeight) current.scrollTop = top + ROW - current.clientHeight;
  }, [selected]);

  const { rows, waiting, pending } = deliveries;
  const first = Math.max(0, Math.floor(view.top / ROW) - MARGIN);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / ROW) + MARGIN);
  const visible = rows.slice(first, last);
  const toTop = () => {
    if (frame.current) frame.current.scrollTop = deliveries.isOldestFirst ? frame.current.scrollHeight : 0;
    deliveries.showWaiting();
  };
  return html`<section class="list" aria-label="Deliveries">
    ${pending.size > 0 &&
    html`<ul class="pending" aria-label="Waiting for your app">
      ${[...pending.values()].slice(0, 5).map(
        (line) => html`<li key=${line.id}>
          <${Badge} of=${{ kind: "wait", sign: "◌", word: "waiting" }} />
          <strong><${Text} text=${line.event ?? "a request"} /></strong>
          <span class="dim">for ${line.target}</span>
          <${Since} at=${line.received_at} />
        </li>`,
      )}
    </ul>`}
    ${waiting.length > 0 &&
    html`<button type="button" class="new" onClick=${toTop}>
      ${deliveries.isOldestFirst ? "↓" : "↑"} ${plural(waiting.length, "new delivery", "new deliveries")}
    </button>`}
    <div class="rows" ref=${frame} onScroll=${look} tabindex="-1">
      ${rows.length === 0 && html`<${Empty} deliveries=${deliveries} query=${query} />`}
      <ul style=${{ height: `${rows.length * ROW}px` }} aria-label="Deliveries, in the order of arrival">
        ${visible.map(
          (row, at) => html`<${Row}
            key=${row.id}
            row=${row}
            top=${(first + at) * ROW}
            position=${first + at + 1}
            count=${deliveries.next ? -1 : rows.length}
            isSelected=${row.id === selected}
            isMarked=${marked.has(row.id)}
            project=${project}
            onMark=${onMark}
            query=${query}
          />`,
        )}
      </ul>
      ${deliveries.isLoading && html`<p class="dim note" role="status">Loading …</p>`}
      ${deliveries.error && html`<p class="error note" role="alert">${deliveries.error}</p>`}
      ${deliveries.unreadable > 0 &&
      html`<p class="error note">${plural(deliveries.unreadable, "delivery", "deliveries")} in the history cannot be read.</p>`}
    </div>
  </section>`;
}

/** @param {{deliveries: Deliveries, query: string}} props */
function Empty({ deliveries, query }) {
  if (!deliveries.hasLoaded || deliveries.error || deliveries.next) return null;
  return html`<div class="empty">
    ${query && deliveries.total > 0
      ? html`<p>No delivery matches.</p><p class="dim"><a href="/" onClick=${follow}>Show all ${deliveries.total.toLocaleString("en")}</a></p>`
      : html`<p>No deliveries yet.</p>
          <p class="dim">Press Validate in Marketplace, or <a href="/trigger" onClick=${follow}>trigger an event</a>.</p>`}
  </div>`;
}

/** The time that has passed, counting on. @param {{at: string}} props */
function Since({ at }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 250);
    return () => clearInterval(timer);
  }, []);
  const ms = Math.max(0, Date.now() - new Date(at).getTime());
  return html`<span class=${ms > ANSWER_LIMIT_MS ? "late number" : "number"}>${duration(ms)}</span>`;
}

/**
 * @param {{row: Delivery, top: number, position: number, count: number, isSelected: boolean, isMarked: boolean,
 *   project: string | null, onMark: (id: string) => void, query: string}} props
 */
function Row({ row, top, position, count, isSelected, isMarked, project, onMark, query }) {
  const name = row.event ?? `${row.method} ${row.target}`;
  const of = state(row);
  const detail = row.reason ? reasonText(row.reason) : (row.title ?? "");
  const isOfOther = row.project && row.project !== project;
  return html`<li
    class=${`row${isSelected ? " selected" : ""}`}
    style=${{ transform: `translateY(${top}px)` }}
    aria-setsize=${count}
    aria-posinset=${position}
  >
    <input type="checkbox" checked=${isMarked} onChange=${() => onMark(row.id)} aria-label=${`Mark ${name}, ${clock(row.received_at)}`} />
    <a href=${`/d/${row.id}${query}`} onClick=${follow} aria-current=${isSelected ? "true" : undefined}>
      <${Badge} of=${of} />
      <span class="line"><span class="event"><${Text} text=${name} /></span>
        <time datetime=${row.received_at}>${clock(row.received_at)}</time></span>
      <span class="line"><span class="title">${detail && html`<${Text} text=${detail} />`}</span>
      <span class="facts">
        ${row.retry_of && html`<span class="tag">retry${row.retry ? ` ${row.retry.number} of 3` : ""}</span>`}
        ${isOfOther && html`<span class="tag project" title=${`Project ${row.project}`}><${Text} text=${lastName(row.project ?? "")} /></span>`}
        ${hasEndedWait(row) && html`<span class="tag" title=${endedWait()}>session ended</span>`}
        ${row.source !== "local" && !row.imported && html`<span class="tag">${row.source}</span>`}
        ${row.pending === "answer" && !row.answer && html`<${Since} at=${row.received_at} />`}
        ${row.answer && html`<span class="number">${row.answer.status}</span><${Bar} ms=${row.answer.ms} />`}
      </span></span>
    </a>
  </li>`;
}

/** The time of an answer against the three seconds that Zoom waits. @param {{ms: number}} props */
export function Bar({ ms }) {
  // A square root, so that fast answers can be told apart.
  const part = Math.min(1, Math.sqrt(ms / ANSWER_LIMIT_MS));
  const kind = ms >= ANSWER_LIMIT_MS ? "late" : ms >= ANSWER_LIMIT_MS / 2 ? "slow" : "";
  return html`<span class=${`bar ${kind}`} title=${`${duration(ms)} of the 3 s that Zoom waits`}>
    <span class="number">${duration(ms)}</span>
    <svg width="48" height="4" viewBox="0 0 48 4" aria-hidden="true">
      <rect class="limit" width="48" height="4" rx="2" />
      <rect class="used" width=${Math.max(2, 48 * part)} height="4" rx="2" />
    </svg>
  </span>`;
}

/** The controls of the filter. The URL holds their values. @param {{parameters: URLSearchParams, deliveries: Deliveries, project: string | null, onChange: (next: URLSearchParams) => void}} props */
export function Filters({ parameters, deliveries, project, onChange }) {
  useChanges(deliveries);
  const set = (/** @type {string} */ name, /** @type {string} */ value) => {
    const next = new URLSearchParams(parameters);
    if (value) next.set(name, value);
    else next.delete(name);
    onChange(next);
  };
  const choice = (/** @type {string} */ name, /** @type {string} */ label, /** @type {[string, string][]} */ options) =>
    html`<label class="choice"><span class="visually-hidden">${label}</span>
      <select value=${parameters.get(name) ?? ""} onChange=${(/** @type {any} */ e) => set(name, e.currentTarget.value)}>
        ${options.map(([value, text]) => html`<option value=${value} selected=${(parameters.get(name) ?? "") === value}>${text}</option>`)}
      </select></label>`;
  const projects = new Set([project, parameters.get("project"), ...deliveries.rows.map((row) => row.project)].filter((one) => typeof one === "string"));
  const projectName = (/** @type {string} */ one) => (one === project ? "This project" : lastName(one));
  const isFiltered = FILTERS.some((name) => name !== "order" && parameters.get(name));
  const shown = deliveries.rows.length + deliveries.waiting.length;
  const [isUnfolded, unfold] = useState(false);
  const used = FILTERS.filter((name) => name !== "search" && parameters.get(name)).length;
  return html`<form class=${`filters${isUnfolded ? " unfolded" : ""}`} role="search" onSubmit=${(/** @type {Event} */ e) => e.preventDefault()}>
    <${TypedFilter} id="search" label="Search in bodies" placeholder="Search in bodies" value=${parameters.get("search") ?? ""} onChange=${(/** @type {string} */ v) => set("search", v)} />
    <button type="button" class="button fold-filters" aria-expanded=${isUnfolded} onClick=${() => unfold(!isUnfolded)}>Filters${used ? ` (${used})` : ""}</button>
    <${TypedFilter} id="event" label="Event" placeholder="Event: meeting.*" value=${parameters.get("event") ?? ""} onChange=${(/** @type {string} */ v) => set("event", v)} />
    ${choice("zoom", "Outcome", [["", "Any outcome"], ["delivered", "Delivered"], ["lost", "Not taken"], ["retried", "Failed"]])}
    ${choice("verdict", "Verdict", [["", "Any verdict"], ["valid", "Valid"], ["invalid", "Invalid"], ["unknown", "Unknown"]])}
    ${choice("status", "Answer", [["", "Any answer"], ["2xx", "2xx"], ["3xx", "3xx"], ["4xx", "4xx"], ["5xx", "5xx"]])}
    ${choice("within", "Time", [["", "Any time"], ["15m", "Last 15 min"], ["1h", "Last hour"], ["24h", "Last 24 h"], ["7d", "Last 7 days"]])}
    ${(projects.size > 1 || parameters.get("project")) && choice("project", "Project", [["", "Any project"], ...[...projects].map((one) => /** @type {[string, string]} */ ([one, projectName(one)]))])}
    ${(parameters.get("provenance") || deliveries.rows.some((row) => row.imported)) && choice("provenance", "Received or imported", [["", "With imported"], ["recorded", "Without imported"], ["imported", "Only imported"]])}
    ${choice("order", "Order", [["", "Newest first"], ["oldest", "Oldest first"]])}
    <span class="count dim" role="status">
      ${shown.toLocaleString("en")}${deliveries.next ? "+" : ""}<span class="of-total"> of ${deliveries.total.toLocaleString("en")}</span>
    </span>
    ${isFiltered && html`<button type="button" class="button small" onClick=${() => onChange(new URLSearchParams())}>Clear</button>`}
  </form>`;
}

/** A field whose value applies once the user pauses. @param {{id: string, label: string, placeholder: string, value: string, onChange: (value: string) => void}} props */
function TypedFilter({ id, label, placeholder, value, onChange }) {
  const timer = useRef(0);
  const type = (/** @type {any} */ event) => {
    const typed = event.currentTarget.value.trim();
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange(typed), event.type === "change" ? 0 : 350);
  };
  return html`<label><span class="visually-hidden">${label}</span>
    <input id=${id} type="search" value=${value} placeholder=${placeholder} onInput=${type} autocomplete="off" spellcheck=${false} />
  </label>`;
}
