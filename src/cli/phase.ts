// `agents phase [show|next|set ID]`: where the loops stand, and moving one on. A move starts the loop's
// agents again, with the new kickoff, as soon as they can be interrupted.

import type { Config, Loop } from "../config/config.ts";
import type { LoopReport } from "../core/report.ts";
import { configInForce, refuseName } from "./fleet.ts";
import { wordOf } from "./flags.ts";
import { give } from "./order.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";
import { plain } from "./paint.ts";
import { standingOf } from "./standing.ts";
import { table, type Cell } from "./table.ts";

const LIMIT_MS = 30_000;

export async function phase(call: Call): Promise<ExitCode> {
  const [written = "show", target] = call.args;
  const move = wordOf(written, ["show", "next", "set"], "`agents phase`");
  if (move !== "set" && target !== undefined)
    throw new Refusal(
      2,
      `\`agents phase ${move}\` takes no phase; \`agents phase set ${target}\`?`,
    );
  const config = await configInForce(call);
  if (config.loops.length === 0) throw new Refusal(4, `${config.path} has no [loop]`);
  if (move === "show") return show(call, config);
  const loop = loopOf(call, config);
  if (move === "next") return order(call, config, { loop, target: "next" });
  if (target === undefined)
    throw new Refusal(2, `which phase? Of the loop ${loop.name}: ${phasesOf(loop)}`);
  return order(call, config, { loop, target: known(loop, target) });
}

function loopOf({ options }: Call, config: Config): Loop {
  const name = options["loop"];
  const names = config.loops.map((one) => one.name);
  if (typeof name !== "string") {
    const [only, ...others] = config.loops;
    if (only !== undefined && others.length === 0) return only;
    throw new Refusal(2, `which loop? Say --loop with one of ${names.join(", ")}`);
  }
  return config.loops.find((one) => one.name === name) ?? refuseName("loop", name, names);
}

/** By id, or by index from 0. Out of range changes nothing. */
function known(loop: Loop, target: string): string {
  const byId = loop.phases.some((one) => one.id === target);
  const byIndex = /^\d{1,9}$/.test(target) && Number(target) < loop.phases.length;
  if (byId || byIndex) return target;
  throw new Refusal(
    2,
    `the loop ${loop.name} has no phase ${JSON.stringify(target)}; there are ${phasesOf(loop)}`,
  );
}

function phasesOf(loop: Loop): string {
  return loop.phases.map((one, index) => `${one.id} (index ${index})`).join(", ");
}

type Move = { readonly loop: Loop; readonly target: string };

async function order(call: Call, config: Config, { loop, target }: Move): Promise<ExitCode> {
  const site = await call.outside.open(config);
  try {
    const answer = await give(call, site, {
      verb: "phase",
      names: [loop.name],
      args: { target },
      limitMs: LIMIT_MS,
    });
    // What a file or a program cannot do is told by its code; what was asked is out of range.
    if (answer.state === "refused") throw new Refusal(2, answer.because);
    if (answer.state === "expired") throw new Refusal(8, "the order was not taken in time");
    call.outside.stdout.write(`${loop.name}   ${plain(answer.because)}\n`);
    return 0;
  } finally {
    await site.close(false);
  }
}

async function show(call: Call, config: Config): Promise<ExitCode> {
  const { stdout } = call.outside;
  const wanted = call.options["loop"] === undefined ? config.loops : [loopOf(call, config)];
  const { loops, at } = await standingOf(call);
  const told = wanted.map((loop) => ({
    loop,
    report: loops.find((one) => one.name === loop.name),
  }));
  if (call.options["json"] === true) {
    const document = told.map(({ loop, report }) => ({
      ...(report ?? { name: loop.name }),
      phases: loop.phases.map(({ id, plan, status }) => ({ id, plan, status })),
    }));
    stdout.write(`${JSON.stringify({ schema: "agents.phase/1", at, loops: document })}\n`);
    return 0;
  }
  const parts = told.map(({ loop, report }) => loopText(loop, report, stdout.columns));
  stdout.write(parts.join("\n"));
  return 0;
}

function loopText(loop: Loop, report: LoopReport | undefined, width: number | null): string {
  const at = report?.complete === true ? loop.phases.length : (report?.index ?? 0);
  const rows = loop.phases.map((one, index): Cell[] => [
    index === at ? "  >" : "   ",
    String(index),
    plain(one.id),
    index < at ? "done" : index === at ? "now" : "",
    plain(one.plan),
  ]);
  const because = report === undefined || report.because === "" ? "" : `: ${plain(report.because)}`;
  const complete = report?.complete === true ? " COMPLETE" : "";
  return `loop ${loop.name}${complete}${because}\n${table({ rows, width })}`;
}
