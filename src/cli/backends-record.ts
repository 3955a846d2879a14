// `agents backends record NAME`: the screen of an agent as it is now, with what was seen and judged of it, in a file
// for a bug report. Secrets that are known by name or shape are taken out; a person has to look at the rest.

import { resolve } from "node:path";
import type { Agent, Backend } from "../config/config.ts";
import { FRESH } from "../core/fresh.ts";
import { judge } from "../core/judge.ts";
import type { Pane, Seen } from "../core/types.ts";
import { openObserver } from "../engine/observe.ts";
import { type Recording, recordingText } from "../engine/recording.ts";
import { namesSecret } from "../engine/redact.ts";
import { readMemory } from "../engine/store.ts";
import { versionOf } from "./doctor-programs.ts";
import { configInForce, refuseName } from "./fleet.ts";
import { onPath, programIn } from "./on-path.ts";
import { type Call, type ExitCode, type Outside, Refusal, type Site } from "./outside.ts";
import { slotsOf } from "./slots.ts";

/** Time for an answer from a port of this machine. */
const BETWEEN_MS = 1_000;

export async function record(call: Call, name: string): Promise<ExitCode> {
  const { outside } = call;
  const config = await configInForce(call);
  const agent = config.agents.find((one) => one.name === name);
  if (agent === undefined) {
    const names = config.agents.map((one) => one.name);
    return refuseName("agent", name, names);
  }
  const site = await outside.open(config);
  const now = outside.now();
  try {
    const recording = await recordingOf(outside, site, { agent, now });
    const secrets = secretsOf(outside, agent);
    const text = recordingText(recording, { secrets, home: outside.home });
    if (call.options["json"] === true) {
      outside.stdout.write(text);
      return 0;
    }
    const stamp = new Date(now).toISOString().replaceAll(/[:.]/g, "-");
    const path = resolve(outside.cwd, `screen-${name}-${stamp}.json`);
    const made = await outside.create({ [path]: text });
    if (!made.ok) throw new Refusal(1, made.failure);
    outside.stdout.write(`${path}\n`);
    outside.stderr.write(
      "agents: read it before you give it away: it is what stood on the screen\n",
    );
    return 0;
  } finally {
    await site.close(false);
  }
}

type Of = { readonly agent: Agent; readonly now: number };

async function recordingOf(outside: Outside, site: Site, { agent, now }: Of): Promise<Recording> {
  const { ports, config } = site;
  const backend = config.backends[agent.backend];
  const { pane, at, zone } = await seenNow(outside, site, agent.session);
  if (backend === undefined || pane?.mark?.target !== agent.name)
    throw new Refusal(1, `${agent.name} has no session: it is not running`);
  const facts = { others: [], banner: null, processSeen: true, starting: false };
  const { stallGraceMs } = config.watchdog;
  const { title, command, dead, pid: root, mark, signals } = pane;
  const members = ports.processes.members({ run: mark.run, root, spare: [] });
  return {
    at: now,
    backend: agent.backend,
    version: await versionIn(outside, backend, agent),
    title,
    command,
    dead,
    processes: members.ok ? members.value.map((member) => member.name) : [],
    signals: signals?.sources ?? [],
    ...judge(pane, { ...facts, backend, at, zone, stallGraceMs }),
    text: pane.screen?.text ?? "",
  };
}

type Look = Pick<Seen, "at" | "zone"> & { readonly pane: Pane | undefined };

/** The second look has what was asked in the background of the first. */
async function seenNow(outside: Outside, site: Site, session: string): Promise<Look> {
  const { ports, config } = site;
  const observer = openObserver(ports, () => null);
  const memory = readMemory(outside.disk, config.stateDir) ?? FRESH;
  const news = { orders: [], outcomes: [], ready: [], stateWritable: true };
  // No repository: to look at one starts git.
  const fleet = { ...config, loops: [] };
  await observer.look(fleet, memory, news);
  await outside.pause(BETWEEN_MS);
  const seen = await observer.look(fleet, memory, news);
  if (seen.server === "unseen") throw new Refusal(7, "its tmux server does not answer");
  return { at: seen.at, zone: seen.zone, pane: seen.panes[session] };
}

/** Of a program that this one knows; anything else is nobody's to start. */
async function versionIn(outside: Outside, backend: Backend, agent: Agent): Promise<string> {
  const program = programIn(backend.bin);
  if (program === null || backend.doctor === null) return "";
  const { env } = slotsOf(outside, agent, null);
  const at = await onPath(outside, program, { path: env["PATH"] ?? "", dir: agent.dir });
  return at === null ? "" : versionOf(outside, at, env);
}

/** What the file gives to the agent under a name that says so. */
function secretsOf(outside: Outside, agent: Agent): readonly string[] {
  const { env } = slotsOf(outside, agent, null);
  return Object.entries(env).flatMap(([key, value]) => (namesSecret(key) ? [value] : []));
}
