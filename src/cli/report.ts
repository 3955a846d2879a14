// `agents report approve|changes|stuck|done`: what an agent that works on a step of a task says at its end, from inside
// its pane. Its environment says whose step it is; the report itself is taken from a file or standard input.

import { resolve } from "node:path";

import { wordOf } from "./flags.ts";
import { configInForce } from "./fleet.ts";
import { give, mustBeDone } from "./order.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";
import { textOf } from "./task-add.ts";

const REPORTS = ["approve", "changes", "stuck", "done"] as const;
const LIMIT_MS = 60_000;
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
  const site = await outside.open(await configInForce(here));
  try {
    const words = { what: "report", report: word, run, ...(text !== "" && { text }) };
    const answer = await give(here, site, {
      verb: "task",
      names: [agent],
      args: words,
      limitMs: LIMIT_MS,
    });
    mustBeDone(answer, "the report was not taken");
    if (call.options["json"] === true)
      outside.stdout.write(
        `${JSON.stringify({ schema: "agents.report/1", report: word, because: answer.because })}\n`,
      );
    else outside.stdout.write(`${answer.because}\n`);
    return 0;
  } finally {
    await site.close(false);
  }
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
