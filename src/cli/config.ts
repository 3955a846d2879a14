// `agents config`: is the file right, what was understood of it, and what can be written in it. Reads only;
// `schema` and `help` need no file.

import type { Config, Problem } from "../config/config.ts";
import { editorSchema, manualFor, manualNames } from "../config/manual.ts";
import { resolved } from "../config/resolved.ts";
import { stanzasOf } from "../config/stanzas.ts";
import { didYouMean } from "../config/suggest.ts";
import { tomlText, type Table, type Value } from "../config/toml-text.ts";
import { hidden, redact } from "../engine/redact.ts";
import { findConfig } from "./find.ts";
import { configOf } from "./fleet.ts";
import { longPrompts } from "./long-prompts.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";
import { wrapProblems } from "./wraps.ts";

const WAYS = ["check", "show", "schema", "help"];

export async function config(call: Call): Promise<ExitCode> {
  const [way = "check", key] = call.args;
  if (!WAYS.includes(way)) throw new Refusal(2, `unknown: config ${way}${didYouMean(way, WAYS)}`);
  if (way === "help") return help(call, key);
  if (key !== undefined) throw new Refusal(2, `config ${way} takes no ${JSON.stringify(key)}`);
  if (way === "check") return check(call);
  if (way === "show") return show(call);
  call.outside.stdout.write(`${JSON.stringify(editorSchema(), null, 2)}\n`);
  return 0;
}

async function check(call: Call): Promise<ExitCode> {
  const { outside } = call;
  const path = findConfig(call);
  const read = await outside.load(path, true);
  if (read.is === "missing") throw new Refusal(4, read.failure);
  const problems = read.is === "wrong" ? read.problems : await wrapProblems(outside, read.config);
  const warnings =
    read.is === "wrong" ? [] : [...read.warnings, ...longPrompts(outside, read.config)];
  if (call.options["json"] === true) {
    const ok = problems.length === 0;
    const told = { schema: "agents.config/1", path, ok, problems, warnings };
    outside.stdout.write(`${JSON.stringify(told)}\n`);
  } else {
    const lines = [
      ...problems.map((one) => `${placed(one)}\n`),
      ...warnings.map((one) => `warning: ${placed(one)}\n`),
    ];
    outside.stdout.write(
      `${lines.join("")}${summary(read.is === "wrong" || problems.length > 0 ? problems : read.config)}\n`,
    );
  }
  return problems.length === 0 ? 0 : 5;
}

function placed({ file, line, column, message, frame }: Problem): string {
  return `${file}:${line}:${column}: ${message}${frame === "" ? "" : `\n${frame}`}`;
}

function summary(found: Config | readonly Problem[]): string {
  if (!("agents" in found)) return count(found.length, "problem");
  const { agents, services, loops } = found;
  const parts = [
    count(agents.length, "agent"),
    ...(services.length === 0 ? [] : [count(services.length, "service")]),
    ...(loops.length === 0 ? [] : [count(loops.length, "loop")]),
  ];
  return `ok: ${parts.join(", ")}`;
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? "" : "s"}`;
}

async function show(call: Call): Promise<ExitCode> {
  const { outside } = call;
  const found = await configOf(call);
  const { presets } = await outside.shipped();
  const stanzas = stanzasOf(presets, outside.text(found.path) ?? "");
  const table = hushed(resolved(found, stanzas));
  outside.stdout.write(
    call.options["json"] === true
      ? `${JSON.stringify({ schema: "agents.resolved/1", path: found.path, ...table })}\n`
      : `# ${found.path}, with everything filled in; values of environments are not shown\n\n${tomlText(table)}`,
  );
  return 0;
}

const ADDRESSES = new Set(["url", "heartbeat_url"]);

/** A secret may stand in flags or in a prompt too. */
function hushed(table: Table): Table {
  const hush = (value: Value): Value => {
    if (typeof value === "string") return redact(value, []);
    if (typeof value !== "object") return value;
    return isList(value) ? value.map(hush) : hushed(value);
  };
  return Object.fromEntries(
    Object.entries(table).map(([key, value]) => {
      // Whoever knows such an address can write to it, or be taken for the watchdog.
      if (ADDRESSES.has(key) && value !== undefined) return [key, hidden];
      return [key, value === undefined ? value : hush(value)];
    }),
  );
}

function isList(value: readonly Value[] | Table): value is readonly Value[] {
  return Array.isArray(value);
}

function help({ outside }: Call, key: string | undefined): ExitCode {
  const found = key === undefined ? overview() : manualFor(key);
  if (found === null) {
    const word = key ?? "";
    const meant = didYouMean(word, manualNames());
    throw new Refusal(
      4,
      `no key or table is called ${JSON.stringify(word)}${meant}${meant === "" ? "; `agents config help` lists them" : ""}`,
    );
  }
  outside.stdout.write(`${found}\n`);
  return 0;
}

/** Every table with its keys, in the order of the manual. */
function overview(): string {
  const tables = manualNames().flatMap((name) => manualFor(name) ?? []);
  return [...new Set(tables.filter((text) => /^\[[^ ]+(?:  |\n)/.test(text)))].join("\n\n");
}
