// The page: its parts by the URL, the session, and the keys.

import { canResume, get, keepResumeKey, Locked, postForFile, postForJson } from "./api.js";
import { Check } from "./check.js";
import { ReplayMarked, Trigger } from "./compose.js";
import { Detail } from "./delivery.js";
import { Deliveries, FILTERS, Filters, List, useChanges } from "./list.js";
import { Session } from "./session.js";
import { CopyButton, follow, go, html, plural, render, useEffect, useMemo, useRef, useState } from "./shared.js";
import { setFacts } from "./words.js";

/** The filter in a query, in one order, so that equal filters are equal texts. @param {URLSearchParams} parameters */
function filterOf(parameters) {
  const kept = new URLSearchParams();
  for (const name of FILTERS) if (parameters.get(name)) kept.set(name, parameters.get(name) ?? "");
  const text = String(kept);
  return text ? `?${text}` : "";
}

/** The id in the path of a delivery. One that is not well encoded is no id: it is shown as not found. @param {string} path */
function idOf(path) {
  const written = path.slice(3);
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}

/** The place in the page. */
function usePlace() {
  const [place, setPlace] = useState(location.pathname + location.search);
  useEffect(() => {
    const listen = () => setPlace(location.pathname + location.search);
    addEventListener("popstate", listen);
    return () => removeEventListener("popstate", listen);
  }, []);
  return new URL(place, location.origin);
}

function App() {
  const place = usePlace();
  const showsSession = place.pathname === "/session";
  const [session, setSession] = useState(/** @type {any} */ (null));
  const [sessionVersion, reloadSession] = useState(0);
  const [isEnded, end] = useState(false);
  const [marked, setMarked] = useState(/** @type {Set<string>} */ (new Set()));
  const [versions, setVersions] = useState(/** @type {Record<string, number>} */ ({}));
  const [command, setCommand] = useState({ name: "", count: 0 });
  const [showsKeys, showKeys] = useState(false);
  const [isReplaying, replayMarked] = useState(false);

  useEffect(() => {
    let isCurrent = true;
    get("session")
      .then((shown) => {
        if (!isCurrent) return;
        // A later session may have another version, with other files of this page.
        if (session && session.version !== shown.version) location.reload();
        setFacts(shown);
        setSession(shown);
        isAwaiting.current = shown.expected.some((/** @type {any} */ event) => !event.met);
      })
      .catch((error) => error instanceof Locked && end(true));
    return () => void (isCurrent = false);
  }, [sessionVersion, showsSession]);

  useEffect(() => void keepResumeKey().catch(() => {}), []);

  // While events are expected or counts are shown, the session is asked again after a delivery, at most once a second.
  const isAwaiting = useRef(false);
  const timer = useRef(0);
  const count = () => {
    if (timer.current || !(isAwaiting.current || location.pathname === "/session")) return;
    timer.current = setTimeout(() => {
      timer.current = 0;
      reloadSession((n) => n + 1);
    }, 1000);
  };

  const query = filterOf(place.searchParams);
  const deliveries = useMemo(
    () =>
      new Deliveries(new URLSearchParams(query), (kind, data) => {
        if (kind === "update") setVersions((all) => ({ ...all, [data.id]: (all[data.id] ?? 0) + 1 }));
        if (["ready", "tunnel", "warning", "stopping", "reload", "back"].includes(kind)) reloadSession((n) => n + 1);
        if (kind === "delivery" || kind === "update") count();
      }),
    [query],
  );
  useEffect(() => () => deliveries.end(), [deliveries]);
  useEffect(() => {
    for (const line of session?.pending ?? []) deliveries.hear("pending", line);
  }, [deliveries, session]);
  useChanges(deliveries);

  const selected = place.pathname.startsWith("/d/") ? idOf(place.pathname) : null;
  const isList = place.pathname === "/" || selected !== null;
  useEffect(() => {
    document.title = selected ? `${deliveries.byId.get(selected)?.event ?? "Delivery"} · zoomhook` : "zoomhook";
  }, [selected]);

  const mark = (/** @type {string} */ id) => {
    const next = new Set(marked);
    if (!next.delete(id)) next.add(id);
    setMarked(next);
  };
  const keys = useRef(/** @type {(event: KeyboardEvent) => void} */ (() => {}));
  keys.current = (event) => {
    const { target } = event;
    const isTyping = target instanceof HTMLElement && target.closest("input:not([type=checkbox]), textarea, select");
    if (event.key === "Escape") {
      if (isTyping) /** @type {HTMLElement} */ (target).blur();
      else if (showsKeys) showKeys(false);
      else if (isReplaying) replayMarked(false);
      else if (selected) go(`/${query}`);
      return;
    }
    if (isTyping || event.metaKey || event.ctrlKey || event.altKey) return;
    const move = (/** @type {number} */ step) => {
      const next = deliveries.neighbor(selected, step);
      if (next) go(`/d/${next.id}${query}`, selected !== null);
    };
    const does = /** @type {Record<string, () => void>} */ ({
      j: () => isList && move(1),
      k: () => isList && move(-1),
      r: () => selected && setCommand({ name: "replay", count: command.count + 1 }),
      d: () => selected && setCommand({ name: "compare", count: command.count + 1 }),
      x: () => selected && mark(selected),
      "/": () => document.getElementById("search")?.focus(),
      "?": () => showKeys(!showsKeys),
    })[event.key];
    if (does) {
      event.preventDefault();
      does();
    }
  };
  useEffect(() => {
    const listen = (/** @type {KeyboardEvent} */ event) => keys.current(event);
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);

  const link = (/** @type {string} */ href, /** @type {string} */ name, /** @type {boolean} */ isCurrent) =>
    html`<a href=${href} onClick=${follow} aria-current=${isCurrent ? "page" : undefined}>${name}</a>`;
  const hasEnded = isEnded || deliveries.connection === "ended";
  const isAway = useAway(deliveries.connection === "waiting");
  return html`<header class="top">
      <a class="brand" href="/" onClick=${follow}><img src="/assets/icon.svg" width="22" height="22" alt="" />zoomhook</a>
      <nav aria-label="Parts">
        ${link("/", "Deliveries", isList)}${link("/session", "Session", showsSession)}${link("/trigger", "Trigger", place.pathname === "/trigger")}${link("/check", "Check", place.pathname === "/check")}
      </nav>
      ${session?.ready?.url && html`<span class="url"><code>${session.ready.url}</code><${CopyButton} text=${session.ready.url} label="Copy the URL for Marketplace" /></span>`}
      <span class="space"></span>
      <${Connection} state=${hasEnded ? "ended" : deliveries.connection} isRunning=${session?.running ?? true} isStopping=${session?.stopping ?? false} />
      <button type="button" class="button small" onClick=${() => showKeys(!showsKeys)} aria-expanded=${showsKeys} aria-label="Keys">?</button>
    </header>
    ${hasEnded && html`<p class="banner" role="alert">This session has ended. Open the URL that the new session prints, or run <code>zoomhook inspect --open</code>.</p>`}
    ${!hasEnded && isAway && html`<${Away} isRunning=${session?.running ?? true} />`}
    ${showsKeys && html`<${Keys} onClose=${() => showKeys(false)} />`}
    <main>
      ${showsSession && html`<${Session} session=${session} version=${sessionVersion} />`}
      ${place.pathname === "/check" && html`<${Check} session=${session} />`}
      ${place.pathname === "/trigger" && html`<${Trigger} session=${session} />`}
      ${isList &&
      html`<h1 class="visually-hidden">Deliveries</h1>
        <div class=${`deliveries${selected ? " has-detail" : ""}`}>
          <div class="left">
            <${Filters} parameters=${new URLSearchParams(query)} deliveries=${deliveries} project=${session?.project ?? null}
              onChange=${(/** @type {URLSearchParams} */ next) => go(`${place.pathname}${filterOf(next)}`, true)} />
            ${marked.size > 0 && html`<${Marked} marked=${marked} onClear=${() => setMarked(new Set())} onReplay=${() => replayMarked(!isReplaying)}
              onDeleted=${(/** @type {string[]} */ ids) => {
                deliveries.remove(ids);
                setMarked(new Set([...marked].filter((id) => !ids.includes(id))));
                if (selected && ids.includes(selected)) go(`/${query}`, true);
              }} />`}
            ${isReplaying && marked.size > 0 && html`<${ReplayMarked} ids=${[...marked]} session=${session} onClose=${() => replayMarked(false)} />`}
            <${List} deliveries=${deliveries} project=${session?.project ?? null} selected=${selected} marked=${marked} onMark=${mark} query=${query} />
          </div>
          ${selected &&
          html`<${Detail} id=${selected} version=${versions[selected] ?? 0} query=${query} neighbors=${deliveries.rows.slice(0, 300)}
            command=${command} canSign=${session?.can_sign ?? false} hasApps=${session?.apps.length > 0} />`}
        </div>`}
    </main>`;
}

/** Time without a connection after which the page says what to do. */
const AWAY_AFTER = 3000;

/** Whether the session has not answered for some time. @param {boolean} isWaiting */
function useAway(isWaiting) {
  const [isAway, setAway] = useState(false);
  useEffect(() => {
    setAway(false);
    if (!isWaiting) return undefined;
    const timer = setTimeout(() => setAway(true), AWAY_AFTER);
    return () => clearTimeout(timer);
  }, [isWaiting]);
  return isAway;
}

/** What to do if the session does not answer. @param {{isRunning: boolean}} props */
function Away({ isRunning }) {
  const command = `zoomhook ${isRunning ? "listen --inspect" : "inspect --port"} ${location.port}`;
  return html`<p class="banner" role="alert">zoomhook does not answer. ${canResume()
      ? html`Start it again on the same port: <code>${command}</code>. This page then continues.`
      : "Start it again, and open the URL that it prints."}</p>`;
}

/** @param {{state: "live" | "waiting" | "ended", isRunning: boolean, isStopping: boolean}} props */
function Connection({ state, isRunning, isStopping }) {
  const [kind, sign, word] =
    state === "ended" ? ["bad", "■", "ended"] : state === "waiting" ? ["warn", "◌", "connecting"] : isStopping ? ["warn", "◌", "stopping"] : isRunning ? ["good", "●", "live"] : ["plain", "●", "history"];
  return html`<span class=${`badge ${kind}`} role="status"><span class="sign" aria-hidden="true">${sign}</span>${word}</span>`;
}

/** @param {{onClose: () => void}} props */
function Keys({ onClose }) {
  const keys = [["j k", "next, previous delivery"], ["r", "replay to your app with a new signature"], ["d", "compare with another delivery"], ["x", "mark"], ["/", "search"], ["esc", "back"], ["?", "show the keys"]];
  return html`<section class="keys panel" aria-label="Keys">
    <dl>${keys.map(([key, does]) => html`<dt><kbd>${key}</kbd></dt><dd>${does}</dd>`)}</dl>
    <button type="button" class="button small" onClick=${onClose}>Close</button>
  </section>`;
}

/** What can be done with the marked deliveries. @param {{marked: Set<string>, onClear: () => void, onReplay: () => void, onDeleted: (ids: string[]) => void}} props */
function Marked({ marked, onClear, onReplay, onDeleted }) {
  const [redacts, setRedacts] = useState(true);
  const [error, fail] = useState("");
  const save = async (/** @type {"html" | "har" | "ndjson"} */ format) => {
    try {
      const { name, blob } = await postForFile("export", { ids: [...marked], format, redact: redacts });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
      fail("");
    } catch (why) {
      fail(/** @type {Error} */ (why).message);
    }
  };
  const [asks, ask] = useState(false);
  const remove = async () => {
    try {
      const { kept } = await postForJson("delete", { ids: [...marked] });
      ask(false);
      if (kept.length > 0) fail(`${plural(kept.length, "delivery was", "deliveries were")} not deleted: your app has not answered yet.`);
      onDeleted([...marked].filter((id) => !kept.includes(id)));
    } catch (why) {
      fail(/** @type {Error} */ (why).message);
    }
  };
  return html`<section class="marked" aria-label="Marked deliveries">
    <strong>${plural(marked.size, "delivery", "deliveries")} marked</strong>
    <button type="button" class="button small" onClick=${onReplay}>Replay in order</button>
    <span class="group">Export
      <button type="button" class="button small" onClick=${() => save("html")}>HTML</button>
      <button type="button" class="button small" onClick=${() => save("har")}>HAR</button>
      <button type="button" class="button small" onClick=${() => save("ndjson")}>NDJSON</button>
      <label><input type="checkbox" checked=${redacts} onChange=${() => setRedacts(!redacts)} /> mask personal data</label>
    </span>
    ${asks
      ? html`<button type="button" class="button small danger" onClick=${remove}>Delete ${plural(marked.size, "delivery", "deliveries")} permanently</button>
          <button type="button" class="button small" onClick=${() => ask(false)}>Cancel</button>`
      : html`<button type="button" class="button small" onClick=${() => ask(true)}>Delete</button>`}
    <button type="button" class="button small" onClick=${onClear}>Clear</button>
    ${error && html`<span class="error" role="alert">${error}</span>`}
  </section>`;
}

const root = document.getElementById("app");
if (root) render(html`<${App} />`, root);
