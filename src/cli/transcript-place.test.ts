// Which of many files is an agent's conversation.

import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Transcript } from "../config/config.ts";
import { realDisk } from "../io/disk.ts";
import { modifiedAt, namesIn, textFile } from "../io/text-file.ts";
import type { Outside } from "./outside.ts";
import { transcriptSeeker } from "./transcript-place.ts";

let home = "";
beforeEach(() => (home = mkdtempSync(join(tmpdir(), "agents-transcripts-"))));
afterEach(() => rmSync(home, { recursive: true }));

const outside = {
  disk: realDisk,
  text: textFile,
  modified: modifiedAt,
  names: namesIn,
} as unknown as Outside;

function put(path: string, text: string, age: number): void {
  const whole = join(home, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  utimesSync(whole, 1_000_000 - age, 1_000_000 - age);
}

const table: Transcript = {
  path: ["{TOOL_HOME}/{id}.jsonl", "{home}/logs/*/{id}.jsonl"],
  shell: null,
  dir: "cwd",
  dirFile: null,
  time: null,
  show: [],
};

const found = (change: Partial<Transcript>, id: string | null = null, env = {}): string | null => {
  const slots = { home, dir: "/w/a.b", id, env };
  return transcriptSeeker(outside, { ...table, ...change })(slots)?.slice(home.length) ?? null;
};

test("the newest that is about this directory; the one with the id before all", () => {
  put("logs/1/mine.jsonl", 'half a li\n{"x":1}\n{"cwd":"/w/a.b"}\n', 20);
  put("logs/2/newer.jsonl", '{"cwd":"/w/a.b"}\n', 10);
  put("logs/2/other.jsonl", '{"cwd":"/w/other"}\n', 0);
  expect([found({}), found({}, "mine"), found({}, "unheard-of")]).toEqual([
    "/logs/2/newer.jsonl",
    "/logs/1/mine.jsonl",
    "/logs/2/newer.jsonl",
  ]);
});

test("a template whose variable is set comes first, one whose variable is not set counts for nothing", () => {
  put("logs/1/a.jsonl", '{"cwd":"/w/a.b"}\n', 0);
  put("tool/b.jsonl", '{"cwd":"/w/a.b"}\n', 9);
  const env = { TOOL_HOME: join(home, "tool") };
  expect([found({}, null, env), found({})]).toEqual(["/tool/b.jsonl", "/logs/1/a.jsonl"]);
});

test("a directory can be part of the path, or stand in a file beside it", () => {
  put("p/-w-a-b/x.jsonl", "{}\n", 0);
  put("q/one/chats/s.jsonl", "{}\n", 0);
  put("q/one/root", "/w/other", 0);
  put("q/two/chats/s.jsonl", "{}\n", 5);
  put("q/two/root", "/w/a.b\n", 5);
  const beside = { dir: null, dirFile: "../root", path: ["{home}/q/*/chats/s*.jsonl"] };
  expect([found({ path: ["{home}/p/{dir_dashed}/*"] }), found(beside)]).toEqual([
    "/p/-w-a-b/x.jsonl",
    "/q/two/chats/s.jsonl",
  ]);
});

test("where there is nothing, nothing is found", () => {
  expect([found({}), readdirSync(home)]).toEqual([null, []]);
});

test("who looks again opens no file whose directory is known", () => {
  for (const name of ["a", "b", "c"]) put(`logs/1/${name}.jsonl`, '{"cwd":"/w/other"}\n', 0);
  let reads = 0;
  const read = (...words: Parameters<typeof realDisk.read>) => {
    reads += 1;
    return realDisk.read(...words);
  };
  const counted = { ...outside, disk: { ...realDisk, read } };
  const seek = transcriptSeeker(counted, table);
  const slots = { home, dir: "/w/a.b", id: null, env: {} };
  expect([seek(slots), reads, seek(slots), reads]).toEqual([null, 3, null, 3]);
  put("logs/2/mine.jsonl", '{"cwd":"/w/a.b"}\n', 0);
  expect([seek(slots), reads]).toEqual([join(home, "logs/2/mine.jsonl"), 4]);
});
