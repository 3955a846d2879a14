// Jobs of the clock as rows for a person, in `job list` and below the agents in `status`. It lies on the way of every
// `status`, so it loads next to nothing.

import type { JobReport } from "../core/job-report.ts";
import { ago, ahead } from "./ago.ts";
import type { Call } from "./outside.ts";
import { paint, plain, type Paint } from "./paint.ts";
import { table, type Cell } from "./table.ts";

export function jobTable({ outside }: Call, jobs: readonly JobReport[]): string {
  const colours = paint(outside.stdout, outside.env);
  const now = outside.now();
  const head = ["JOB", "WHEN", "STATE", "NEXT", "LAST", "WHY"].map((text): Cell => ({
    text,
    paint: colours.dim,
  }));
  const body = jobs.map((one): Cell[] => [
    plain(one.name),
    plain(one.zone === null ? one.when : `${one.when} ${one.zone}`),
    { text: one.state, paint: colourOf(one.state, colours) },
    one.next === null || one.state === "off" || one.state === "paused"
      ? "-"
      : ahead(Date.parse(one.next), now),
    lastCell(one, now, colours),
    plain(one.because === "" ? (one.last?.because ?? "") : one.because),
  ]);
  return table({ rows: [head, ...body], width: outside.stdout.columns });
}

function lastCell({ last }: JobReport, now: number, colours: Paint): Cell {
  if (last === null) return "-";
  const text = `${last.came} ${ago(Date.parse(last.at), now)}`;
  return last.came === "failed" ? { text, paint: colours.red } : text;
}

function colourOf(state: JobReport["state"], colours: Paint): (text: string) => string {
  return {
    running: colours.green,
    waiting: colours.yellow,
    scheduled: colours.dim,
    paused: colours.yellow,
    off: colours.dim,
  }[state];
}
