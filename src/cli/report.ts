// `agents report approve|changes|stuck|done`: what an agent that works on a step of a task says at its end, from inside
// its pane. Its environment says whose step it is; the report itself is taken from a file or standard input.

import { resolve } from "node:path";
import { readAnswer } from "../engine/orders.ts";
import { textFlag, wordOf } from "./flags.ts";
import { findConfig } from "./find.ts";
import { leaveOrder, mustBeDone } from "./order.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";
import { stateDirOf } from "./standing.ts";

const REPORTS = ["approve", "changes", "stuck", "done"] as const;
/** So long it may lie there while no watchdog runs. */
const LIMIT_MS = 3_600_000;
const ANSWER_MS = 60_000;
const POLL_MS = 25;
/** Longer than anybody reads; an order has its limit besides. */
const REPORT_CHARS_MAX = 256 * 1024;

export async function report(call: Call): Promise<ExitCode> {
  const { outside, args } = call;
  const word = wordOf(args[0] ?? "", REPORTS, "a report");
  const { AGENTS_NAME: agent, AGENTS_RUN_ID: run, AGENTS_CONFIG: path } = outside.env;
  if (agent === undefined || run === undefined)
    throw new Refusal(
      2,
      "only an agent that works on a task reports, from inside its pane: AGENTS_NAME and AGENTS_RUN_ID are not set",
    );
  const text = await reportText(call);
  // The worktree may well hold an agents.toml of its own: that is not the one meant.
  const own = call.options["config"] ?? path;
  const here: Call = { ...call, options: { ...call.options, config: own } };
  const because = await heard(here, await placeOf(here), {
    names: [agent],
    args: { what: "report", report: word, run, ...(text !== "" && { text }) },
  });
  if (because === null) {
    outside.stderr.write("agents: left for the watchdog, which does not answer just now\n");
    return 0;
  }
  if (call.options["json"] === true)
    outside.stdout.write(
      `${JSON.stringify({ schema: "agents.report/1", report: word, because })}\n`,
    );
  else outside.stdout.write(`${because}\n`);
  return 0;
}

/** Neither schema nor tmux is asked: agents report often, and also while the file is broken. */
async function placeOf(call: Call): Promise<string> {
  const path = findConfig(call);
  const stateDir = await stateDirOf(call.outside, path);
  if (stateDir !== null) return stateDir;
  throw new Refusal(5, `${path} does not say where its fleet keeps its state`);
}

type Words = {
  readonly names: readonly string[];
  readonly args: Readonly<Record<string, string>>;
};

/**
 * Whoever says this is part of what the engine is about to stop: it never becomes the engine itself. What nobody
 * answers now is heard when a watchdog runs again; null then.
 */
async function heard(call: Call, stateDir: string, words: Words): Promise<string | null> {
  const { outside } = call;
  const order = leaveOrder(
    call,
    { config: { stateDir } },
    { verb: "task", limitMs: LIMIT_MS, ...words },
  );
  while (outside.now() < order.at + ANSWER_MS && !outside.stop.aborted) {
    const read = readAnswer({ disk: outside.disk, stateDir }, order.id);
    if (read.ok && read.value !== null) {
      mustBeDone(read.value, "the report was not taken");
      return read.value.because;
    }
    await outside.pause(POLL_MS);
  }
  return null;
}

async function reportText({ outside, options }: Call): Promise<string> {
  const file = textFlag(options, "file");
  if (file === null) return "";
  const text = file === "-" ? await outside.stdin() : outside.text(resolve(outside.cwd, file));
  if (text === null) throw new Refusal(4, `there is no report at ${resolve(outside.cwd, file)}`);
  if (text.length > REPORT_CHARS_MAX)
    throw new Refusal(2, `a report has at most ${REPORT_CHARS_MAX} characters; this one is longer`);
  return text;
}
