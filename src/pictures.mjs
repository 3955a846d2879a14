// `npm run pictures`: the pictures of README.md, drawn from a real run of the example fleet in a terminal of a
// private tmux server. It talks to no other server, and removes everything but the pictures.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { svg } from "./picture.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const program = join(root, "dist/agents.cjs");
/** What the example fleet goes through within this time is worth a picture; then it has ended. */
const LONGEST_MS = 90_000;
const LOOK_MS = 500;
/** A screen is drawn for as long as this after the words that were asked for. */
const DRAWN_MS = 1_500;
const COLUMNS = 100;
const ROWS = 24;

const scratch = mkdtempSync(join(tmpdir(), "agents-"));
const foreign = /^(?:AGENTS_|AGENT_MODEL_|AGENT_BACKEND_|TMUX|NO_COLOR)/;
const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
const env = { ...own, TMUX_TMPDIR: join(scratch, "tmux"), LC_ALL: "C.UTF-8" };
const fleet = join(scratch, "shop");

const run = (command, args) => {
  const ran = spawnSync(command, args, { cwd: fleet, env, encoding: "utf8" });
  if (ran.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${ran.stderr}`);
  return ran.stdout;
};
const agents = (...args) => run(process.execPath, [program, ...args]);
const tmux = (...args) => run("tmux", ["-L", "picture", "-f", "/dev/null", ...args]);

/** The scratch directory's name says nothing to a reader; what stood at the right of it stays there. */
const screen = () =>
  tmux("capture-pane", "-p", "-e", "-t", "=p:")
    .split("\n")
    .map((row) => {
      const short = row.replace(scratch, "~");
      return short.replace(/\S {3,}/, (gap) => gap + " ".repeat(row.length - short.length));
    })
    .join("\n")
    .trimEnd();

/** What was drawn stays, as a shell behind it waits. */
const draw = async (name, verb) => {
  const size = ["-x", String(COLUMNS), "-y", String(ROWS)];
  const words = [
    "sh",
    "-c",
    `"$@"; sleep ${LONGEST_MS / 1000}`,
    "sh",
    process.execPath,
    program,
    verb,
  ];
  tmux("new-session", "-d", "-s", "p", ...size, "-c", fleet, ...words);
  await sleep(DRAWN_MS);
  writeFileSync(join(root, `src/pictures/${name}.svg`), svg(screen(), COLUMNS));
  tmux("kill-session", "-t", "=p");
};

const isHeld = () =>
  JSON.parse(agents("status", "--json")).agents.some(({ life }) => life === "held");

try {
  for (const dir of [fleet, env.TMUX_TMPDIR]) mkdirSync(dir, { mode: 0o700 });
  mkdirSync(join(root, "src/pictures"), { recursive: true });
  agents("init", "--demo");
  try {
    agents("up");
    for (const end = Date.now() + LONGEST_MS; !isHeld(); await sleep(LOOK_MS))
      if (Date.now() > end) throw new Error("the example fleet met no usage limit");
    await draw("status", "status");
    await draw("top", "top");
  } finally {
    agents("down", "--now");
    spawnSync("tmux", ["-L", "picture", "kill-session", "-t", "=p"], { env, stdio: "ignore" });
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
