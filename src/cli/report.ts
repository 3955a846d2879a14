// `agents report approve|changes|stuck|done`: what an agent that works on a step of a task says at its end, from inside
// its pane. Its environment says whose step it is; the report itself is taken from a file or standard input.

import { resolve } from "node:path";
import type { Config } from "../config/config.ts";
import { readAnswer } from "../engine/orders.ts";
import { wordOf } from "./flags.ts";
import { configInForce } from "./fleet.ts";
import { leaveOrder, mustBeDone } from "./order.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";
import { textOf } from "./task-add.ts";

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
  const because = await heard(here, await configInForce(here), {
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

type Words = {
  readonly names: readonly string[];
  readonly args: Readonly<Record<string, string>>;
};

/**
 * Whoever says this is part of what the engine is about to stop: it never becomes the engine itself. What nobody
 * answers now is heard when a watchdog runs again; null then.
 */
async function heard(call: Call, config: Config, words: Words): Promise<string | null> {
  const { outside } = call;
  const order = leaveOrder(call, { config }, { verb: "task", limitMs: LIMIT_MS, ...words });
  while (outside.now() < order.at + ANSWER_MS && !outside.stop.aborted) {
    const read = readAnswer({ disk: outside.disk, stateDir: config.stateDir }, order.id);
    if (read.ok && read.value !== null) {
      mustBeDone(read.value, "the report was not taken");
      return read.value.because;
    }
    await outside.pause(POLL_MS);
  }
  return null;
}

async function reportText({ outside, options }: Call): Promise<string> {
  const file = textOf(options, "file");
  if (file === null) return "";
  const text = file === "-" ? await outside.stdin() : outside.text(resolve(outside.cwd, file));
  if (text === null) throw new Refusal(4, `there is no report at ${resolve(outside.cwd, file)}`);
  if (text.length > REPORT_CHARS_MAX)
    throw new Refusal(2, `a report has at most ${REPORT_CHARS_MAX} characters; this one is longer`);
  return text;
}
