// The API of the inspector: see docs/inspector.md.

/** The session of this page has ended, or its key is no longer valid. */
export class Locked extends Error {}

/** @param {string} path @param {RequestInit} [init] */
async function request(path, init) {
  const answer = await fetch(`/api/v1/${path}`, { ...init, credentials: "same-origin", redirect: "error" });
  if (answer.status === 401) throw new Locked("The session of this page has ended.");
  if (!answer.ok) {
    const error = await answer.json().catch(() => ({ message: `The inspector answered ${answer.status}.` }));
    throw new Error(error.message);
  }
  return answer;
}

/** @param {string} path @returns {Promise<any>} */
export const get = async (path) => (await request(path)).json();

/** @param {string} path */
export const getText = async (path) => (await request(path)).text();

/** @param {string} path @param {unknown} body @param {AbortSignal} [signal] */
const post = (path, body, signal) =>
  request(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), signal });

/** @param {string} path @param {unknown} body */
export const postForFile = async (path, body) => (await post(path, body)).blob();

/** @param {string} path @param {unknown} body @returns {Promise<any>} */
export const postForJson = async (path, body) => (await post(path, body)).json();

/**
 * Sends a request whose answer is lines of JSON, and passes each one on as it comes.
 * @param {string} path @param {unknown} body @param {(line: any) => void} show @param {AbortSignal} [signal]
 */
export async function postForLines(path, body, show, signal) {
  const answer = await post(path, body, signal);
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  while (reader) {
    const { done, value } = await reader.read();
    rest += value ?? "";
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line) show(JSON.parse(line));
    if (done) return;
  }
}

/** The kinds of events in the stream. */
const KINDS = ["delivery", "update", "pending", "relayed", "ready", "tunnel", "warning", "stopping", "summary", "reload"];

/** The pause before a stream that was refused is opened again. */
const PAUSE = 3000;

/**
 * Follows the stream, and goes on after the last delivery when the connection was lost. A hidden page has no stream: a
 * browser opens few connections to a host, and shares them among its pages.
 * @param {URLSearchParams} query @param {string | null} after the id of the delivery to go on after
 * @param {(kind: string, data: any) => void} show
 * @param {(state: "live" | "waiting" | "ended") => void} say
 * @returns {() => void} ends it
 */
export function stream(query, after, show, say) {
  let last = after;
  let timer = 0;
  /** @type {EventSource | null} */
  let source = null;
  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };
  const open = () => {
    close();
    if (document.hidden) return;
    const parameters = new URLSearchParams(query);
    if (last) parameters.set("after", last);
    const opened = new EventSource(`/api/v1/stream?${parameters}`);
    source = opened;
    opened.onopen = () => say("live");
    opened.onerror = async () => {
      say("waiting");
      if (opened.readyState !== EventSource.CLOSED) return;
      // The browser does not try again: the key is no longer valid, or too many pages are open.
      const isLocked = await get("session").then(() => false, (error) => error instanceof Locked);
      if (source !== opened) return;
      if (isLocked) say("ended");
      else timer = setTimeout(open, PAUSE);
    };
    for (const kind of KINDS) {
      opened.addEventListener(kind, (event) => {
        const { data, lastEventId } = /** @type {MessageEvent} */ (event);
        last = lastEventId || last;
        show(kind, JSON.parse(data || "{}"));
      });
    }
  };
  document.addEventListener("visibilitychange", open);
  open();
  return () => {
    document.removeEventListener("visibilitychange", open);
    close();
  };
}
