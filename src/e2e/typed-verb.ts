// A verb typed before a fleet that exists on a disk in memory: what it printed and refused. No process, no tmux, no
// clock but the one that pauses move. For tests only.

import { readFileSync } from "node:fs";
import type { Config } from "../config/config.ts";
import { load } from "../config/load.ts";
import { FRESH } from "../core/fresh.ts";
import type { Memory } from "../core/types.ts";
import { fakeDisk, put, textOf } from "../engine/fake-disk.ts";
import { fakePorts } from "../engine/fake-ports.ts";
import { snapshotLine } from "../engine/memory-line.ts";
import { answer, ordersDir, type Answer } from "../engine/orders.ts";
import type { Row } from "../engine/ports.ts";
import {
  isRefusal,
  type Holder,
  type Outside,
  type Read,
  type Site,
  type Spot,
} from "../cli/outside.ts";
import { program } from "../cli/program.ts";

export const HERE = "/f/agents.toml";
export const NOW = 1_800_000_000_000;
const START = "s";

const shipped = {
  presets: readFileSync(new URL("../config/backends.toml", import.meta.url), "utf8"),
  example: "",
  prompts: {},
  screens: async () => "[]",
};

export type Before = {
  /** Null: there is no file. */
  readonly toml?: string | null;
  /** By absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly memory?: Partial<Memory>;
  /** What a watchdog published; null: nobody ever did. */
  readonly standing?: Readonly<Record<string, unknown>> | null;
  readonly rows?: readonly Row[];
  readonly screens?: Readonly<Record<string, string>>;
  /** The server does not answer. */
  readonly blind?: boolean;
  readonly holder?: Holder | null;
  readonly acquires?: "nothing" | "another" | "the lock";
  /** What becomes of every order; null: nothing ever. */
  readonly answer?: Answer | null;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly isTTY?: boolean;
  readonly lines?: readonly (string | null)[];
  /** Of everything that is run, asked and handed the terminal. */
  readonly code?: number;
  readonly strangers?: readonly string[];
  readonly stopped?: 130 | 143;
  readonly cannotWrite?: string;
  readonly cannotRun?: string;
  /** What is printed by what is asked. */
  readonly prints?: (argv: readonly string[]) => string;
  /** By path; nothing is anywhere else. */
  readonly spots?: Readonly<Record<string, Spot>>;
  readonly pids?: readonly number[];
  readonly now?: number;
  /** Written long before the other files. */
  readonly old?: string;
  /** Sessions can be started. */
  readonly starts?: boolean;
};

/** "EXIT out err", or the refusal with its code. */
export async function typedVerb(argv: readonly string[], before: Before = {}): Promise<string> {
  const said = { out: "", err: "" };
  try {
    const code = await program(outsideOf(before, said), argv);
    return `${code} ${said.out}${said.err}`;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return `${error.code} ${error.message}`;
  }
}

const texts = new Map<string, Read>();

/** Most verbs are typed before the same few files. */
function read(text: string): Read {
  const known = texts.get(text);
  if (known !== undefined) return known;
  const look = (): "file" => "file";
  const loaded = load({ path: HERE, text, home: "/h", env: {}, look, presets: shipped.presets });
  const fresh: Read = loaded.ok
    ? { is: "config", config: loaded.config, warnings: loaded.warnings }
    : { is: "wrong", problems: loaded.problems };
  texts.set(text, fresh);
  return fresh;
}

type Said = { out: string; err: string };

function outsideOf(before: Before, said: Said): Outside {
  let now = before.now ?? NOW;
  const fake = fakeDisk(() => NOW);
  const toml = before.toml === undefined ? "" : before.toml;
  if (toml !== null) put(fake, HERE, toml);
  for (const [path, text] of Object.entries(before.files ?? {})) put(fake, path, text);
  const known = toml === null ? null : read(toml);
  const config = known?.is === "config" ? known.config : null;
  const stateDir = config?.stateDir ?? null;
  if (stateDir !== null && before.memory !== undefined)
    put(fake, `${stateDir}/memory.jsonl`, snapshotLine({ ...FRESH, ...before.memory }));
  if (stateDir !== null && before.standing !== undefined && before.standing !== null)
    put(fake, `${stateDir}/status.json`, JSON.stringify(published(before.standing)));
  const lines = [...(before.lines ?? [])];
  const controller = new AbortController();
  if (before.stopped !== undefined) controller.abort(before.stopped);
  const ran = { code: before.code ?? 0, stdout: "", stderr: before.code ? "it said no" : "" };
  const fails = { ok: false, failure: before.cannotWrite ?? "" } as const;
  const fine = before.cannotWrite === undefined ? ({ ok: true, value: null } as const) : fails;
  return {
    disk: fake.disk,
    env: { USER: "ann", ...before.env },
    cwd: "/f",
    home: "/h",
    stdout: {
      write: (text) => void (said.out += String(text)),
      isTTY: before.isTTY ?? false,
      columns: null,
    },
    stderr: { write: (text) => void (said.err += String(text)), isTTY: false, columns: null },
    stdin: async () => before.stdin ?? "",
    line: before.lines === undefined ? null : async () => lines.shift() ?? null,
    now: () => now,
    pause: async (ms) => {
      now += Math.max(ms, 500);
      if (stateDir !== null) answerAll(fake, stateDir, before);
    },
    stop: controller.signal,
    load: async (path) => {
      const text = textOf(fake, path);
      return text === null ? { is: "missing", failure: `no configuration at ${path}` } : read(text);
    },
    check: async (_path, text) => read(text),
    lastGood: async () => null,
    open: async (opened) => siteOf(opened, before),
    hand: async () => before.code ?? 0,
    text: (path) => textOf(fake, path),
    modified: (path) => (path === before.old ? 0 : (fake.files.get(path)?.at ?? null)),
    startOf: (pid) => (before.pids?.includes(pid) === false ? null : START),
    pointer: () => stateDir,
    exists: (path) => [...fake.files.keys()].some((one) => `${one}/`.startsWith(`${path}/`)),
    names: (dir) => {
      const listed = fake.disk.list(dir);
      return listed.ok ? listed.value.map(({ name }) => name) : [];
    },
    realPath: (path) => path,
    shipped: async () => shipped,
    create: async () => fine,
    swap: async () => fine,
    append: async () => fine,
    ask: async (argv) =>
      before.cannotRun === undefined
        ? { ok: true, value: { ...ran, stdout: before.prints?.(argv) ?? "" } }
        : { ok: false, failure: before.cannotRun },
    runnable: async () => true,
    spot: async (path) => before.spots?.[path] ?? null,
    zone: () => "UTC",
    platform: "linux",
    uid: 1,
    program: ["node", "agents"],
    version: "0",
  } as Partial<Outside> as Outside;
}

/** As a watchdog that lives would have published it. */
function published(more: Readonly<Record<string, unknown>>) {
  const watchdog = {
    state: "running",
    pid: 9,
    started: START,
    interval: 30,
    session: "w",
    unsaved: null,
  };
  const at = new Date(NOW).toISOString();
  const none = {
    agents: [],
    services: [],
    loops: [],
    holds: [],
    jobs: [],
    budgets: [],
    quarantined: [],
  };
  const config = { path: HERE, ok: true, problems: [] };
  return {
    schema: "agents.status/1",
    at,
    config,
    tmux: { socket: "x" },
    ...none,
    watchdog,
    ...more,
  };
}

function answerAll(fake: ReturnType<typeof fakeDisk>, stateDir: string, before: Before): void {
  if (before.answer === null || before.answer === undefined) return;
  const waiting = fake.disk.list(ordersDir(stateDir, "new"));
  for (const { name } of waiting.ok ? waiting.value : [])
    answer({ disk: fake.disk, stateDir }, name.replace(/\.json$/, ""), before.answer);
}

function siteOf(config: Config, before: Before): Site {
  const server = { pid: 1, started: START };
  const failure = "tmux does not answer";
  const terminal = {
    look: async () =>
      before.blind === true
        ? ({ ok: false, failure } as const)
        : ({ ok: true, value: { server, rows: before.rows ?? [] } } as const),
    capture: async () => ({ ok: true as const, value: before.screens ?? {} }),
    start: async () =>
      before.starts === true
        ? { ok: true as const, value: { pane: "%1", pid: 1 } }
        : { ok: false as const, failure },
  };
  const ports = fakePorts(terminal);
  const holder =
    before.holder === undefined ? { pid: 9, since: NOW, verb: "watchdog" } : before.holder;
  const held = { stillOurs: () => false, release: async () => {} };
  const another = { pid: 9, since: NOW, verb: "watchdog" };
  return {
    config,
    socket: "agents-x",
    watchdogSocket: "agents-x-w",
    ports,
    adopter: {
      directory: async () => ({ ok: true, value: "/f" }),
      adopt: async () => ({ ok: true, value: null }),
    },
    watchdogs: ports.terminal,
    strangers: async () => before.strangers ?? [],
    holder: async () => holder,
    acquire: async () =>
      before.acquires === "another" ? another : before.acquires === "the lock" ? held : null,
    run: async () => FRESH,
    close: async () => {},
  } as Partial<Site> as Site;
}

export const rowOf = (name: string, more: Partial<Row> = {}): Row => ({
  session: `f-${name}`,
  pane: `%${name}`,
  pid: 100,
  mark: { run: "r", hash: "h", target: name },
  dead: null,
  command: "node",
  title: "",
  inMode: false,
  attached: false,
  outputAt: NOW,
  key: name,
  piped: true,
  ...more,
});
