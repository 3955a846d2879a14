// What became of real coding agents, as tables for people.

import type { Seen } from "./acts.ts";

export type Row = Seen & {
  readonly state: string;
  readonly wanted: string;
  /** Who lived on after the stop. */
  readonly left: readonly string[];
  /** Hosts that it tried to reach, and did not. */
  readonly outside: readonly string[];
};

export type Tried = {
  readonly cli: string;
  readonly version: string;
  /** Why it was not tried; null when it was. */
  readonly not: string | null;
  readonly rows: readonly Row[];
};

export function table(tried: readonly Tried[]): string {
  const head = ["cli", "state", "wanted", "seen", "ms", ""];
  const rows = tried.flatMap(({ cli, version, not, rows: all }) =>
    not === null ? all.map((row) => rowOf(cli, row)) : [[cli, version, "not tried", not, "", ""]],
  );
  const all = tried.flatMap((one) => one.rows);
  const wrong = all.filter(({ ok }) => !ok).length;
  const left = all.flatMap((one) => one.left);
  const outside = [...new Set(all.flatMap((one) => one.outside))];
  return [
    ...columns([head, ...rows]),
    "",
    `${all.length - wrong} ok, ${wrong} wrong; ${all.length} stops left ${left.length} processes`,
    ...left.map((name) => `left: ${name}`),
    ...outside.map((host) => `refused: ${host}`),
    "",
  ].join("\n");
}

function rowOf(cli: string, { state, wanted, seen, ms, ok }: Row): readonly string[] {
  return [cli, state, wanted, seen, ms === null ? "-" : String(ms), ok ? "ok" : "WRONG"];
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths =
    rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
