// `agents explain`: judges a screen from a file, as the watchdog would judge it in a pane, and says by which
// rule. Starts nothing and needs no configuration.

import { resolve } from "node:path";
import type { Judgement, Verdict } from "../core/types.ts";
import { isoInstant, wallAt, zoneNamed } from "../core/zone.ts";
import { backendNamed, knownBackends } from "./known.ts";
import { judgeOffline, type Screenshot } from "./offline.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";
import { plain } from "./paint.ts";

export async function explain(call: Call): Promise<ExitCode> {
  const name = word(call, "backend");
  if (name === null) throw new Refusal(2, "say which backend: --backend NAME");
  const backend = backendNamed(await knownBackends(call), name);
  const judgement = judgeOffline(backend, await screenshot(call));
  const { stdout } = call.outside;
  if (call.options["json"] === true) stdout.write(`${JSON.stringify(document(judgement))}\n`);
  else stdout.write(text(judgement));
  return 0;
}

async function screenshot(call: Call): Promise<Screenshot> {
  const { outside } = call;
  const dead = word(call, "dead");
  if (dead !== null && !/^\d{1,3}$/.test(dead)) {
    throw new Refusal(2, `--dead takes an exit code, not ${JSON.stringify(dead)}`);
  }
  const screen = await screenText(call, dead !== null);
  const now = word(call, "now");
  const at = now === null ? outside.now() : isoInstant(now, "UTC");
  if (at === null) {
    throw new Refusal(2, `--now takes an instant such as 2026-01-31T09:00:00Z, not ${now ?? ""}`);
  }
  const code = dead === null ? null : Number(dead);
  return { text: screen, title: word(call, "title") ?? "", dead: code, at, zone: zoneOf(call) };
}

/** A screen that was kept with its colours is read without them. */
async function screenText({ outside, options }: Call, dead: boolean): Promise<string> {
  const file = options["screen"];
  if (typeof file !== "string") {
    if (dead) return "";
    throw new Refusal(2, "say which screen: --screen FILE, or --screen - for standard input");
  }
  const read = file === "-" ? await outside.stdin() : outside.text(resolve(outside.cwd, file));
  if (read === null) throw new Refusal(4, `there is no file ${file}`);
  return read.includes("\u001b") ? plain(read) : read;
}

function zoneOf(call: Call): string {
  const named = word(call, "zone");
  if (named === null) return call.outside.zone();
  const zone = zoneNamed(named) ?? (wallAt(0, named) === null ? null : named);
  if (zone !== null) return zone;
  throw new Refusal(
    2,
    `${JSON.stringify(named)} is no time zone; write one as Europe/Berlin or UTC`,
  );
}

function word({ options }: Call, name: string): string | null {
  const value = options[name];
  return typeof value === "string" ? value : null;
}

type Document = {
  readonly schema: "agents.explain/1";
  readonly verdict: {
    readonly is: Verdict["is"];
    /** The instant of the banner or of the agent's own word, without slack. */
    readonly until: string | null;
    readonly sure: boolean;
    readonly cause: string | null;
    readonly what: string | null;
    readonly text: string | null;
    readonly code: number | null;
    readonly signal: string | null;
  };
  readonly evidence: Judgement["evidence"];
};

function document({ verdict, evidence }: Judgement): Document {
  const until = "until" in verdict ? verdict.until : null;
  return {
    schema: "agents.explain/1",
    verdict: {
      is: verdict.is,
      until: until === null ? null : new Date(until).toISOString(),
      sure: verdict.is === "limited" ? verdict.sure : verdict.is === "waiting",
      cause: verdict.is === "failed" ? verdict.cause : null,
      what: verdict.is === "asking" ? verdict.what : null,
      text: verdict.is === "asking" ? verdict.text : verdict.is === "failed" ? verdict.line : null,
      code: verdict.is === "exited" ? verdict.code : null,
      signal: verdict.is === "exited" ? verdict.signal : null,
    },
    evidence,
  };
}

function text({ verdict, evidence }: Judgement): string {
  const because = evidence.map(({ from, rule, line }) => {
    const shown = line === "" ? "" : `\n    ${plain(line)}`;
    return `  by ${from}: ${plain(rule)}${shown}\n`;
  });
  return `${verdict.is}${detail(verdict)}\n${because.join("")}`;
}

function detail(verdict: Verdict): string {
  switch (verdict.is) {
    case "limited":
      if (verdict.until === null) return ", it does not say until when";
      return ` until ${new Date(verdict.until).toISOString()}${verdict.sure ? "" : " (not sure)"}`;
    case "waiting":
      return ` until ${new Date(verdict.until).toISOString()}`;
    case "asking":
      return `: ${plain(verdict.what)}`;
    case "failed":
      return ` (${verdict.cause})`;
    case "exited":
      return ` with code ${verdict.code ?? "unknown"}`;
    case "foreign":
      return `: ${plain(verdict.command)}`;
    case "gone":
    case "unseen":
    case "starting":
    case "busy":
    case "idle":
      return "";
  }
}
