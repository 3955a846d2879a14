// The order of evidence, and each way in which a screen has fooled a supervisor before.

import fc from "fast-check";
import { expect, test } from "vitest";
import type { Backend, Rule, Says } from "../config/config.ts";
import { bannerLine, isKnownIdle, isQuiet, judge, shows, typedText } from "./judge.ts";
import type { Setting } from "./look.ts";
import type { Signals, SignalSeen } from "./signals.ts";
import type { Judgement, Pane, Screen, Verdict } from "./types.ts";

const at = Date.parse("2026-06-10T12:00:00Z");
const MINUTE = 60_000;
const GRACE = 3 * MINUTE;

const rule = (re: string, rows: number | null = null): Rule => ({ re, flags: "m", rows });

const bare: Backend = {
  name: "robot",
  bin: "robot",
  delivery: "arg",
  processName: "robot",
  signals: [],
  screen: {
    busy: [],
    idle: [],
    asking: [],
    limited: [],
    prompt: null,
    failed: { auth: [], credit: [], model: [], overloaded: [], context: [], fatal: [] },
  },
  title: { busy: [], idle: [], asking: [] },
  keys: { submit: "Enter", exit: [], dismiss: [], decline: "" },
  typed: { signs: "!", before: " ", after: " " },
  ready: null,
  input: null,
  footerUi: false,
  logGraceMs: GRACE,
  stallIdleMs: 5 * MINUTE,
  flags: "",
  promptFlag: "",
  modelFlag: "",
  supportsResume: false,
  resumeFlag: "",
  sessionFlag: null,
  resume: false,
  remoteControl: false,
  remoteControlFlag: "",
  preamble: "",
  readOnly: [],
  attach: "",
  server: "",
  modelEnv: false,
  connectDelayMs: 0,
  transcript: null,
  doctor: null,
};

/** A CLI like the real ones: a prompt sign, a spinner, a box at the bottom. */
const robot: Backend = {
  ...bare,
  screen: {
    busy: [rule("^\\* \\w+…", 25)],
    idle: [rule("\\? for help", 4)],
    asking: [rule("^May I "), rule("Esc to cancel", 6)],
    limited: [rule("^! You've hit your [\\w ]*limit"), rule("^! .*\\[retrying in [^\\]]+\\]")],
    failed: {
      ...bare.screen.failed,
      auth: [rule("^! Please log in")],
      fatal: [rule("^! Broken", 25)],
    },
    prompt: rule("^> \\S"),
  },
  title: { busy: [rule("^\\+ ")], idle: [rule("^= ")], asking: [rule("^\\? ")] },
  input: rule("^> (?<text>.*)$", 8),
  ready: rule("^> "),
};

const setting: Setting = {
  backend: robot,
  others: ["other"],
  at,
  zone: "UTC",
  banner: null,
  processSeen: true,
  stallGraceMs: GRACE,
  starting: false,
};
const BOX = "\n----\n> \n----\n? for help\n";

type Shown = Partial<Omit<Pane, "screen">> & {
  readonly text?: string;
  readonly screen?: Partial<Screen>;
};
function pane({ text = "", screen = {}, ...rest }: Shown): Pane {
  return {
    session: "s",
    pane: "%1",
    pid: 1,
    started: "1",
    inMode: false,
    humanAt: null,
    attached: false,
    mark: { run: "r", hash: "h", target: "t" },
    dead: null,
    command: "robot",
    title: "",
    signals: null,
    childless: null,
    ...rest,
    screen: { text, hash: "h", since: at - 10 * MINUTE, outputAt: at - 10 * MINUTE, ...screen },
  };
}
/** One source says this. */
const says = (word: Says, more: Partial<SignalSeen> = {}): Signals => listed(source(word, more));
const listed = (...sources: readonly SignalSeen[]): Signals => ({ sources, id: null, prompts: [] });
const source = (word: Says | null, more: Partial<SignalSeen> = {}): SignalSeen => ({
  from: "json_file",
  is: word === null ? "mute" : "fresh",
  says: word,
  value: word ?? "",
  text: null,
  until: null,
  cause: null,
  at: at - MINUTE,
  silent: false,
  ...more,
});
const look = (shown: Shown, changed: Partial<Setting> = {}): Judgement =>
  judge(pane(shown), { ...setting, ...changed });
const verdict = (shown: Shown, changed: Partial<Setting> = {}): Verdict =>
  look(shown, changed).verdict;

test("what was not seen or is not there is said to be so", () => {
  expect([judge("gone", setting).verdict, judge("unseen", setting).verdict]).toEqual([
    { is: "gone" },
    { is: "unseen" },
  ]);
});

test("a pane whose screen could not be read is unseen, unless a better source says it works", () => {
  const blind = { ...pane({}), screen: null };
  expect(judge(blind, setting).verdict).toEqual({ is: "unseen" });
  expect(judge({ ...blind, title: "= robot" }, setting).verdict).toEqual({ is: "unseen" });
  expect(judge({ ...blind, title: "+ robot" }, setting).verdict).toEqual({ is: "busy" });
});

test("a killed program is dead whatever its title and screen still say", () => {
  const dead = { code: null, signal: "9" };
  expect(look({ dead, title: "+ robot", text: "* Thinking…" + BOX })).toEqual({
    verdict: { is: "exited", code: null, signal: "9" },
    evidence: [{ from: "process", rule: "pane_dead", line: "signal 9" }],
  });
});

test("another backend's program is foreign, an unknown one is not, and none is while it starts", () => {
  expect(verdict({ command: "other", text: BOX })).toEqual({ is: "foreign", command: "other" });
  expect(verdict({ command: "node", text: BOX })).toEqual({ is: "idle" });
  expect(verdict({ command: "other", text: BOX }, { starting: true })).toEqual({ is: "idle" });
  expect(
    verdict({ command: "other", text: BOX }, { backend: { ...robot, processName: null } }),
  ).toEqual({ is: "idle" });
});

test("a shell is the end of a program only when it was there, is alone and stays so (reference defect 19)", () => {
  const shell = { command: "bash", childless: true, text: "$ " };
  expect(verdict(shell)).toEqual({ is: "exited", code: null, signal: null });
  expect(verdict(shell, { processSeen: false })).toEqual({ is: "idle" });
  expect(verdict({ ...shell, childless: false })).toEqual({ is: "idle" });
  expect(verdict({ ...shell, childless: null })).toEqual({ is: "idle" });
  expect(verdict({ ...shell, screen: { since: at - GRACE + 1 } })).toEqual({ is: "idle" });
});

test("a signal outranks the title, the title outranks the screen", () => {
  const working = "> go\n* Thinking…" + BOX;
  expect(verdict({ signals: says("busy"), title: "= robot", text: BOX })).toEqual({ is: "busy" });
  expect(verdict({ signals: says("idle"), title: "+ robot", text: working })).toEqual({
    is: "idle",
  });
  expect(verdict({ title: "= robot", text: working })).toEqual({ is: "idle" });
  expect(verdict({ title: "+ robot", text: BOX })).toEqual({ is: "busy" });
  expect(verdict({ text: working })).toEqual({ is: "busy" });
});

test("idle names every source that says so, and silence only where none does", () => {
  const idle = look({ title: "= robot", text: BOX });
  expect(idle.evidence.map(({ from }) => from)).toEqual(["title", "screen"]);
  expect([isQuiet(idle.verdict), isKnownIdle(idle)]).toEqual([true, true]);
  const silent = look({ text: "hello" });
  expect(silent).toEqual({
    verdict: { is: "idle" },
    evidence: [{ from: "silence", rule: "nothing says busy", line: "" }],
  });
  expect(isKnownIdle(silent)).toBe(false);
});

const BANNER = "! You've hit your weekly limit · resets Jun 16, 10pm (UTC)";

test("a dated banner is a limit until its date, and its line can be remembered (reference defects 22, 23)", () => {
  const limited = look({ text: `> go\n${BANNER}\n${BOX}` });
  expect(limited.verdict).toEqual({
    is: "limited",
    until: Date.parse("2026-06-16T22:00:00Z"),
    sure: true,
  });
  expect(bannerLine(limited)).toBe("You've hit your weekly limit · resets Jun 16, 10pm (UTC)");
  expect(bannerLine(look({ text: BOX }))).toBeNull();
});

test("a bare clock time keeps meaning what it meant when the banner was first seen", () => {
  const text = `> go\n! You've hit your limit · resets 1pm\n${BOX}`;
  const line = "You've hit your limit · resets 1pm";
  const later = at + 90 * MINUTE;
  const until = at + 60 * MINUTE;
  expect(verdict({ text }, { at: later, banner: { line, at } })).toEqual({
    is: "limited",
    until,
    sure: true,
  });
  expect(verdict({ text }, { at: later, banner: { line: "another", at } })).toEqual({
    is: "limited",
    sure: true,
    until: until + 24 * 60 * MINUTE,
  });
});

test("an agent that talks about limits is not limited (reference defect 22)", () => {
  expect(
    verdict({ text: `> go\nThe usage limit code says "You've hit your limit".\n${BOX}` }),
  ).toEqual({ is: "idle" });
});

test("a banner above the last prompt is history", () => {
  expect(verdict({ text: `> go\n${BANNER}\n\n> go on\nDone.\n${BOX}` })).toEqual({ is: "idle" });
});

test("a banner far above the bottom is history where no prompt is known", () => {
  const unprompted = { ...robot, screen: { ...robot.screen, prompt: null } };
  const text = `${BANNER}\n${"line\n".repeat(30)}${BOX}`;
  expect(verdict({ text }, { backend: unprompted })).toEqual({ is: "idle" });
});

test("a half-typed line hides no banner", () => {
  expect(verdict({ text: `> go\n${BANNER}\n\n----\n> half a thou\n----\n` }).is).toBe("limited");
});

test("a stale banner does not hold a busy agent", () => {
  const text = `> go\n${BANNER}\n\n* Thinking…\n${BOX}`;
  expect(verdict({ text })).toEqual({ is: "busy" });
  const quoted = `> go\n${BANNER}\n${BOX}`;
  expect(verdict({ text: quoted, signals: says("busy") })).toEqual({
    is: "busy",
  });
  expect(verdict({ text: quoted, title: "+ robot" })).toEqual({ is: "busy" });
});

test("a limit under a busy title is a limit when its menu took the input line's place", () => {
  expect(
    verdict({ title: "+ robot", text: `> go\n${BANNER}\n\n 1. Keep trying\n 2. Stop\n` }).is,
  ).toBe("limited");
});

test("a spinner above the banner is older than the banner", () => {
  expect(verdict({ text: `> go\n* Thinking…\n${BANNER}\n${BOX}` }).is).toBe("limited");
});

test("a limit outranks the question that comes with it", () => {
  expect(
    verdict({ text: `> go\n${BANNER}\n\nMay I switch?\n 1. Yes\nEsc to cancel`, title: "? robot" })
      .is,
  ).toBe("limited");
});

test("a retry of seconds is work, one of hours is a limit", () => {
  expect(verdict({ text: `> go\n! Rate limit [retrying in 16s]\n` })).toEqual({ is: "busy" });
  expect(verdict({ text: `> go\n! Usage limit [retrying in 1h 59m]\n` })).toEqual({
    is: "limited",
    sure: true,
    until: at + 119 * MINUTE,
  });
});

test("a banner that wraps is read with the rows it wraps onto", () => {
  const text =
    "> go\n! You've hit your limit. Visit the page or try again in 5 days 22 hours 11\nminutes.\n" +
    BOX;
  expect(verdict({ text })).toEqual({
    is: "limited",
    sure: true,
    until: at + ((5 * 24 + 22) * 60 + 11) * MINUTE,
  });
});

test("what a person types below a banner does not make it another banner", () => {
  const line = (draft: string): string | null =>
    bannerLine(look({ text: `${BANNER}\n> ${draft}\n? for help\n` }));
  expect(line("")).toBe(line("hello"));
  expect(line("hello")).not.toContain("help");
});

test("a limit that names no time is limited until nobody knows", () => {
  expect(verdict({ text: `> go\n! You've hit your spend limit · ask your admin\n${BOX}` })).toEqual(
    {
      is: "limited",
      until: null,
      sure: false,
    },
  );
});

test("a question is quoted from its first row on, without box edges and control bytes", () => {
  const dialog =
    "> go\nWorking on it.\n╭────────────╮\n│ Run \u001btests │\n│            │\nMay I run this?\n 1. Yes\n 2. No\nEsc to cancel\n";
  expect(look({ text: dialog })).toEqual({
    verdict: {
      is: "asking",
      what: "May I run this?",
      text: "Run tests May I run this? 1. Yes 2. No Esc to cancel",
    },
    evidence: [{ from: "screen", rule: "Esc to cancel", line: "Esc to cancel" }],
  });
});

test("no quote is longer than what is fit to keep", () => {
  const asked = verdict({ text: `May I ${"x".repeat(5000)}?\nEsc to cancel` });
  expect(asked.is === "asking" && [asked.what.length, asked.text.length]).toEqual([300, 300]);
});

test("an answered dialog above the input line asks nothing", () => {
  expect(verdict({ text: `May I run this?\nEsc to cancel\n${BOX}` })).toEqual({ is: "idle" });
});

test("a dialog in the input line's place is asked, even under an idle or busy title", () => {
  const text = "> go\nMay I run this?\n1. Yes\nEsc to cancel";
  expect([verdict({ text, title: "= robot" }).is, verdict({ text, title: "+ robot" }).is]).toEqual([
    "asking",
    "asking",
  ]);
  expect(verdict({ text, signals: says("idle") }).is).toBe("asking");
  expect(verdict({ text, signals: says("busy") }).is).toBe("busy");
});

test("where no input line is known, a title that says otherwise beats the words of a dialog", () => {
  const blind = { ...robot, input: null };
  const text = "> go\nMay I run this? is what it asks.";
  expect(verdict({ text }, { backend: blind }).is).toBe("asking");
  expect(verdict({ text, title: "= robot" }, { backend: blind }).is).toBe("idle");
});

test("a signal that asks is believed without a dialog on the screen", () => {
  const signals = says("asking", { value: "waiting", text: "permission prompt" });
  expect(look({ signals, text: "> go\nhm" })).toEqual({
    verdict: { is: "asking", what: "permission prompt", text: "> go hm" },
    evidence: [{ from: "signal", rule: "json_file asking", line: "permission prompt" }],
  });
});

test("a failure in the live tail names its cause and line", () => {
  expect(look({ text: `> go\n! Please log in again\n${BOX}` })).toEqual({
    verdict: { is: "failed", cause: "auth", line: "! Please log in again" },
    evidence: [{ from: "screen", rule: "^! Please log in", line: "! Please log in again" }],
  });
  expect(verdict({ text: `> go\n! Please log in again\n\n> go on\n${BOX}` })).toEqual({
    is: "idle",
  });
  expect(verdict({ text: `> go\n! Please log in again\n* Thinking…\n${BOX}` })).toEqual({
    is: "busy",
  });
});

test("an agent that said until when it waits is waiting", () => {
  const until = at + 30 * MINUTE;
  expect(look({ text: `> go\n● WAITING-UNTIL: 2026-06-10T12:30:00Z\n${BOX}` })).toEqual({
    verdict: { is: "waiting", until },
    evidence: [
      { from: "marker", rule: "WAITING-UNTIL", line: "● WAITING-UNTIL: 2026-06-10T12:30:00Z" },
    ],
  });
});

test("the newest WAITING-UNTIL counts, below the last prompt, for a day at most (reference defect 28)", () => {
  const marker = (time: string): string => `WAITING-UNTIL: ${time}\n`;
  const two = marker("2026-06-10T11:00:00Z") + "ok\n" + marker("2026-06-10T13:00:00Z");
  expect(verdict({ text: `> go\n${two}${BOX}` })).toEqual({
    is: "waiting",
    until: at + 60 * MINUTE,
  });
  expect(verdict({ text: `> go\n${two}\n> never mind\n${BOX}` })).toEqual({ is: "idle" });
  expect(verdict({ text: `> say ${two}${BOX}` })).toEqual({
    is: "waiting",
    until: at + 60 * MINUTE,
  });
  expect(verdict({ text: `> go\n${marker("2099-01-01T00:00:00Z")}${BOX}` })).toEqual({
    is: "waiting",
    until: at - 10 * MINUTE + 24 * 60 * MINUTE,
  });
  expect(verdict({ text: `> go\n${marker("<ISO-8601>")}${BOX}` })).toEqual({ is: "idle" });
});

test("blank rows at the bottom are no rows (reference defect 16)", () => {
  const fresh = "> go\n* Thinking…\n" + BOX + "\n   ".repeat(60);
  expect(verdict({ text: fresh })).toEqual({ is: "busy" });
  const footer = { ...robot, footerUi: true };
  expect(verdict({ text: fresh }, { backend: footer })).toEqual({ is: "busy" });
});

test("a repainting footer with a known idle line is idle, and its errors are looked at (reference defect 20)", () => {
  const footer = { ...robot, footerUi: true };
  const moving = { outputAt: at - 1000 };
  expect(verdict({ text: "> go\nhm", screen: moving }, { backend: footer })).toEqual({
    is: "busy",
  });
  expect(verdict({ text: BOX, screen: moving }, { backend: footer })).toEqual({ is: "idle" });
  expect(verdict({ text: `> go\n! Broken\n${BOX}`, screen: moving }, { backend: footer }).is).toBe(
    "failed",
  );
  expect(
    verdict({ text: "> go\nhm", screen: { outputAt: at - GRACE - 1 } }, { backend: footer }),
  ).toEqual({ is: "idle" });
});

test("a spinner above the footer's rows does not keep a static screen busy", () => {
  const footer = { ...robot, footerUi: true };
  const text = `* Thinking…\n${"line\n".repeat(12)}`;
  expect(verdict({ text }, { backend: footer })).toEqual({ is: "idle" });
  expect(verdict({ text })).toEqual({ is: "busy" });
});

test("a model name and a percentage in the footer are no work (reference defect 26)", () => {
  expect(
    verdict({ text: "> go\nDone.\n\n----\n> \n----\n? for help   Sonnet 4.6 · 12% context\n" }),
  ).toEqual({ is: "idle" });
});

test("a backend without any rule is busy while it writes and idle when it does not", () => {
  const wrote = (ago: number): Verdict =>
    verdict({ text: "x", screen: { outputAt: at - ago } }, { backend: bare });
  expect([wrote(9000), wrote(10_001), wrote(-5000)]).toEqual([
    { is: "busy" },
    { is: "idle" },
    { is: "busy" },
  ]);
});

test("a start is over when the program shows that it takes input", () => {
  const starting = { starting: true };
  expect(verdict({ text: "Loading" }, starting)).toEqual({ is: "starting" });
  expect(verdict({ text: BOX }, starting)).toEqual({ is: "idle" });
  expect(verdict({ text: "May I start?\nEsc to cancel" }, starting).is).toBe("asking");
  expect(verdict({ text: "* Thinking…" }, starting)).toEqual({ is: "busy" });
  expect(verdict({ text: "x" }, { ...starting, backend: bare })).toEqual({ is: "starting" });
});

test("what stands in the input line can be told from its absence", () => {
  const typed = (text: string): string | null => typedText(robot, pane({ text }));
  expect([typed(BOX), typed("\n> half a thou\n----"), typed("no box")]).toEqual([
    "",
    "half a thou",
    null,
  ]);
  expect([typedText(bare, pane({ text: BOX })), typedText(robot, "gone")]).toEqual([null, null]);
});

test("a pattern shows within its own rows", () => {
  expect([shows(rule("^a", 1), "a\nb\n\n"), shows(rule("^a", 2), "a\nb\n\n")]).toEqual([
    false,
    true,
  ]);
});

test("a broken pattern matches nothing and breaks nothing", () => {
  expect(shows(rule("(", null), "(")).toBe(false);
});

test("no screen, title or pattern of any bytes makes it throw", () => {
  const piece = fc.constantFrom(
    BANNER,
    BOX,
    "* Thinking…\n",
    "May I go?\n",
    "Esc to cancel",
    "WAITING-UNTIL: ",
    "\u0000\u001b[2J",
    "\r\n",
    "\n> ",
  );
  const text = fc
    .array(fc.oneof(piece, fc.string({ unit: "binary" })))
    .map((parts) => parts.join(""));
  const odd = {
    ...robot,
    input: rule("(?:)"),
    screen: { ...robot.screen, busy: [rule("$"), rule(".*?")] },
  };
  fc.assert(
    fc.property(
      text,
      text,
      fc.constantFrom(robot, bare, odd),
      fc.boolean(),
      (shown, title, backend, starting) => {
        const { evidence } = look({ text: shown, title }, { backend, starting });
        expect(evidence.length).toBeGreaterThan(0);
        expect(evidence.every(({ line }) => line.length <= 300 && !/[\0-\x1f]/.test(line))).toBe(
          true,
        );
      },
    ),
    { numRuns: 300 },
  );
});

test("an endless screen is judged by its end", () => {
  const text = "x\n".repeat(500_000) + "> go\n* Thinking…\n" + BOX;
  expect(verdict({ text })).toEqual({ is: "busy" });
});

test("of several sources the first that says something counts; stale and mute ones are passed over", () => {
  const stale = source("busy", { is: "stale", says: null });
  const mute = source(null, { from: "hook_file" });
  const tail = source("idle", { from: "jsonl_tail", value: "done" });
  const osc = source("busy", { from: "osc" });
  const working = "> go\n* Thinking…" + BOX;
  expect(look({ signals: listed(stale, mute, tail, osc), text: working }).evidence[0]).toEqual({
    from: "signal",
    rule: "jsonl_tail idle",
    line: "done",
  });
  expect(verdict({ signals: listed(stale, mute), text: working })).toEqual({ is: "busy" });
});

test("a title has the rank at which its backend lists it", () => {
  const title = source(null, { from: "title" });
  const hook = source("idle", { from: "hook_file" });
  const text = "> go" + BOX;
  expect(verdict({ signals: listed(hook, title), title: "+ robot", text })).toEqual({ is: "idle" });
  expect(verdict({ signals: listed(title, hook), title: "+ robot", text })).toEqual({ is: "busy" });
  expect(verdict({ signals: listed(title, hook), title: "robot", text })).toEqual({ is: "idle" });
});

test("a limit that any source tells counts, and its instant wins over the banner's", () => {
  const until = at + 100 * MINUTE;
  const idle = source("idle");
  const told = source("limited", { from: "jsonl_tail", text: "limit", until });
  const text = `> go\n${BANNER} · resets 3pm\n${BOX}`;
  expect(look({ signals: listed(idle, told), text })).toEqual({
    verdict: { is: "limited", until, sure: true },
    evidence: [{ from: "signal", rule: "jsonl_tail limited", line: "limit" }],
  });
  expect(verdict({ signals: listed(source("busy"), told), text })).toEqual({ is: "busy" });
  const words = source("limited", { text: "hit your limit · resets 3pm (UTC)" });
  expect(verdict({ signals: listed(words), text: "> go" + BOX })).toEqual({
    is: "limited",
    until: Date.parse("2026-06-10T15:00:00Z"),
    sure: true,
  });
  expect(verdict({ signals: says("limited"), text: "> go" + BOX })).toEqual({
    is: "limited",
    until: null,
    sure: false,
  });
});

test("a turn that ended in an error which only its log tells has failed; one that works again has not", () => {
  const error = source("failed", { from: "jsonl_tail", cause: "auth", text: "401" });
  const text = "> go" + BOX;
  expect(verdict({ signals: listed(source("idle"), error), text })).toEqual({
    is: "failed",
    cause: "auth",
    line: "401",
  });
  expect(verdict({ signals: listed(source("busy"), error), text })).toEqual({ is: "busy" });
});

test("who works without a new line in its log is busy, and that is said beside it", () => {
  const busy = source("busy");
  const log = source("busy", { from: "jsonl_tail", silent: true });
  expect(look({ signals: listed(busy, log), text: "> go" + BOX })).toEqual({
    verdict: { is: "busy" },
    evidence: [
      { from: "signal", rule: "json_file busy", line: "busy" },
      { from: "silence", rule: "jsonl_tail", line: "nothing new" },
    ],
  });
});
