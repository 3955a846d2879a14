// What `agents` is compared with, in the same run and on the same fleet: a supervisor in Python that was given
// with --reference, or a shell that does for each agent what such a supervisor must: two tmux calls a tick.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { callCounter } from "./calls.mjs";
import { median } from "./figures.mjs";
import { cpuMs, familyMs, sleeps } from "./proc.mjs";
import { chorus, firstOutputLost } from "./program.mjs";

/** A number of calls hardly changes from tick to tick. */
const COUNTED_TICKS = 1;
const DEFAULT_SERVER = [];

export const peerTicks = (ground, { count, reference, patience }) =>
  reference === null ? shellOf(ground, count, patience) : referenceOf(ground, reference, patience);

const referenceOf = async (ground, reference, { peerTicks: ticks, peerStatusTimes }) => {
  const python = await pythonOf(ground);
  const speak = (verb) => ground.run(python, reference, verb, "--config", ground.config);
  const begun = await speak("up");
  if (begun.code !== 0) throw new Error(`the reference did not come up: ${begun.err}`);
  // It is run here instead, a tick at a time.
  await ground.run("tmux", "kill-session", "-t", "=b-watchdog");
  const status = [];
  for (let at = 0; at < peerStatusTimes; at += 1) status.push((await speak("status")).wallMs);
  const lost = firstOutputLost(ground);
  const loop = fileURLToPath(new URL("reference.py", import.meta.url));
  const costs = await costsOf(ground, [python, loop, reference, ground.config], ticks);
  const downMs = (await speak("down")).wallMs;
  return {
    name: "reference",
    ...costs,
    lost,
    upMs: begun.wallMs,
    statusMs: median(status),
    downMs,
  };
};

/** A shim on PATH may need the person's own home, and costs a process for each call. */
export const pythonOf = async (ground) => {
  const asked = ["-c", "import sys; print(sys.executable)"];
  const told = await ground.run("env", `HOME=${process.env.HOME ?? ""}`, "python3", ...asked);
  if (told.code !== 0) throw new Error(`--reference needs python3: ${told.err}`);
  return told.out.trim();
};

/** One has-session and one capture-pane a tick and agent, each a process; nothing is done with what they say. */
const SHELL = `
begun=0
echo $begun
while read -r ticks; do
  while [ "$ticks" -gt 0 ]; do
    at=0
    while [ $at -lt "$1" ]; do
      tmux has-session -t "=b-a$at"
      tmux capture-pane -p -t "=b-a$at:" > /dev/null
      at=$((at + 1))
    done
    begun=$((begun + 2 * $1))
    ticks=$((ticks - 1))
    [ "$ticks" -gt 0 ] && sleep 1
  done
  echo $begun
done
`;

const shellOf = async (ground, count, { peerTicks: ticks }) => {
  const begin = join(ground.dir, "begin.tmux");
  const sessions = Array.from({ length: count }, (_, at) => `b-a${at}`);
  const fleet = sessions.map((name) => `new-session -d -s ${name} 'sleep 100000'\n`);
  writeFileSync(begin, fleet.join(""));
  const begun = await ground.run(
    "tmux",
    "-f",
    "/dev/null",
    "start-server",
    ";",
    "source-file",
    begin,
  );
  if (begun.code !== 0) throw new Error(`tmux did not start the fleet: ${begun.err}`);
  const costs = await costsOf(ground, ["sh", "-c", SHELL, "sh", String(count)], ticks);
  const unknown = { lost: null, upMs: null, statusMs: null, downMs: null };
  return { name: "a fork per query", ...costs, ...unknown };
};

/** `argv` obeys numbers of ticks on stdin, and says after them how many processes it has begun so far. */
const costsOf = async (ground, argv, ticks) => {
  const told = await ground.run("tmux", "display-message", "-p", "#{pid}");
  const server = Number(told.out);
  const loop = ground.start(...argv);
  const answers = answersOf(loop);
  // What was compiled and read for the first time is behind it by then.
  let begun = Number(await answers.next());
  const tick = async (times) => {
    const before = begun;
    loop.stdin.write(`${times}\n`);
    begun = Number(await answers.next());
    return begun - before;
  };
  const cost = () => costOf({ loop, server, tick, ground }, ticks);
  const still = await cost();
  const singing = await chorus(ground, DEFAULT_SERVER);
  const changed = await cost();
  singing.kill();
  loop.stdin.end();
  return { still, changed };
};

const costOf = async ({ loop, server, tick, ground }, ticks) => {
  const now = () => [familyMs(loop.pid), cpuMs(server), sleeps(loop.pid), sleeps(server)];
  const before = now();
  const forks = await tick(ticks);
  const [own, servers, ...slept] = now().map((value, at) => (value - before[at]) / ticks);
  const stop = await callCounter(ground, [loop.pid, server]);
  await tick(COUNTED_TICKS);
  const { calls } = await stop();
  return {
    cpuMs: before[0] === null ? null : own + servers,
    forks: forks / ticks,
    // Of its children nobody keeps this count.
    sleeps: before[2] === null ? null : slept[0] + slept[1],
    calls: calls === null ? null : calls / COUNTED_TICKS,
  };
};

/** The lines of a program, one for each call; it throws where the program ends instead. */
const answersOf = (child) => {
  const [lines, waiting] = [[], []];
  let [text, err, over] = ["", "", false];
  const serve = () => {
    while (waiting.length > 0 && lines.length > 0) waiting.shift().resolve(lines.shift());
    if (over) for (const one of waiting.splice(0)) one.reject(new Error(`it ended: ${err}`));
  };
  child.stderr.setEncoding("utf8").on("data", (more) => (err += more));
  child.stdout.setEncoding("utf8").on("data", (more) => {
    const parts = (text + more).split("\n");
    text = parts.pop();
    lines.push(...parts);
    serve();
  });
  child.once("close", () => {
    over = true;
    serve();
  });
  return {
    next: () =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        serve();
      }),
  };
};
