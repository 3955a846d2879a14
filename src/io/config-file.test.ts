// Nothing that can happen to the user's file stops or starts an agent by accident, and each thing is said.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import {
  configBytes,
  openConfigFile,
  settleMs,
  type ConfigFile,
  type Parsed,
} from "./config-file.ts";
import { realDisk } from "./disk.ts";

const home = realpathSync(mkdtempSync(join(tmpdir(), "config-")));
let count = 0;

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

type Fleet = { readonly agents: readonly string[] };

/** One agent a line; a line with "!" is a mistake. Every cut of such a file at a line end is a smaller fleet. */
function parse(text: string): Parsed<Fleet> {
  const lines = text.trim().split("\n");
  const line = lines.findIndex((name) => name.includes("!")) + 1;
  return line === 0
    ? { ok: true, config: { agents: lines }, warnings: [] }
    : { ok: false, problems: [{ file: "f", line, column: 1, message: "a mistake", frame: "" }] };
}

type Scene = {
  readonly path: string;
  readonly stateDir: string;
  readonly open: () => ConfigFile<Fleet>;
};

function scene(text: string | null): Scene {
  count += 1;
  const dir = join(home, `${count}`);
  const [path, stateDir] = [join(dir, "agents.toml"), join(dir, "state")];
  mkdirSync(stateDir, { recursive: true });
  if (text !== null) writeFileSync(path, text);
  const open = (): ConfigFile<Fleet> =>
    openConfigFile({ path, keep: { disk: realDisk, stateDir }, parse });
  return { path, stateDir, open };
}

/** Agents, messages, and whether to look again. */
function seen(
  file: ConfigFile<Fleet>,
  steady: number,
): readonly [readonly string[] | null, readonly string[], number | null] {
  const { config, problems, settlesIn } = file.look(steady);
  return [config?.agents ?? null, problems.map((problem) => problem.message), settlesIn];
}

test("the first good file counts at once, and unchanged it is the same object", () => {
  const file = scene("a\nb\n").open();
  const first = file.look(0);
  expect(first).toEqual({
    config: { agents: ["a", "b"] },
    problems: [],
    warnings: [],
    settlesIn: null,
  });
  expect(file.look(9000).config).toBe(first.config);
});

test("a changed file counts when it has read the same for a quarter of a second", () => {
  const { path, open } = scene("a\n");
  const file = open();
  file.look(0);
  writeFileSync(path, "a\nb\n");
  expect([seen(file, 1000), seen(file, 1100), seen(file, 1000 + settleMs)]).toEqual([
    [["a"], [], settleMs],
    [["a"], [], settleMs - 100],
    [["a", "b"], [], null],
  ]);
});

test("no moment of a save byte by byte changes anything", () => {
  const whole = "one\ntwo\nthree\n";
  const { path, open } = scene(whole);
  const file = open();
  const { config } = file.look(0);
  for (let cut = 0; cut <= whole.length; cut += 1) {
    writeFileSync(path, whole.slice(0, cut));
    expect(file.look(1000 + cut * 5).config).toBe(config);
  }
  expect(file.look(9000)).toEqual({ config, problems: [], warnings: [], settlesIn: null });
});

test.each([
  ["broken", (path: string) => writeFileSync(path, "a\nb!\n"), () => "a mistake"],
  ["empty", (path: string) => writeFileSync(path, " \n"), (path: string) => `${path} is empty`],
  ["deleted", (path: string) => rmSync(path), (path: string) => `${path} does not exist`],
  [
    "a directory",
    (path: string) => {
      rmSync(path);
      mkdirSync(path);
    },
    (path: string) => `${path} is a directory, not a file`,
  ],
  [
    "a FIFO",
    (path: string) => {
      rmSync(path);
      execFileSync("mkfifo", [path]);
    },
    (path: string) => `${path} is a FIFO, not a file`,
  ],
  [
    "too big",
    (path: string) => writeFileSync(path, "x".repeat(configBytes + 1)),
    (path: string) => `${path} has ${configBytes + 1} bytes; at most ${configBytes} are read`,
  ],
  [
    "not text",
    (path: string) => writeFileSync(path, Buffer.from([0x61, 0xff])),
    (path: string) => `${path} is not UTF-8 text`,
  ],
])(
  "a file that is %s leaves the last good one in force, also over a restart, and is said",
  (_, spoil, message) => {
    const { path, open } = scene("a\n");
    const file = open();
    const { config } = file.look(0);
    spoil(path);
    expect(seen(file, 1000)).toEqual([["a"], [], settleMs]);
    expect(seen(file, 2000)).toEqual([["a"], [message(path)], null]);
    expect(file.look(3000).config).toBe(config);

    const again = open();
    expect(seen(again, 0)).toEqual([["a"], [], settleMs]);
    expect(seen(again, 1000)).toEqual([["a"], [message(path)], null]);

    rmSync(path, { recursive: true, force: true });
    writeFileSync(path, "a\n");
    file.look(4000);
    expect(seen(file, 5000)).toEqual([["a"], [], null]);
    expect(file.look(6000).config).toBe(config);
  },
);

test("without a good file ever there is nothing to run, and the reason at once", () => {
  const { path, open } = scene(null);
  expect(seen(open(), 0)).toEqual([null, [`${path} does not exist`], null]);
});

test("a verb that only reads keeps nothing", () => {
  const { path, stateDir } = scene("a\n");
  openConfigFile({ path, keep: null, parse }).look(0);
  expect(realDisk.list(stateDir)).toEqual({ ok: true, value: [] });
});

test("a monotonic clock that begins anew begins the waiting anew", () => {
  const { path, open } = scene("a\n");
  const file = open();
  file.look(5000);
  writeFileSync(path, "b\n");
  file.look(5000);
  expect([seen(file, 10), seen(file, 10 + settleMs)]).toEqual([
    [["a"], [], settleMs],
    [["b"], [], null],
  ]);
});
