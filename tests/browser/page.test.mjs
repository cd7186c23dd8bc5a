// The inspector's page in a real browser: what a developer does with it. Each test has a session and a page of its own.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { chromium } from "playwright-core";

const ZOOMHOOK = process.env.ZOOMHOOK ?? path.resolve("../../target/debug/zoomhook");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
// Where screenshots go, for a person to look at; none are taken without it.
const SHOTS = process.env.ZOOMHOOK_SHOTS;
// The folder of the page's files, to try a change of them without a build.
const ASSETS = process.env.ZOOMHOOK_ASSETS;
const TYPES = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const AXE = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SECRET = "4fv1RkqGQUq5sWbEz6hA5A";

let browser;
before(async () => {
  browser = await chromium.launch({ timeout: 60_000, executablePath: CHROMIUM, args: ["--no-sandbox"] });
});
after(() => browser?.close());

/** An app whose answers depend on the event. */
async function app() {
  const server = http.createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", async () => {
      const body = Buffer.concat(parts).toString();
      server.bodies.push(body);
      if (body.includes("webinar.started")) await new Promise((done) => setTimeout(done, server.pause).unref());
      response.statusCode = body.includes("user.created") ? 401 : body.includes("recording.completed") ? 500 : 200;
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ taken: response.statusCode === 200 }));
    });
  });
  server.bodies = [];
  server.pause = 1500;
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return server;
}

/** A session with an inspector. */
class Session {
  /** Those of the scenario that runs: a child that is left alive would keep the test run from its end. */
  static started = [];

  constructor(home) {
    this.home = home ?? fs.mkdtempSync(path.join(os.tmpdir(), "zoomhook-page-"));
    this.environment = { ...process.env, HOME: this.home, ZOOM_WEBHOOK_SECRET_TOKEN: SECRET };
  }

  async start(...args) {
    this.child = spawn(ZOOMHOOK, ["listen", "--tunnel", "none", "--port", "0", "--inspect", "0", "--format", "json", ...args], { cwd: this.folder ?? this.home, env: this.environment });
    Session.started.push(this);
    let text = "";
    this.ready = await new Promise((done, fail) => {
      this.child.stdout.on("data", (part) => {
        text += part;
        const line = text.split("\n").find((line) => line.includes('"type":"ready"') && line.endsWith("}"));
        if (line) done(JSON.parse(line));
      });
      this.child.on("exit", (code) => fail(new Error(`zoomhook has ended: ${code}`)));
    });
    return this;
  }

  run(...args) {
    return new Promise((done) => spawn(ZOOMHOOK, args, { cwd: this.home, env: this.environment }).on("exit", done));
  }

  trigger(...names) {
    return this.run("trigger", ...names, "-q", "--to", this.ready.local_url);
  }

  kill() {
    if (this.child.signalCode || this.child.exitCode !== null) return undefined;
    this.child.removeAllListeners("exit");
    const closed = new Promise((done) => this.child.on("close", done));
    this.child.kill("SIGKILL");
    return closed;
  }
}

/** Runs a test with an app, a session with these flags, and a page. */
function scenario(name, run, { flags = [], ...options } = {}) {
  test(name, { timeout: 60_000 }, async (t) => {
    const server = await app();
    t.after(async () => {
      await Promise.all(Session.started.splice(0).map((session) => session.kill()));
      server.closeAllConnections();
      server.close();
    });
    const session = await new Session().start("--forward", String(server.address().port), ...flags);
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, permissions: ["clipboard-read", "clipboard-write"], ...options });
    const page = await context.newPage();
    if (ASSETS) {
      await page.route("**/assets/**", (route) => {
        const name = new URL(route.request().url()).pathname.slice("/assets/".length);
        return route.fulfill({ body: fs.readFileSync(path.join(ASSETS, name)), contentType: TYPES[path.extname(name)] });
      });
    }
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    // A refused resource or a broken policy is an error here. A request that a test expects to fail is not.
    page.on("console", (message) => message.type() === "error" && !/status of 4|ERR_CONNECTION|ERR_INCOMPLETE/.test(message.text()) && errors.push(message.text()));
    t.after(async () => {
      await context.close();
      fs.rmSync(session.home, { recursive: true, force: true });
    });
    await run({ page, session, server, context });
    assert.deepEqual(errors, []);
  });
}

async function axe(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
  const serious = violations.filter((found) => ["serious", "critical"].includes(found.impact));
  assert.deepEqual(serious.map((found) => `${found.id}: ${found.nodes.map((node) => node.html).slice(0, 3).join(" | ")}`), []);
}

async function shot(page, name) {
  if (SHOTS) await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
}

const rows = (page) => page.locator(".row");
const badges = async (page) => (await page.locator(".row .badge").allInnerTexts()).map((word) => word.replace(/\W/g, ""));
const events = (page) => page.locator(".row .event").allInnerTexts();

/** Waits until what is read equals this: a list is drawn anew in steps. */
async function settles(read, expected) {
  const end = Date.now() + 5_000;
  let found = await read();
  while (!isDeepStrictEqual(found, expected) && Date.now() < end) {
    await new Promise((done) => setTimeout(done, 20));
    found = await read();
  }
  assert.deepEqual(found, expected);
}
const EVENTS = ["meeting.started", "user.created", "recording.completed", "webinar.started"];

scenario("shows deliveries as they arrive, with what became of them", async ({ page, session }) => {
  await page.goto(session.ready.inspect_url);
  assert.equal(new URL(page.url()).search, "");
  await page.getByText("No deliveries yet").waitFor();
  const sent = session.trigger(...EVENTS);
  await page.locator(".row .badge", { hasText: "waiting" }).or(page.locator(".pending li")).first().waitFor();
  await sent;
  await page.locator(".row", { hasText: "webinar.started" }).waitFor();
  await settles(() => rows(page).count(), 4);
  await settles(() => badges(page), ["delivered", "failed", "nottaken", "delivered"]);
  await axe(page);
  await shot(page, "list-light-1280");
  await page.getByRole("navigation").getByRole("link", { name: "Session" }).click();
  await page.getByText(", 4 deliveries").waitFor();
  await session.trigger("meeting.ended");
  await page.getByText(", 5 deliveries").waitFor();
});

scenario("a filter is in the URL, and the list follows it", async ({ page, session }) => {
  await session.trigger(...EVENTS);
  await page.goto(session.ready.inspect_url);
  await rows(page).nth(3).waitFor();
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
  await page.fill("#event", "meeting.*");
  await page.waitForURL("**/?event=meeting.*");
  await page.waitForFunction(() => document.querySelectorAll(".row").length === 1);
  await session.trigger("user.created", "meeting.ended");
  await page.locator(".row", { hasText: "meeting.ended" }).waitFor();
  await settles(() => rows(page).count(), 2);
  await page.reload();
  await page.locator(".row", { hasText: "meeting.ended" }).waitFor();
  await settles(() => rows(page).count(), 2);
  await page.getByLabel("Outcome").selectOption("lost");
  await page.getByText("No delivery matches").waitFor();
  await page.getByText("Clear").click();
  await rows(page).nth(5).waitFor();
});

scenario("the list does not move while one reads", async ({ page, session }) => {
  await session.run("trigger", "meeting.started", "--count", "40", "-q", "--to", session.ready.local_url);
  await page.goto(session.ready.inspect_url);
  await rows(page).nth(12).waitFor();
  await page.locator(".rows").evaluate((frame) => (frame.scrollTop = 580));
  const before = await page.locator(".row").first().innerText();
  await session.trigger("user.created");
  await page.getByText("1 new delivery").waitFor();
  assert.equal(await page.locator(".row").first().innerText(), before);
  await page.getByText("1 new delivery").click();
  await page.locator(".row", { hasText: "user.created" }).waitFor();
});

scenario("shows one delivery: tree, exact text, signature, answer, keys", async ({ page, session }) => {
  await session.trigger("meeting.started", "meeting.ended");
  await page.goto(session.ready.inspect_url);
  await rows(page).nth(1).waitFor();
  await page.keyboard.press("j");
  await page.getByRole("heading", { name: "meeting.ended" }).waitFor();
  await page.keyboard.press("j");
  await page.getByRole("heading", { name: "meeting.started" }).waitFor();
  await page.getByText(/^Your app answered 200 after/).waitFor();
  const id = new URL(page.url()).pathname.slice(3);
  const topic = page.locator(".tree .leaf", { hasText: /^uuid/ });
  assert.match(await topic.locator(".name").getAttribute("title"), /payload\.object\.uuid: string, .*; known from/);
  await page.getByRole("button", { name: "Exact text" }).click();
  const exact = await page.locator("pre.exact").innerText();
  assert.match(exact, /^\{"event":"meeting\.started"/);
  await page.getByRole("tab", { name: "Signature" }).click();
  const signed = await page.locator("pre.exact").innerText();
  assert.match(signed, /^v0:\d+:\{"event":"meeting\.started"/);
  await axe(page);
  await shot(page, "detail-light-1280");
  await page.getByRole("tab", { name: "App" }).click();
  await page.getByText("Its answer was sent as the answer to this request.").waitFor();
  await page.getByRole("tab", { name: "Headers" }).click();
  await page.getByRole("cell", { name: /^v0=/ }).waitFor();
  await page.keyboard.press("d");
  await page.getByRole("row", { name: /event_ts/ }).waitFor();
  await shot(page, "compare-light-1280");
  await page.getByText("Copy", { exact: true }).first().click();
  await page.getByRole("button", { name: "Copy as a curl command" }).click();
  await page.waitForFunction(async () => (await navigator.clipboard.readText()).startsWith("curl "));
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Copy as a curl command" }).waitFor({ state: "hidden" });
  await page.keyboard.press("Escape");
  await page.waitForURL("**/");
  await page.goto(`${new URL(page.url()).origin}/d/${id}`);
  await page.getByRole("heading", { name: "meeting.started" }).waitFor();
});

scenario("replays an edited body, and shows the difference before", async ({ page, session, server }) => {
  await session.trigger("meeting.started");
  await page.goto(session.ready.inspect_url);
  await rows(page).first().click();
  await page.getByRole("button", { name: "Edit and replay" }).click();
  const area = page.getByLabel("Body, as it will be signed and sent");
  const edited = (await area.inputValue()).replace(/"topic":"[^"]*"/, '"topic":"Edited"');
  await area.fill(edited);
  await page.getByRole("row", { name: /payload\.object\.topic.*Edited/ }).waitFor();
  await shot(page, "edit-light-1280");
  // A body that is not JSON is compared as a text, whose two sides have the same room.
  await area.fill(edited.replace(/\}$/, ""));
  await page.getByText("The body is not JSON").waitFor();
  const columns = page.getByRole("columnheader");
  const [, before, after] = await Promise.all((await columns.all()).map((column) => column.boundingBox()));
  assert.ok(after.width > 150 && Math.abs(before.width - after.width) < 2, `${before.width} ${after.width}`);
  await shot(page, "edit-broken-light-1280");
  await area.fill(edited);
  await page.getByRole("button", { name: "Sign and send" }).click();
  await page.locator(".results", { hasText: "200 in" }).waitFor();
  assert.equal(server.bodies.at(-1), edited);
  await page.getByRole("button", { name: "Close" }).click();
  await page.keyboard.press("r");
  // A busy machine answers more slowly, which counts as a difference.
  await page.locator(".results", { hasText: /The answer is the same as before|The answer differs/ }).waitFor();
  assert.equal(server.bodies.length, 3);
  assert.notEqual(server.bodies[2], edited);
});

scenario("triggers an event by a form", async ({ page, session }) => {
  await page.goto(session.ready.inspect_url);
  await page.getByRole("navigation").getByRole("link", { name: "Trigger" }).click();
  await page.getByLabel(/Search/).fill("meeting started");
  await page.getByRole("link", { name: /^meeting\.started/ }).click();
  await page.getByLabel("payload.object.topic").fill("From the form");
  await page.getByLabel("payload.object.duration").fill('"x"');
  await page.getByText("The catalog expects a whole number.").waitFor();
  await page.getByLabel("payload.object.duration").fill("45");
  await axe(page);
  await shot(page, "trigger-light-1280");
  await page.getByRole("button", { name: "Sign and send" }).click();
  await page.locator(".results", { hasText: "200 in" }).waitFor();
  await page.getByRole("navigation").getByRole("link", { name: "Deliveries" }).click();
  await page.locator(".row", { hasText: "From the form" }).waitFor();
});

scenario("checks the app, with the results as they come", async ({ page, session, server }) => {
  await page.goto(session.ready.inspect_url);
  await page.getByRole("navigation").getByRole("link", { name: "Check" }).click();
  await page.getByText("The results appear here.").waitFor();
  // Everything can be reached without a mouse.
  await page.getByLabel("Send to").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowDown");
  assert.ok(await page.getByLabel(/No events/).isChecked());
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByText(/ steps? so far\. Now: /).or(page.getByRole("region", { name: "Result" })).first().waitFor();
  await page.getByRole("region", { name: "Result" }).waitFor();
  // A body that is not complete is not an event either.
  const events = server.bodies.filter((body) => /"event":"(?!endpoint\.url_validation).*\}$/s.test(body));
  assert.deepEqual(events, []);
  await page.getByLabel("Challenges and events").check();
  await page.getByRole("button", { name: "Check" }).click();
  // This app accepts every signature.
  await page.getByRole("region", { name: "Conclusion" }).first().waitFor();
  await page.getByRole("heading", { name: /cases failed/ }).waitFor();
  const cases = page.getByRole("region", { name: "Cases" });
  await cases.locator("li", { hasText: "failed" }).locator(".severity.must").first().waitFor();
  await cases.locator("li", { hasText: "passed" }).locator(".severity.should").first().waitFor();
  // What was not sent is folded.
  const left = cases.locator("details li");
  assert.ok((await left.count()) > 0 && !(await left.first().isVisible()));
  await cases.getByText(/ not sent$/).click();
  assert.ok(await left.first().isVisible());
  assert.ok(server.bodies.some((body) => body.includes("zoomhook check")));
  await axe(page);
  await shot(page, "check-light-1280");
});

scenario("shows an imported delivery as imported", async ({ page, session }) => {
  const line = { v: 1, type: "delivery", id: "01J2GZ5YHJ0000000000000001", received_at: "2024-07-11T13:44:15.858Z", verdict: "valid", event: "a.b", body: "{}", method: "POST", target: "/", peer: "", route: "local", tunnel: "none", headers: [], relayed: [] };
  fs.writeFileSync(path.join(session.home, "one.ndjson"), JSON.stringify(line));
  await session.run("history", "import", "one.ndjson");
  await page.goto(session.ready.inspect_url);
  await page.locator(".row .badge", { hasText: "imported" }).waitFor();
  await rows(page).first().click();
  await page.getByText("This delivery was imported.").waitFor();
  await page.getByRole("button", { name: "Replay", exact: true }).click();
  await page.getByText("The delivery was imported, so it has no target.").waitFor();
});

scenario("deletes marked deliveries, and keeps what the app is answering", async ({ page, session, server }) => {
  await session.trigger("meeting.started");
  server.pause = 4000;
  await page.goto(session.ready.inspect_url);
  await rows(page).first().waitFor();
  const sent = session.trigger("webinar.started");
  await page.locator(".row .badge", { hasText: "waiting" }).waitFor();
  for (const at of [0, 1]) await rows(page).nth(at).getByRole("checkbox").check();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete 2 deliveries permanently" }).click();
  await page.getByText("1 delivery was not deleted: your app has not answered yet.").waitFor();
  await settles(() => events(page), ["webinar.started"]);
  await sent;
  await page.locator(".row .badge", { hasText: "waiting" }).waitFor({ state: "detached" });
});

scenario("shows the session", async ({ page, session }) => {
  await session.trigger(...EVENTS);
  await page.goto(session.ready.inspect_url);
  await page.getByRole("navigation").getByRole("link", { name: "Session" }).click();
  await page.getByText(/fingerprint/).waitFor();
  await page.getByRole("region", { name: "Expected" }).getByText("meeting.started (1 of 2").waitFor();
  await page.locator("svg.plot rect").first().waitFor();
  await axe(page);
  await shot(page, "session-light-1280");
}, { flags: ["--expect", "meeting.started=2"] });

/** A free port. */
async function freePort() {
  const server = http.createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return String(port);
}

scenario("goes on with the next session on the same port after a kill", async ({ page, session, server }) => {
  await session.kill();
  const [port, app] = [await freePort(), String(server.address().port)];
  const first = await new Session(session.home).start("--forward", app, "--inspect", port);
  await first.trigger("meeting.started");
  await page.goto(first.ready.inspect_url);
  await rows(page).first().waitFor();
  await first.kill();
  await page.getByText("connecting").waitFor();
  await page.getByText(`zoomhook listen --inspect ${port}`).waitFor();
  await shot(page, "away-light-1280");
  const next = await new Session(session.home).start("--forward", app, "--inspect", port);
  await next.trigger("meeting.ended");
  await page.locator(".top .badge", { hasText: "live" }).waitFor({ timeout: 15_000 });
  await page.locator(".row", { hasText: "meeting.ended" }).waitFor();
  await settles(() => rows(page).count(), 2);
  // Writes work too, and so does a new load of the page.
  await rows(page).first().click();
  await page.getByRole("button", { name: "Replay", exact: true }).click();
  await page.locator(".results", { hasText: "200 in" }).waitFor();
  await page.reload();
  await rows(page).nth(1).waitFor();
  await next.kill();
});

scenario("says what to do when the next session cannot know the page", async ({ page, session, server }) => {
  await session.trigger("meeting.started");
  await page.goto(session.ready.inspect_url);
  await rows(page).first().waitFor();
  await session.kill();
  await page.getByText("Start it again, and open the URL that it prints.").waitFor();
  // The system chose the port, so no key is stored for it.
  const { port } = new URL(session.ready.inspect_url);
  const next = await new Session(session.home).start("--forward", String(server.address().port), "--inspect", port);
  await page.getByText("This session has ended.").waitFor({ timeout: 15_000 });
  await page.goto(next.ready.inspect_url);
  await next.trigger("meeting.ended");
  await rows(page).nth(1).waitFor();
  await next.kill();
});

scenario("marks deliveries of other projects, and keeps the order when older ones are imported", async ({ page, session }) => {
  const other = path.join(session.home, "billing");
  fs.mkdirSync(path.join(other, ".git"), { recursive: true });
  const there = new Session(session.home);
  there.folder = other;
  await there.start();
  await there.trigger("user.created");
  await session.trigger("meeting.started");
  await page.goto(session.ready.inspect_url);
  await rows(page).nth(1).waitFor();
  await page.locator(".row", { hasText: "user.created" }).locator(".tag", { hasText: "billing" }).waitFor();
  await settles(() => page.locator(".tag.project").count(), 1);
  const line = (n) => JSON.stringify({ v: 1, type: "delivery", id: `01J2GZ5YHJ00000000${String(n).padStart(8, "0")}`, received_at: "2024-07-11T13:44:15.858Z", verdict: "valid", event: `old.n${n}`, body: "{}", method: "POST", target: "/", peer: "", route: "local", tunnel: "none", headers: [], relayed: [] });
  fs.writeFileSync(path.join(session.home, "old.ndjson"), [line(2), line(1)].join("\n"));
  await session.run("history", "import", "old.ndjson");
  await page.locator(".row", { hasText: "old.n1" }).waitFor();
  const order = ["meeting.started", "user.created", "old.n2", "old.n1"];
  await settles(() => events(page), order);
  await page.getByLabel("Project").selectOption({ label: "billing" });
  await page.locator(".row", { hasText: "meeting.started" }).waitFor({ state: "detached" });
  assert.match(page.url(), /project=/);
  await settles(() => events(page), ["user.created"]);
  await page.getByText("Clear").click();
  await page.getByLabel("Received or imported").selectOption("recorded");
  await page.locator(".row", { hasText: "old.n1" }).waitFor({ state: "detached" });
  await settles(() => rows(page).count(), 2);
  await page.goto(new URL("/?order=oldest", session.ready.inspect_url).href);
  await rows(page).nth(3).waitFor();
  await settles(() => events(page), order.toReversed());
  await there.kill();
});

scenario("shows the difference of an edit that is not JSON, where the fault is, and repeated names", async ({ page, session }) => {
  await session.trigger("meeting.started");
  await page.goto(session.ready.inspect_url);
  await rows(page).first().click();
  await page.getByRole("button", { name: "Edit and replay" }).click();
  const area = page.getByLabel("Body, as it will be signed and sent");
  const text = await area.inputValue();
  await area.fill(text.replace('"event":', '"event"'));
  await page.getByText("The body is not JSON: the fault is at line 1, column 9.").waitFor();
  await page.getByRole("row", { name: /text, from line 1/ }).waitFor();
  await area.fill(text.slice(0, -1));
  await page.getByText(/not JSON: it ends too early/).waitFor();
  await area.fill(text.replace('"event":', '"event":"first","event":'));
  await page.getByText("Repeated: event.").waitFor();
  await page.getByRole("row", { name: /event \(2\)/ }).waitFor();
});

scenario("the choices of a comparison differ, and an export is named after what is in it", async ({ page, session }) => {
  await session.trigger("meeting.started", "meeting.started", "user.created");
  await page.goto(session.ready.inspect_url);
  await rows(page).nth(2).waitFor();
  await rows(page).nth(1).click();
  await page.keyboard.press("d");
  const read = () => page.getByLabel("Compare with").locator("option").allInnerTexts();
  await settles(async () => new Set(await read()).size, 2);
  const choices = await read();
  assert.match(choices[0], /^meeting\.started · \d{2}:\d{2}:\d{2}\.\d{3} · \w{6}/);
  assert.match(choices[1], /^user\.created · .* · 401/);
  const saved = async (format) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: format, exact: true }).click()]);
    return download.suggestedFilename();
  };
  await rows(page).nth(1).getByRole("checkbox").check();
  assert.match(await saved("HTML"), /^zoomhook-meeting\.started-\d{4}-\d{2}-\d{2}\.html$/);
  await rows(page).nth(2).getByRole("checkbox").check();
  assert.match(await saved("NDJSON"), /^zoomhook-2-deliveries-\d{4}-\d{2}-\d{2}\.ndjson$/);
});

scenario("an event whose session ended before the app answered says so until a replay", async ({ page, session, server }) => {
  await session.kill();
  const app = String(server.address().port);
  const first = await new Session(session.home).start("--forward", app, "--ack", "now");
  server.pause = 60_000;
  await first.trigger("webinar.started");
  await first.kill();
  server.pause = 0;
  const next = await new Session(session.home).start("--forward", app);
  await page.goto(next.ready.inspect_url);
  await page.locator(".row .tag", { hasText: "session ended" }).waitFor();
  await rows(page).first().click();
  await page.getByText(/The session ended before your app answered/).waitFor();
  await page.getByRole("button", { name: "Replay", exact: true }).click();
  // No app has received it, so it goes to the session, whose app takes it.
  await page.locator(".row .tag", { hasText: "session ended" }).waitFor({ state: "detached" });
  await settles(() => badges(page), ["delivered", "delivered"]);
  await next.kill();
});

scenario("shows hostile texts as texts", async ({ page, session }) => {
  const hostile = { event: "<img src=x onerror=alert(1)>", event_ts: 1, payload: { a: "<script>alert(1)</script>", "javascript:alert(1)": "\u202egnp.exe", long: "x".repeat(500_000), deep: [[[["‮"]]]] } };
  const body = JSON.stringify(hostile);
  const at = String(Math.floor(Date.now() / 1000));
  const { createHmac } = await import("node:crypto");
  const signature = `v0=${createHmac("sha256", SECRET).update(`v0:${at}:${body}`).digest("hex")}`;
  await fetch(session.ready.local_url, { method: "POST", body, headers: { "content-type": "application/json", "x-zm-request-timestamp": at, "x-zm-signature": signature, "x-hostile": "<b>\"'" } });
  page.on("dialog", () => assert.fail("a script ran"));
  await page.goto(session.ready.inspect_url);
  await rows(page).first().click();
  await page.getByText("U+202E").first().waitFor();
  await page.getByText("<script>alert(1)</script>").first().waitFor();
  await page.getByRole("button", { name: "Exact text" }).click();
  await page.locator("pre.exact").waitFor();
  assert.equal(await page.locator("#app img[src=x], #app script, #app b").count(), 0);
});

scenario("a large history stays quick, because few rows are in the document", async ({ page, session, server }) => {
  const line = (n) => JSON.stringify({ v: 1, type: "delivery", id: `01J2GZ5YHJ00000000${String(n).padStart(8, "0")}`, received_at: "2024-07-11T13:44:15.858Z", verdict: "valid", event: "a.b", event_ts: n, body: "{}", method: "POST", target: "/", peer: "", route: "local", tunnel: "none", headers: [], relayed: [] });
  fs.writeFileSync(path.join(session.home, "many.ndjson"), Array.from({ length: 3000 }, (_, n) => line(n)).join("\n"));
  await session.run("history", "import", "many.ndjson");
  await page.goto(session.ready.inspect_url);
  await rows(page).nth(10).waitFor();
  for (let n = 0; n < 12; n += 1) {
    await page.locator(".rows").evaluate((frame) => (frame.scrollTop = frame.scrollHeight));
    await page.waitForTimeout(60);
  }
  assert.ok((await rows(page).count()) < 60);
  const loaded = await page.locator(".filters .count").innerText();
  assert.match(loaded, /of 3,000/);
  void server;
});

for (const scheme of ["light", "dark"]) scenario(`works at 360 px in the ${scheme}`, async ({ page, session }) => {
  await session.trigger(...EVENTS);
  await page.goto(session.ready.inspect_url);
  await rows(page).nth(3).waitFor();
  const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
  assert.ok(await fits());
  // Each row says what the event was about, and why it was refused.
  await session.run("trigger", "meeting.started", "--fail-signature", "100%", "-q", "--to", session.ready.local_url);
  await page.locator(".row .title", { hasText: "signature" }).waitFor();
  for (const title of await page.locator(".row .title").all()) {
    const box = await title.boundingBox();
    assert.ok((await title.isVisible()) && box.width > 200, await title.innerText());
  }
  await axe(page);
  await shot(page, `list-${scheme}-360`);
  await page.getByRole("button", { name: "Filters" }).click();
  const selects = await page.locator(".filters select").all();
  for (const select of selects) assert.ok(await select.evaluate((one) => one.scrollWidth <= one.clientWidth && one.getBoundingClientRect().right <= innerWidth));
  await shot(page, `filters-${scheme}-360`);
  await page.getByRole("button", { name: "Filters" }).click();
  await page.locator(".row", { hasText: "recording.completed" }).click();
  await page.getByRole("link", { name: "← Deliveries" }).waitFor();
  await page.getByText(/Your app answered/).first().waitFor();
  assert.ok(await fits());
  await axe(page);
  await shot(page, `detail-${scheme}-360`);
  await page.setViewportSize({ width: 1280, height: 800 });
  await shot(page, `detail-${scheme}-1280`);
  await page.getByRole("navigation").getByRole("link", { name: "Session" }).click();
  await page.locator("svg.plot rect").first().waitFor();
  await axe(page);
  await shot(page, `session-${scheme}-1280`);
  await page.setViewportSize({ width: 360, height: 740 });
  assert.ok(await fits());
  await shot(page, `session-${scheme}-360`);
  await page.getByRole("navigation").getByRole("link", { name: "Check" }).click();
  await page.getByLabel("Send to").fill("https://localhost:3000");
  await page.getByText("zoomhook check https://localhost:3000 --ca FILE").waitFor();
  assert.ok(await fits());
  await shot(page, `check-${scheme}-360`);
  await page.getByLabel("Send to").fill("");
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByRole("region", { name: "Cases" }).scrollIntoViewIfNeeded();
  await page.getByText("Done.").waitFor();
  assert.ok(await fits());
  await shot(page, `cases-${scheme}-360`);
  await page.setViewportSize({ width: 1280, height: 800 });
  await axe(page);
  await shot(page, `cases-${scheme}-1280`);
}, { viewport: { width: 360, height: 740 }, colorScheme: scheme });

scenario("needs nothing but the inspector", async ({ page, session }) => {
  const elsewhere = [];
  const origin = new URL(session.ready.inspect_url).origin;
  page.on("request", (request) => request.url().startsWith(origin) || request.url().startsWith("blob:") || elsewhere.push(request.url()));
  await page.goto(session.ready.inspect_url);
  await page.getByText("No deliveries yet").waitFor();
  assert.deepEqual(elsewhere, []);
});

// The pictures of the documentation. They are looked at by a person, so they are taken only on request.
for (const colorScheme of ["light", "dark"]) {
  const picture = (run) => (SHOTS ? scenario(`a picture in the ${colorScheme}`, run, { colorScheme }) : undefined);
  picture(async ({ page, session }) => {
    // Sample values that the fonts of any system have.
    const seed = ["--seed", "7"];
    await session.run("trigger", "meeting-lifecycle", "-q", "--speed", "max", ...seed, "--to", session.ready.local_url);
    await session.run("trigger", "phone.caller_ringing", "webinar.started", "recording.completed", "-q", ...seed, "--to", session.ready.local_url);
    await session.run("trigger", "meeting.ended", "--fail-signature", "100%", "-q", ...seed, "--to", session.ready.local_url);
    await page.goto(session.ready.inspect_url);
    await page.locator(".row", { hasText: "recording.completed" }).click();
    await page.getByText(/Zoom would retry the event/).waitFor();
    await page.mouse.move(640, 790);
    await shot(page, `inspector-${colorScheme}`);
  });
}
