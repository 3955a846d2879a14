// The demo agent on a terminal that is only a grid: what it shows is what its backend's patterns look for.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeEach, expect, test, vi } from "vitest";

import { presetBackends } from "../config/backends.ts";
import { judge } from "../core/judge.ts";
import type { Verdict } from "../core/types.ts";
import { demoAgent } from "./demo-agent.ts";
import { escapes } from "./escapes.ts";
import { blankScreen, rowText, take } from "./screen.ts";

const scratch = mkdtempSync(join(tmpdir(), "agents-demo-agent-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) }));
afterAll(() => void vi.useRealTimers());

const demo = presetBackends(readFileSync("src/config/backends.toml", "utf8"), "/home/u")["demo"]!;

const sit = (kickoff: string) => {
  const file = join(scratch, "kickoff");
  writeFileSync(file, kickoff);
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const stop = new AbortController();
  const none = (): void => undefined;
  const screen = blankScreen(
    { rows: 50, columns: 200 },
    { leaves: none, falls: none, rises: none, clears: none },
  );
  const stream = escapes();
  stdout.setEncoding("utf8").on("data", (text: string) => {
    for (const token of stream.feed(text)) take(screen, token);
  });
  const ended = demoAgent({
    kickoff: file,
    dir: scratch,
    env: { AGENTS_NAME: "scout" },
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stop: stop.signal,
  });
  // As it is judged: without the blanks at the end of a row.
  const shown = (): string => screen.rows.map(rowText).join("\n").trimEnd();
  return {
    stdin,
    stop,
    ended,
    shown,
    lines: () => screen.rows.map(rowText).filter((row) => row !== ""),
  };
};

const verdictOn = (text: string): Verdict =>
  judge(
    {
      session: "s",
      pane: "%1",
      pid: 1,
      started: "1",
      mark: null,
      dead: null,
      command: "node",
      title: "",
      inMode: false,
      humanAt: null,
      attached: false,
      screen: { text, hash: "h", since: 0, outputAt: 0 },
      signals: null,
      childless: null,
    },
    {
      backend: demo,
      others: [],
      at: Date.now(),
      zone: "UTC",
      banner: null,
      processSeen: true,
      stallGraceMs: 1000,
      starting: false,
    },
  ).verdict;

test("it is seen to work, then to be idle, and hears what is pasted", async () => {
  const { stdin, ended, shown, lines } = sit("Say hello.");
  await vi.advanceTimersByTimeAsync(1000);
  expect(verdictOn(shown())).toEqual({ is: "busy" });
  await vi.advanceTimersByTimeAsync(2000);
  expect([verdictOn(shown()), lines()]).toEqual([
    { is: "idle" },
    ["demo agent scout · no phase", "● Done.", ">", "  ? for help"],
  ]);
  stdin.write("\u001B[200~two\nlines\u001B[201~");
  await vi.advanceTimersByTimeAsync(10);
  expect(lines()).toContain("> two lines");
  stdin.write("\r");
  await vi.advanceTimersByTimeAsync(2500);
  expect(lines()).toEqual([
    "demo agent scout · no phase",
    "● Done.",
    "> two lines",
    "● Done.",
    ">",
    "  ? for help",
  ]);
  stdin.write("\u0003");
  await vi.advanceTimersByTimeAsync(10);
  expect(await ended).toBe(0);
});

test("^C in the middle of work ends it at once", async () => {
  const { stdin, ended } = sit("Say hello.");
  await vi.advanceTimersByTimeAsync(500);
  stdin.write("\u0003");
  await vi.advanceTimersByTimeAsync(10);
  expect(await ended).toBe(0);
});

test("ended from outside it leaves, idle or not", async () => {
  const { stop, ended } = sit("Say hello.");
  await vi.advanceTimersByTimeAsync(3000);
  stop.abort();
  await vi.advanceTimersByTimeAsync(10);
  expect(await ended).toBe(0);
});

test("at the end of its input it does what was asked, and goes", async () => {
  const { stdin, ended, lines } = sit("Say hello.");
  stdin.end("more\r");
  await vi.advanceTimersByTimeAsync(5000);
  expect([await ended, lines().filter((line) => line.includes("Done"))]).toEqual([
    0,
    ["● Done.", "● Done."],
  ]);
});

test("its limit banner is read as a limit with its end", () => {
  const screen = "● reading\nusage limit reached · resets in 8s\n>\n  ? for help";
  expect(verdictOn(screen)).toEqual({ is: "limited", until: Date.now() + 8000, sure: true });
});

test("a banner above what was said since is old, whatever the empty prompt looks like", () => {
  const screen = "usage limit reached · resets in 8s\n> go on\n● Committed.\n>\n  ? for help";
  expect(verdictOn(screen)).toEqual({ is: "idle" });
});
