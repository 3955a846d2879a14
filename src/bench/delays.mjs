// How soon something is known or done: a death is told in the journal, a line on a screen changes what status
// says, a pushed commit is typed to its agent. One at a time, never in step with the ticks.

import { existsSync, mkdirSync, readFileSync, statSync, watch, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { latencyRows } from "./figures.mjs";
import { handoffFleet, QUESTION, stillFleet } from "./fleets.mjs";
import { down, logOf, panesOf, stateFile, statusOf, up } from "./program.mjs";

/** What has not come until then, never does. */
const LIMIT_MS = 10_000;
const SETTLE_MS = 4_000;
/** So seldom that nothing is quick by chance. */
const SELDOM_S = 30;
const LOOKED_AT_EVERY_S = 1;
/** A receipt, and the quiet after it, are over by then. */
const BETWEEN_PUSHES_MS = 1_600;

/** From kill -9 of an agent until the journal tells its end. */
export const deathRows = ({ withGround, count, times }) =>
  withGround(stillFleet(count, { interval: SELDOM_S }), async (ground) => {
    await up(ground);
    await sleep(SETTLE_MS);
    const journal = join(ground.dir, ".agents/events.jsonl");
    const found = [];
    for (const { name, pid } of (await statusOf(ground)).agents.slice(0, times)) {
      const from = statSync(journal).size;
      const told = () =>
        readFileSync(journal).subarray(from).includes(`"agent":"${name}","event":"ended"`);
      found.push(await delay(journal, () => process.kill(pid, "SIGKILL"), told));
      await sleep(outOfStep(found.length));
    }
    await down(ground);
    return latencyRows("death seen", found, { p50: { atMost: 20 }, max: { atMost: 300 } });
  });

/** From a line that a rule knows until status.json says so. Between two looks, nobody tells of lines. */
export const lineRows = ({ withGround, count }) =>
  withGround(stillFleet(count, { interval: LOOKED_AT_EVERY_S }), async (ground) => {
    await up(ground);
    await sleep(SETTLE_MS);
    const { tmux, agents } = await statusOf(ground);
    const ttys = await panesOf(ground, ["-L", tmux.socket], "#{pane_tty}");
    const board = stateFile(ground, "status.json");
    const found = [];
    for (const { name, session } of agents) {
      const told = () =>
        JSON.parse(readFileSync(board, "utf8")).agents.find((one) => one.name === name)?.verdict ===
        "asking";
      found.push(
        await delay(board, () => writeFileSync(ttys.get(session), `\n${QUESTION}\n`), told),
      );
      await sleep(outOfStep(found.length));
    }
    await down(ground);
    const wanted = { atMost: LOOKED_AT_EVERY_S * 1000 + 300 };
    return latencyRows(`line seen, a look every ${LOOKED_AT_EVERY_S} s`, found, { max: wanted });
  });

/** From the moment a branch moved in a bare repository beside it until the ping stands in the agent's pane. */
export const pushRows = ({ withGround, times }) =>
  withGround(handoffFleet(), async (ground) => {
    const repository = await openRepository(ground);
    await up(ground);
    await sleep(SETTLE_MS);
    const found = [];
    for (let at = 0; at < times; at += 1) {
      const [kind, name] = at % 2 === 0 ? ["claim", "adversary"] : ["review", "builder"];
      const log = logOf(ground, `b-${name}`);
      const from = statSync(log).size;
      await repository.commit(`${kind}: step ${at}`);
      const told = () => readFileSync(log).subarray(from).includes("watchdog");
      await delay(log, () => void repository.push(), told);
      const seenAt = told() ? Date.now() : Number.POSITIVE_INFINITY;
      found.push(seenAt - repository.movedAt());
      await sleep(BETWEEN_PUSHES_MS + outOfStep(at));
    }
    await down(ground);
    return latencyRows("local push to ping", found, { max: { atMost: 100 } });
  });

const outOfStep = (at) => 150 + ((at * 137) % 400);

/** Milliseconds from `begin` until `told` is true, asked whenever the file or its neighbours change. */
const delay = async (file, begin, told) => {
  let watcher = null;
  let late = null;
  const end = new Promise((resolve) => {
    const ask = () => existsSync(file) && told() && resolve(performance.now());
    watcher = watch(dirname(file), ask);
    late = setTimeout(() => resolve(Number.POSITIVE_INFINITY), LIMIT_MS);
  });
  const begun = performance.now();
  begin();
  const ended = await end;
  watcher.close();
  clearTimeout(late);
  return ended - begun;
};

/** A bare repository, the clone that the fleet knows, and another one from which is pushed. */
const openRepository = async (ground) => {
  mkdirSync(join(ground.dir, "prompts"));
  for (const role of ["builder", "adversary"]) {
    writeFileSync(join(ground.dir, `prompts/${role}.md`), `You are ${role}.\n`);
  }
  const git = async (dir, ...args) => {
    const who = ["-c", "user.name=you", "-c", "user.email=you@bench.invalid"];
    const ran = await ground.run("git", "-C", join(ground.dir, dir), ...who, ...args);
    if (ran.code !== 0) throw new Error(`git ${args.join(" ")}: ${ran.err}`);
  };
  const commit = (subject) =>
    git("other", "commit", "--quiet", "--allow-empty", "--message", subject);
  const push = () => git("other", "push", "--quiet", "origin", "main");
  await git(".", "init", "--quiet", "--bare", "--initial-branch=main", "origin.git");
  await git(".", "clone", "--quiet", "origin.git", "other");
  await git("other", "checkout", "--quiet", "-B", "main");
  await commit("plan: begin");
  await push();
  await git(".", "clone", "--quiet", "origin.git", "repo");
  const branch = join(ground.dir, "origin.git/refs/heads/main");
  return { commit, push, movedAt: () => statSync(branch).mtimeMs };
};
