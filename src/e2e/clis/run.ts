// `npm run e2e`: real coding agents, one after another, against a false API on this machine. What is asked, and
// the tables of what came of it. Exit 1 when something was wrong; what could not be installed was not tried.

import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { build, program } from "../lab.ts";
import { CLIS, type Cli } from "./clis.ts";
import { install } from "./install.ts";
import { openStage, type Stage, type Tools } from "./stage.ts";
import type { Seen, State } from "./acts.ts";
import { deliveries } from "./deliveries.ts";
import { STATES } from "./states.ts";
import { table, type Row, type Tried } from "./table.ts";

const USAGE = `Usage: npm run e2e -- [--cli NAME,…] [--only STATE,…] [--deliveries N] [--cache DIR] [--save DIR] [--json]

  --cli NAME,…      these coding agents (default ${CLIS.map(({ name }) => name).join(",")})
  --only STATE,…    these states (default: all)
  --deliveries N    so many texts to each (default 10; 0 for none)
  --cache DIR       where they are installed (default: agents-clis in the directory for temporary files)
  --save DIR        keep the screen of every state, and what \`agents why\` said of it
  --json            the same as data

States: ${STATES.map(({ name }) => name).join(", ")}, deliveries
`;

type Wishes = {
  readonly clis: readonly Cli[];
  readonly states: readonly State[];
  readonly cache: string;
  readonly save: string | null;
  readonly json: boolean;
};

export async function run(argv: readonly string[]): Promise<number> {
  const wishes = wishesOf(argv);
  if (typeof wishes === "string") {
    process.stderr.write(`${wishes}\n${USAGE}`);
    return 2;
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => stop.abort());
  build();
  const copy = copyOfProgram();
  try {
    const tried: Tried[] = [];
    for (const cli of wishes.clis) {
      if (!stop.signal.aborted) tried.push(await tryCli(cli, wishes, { copy, stop: stop.signal }));
    }
    process.stdout.write(wishes.json ? `${JSON.stringify(tried)}\n` : table(tried));
    return tried.some(({ rows }) => rows.some(({ ok }) => !ok)) ? 1 : 0;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

type Run = { readonly copy: string; readonly stop: AbortSignal };

async function tryCli(cli: Cli, wishes: Wishes, { copy, stop }: Run): Promise<Tried> {
  const installed = await install(cli, wishes.cache);
  if (!installed.ok) return { cli: cli.name, version: cli.version, not: installed.why, rows: [] };
  const tools: Tools = { cli, bin: installed.bin, program: join(copy, basename(program)) };
  const rows: Row[] = [];
  for (const state of wishes.states) {
    if (stop.aborted) break;
    if (state.only.length > 0 && !state.only.includes(cli.name)) continue;
    const row = await tryState(tools, state, { save: wishes.save, stop });
    rows.push(row);
    const took = row.ms === null ? "" : ` after ${row.ms} ms`;
    process.stderr.write(
      `${row.ok ? "ok   " : "WRONG"} ${cli.name} ${state.name}: ${row.seen}${took}\n`,
    );
  }
  return { cli: cli.name, version: installed.version, not: null, rows };
}

type Keeping = { readonly save: string | null; readonly stop: AbortSignal };

async function tryState(tools: Tools, state: State, { save, stop }: Keeping): Promise<Row> {
  const stage = await openStage(tools, state.play);
  const { name, wanted } = state;
  let seen: Seen = { seen: "", ms: null, ok: false };
  try {
    seen = await within(state, stop, state.see(stage));
  } catch (error) {
    seen = {
      seen: `broke: ${error instanceof Error ? error.message : String(error)}`,
      ms: null,
      ok: false,
    };
  }
  if (save !== null) await keep(stage, join(save, tools.cli.name), state);
  const { outside } = stage.api;
  const left = await stage.close();
  return {
    ...seen,
    state: name,
    wanted,
    ok: seen.ok && left.length === 0,
    left,
    outside: [...new Set(outside)],
  };
}

/** What is seen of a state; when it takes too long, or somebody interrupts, that. */
async function within(state: State, stop: AbortSignal, seen: Promise<Seen>): Promise<Seen> {
  const over = new AbortController();
  const cut = (): void => over.abort();
  const timer = setTimeout(cut, state.limitMs);
  stop.addEventListener("abort", cut);
  const late = new Promise<Seen>((resolve) => {
    over.signal.addEventListener("abort", () => {
      const why = stop.aborted ? "interrupted" : `not over after ${state.limitMs / 60_000} min`;
      resolve({ seen: why, ms: null, ok: false });
    });
  });
  try {
    return await Promise.race([seen, late]);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", cut);
    // Where it was cut short, the stage is taken down under it.
    seen.catch(() => undefined);
  }
}

async function keep(stage: Stage, dir: string, { name, play }: State): Promise<void> {
  mkdirSync(dir, { recursive: true });
  const [who = stage.standing()?.agents[0]?.name] = Object.keys(play.agents);
  if (who === undefined) return;
  const heard = stage.api.heard.map((one) => JSON.stringify({ ...one, said: one.said.slice(-2) }));
  const told = [await stage.why(who), stage.title(who), ...heard];
  const file = join(dir, name);
  writeFileSync(`${file}.txt`, stage.screen(who));
  writeFileSync(`${file}.why.txt`, told.join("\n"));
}

function copyOfProgram(): string {
  const copy = mkdtempSync(join(tmpdir(), "agents-e2e-copy-"));
  for (const part of [basename(program), "chunks"])
    cpSync(join(dirname(program), part), join(copy, part), { recursive: true });
  return copy;
}

function wishesOf(argv: readonly string[]): Wishes | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        cli: { type: "string", default: "" },
        only: { type: "string", default: "" },
        deliveries: { type: "string", default: "10" },
        cache: { type: "string", default: join(tmpdir(), "agents-clis") },
        save: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) return "";
    const clis = chosen(CLIS, values.cli);
    const many = Number(values.deliveries);
    if (!Number.isInteger(many) || many < 0)
      return `--deliveries is a number: ${values.deliveries}`;
    const all = many === 0 ? STATES : [...STATES, deliveries(many)];
    const states = chosen(all, values.only);
    if (typeof clis === "string") return `unknown coding agent: ${clis}`;
    if (typeof states === "string") return `unknown state: ${states}`;
    const { cache, json, save = null } = values;
    return { clis, states, cache, json, save };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function chosen<T extends { readonly name: string }>(
  all: readonly T[],
  words: string,
): readonly T[] | string {
  const names = words.split(",").filter((word) => word !== "");
  const strange = names.find((name) => all.every((one) => one.name !== name));
  if (strange !== undefined) return strange;
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}
