// One small fleet of one real coding agent, from `agents up` to `agents down`: a throw-away home, the false API,
// the built program, and eyes on what `agents status` reads, what the API heard, and who still lives at the end.

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { AgentReport } from "../../core/report.ts";
import type { Standing } from "../../cli/standing.ts";
import { openLab, type Lab } from "../lab.ts";
import type { Cli, Mood } from "./clis.ts";
import { openFalseApi, type FalseApi } from "./false-api.ts";
import { end, kinOf, living, nameOf } from "./kin.ts";

const LOOK_MS = 100;
const UP_MS = 90_000;
/** A server that its last session left takes a moment to end. */
const FADE_MS = 3_000;
const SEND_LIMIT = "120s";

export type Play = {
  readonly mood: Mood;
  /** What agents.toml says of each agent, by name; all of them are of one account. */
  readonly agents: Readonly<Record<string, string>>;
  /** More of agents.toml, after everything else. */
  readonly more: string;
  /** Called before anything starts. */
  readonly ready?: (lab: Lab, program: string) => void;
};

export type Tools = { readonly cli: Cli; readonly bin: string; readonly program: string };

export type Stage = {
  readonly cli: Cli;
  readonly lab: Lab;
  readonly api: FalseApi;
  readonly home: string;
  agents(...words: readonly string[]): ReturnType<Lab["agents"]>;
  /** `agents send NAME -`; the receipt, or why there is none. */
  say(name: string, text: string): Promise<Receipt>;
  row(name: string): AgentReport | null;
  /** What `agents status` tells; null before the first look. */
  standing(): Standing | null;
  /** How long until it was so; null when it never was. */
  sees(is: () => boolean, limitMs: number): Promise<number | null>;
  why(name: string): Promise<string>;
  /** "" where nothing stands any more. */
  screen(name: string): string;
  title(name: string): string;
  /** A person at the terminal. */
  keys(name: string, ...keys: readonly string[]): void;
  /** Everything the user said in the longest conversation so far. */
  said(): readonly string[];
  /** Stops the fleet; names who lived on. */
  close(): Promise<readonly string[]>;
};

export async function openStage(tools: Tools, play: Play): Promise<Stage> {
  const api = await openFalseApi();
  const lab = openLab("lab", tools.program);
  const home = dirname(lab.dir);
  const dir = join(lab.dir, "work");
  mkdirSync(dir);
  lab.git("work", "init", "-q", "-b", "main");
  const ground = { home, dir, url: api.url, mood: play.mood };
  for (const [path, text] of Object.entries(tools.cli.home(ground))) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
  const env = {
    PATH: `${tools.bin}:${join(lab.dir, "bin")}:${lab.env["PATH"] ?? ""}`,
    TZ: "UTC",
    // Whatever wants out comes to us, and is refused.
    HTTPS_PROXY: api.url,
    HTTP_PROXY: api.url,
    NO_PROXY: "127.0.0.1,localhost",
    ...tools.cli.env(ground),
  };
  play.ready?.(lab, tools.program);
  lab.write("agents.toml", fileOf(tools.cli, play, env));
  return stageOf(tools, { lab, api, env });
}

function fileOf(cli: Cli, play: Play, env: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(env).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return [
    "[defaults]",
    'session_prefix = "real-"',
    'log_dir = ".agents"',
    'dir = "work"',
    `backend = "${cli.name}"`,
    'watch = "heal+stall"',
    "resume = true",
    'restart = { first = "1s", max = "2s" }',
    "[watchdog]",
    "signal_interval = 2",
    "heavy_interval = 2",
    // One tells no end of a limit: it is asked a little after the one that is played.
    'limit_probe_fallback = "70s"',
    ...Object.entries(play.agents).flatMap(([name, lines]) => [
      "[[agent]]",
      `name = "${name}"`,
      lines,
      `env = { ${pairs.join(", ")} }`,
    ]),
    play.more,
    "",
  ].join("\n");
}

type Scene = {
  readonly lab: Lab;
  readonly api: FalseApi;
  readonly env: Readonly<Record<string, string>>;
};

function stageOf({ cli, program }: Tools, { lab, api, env }: Scene): Stage {
  const home = dirname(lab.dir);
  const standing = (): Standing | null => standingIn(join(lab.dir, ".agents/state/status.json"));
  const session = (name: string): string => `=real-${name}:`;
  return {
    cli,
    lab,
    api,
    home,
    // Agents of tasks have no environment but that of the shell which started the watchdog.
    agents: (...words) => lab.with(env, ...words),
    say: (name, text) => say(lab, [program, "send", name, "-", "--timeout", SEND_LIMIT], text),
    standing,
    row: (name) => standing()?.agents.find((one) => one.name === name) ?? null,
    sees: async (is, limitMs) => {
      const begun = performance.now();
      while (!is()) {
        if (performance.now() - begun > limitMs) return null;
        await rest(LOOK_MS);
      }
      return Math.round(performance.now() - begun);
    },
    why: async (name) => (await lab.agents("why", name)).stdout,
    screen: (name) => tried(() => lab.tmux("capture-pane", "-p", "-J", "-t", session(name))),
    title: (name) => tried(() => lab.tmux("display", "-p", "-t", session(name), "#{pane_title}")),
    keys: (name, ...keys) => void lab.tmux("send-keys", "-t", session(name), ...keys),
    said: () =>
      api.heard
        .filter(({ aside }) => !aside)
        .map(({ said }) => said)
        .reduce((longest, one) => (one.length >= longest.length ? one : longest), []),
    close: async () => {
      try {
        return await stop(lab, home);
      } finally {
        await api.close();
        await lab.close();
      }
    },
  };
}

/** `agents up`, which returns when everybody has left `launching`. */
export async function up(stage: Stage): Promise<boolean> {
  const ran = await Promise.race([stage.agents("up"), rest(UP_MS).then(() => null)]);
  return ran?.code === 0;
}

/** What a fleet leaves behind after `agents down`. */
async function stop(lab: Lab, home: string): Promise<readonly string[]> {
  const kin = kinOf(home);
  const ran = await lab.agents("down");
  const limit = performance.now() + FADE_MS;
  let left = living(kin, home);
  while (left.length > 0 && performance.now() < limit) {
    await rest(LOOK_MS);
    left = living(kin, home);
  }
  const names = left.map(nameOf);
  left.forEach(end);
  return ran.code === 0 ? names : [...names, `agents down ended with ${ran.code}: ${ran.stderr}`];
}

type Receipt = { readonly ok: boolean; readonly receipt: string };

function say(lab: Lab, words: readonly string[], text: string): Promise<Receipt> {
  return new Promise((resolve) => {
    const sends = spawn(process.execPath, words, { cwd: lab.dir, env: { ...lab.env } });
    let said = "";
    for (const stream of [sends.stdout, sends.stderr])
      stream.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
    sends.on("close", (code) => resolve({ ok: code === 0, receipt: said.trim() }));
    sends.stdin.end(text);
  });
}

function tried(ask: () => string): string {
  try {
    return ask();
  } catch {
    return "";
  }
}

function standingIn(path: string): Standing | null {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

export const rest = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));
