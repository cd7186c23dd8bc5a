// The API of the inspector: see docs/inspector.md.

/** The session of this page has ended, or its key is no longer valid. */
export class Locked extends Error {}

/** @param {string} path @param {RequestInit} [init] */
const send = (path, init) => fetch(`/api/v1/${path}`, { ...init, credentials: "same-origin", redirect: "error" });

/**
 * Proves to a later session on this port that this page belongs to an earlier one. It is kept in memory only, and never
 * sent: while no session runs, a program of another user can answer on this port. See `resume.rs`.
 * @type {CryptoKey | null}
 */
let resumeKey = null;

/** Whether this page can go on with a later session. */
export const canResume = () => resumeKey !== null;

/** Asks for the key. A session whose port does not come again has none. */
export async function keepResumeKey() {
  const { key } = await postForJson("resume-key", {});
  if (!key) return;
  const bytes = Uint8Array.from(atob(key.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  resumeKey = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

/** Answers the challenge of a session that does not know this page. @param {Response} refused */
async function resume(refused) {
  const challenge = refused.headers.get("www-authenticate")?.match(/^Resume (\S+)$/)?.[1];
  if (!resumeKey || !challenge) return false;
  const message = new TextEncoder().encode(`${challenge}:${location.port || "80"}`);
  const signed = new Uint8Array(await crypto.subtle.sign("HMAC", resumeKey, message));
  const proof = btoa(String.fromCharCode(...signed)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const headers = { "content-type": "application/json", authorization: `Resume ${proof}` };
  return (await send("resume", { method: "POST", headers, body: "{}" })).ok;
}

/** @param {string} path @param {RequestInit} [init] */
async function request(path, init) {
  let answer = await send(path, init);
  if (answer.status === 401 && (await resume(answer))) answer = await send(path, init);
  if (answer.status === 401) throw new Locked("This session has ended.");
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

/** A file, with the name that the inspector gives it. @param {string} path @param {unknown} body */
export async function postForFile(path, body) {
  const answer = await post(path, body);
  const name = answer.headers.get("content-disposition")?.match(/filename="([^"]+)"/)?.[1] ?? "zoomhook";
  return { name, blob: await answer.blob() };
}

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
/** The pause if the session answers: it is a new one, and this page goes on with it. */
const AT_ONCE = 200;

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
      // The browser does not try again: another session has the port, or too many pages are open.
      const [isKnown, isLocked] = await get("session").then(() => [true, false], (error) => [false, error instanceof Locked]);
      if (source !== opened) return;
      if (isLocked) say("ended");
      else timer = setTimeout(open, isKnown ? AT_ONCE : PAUSE);
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
