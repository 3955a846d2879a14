// `npm run demo:tasks -- --dir D`: a scratch repository with a bare remote in D, twelve tasks, three workers, agents
// that need no key. Tells what happens as it happens and what came of it; ends its fleet however it is ended itself.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "../lab.ts";
import { WISHES } from "./almanac.ts";
import { openGround, type Ground } from "./ground.ts";
import { ledger, lines, rowText, type Row } from "./ledger.ts";

const USAGE = `Usage: npm run demo:tasks -- --dir D

  --dir D   a new directory: the bare remote, its checkout, the fleet and its logs stay there
`;
/** All twelve take less than a minute; a machine with ten other things to do may take it. */
const LIMIT_MS = 110_000;
const POLL_MS = 250;

export async function run(argv: readonly string[]): Promise<number> {
  const dir = dirOf(argv);
  if (dir === null) {
    process.stderr.write(USAGE);
    return 2;
  }
  const stop = new AbortController();
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 143],
  ] as const)
    process.on(signal, () => stop.abort(code));
  build();
  const ground = openGround(dir);
  if (typeof ground === "string") {
    process.stderr.write(`${ground}\n`);
    return 2;
  }
  try {
    return await told(ground, stop.signal);
  } finally {
    await ground.close();
  }
}

function dirOf(argv: readonly string[]): string | null {
  try {
    const { values } = parseArgs({ args: [...argv], options: { dir: { type: "string" } } });
    return values.dir ?? null;
  } catch {
    return null;
  }
}

async function told(ground: Ground, stop: AbortSignal): Promise<number> {
  const wishes = WISHES.map((wish) => JSON.stringify(wish)).join("\n");
  for (const [words, input] of [
    [["task", "import", "-"], wishes],
    [["up"], ""],
  ] as const) {
    const ran = await ground.agents(words, input);
    if (ran.code !== 0) throw new Error(`agents ${words.join(" ")}: ${ran.stderr}`);
  }
  say(`${WISHES.length} tasks, 3 workers; everything is in ${ground.dir}\n`);
  const begun = Date.now();
  await followed(ground, { begun, stop });
  if (stop.aborted) {
    process.stderr.write("interrupted; the fleet is ended\n");
    return stop.reason === 143 ? 143 : 130;
  }
  return summed(ground, begun);
}

type Following = { readonly begun: number; readonly stop: AbortSignal };

/** Each turn that a task takes, as its journal tells it, until all are over or it takes too long. */
async function followed(ground: Ground, { begun, stop }: Following): Promise<void> {
  let seen = 0;
  while (!stop.aborted && Date.now() - begun < LIMIT_MS) {
    const events = turns(ground);
    for (const { at, agent, because } of events.slice(seen)) {
      const after = ((Date.parse(at) - begun) / 1000).toFixed(1).padStart(6);
      say(`${after} s  ${agent.padEnd(7)} ${because}`);
    }
    seen = events.length;
    const rows = rowsOf(ground);
    const open = rows.filter(({ state }) => !["done", "failed", "cancelled"].includes(state));
    if (rows.length >= WISHES.length && open.length === 0) return;
    if (open.length > 0 && open.every(({ state }) => state === "needs-human")) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

type Turn = {
  readonly at: string;
  readonly agent: string;
  readonly event: string;
  readonly because: string;
};

function turns({ dir }: Ground): readonly Turn[] {
  const journal = text(join(dir, "log/events.jsonl"));
  return lines(journal.slice(0, journal.lastIndexOf("\n") + 1))
    .map((line): Turn => JSON.parse(line))
    .filter(({ event }) => event === "task");
}

function rowsOf({ dir }: Ground): readonly Row[] {
  const published: { readonly tasks: readonly Row[] } = JSON.parse(
    text(join(dir, "log/state/tasks.json")) || '{"tasks":[]}',
  );
  return published.tasks;
}

function text(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function summed(ground: Ground, begun: number): number {
  const rows = rowsOf(ground);
  const { merged, failed, wrong, rescued } = ledger(ground, WISHES, rows);
  say("\nWhat came of them:");
  for (const row of rows) say(`  ${rowText(row)}`);
  say("\nmain, as the remote has it:");
  for (const line of lines(ground.git("log", "--oneline", "main"))) say(`  ${line}`);
  say(
    `\n${((Date.now() - begun) / 1000).toFixed(0)} s; work that was not committed was kept ${rescued} times under refs/agents/rescue`,
  );
  for (const one of wrong) say(`WRONG: ${one}`);
  if (wrong.length === 0) say("the history is a line, and nothing is lost");
  say(`tasks ${WISHES.length} merged ${merged.length} failed ${failed.length}`);
  return wrong.length === 0 ? 0 : 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
