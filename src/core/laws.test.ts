// Laws that hold for whatever stands in the file and whoever said what: how wants are joined, how long a backoff
// waits, what an edit of a single byte may do, and that a banner's words lead back to their instant.

import fc from "fast-check";
import { expect, test } from "vitest";
import type { Budget } from "../config/budget.ts";
import type { Restart } from "../config/config.ts";
import { done, later, look, running, SCREENS, settingOf, type Scene } from "../sim/scene.ts";
import type { BudgetMemory } from "./budget.ts";
import { wantOf } from "./case.ts";
import { backoffMs } from "./ending.ts";
import { FRESH, freshAgent } from "./fresh.ts";
import { resetAt } from "./limit.ts";
import { membersOf } from "./member.ts";
import type { LoopMemory, Want } from "./types.ts";
import { instantsAt, wallAt } from "./zone.ts";

const LOOP = `[[agent]]
name = "a"
kind = "loop"
role = "builder"
[loop]
phases = [{ id = "p1", plan = "p.md", status = "S.md" }]
`;
const FILES = {
  on: settingOf(LOOP).config,
  off: settingOf(LOOP.replace("role", "enabled = false\nrole")).config,
};
const NO_LIMITS: Omit<Budget, "atLimit"> = {
  perDay: [],
  agent: { each: [], named: {} },
  account: { each: [], named: {} },
  perTask: [],
  perStep: [],
  warnAt: 0.8,
};
const loop: Omit<LoopMemory, "complete"> = {
  index: 0,
  completedRun: false,
  sha: null,
  inboxes: {},
  missing: "",
  because: "",
};

const SPENT: BudgetMemory = {
  scope: "day",
  name: "",
  day: "2026-03-07",
  level: "reached",
  since: 0,
  until: null,
  granted: 0,
  of: "$1.00",
  because: "",
};

type Said = {
  readonly spent: "hold" | "stop" | null;
  readonly person: "up" | "down" | null;
  readonly fleet: "up" | "down";
  readonly complete: boolean;
  readonly enabled: boolean;
};

function want({ person, fleet, complete, enabled, spent }: Said): Want["is"] {
  const file = enabled ? FILES.on : FILES.off;
  const budget = { ...NO_LIMITS, atLimit: spent ?? "hold" };
  const config = { ...file, budget };
  const [member] = membersOf(config);
  if (member === undefined) throw new Error("no member");
  return wantOf(config, member, {
    ...FRESH,
    fleet: { ...FRESH.fleet, wanted: fleet },
    agents: { a: { ...freshAgent("t-a"), wanted: person } },
    loops: { loop: { ...loop, complete } },
    budgets: spent === null ? {} : { "day/": SPENT },
  }).is;
}

const said: fc.Arbitrary<Said> = fc.record({
  spent: fc.constantFrom("hold", "stop", null),
  person: fc.constantFrom("up", "down", null),
  fleet: fc.constantFrom("up", "down"),
  complete: fc.boolean(),
  enabled: fc.boolean(),
});

test("wants are joined in one order: a person's down, the fleet's, a loop's end, the file, a budget, up", () => {
  const joined = ({ person, fleet, complete, enabled, spent }: Said): Want["is"] => {
    if (person === "down" || (person === null && fleet === "down") || complete) return "down";
    if (person !== "up" && !enabled) return "leave";
    return spent === null ? "up" : spent === "stop" ? "down" : "hold";
  };
  fc.assert(
    fc.property(said, (one) => {
      expect(want(one)).toBe(joined(one));
    }),
  );
});

test("nobody who says down or less can make anybody run", () => {
  const rank = { down: 0, leave: 1, hold: 2, up: 3 };
  fc.assert(
    fc.property(said, (one) => {
      const is = rank[want({ ...one, spent: null })];
      expect(rank[want(one)]).toBeLessThanOrEqual(is);
      expect(rank[want({ ...one, person: "down" })]).toBeLessThanOrEqual(is);
      expect(rank[want({ ...one, fleet: "down" })]).toBeLessThanOrEqual(is);
      expect(rank[want({ ...one, complete: true })]).toBeLessThanOrEqual(is);
      expect(rank[want({ ...one, person: "up", spent: null })]).toBeGreaterThanOrEqual(
        one.person === "down" || is === rank.down ? rank.down : is,
      );
    }),
  );
});

test("a backoff is never shorter than it was promised, and never more than a quarter longer", () => {
  const restarts = fc.record({ firstMs: fc.integer({ min: 0, max: 1e7 }), over: fc.nat(1e8) });
  const often = fc.oneof(fc.nat(60), fc.nat(1e9));
  fc.assert(
    fc.property(restarts, fc.string(), often, ({ firstMs, over }, name, attempt) => {
      const maxMs = firstMs + over;
      const restart: Restart = {
        policy: "always",
        firstMs,
        maxMs,
        starts: 5,
        withinMs: 1,
        healthyMs: 1,
      };
      const promised = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 60));
      const waits = backoffMs(restart, name, attempt);
      expect(waits).toBeGreaterThanOrEqual(Math.min(promised, maxMs));
      expect(waits).toBeLessThanOrEqual(Math.min(maxMs, Math.ceil(promised * 1.25)));
      expect(Number.isInteger(waits)).toBe(true);
    }),
  );
});

const FLEET = `[watchdog]
signal_interval = 30
[[agent]]
name = "first"
prompt = "work on the first thing"
wake = { interval = 1800, prompt_file = "wake.md" }
[[agent]]
name = "second"
watch = "heal"
restart = { starts = 5, within = 1800 }
[[service]]
name = "server"
command = "serve --all"
`;

/** The text taken over, as it stands after a quarter of a second; null where it says nothing valid. */
function edited(before: Scene, config: string): Scene | null {
  try {
    return look(before, 1000, { config });
  } catch {
    return null;
  }
}

test("no edit of one byte, and no cut at any, stops or restarts anybody at work", () => {
  const before = running(FLEET, SCREENS.busy);
  const ours = new Set(Object.keys(before.memory.agents));
  const bytes = fc.constantFrom("", "#", '"', "\n", "=", "a", "0", "9", "[", "]", "\u0000", " ");
  const texts = fc
    .tuple(fc.nat(FLEET.length - 1), bytes, fc.constantFrom("put", "add", "cut"))
    .map(([at, byte, how]) => {
      if (how === "cut") return FLEET.slice(0, at);
      return FLEET.slice(0, at) + byte + FLEET.slice(how === "put" ? at + 1 : at);
    });
  let taken = 0;
  fc.assert(
    fc.property(texts, (text) => {
      const after = edited(before, text);
      if (after === null) return;
      taken += 1;
      for (const then of [after, later(after, 90_000)]) {
        // A service is never at work: its new command is a valid reason to begin it anew.
        const deeds = done(then).filter((deed) => !deed.startsWith("server: "));
        const starts = deeds.filter((deed) => deed.endsWith(": start"));
        expect(deeds.filter((deed) => !starts.includes(deed))).toEqual([]);
        expect(starts.filter((deed) => ours.has(deed.split(":")[0] ?? ""))).toEqual([]);
      }
    }),
    { numRuns: 300 },
  );
  expect(taken).toBeGreaterThan(20);
});

const ZONES = [
  "UTC",
  "America/New_York",
  "Europe/Berlin",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "America/St_Johns",
  "Pacific/Auckland",
] as const;

/** The local fields of an instant, as a program prints them. */
function printed(instant: number, zone: string): (type: string) => string {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    month: "short",
    day: "numeric",
    year: "numeric",
    hour: "numeric",
    minute: "2-digit",
    hour12: true,
  }).formatToParts(instant);
  return (type) => parts.find((part) => part.type === type)?.value ?? "";
}

test("a reset that is printed in any form and zone, on any day, is read back as what it was", () => {
  const start = Date.UTC(2026, 0, 1) / 60_000;
  // Around a change of clocks as often as anywhere else.
  const changes = [
    "2026-03-08T07:00Z",
    "2026-11-01T06:00Z",
    "2026-03-29T01:00Z",
    "2026-10-25T01:00Z",
  ];
  const minute = fc.oneof(
    fc.integer({ min: start, max: start + 365 * 1440 }),
    fc
      .tuple(fc.constantFrom(...changes), fc.integer({ min: -600, max: 600 }))
      .map(([at, more]) => Date.parse(at) / 60_000 + more),
  );
  const form = fc.constantFrom("dated", "full", "named");
  fc.assert(
    fc.property(
      minute,
      fc.integer({ min: 1, max: 30 * 1440 }),
      fc.constantFrom(...ZONES),
      form,
      (now, ahead, zone, how) => {
        const until = (now + ahead) * 60_000;
        const get = printed(until, zone);
        const clock = `${get("hour")}:${get("minute")}${get("dayPeriod").toLowerCase()}`;
        const day = `${get("month")} ${get("day")}`;
        const line =
          how === "dated"
            ? `You've hit your limit · resets ${day}, ${clock}`
            : how === "full"
              ? `try again at ${day}, ${get("year")} ${clock}`
              : `You've hit your limit · resets ${day}, ${clock} (${zone})`;
        const host = how === "named" ? "Asia/Tokyo" : zone;
        const got = resetAt(line, { zone: host, seenAt: now * 60_000 });
        const meant = instantsAt(wallAt(until, zone) ?? 0, zone);
        expect(meant).toContain(until);
        expect(meant).toContain(got?.until);
        expect(got?.sure).toBe(meant.length === 1);
      },
    ),
    { numRuns: 400 },
  );
});
