// `agents backends record NAME`: the screen of an agent as it is now, with what was seen and judged of it, in a file
// for a bug report. Secrets that are known by name or shape are taken out; a person has to look at the rest.

import { resolve } from "node:path";
import type { Agent } from "../config/config.ts";
import { FRESH } from "../core/fresh.ts";
import { type Recording, recordingText } from "../engine/recording.ts";
import { namesSecret } from "../engine/redact.ts";
import { readMemory } from "../engine/store.ts";
import { versionOf } from "./doctor-programs.ts";
import { configInForce, refuseName } from "./fleet.ts";
import { onPath, programIn } from "./on-path.ts";
import { type Call, type ExitCode, type Outside, Refusal, type Site } from "./outside.ts";
import { slotsOf } from "./slots.ts";

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
  const { terminal } = site.ports;
  const look = await terminal.look();
  if (!look.ok) throw new Refusal(7, look.failure);
  const row = look.value.rows.find((one) => one.mark?.target === agent.name);
  if (row === undefined) throw new Refusal(1, `${agent.name} has no session: it is not running`);
  const captured = await terminal.capture([row.pane]);
  if (!captured.ok) throw new Refusal(7, captured.failure);
  const memory = readMemory(outside.disk, site.config.stateDir) ?? FRESH;
  const one = memory.agents[agent.name];
  return {
    at: now,
    backend: agent.backend,
    version: await versionIn(outside, site, agent),
    title: row.title,
    command: row.command,
    dead: row.dead,
    verdict: one?.verdict ?? { is: "unseen" },
    evidence: one?.evidence ?? [],
    text: captured.value[row.pane] ?? "",
  };
}

/** Of a program that this one knows; anything else is nobody's to start. */
async function versionIn(outside: Outside, { config }: Site, agent: Agent): Promise<string> {
  const backend = config.backends[agent.backend];
  const program = backend === undefined ? null : programIn(backend.bin);
  if (program === null || backend?.doctor === null) return "";
  const { env } = slotsOf(outside, agent, null);
  const at = await onPath(outside, program, { path: env["PATH"] ?? "", dir: agent.dir });
  return at === null ? "" : versionOf(outside, at, env);
}

/** What the file gives to the agent under a name that says so. */
function secretsOf(outside: Outside, agent: Agent): readonly string[] {
  const { env } = slotsOf(outside, agent, null);
  return Object.entries(env).flatMap(([key, value]) => (namesSecret(key) ? [value] : []));
}
