// The ground of one bench lane: a directory, a tmux socket directory and an environment of its own, with an
// agents.toml that both programs read. Whatever was started on it is ended by `clear`, at any moment.

import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startedWith } from "./proc.mjs";

/** A program that takes longer is stuck. */
const LIMIT_MS = 5 * 60_000;
const SWEEPS = 40;
const SWEEP_PAUSE_MS = 50;

/** The default directory of macOS is too long for a socket. */
export const scratchDir = () =>
  mkdtempSync(join(process.platform === "darwin" ? "/tmp" : tmpdir(), "agents-bench-"));

export const openGround = ({ program, toml }) => {
  const dir = scratchDir();
  const sockets = join(dir, "tmux");
  mkdirSync(sockets, { mode: 0o700 });
  const config = join(dir, "agents.toml");
  writeFileSync(config, toml);
  const env = {
    PATH: process.env.PATH,
    HOME: dir,
    TERM: "xterm",
    LANG: "C.UTF-8",
    TMUX_TMPDIR: sockets,
  };
  const children = new Set();
  const start = (file, ...args) => {
    const child = spawn(file, args, { cwd: dir, env });
    children.add(child);
    child.once("close", () => children.delete(child));
    return child;
  };
  const run = (...argv) => ran(start(...argv));
  const agents = (...args) => run(process.execPath, program, ...args, "--config", config);
  const clear = () => {
    for (const child of children) child.kill("SIGKILL");
    endServers(sockets, env);
    endTheRest(env);
    rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  return { dir, config, start, run, agents, clear };
};

const ran = (child) =>
  new Promise((resolve) => {
    const begun = performance.now();
    const told = { out: "", err: "" };
    const late = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
    child.stdout.setEncoding("utf8").on("data", (text) => (told.out += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (told.err += text));
    child.once("error", (error) => (told.err += String(error)));
    child.once("close", (code) => {
      clearTimeout(late);
      resolve({ ...told, code, wallMs: performance.now() - begun });
    });
  });

/** The watchdog's server first: it would start again what the others lose. */
const endServers = (sockets, env) => {
  const found = readdirSync(sockets, { recursive: true }).map((name) => join(sockets, name));
  for (const socket of found.toSorted(
    (a, b) => Number(b.endsWith("-w")) - Number(a.endsWith("-w")),
  )) {
    spawnSync("tmux", ["-S", socket, "kill-server"], { env, stdio: "ignore" });
  }
};

/**
 * A server that was being started while the others were ended, and whoever else stayed. Twice nobody is nobody:
 * between a fork and its exec, a process still looks like its parent.
 */
const endTheRest = ({ TMUX_TMPDIR }) => {
  for (let sweep = 0, empty = 0; sweep < SWEEPS && empty < 2; sweep += 1) {
    const left = startedWith(`TMUX_TMPDIR=${TMUX_TMPDIR}`);
    empty = left.length === 0 ? empty + 1 : 0;
    for (const pid of left) endOne(pid);
    pause(SWEEP_PAUSE_MS);
  }
};

const endOne = (pid) => {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It went by itself meanwhile.
  }
};

/** Nothing else may run in between, not even another signal. */
const pause = (ms) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
