// What doctor says of a program's version, login and trust, without looking into a login.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Agent, Backend, Doctor } from "../config/config.ts";
import { lookOf, textFile } from "../io/text-file.ts";
import { backendFindings } from "./doctor-backend.ts";
import type { Outside } from "./outside.ts";

let home = "";
beforeEach(() => (home = mkdtempSync(join(tmpdir(), "agents-doctor-"))));
afterEach(() => rmSync(home, { recursive: true }));

const table: Doctor = {
  versions: ["1.2.3"],
  loginEnv: ["TOOL_KEY"],
  loginFiles: ["{TOOL_HOME}/auth", "{home}/.tool/auth"],
  login: "run tool login",
  trust: { file: "{home}/.tool/trust.json", field: "projects.{dir}.ok", values: ["true"] },
};

function put(path: string, text: string): void {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
}

type Asked = {
  readonly version?: string;
  readonly doctor?: Partial<Doctor>;
  readonly env?: Readonly<Record<string, string>>;
  readonly dir?: string;
};

function said({ version = "", doctor = {}, env = {}, dir = "/w/a.b" }: Asked): string[] {
  const read: string[] = [];
  const outside = {
    env: { HOME: home },
    home,
    text: (path: string) => {
      read.push(path);
      return textFile(path);
    },
    exists: (path: string) => lookOf(path) !== null,
    realPath: (path: string) => path,
  } as unknown as Outside;
  const agents = [{ name: "one", dir, env, envFile: null }] as unknown as readonly Agent[];
  const backend = { name: "tool" } as Backend;
  const using = { backend, doctor: { ...table, ...doctor }, version, agents };
  const found = backendFindings(outside, using);
  expect(read.filter((path) => path.includes("auth"))).toEqual([]);
  return found.map((one) => `${one.state} ${one.name}: ${one.said.replaceAll(home, "~")}`);
}

const only = (name: string, asked: Asked): string[] =>
  said(asked).filter((line) => line.includes(` tool ${name}:`));

test("a version whose screens were tried is known, another is not, and silence is nothing", () => {
  expect([
    only("version", { version: "tool 1.2.3 (build 7)" }),
    only("version", { version: "1.2.30" }),
    only("version", { version: "" }),
  ]).toEqual([
    ["ok tool version: 1.2.3: its screens are known"],
    ["warn tool version: 1.2.30: its screens were tried on 1.2.3"],
    [],
  ]);
});

test("a login is a variable that is set or a file that is there", () => {
  const none = only("login", { env: { TOOL_KEY: "" } });
  const byKey = only("login", { env: { TOOL_KEY: "sk-secret" } });
  put(".tool/auth", "sk-secret");
  const byFile = only("login", {});
  const elsewhere = only("login", { env: { HOME: "/nowhere" } });
  const good = "; whether it is still good only the program knows";
  expect([none, byKey, byFile, elsewhere]).toEqual([
    ["warn tool login: no sign of a login for one"],
    [`ok tool login: by TOOL_KEY${good}`],
    [`ok tool login: by ~/.tool/auth${good}`],
    ["warn tool login: no sign of a login for one"],
  ]);
});

test("a directory is trusted by its own entry or by one above it, in JSON or TOML", () => {
  const asks = ["warn tool trust: it will ask whether it may work in /w/a.b"];
  const may = ["ok tool trust: it may work in the directories of its agents"];
  expect(only("trust", {})).toEqual(asks);
  put(".tool/trust.json", '{"projects":{"/w/a.b":{"ok":false},"/x":{"ok":true}}}');
  expect([only("trust", {}), only("trust", { dir: "/x/y/z" })]).toEqual([asks, may]);
  put(".tool/trust.toml", '[projects."/w/a.b"]\nlevel = "trusted"\n');
  const file = "{home}/.tool/trust.toml";
  const toml = { trust: { file, field: "projects.{dir}.level", values: ["trusted"] } };
  expect(only("trust", { doctor: toml })).toEqual(may);
  put(".tool/trust.toml", "broken = = ");
  expect(only("trust", { doctor: toml })).toEqual(asks);
});

test("where the table says nothing, nothing is said", () => {
  expect(said({ doctor: { versions: [], loginEnv: [], loginFiles: [], trust: null } })).toEqual([]);
});
