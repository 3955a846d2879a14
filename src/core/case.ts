// Puts together what one agent's step is decided from: what is wanted of it, how it would be started,
// what its pane shows, and what it waits for.

import type { Backend, Config } from "../config/config.ts";
import { budgetWant } from "./budget.ts";
import { ofTheHour, writtenBy } from "./hour.ts";
import { hash } from "./hash.ts";
import { judge } from "./judge.ts";
import { launchOf, serviceLaunch } from "./launch.ts";
import type { Member } from "./member.ts";
import { promptFiles, type Read } from "./prompt.ts";
import { remembering } from "./remembering.ts";
import { taskWant } from "./task-agents.ts";
import type { Case, Launched, World } from "./step.ts";
import type { AgentMemory, Instant, Judgement, Memory, Pane, Seen, Want } from "./types.ts";

/** The file's content and where the program keeps what agents read. Plain data. */
export type Setting = {
  readonly config: Config;
  /** A directory whose path means itself in any shell; kickoff files lie in it. */
  readonly kickoffDir: string;
  /** Agents' directories that need another name in a shell. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Shell text that runs this program. */
  readonly agents: string;
};

type Known = {
  readonly member: Member;
  readonly known: AgentMemory;
  readonly memory: Memory;
  readonly seen: Seen;
  readonly world: World;
};

export function caseOf(setting: Setting, asked: Known): Case {
  const { known, memory, seen, world } = asked;
  const member = forOnce(setting.config, asked.member, known);
  const row = paneOf(member, known, seen);
  const adopted = adoptedBy(known, row, seen);
  const away = world.first || world.resumedAt === seen.at;
  const metAt = away && typeof row === "object" ? writtenBy(row, seen.at) : seen.at;
  const outcome = seen.outcomes.find((one) => one.id === adopted.doing?.id) ?? null;
  return {
    world,
    at: seen.at,
    member,
    pane: row,
    memory: adopted,
    outcome,
    want: wantOf(setting.config, member, memory),
    launch: launched(setting, member, { memory, read: (path) => seen.files[path] ?? "unseen" }),
    metAt,
    judgement: judged(setting.config, { member, known: adopted, seen, row, metAt }),
    waitsFor: member.needs.find((name) => isAwaited(memory, name)) ?? null,
    remains: row === "gone" ? (seen.panes[member.session]?.mark?.run ?? null) : null,
    blocked: row === "gone" && seen.panes[member.session]?.mark === null,
    saysReady: seen.ready.includes(member.name),
  };
}

/** A model or backend that was asked for one start holds for that incarnation and no longer. */
export function forOnce(config: Config, member: Member, known: AgentMemory): Member {
  const once = known.run === null ? known.once : known.run.once;
  const { agent } = member;
  if (once === null || agent === null) return member;
  const backend = once.backend === null ? undefined : config.backends[once.backend];
  return {
    ...member,
    agent: { ...agent, model: once.model ?? agent.model, backend: backend?.name ?? agent.backend },
    backend: backend ?? member.backend,
  };
}

/** A dead pane of an earlier incarnation is an empty place, not the end of the present one. */
function paneOf(member: Member, known: AgentMemory, seen: Seen): Case["pane"] {
  if (seen.server === "unseen") return "unseen";
  const pane = seen.panes[member.session];
  if (pane === undefined) return "gone";
  const stale = pane.dead !== null && known.run?.id !== pane.mark?.run;
  return pane.mark === null || stale ? "gone" : pane;
}

/** A living session with our marker that Memory does not know is ours all the same. */
function adoptedBy(known: AgentMemory, row: Case["pane"], seen: Seen): AgentMemory {
  if (
    typeof row !== "object" ||
    row.mark === null ||
    row.dead !== null ||
    known.run?.id === row.mark.run
  )
    return known;
  const { pane, pid, started } = row;
  return {
    ...known,
    run: {
      id: row.mark.run,
      once: null,
      conversation: { is: "its own" },
      hash: row.mark.hash,
      phase: null,
      at: seen.at,
      pane,
      pid,
      started,
    },
  };
}

/** A person's down > a loop's end > a person's up > the fleet; what is disabled is left as it is. */
export function wantOf(config: Config, member: Member, memory: Memory): Want {
  const over = member.agent === null ? null : taskWant(member.agent, memory);
  if (over !== null) return over;
  const wanted = memory.agents[member.name]?.wanted ?? null;
  if (wanted === "down") return { is: "down", because: "a person said down" };
  const needing = wanted === null ? neededBy(config, member, memory) : null;
  if (needing !== null) return { is: "up", because: `${needing} needs it` };
  if (
    member.service !== null &&
    memory.fleet.wanted === "down" &&
    wanted === null &&
    agentsStop(config, memory)
  )
    return { is: "leave", because: "agents stop first" };
  if (wanted === null && memory.fleet.wanted === "down")
    return { is: "down", because: "the fleet is down" };
  const loop = member.agent?.loop ?? null;
  if (loop !== null && memory.loops[loop]?.complete === true)
    return { is: "down", because: "its loop is complete" };
  if (wanted !== "up" && (!member.enabled || !isDeclared(member)))
    return { is: "leave", because: member.enabled ? "no longer in the file" : "disabled" };
  const because = wanted === "up" ? "it was told to run" : "the fleet is up";
  return budgetWant(config, member, memory) ?? { is: "up", because };
}

/** Whoever starts one agent of a fleet that is down means what it needs as well. */
function neededBy(config: Config, { service }: Member, memory: Memory): string | null {
  if (service === null || memory.fleet.wanted === "up") return null;
  const one = config.agents.find(
    ({ name, needs }) => needs.includes(service.name) && memory.agents[name]?.wanted === "up",
  );
  return one?.name ?? null;
}

/** Services outlive the agents that use them. */
function agentsStop(config: Config, memory: Memory): boolean {
  const services = new Set(config.services.map((one) => one.name));
  return Object.entries(memory.agents).some(
    ([name, { life }]) => !services.has(name) && life.is !== "down" && life.is !== "parked",
  );
}

function isDeclared({ agent, service }: Member): boolean {
  return agent !== null || service !== null;
}

type Sources = { readonly memory: Memory; readonly read: Read };

/** How it would be started now, for who only wants to tell. */
export function launchNow(setting: Setting, member: Member, sources: Sources): Launched {
  const known = sources.memory.agents[member.name];
  const meant = known === undefined ? member : forOnce(setting.config, member, known);
  return launched(setting, meant, sources);
}

function launched(setting: Setting, member: Member, { memory, read }: Sources): Launched {
  if (member.service !== null) return { ok: true, launch: serviceLaunch(member.service) };
  const { agent } = member;
  if (agent === null) return { ok: false, failure: "it is no longer in the file" };
  const { config } = setting;
  const loop = config.loops.find((one) => one.name === agent.loop);
  const phase = loop?.phases[memory.loops[loop.name]?.index ?? 0] ?? null;
  const id = read(`${config.stateDir}/${agent.name}.id`);
  const written = typeof id === "object" && id.text.trim() !== "" ? id.text.trim() : null;
  const known = memory.agents[agent.name];
  const resumeId = resumed(known?.conversation ?? null, phase?.id ?? null, written);
  const starts = known?.starts ?? 0;
  const from = [setting, phase, resumeId, starts, ...promptFiles(config, agent).map(read)];
  return launches(agent, from, () =>
    launchOf({
      config,
      agent,
      backend: member.backend,
      phase,
      resumeId,
      freshId: asUuid(hash(`${config.stateDir}|${agent.name}|${starts}|conversation`)),
      read,
      paths: {
        kickoff: `${setting.kickoffDir}/kickoff-${member.session}.txt`,
        dirAlias: setting.aliases[agent.dir] ?? belowAlias(setting, agent.dir),
        agents: setting.agents,
      },
    }),
  );
}

/** A worktree lies in a directory that is known before it is made. */
function belowAlias({ config, aliases }: Setting, dir: string): string | null {
  const root = config.tasks?.worktrees;
  const alias = root === undefined ? undefined : aliases[root];
  return root !== undefined && alias !== undefined && dir.startsWith(`${root}/`)
    ? alias + dir.slice(root.length)
    : null;
}

/** A new phase begins a new conversation. */
function resumed(
  known: AgentMemory["conversation"],
  phase: string | null,
  written: string | null,
): string | null {
  if (known === null) return written;
  return known.phase === phase ? known.id : null;
}

/** 32 hex digits in the form that programs ask of an id (version 4, variant 1). */
function asUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const launches = remembering<Launched>(() => true);

type Judged = {
  readonly member: Member;
  readonly known: AgentMemory;
  readonly seen: Seen;
  readonly row: Pane | "gone" | "unseen";
  readonly metAt: Instant;
};

function judged(config: Config, { member, known, seen, row, metAt }: Judged): Judgement {
  const { backend } = member;
  const { banner, processSeen } = known;
  const { at, zone } = seen;
  const { stallGraceMs } = config.watchdog;
  const starting = known.life.is === "launching";
  const others = othersOf(config, backend);
  const setting = { backend, others, at, zone, banner, processSeen, stallGraceMs, starting };
  if (typeof row === "string") return judge(row, setting);
  const from = [config, backend, zone, banner, processSeen, starting, ...ofTheHour(row, setting)];
  const judgement = judgements(row, from, () => judge(row, setting));
  return metAt < at && judgement.verdict.is === "limited"
    ? judge(row, { ...setting, at: metAt })
    : judgement;
}

/** A limit's banner is read against the hour at which it is first seen. */
const judgements = remembering<Judgement>(({ verdict }) => verdict.is !== "limited");

function othersOf(config: Config, backend: Backend): readonly string[] {
  return Object.values(config.backends).flatMap(({ name, processName }) =>
    name !== backend.name && processName !== null && processName !== backend.processName
      ? [processName]
      : [],
  );
}

/** Not ready yet, and going to be: one that was parked or stopped is waited for by nobody. */
function isAwaited(memory: Memory, name: string): boolean {
  const service = memory.agents[name];
  if (service === undefined) return true;
  if (service.wanted === "down") return false;
  return (
    service.life.is === "down" || service.life.is === "launching" || service.life.is === "backoff"
  );
}
