// What the watchdog costs while it is maltreated: memory and descriptors of every one that lives for a while,
// size and number of the files it keeps. Samples once a second; slopes are by least squares.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { evidenceBytes, evidenceKept } from "../../engine/evidence.ts";
import { answersKept } from "../../engine/orders.ts";
import type { Fleet } from "./fleet.ts";
import type { Witness } from "./witness.ts";

const EVERY_MS = 1_000;
/** Memory, board, lock, kickoffs and the like. */
const FILES_FEW = 50;
/** What starts is not flat yet. */
const WARM_MS = 15_000;
export const LIMITS = {
  rssMb: 150,
  fds: 120,
  stateMb: (evidenceKept * evidenceBytes) / 2 ** 20,
  stateFiles: evidenceKept + answersKept + FILES_FEW,
} as const;

type Sample = {
  readonly at: number;
  readonly pid: number;
  readonly rssMb: number;
  readonly fds: number;
  readonly stateMb: number;
  readonly stateFiles: number;
};

export type Bounds = {
  readonly figures: () => Figures;
  readonly close: () => void;
};
export type Figures = {
  readonly watchdogs: number;
  readonly max: Readonly<Record<keyof typeof LIMITS, number>>;
  /** A minute, of those that lived for one; of the directory over the whole run. */
  readonly slope: Readonly<Record<keyof typeof LIMITS, number>>;
  readonly logMb: number;
};

export function openBounds(fleet: Fleet, witness: Witness): Bounds {
  const samples: Sample[] = [];
  const begun = new Map<number, number>();
  const told = new Set<string>();
  const state = join(fleet.lab.dir, "log/state");
  const timer = setInterval(() => {
    const pid = fleet.watchdog();
    const sample = pid === null ? null : sampleOf(pid, state);
    if (sample === null) return;
    begun.set(sample.pid, begun.get(sample.pid) ?? sample.at);
    witness.checked("bounded");
    for (const key of ["rssMb", "fds", "stateMb", "stateFiles"] as const) {
      if (sample[key] <= LIMITS[key] || told.has(key)) continue;
      told.add(key);
      witness.wrong("bounded", `${key} is ${sample[key].toFixed(0)}, more than ${LIMITS[key]}`);
    }
    samples.push(sample);
  }, EVERY_MS);
  return {
    close: () => clearInterval(timer),
    figures: () => {
      const warm = samples.filter((one) => one.at - (begun.get(one.pid) ?? 0) > WARM_MS);
      const max = (key: keyof typeof LIMITS): number =>
        Math.max(0, ...samples.map((one) => one[key]));
      const own = (key: "rssMb" | "fds"): number => longest(warm, (one) => one[key]);
      const all = (key: "stateMb" | "stateFiles"): number => slopeOf(samples, (one) => one[key]);
      return {
        watchdogs: begun.size,
        max: {
          rssMb: max("rssMb"),
          fds: max("fds"),
          stateMb: max("stateMb"),
          stateFiles: max("stateFiles"),
        },
        slope: {
          rssMb: own("rssMb"),
          fds: own("fds"),
          stateMb: all("stateMb"),
          stateFiles: all("stateFiles"),
        },
        logMb: weigh(join(fleet.lab.dir, "log")).bytes / 2 ** 20,
      };
    },
  };
}

function sampleOf(pid: number, state: string): Sample | null {
  try {
    const rss = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    const { bytes, files } = weigh(state);
    return {
      at: Date.now(),
      pid,
      rssMb: Number(rss ?? 0) / 1024,
      fds: readdirSync(`/proc/${pid}/fd`).length,
      stateMb: bytes / 2 ** 20,
      stateFiles: files,
    };
  } catch {
    // It died under the question.
    return null;
  }
}

function weigh(dir: string): { readonly bytes: number; readonly files: number } {
  const sizes = readdirSync(dir, { recursive: true, encoding: "utf8" }).map(
    (path) => statSync(join(dir, path), { throwIfNoEntry: false })?.size ?? 0,
  );
  return { bytes: sizes.reduce((sum, one) => sum + one, 0), files: sizes.length };
}

/** Of the watchdog that was looked at most. */
function longest(samples: readonly Sample[], of: (one: Sample) => number): number {
  const counts = new Map<number, number>();
  for (const { pid } of samples) counts.set(pid, (counts.get(pid) ?? 0) + 1);
  const [most] = [...counts].toSorted(([, a], [, b]) => b - a);
  return slopeOf(
    samples.filter((one) => one.pid === most?.[0]),
    of,
  );
}

/** A minute. */
function slopeOf(samples: readonly Sample[], of: (one: Sample) => number): number {
  const [first] = samples;
  if (first === undefined || samples.length < 3) return 0;
  const points = samples.map((one) => ({ x: (one.at - first.at) / 60_000, y: of(one) }));
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, one) => sum + one, 0) / values.length;
  const x = mean(points.map((one) => one.x));
  const y = mean(points.map((one) => one.y));
  const spread = points.reduce((sum, one) => sum + (one.x - x) ** 2, 0);
  return spread === 0
    ? 0
    : points.reduce((sum, one) => sum + (one.x - x) * (one.y - y), 0) / spread;
}
