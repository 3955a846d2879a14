// Reading what others write: cheap when nothing changed, never blocked, never mistaken for absent.

import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Backend, Signal } from "../config/config.ts";
import { fileBytes, openFiles } from "./files.ts";
import { startedAt } from "./started-at.ts";

const home = realpathSync(mkdtempSync(join(tmpdir(), "files-")));
const files = openFiles({ home, now: () => Date.now(), startedAt: () => null });

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

function file(name: string, text: string, ageSeconds: number): string {
  const path = join(home, name);
  writeFileSync(path, text);
  const then = Date.now() / 1000 - ageSeconds;
  utimesSync(path, then, then);
  return path;
}

test("an unchanged file is the same object, a changed one is not", () => {
  const path = file("prompt", "one", 60);
  const first = files.read(path);
  expect(first).toEqual({ text: "one" });
  expect(files.read(path)).toBe(first);
  file("prompt", "two", 60);
  expect(files.read(path)).toEqual({ text: "two" });
  file("other", "six", 60);
  renameSync(join(home, "other"), path);
  expect(files.read(path)).toEqual({ text: "six" });
});

test("a file written twice within one step of the clock is not missed", () => {
  const path = file("fresh", "aaa", 0);
  const { atime, mtime } = statSync(path);
  const first = files.read(path);
  expect(files.read(path)).toBe(first);
  writeFileSync(path, "bbb");
  utimesSync(path, atime, mtime);
  expect(files.read(path)).toEqual({ text: "bbb" });
});

test("missing is what is not there; everything else that is no readable file is unseen", () => {
  mkdirSync(join(home, "dir"));
  execFileSync("mkfifo", [join(home, "fifo")]);
  symlinkSync("circle", join(home, "circle"));
  file("big", "x".repeat(fileBytes + 1), 60);
  const plain = file("plain", "x", 60);
  const seen = ["none", "plain/below", "dir", "fifo", "circle", "big"].map((name) =>
    files.read(join(home, name)),
  );
  expect(seen).toEqual(["missing", "missing", "unseen", "unseen", "unseen", "unseen"]);
  expect(files.read(plain)).toEqual({ text: "x" });
  expect(files.read("/dev/zero")).toBe("unseen");
});

test("a file that comes, goes and comes back is seen each time", () => {
  const path = join(home, "status");
  expect(files.read(path)).toBe("missing");
  expect(files.write(path, "## DONE\n")).toEqual({ ok: true, value: null });
  expect(files.read(path)).toEqual({ text: "## DONE\n" });
  expect(readFileSync(path, "utf8")).toBe("## DONE\n");
  files.write(path, null);
  expect(files.read(path)).toBe("missing");
});

const signal: Signal = {
  reader: "json_file",
  path: "~/sessions/{pid}.json",
  field: "state.now",
  busy: ["working"],
  idle: ["waiting", "true"],
  asking: ["approval"],
  text: "question",
};
// Only the signals of a backend are read here.
const backend = { signals: [signal] } as unknown as Backend;
const place = { pid: 42, dir: "/work" };

function says(content: unknown, ageSeconds: number): unknown {
  mkdirSync(join(home, "sessions"), { recursive: true });
  file(
    "sessions/42.json",
    typeof content === "string" ? content : JSON.stringify(content),
    ageSeconds,
  );
  return files.signal(backend, place);
}

test("a signal file says busy, idle or asking, in the backend's own words", () => {
  expect([
    says({ state: { now: "working" } }, 5),
    says({ state: { now: "approval" }, question: "run rm?" }, 5),
    says({ state: { now: true } }, 5),
  ]).toEqual([
    { says: "busy", value: "working", text: null },
    { says: "asking", value: "approval", text: "run rm?" },
    { says: "idle", value: "true", text: null },
  ]);
});

test.each([
  ["half a file", '{"state":{"now":"work'],
  ["a word that is not listed", { state: { now: "dreaming" } }],
  ["no such field", { state: {} }],
  ["a field that is no word", { state: { now: { busy: true } } }],
  ["another shape", "[1]"],
  ["an inherited name", { state: "x" }],
])("a signal file with %s says nothing", (_, content) => {
  expect(says(content, 5)).toBeNull();
});

test("no file says nothing", () => {
  expect(files.signal(backend, { pid: 43, dir: "/" })).toBeNull();
});

test("a file that an earlier process of this pid left says nothing", () => {
  const began = Date.now();
  const knowing = openFiles({ home, now: () => Date.now(), startedAt: () => began });
  says({ state: { now: "working" } }, 60);
  expect(knowing.signal(backend, place)).toBeNull();
  says({ state: { now: "working" } }, 1);
  expect(knowing.signal(backend, place)).toMatchObject({ says: "busy" });
});

test.runIf(process.platform === "linux")("the start of a process is told by the wall clock", () => {
  const began = startedAt(process.pid);
  expect(Math.abs((began ?? 0) - (Date.now() - process.uptime() * 1000))).toBeLessThan(3000);
  expect(startedAt(2 ** 30)).toBeNull();
});
