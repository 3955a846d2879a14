// `agents status`: one table, reasons included. Reads what the engine published and nothing else, so
// that it is quick; where no watchdog runs it looks once itself, and says so.

import { ago, ahead, span } from "./ago.ts";
import type { Call, ExitCode } from "./outside.ts";
import { paint, plain, type Paint } from "./paint.ts";
import { standingOf, stateDirOf, troubles, type Standing } from "./standing.ts";
import { jobTable } from "./job-table.ts";
import { GAP, narrowed, table, textWidth, type Cell } from "./table.ts";
import { publishedTasks, taskRow } from "./task-board.ts";
import { countsOf, countsText, taskTable } from "./task-table.ts";
import type { AgentReport } from "../core/report.ts";
import type { TaskMemory } from "../core/types.ts";

const WATCH_MS = 1_000;
export const TITLES = ["AGENT", "KIND", "BACKEND", "MODEL", "WATCH", "STATE", "SINCE", "WHY"];
/** What a narrow terminal does without, first to last: it stands in the file, and the reason does not. */
const DISPENSABLE = ["WATCH", "BACKEND", "MODEL", "KIND"];
/** A reason shorter than this says too little. */
const REASON_COLUMNS = 30;

export async function status(call: Call): Promise<ExitCode> {
  if (call.options["watch"] !== true) return show(call, await shownOf(call));
  const { stdout, stop } = call.outside;
  let code: ExitCode = 0;
  while (!stop.aborted) {
    const shown = await shownOf(call);
    if (stdout.isTTY) stdout.write("\u001b[H\u001b[2J");
    code = show(call, shown);
    await call.outside.pause(WATCH_MS);
  }
  return code;
}

type Shown = { readonly standing: Standing; readonly tasks: readonly TaskMemory[] };

async function shownOf(call: Call): Promise<Shown> {
  const standing = await standingOf(call);
  const stateDir = await stateDirOf(call.outside, standing.config.path);
  const tasks = stateDir === null ? [] : (publishedTasks(call.outside, stateDir)?.tasks ?? []);
  return { standing, tasks };
}

/** At a step, or with a question to a person. */
function atWork(tasks: readonly TaskMemory[]): readonly TaskMemory[] {
  return tasks.filter(({ step, state }) => step !== null || state === "needs-human");
}

function show(call: Call, { standing, tasks }: Shown): ExitCode {
  const { stdout, stderr } = call.outside;
  const open = atWork(tasks);
  const asking = open.filter(({ state }) => state === "needs-human");
  const wrong = [...troubles(standing), ...asking.map((one) => `${one.id}: ${one.because}`)];
  if (call.options["json"] === true) {
    const told = { counts: countsOf(tasks), open: open.map(taskRow) };
    stdout.write(`${JSON.stringify({ ...standing, tasks: told })}\n`);
  } else {
    stdout.write(text(call, standing));
    if (standing.jobs.length > 0) stdout.write(`\n${jobTable(call, standing.jobs)}`);
    if (tasks.length > 0) stdout.write(`\n${countsText(countsOf(tasks))}\n`);
    if (open.length > 0) stdout.write(taskTable(call, open));
    for (const line of wrong) stderr.write(`agents: ${plain(line)}\n`);
  }
  return wrong.length === 0 ? 0 : 3;
}

function text(call: Call, standing: Standing): string {
  const { outside } = call;
  const colours = paint(outside.stdout, outside.env);
  const now = outside.now();
  const rows: Cell[][] = [
    TITLES.map((title) => ({
      text: title,
      paint: colours.dim,
    })),
    ...standing.agents.map((one) => agentRow(one, colours, now)),
    ...standing.services.map((one): Cell[] => [
      plain(one.name),
      "service",
      "-",
      "-",
      "-",
      stateCell(one.life, one.life, colours),
      sinceOf(one.since, now),
      plain(one.because),
    ]),
  ];
  const width = outside.stdout.columns;
  const shown = narrowed({ rows, width }, { spare: DISPENSABLE, last: REASON_COLUMNS });
  const seen = table({ rows: shown, width });
  return `${head(call, standing, colours)}${seen}${problems(standing)}`;
}

function head({ outside }: Call, standing: Standing, colours: Paint): string {
  const { watchdog, config, tmux, loops, budgets } = standing;
  const now = outside.now();
  const seen =
    watchdog.lastTick === null ? "" : `, last look ${ago(Date.parse(watchdog.lastTick), now)}`;
  const dog =
    watchdog.state === "running"
      ? colours.green("running")
      : watchdog.state === "stale"
        ? colours.red("STALE")
        : colours.yellow("stopped");
  const phases = loops.map((loop) => {
    const where =
      loop.count === 0 ? "no phases" : `${loop.phase ?? "-"} [${loop.index + 1}/${loop.count}]`;
    const plan = loop.plan === "" ? "" : ` ${plain(loop.plan)}`;
    const told =
      loop.complete || loop.because === "" || loop.because === `in phase ${loop.phase ?? ""}`;
    return `loop ${loop.name}: phase ${plain(where)}${plan}${loop.complete ? " COMPLETE" : ""}${told ? "" : ` (${plain(loop.because)})`}\n`;
  });
  const file = plain(config.path);
  const rest = `socket ${tmux.socket}  watchdog ${watchdog.state}${seen}`;
  const width = outside.stdout.columns;
  const gap =
    width !== null && textWidth(file) + GAP + rest.length > width ? "\n" : " ".repeat(GAP);
  const spent = budgets.flatMap(({ level, because }) =>
    level === "fine" ? [] : [`${level === "reached" ? colours.yellow(because) : because}\n`],
  );
  return `${file}${gap}socket ${tmux.socket}  watchdog ${dog}${seen}\n${[...phases, ...spent].join("")}`;
}

function problems({ config }: Standing): string {
  return config.ok ? "" : `\n${config.problems.map((one) => plain(one)).join("\n")}\n`;
}

function agentRow(one: AgentReport, colours: Paint, now: number): Cell[] {
  const shown = one.life === "up" ? `up, ${one.verdict}` : one.life;
  const flags = `${one.enabled ? "" : " (disabled)"}${one.orphan ? " (orphan)" : ""}${one.paused ? " (paused)" : ""}`;
  return [
    plain(one.name),
    one.kind,
    plain(one.backend),
    one.model === "" ? "default" : plain(one.model),
    one.watch,
    stateCell(`${shown}${flags}`, one.life, colours),
    sinceOf(one.since, now),
    plain(whyOf(one, now)).replaceAll(/\s+/g, " "),
  ];
}

function whyOf(one: AgentReport, now: number): string {
  const next = one.until === null ? "" : `next ${ahead(Date.parse(one.until), now)}`;
  const pending = one.pending === null ? "" : `restart pending: ${one.pending}`;
  const exit =
    one.exit === null || one.life === "up"
      ? ""
      : one.exit.signal === null
        ? `exit ${one.exit.code ?? "?"}`
        : `signal ${one.exit.signal}`;
  const because = one.because === one.verdict ? "" : one.because;
  return [because, next, pending, one.because.includes("exit") ? "" : exit]
    .filter((part) => part !== "")
    .join("; ");
}

function sinceOf(since: string | null, now: number): string {
  return since === null ? "-" : span(now - Date.parse(since));
}

function stateCell(shown: string, life: AgentReport["life"], colours: Paint): Cell {
  const colour = {
    up: colours.green,
    parked: colours.red,
    held: colours.yellow,
    backoff: colours.yellow,
    launching: colours.cyan,
    stopping: colours.cyan,
    down: colours.dim,
    ended: colours.dim,
  }[life];
  return { text: shown, paint: colour };
}
