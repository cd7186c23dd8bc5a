// JSON as a tree that can be folded. It keeps each value as it was written: numbers and escapes too.

import { CopyButton, HIDDEN, html, plural, Text, useState } from "./shared.js";

/**
 * @typedef {object} Node
 * @property {"object" | "array" | "string" | "number" | "word"} kind
 * @property {number} start
 * @property {number} end
 * @property {string} raw as it was written; empty for objects and arrays
 * @property {{name: string, node: Node}[]} members
 */

/** Levels that a body may have, so that a hostile one does not exhaust the stack. */
const DEEPEST = 200;

/** Why a text has no tree, and where. @param {string} text */
export function whyNot(text) {
  const found = read(text);
  if (!("fault" in found)) return "";
  if (found.fault === "too deep") return `nested deeper than ${DEEPEST} levels`;
  const before = text.slice(0, found.at).split("\n");
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  return found.at >= text.trimEnd().length ? `not JSON: it ends too early, at ${place}` : `not JSON: the fault is at ${place}`;
}

/** Parses JSON; undefined if it is not, or too deep. @param {string} text @returns {Node | undefined} */
export function parse(text) {
  const root = read(text);
  return "fault" in root ? undefined : root;
}

/** @param {string} text @returns {Node | {fault: "too deep" | "not JSON", at: number}} */
function read(text) {
  let isTooDeep = false;
  let at = 0;
  const fail = () => {
    throw new SyntaxError();
  };
  const space = () => {
    while (at < text.length && " \t\r\n".includes(text[at] ?? "")) at += 1;
  };
  /** @param {RegExp} pattern */
  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) return fail();
    at += found.length;
    return found;
  };
  const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
  const OTHER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
  /** @param {number} depth @returns {Node} */
  const value = (depth) => {
    if (depth > DEEPEST) {
      isTooDeep = true;
      fail();
    }
    space();
    const start = at;
    const first = text[at] ?? "";
    if (first === "{" || first === "[") {
      const isObject = first === "{";
      const close = isObject ? "}" : "]";
      /** @type {Node["members"]} */
      const members = [];
      at += 1;
      space();
      if (text[at] === close) at += 1;
      else
        for (;;) {
          space();
          let name = String(members.length);
          if (isObject) {
            name = JSON.parse(/** @type {string} */ (take(STRING)));
            space();
            if (text[at] !== ":") fail();
            at += 1;
          }
          members.push({ name, node: value(depth + 1) });
          space();
          const sign = text[at];
          at += 1;
          if (sign === close) break;
          if (sign !== ",") fail();
        }
      return { kind: isObject ? "object" : "array", start, end: at, raw: "", members };
    }
    const raw = /** @type {string} */ (take(first === '"' ? STRING : OTHER));
    const kind = first === '"' ? "string" : /[-\d]/.test(first) ? "number" : "word";
    return { kind, start, end: at, raw, members: [] };
  };
  try {
    const root = value(0);
    space();
    return at === text.length ? root : { fault: "not JSON", at };
  } catch {
    // What is below is not read, so it is not known whether the rest is JSON.
    return { fault: isTooDeep ? "too deep" : "not JSON", at };
  }
}

/** The members of an object, each with how often its name has occurred before. @param {Node} node */
function membersWithRepeats(node) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return node.members.map((member) => {
    const before = node.kind === "object" ? (seen.get(member.name) ?? 0) : 0;
    seen.set(member.name, before + 1);
    return { ...member, before };
  });
}

/** The paths of names that occur more than once in an object. @param {string} text */
export function repeatedNames(text) {
  const root = parse(text);
  /** @type {Set<string>} */
  const found = new Set();
  const walk = (/** @type {Node} */ node, /** @type {string} */ path) => {
    for (const { name, node: member, before } of membersWithRepeats(node)) {
      const place = path ? `${path}.${name}` : name;
      if (before > 0) found.add(place);
      walk(member, place);
    }
  };
  if (root) walk(root, "");
  return [...found];
}

/** The strings of a text that is JSON, with characters that hide or reorder text as escapes: the same values. @param {string} text */
export function withVisibleStrings(text) {
  const root = parse(text);
  if (!root) return text;
  const escaped = (/** @type {string} */ hidden) => [...hidden].flatMap((c) => c.split("")).map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  return text.replace(/"(?:[^"\\]|\\.)*"/gs, (string) => string.replace(HIDDEN, escaped));
}

/** Each single value with its path. A name that is repeated in an object has a number. @param {Node} root @returns {{path: string, node: Node}[]} */
export function leaves(root) {
  /** @type {{path: string, node: Node}[]} */
  const found = [];
  const walk = (/** @type {Node} */ node, /** @type {string} */ path) => {
    if (node.members.length === 0) found.push({ path, node });
    for (const { name, node: member, before } of membersWithRepeats(node)) {
      const numbered = before > 0 ? `${name} (${before + 1})` : name;
      walk(member, path ? `${path}.${numbered}` : numbered);
    }
  };
  walk(root, "");
  return found;
}

/** Characters around a difference of two texts. */
const CONTEXT = 40;

/** What differs between two texts that are not both JSON: the part between what they have in common. @param {string} before @param {string} after */
function textChanges(before, after) {
  if (before === after) return [];
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let same = 0;
  while (same < shorter - start && before[before.length - 1 - same] === after[after.length - 1 - same]) same += 1;
  const part = (/** @type {string} */ text) => {
    const [from, to] = [Math.max(0, start - CONTEXT), Math.min(text.length, text.length - same + CONTEXT)];
    return `${from > 0 ? "…" : ""}${text.slice(from, to)}${to < text.length ? "…" : ""}`;
  };
  const line = before.slice(0, start).split("\n").length;
  return [{ path: `text, from line ${line}`, first: part(before), second: part(after) }];
}

/** What differs between two texts: by path, or as texts if one of them is not JSON. @param {string} before @param {string} after */
export function changes(before, after) {
  const [old, now] = [parse(before), parse(after)];
  if (!old || !now) return textChanges(before, after);
  const raw = (/** @type {Node} */ root) => new Map(leaves(root).map(({ path, node }) => [path, node.raw || (node.kind === "object" ? "{}" : "[]")]));
  const [first, second] = [raw(old), raw(now)];
  const paths = [...new Set([...first.keys(), ...second.keys()])];
  return paths.map((path) => ({ path, first: first.get(path) ?? null, second: second.get(path) ?? null })).filter((change) => change.first !== change.second);
}

/** Members that are shown at once. */
const AT_ONCE = 200;
/** Characters of a string that are shown at once. */
const LONG = 600;

/**
 * @typedef {object} Known what the catalogue knows of an event
 * @property {Record<string, {type: string, format: string | null, values: string[], optional: boolean, certainty: string}>} fields
 * @property {string[]} sources
 */

/** The path in the catalogue: items of lists have no number there. @param {string[]} path @param {boolean[]} isItem */
const cataloguePath = (path, isItem) => path.reduce((joined, step, at) => (isItem[at] ? `${joined}[]` : joined ? `${joined}.${step}` : step), "");

/** @param {{text: string, known?: Known | null}} props */
export function Tree({ text, known }) {
  const root = parse(text);
  const [size, resize] = useState({ depth: 3, version: 0 });
  if (!root) return html`<p class="dim">The body is ${whyNot(text)}. Select <strong>Exact text</strong> to see it.</p>`;
  return html`<div class="tree">
    <div class="tools">
      <button type="button" class="button small" onClick=${() => resize({ depth: 99, version: size.version + 1 })}>Unfold all</button>
      <button type="button" class="button small" onClick=${() => resize({ depth: 1, version: size.version + 1 })}>Fold all</button>
    </div>
    <${Branch} key=${size.version} node=${root} name="" path=${[]} isItem=${[]} known=${known} openDepth=${size.depth} />
  </div>`;
}

/** @param {{node: Node, name: string, path: string[], isItem: boolean[], isRepeated?: boolean, known?: Known | null, openDepth: number}} props */
function Branch({ node, name, path, isItem, isRepeated = false, known, openDepth }) {
  const [isOpen, open] = useState(path.length < openDepth);
  const [count, setCount] = useState(AT_ONCE);
  const label = path.length > 0 && html`<${Name} name=${name} path=${path} isItem=${isItem} isRepeated=${isRepeated} known=${known} />`;
  if (node.members.length === 0) {
    return html`<div class="leaf">${label}<${Value} node=${node} /><${Tools} node=${node} path=${path} /></div>`;
  }
  const isArray = node.kind === "array";
  const inside = plural(node.members.length, isArray ? "item" : "field", isArray ? "items" : "fields");
  return html`<div class="branch">
    <button type="button" class="fold" aria-expanded=${isOpen} onClick=${() => open(!isOpen)} aria-label=${`${name || "Body"}, ${inside}`}>
      <span aria-hidden="true">${isOpen ? "▾" : "▸"}</span>
    </button>
    ${label} <span class="dim">${isArray ? "[" : "{"} ${isOpen ? "" : `${inside} ${isArray ? "]" : "}"}`}</span>
    <${Tools} path=${path} />
    ${isOpen &&
    html`<div class="members">
        ${membersWithRepeats(node).slice(0, count).map(
          (member, at) => html`<${Branch}
            key=${at}
            node=${member.node}
            name=${member.name}
            isRepeated=${member.before > 0}
            path=${[...path, member.name]}
            isItem=${[...isItem, isArray]}
            known=${known}
            openDepth=${openDepth}
          />`,
        )}
        ${count < node.members.length &&
        html`<button type="button" class="button small" onClick=${() => setCount(count + 1000)}>
          Show more of ${plural(node.members.length, "item", "items")}
        </button>`}
      </div>
      <span class="dim">${isArray ? "]" : "}"}</span>`}
  </div>`;
}

/** @param {{name: string, path: string[], isItem: boolean[], isRepeated: boolean, known?: Known | null}} props */
function Name({ name, path, isItem, isRepeated, known }) {
  const place = cataloguePath(path, isItem);
  const field = known?.fields[place];
  const isInside = () => Object.keys(known?.fields ?? {}).some((other) => other.startsWith(`${place}.`) || other.startsWith(`${place}[]`));
  const isUnknown = known && !field && !isInside() && !isItem[isItem.length - 1];
  let about = "";
  if (field) {
    const parts = [field.format ? `${field.type}, ${field.format}` : field.type];
    parts.push(field.certainty);
    if (field.values.length > 0) parts.push(`one of: ${field.values.join(", ")}`);
    parts.push(`known from ${known?.sources.join(" and ")}`);
    about = `${place}: ${parts.join("; ")}`;
  } else if (isUnknown) about = `${place} is not in the catalog`;
  return html`<span class=${`name${isUnknown ? " unknown" : ""}`} title=${about}><${Text} text=${name} /></span><span class="dim">:</span> ${isRepeated && html`<span class="tag repeated" title="This object has the name more than once. Most parsers use the last value.">repeated name</span> `}${isUnknown && html`<span class="tag" title=${about}>not in the catalog</span> `}`;
}

/** @param {{node: Node}} props */
function Value({ node }) {
  const [isWhole, showWhole] = useState(false);
  const text = node.raw || (node.kind === "object" ? "{}" : "[]");
  const isLong = text.length > LONG && !isWhole;
  return html`<span class=${`value ${node.kind}`}><${Text} text=${isLong ? text.slice(0, LONG) : text} /></span>
    ${isLong && html`<button type="button" class="button small" onClick=${() => showWhole(true)}>… all ${text.length.toLocaleString("en")} characters</button>`}`;
}

/** @param {{node?: Node, path: string[]}} props */
function Tools({ node, path }) {
  if (path.length === 0) return null;
  const place = path.join(".");
  const value = node?.kind === "string" ? JSON.parse(node.raw) : node?.raw;
  return html`<span class="hover-tools">
    ${value !== undefined && html`<${CopyButton} class="button tiny" text=${value} label=${`Copy the value of ${place}`}>value<//>`}
    <${CopyButton} class="button tiny" text=${place} label=${`Copy the path ${place}`}>path<//>
  </span>`;
}
