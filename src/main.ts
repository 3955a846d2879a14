// argv → verb → exit code. Gives the verbs the real world; the only place that ends the process.
// What `status` needs is all that loads at once: the rest waits behind its door.

import { realpathSync } from "node:fs";
import { type Call, type ExitCode, type Outside, isRefusal, type Stream } from "./cli/outside.ts";
import { pointerName } from "./cli/find.ts";
import { status } from "./cli/status.ts";
import { readPointer } from "./io/board.ts";
import { realDisk } from "./io/disk.ts";
import { procTable, psTable } from "./io/process-table.ts";
import { lookOf, modifiedAt, namesIn, textFile } from "./io/text-file.ts";

declare const AGENTS_VERSION: string;

let stopping: AbortController | null = null;

/** Made when somebody wants to be told: a quick `status` is over before it would be ready. */
function stopSignal(): AbortSignal {
  if (stopping !== null) return stopping.signal;
  const controller = new AbortController();
  stopping = controller;
  // The first asks for an orderly end, the second does not ask.
  const ends = (code: 130 | 143) => (): void => {
    if (controller.signal.aborted) process.exit(code);
    controller.abort(code);
  };
  process.on("SIGINT", ends(130));
  process.on("SIGTERM", ends(143));
  process.on("SIGHUP", ends(143));
  return controller.signal;
}

function streamOf(stream: NodeJS.WriteStream): Stream {
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY,
    columns: stream.isTTY ? stream.columns : null,
  };
}

function outside(): Outside {
  const table = process.platform === "linux" ? procTable("/proc") : psTable();
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  );
  const world: Outside = {
    disk: realDisk,
    env,
    cwd: process.cwd(),
    home: env["HOME"] ?? process.getBuiltinModule("node:os").homedir(),
    stdout: streamOf(process.stdout),
    get stderr() {
      return streamOf(process.stderr);
    },
    stdin: readStdin,
    get line() {
      if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
      return async (question: string) => (await import("./io/ask-line.ts")).askLine(question);
    },
    now: () => Date.now(),
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    get stop() {
      return stopSignal();
    },
    load: async (path, overrides) =>
      (await import("./read-config.ts")).readConfig(world, path, overrides),
    check: async (path, text) => (await import("./read-config.ts")).checkText(world, path, text),
    lastGood: async (path) => (await import("./read-config.ts")).readLastGood(world, path),
    open: async (config) => (await import("./wire.ts")).openSite(world, config),
    hand: async (argv, handed) => (await import("./io/hand.ts")).hand(argv, handed),
    screen: async (hear) => (await import("./io/full-screen.ts")).openFullScreen(hear),
    text: textFile,
    modified: modifiedAt,
    startOf: (pid) => {
      const found = table.one(pid);
      return found.ok ? (found.value?.started ?? null) : null;
    },
    pointer: (path) => readPointer(process.getuid?.() ?? 0, pointerName(path)),
    exists: (path) => lookOf(path) !== null,
    names: namesIn,
    realPath: (path) => realpathSync(path),
    shipped: async () => (await import("./shipped.ts")).shipped,
    scratch: async () => (await import("./scratch.ts")).openScratch(world),
    rehearse: async (asked) => (await import("./sim/rehearse.ts")).rehearse(asked),
    create: async (files) => (await import("./io/new-files.ts")).createFiles(files),
    swap: async (path, texts) => (await import("./io/swap.ts")).swapText(path, texts),
    append: async (path, text) => (await import("./io/new-files.ts")).appendText(path, text),
    ask: async (argv, how) => (await import("./io/exec.ts")).run({ argv, env, ...how }),
    runnable: async (path) => (await import("./io/host.ts")).isRunnable(path),
    spot: async (path) => (await import("./io/host.ts")).spotOf(path),
    zone: () => new Intl.DateTimeFormat().resolvedOptions().timeZone,
    platform: process.platform,
    uid: process.getuid?.() ?? 0,
    program: [process.execPath, realpathSync(process.argv[1] ?? "")],
    version: AGENTS_VERSION,
  };
  return world;
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

const QUICK = new Set(["--json", "--watch"]);

/** `status` with its plain flags goes straight to its code; all other words take the long way round. */
async function dispatch(world: Outside, argv: readonly string[]): Promise<ExitCode> {
  const at = argv.indexOf("--config");
  const config = at < 0 ? undefined : argv[at + 1];
  const [verb, ...flags] = config === undefined ? argv : argv.toSpliced(at, 2);
  if (verb === "status" && flags.every((flag) => QUICK.has(flag))) {
    const options = { json: flags.includes("--json"), watch: flags.includes("--watch"), config };
    const call: Call = { outside: world, args: [], options };
    return status(call);
  }
  // From here on a signal asks first.
  stopSignal();
  return (await import("./cli/program.ts")).program(world, argv);
}

function failed(error: unknown): ExitCode {
  if (isRefusal(error)) {
    process.stderr.write(`agents: ${error.message}\n`);
    return error.code;
  }
  const words = error instanceof Error ? error : new Error(String(error));
  const stack = process.env["AGENTS_DEBUG"] === undefined ? "" : `\n${words.stack ?? ""}`;
  process.stderr.write(
    `agents: this is a bug: ${words.message}${stack}\nRun again with AGENTS_DEBUG=1 for the trace.\n`,
  );
  return 1;
}

// `agents … | head` closes the pipe early: that is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
});

async function main(): Promise<void> {
  const code = await dispatch(outside(), process.argv.slice(2)).catch(failed);
  process.exitCode = code;
  // Connections that nobody needs any more must not keep a finished verb alive.
  process.stdout.write("", () => process.exit(code));
}

void main();
