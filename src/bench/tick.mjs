// What a tick costs at one size of fleet, ours and the peer's: while nothing happens, and while every agent
// prints all the time. With what comes along: first output, up, status and down. Looks from outside only.

import { existsSync, statSync, watch } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { callCounter } from "./calls.mjs";
import { median, row } from "./figures.mjs";
import { stillFleet } from "./fleets.mjs";
import { peerTicks } from "./peers.mjs";
import { cpuMs, forksOfAll, offspring, residentMb, sleeps, treeOf } from "./proc.mjs";
import { chorus, down, firstOutputLost, stateFile, statusOf, up } from "./program.mjs";

const SECOND = 1000;
/** What is promised is promised for a fleet of this size. */
const PROMISED = 200;
/** How long what was just begun may take to become ordinary. */
const CHANGED_SETTLE_MS = 15 * SECOND;
const COUNTED_MS = 3 * SECOND;

export const tickRows = async ({ withGround, count, reference, patience }) => {
  const toml = stillFleet(count);
  const ours = await withGround(toml, (ground) => oursOf(ground, patience));
  const peer = await withGround(toml, (ground) =>
    peerTicks(ground, { count, reference, patience }),
  );
  return rowsOf(ours, peer, count);
};

const oursOf = async (ground, { settleS, ticks, statusTimes }) => {
  const upMs = await up(ground);
  const lost = firstOutputLost(ground);
  await sleep(settleS * SECOND);
  const family = await familyOf(ground);
  const still = await cost(ground, family, ticks);
  const status = await statusWall(ground, statusTimes);
  const singing = await chorus(ground, family.tmux);
  await sleep(CHANGED_SETTLE_MS);
  const changed = await cost(ground, family, ticks);
  singing.kill();
  const memoryMb = residentMb(family.watchdog);
  return { upMs, lost, still, changed, ...status, memoryMb, downMs: await down(ground) };
};

/** Everything that works for the fleet: the watchdog, its clients, the server of the agents and its own. */
const familyOf = async (ground) => {
  const { watchdog, tmux } = await statusOf(ground);
  const server = async (socket) =>
    Number((await ground.run("tmux", "-L", socket, "display-message", "-p", "#{pid}")).out);
  const [agents, own] = [await server(tmux.socket), await server(`${tmux.socket}-w`)];
  const pids = [...treeOf(watchdog.pid), agents, own];
  return { watchdog: watchdog.pid, server: agents, tmux: ["-L", tmux.socket], pids };
};

/** Per tick, which is a second here. */
const cost = async (ground, { watchdog, server, pids }, ticks) => {
  const looks = lookCounter(ground);
  const now = () => ({ cpu: pids.map(cpuMs), sleeps: pids.map(sleeps), at: performance.now() });
  const [made, forks, before] = [offspring(pids), forksOfAll(), now()];
  await sleep(ticks * SECOND);
  const [after, quiet, forked] = [now(), offspring(pids) === made, forksOfAll()];
  const seconds = (after.at - before.at) / SECOND;
  const seen = looks.stop();
  if (seen < ticks / 2) throw new Error(`the watchdog looked ${seen} times in ${ticks} ticks`);
  const rate = (what, wanted) =>
    pids
      .map((pid, at) => (wanted.includes(pid) ? less(after[what][at], before[what][at]) : 0))
      .reduce(plus) / seconds;
  const counted = await countedPerTick(ground, pids);
  return {
    cpuMs: known(rate("cpu", pids)),
    nodeMs: known(rate("cpu", [watchdog])),
    serverMs: known(rate("cpu", [server])),
    sleeps: known(rate("sleeps", pids)),
    // Where somebody of ours forked and nobody counts, everybody's forks are an upper bound.
    forks: made === null ? null : quiet ? 0 : (counted.forks ?? (forked - forks) / seconds),
    looks: seen / seconds,
    calls: counted.calls,
  };
};

const plus = (a, b) => a + b;
const less = (a, b) => (a === null || b === null ? Number.NaN : a - b);
const known = (value) => (Number.isNaN(value) ? null : value);

const countedPerTick = async (ground, pids) => {
  const stop = await callCounter(ground, pids);
  const begun = performance.now();
  await sleep(COUNTED_MS);
  const seconds = (performance.now() - begun) / SECOND;
  const perTick = (counted) => (counted === null ? null : counted / seconds);
  const { calls, forks } = await stop();
  return { calls: perTick(calls), forks: perTick(forks) };
};

/** The published status is touched at every look. */
export const lookCounter = (ground) => {
  const board = stateFile(ground, "status.json");
  const stamps = new Set();
  const watcher = watch(dirname(board), () => {
    if (existsSync(board)) stamps.add(statSync(board).mtimeMs);
  });
  return {
    seen: () => stamps.size,
    stop: () => {
      watcher.close();
      return stamps.size;
    },
  };
};

/** Wall time of `status` and of a node that does nothing, one after the other. */
const statusWall = async (ground, times) => {
  const walls = { statusMs: [], bareMs: [] };
  for (let at = 0; at < times; at += 1) {
    walls.statusMs.push((await ground.agents("status")).wallMs);
    walls.bareMs.push((await ground.run(process.execPath, "-e", "0")).wallMs);
  }
  return { statusMs: median(walls.statusMs), bareMs: median(walls.bareMs) };
};

const rowsOf = (ours, peer, count) => {
  const promised = (wanted) => (count === PROMISED ? wanted : null);
  const beside = (what, unit, of, wanted = null) =>
    row({ what, unit, ours: of(ours), peer: of(peer), wanted });
  const costs = (name, state, ratio) => [
    beside(`CPU per tick, ${name}`, "ms", (one) => one[state].cpuMs, promised({ ratio })),
    row({ what: "  of it: node", unit: "ms", ours: ours[state].nodeMs }),
    row({ what: "  of it: tmux server", unit: "ms", ours: ours[state].serverMs }),
    row({ what: `looks per tick, ${name}`, ours: ours[state].looks }),
    beside(`forks per tick, ${name}`, "", (one) => one[state].forks, { atMost: 0 }),
    beside(`system calls per tick, ${name}`, "", (one) => one[state].calls),
    beside(`times put to sleep per tick, ${name}`, "", (one) => one[state].sleeps),
  ];
  return [
    ...costs("steady", "still", 1 / 150),
    ...costs("all screens changed", "changed", 1 / 50),
    beside("first output lost", "", (one) => one.lost, { atMost: 0 }),
    beside("up, wall", "ms", (one) => one.upMs),
    beside("down, wall", "ms", (one) => one.downMs),
    beside("status, wall", "ms", (one) => one.statusMs, promised({ ratio: 1 / 15 })),
    row({ what: "  beside it: node -e 0", unit: "ms", ours: ours.bareMs }),
    row({ what: "memory", unit: "MB", ours: ours.memoryMb, wanted: promised({ atMost: 80 }) }),
  ];
};
