// Measures `agents` on a ground of its own: a steady watchdog, a death, `status`, `up`, `down`. It looks from
// outside, through the built program, /proc and the files that the program publishes.

import { existsSync, readFileSync, statSync, watch } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { FIRST_LINE } from "./ground.mjs";
import { cpuMs, forksOfAll, offspring, residentMb, treeOf } from "./proc.mjs";

const program = fileURLToPath(new URL("../../dist/agents.cjs", import.meta.url));
/** Long enough for every agent to be known as idle and for the first looks' compilation to be over. */
const SETTLE_MS = 15_000;
const DEATH_LIMIT_MS = 5_000;

export const agents = (ground, ...args) =>
  ground.run(process.execPath, program, ...args, "--config", ground.config);

export const up = (ground) => {
  const ran = agents(ground, "up");
  if (ran.code !== 0) throw new Error(`agents up: ${ran.err.slice(0, 500)}`);
  return ran.wallMs;
};

export const down = (ground) => agents(ground, "down").wallMs;

export const statusOf = (ground) => JSON.parse(agents(ground, "status", "--json").out);

/** Agents whose log lacks the first line they printed. */
export const firstOutputLost = (ground) =>
  statusOf(ground).agents.filter(({ session }) => {
    const log = join(ground.dir, ".agents", `${session}.log`);
    return !existsSync(log) || !readFileSync(log, "utf8").includes(FIRST_LINE);
  }).length;

/** CPU, forks and memory of the watchdog, its clients and its tmux server while nothing happens. */
export const steady = async (ground, ticks) => {
  await sleep(SETTLE_MS);
  const { watchdog, tmux } = statusOf(ground);
  const server = Number(
    ground.run("tmux", "-L", tmux.socket, "display-message", "-p", "#{pid}").out,
  );
  const family = [...treeOf(watchdog.pid), server];
  const used = () => family.map((pid) => cpuMs(pid) ?? Number.NaN);
  const [before, made, forks, begun] = [used(), offspring(family), forksOfAll(), performance.now()];
  await sleep(ticks * 1000);
  const after = used();
  const seconds = (performance.now() - begun) / 1000;
  const spent = after.map((ms, at) => (ms - before[at]) / seconds);
  const quiet = made !== null && offspring(family) === made;
  return {
    cpuMs: known(spent.reduce((sum, ms) => sum + ms, 0)),
    nodeMs: known(spent[0]),
    serverMs: known(spent.at(-1)),
    forks: made === null ? null : quiet ? 0 : (forksOfAll() - forks) / seconds,
    residentMb: residentMb(watchdog.pid),
  };
};

const known = (value) => (Number.isNaN(value) ? null : value);

/** Milliseconds from kill -9 of an agent until the journal tells its end, one agent after another. */
export const deaths = async (ground, times) => {
  const { agents: all } = statusOf(ground);
  const found = [];
  for (const [at, { name, pid }] of all.slice(0, times).entries()) {
    found.push(await deathSeen(join(ground.dir, ".agents", "events.jsonl"), name, pid));
    // Not in step with the ticks.
    await sleep(150 + ((at * 137) % 400));
  }
  return found;
};

const deathSeen = async (journal, name, pid) => {
  const from = statSync(journal).size;
  const told = () => {
    const added = readFileSync(journal).subarray(from).toString("utf8");
    return added.split("\n").some((line) => line.includes(`"agent":"${name}","event":"backoff"`));
  };
  const ended = new AbortController();
  const seen = new Promise((resolve) => {
    const watcher = watch(
      journal,
      { signal: ended.signal },
      () => told() && resolve(performance.now()),
    );
    watcher.on("error", () => undefined);
  });
  const begun = performance.now();
  process.kill(pid, "SIGKILL");
  const end = await Promise.race([seen, sleep(DEATH_LIMIT_MS, Number.POSITIVE_INFINITY)]);
  ended.abort();
  return end - begun;
};

/** Wall time of `status` and of a node that does nothing, one after the other. */
export const statusWall = (ground, times) => {
  const pairs = Array.from({ length: times }, () => [
    agents(ground, "status").wallMs,
    ground.run(process.execPath, "-e", "0").wallMs,
  ]);
  return {
    statusMs: median(pairs.map(([ours]) => ours)),
    bareMs: median(pairs.map(([, bare]) => bare)),
  };
};

export const median = (values) => quantile(values, 0.5);

export const quantile = (values, share) => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
};
