// What `agents logs NAME --transcript` prints while a conversation grows, ends and begins anew.

import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Config, Transcript } from "../config/config.ts";
import { realDisk } from "../io/disk.ts";
import { lookOf, modifiedAt, namesIn, textFile } from "../io/text-file.ts";
import type { Outside } from "./outside.ts";
import { transcript } from "./transcript.ts";

let home = "";
beforeEach(() => (home = mkdtempSync(join(tmpdir(), "agents-transcript-"))));
afterEach(() => rmSync(home, { recursive: true }));

const table: Transcript = {
  path: ["{home}/talk/*.jsonl"],
  shell: null,
  dir: null,
  dirFile: null,
  time: null,
  show: ["user", "agent"].map((as) => ({
    as: as === "user" ? "user" : "agent",
    when: { by: [as] },
    each: null,
    where: {},
    text: ["text"],
    name: null,
    once: "id",
    input: [],
    cached: [],
    output: [],
    cost: null,
  })),
};

const say = (by: string, text: string): string => `${JSON.stringify({ by, text, id: text })}\n`;

type Played = { readonly change?: Partial<Transcript>; readonly last?: number };

/** Each pause of the follower brings the next of these events; then it is interrupted. */
async function played(
  { change = {}, last }: Played,
  ...events: readonly (() => void)[]
): Promise<string> {
  const stop = new AbortController();
  const left = [...events];
  let printed = "";
  let now = 0;
  const outside = {
    disk: realDisk,
    text: textFile,
    modified: modifiedAt,
    names: namesIn,
    exists: (path: string) => lookOf(path) !== null,
    realPath: (path: string) => path,
    env: { HOME: home, NO_COLOR: "1" },
    home,
    now: () => now,
    pause: async (ms: number) => {
      now += ms + 2_000;
      const next = left.shift();
      if (next === undefined) stop.abort(130);
      else next();
    },
    ask: async (argv: readonly string[]) => ({
      ok: true,
      value: { code: 0, stdout: textFile(argv[2]!) ?? "", stderr: "" },
    }),
    stop: stop.signal,
    stdout: { write: (text: string) => (printed += text) },
  } as unknown as Outside;
  const config = {
    stateDir: join(home, "state"),
    agents: [{ name: "a", backend: "b", dir: home, env: {}, envFile: null }],
    backends: { b: { transcript: { ...table, ...change } } },
  } as unknown as Config;
  const wanted = { follow: events.length > 0, last: last ?? null, grep: null, since: null };
  const code = await transcript({ outside, args: ["a"], options: {} }, config, wanted);
  return `${printed}exit ${code}`.replaceAll(/^ {10}/gm, "");
}

function put(name: string, text: string, at: number): void {
  mkdirSync(join(home, "talk"), { recursive: true });
  writeFileSync(join(home, "talk", name), text);
  utimesSync(join(home, "talk", name), at, at);
}

test("all of it and a sum, or only the last of it with the same sum", async () => {
  put("1.jsonl", say("user", "one") + say("agent", "two") + say("user", "three"), 1);
  expect(await played({})).toBe(
    "user     one\nagent    two\nuser     three\n— 2 prompts —\nexit 0",
  );
  expect(await played({ last: 1 })).toBe("user     three\n— 2 prompts —\nexit 0");
});

test("a line is told when it is whole, and a new conversation says that it is one", async () => {
  put("1.jsonl", say("user", "one"), 1);
  const half = say("agent", "two");
  const grow = (text: string) => () => appendFileSync(join(home, "talk/1.jsonl"), text);
  const anew = () => put("2\u001b[2J.jsonl", say("user", "one"), Date.now() / 1000 + 60);
  const told = await played({ last: 5 }, grow(half.slice(0, 9)), grow(half.slice(9)), anew);
  expect(told).toBe(
    "user     one\nagent    two\n— another conversation: 2 —\nuser     one\nexit 130",
  );
});

test("a program that tells all of it again is heard once", async () => {
  const whole = (...lines: readonly string[]) =>
    writeFileSync(join(home, "told"), `[${lines.map((line) => line.trim()).join(",")}]`);
  whole(say("user", "one"));
  const more = () => whole(say("user", "one"), say("agent", "two"));
  expect(await played({ change: { shell: join(home, "told") } }, more, more)).toBe(
    "user     one\nagent    two\nexit 130",
  );
});

test("a last line without its end is told, once, and one that is written anew from its beginning too", async () => {
  const [one, two, three] = [say("user", "one"), say("agent", "two"), say("agent", "three")];
  put("1.jsonl", one + two.trim(), 1);
  expect(await played({})).toBe("user     one\nagent    two\n— 1 prompt —\nexit 0");
  const end = () => appendFileSync(join(home, "talk/1.jsonl"), "\n");
  const anew = () => writeFileSync(join(home, "talk/1.jsonl"), three);
  expect(await played({}, end, anew)).toBe("user     one\nagent    two\nagent    three\nexit 130");
});

test("where there is none yet, it says so", async () => {
  await expect(played({})).rejects.toThrow("a has no conversation yet in its directory");
});
