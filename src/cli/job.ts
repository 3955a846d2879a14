// `agents job [list|run|pause|resume] [name…]`: what the clock begins, and a person's word about it. The word is an
// order like any other; nothing is run here.

import { configInForce, refuseName } from "./fleet.ts";
import { wordOf } from "./flags.ts";
import { jobTable } from "./job-table.ts";
import { give } from "./order.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";
import { plain } from "./paint.ts";
import { standingOf } from "./standing.ts";

const LIMIT_MS = 30_000;

export async function job(call: Call): Promise<ExitCode> {
  const [written = "list", ...names] = call.args;
  const way = wordOf(written, ["list", "run", "pause", "resume"], "`agents job`");
  const config = await configInForce(call);
  const known = config.jobs.map((one) => one.name);
  if (known.length === 0) throw new Refusal(4, `${config.path} has no [[job]]`);
  for (const name of names) if (!known.includes(name)) refuseName("job", name, known);
  if (way === "list") return list(call, names);
  if (way === "run" && names.length !== 1)
    throw new Refusal(2, `one job is run at a time; there are: ${known.join(", ")}`);
  return order(call, { what: way, names });
}

async function list(call: Call, names: readonly string[]): Promise<ExitCode> {
  const { stdout } = call.outside;
  const { at, jobs } = await standingOf(call);
  const shown = jobs.filter(({ name }) => names.length === 0 || names.includes(name));
  if (call.options["json"] === true)
    stdout.write(`${JSON.stringify({ schema: "agents.jobs/1", at, jobs: shown })}\n`);
  else stdout.write(jobTable(call, shown));
  return 0;
}

type Said = { readonly what: "run" | "pause" | "resume"; readonly names: readonly string[] };

async function order(call: Call, { what, names }: Said): Promise<ExitCode> {
  const { stdout } = call.outside;
  const config = await configInForce(call);
  const site = await call.outside.open(config);
  try {
    const args = { what };
    const answer = await give(call, site, { verb: "job", names, args, limitMs: LIMIT_MS });
    if (answer.state === "refused") throw new Refusal(1, answer.because);
    if (answer.state === "expired") throw new Refusal(8, "the order was not taken in time");
    const said = Object.entries(answer.outcomes).map(([name, outcome]) => ({ name, outcome }));
    if (call.options["json"] === true)
      stdout.write(`${JSON.stringify({ schema: "agents.job-order/1", what, jobs: said })}\n`);
    else stdout.write(said.map((one) => `${one.name}   ${plain(one.outcome)}\n`).join(""));
    return 0;
  } finally {
    await site.close(false);
  }
}
