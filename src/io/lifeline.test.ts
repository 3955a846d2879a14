// Lifelines on real processes: who ends is heard at once, by a later listener too, and nobody is kept from ending.

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { heldBy, openLifelines, type Lifelines } from "./lifeline.ts";
import { eventually } from "./tmux-lab.ts";

const uid = process.getuid?.() ?? 0;
let parent: string;
let home: string;
let ends: number;
let open: Lifelines[];
let begun: ChildProcess[];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "agents-lifeline-"));
  home = join(parent, "home");
  [ends, open, begun] = [0, [], []];
});
afterEach(() => {
  for (const one of open) one.close();
  for (const child of begun) child.kill("SIGKILL");
  rmSync(parent, { recursive: true, force: true });
});

const listener = (): Lifelines => {
  const made = openLifelines(home, uid, () => (ends += 1));
  open.push(made);
  return made;
};
const launch = (lifeline: string | null, ...argv: readonly string[]): { readonly pid: number } => {
  const [file = "", ...args] = [...heldBy(lifeline), ...argv];
  const child = spawn(file, args, { stdio: "ignore" });
  begun.push(child);
  return { pid: child.pid ?? 0 };
};
const heard = (lifelines: Lifelines, ...living: readonly { readonly pid: number }[]) =>
  eventually(() => Promise.resolve(lifelines.follow(living) ? true : null), 2_000);
const told = (times: number) =>
  eventually(() => Promise.resolve(ends === times ? true : null), 2_000);

test.runIf(process.platform === "linux")("each end is heard once, and leaves no file", async () => {
  const lifelines = listener();
  const [a, b] = [lifelines.place("a"), lifelines.place("b")].map((one) =>
    launch(one, "sleep", "100"),
  );
  if (a === undefined || b === undefined) throw new Error("not begun");
  expect(await heard(lifelines, a, b)).toBe(true);
  expect(readdirSync(join(home, "alive"))).toEqual([]);
  process.kill(a.pid, "SIGKILL");
  expect([await told(1), lifelines.follow([b])]).toEqual([true, true]);
  process.kill(b.pid, "SIGKILL");
  expect(await told(2)).toBe(true);
});

test.runIf(process.platform === "linux")("a later listener finds the lifelines again", async () => {
  const first = listener();
  const a = launch(first.place("a"), "sleep", "100");
  expect(await heard(first, a)).toBe(true);
  first.close();
  const second = listener();
  expect(second.follow([a])).toBe(true);
  process.kill(a.pid, "SIGKILL");
  expect(await told(1)).toBe(true);
});

test.runIf(process.platform === "linux")(
  "nobody is heard who holds none, or another file in its place",
  async () => {
    const lifelines = listener();
    const without = launch(null, "sleep", "100");
    const other = launch(join(parent, "other"), "sleep", "100");
    expect(await eventually(() => Promise.resolve(existsSync(join(parent, "other")) || null))).toBe(
      true,
    );
    expect([lifelines.follow([without]), lifelines.follow([other])]).toEqual([false, false]);
  },
);

test.runIf(process.platform === "linux")(
  "a child that lives on keeps the lifeline of its parent and nothing else",
  async () => {
    const lifelines = listener();
    const a = launch(lifelines.place("a"), "sh", "-c", "sleep 1 & exec sleep 100");
    expect(await heard(lifelines, a)).toBe(true);
    const over = new Promise((resolve) => begun[0]?.once("exit", resolve));
    process.kill(a.pid, "SIGKILL");
    await over;
    expect(ends).toBe(0);
    expect(await told(1)).toBe(true);
  },
);

test("a program starts, and says what it says, where no lifeline can be had", async () => {
  const [file, ...args] = [
    ...heldBy(join(parent, "no", "such")),
    "sh",
    "-c",
    "echo out; echo err >&2; exit 7",
  ];
  const child = spawn(file, args);
  const said = { out: "", err: "" };
  child.stdout.on("data", (text: Buffer) => (said.out += text.toString()));
  child.stderr.on("data", (text: Buffer) => (said.err += text.toString()));
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect({ code, ...said }).toEqual({ code: 7, out: "out\n", err: "err\n" });
});

test("a home that others may enter is not used", () => {
  expect(openLifelines(home, uid + 1, () => undefined).place("a")).toBe(null);
});
