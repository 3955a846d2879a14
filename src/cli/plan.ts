// `agents plan`, which is `agents up --dry-run`: what would start, what waits and what is left alone, and why.
// Made from the file and from what is known of the fleet now; it changes nothing.

import type { Agent, Config, Service } from "../config/config.ts";
import type { AgentReport, ServiceReport } from "../core/report.ts";
import { checkNames, configOf } from "./fleet.ts";
import { WATCHDOG } from "./keeper.ts";
import type { Call, ExitCode } from "./outside.ts";
import { plain } from "./paint.ts";
import { standingOf, type Standing } from "./standing.ts";
import { table } from "./table.ts";
import { publishedTasks } from "./task-board.ts";
import { foreseen, wayText } from "./task-route.ts";

type Planned = {
  readonly name: string;
  readonly does: "start" | "wait" | "leave";
  readonly because: string;
};

export async function plan(call: Call): Promise<ExitCode> {
  const config = await configOf(call, true);
  checkNames(config, call.args, [WATCHDOG]);
  const agents = planned(config, await standingOf(call), call.args);
  const all = call.args.length > 0 ? agents : [...agents, ...tasksPlanned(call, config)];
  const { stdout } = call.outside;
  if (call.options["json"] === true)
    stdout.write(`${JSON.stringify({ schema: "agents.plan/1", plan: all })}\n`);
  else {
    const rows = all.map((one) => [one.does, one.name, plain(one.because)]);
    stdout.write(table({ rows, width: stdout.columns }));
  }
  return 0;
}

/** Tasks that have not begun: the way of their first step, or what they wait for. */
function tasksPlanned({ outside }: Call, config: Config): readonly Planned[] {
  if (config.tasks === null) return [];
  const open = publishedTasks(outside, config.stateDir)?.tasks ?? [];
  return open.flatMap((task): Planned[] => {
    const { id, state, step, because } = task;
    if (step !== null || (state !== "queued" && state !== "waiting")) return [];
    if (state === "waiting") return [{ name: id, does: "wait", because }];
    const [first] = foreseen(outside, config, task);
    return [start(id, first === undefined ? "task" : `task: ${wayText(first)}`)];
  });
}

/** In the order in which things begin. */
export function planned(
  config: Config,
  standing: Standing,
  names: readonly string[],
): readonly Planned[] {
  const isMeant = (name: string): boolean => names.length === 0 || names.includes(name);
  const services = config.services.map((one) => ofService(one, standing));
  const starting = services.filter(({ does }) => does === "start").map(({ name }) => name);
  const orphans = standing.agents.filter(({ orphan, pid }) => orphan && pid !== null);
  return [
    ofWatchdog(standing),
    ...services,
    ...config.agents.map((one) => ofAgent(one, { standing, starting, named: names.length > 0 })),
    ...orphans.map(({ name }) =>
      leave(name, `no longer in the file, and runs: \`agents down ${name}\` ends it`),
    ),
  ].filter(({ name }) => isMeant(name));
}

function ofWatchdog({ watchdog }: Standing): Planned {
  return watchdog.state === "running"
    ? leave(WATCHDOG, "runs")
    : start(WATCHDOG, watchdog.state === "stale" ? "it does not look any more" : "none runs");
}

function ofService(service: Service, standing: Standing): Planned {
  const known = standing.services.find(({ name }) => name === service.name);
  return isOver(known) ? start(service.name, overBecause(known)) : leave(service.name, "runs");
}

type Around = {
  readonly standing: Standing;
  readonly starting: readonly string[];
  readonly named: boolean;
};

function ofAgent(agent: Agent, { standing, starting, named }: Around): Planned {
  const { name } = agent;
  const known = standing.agents.find((one) => one.name === name);
  if (!isOver(known)) return leave(name, running(known));
  if (!agent.enabled && !named)
    return leave(name, `disabled: \`agents enable ${name}\` lets it run`);
  const first = agent.needs.filter((service) => starting.includes(service));
  if (first.length > 0) return { name, does: "wait", because: `for ${first.join(" and ")}` };
  const hold = standing.holds.find(
    ({ account, why }) => account === agent.account && why !== "login",
  );
  if (hold !== undefined) {
    const until = hold.until === null ? "" : ` until ${hold.until}`;
    return { name, does: "wait", because: `for the usage limit of ${hold.account}${until}` };
  }
  return start(name, overBecause(known));
}

function running(known: AgentReport | undefined): string {
  if (known === undefined) return "runs";
  return known.pending === null
    ? `runs: ${known.verdict}`
    : `runs, and restarts at a safe point: ${known.pending}`;
}

function overBecause(known: AgentReport | ServiceReport | undefined): string {
  if (known === undefined) return "never started";
  if (known.life === "parked") return `parked is forgotten: ${known.because}`;
  return known.because === "" ? "not running" : known.because;
}

function isOver(known: AgentReport | ServiceReport | undefined): boolean {
  return known === undefined || ["down", "ended", "parked"].includes(known.life);
}

function start(name: string, because: string): Planned {
  return { name, does: "start", because };
}

function leave(name: string, because: string): Planned {
  return { name, does: "leave", because };
}
