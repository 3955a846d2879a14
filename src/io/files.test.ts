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
import { fileBytes, openFiles } from "./files.ts";

const home = realpathSync(mkdtempSync(join(tmpdir(), "files-")));
const files = openFiles(() => Date.now());

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
