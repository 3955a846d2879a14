// A fleet as a watchdog publishes it, with somebody in every state, and the screen that shows it. For tests.

import { paint } from "../paint.ts";
import type { Standing } from "../standing.ts";
import { ASCII, GLYPHS } from "./columns.ts";
import type { Looks, Model } from "./model.ts";
import { arranged, rowsOf } from "./rows.ts";
import { FIRST_VIEW, type View } from "./view.ts";

/** Noon on a Saturday in March. */
export const NOON = Date.UTC(2026, 2, 7, 12);
const at = (seconds: number): string => new Date(NOON + seconds * 1000).toISOString();

type Agent = Standing["agents"][number];

export function agent(name: string, change: Partial<Agent> = {}): Agent {
  return {
    name,
    kind: "persistent",
    role: null,
    loop: null,
    backend: "demo",
    account: "demo",
    model: "",
    session: `t-${name}`,
    watch: "heal",
    enabled: true,
    wanted: "up",
    paused: false,
    life: "up",
    held: null,
    verdict: "busy",
    since: at(-3600),
    until: null,
    because: "",
    pending: null,
    wakes: null,
    queued: 0,
    starts: 1,
    exit: null,
    pid: 100,
    orphan: false,
    usage: null,
    ...change,
  };
}

export const AGENTS: readonly Agent[] = [
  agent("builder", { kind: "loop", role: "builder", loop: "main", model: "large", starts: 3 }),
  agent("reviewer", {
    kind: "loop",
    role: "reviewer",
    loop: "main",
    verdict: "waiting",
    until: at(105),
    because: "waits, as it said",
  }),
  agent("migration", {
    verdict: "asking",
    because: "asks: Do you want to run `dropdb staging`? 1. Yes 2. No",
    since: at(-720),
  }),
  agent("docs", { verdict: "idle", because: "idle", wakes: at(1200), since: at(-86_400) }),
  agent("翻訳", { verdict: "idle", because: "idle", queued: 2 }),
  agent("nightly", {
    life: "parked",
    verdict: "failed",
    because: "failed auth: Please log in again",
    exit: { code: 1, signal: null },
    pid: null,
  }),
  agent("scout", {
    life: "held",
    verdict: "limited",
    until: at(250),
    because: "usage limit: resets 12:04",
  }),
  agent("crasher", {
    life: "backoff",
    verdict: "exited",
    until: at(12),
    because: "restart: exited 1",
    exit: { code: 1, signal: null },
    since: at(-8),
  }),
  agent("newcomer", { life: "launching", verdict: "starting", until: at(58), since: at(-2) }),
  agent("edited", { pending: "its launch was edited" }),
  agent("mine", { life: "held", paused: true, because: "paused by a person", verdict: "busy" }),
  agent("off", {
    life: "down",
    verdict: "gone",
    wanted: "down",
    enabled: false,
    because: "disabled",
    since: null,
    pid: null,
    starts: 0,
  }),
];

export const STANDING: Standing = {
  schema: "agents.status/1",
  at: at(0),
  config: { path: "/home/ann/shop/agents.toml", ok: true, problems: [] },
  tmux: { socket: "agents-12345678" },
  watchdog: {
    state: "running",
    pid: 9,
    lastTick: at(-2),
    session: "t-watchdog",
    unsaved: null,
    interval: 30,
    started: "x",
  },
  loops: [
    {
      name: "main",
      phase: "p2",
      index: 1,
      count: 3,
      plan: "PLAN-2.md",
      done: false,
      complete: false,
      because: "in phase p2",
    },
  ],
  agents: AGENTS,
  services: [{ name: "db", session: "t-db", life: "up", since: at(-7200), because: "", pid: 90 }],
  budgets: [],
  holds: [
    {
      account: "demo",
      since: at(-60),
      until: at(250),
      sure: true,
      why: "limit",
      probing: null,
      agents: ["scout"],
    },
  ],
  quarantined: [],
  jobs: [],
};

const LAST_LINES = new Map([
  ["builder", "● Writing src/cart.ts: 214 lines, 3 of 5 tests pass"],
  ["reviewer", '● Committed "review: p2 pass".'],
  ["docs", "● Done: 4 pages."],
  ["翻訳", "● 十二章を訳しました。"],
  ["db", "listening on 5432"],
]);

const PRINTED = [
  "● Phase p2: reading the plan.",
  "● Writing src/cart.ts",
  "  ⎿ 214 lines",
  "● Running the tests: 3 of 5 pass",
  "✻ Working… (42s · esc to interrupt)",
  ">",
];

export function model(seen: View, change: Partial<Model> = {}): Model {
  const standing = change.standing ?? STANDING;
  const all = rowsOf(standing);
  return {
    now: NOON,
    standing,
    all,
    rows: arranged(all, seen.filter, seen.sort),
    lastLines: LAST_LINES,
    printed: PRINTED,
    handoffs: new Map([["main", { at: NOON - 130_000, kind: "claim", to: "reviewer" }]]),
    latest: "11:59:48  crasher  backoff: restart: exited 1",
    note: null,
    ...change,
  };
}

export function view(change: Partial<View> = {}): View {
  return { ...FIRST_VIEW, chosen: "builder", ...change };
}

export function looks(
  columns: number,
  rows: number,
  how: "colour" | "plain" | "ascii" = "plain",
): Looks {
  const env = how === "colour" ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };
  return {
    size: { columns, rows },
    paint: paint({ isTTY: true }, env),
    glyphs: how === "ascii" ? ASCII : GLYPHS,
  };
}
