// Whether the programs that a fleet's backends run are installed. Only programs that are known by this
// program's own presets are asked for their version; of anything else, nobody knows what that would start.

import type { Backend, Config } from "../config/config.ts";
import { presetBackends } from "../config/backends.ts";
import { backendsIn } from "../config/routes.ts";
import { backendFindings } from "./doctor-backend.ts";
import { fail, fine, warn, type Finding } from "./finding.ts";
import { onPath, programIn } from "./on-path.ts";
import type { Outside } from "./outside.ts";
import { slotsOf, type Tenant } from "./slots.ts";

/** A slower answer is not waited for. */
const VERSION_MS = 10_000;
const LONGEST_VERSION = 60;

export async function programFindings(
  outside: Outside,
  config: Config,
): Promise<readonly Finding[]> {
  const { presets } = await outside.shipped();
  const known = Object.values(presetBackends(presets, outside.home)).flatMap(programOf);
  const used = [...new Set([...config.agents.map(({ backend }) => backend), ...ofTasks(config)])];
  const found = used.map((name) => findingsOf(outside, config, { name, known }));
  return (await Promise.all(found)).flat();
}

async function findingsOf(
  outside: Outside,
  config: Config,
  { name, known }: { readonly name: string; readonly known: readonly string[] },
): Promise<readonly Finding[]> {
  const backend = config.backends[name];
  const agents = [
    ...config.agents.filter((one) => one.backend === name),
    ...workersOf(config, name),
  ];
  const [agent] = agents;
  const what = `backend ${name}`;
  if (backend === undefined || agent === undefined) return [fine(what, "not used")];
  if (/^\s*\{agents\}/.test(backend.bin)) return [fine(what, "comes with this program")];
  const program = programIn(backend.bin);
  if (program === null)
    return [fine(what, `shell text, not checked: ${backend.bin.slice(0, LONGEST_VERSION)}`)];
  const { env } = slotsOf(outside, agent, null);
  const at = await onPath(outside, program, { path: env["PATH"] ?? "", dir: agent.dir });
  if (at === null) return [missing(what, backend, program)];
  const version = known.includes(program) ? await versionOf(outside, at, env) : "";
  const { doctor } = backend;
  return [
    fine(what, version === "" ? at : `${at} (${version})`),
    ...(doctor === null ? [] : backendFindings(outside, { backend, doctor, version, agents })),
  ];
}

/** Those that only steps of tasks run, or that their work may go to. */
function ofTasks({ tasks }: Config): readonly string[] {
  const steps = (tasks?.pipelines ?? []).flatMap((one) => one.steps);
  const own = steps.flatMap(({ does }) => (does.kind === "agent" ? [does.backend] : []));
  return [...own, ...backendsIn(tasks?.route ?? null)];
}

/** They work where worktrees are made. */
function workersOf(config: Config, backend: string): readonly Tenant[] {
  if (config.tasks === null || !ofTasks(config).includes(backend)) return [];
  return [{ name: "tasks", dir: config.tasks.worktrees, env: {}, envFile: null }];
}

function missing(what: string, backend: Backend, program: string): Finding {
  const fix = `install ${program}, or name its place in [backend.${backend.name}] bin`;
  // What runs before it may put it on PATH.
  return backend.preamble === ""
    ? fail(what, `${program} is not on PATH`, fix)
    : warn(what, `${program} is not on PATH, unless its preamble puts it there`, fix);
}

/** An exec backend runs what its user wrote; that is nobody's to try. */
function programOf({ bin, delivery }: Backend): readonly string[] {
  const program = delivery === "exec" ? null : programIn(bin);
  return program === null ? [] : [program];
}

export async function versionOf(
  outside: Outside,
  path: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const how = { dir: "/", limitMs: VERSION_MS, env };
  const ran = await outside.ask([path, "--version"], how);
  if (!ran.ok || ran.value.code !== 0) return "";
  return ran.value.stdout.trim().split("\n", 1)[0]?.slice(0, LONGEST_VERSION) ?? "";
}

/** Where no fleet says what is used: every program that is known and installed, as this shell would start it. */
export async function installedFindings(outside: Outside): Promise<readonly Finding[]> {
  const { presets } = await outside.shipped();
  const shell = { name: "this shell", dir: outside.cwd, env: {}, envFile: null };
  const found = Object.values(presetBackends(presets, outside.home)).map(async (backend) => {
    const program = programIn(backend.bin);
    const { doctor } = backend;
    if (program === null || doctor === null) return [];
    const { env } = slotsOf(outside, shell, null);
    const at = await onPath(outside, program, { path: env["PATH"] ?? "", dir: shell.dir });
    if (at === null) return [];
    const version = await versionOf(outside, at, env);
    const using = { backend, doctor: { ...doctor, trust: null }, version, agents: [shell] };
    return [fine(`backend ${backend.name}`, at), ...backendFindings(outside, using)];
  });
  return (await Promise.all(found)).flat();
}
