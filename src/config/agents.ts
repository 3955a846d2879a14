// [[agent]] and [[service]]: each laid over [defaults], with every cross reference looked up.

import type { Agent, Backend, Loop, Ready, Service } from "./config.ts";
import { FILLED, NUDGES } from "./defaults.ts";
import { type Ground, at, environmentOf, expectFile, keyPath, restartOf } from "./ground.ts";
import type { Piece } from "./pieces.ts";
import type { RawAgent, RawService } from "./schema.ts";
import { didYouMean } from "./suggest.ts";
import type { Path } from "./where.ts";

/** The longest single argument that Linux passes to a program, without its end mark. */
const MAX_ARGUMENT_BYTES = 128 * 1024 - 1;

export type Around = {
  readonly ground: Ground;
  /** Declared ones and presets. */
  readonly backends: ReadonlyMap<string, Backend>;
  readonly loops: readonly Loop[];
  readonly serviceNames: readonly string[];
};

type Said = Omit<RawAgent, "kind"> & typeof FILLED.agent;
type Here = Around & { readonly own: RawAgent; readonly said: Said; readonly path: Path };

export function agentOf({ value: own, path }: Piece<RawAgent>, around: Around): Agent {
  const { ground } = around;
  const said: Said = { ...FILLED.agent, ...ground.defaults, ...own };
  const here: Here = { ...around, own, said, path };
  const backend = backendFor(here);
  const loop = loopFor(here);
  const agent: Agent = {
    name: own.name,
    kind: said.kind === "orchestrator" ? "persistent" : said.kind,
    backend: backend?.name ?? "",
    model: ground.source.env[`AGENT_MODEL_${own.name}`] || said.model,
    role: said.role || null,
    loop: loop?.name ?? null,
    session: own.session ?? ground.defaults.session_prefix + own.name,
    dir: at(ground, said.dir ?? "."),
    enabled: said.enabled,
    watch: said.watch,
    prompt: said.prompt_file ? { file: at(ground, said.prompt_file) } : { text: said.prompt },
    resume: said.resume ?? backend?.resume ?? false,
    wake:
      said.wake === undefined
        ? null
        : {
            everyMs: said.wake.interval ?? FILLED.wake.interval,
            file: at(ground, said.wake.prompt_file),
          },
    ...environmentOf(ground, own),
    account: said.account || (backend?.name ?? ""),
    restart: restartOf(ground, own.restart, said.kind === "task" ? "never" : "always"),
    nudges: said.nudges ?? (backend === null || backend.input === null ? 0 : NUDGES),
    spare: said.spare,
    needs: said.needs ?? around.serviceNames,
  };
  checkNeeds(here, agent);
  checkFiles(here, agent, loop);
  checkPrompt(here, agent, backend);
  return agent;
}

function placeOf({ own, path, ground }: Here, key: keyof RawAgent): Path {
  return keyPath(own, path, { ground, key });
}

function backendFor(here: Here): Backend | null {
  const { own, said, ground, backends } = here;
  const variable = `AGENT_BACKEND_${own.name}`;
  const forced = ground.source.env[variable] || null;
  const wanted = forced ?? said.backend ?? "";
  const found = backends.get(wanted);
  if (found !== undefined) return found;
  const path = placeOf(here, "backend");
  if (wanted === "") {
    ground.complain(
      path,
      `agent "${own.name}": backend is required; name one here or under [defaults]`,
    );
    return null;
  }
  const from = forced === null ? "" : ` (from ${variable})`;
  const known = [...backends.keys()];
  const hint = didYouMean(wanted, known) || `; known are ${known.join(", ")}`;
  ground.complain(path, `agent "${own.name}": unknown backend "${wanted}"${from}${hint}`);
  return null;
}

function loopFor(here: Here): Loop | null {
  const { own, said, ground, loops } = here;
  if (said.kind !== "loop") return null;
  if (!said.role) {
    ground.complain(
      [...here.path, "role"],
      `agent "${own.name}": role is required for kind = "loop": its prompt is ROLE.md in roles_dir`,
    );
  }
  const names = loops.map((loop) => loop.name);
  if (said.loop === undefined && loops.length > 1) {
    ground.complain(
      [...here.path, "loop"],
      `agent "${own.name}": there are several loops; say loop = "${names[0] ?? ""}" or another of ${names.join(", ")}`,
    );
    return null;
  }
  const found = said.loop === undefined ? loops[0] : loops.find(({ name }) => name === said.loop);
  if (found !== undefined) return found;
  const hint = didYouMean(said.loop ?? "", names) || `; known are ${names.join(", ")}`;
  ground.complain(
    placeOf(here, "loop"),
    `agent "${own.name}": unknown loop "${said.loop ?? ""}"${hint}`,
  );
  return null;
}

function checkNeeds(here: Here, agent: Agent): void {
  const unknown = agent.needs.filter((name) => !here.serviceNames.includes(name));
  for (const name of unknown) {
    const hint = didYouMean(name, here.serviceNames);
    here.ground.complain(
      placeOf(here, "needs"),
      `agent "${agent.name}": needs the unknown service "${name}"${hint}`,
    );
  }
}

/** A disabled agent may wait for files that others still have to write; a wake without words is skipped. */
function checkFiles(here: Here, agent: Agent, loop: Loop | null): void {
  const { ground } = here;
  const who = `agent "${agent.name}":`;
  const needed = agent.enabled;
  if (loop !== null && agent.role !== null) {
    const role = `${loop.rolesDir}/${agent.role}.md`;
    expectFile(ground, {
      path: placeOf(here, "role"),
      at: role,
      what: `${who} role prompt`,
      needed,
    });
  }
  if (agent.kind !== "loop" && "file" in agent.prompt) {
    const path = placeOf(here, "prompt_file");
    expectFile(ground, { path, at: agent.prompt.file, what: `${who} prompt_file`, needed });
  }
  if (agent.wake !== null) {
    const path = placeOf(here, "wake");
    expectFile(ground, { path, at: agent.wake.file, what: `${who} wake`, needed: false });
  }
  if (agent.envFile !== null) {
    const path = placeOf(here, "env_file");
    expectFile(ground, { path, at: agent.envFile, what: `${who} env_file`, needed });
  }
}

function checkPrompt(here: Here, agent: Agent, backend: Backend | null): void {
  const text = "text" in agent.prompt ? agent.prompt.text : "";
  if (agent.kind === "loop" || backend?.delivery !== "arg") return;
  if (byteLength(text) <= MAX_ARGUMENT_BYTES) return;
  here.ground.warn(
    placeOf(here, "prompt"),
    `agent "${agent.name}": the prompt is longer than the ${MAX_ARGUMENT_BYTES} bytes that an argument can have; the program is told to read a file instead`,
  );
}

/** In UTF-8. */
function byteLength(text: string): number {
  let bytes = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

export function serviceOf({ value: own, path }: Piece<RawService>, ground: Ground): Service {
  const command = own.command ?? ground.defaults.command;
  if (command === undefined) {
    ground.complain([...path, "command"], `service "${own.name}": command is required`);
  }
  const service: Service = {
    name: own.name,
    command: command ?? "",
    session: ground.defaults.session_prefix + own.name,
    dir: at(ground, own.dir ?? "."),
    ready: readyOf(own.ready),
    ...environmentOf(ground, own),
    restart: restartOf(ground, own.restart, "on-failure"),
    spare: own.spare ?? ground.defaults.spare ?? FILLED.agent.spare,
  };
  if (service.envFile !== null) {
    const place = keyPath(own, path, { ground, key: "env_file" });
    const what = `service "${own.name}": env_file`;
    expectFile(ground, { path: place, at: service.envFile, what, needed: true });
  }
  return service;
}

function readyOf(ready: RawService["ready"]): Ready | null {
  if (ready?.pattern !== undefined) return { is: "pattern", rule: ready.pattern };
  if (ready?.port !== undefined) return { is: "port", port: ready.port };
  return ready?.command === undefined ? null : { is: "command", command: ready.command };
}
