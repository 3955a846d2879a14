import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { run, type Command } from "./exec.ts";
import { procTable } from "./process-table.ts";
import { eventually } from "./tmux-lab.ts";

const dir = mkdtempSync(join(tmpdir(), "agents-exec-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const path = process.env["PATH"] ?? "";

const command = (argv: readonly string[], change: Partial<Command> = {}): Command => ({
  argv,
  dir,
  env: { PATH: path, ONLY: "this" },
  limitMs: 5_000,
  ...change,
});

test("a command runs in its directory with its environment and nothing else, and no shell reads its words", async () => {
  const script = 'printf "%s|" "$PWD" "$ONLY" "$HOME" "$@"; echo oops >&2; exit 3';
  expect(await run(command(["sh", "-c", script, "sh", "$(id)", "a b"]))).toEqual({
    ok: true,
    value: { code: 3, stdout: `${dir}|this||$(id)|a b|`, stderr: "oops\n" },
  });
});

test("input is given, and without one there is nothing to read", async () => {
  const seen = [await run(command(["cat"], { input: "ü\n" })), await run(command(["cat"]))];
  expect(seen.map((ran) => (ran.ok ? ran.value.stdout : ran.failure))).toEqual(["ü\n", ""]);
});

test("a command that is late ends with all it has started", async () => {
  const script = `sleep 1000 & echo $! > ${dir}/child; wait`;
  expect(await run(command(["sh", "-c", script], { limitMs: 300 }))).toEqual({
    ok: false,
    failure: "sh did not finish within 300 ms.",
  });
  const child = Number(readFileSync(join(dir, "child"), "utf8"));
  const table = procTable("/proc");
  const gone = await eventually(async () => {
    const found = table.one(child);
    return found.ok && found.value === null ? "gone" : null;
  });
  expect(gone).toBe("gone");
});

test("what cannot run is a failure in a sentence, not a throw", async () => {
  const missing = await run(command(["no-such-command"]));
  const nowhere = await run(command(["true"], { dir: join(dir, "missing") }));
  expect([missing, nowhere].map((ran) => (ran.ok ? "ran" : ran.failure.split(":")[0]))).toEqual([
    "no-such-command did not run",
    "true did not run",
  ]);
  expect(await run(command([]))).toEqual({ ok: false, failure: "There is no command to run." });
});
