// The program under test: built, and then copied, so that building a new one meanwhile changes no figure.
// And its verbs as the bench speaks them, on a ground.

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { AGENT, FIRST_LINE } from "./fleets.mjs";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Answers the path of the copy in `dir`; null when it could not be built. */
export const copyOfProgram = (given, dir) => {
  if (given === null) {
    const built = spawnSync(process.execPath, ["src/build.mjs"], {
      cwd: root,
      stdio: ["ignore", 2, 2],
    });
    if (built.status !== 0) return null;
  }
  const program = given ?? join(root, "dist/agents.cjs");
  for (const part of [basename(program), "chunks"]) {
    cpSync(join(dirname(program), part), join(dir, part), { recursive: true });
  }
  return join(dir, basename(program));
};

export const up = async (ground) => {
  const ran = await ground.agents("up");
  if (ran.code !== 0) throw new Error(`agents up: ${(ran.err + ran.out).slice(0, 500)}`);
  return ran.wallMs;
};

export const down = async (ground) => {
  const ran = await ground.agents("down");
  if (ran.code !== 0) throw new Error(`agents down: ${(ran.err + ran.out).slice(0, 500)}`);
  return ran.wallMs;
};

export const statusOf = async (ground) => JSON.parse((await ground.agents("status", "--json")).out);

/** Agents whose log lacks the first line they printed. Both programs keep it in the same place. */
export const firstOutputLost = (ground) =>
  sessionsIn(ground).filter((session) => {
    const log = logOf(ground, session);
    return !existsSync(log) || !readFileSync(log, "utf8").includes(FIRST_LINE);
  }).length;

const sessionsIn = (ground) =>
  [...readFileSync(ground.config, "utf8").matchAll(AGENT)].map(([, name]) => `b-${name}`);

export const logOf = (ground, session) => join(ground.dir, ".agents", `${session}.log`);
export const stateFile = (ground, name) => join(ground.dir, ".agents/state", name);

/** Prints what `format` says of each agent's pane. */
export const panesOf = async (ground, tmux, format) => {
  const { out } = await ground.run(
    "tmux",
    ...tmux,
    "list-panes",
    "-a",
    "-F",
    `#{session_name} ${format}`,
  );
  const rows = out.split("\n").map((line) => line.split(" "));
  return new Map(
    rows
      .filter(([session]) => session.startsWith("b-"))
      .map(([session, ...rest]) => [session, rest.join(" ")]),
  );
};

/**
 * Lets every agent print a line again and again, all of them in each round. One process writes to all terminals,
 * so that what is measured is the watching and not two hundred shells.
 */
export const chorus = async (ground, tmux, everyS = 0.9) => {
  const ttys = [...(await panesOf(ground, tmux, "#{pane_tty}")).values()];
  const script = `at=0
while :; do
  at=$((at + 1))
  for tty in ${ttys.join(" ")}; do echo "step $at of the work" > "$tty"; done
  sleep ${everyS}
done`;
  const child = ground.start("sh", "-c", script);
  await sleep(everyS * 1000);
  return child;
};
