// Nights with seeds that nobody has seen before, on every core, for as long as it is told. Prints what was
// lived through, and for each kind of thing that went wrong one line that shows it again, shrunk.

import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import type { Tally } from "../engine/rehearsal.ts";
import { MINUTE, SECOND } from "./chance.ts";
import { TROUBLES } from "./faults.ts";
import { simulate, type Night } from "./run.ts";
import { isLate, kindOf, lineOf, shrunk, type Failure, type Recipe } from "./shrink.ts";
import { NOTHING, openTally, sum } from "./tally.ts";

const USAGE = `Usage: npm run soak -- [--minutes 10] [--seed N] [--workers N]
                         [--hours 20] [--nights N] [--without KIND,KIND]

  --minutes N     how long new nights are begun (default 10)
  --seed N        the seed of the first night; the others follow it (default: by the clock)
  --workers N     nights at the same time (default: one a core)
  --hours N       how long a night is; four hours without faults end it (default 20)
  --nights N      no more nights than this
  --without KIND  leave these out: ${TROUBLES.join(", ")}
`;
/** Kinds of failure that are shrunk: each takes some twenty nights. */
const SHRUNK_MAX = 3;

type Plan = {
  readonly minutes: number;
  readonly workers: number;
  readonly nights: number;
  readonly first: Recipe;
};

/** What one worker is given: every so many nights one. */
type Share = { readonly plan: Plan; readonly index: number };
type Lived = { readonly night: Night; readonly tally: Tally };

async function lived({ seed, hours, without }: Recipe): Promise<Lived> {
  const tally = openTally();
  const night = await simulate(seed, hours, { tell: tally.hear, without: new Set(without) });
  return { night, tally: tally.told() };
}

export async function soak(argv: readonly string[], fresh: number): Promise<0 | 1 | 2> {
  const plan = planOf(argv, fresh);
  if (plan === null) {
    process.stderr.write(USAGE);
    return 2;
  }
  const { first, workers } = plan;
  process.stdout.write(`seed ${first.seed}, nights of ${first.hours} h, ${workers} at a time\n`);
  const begun = performance.now();
  const all: Lived[] = [];
  const shares = Array.from({ length: workers }, (_, index) => ({ plan, index }));
  await Promise.all(shares.map((share) => work(share, (one) => void all.push(one))));
  process.stdout.write(summary(all, (performance.now() - begun) / SECOND));
  const failures = failuresOf(all, first);
  for (const failure of failures.slice(0, SHRUNK_MAX)) {
    const play = async (recipe: Recipe): Promise<readonly string[]> =>
      (await lived(recipe)).night.violations;
    const small = plan.nights === 1 ? failure : await shrunk(failure, TROUBLES, play);
    process.stdout.write(`${lineOf(small)}\n`);
  }
  return failures.length === 0 ? 0 : 1;
}

function planOf(argv: readonly string[], fresh: number): Plan | null {
  const text = { type: "string" } as const;
  try {
    const options = {
      minutes: text,
      seed: text,
      workers: text,
      hours: text,
      nights: text,
      without: text,
    };
    const { values } = parseArgs({ args: [...argv], options });
    const number = (given: string | undefined, otherwise: number): number => {
      const value = given === undefined ? otherwise : Number(given);
      if (!(value > 0)) throw new Error(`not a number above 0: ${given}`);
      return value;
    };
    const named = values.without?.split(",") ?? [];
    const without = TROUBLES.filter((one) => named.includes(one));
    if (without.length < named.length) throw new Error(`no such kind in ${values.without}`);
    const most = number(values.nights, Number.POSITIVE_INFINITY);
    return {
      minutes: number(values.minutes, 10),
      workers: Math.min(most, number(values.workers, availableParallelism())),
      nights: most,
      first: { seed: number(values.seed, fresh + 1), hours: number(values.hours, 20), without },
    };
  } catch (error) {
    process.stderr.write(`soak: ${error instanceof Error ? error.message : String(error)}\n`);
    return null;
  }
}

function work(share: Share, heard: (one: Lived) => void): Promise<void> {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: share });
  worker.on("message", heard);
  return new Promise((resolve, reject) => {
    worker.on("error", reject);
    worker.on("exit", () => resolve());
  });
}

/** A worker's life. */
async function nights({ plan, index }: Share): Promise<void> {
  const { first, minutes, workers } = plan;
  const end = performance.now() + minutes * MINUTE;
  for (let at = index; at < plan.nights && performance.now() < end; at += workers)
    parentPort?.postMessage(await lived({ ...first, seed: first.seed + at }), []);
}

/** One night for each kind of thing that went wrong. */
function failuresOf(all: readonly Lived[], first: Recipe): readonly Failure[] {
  const kinds = new Map<string, Failure>();
  for (const { night } of all)
    for (const what of night.violations) {
      const known = kinds.has(kindOf(what));
      if (!known) kinds.set(kindOf(what), { recipe: { ...first, seed: night.seed }, what });
    }
  return [...kinds.values()];
}

function summary(all: readonly Lived[], seconds: number): string {
  const total = all.reduce((so, { tally }) => sum(so, tally), NOTHING);
  const of = (count: (night: Night) => number): number =>
    all.reduce((so, { night }) => so + count(night), 0);
  const hours = of(({ stats }) => stats.agentHours);
  const violations = all.flatMap(({ night }) => night.violations);
  const late = violations.filter(isLate).length;
  const rows: readonly (readonly [string, number | string])[] = [
    ["simulated agent-hours", hours],
    ["seeds", all.length],
    ["decisions", of(({ stats }) => stats.decisions)],
    ["engines started", of(({ stats }) => stats.engines)],
    ["starts", total.starts],
    ["restarts", total.restarts],
    ["holds", total.holds],
    ["nudges", total.nudges],
    ["kills", total.kills],
    ["agent-days per second", (hours / 24 / seconds).toFixed(1)],
    ["safety violations", violations.length - late],
    ["liveness failures", late],
    ["violations", violations.length],
  ];
  const kinds = new Map<string, number>();
  for (const what of violations) kinds.set(kindOf(what), (kinds.get(kindOf(what)) ?? 0) + 1);
  const lines = [...rows, ...[...kinds].map(([kind, count]) => [`  ${kind}`, count] as const)];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join("");
}

function isShare(given: unknown): given is Share {
  return typeof given === "object" && given !== null && "plan" in given && "index" in given;
}

if (!isMainThread && isShare(workerData)) await nights(workerData);
