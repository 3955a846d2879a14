// `agents adopt SESSION`: a session that somebody started by hand on the fleet's tmux server becomes an agent: it gets
// an agent's name, our marker and a stanza in agents.toml. Its program goes on as it is, and is looked after from now on.

import type { Backend, Config } from "../config/config.ts";
import { presetBackends } from "../config/backends.ts";
import { edited } from "../config/toml-edit.ts";
import { launchNow } from "../core/case.ts";
import { FRESH } from "../core/fresh.ts";
import { membersOf } from "../core/member.ts";
import type { Memory } from "../core/types.ts";
import { logOf } from "../engine/log-path.ts";
import type { Row } from "../engine/ports.ts";
import { readMemory } from "../engine/store.ts";
import { put, writtenFile } from "./file-edit.ts";
import { configOf, problemsText } from "./fleet.ts";
import { type Call, type ExitCode, Refusal, type Site } from "./outside.ts";

type Alive = Row & { readonly pid: number };

export async function adopt(call: Call): Promise<ExitCode> {
  const { outside, options } = call;
  const [session = ""] = call.args;
  const file = await writtenFile(call);
  const config = await configOf(call);
  const memory = readMemory(outside.disk, config.stateDir) ?? FRESH;
  if (memory.fleet.wanted === "down")
    throw new Refusal(
      1,
      "the fleet is down, and what is taken into it would be stopped: `agents up` first",
    );
  const site = await outside.open(config);
  try {
    const row = await rowOf(site, session);
    const name = nameOf(call, config, session);
    if ([...file.rows.agent, ...file.rows.service].includes(name))
      throw new Refusal(6, `${name} is in the file already; --name gives it another name`);
    const backend = await backendOf(call, config, row);
    const dir = await site.adopter.directory(row.pane);
    if (!dir.ok) throw new Refusal(7, dir.failure);
    const table = { name, backend, dir: dir.value, prompt: "" };
    const made = edited(file.text, { is: "add", kind: "agent", table });
    if (!made.ok) throw new Refusal(1, `${made.refused}. Nothing was written.`);
    const hash = await hashIn(call, { path: file.path, text: made.text, name, memory });
    if (options["dryRun"] === true) return await put(call, file, made.text);
    const run = `${name}-adopted-${outside.now().toString(36)}`;
    const ours = { session: `${config.prefix}${name}`, run, hash, target: name };
    const log = logOf(config, ours.session);
    const marked = await site.adopter.adopt({ pane: row.pane, pid: row.pid, log, ...ours });
    if (!marked.ok) throw new Refusal(1, marked.failure);
    return await put(call, file, made.text);
  } finally {
    await site.close(false);
  }
}

async function rowOf(site: Site, session: string): Promise<Alive> {
  const looked = await site.ports.terminal.look();
  if (!looked.ok) throw new Refusal(7, looked.failure);
  const { rows } = looked.value;
  const row = rows.find((one) => one.session === session);
  if (row === undefined) {
    const strangers = rows.filter(({ mark }) => mark === null).map((one) => one.session);
    const there = strangers.length === 0 ? "" : `; there are: ${strangers.join(", ")}`;
    throw new Refusal(
      4,
      `no session ${JSON.stringify(session)} on this fleet's server (tmux -L ${site.socket})${there}. A session cannot be moved from another server.`,
    );
  }
  if (row.mark !== null)
    throw new Refusal(6, `${session} is the session of ${row.mark.target} already`);
  const { pid } = row;
  if (row.dead !== null || pid === null)
    throw new Refusal(1, `the program in ${session} has ended`);
  return { ...row, pid };
}

/** --name, or the session's own without the fleet's prefix. */
function nameOf({ options }: Call, { prefix }: Config, session: string): string {
  const given = options["name"];
  if (typeof given === "string") return given;
  return session.startsWith(prefix) ? session.slice(prefix.length) : session;
}

/** --backend, or the only one whose program is in the foreground there. */
async function backendOf({ outside, options }: Call, config: Config, row: Row): Promise<string> {
  const { presets } = await outside.shipped();
  const known: Readonly<Record<string, Backend>> = {
    ...presetBackends(presets, outside.home),
    ...config.backends,
  };
  const running = Object.values(known).filter((one) => one.processName === row.command);
  const given = options["backend"];
  const [only, ...others] = running;
  if (typeof given === "string") {
    if (only !== undefined && running.every((one) => one.name !== given))
      throw new Refusal(2, `${row.command} runs there, which is ${only.name} and not ${given}`);
    return given;
  }
  if (only !== undefined && others.length === 0) return only.name;
  throw new Refusal(
    2,
    `${row.command} runs there, and no one backend is known by that; say which with --backend`,
  );
}

type After = {
  readonly path: string;
  readonly text: string;
  readonly name: string;
  readonly memory: Memory;
};

/** Of the launch as the new file wants it: with any other, what runs would look edited, and be restarted. */
async function hashIn({ outside }: Call, { path, text, name, memory }: After): Promise<string> {
  const read = await outside.check(path, text);
  if (read.is === "missing") throw new Refusal(4, read.failure);
  if (read.is === "wrong") throw new Refusal(5, problemsText(read.problems));
  const { config } = read;
  const member = membersOf(config).find((one) => one.name === name);
  if (member === undefined) throw new Refusal(1, `${name} would be no agent of this file`);
  const setting = { config, kickoffDir: config.stateDir, aliases: {}, agents: "agents" };
  const launched = launchNow(setting, member, {
    memory,
    read: (one) => {
      const found = outside.text(one);
      return found === null ? "missing" : { text: found };
    },
  });
  if (!launched.ok) throw new Refusal(1, `it could not be started again: ${launched.failure}`);
  return launched.launch.hash;
}
