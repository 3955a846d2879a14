// `npm run chaos`: what is asked, and the table of what came of it. Exit 1 on any violation.

import { parseArgs } from "node:util";
import { build } from "../lab.ts";
import { ALL } from "./fleet.ts";
import { chaos, FAULTS } from "./monkey.ts";
import { table } from "./table.ts";

const USAGE = `Usage: npm run chaos -- [--minutes N] [--seed N] [--only KIND]... [--keep] [--quiet]

  --minutes N   how long (default 10)
  --seed N      the same faults in the same order (default: by the clock)
  --only KIND   these faults, one after another, as often as they are named
  --keep        keep logs, state and the stubs' own records, and say where they are
  --quiet       only the table

Faults: ${FAULTS.map((one) => one.kind).join(", ")}
`;

type Wishes = {
  readonly minutes: number;
  readonly seed: number;
  readonly only: readonly string[];
  readonly keep: boolean;
  readonly quiet: boolean;
};

export async function run(argv: readonly string[]): Promise<number> {
  const wishes = wishesOf(argv);
  if (typeof wishes === "string") {
    process.stderr.write(`${wishes}\n${USAGE}`);
    return 2;
  }
  const { minutes, seed, only, keep, quiet } = wishes;
  const say = (line: string): void =>
    void (quiet || process.stderr.write(`${new Date().toISOString()} ${line}\n`));
  say(`seed ${seed}`);
  build();
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => stop.abort(new Error(`ended by ${signal}`)));
  const wanted = { seed, minutes, members: ALL, kinds: only, keep, say, stop: stop.signal };
  const report = await chaos(wanted);
  process.stdout.write(table(report));
  return report.violations.length === 0 ? 0 : 1;
}

function wishesOf(argv: readonly string[]): Wishes | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        minutes: { type: "string", default: "10" },
        seed: { type: "string", default: String(Date.now() % 1_000_000) },
        only: { type: "string", multiple: true, default: [] },
        keep: { type: "boolean", default: false },
        quiet: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
    const strange = values.only.find((kind) => FAULTS.every((one) => one.kind !== kind));
    if (values.help) return "";
    if (!(minutes > 0) || !Number.isInteger(seed)) return "--minutes and --seed are numbers";
    if (strange !== undefined) return `there is no fault ${JSON.stringify(strange)}`;
    return { ...values, minutes, seed };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
