// What programs write about themselves, read as they write it: in place, appended, rotated, torn, by others.

import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Backend, Signal, SignalRule } from "../config/config.ts";
import { launchSignals } from "../core/hooks.ts";
import type { LaunchSignals, SignalSeen, Signals as SignalsSeen } from "../core/signals.ts";
import type { SignalAsk } from "../engine/ports.ts";
import { openSignals, type SignalsSpec } from "./signals.ts";
import { startedAt } from "./started-at.ts";

const base = realpathSync(mkdtempSync(join(tmpdir(), "signals-")));
afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

const rule = (more: Partial<SignalRule>): SignalRule => ({
  when: {},
  says: null,
  cause: null,
  text: [],
  until: [],
  prompt: [],
  id: [],
  ...more,
});

let rooms = 0;
/** A place of its own for each test: a home, a state directory, and a clock that is set by hand. */
function room(signals: readonly Signal[], more: Partial<SignalsSpec & SignalAsk> = {}) {
  const home = join(base, `room ${(rooms += 1)}`);
  mkdirSync(home, { recursive: true });
  const time = { at: Date.now(), rings: 0 };
  const logOf = (session: string): string => join(home, "log", `${session}.log`);
  const spec = { home, stateDir: join(home, "state"), logOf };
  const open = () =>
    openSignals({
      now: () => time.at,
      startedAt: () => null,
      pids: () => [],
      askMs: 40,
      ring: () => void (time.rings += 1),
      ...spec,
      ...more,
    });
  const ask: SignalAsk = {
    // Only the signals of a backend are read here.
    backend: { signals } as unknown as Backend,
    agent: "a",
    session: "t-a",
    run: "r1",
    since: time.at,
    pid: process.pid,
    dir: home,
    id: null,
    ...more,
  };
  const write = (name: string, content: unknown, ageSeconds = 0): string => {
    const path = join(home, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    const then = Date.now() / 1000 - ageSeconds;
    utimesSync(path, then, then);
    return path;
  };
  const append = (name: string, ...records: readonly unknown[]): void => {
    const path = join(home, name);
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, records.map((one) => `${JSON.stringify(one)}\n`).join(""));
  };
  return { time, open, ask, write, append, ...spec };
}

function only(seen: SignalsSeen | null): SignalSeen | undefined {
  expect(seen?.sources.length).toBe(1);
  return seen?.sources[0];
}

function brief(seen: SignalsSeen | null): string {
  const one = only(seen);
  return one === undefined ? "" : `${one.is} ${one.says ?? "-"} ${one.value}`.trim();
}

// ---- a status file ----

const status: Signal = {
  reader: "json_file",
  path: ["{home}/sessions/{pid}.json"],
  id: ["session"],
  rules: [
    rule({ when: { "state.now": ["working"] }, says: "busy" }),
    rule({ when: { "state.now": ["waiting", "true"] }, says: "idle" }),
    rule({ when: { "state.now": ["approval"] }, says: "asking", text: ["question"] }),
  ],
};
const statusPath = `sessions/${process.pid}.json`;

test("a status file says busy, idle or asking, in the backend's own words", () => {
  const { open, ask, write } = room([status]);
  const signals = open();
  write(statusPath, { session: "s1", state: { now: "working" } });
  expect(signals.seen(ask)).toMatchObject({ id: "s1", sources: [{ says: "busy", text: null }] });
  write(statusPath, { state: { now: "approval" }, question: "run rm?" });
  expect(only(signals.seen(ask))).toMatchObject({
    is: "fresh",
    says: "asking",
    value: "approval",
    text: "run rm?",
  });
  write(statusPath, { state: { now: true } });
  expect(only(signals.seen(ask))).toMatchObject({ says: "idle", value: "true" });
});

test.each([
  ["a word that is not listed", { state: { now: "dreaming" } }],
  ["no such field", { state: {} }],
  ["a field that is no word", { state: { now: { busy: true } } }],
  ["another shape", "[1]"],
  ["an inherited name", { state: "x" }],
])("a status file with %s is mute", (_, content) => {
  const { open, ask, write } = room([status]);
  write(statusPath, content, 5);
  expect(brief(open().seen(ask))).toBe("mute -");
});

test("half a status file leaves standing what it said before, and the rest is read when it is there", () => {
  const { open, ask, write } = room([status]);
  const signals = open();
  write(statusPath, { state: { now: "working" } });
  expect(brief(signals.seen(ask))).toBe("fresh busy working");
  write(statusPath, '{"state":{"now":"wai');
  expect(brief(signals.seen(ask))).toBe("fresh busy working");
  write(statusPath, { state: { now: "waiting" } });
  expect(brief(signals.seen(ask))).toBe("fresh idle waiting");
});

test("no status file is absent, one that an earlier process of this pid left is stale", () => {
  const began = Date.now();
  const { open, ask, write } = room([status], { startedAt: () => began });
  const signals = open();
  expect(brief(signals.seen(ask))).toBe("absent -");
  write(statusPath, { state: { now: "working" } }, 60);
  expect(brief(signals.seen(ask))).toBe("stale -");
  write(statusPath, { state: { now: "working" } }, 1);
  expect(brief(signals.seen(ask))).toBe("fresh busy working");
});

test("since when it says so is told, and what did not change is the same object", () => {
  const { open, ask, write } = room([status]);
  const signals = open();
  write(statusPath, { state: { now: "working" }, n: 1 }, 50);
  const first = signals.seen(ask);
  expect(signals.seen(ask)).toBe(first);
  write(statusPath, { state: { now: "working" }, n: 2 }, 10);
  expect(only(signals.seen(ask))?.at).toBe(only(first)?.at);
});

// ---- the conversation's own log ----

const log: Signal = {
  reader: "jsonl_tail",
  path: ["{LOGS}/{id}.jsonl", "{home}/logs/*/{id}.jsonl", "{home}/logs/*/log-*.jsonl"],
  time: ["time"],
  cwd: ["meta.cwd"],
  dirFile: null,
  silentMs: 60_000,
  usage: [],
  id: ["meta.id"],
  rules: [
    rule({ when: { type: ["turn"], error: ["limit"] }, says: "limited", text: ["words"] }),
    rule({
      when: { type: ["turn"], error: ["*"] },
      says: "failed",
      cause: "auth",
      text: ["words"],
    }),
    rule({ when: { type: ["turn"] }, says: "idle" }),
    rule({ when: { type: ["usage"] }, until: ["resets"] }),
    rule({ when: { type: ["user"] }, says: "busy", prompt: ["words"] }),
    rule({ when: { type: ["tool*"] }, says: "busy" }),
  ],
};

test("the last line of a log that means something counts, and only what was appended is read", () => {
  const { open, ask, append, time } = room([log], { id: "c1" });
  const signals = open();
  expect(brief(signals.seen(ask))).toBe("absent -");
  time.at += 1000;
  append("logs/day/c1.jsonl", { type: "user", words: "go" }, { type: "toolCall" }, { type: "?" });
  expect(brief(signals.seen(ask))).toBe("fresh busy toolCall");
  expect(signals.seen(ask)?.prompts).toMatchObject([{ from: "jsonl_tail", text: "go" }]);
  append("logs/day/c1.jsonl", { type: "turn" });
  expect(brief(signals.seen(ask))).toBe("fresh idle turn");
  append("logs/day/c1.jsonl", { type: "turn", error: "401", words: "log in" });
  expect(only(signals.seen(ask))).toMatchObject({ says: "failed", cause: "auth", text: "log in" });
});

test("a line that is written in two halves is one line, and nonsense between lines is nothing", () => {
  const { open, ask, append, home } = room([log], { id: "c1" });
  const signals = open();
  append("logs/day/c1.jsonl", { type: "user" });
  expect(brief(signals.seen(ask))).toBe("fresh busy user");
  const path = join(home, "logs/day/c1.jsonl");
  appendFileSync(path, '\u0000garbage\n{"type":"tu');
  expect(brief(signals.seen(ask))).toBe("fresh busy user");
  appendFileSync(path, 'rn"}\n');
  expect(brief(signals.seen(ask))).toBe("fresh idle turn");
});

test("what was written before this incarnation began is history: no word, no prompt, but its id", () => {
  const { open, ask, append } = room([log], { id: "c1" });
  const before = ask.since - 60_000;
  append(
    "logs/day/c1.jsonl",
    { type: "meta", meta: { id: "c1" }, time: before },
    { type: "user", words: "old", time: before / 1000 },
    { type: "turn", error: "limit", time: new Date(before).toISOString() },
  );
  const signals = open();
  const seen = signals.seen(ask);
  expect([brief(seen), seen?.id, seen?.prompts]).toEqual(["stale -", "c1", []]);
  append("logs/day/c1.jsonl", { type: "user", words: "new", time: ask.since + 5 });
  expect(brief(signals.seen(ask))).toBe("fresh busy user");
});

test("a limit takes its end from the record that told it before", () => {
  const { open, ask, append } = room([log], { id: "c1" });
  const until = Math.floor(ask.since / 1000) + 3600;
  append("logs/day/c1.jsonl", { type: "usage", resets: until }, { type: "turn", error: "limit" });
  expect(only(open().seen(ask))).toMatchObject({ says: "limited", until: until * 1000 });
});

test("a log without a new line for long is silent, until there is one", () => {
  const { open, ask, append, time } = room([log], { id: "c1" });
  const signals = open();
  append("logs/day/c1.jsonl", { type: "user", time: ask.since });
  expect(only(signals.seen(ask))?.silent).toBe(false);
  time.at = ask.since + 61_000;
  const silent = signals.seen(ask);
  expect(only(silent)).toMatchObject({ says: "busy", silent: true });
  expect(signals.seen(ask)).toBe(silent);
  append("logs/day/c1.jsonl", { type: "toolCall", time: ask.since + 60_000 });
  expect(only(signals.seen(ask))?.silent).toBe(false);
});

test("a log whose name is not known is found by its directory, and never one of another or of two", () => {
  const { open, ask, append, time, home } = room([log]);
  const signals = open();
  const line = (cwd: string) => ({ type: "user", meta: { cwd, id: "mine" } });
  append("logs/d/log-1.jsonl", line("/elsewhere"));
  expect(brief(signals.seen(ask))).toBe("absent -");
  append("logs/d/log-2.jsonl", line(home));
  time.at += 5000;
  expect(signals.seen(ask)).toMatchObject({ id: "mine", sources: [{ says: "busy" }] });
  const other = { ...ask, run: "r2", session: "t-b" };
  expect(brief(signals.seen(other))).toBe("absent -");
  append("logs/d/log-3.jsonl", line(home));
  append("logs/d/log-4.jsonl", line(home));
  expect(brief(open().seen(other))).toBe("absent -");
});

test.runIf(process.platform === "linux")(
  "of two logs that fit, it is the one its processes hold open",
  () => {
    const { open, ask, append, home } = room([log], { pids: () => [process.pid] });
    append("logs/d/log-1.jsonl", { type: "user", meta: { cwd: home, id: "one" } });
    append("logs/d/log-2.jsonl", { type: "user", meta: { cwd: home, id: "two" } });
    const fd = openSync(join(home, "logs/d/log-1.jsonl"), "r");
    expect(open().seen(ask)?.id).toBe("one");
    closeSync(fd);
  },
);

test("a file beside a log may say which directory it is about", () => {
  const beside: Signal = { ...log, cwd: [], dirFile: "../root" };
  const { open, ask, append, write, home } = room([beside]);
  const signals = open();
  append("logs/d/log-1.jsonl", { type: "user", meta: { id: "mine" } });
  write("logs/root", "/elsewhere\n");
  expect(brief(signals.seen(ask))).toBe("absent -");
  write("logs/root", `${home}\n`);
  expect(brief(open().seen(ask))).toBe("fresh busy user");
});

test("an id that is no plain name is not put into a path", () => {
  const { open, ask, write } = room([{ ...log, path: ["{home}/logs/{id}.jsonl"] }], {
    id: "../secret",
  });
  write("secret.jsonl", { type: "user" });
  expect(brief(open().seen(ask))).toBe("absent -");
});

test("of a log that is longer than a look may read only the end counts", () => {
  const { open, ask, append, home } = room([log], { id: "c1" });
  append("logs/d/c1.jsonl", { type: "meta", meta: { id: "lost" } });
  appendFileSync(join(home, "logs/d/c1.jsonl"), `{"type":"x","pad":"${"x".repeat(400_000)}"}\n`);
  append("logs/d/c1.jsonl", { type: "turn" });
  const seen = open().seen(ask);
  expect([brief(seen), seen?.id]).toEqual(["fresh idle turn", null]);
});

// ---- hooks ----

const hooks: Signal = {
  reader: "hook_file",
  flag: "--settings '{file}'",
  env: null,
  events: ["Submitted", "Stop"],
  marks: ["Tool"],
  reply: "{}",
  id: ["event.session_id"],
  rules: [
    rule({ when: { hook: ["Submitted"] }, says: "busy", prompt: ["event.prompt"] }),
    rule({ when: { hook: ["Stop"] }, says: "idle" }),
    rule({ when: { hook: ["Tool"] }, says: "busy" }),
  ],
};

/** As a program does it: the command of that hook, with the record on its standard input. */
function fire(settings: string, name: string, input: string): string {
  const { hooks: all } = JSON.parse(readFileSync(settings, "utf8"));
  const { type, command } = all[name][0].hooks[0];
  expect(type).toBe("command");
  return execFileSync("sh", ["-c", command], { input, encoding: "utf8", env: process.env });
}

test("hooks that a launch brings along tell what was submitted, and the end of a turn", async () => {
  const { open, ask, stateDir } = room([hooks]);
  const brought = launchSignals(ask.backend, { stateDir, session: ask.session });
  const signals = open();
  const start = { session: ask.session, run: ask.run, env: {}, signals: brought! };
  expect(await signals.begin(start)).toEqual({ ok: true, value: {} });
  expect(brief(signals.seen(ask))).toBe("mute -");
  const { path } = brought!.hooks!;
  const prompt = "a 'quoted'\nline $HOME `x` \\n é";
  expect(fire(path, "Submitted", JSON.stringify({ session_id: "c9", prompt }))).toBe("{}\n");
  const seen = signals.seen(ask);
  expect([brief(seen), seen?.id, seen?.prompts[0]?.text]).toEqual([
    "fresh busy Submitted",
    "c9",
    prompt,
  ]);
  fire(path, "Stop", '{"session_id":"c9"}');
  fire(path, "Stop", "");
  fire(path, "Stop", "no json");
  expect(brief(signals.seen(ask))).toBe("fresh idle Stop");
  fire(path, "Tool", "x".repeat(300_000));
  expect(brief(signals.seen(ask))).toBe("fresh busy Tool");
  const file = join(stateDir, "signals", "t-a.jsonl");
  expect([statSync(file).mode & 0o777, statSync(path).mode & 0o777]).toEqual([0o600, 0o600]);
});

test("a start that is repeated loses no hook, a new incarnation begins with none", async () => {
  const { open, ask, stateDir } = room([hooks]);
  const brought = launchSignals(ask.backend, { stateDir, session: ask.session })!;
  const signals = open();
  const start = { session: ask.session, run: ask.run, env: {}, signals: brought };
  await signals.begin(start);
  fire(brought.hooks!.path, "Stop", "{}");
  await signals.begin(start);
  expect(brief(signals.seen(ask))).toBe("fresh idle Stop");
  await signals.begin({ ...start, run: "r2" });
  expect(brief(signals.seen({ ...ask, run: "r2" }))).toBe("mute -");
});

test("a file of hooks is begun anew when it has grown, and what it said last stands", async () => {
  const { open, ask, stateDir, append, time } = room([hooks]);
  const signals = open();
  mkdirSync(join(stateDir, "signals"), { recursive: true });
  const file = join(stateDir, "signals", "t-a.jsonl");
  writeFileSync(file, `${"x".repeat(1023)}\n`.repeat(1100));
  append("state/signals/t-a.jsonl", { at: time.at / 1000, hook: "Stop", event: null });
  expect(brief(signals.seen(ask))).toBe("fresh idle Stop");
  expect(brief(signals.seen(ask))).toBe("fresh idle Stop");
  expect(statSync(file).size).toBe(0);
  append("state/signals/t-a.jsonl", { at: time.at / 1000, hook: "Tool", event: null });
  expect(brief(signals.seen(ask))).toBe("fresh busy Tool");
});

// ---- codes in what the pane writes ----

const codes: Signal = {
  reader: "osc",
  code: 7501,
  id: [],
  rules: [
    rule({ when: { state: ["working"] }, says: "busy" }),
    rule({ when: { state: ["blocked"] }, says: "asking", text: ["kind"] }),
    rule({ when: { state: ["idle", "done"] }, says: "idle" }),
  ],
};
const NO_HOOKS: LaunchSignals = { hooks: null, port: false, names: [] };

test("a code in the pane's output is read, whole or in pieces, from where this incarnation began", async () => {
  const { open, ask, write, home } = room([codes]);
  const path = write("log/t-a.log", "\u001b]7501;state=blocked:app=x\u0007of another run");
  const signals = open();
  expect(await signals.begin({ ...ask, env: {}, signals: NO_HOOKS })).toMatchObject({ ok: true });
  expect(brief(signals.seen(ask))).toBe("mute -");
  appendFileSync(path, "text\u001b]0;title\u0007\u001b]7501;state=wor");
  expect(brief(signals.seen(ask))).toBe("mute -");
  appendFileSync(path, "king:app=x\u001b\\more");
  expect(brief(signals.seen(ask))).toBe("fresh busy working");
  appendFileSync(path, "\u001b");
  signals.seen(ask);
  appendFileSync(path, "]7501;state=blocked:app=x:kind=permission\u0007");
  expect(only(signals.seen(ask))).toMatchObject({ says: "asking", text: "permission" });
  renameSync(path, join(home, "log/t-a.log.1"));
  appendFileSync(path, "new file\u001b]7501;state=done:app=x\u0007");
  expect(brief(signals.seen(ask))).toBe("fresh idle done");
});

test("codes of a run that nobody noted the beginning of are not read", () => {
  const { open, ask, write } = room([codes]);
  write("log/t-a.log", "\u001b]7501;state=working\u0007");
  expect(brief(open().seen(ask))).toBe("absent -");
});

// ---- a port ----

const asked = (path: string, more: Partial<Extract<Signal, { reader: "http_json" }>>): Signal => ({
  reader: "http_json",
  path,
  each: true,
  empty: null,
  id: ["key"],
  rules: [
    rule({ when: { type: ["retry"], next: ["*"] }, says: "limited", until: ["next"] }),
    rule({ when: { type: ["busy"] }, says: "busy" }),
    rule({ when: { permission: ["*"] }, says: "asking", text: ["permission"] }),
  ],
  ...more,
});

test("a port is chosen free, asked in the background, and what changed there rings", async () => {
  const { open, ask, time } = room([
    asked("/asks", { id: [] }),
    asked("/status", { empty: "idle" }),
  ]);
  const signals = open();
  const begun = await signals.begin({ ...ask, env: {}, signals: { ...NO_HOOKS, port: true } });
  const port = Number(begun.ok ? begun.value["AGENTS_PORT"] : 0);
  const says: Record<string, unknown> = { "/asks": [], "/status": {} };
  const server = createServer((request, response) => {
    response.end(JSON.stringify(says[request.url ?? ""]));
  });
  await new Promise<void>((resolve) => void server.listen(port, "127.0.0.1", resolve));
  const settled = async (wanted: unknown): Promise<void> => {
    const told = () => {
      return signals.seen(ask)?.sources.map(({ is, says: word, until }) => [is, word, until]);
    };
    await expect.poll(told, { timeout: 8000, interval: 50 }).toEqual(wanted);
  };
  await settled([
    ["mute", null, null],
    ["fresh", "idle", null],
  ]);
  const rung = time.rings;
  says["/asks"] = [{ permission: "bash rm" }];
  says["/status"] = { ses_1: { type: "retry", next: 1_800_000_000_000 } };
  await settled([
    ["fresh", "asking", null],
    ["fresh", "limited", 1_800_000_000_000],
  ]);
  expect([signals.seen(ask)?.id, time.rings > rung]).toEqual(["ses_1", true]);
  await new Promise((resolve) => {
    server.closeAllConnections();
    server.close(resolve);
  });
  await settled([
    ["absent", null, null],
    ["absent", null, null],
  ]);
  signals.close();
});

test("events on a port are heard as they come, and what was said is over where they break off", async () => {
  const ends = rule({ when: { type: ["message"], "info.error": ["*"] }, says: "failed" });
  const says = rule({ when: { type: ["message"], "info.done": [""] }, says: "busy" });
  const began = rule({ when: { type: ["began"], parent: [""] }, id: ["session"] });
  const typed = rule({ when: { type: ["typed"] }, says: "busy", prompt: ["text"] });
  const rules = [{ ...ends, cause: "auth" as const, text: ["info.error"] }, says, began, typed];
  const { open, ask, time } = room([
    asked("/status", { empty: "idle" }),
    { reader: "http_events", path: "/event", id: [], rules, usage: [] },
  ]);
  const signals = open();
  const begun = await signals.begin({ ...ask, env: {}, signals: { ...NO_HOOKS, port: true } });
  const port = Number(begun.ok ? begun.value["AGENTS_PORT"] : 0);
  let tell = (_record: object): void => undefined;
  const server = createServer((request, response) => {
    if (request.url !== "/event") return void response.end("{}");
    response.writeHead(200, { "content-type": "text/event-stream" });
    tell = (record) => void response.write(`data: ${JSON.stringify(record)}\n\n`);
    return tell({ type: "hello" });
  });
  await new Promise<void>((resolve) => void server.listen(port, "127.0.0.1", resolve));
  const settled = async (wanted: string): Promise<void> => {
    const told = () => {
      const one = signals.seen(ask)?.sources[1];
      return [one?.is, one?.says, one?.text].join(" ").trim();
    };
    await expect.poll(told, { timeout: 8000, interval: 20 }).toBe(wanted);
  };
  await settled("mute");
  const rung = time.rings;
  tell({ type: "began", session: "c1" });
  tell({ type: "began", session: "c2", parent: "c1" });
  tell({ type: "typed", text: "Work." });
  await settled("fresh busy");
  expect(signals.seen(ask)).toMatchObject({ id: "c1", prompts: [{ text: "Work." }] });
  tell({ type: "message", info: { error: "no such key" } });
  await settled("fresh failed no such key");
  expect([signals.seen(ask)?.sources[1]?.cause, time.rings > rung]).toEqual(["auth", true]);
  server.closeAllConnections();
  await settled("mute");
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
  signals.close();
});

// ---- together ----

test("sources stand in the order of their backend, and one that knows the id finds another's file", () => {
  const { open, ask, write, append } = room([{ reader: "title" }, status, log]);
  write(statusPath, { session: "c7", state: { now: "working" } });
  append("logs/d/c7.jsonl", { type: "turn" });
  const signals = open();
  signals.seen(ask);
  const seen = signals.seen(ask);
  expect(seen?.sources.map(({ from, is, says }) => `${from} ${is} ${says ?? ""}`.trim())).toEqual([
    "title mute",
    "json_file fresh busy",
    "jsonl_tail fresh idle",
  ]);
});

test("a place that the program's environment names is remembered for the next watchdog", async () => {
  const { open, ask, append, home } = room([log], { id: "c1" });
  const names = launchSignals(ask.backend, { stateDir: "/s", session: "x" })?.names ?? [];
  expect(names).toEqual(["HOME", "LOGS"]);
  const env = { LOGS: join(home, "own"), KEY: "secret" };
  await open().begin({ ...ask, env, signals: { ...NO_HOOKS, names } });
  append("own/c1.jsonl", { type: "turn" });
  expect(brief(open().seen(ask))).toBe("fresh idle turn");
  expect(readFileSync(join(home, "state/signals/t-a.json"), "utf8")).not.toContain("secret");
});

test.runIf(process.platform === "linux")("the start of a process is told by the wall clock", () => {
  const began = startedAt(process.pid);
  expect(Math.abs((began ?? 0) - (Date.now() - process.uptime() * 1000))).toBeLessThan(3000);
  expect(startedAt(2 ** 30)).toBeNull();
});

// ---- what was used ----

const use = {
  when: { type: ["use"] },
  id: ["id"],
  model: [],
  input: ["in"],
  cached: [],
  written: [],
  output: ["out"],
  cost: [],
  window: [],
  turn: [],
};
const used = (id: string) => ({ type: "use", id, in: 5, out: 1 });
const usedLine = (id: string) => `${JSON.stringify(used(id))}\n`;

test("what was used is told once, the last of it when its process is gone, and goes on with the next one", () => {
  const { open, ask, write, append } = room([{ ...log, cwd: [], usage: [use] }], { id: "c1" });
  const signals = open();
  const ids = () => signals.used().map(({ agent, told }) => [agent, ...told.map(({ id }) => id)]);
  write("logs/x/c1.jsonl", usedLine("m1"));
  signals.seen(ask);
  expect(ids()).toEqual([["a", "m1"]]);
  signals.seen(ask);
  expect(ids()).toEqual([]);
  append("logs/x/c1.jsonl", used("m2"));
  expect(ids()).toEqual([["a", "m2"]]);
  append("logs/x/c1.jsonl", used("m3"));
  expect(ids()).toEqual([]);
  signals.seen({ ...ask, run: "r2", since: ask.since + 900_000 });
  expect(ids()).toEqual([["a", "m3"]]);
});

test("who ended before this process began tells what it used since the place that is known", () => {
  const { open, ask, write } = room([{ ...log, cwd: [], usage: [use] }], { id: "c1" });
  const path = write("logs/x/c1.jsonl", usedLine("m1") + usedLine("m2"));
  const signals = open();
  signals.known({ a: { path, ino: statSync(path).ino, offset: usedLine("m1").length } });
  signals.ended(ask);
  signals.ended(ask);
  expect(signals.used().map(({ told }) => told.map(({ id }) => id))).toEqual([["m2"]]);
  signals.ended(ask);
  expect(signals.used()).toEqual([]);
});
