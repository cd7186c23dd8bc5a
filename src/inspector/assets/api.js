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

/** @param {string} path @param {unknown} body */
const post = (path, body) =>
  request(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

/** @param {string} path @param {unknown} body */
export const postForFile = async (path, body) => (await post(path, body)).blob();

/** @param {string} path @param {unknown} body @returns {Promise<any>} */
export const postForJson = async (path, body) => (await post(path, body)).json();

/**
 * Sends a request whose answer is lines of JSON, and passes each one on as it comes.
 * @param {string} path @param {unknown} body @param {(line: any) => void} show
 */
export async function postForLines(path, body, show) {
  const answer = await post(path, body);
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
const KINDS = ["delivery", "update", "pending", "relayed", "ready", "tunnel", "warning", "stopping", "summary", "reload", "removed"];

/**
 * Follows the stream. The browser connects again by itself, and goes on after the last delivery.
 * @param {string} query
 * @param {(kind: string, data: any) => void} show
 * @param {(state: "live" | "waiting" | "ended") => void} say
 * @returns {() => void} ends it
 */
export function stream(query, show, say) {
  const source = new EventSource(`/api/v1/stream?${query}`);
  source.onopen = () => say("live");
  source.onerror = () => say(source.readyState === EventSource.CLOSED ? "ended" : "waiting");
  for (const kind of KINDS) {
    source.addEventListener(kind, (event) => show(kind, JSON.parse(/** @type {MessageEvent} */ (event).data || "{}")));
  }
  return () => source.close();
}
