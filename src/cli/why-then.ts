// `agents why NAME --at TIME`: what had happened to it up to then, and the last screen that was kept before.
// Memory itself has no past; the journal and the evidence have.

import type { Config } from "../config/config.ts";
import { readDuration } from "../config/durations.ts";
import { eventsAtMost, readEvents, type Event } from "../engine/events.ts";
import { eventText, localTime } from "./event-text.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";
import { plain } from "./paint.ts";
import { lastEvidence } from "./why-evidence.ts";

const EVENTS = 12;
const SCREEN_ROWS = 12;
const DAY_MS = 86_400_000;

export function whyThen(call: Call, config: Config, name: string): ExitCode {
  const { outside, options } = call;
  const now = outside.now();
  const at = timeOf(String(options["at"]), now);
  const read = readEvents(outside.disk, config.logDir, {
    tail: eventsAtMost,
    since: null,
    agents: [name],
  });
  if (!read.ok) throw new Refusal(1, read.failure);
  const events = read.value.filter((one) => Date.parse(one.at) <= at).slice(-EVENTS);
  const kept = lastEvidence(outside.disk, config.stateDir, { name, until: at });
  if (options["json"] === true) {
    const evidence =
      kept === null
        ? null
        : { path: kept.path, at: new Date(kept.at).toISOString(), because: kept.because };
    const then = { schema: "agents.why/1", at: new Date(at).toISOString(), name, events, evidence };
    outside.stdout.write(`${JSON.stringify(then)}\n`);
    return 0;
  }
  outside.stdout.write(`${name} at ${localTime(at, now)}\n${happened(events, now)}`);
  if (kept !== null) {
    const rows = plain(kept.screen).trimEnd().split("\n").slice(-SCREEN_ROWS);
    outside.stdout.write(
      `\nthe last screen that was kept before, at ${localTime(kept.at, now)}: ${plain(kept.because)}\n` +
        `${rows.map((row) => `  | ${row}\n`).join("")}  ${kept.path}\n`,
    );
  }
  return 0;
}

function happened(events: readonly Event[], now: number): string {
  if (events.length === 0) return "nothing that the journal still holds had happened to it\n";
  return events.map((one) => `  ${eventText(one, { now, width: 0 })}\n`).join("");
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
