// `npm start`: builds the program and shows the example fleet at work in a scratch directory, on tmux servers
// of its own, until its loop is complete or Ctrl-C. Whatever happens, everything that it made is removed.

import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { packagesReady, programsReady } from "./ready.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const program = join(root, "dist/agents.cjs");
const NO_TMUX = 7;
const TIMED_OUT = 8;
/** A demo that takes longer is stuck. */
const LONGEST_MS = 5 * 60_000;
const LOOK_MS = 1000;

const start = async () => {
  if (!packagesReady()) return 1;
  if (!(await programsReady(["tmux", "git"]))) return NO_TMUX;
  if (
    spawnSync(process.execPath, ["src/build.mjs"], { cwd: root, stdio: "inherit" }).status !== 0
  ) {
    return 1;
  }
  // A socket's path may not be long, and macOS's own directory for temporary files is.
  const scratch = mkdtempSync(join(process.platform === "darwin" ? "/tmp" : tmpdir(), "agents-"));
  const stop = stopped();
  try {
    return await show(scratch, stop);
  } finally {
    await leaveNothing(scratch);
  }
};

/** Aborted by Ctrl-C and its like; they never end this program before it has cleaned up. */
const stopped = () => {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => controller.abort());
  return controller.signal;
};

const show = async (scratch, stop) => {
  prepare(scratch);
  say(`The example fleet works in ${scratch}. Ctrl-C ends it; nothing is left behind.`);
  const up = await agents(scratch, ["up"], "inherit");
  if (stop.aborted) return 0;
  if (up.code !== 0) return up.code;
  const end = await watch(scratch, stop);
  if (end === TIMED_OUT) say("The demo did not complete in time. Its journal:");
  if (end !== 0) process.stderr.write((await agents(scratch, ["events"], "pipe")).out);
  if (end === 0 && !stop.aborted) tellReport(scratch);
  return end;
};

/** A repository with somewhere to push to, two plans, the example's file, and the prompts it names. */
const prepare = (scratch) => {
  const repo = join(scratch, "repo");
  mkdirSync(join(scratch, "tmux"), { mode: 0o700 });
  copyFileSync(join(root, "agents.example.toml"), join(scratch, "agents.toml"));
  cpSync(join(root, "prompts"), join(scratch, "prompts"), { recursive: true });
  git(scratch, "init", "--quiet", "--bare", "--initial-branch=main", "origin.git");
  git(scratch, "clone", "--quiet", "origin.git", "repo");
  git(repo, "checkout", "--quiet", "-B", "main");
  for (const phase of ["1", "2"]) {
    writeFileSync(join(repo, `PLAN-${phase}.md`), `# Phase ${phase}\n\nA file that says hello.\n`);
  }
  git(repo, "add", ".");
  git(repo, "commit", "--quiet", "--message", "plan: two phases");
  git(repo, "push", "--quiet", "--set-upstream", "origin", "main");
};

const git = (dir, ...args) => {
  const who = [
    "-c",
    "user.name=you",
    "-c",
    "user.email=you@demo.invalid",
    "-c",
    "commit.gpgsign=false",
  ];
  const ran = spawnSync("git", [...who, ...args], { cwd: dir, encoding: "utf8" });
  if (ran.status !== 0) throw new Error(`git ${args.join(" ")}: ${ran.stderr}`);
};

/** Shows the fleet until it is complete, stopped or stuck; answers an exit code. */
const watch = async (scratch, stop) => {
  const live = process.stdout.isTTY ? liveTable(scratch) : null;
  const tell = live === null ? changesTold() : () => undefined;
  try {
    for (const end = Date.now() + LONGEST_MS; Date.now() < end;) {
      if (stop.aborted) return 0;
      const status = await look(scratch);
      tell(status);
      if (isComplete(status)) return 0;
      await pause(LOOK_MS, stop);
    }
    return TIMED_OUT;
  } finally {
    live?.kill("SIGINT");
    if (live !== null) await new Promise((resolve) => void live.once("close", resolve));
  }
};

const look = async (scratch) => {
  const { out } = await agents(scratch, ["status", "--json"], "pipe");
  try {
    return JSON.parse(out);
  } catch {
    // Half a second later there is another look; a watchdog that is gone for good runs into the time limit.
    return { loops: [], agents: [] };
  }
};

const isComplete = ({ loops, agents: fleet }) => {
  const report = fleet.find(({ name }) => name === "report");
  const reported = report === undefined || (report.starts > 0 && report.exit !== null);
  return loops.length > 0 && loops.every(({ complete }) => complete) && reported;
};

const liveTable = (scratch) =>
  spawn(process.execPath, [program, "status", "--watch"], {
    cwd: scratch,
    env: environment(scratch),
    stdio: ["ignore", "inherit", "inherit"],
  });

/** For a pipe or a log: one line whenever an agent's reason changes. */
const changesTold = () => {
  const told = new Map();
  return ({ agents: fleet }) => {
    for (const { name, life, verdict, because } of fleet) {
      const why = because === "" || because === verdict ? "" : `: ${because}`;
      const line = `${name}: ${life}, ${verdict}${why}`;
      if (told.get(name) !== line) say(line);
      told.set(name, line);
    }
  };
};

const tellReport = (scratch) => {
  say("\nEvery phase is done. What the fleet wrote down, as its last task reported it:\n");
  say(readFileSync(join(scratch, "REPORT.txt"), "utf8").replace(/^/gm, "  ").trimEnd());
};

/** Runs the program on the scratch fleet. In a session of its own: Ctrl-C is for us to hear, once. */
const agents = (scratch, args, stdout) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: scratch,
      env: environment(scratch),
      stdio: ["ignore", stdout, "inherit"],
      detached: true,
    });
    let out = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => (out += text));
    child.once("error", (error) => resolve({ code: 1, out: error.message }));
    child.once("close", (code) => resolve({ code: code ?? 1, out }));
  });

/** Ours, without what another fleet or another tmux has put there. */
const environment = (scratch) => {
  const foreign = /^(?:AGENTS_|AGENT_MODEL_|AGENT_BACKEND_|TMUX)/;
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(own), TMUX_TMPDIR: join(scratch, "tmux") };
};

const leaveNothing = async (scratch) => {
  await agents(scratch, ["down"], "ignore");
  for (const dir of readdirSync(join(scratch, "tmux")).map((name) => join(scratch, "tmux", name))) {
    for (const socket of readdirSync(dir)) {
      spawnSync("tmux", ["-S", join(dir, socket), "kill-server"], { stdio: "ignore" });
    }
  }
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
};

const pause = (ms, stop) => sleep(ms, undefined, { signal: stop }).catch(() => undefined);

const say = (text) => process.stdout.write(`${text}\n`);

process.exitCode = await start();
