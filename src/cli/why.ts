// `agents why NAME`: what was seen of it and by which rule, what was decided and why, what it waits for, how
// it is started. From what the engine published and remembers; nothing is asked of the agent. Of its
// environment only names are told.

import type { Config } from "../config/config.ts";
import { launchNow, wantOf } from "../core/case.ts";
import { FRESH } from "../core/fresh.ts";
import { membersOf, type Member } from "../core/member.ts";
import { orphansOf } from "../core/orphan.ts";
import type { SourceKept } from "../core/signals.ts";
import type { Way } from "../core/route.ts";
import type { AgentMemory, Evidence, Memory, Want } from "../core/types.ts";
import { envLines } from "../engine/environment.ts";
import { readEvents, type Event } from "../engine/events.ts";
import { redact } from "../engine/redact.ts";
import { readMemory } from "../engine/store.ts";
import { isMetered } from "../engine/used.ts";
import type { UsageShown } from "../core/usage.ts";
import { configInForce, refuseName } from "./fleet.ts";
import type { Call, ExitCode, Outside } from "./outside.ts";
import { standingOf, type Standing } from "./standing.ts";
import { whyTask } from "./task-show.ts";
import { lastEvidence } from "./why-evidence.ts";
import { whyJob } from "./why-job.ts";
import { whyThen } from "./why-then.ts";
import { whyText } from "./why-text.ts";

const EVENTS = 8;
const WORD_CHARS = 200;

export type Why = {
  readonly schema: "agents.why/1";
  readonly at: string;
  readonly name: string;
  readonly kind: string;
  readonly session: string;
  readonly watchdog: Standing["watchdog"]["state"];
  /** When the look was that this is told from. */
  readonly seenAt: string | null;
  readonly verdict: Readonly<Record<string, string | number | boolean | null>> & {
    readonly is: string;
  };
  readonly evidence: readonly Evidence[];
  /** What each source of its program said, best first, and since when. */
  readonly sources: readonly (Omit<SourceKept, "at"> & { readonly since: string | null })[];
  readonly life: string;
  readonly since: string | null;
  readonly until: string | null;
  readonly because: string;
  /** Patterns of its backend that are out of use. */
  readonly quarantined: readonly string[];
  readonly want: Want;
  /** Of the agent of a task's step that a route led somewhere: where, and why. */
  readonly way: Way | null;
  readonly paused: boolean;
  readonly pending: { readonly since: string; readonly because: string } | null;
  readonly messages: readonly {
    readonly kind: string;
    readonly state: string;
    readonly since: string;
  }[];
  readonly starts: number;
  /** Today; null where its program told nothing. */
  readonly usage: UsageShown | null;
  /** Its program can tell it. */
  readonly metered: boolean;
  readonly run: {
    readonly id: string;
    readonly since: string;
    readonly pane: string | null;
    readonly pid: number | null;
    readonly phase: string | null;
  } | null;
  readonly launch: Started;
  readonly events: readonly Event[];
  readonly evidenceFile: string | null;
};

export type Started =
  | {
      readonly argv: readonly string[];
      readonly dir: string;
      readonly model: string;
      readonly phase: string | null;
      /** Names; their values are nobody's business here. */
      readonly env: readonly string[];
      readonly envFile: string | null;
    }
  | { readonly failure: string };

export async function why(call: Call): Promise<ExitCode> {
  const { outside, options } = call;
  const [name = ""] = call.args;
  const config = await configInForce(call);
  const memory = readMemory(outside.disk, config.stateDir) ?? FRESH;
  const members = [...membersOf(config, memory), ...orphansOf(config, memory)];
  const member = members.find((one) => one.name === name);
  const known = members.map((one) => one.name);
  if (member === undefined) {
    const told = await whyJob(call, config, name);
    if (told !== null) return told;
    if (await whyTask(call, name)) return 0;
    refuseName("agent, service, job or task", name, [
      ...known,
      ...config.jobs.map((one) => one.name),
    ]);
  }
  if (typeof options["at"] === "string" || typeof options["last"] === "string") {
    const shared = [member.agent?.loop, member.account].filter((one) => typeof one === "string");
    return whyThen(call, { config, name, names: [name, ...shared] });
  }
  const told = whyOf(outside, await standingOf(call), { config, memory, member });
  if (options["json"] === true) outside.stdout.write(`${JSON.stringify(told)}\n`);
  else outside.stdout.write(whyText(told, outside));
  return 0;
}

type Asked = { readonly config: Config; readonly memory: Memory; readonly member: Member };

function whyOf(outside: Outside, standing: Standing, { config, memory, member }: Asked): Why {
  const { name } = member;
  const one: AgentMemory | undefined = memory.agents[name];
  const agent = standing.agents.find((each) => each.name === name);
  const reported = agent ?? standing.services.find((each) => each.name === name);
  const events = readEvents(outside.disk, config.logDir, {
    tail: EVENTS,
    since: null,
    agents: [name],
  });
  return {
    schema: "agents.why/1",
    at: iso(outside.now()),
    name,
    kind: member.agent === null && member.service === null ? "orphan" : member.kind,
    session: member.session,
    watchdog: standing.watchdog.state,
    seenAt: standing.watchdog.lastTick,
    verdict: verdictOf(one, agent?.verdict ?? null),
    evidence: one?.evidence ?? [],
    sources: (one?.sources ?? []).map(({ at, ...told }) => ({
      ...told,
      since: at === null ? null : iso(at),
    })),
    life: reported?.life ?? one?.life.is ?? "down",
    since: reported?.since ?? null,
    until: agent?.until ?? null,
    because: reported?.because ?? "",
    quarantined: standing.quarantined.flatMap(({ agents, because }) =>
      agents.includes(name) ? [because] : [],
    ),
    want: wantOf(config, member, memory),
    way:
      Object.values(memory.tasks ?? {}).find(({ step }) => step?.agent === name)?.step?.way ?? null,
    paused: (one?.paused ?? false) !== false,
    pending:
      one === undefined || one.pending === null
        ? null
        : { since: iso(one.pending.since), because: one.pending.because },
    messages: (one?.says ?? []).map(({ kind, state, since }) => ({
      kind,
      state,
      since: iso(since),
    })),
    starts: one?.starts ?? 0,
    usage: agent?.usage ?? null,
    metered: isMetered(member.backend),
    run: runOf(one),
    launch: startedOf(outside, { config, memory, member }),
    events: events.ok ? events.value : [],
    evidenceFile: lastEvidence(outside.disk, config.stateDir, { name, until: null })?.path ?? null,
  };
}

/** What Memory saw, unless a look of our own has just shown something else. */
function verdictOf(one: AgentMemory | undefined, shown: string | null): Why["verdict"] {
  if (one === undefined || (shown !== null && shown !== one.verdict.is))
    return { is: shown ?? "gone" };
  const { verdict } = one;
  return "until" in verdict && verdict.until !== null
    ? { ...verdict, until: iso(verdict.until) }
    : verdict;
}

function runOf(one: AgentMemory | undefined): Why["run"] {
  if (one === undefined || one.run === null) return null;
  const { id, at, pane, pid, phase } = one.run;
  return { id, since: iso(at), pane, pid, phase };
}

function startedOf(outside: Outside, { config, memory, member }: Asked): Started {
  const read = (path: string) => {
    const text = outside.text(path);
    return text === null ? ("missing" as const) : { text };
  };
  const setting = { config, kickoffDir: config.stateDir, aliases: {}, agents: "agents" };
  const launched = launchNow(setting, member, { memory, read });
  if (!launched.ok) return { failure: launched.failure };
  const { argv, dir, model, phase, env, envFile } = launched.launch;
  const fromFile = envFile === null ? {} : envLines(outside.text(envFile) ?? "");
  const names = new Set([...Object.keys(fromFile), ...Object.keys(env)]);
  return {
    argv: argv.map((word) => shortened(redact(word, []))),
    dir,
    model,
    phase,
    env: [...names].toSorted(),
    envFile,
  };
}

function shortened(word: string): string {
  return word.length <= WORD_CHARS
    ? word
    : `${word.slice(0, WORD_CHARS)}… (${word.length - WORD_CHARS} more)`;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
