// What a run of chaos has shown, as a table for people.

import { PROMISE_MS } from "./fleet.ts";
import { LIMITS } from "./bounds.ts";
import type { Report } from "./monkey.ts";
import { INVARIANTS, type Invariant } from "./witness.ts";

export function table(report: Report): string {
  const { seed, violations, bounds } = report;
  const faults = report.recoveries.length;
  return [
    `seed ${seed}: ${faults} faults, ${violations.length} violations; promised: right again in ${PROMISE_MS} ms`,
    "",
    ...columns([
      ["fault", "times", "median ms", "max ms", "ignores all signals"],
      ...faultRows(report),
    ]),
    ...Object.entries(report.skipped)
      .filter(([kind]) => report.recoveries.every((one) => one.kind !== kind))
      .map(([kind, why]) => `${kind}: not tried, ${why}`),
    "",
    ...columns([["invariant", "checks", "violations"], ...invariantRows(report)]),
    "",
    handoffLine(report),
    ...columns([
      ["the watchdog's", "max", "limit", "slope a minute"],
      ...(["rssMb", "fds", "stateMb", "stateFiles"] as const).map((key) => [
        key,
        bounds.max[key].toFixed(1),
        String(LIMITS[key]),
        bounds.slope[key].toFixed(2),
      ]),
    ]),
    `${bounds.watchdogs} watchdogs lived; logs and state weigh ${bounds.logMb.toFixed(1)} MB at the end`,
    ...violations.map(({ invariant, what }) => `VIOLATION ${INVARIANTS[invariant]}: ${what}`),
    "",
  ].join("\n");
}

function faultRows({ recoveries }: Report): readonly (readonly string[])[] {
  return [...new Set(recoveries.map((one) => one.kind))].toSorted().map((kind) => {
    const all = recoveries.filter((one) => one.kind === kind);
    const slow = Math.max(0, ...all.map((one) => one.slowMs ?? 0));
    const times = all.map((one) => one.ms);
    return [kind, all.length, middle(times), Math.max(...times), slow || "-"].map(String);
  });
}

function invariantRows({ checks, violations }: Report): readonly (readonly string[])[] {
  const keys = Object.keys(INVARIANTS).filter((key): key is Invariant => key in INVARIANTS);
  return keys.map((key) => {
    const wrong = violations.filter((one) => one.invariant === key).length;
    return [INVARIANTS[key], String(checks[key]), String(wrong)];
  });
}

function handoffLine({ handoff }: Report): string {
  const { pushed, waits, inCrash } = handoff;
  return `${pushed} pushes, ${waits.length} announced after ${middle(waits)} ms (median), ${Math.max(0, ...waits)} ms (max); ${inCrash} said again around a crash`;
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => (row[at] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  "),
  );
}
