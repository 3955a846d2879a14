// `agents why NAME --at TIME` and `--last restart|hold|ping|phase`: what had happened to it up to then, what it was
// decided from, and the screen of that moment. Memory itself has no past; the journal and the evidence have.

import type { Config } from "../config/config.ts";
import { readDuration } from "../config/durations.ts";
import { eventsAtMost, readEvents, type Event } from "../engine/events.ts";
import { span } from "./ago.ts";
import { eventText, localTime } from "./event-text.ts";
import { wordOf } from "./flags.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";
import { plain } from "./paint.ts";
import { type EvidenceFile, evidenceOf, lastEvidence } from "./why-evidence.ts";

const EVENTS = 12;
const SCREEN_ROWS = 12;
const DAY_MS = 86_400_000;

const LAST = ["restart", "hold", "ping", "phase"] as const;
export type Last = (typeof LAST)[number];

/** What tells of one in the journal; a phase step and a shared hold carry another name than the agent's. */
const TELLS: Readonly<Record<Last, ReadonlySet<string>>> = {
  restart: new Set(["sweep", "ended", "start"]),
  hold: new Set(["limited", "overloaded", "held", "probed"]),
  ping: new Set(["type"]),
  phase: new Set(["loop"]),
};

type Asked = {
  readonly config: Config;
  readonly name: string;
  /** Names under which something is told of it: its own, its loop's, its account's. */
  readonly names: readonly string[];
};

type Then = {
  readonly at: number;
  readonly last: Last | null;
  readonly events: readonly Event[];
  readonly evidence: EvidenceFile | null;
};

export function whyThen(call: Call, asked: Asked): ExitCode {
  const { outside, options } = call;
  const now = outside.now();
  const then =
    typeof options["last"] === "string"
      ? lastOne(call, asked, wordOf(options["last"], LAST, "--last"))
      : upTo(call, asked, timeOf(String(options["at"]), now));
  if (options["json"] === true) outside.stdout.write(`${JSON.stringify(told(asked.name, then))}\n`);
  else outside.stdout.write(page(asked.name, then, now));
  return 0;
}

/** The events among which whoever asks for that instant finds what was done then. */
export function happenedBy(events: readonly Event[], at: number): readonly Event[] {
  return events.filter((one) => Date.parse(one.at) <= at).slice(-EVENTS);
}

/** Where the last one of a kind stands among the events; null where the journal holds none. */
export function lastOf(events: readonly Event[], last: Last): number | null {
  const at = events.findLastIndex((one) => TELLS[last].has(one.event));
  const found = events[at];
  if (found === undefined) return null;
  // A restart is told from its cause, not from the start that followed.
  if (last !== "restart" || found.event !== "start") return at;
  const causes = events.slice(0, at).map(({ event }) => event);
  const before = causes.lastIndexOf("start");
  const cause = causes.findIndex((event, index) => index > before && TELLS.restart.has(event));
  return cause < 0 ? at : cause;
}

function eventsOf({ outside }: Call, { config, names }: Asked): readonly Event[] {
  const wanted = { tail: eventsAtMost, since: null, agents: names };
  const read = readEvents(outside.disk, config.logDir, wanted);
  if (!read.ok) throw new Refusal(1, read.failure);
  return read.value;
}

function upTo(call: Call, asked: Asked, at: number): Then {
  const { disk } = call.outside;
  const events = happenedBy(eventsOf(call, { ...asked, names: [asked.name] }), at);
  const until = { name: asked.name, until: at };
  const evidence = lastEvidence(disk, asked.config.stateDir, until);
  return { at, last: null, events, evidence };
}

function lastOne(call: Call, asked: Asked, last: Last): Then {
  const events = eventsOf(call, asked);
  const at = lastOf(events, last);
  const found = at === null ? undefined : events[at];
  if (at === null || found === undefined)
    throw new Refusal(4, `the journal holds no ${last} of ${asked.name}`);
  const { disk } = call.outside;
  const before = events.slice(Math.max(0, at - EVENTS / 2), at);
  const after = events.slice(at, at + EVENTS / 2);
  return {
    at: Date.parse(found.at),
    last,
    events: [...before, ...after],
    evidence: evidenceOf(disk, asked.config.stateDir, found),
  };
}

function told(name: string, { at, last, events, evidence }: Then): unknown {
  const { screen: _long, ...kept } = evidence ?? { screen: "", at: 0 };
  return {
    schema: "agents.why/1",
    at: new Date(at).toISOString(),
    name,
    ...(last === null ? {} : { last }),
    events,
    evidence: evidence === null ? null : { ...kept, at: new Date(evidence.at).toISOString() },
  };
}

function page(name: string, { at, last, events, evidence }: Then, now: number): string {
  const when = localTime(at, now);
  const head = last === null ? `${name} at ${when}` : `the last ${last} of ${name}, ${when}`;
  return `${head}\n${happened(events, now)}${evidence === null ? "" : basis(evidence, now)}`;
}

function happened(events: readonly Event[], now: number): string {
  if (events.length === 0) return "nothing that the journal still holds had happened to it\n";
  return events.map((one) => `  ${eventText(one, { now, width: 0 })}\n`).join("");
}

function basis(
  { at, because, verdict, rules, thresholds, screen, path }: EvidenceFile,
  now: number,
) {
  const rows = plain(screen).trimEnd().split("\n").slice(-SCREEN_ROWS);
  const limits = Object.entries(thresholds).map(
    ([key, ms]) => `${key.replace(/Ms$/, "")} ${span(ms)}`,
  );
  const lines = [
    ...rules.map(
      ({ from, rule, line }) =>
        `by its ${from}, rule ${rule}${line === "" ? "" : `: ${JSON.stringify(line)}`}`,
    ),
    ...(limits.length === 0 ? [] : [`thresholds: ${limits.join(", ")}`]),
  ];
  return (
    `\nwhat was kept at ${localTime(at, now)}: ${plain(because)}\n` +
    (verdict === "" ? "" : `  it was seen to be ${verdict}\n`) +
    lines.map((line) => `  ${plain(line)}\n`).join("") +
    `${rows.map((row) => `  | ${row}\n`).join("")}  ${path}\n`
  );
}

/** "03:12" is the last time that the clock showed so; "2h" is two hours ago. */
export function timeOf(written: string, now: number): number {
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(written);
  if (clock !== null) {
    const day = new Date(now);
    day.setHours(Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 59), 999);
    return day.getTime() > now ? day.getTime() - DAY_MS : day.getTime();
  }
  const ago = readDuration(written);
  if (ago !== null && !/^\d+$/.test(written)) return now - ago;
  const instant = Date.parse(written);
  if (!Number.isNaN(instant) && /^\d{4}-/.test(written)) return instant;
  throw new Refusal(
    2,
    `--at ${JSON.stringify(written)} is no time; "03:12", "2h" (ago) and 2026-01-31T03:12Z are`,
  );
}
