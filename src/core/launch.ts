// From what the user wrote to what is started: argv, environment, prompt, and the hash that says
// whether a running process is still the wanted one. What the user wrote as shell text stays shell
// text; whatever is put into it here is inert or arrives as a positional parameter.

import type { Agent, Backend, Config, Phase, Service } from "../config/config.ts";
import { hash } from "./hash.ts";
import { hooksOf, launchSignals, settingsPath } from "./hooks.ts";
import { bootLine, filled, promptOf, type Read } from "./prompt.ts";
import type { Launched } from "./step.ts";
import type { Conversation, Launch } from "./types.ts";
import { isInert, quoted, quotesAt, splitWords } from "./words.ts";

/** Linux refuses a single argument of 128 KiB, the closing NUL counted. */
export const ARGUMENT_BYTES_MAX = 128 * 1024 - 1;

/** The variable through which backends with model_env read their model. */
const MODEL_CONFIG = "OPENCODE_CONFIG_CONTENT";
const MODEL = "AGENTS_MODEL";

export type LaunchPaths = {
  /** The file with the whole prompt; its path means itself in any shell. */
  readonly kickoff: string;
  /** Another name of the agent's directory that means itself in any shell; null: its own does. */
  readonly dirAlias: string | null;
  /** Shell text that runs this program. */
  readonly agents: string;
};

export type LaunchAsk = {
  readonly config: Config;
  readonly agent: Agent;
  readonly backend: Backend;
  readonly phase: Phase | null;
  readonly resumeId: string | null;
  /** For a conversation that begins now, where the backend takes an id. */
  readonly freshId: string;
  readonly read: Read;
  readonly paths: LaunchPaths;
};

export function launchOf(ask: LaunchAsk): Launched {
  const prompt = promptOf(ask);
  if (!prompt.ok) return prompt;
  const argv = argvOf({ ...ask, prompt: prompt.text, model: modelOf(ask) });
  if (!argv.ok) return argv;
  // Where our own files lie and which conversation is resumed say how to start, not what should run.
  const settled = argvOf({
    ...ask,
    prompt: prompt.text,
    model: modelOf(ask),
    agent: { ...ask.agent, resume: false },
    backend: { ...ask.backend, signals: [] },
    paths: { kickoff: "kickoff", dirAlias: "dir", agents: "agents" },
  });
  if (!settled.ok) return settled;
  const silent = ask.backend.delivery === "ping" && prompt.text === "";
  const only = ask.agent.task?.env ?? null;
  const what: Omit<Launch, "hash"> = {
    argv: [...(ask.agent.task?.wrap ?? []), ...argv.argv],
    dir: ask.agent.dir,
    env: { ...ask.agent.env, ...modelEnv(ask) },
    envFile: ask.agent.envFile,
    prompt: prompt.text,
    boot: ask.backend.delivery === "ping" && !silent ? bootLine(ask.paths.kickoff) : null,
    delivery: silent ? "none" : ask.backend.delivery,
    model: modelOf(ask),
    phase: ask.phase?.id ?? null,
    conversation: conversationOf(ask),
    signals: launchSignals(ask.backend, {
      stateDir: ask.config.stateDir,
      session: ask.agent.session,
    }),
    ...(only !== null && { only }),
  };
  return { ok: true, launch: { ...what, hash: launchHash({ ...what, argv: settled.argv }) } };
}

export function serviceLaunch(service: Service): Launch {
  const what: Omit<Launch, "hash"> = {
    argv: ["sh", "-c", service.command],
    dir: service.dir,
    env: service.env,
    envFile: service.envFile,
    prompt: "",
    boot: null,
    delivery: "none",
    model: "",
    phase: null,
    conversation: { is: "its own" },
    signals: null,
  };
  return { ...what, hash: launchHash(what) };
}

/** The phase's model for this role, else the agent's own. */
export function modelOf({ agent, phase }: Pick<LaunchAsk, "agent" | "phase">): string {
  if (agent.role === null || phase === null) return agent.model;
  return (Object.hasOwn(phase.models, agent.role) && phase.models[agent.role]) || agent.model;
}

/** The phase counts even where its prompt reads the same: every phase begins with fresh agents. */
function launchHash(what: Omit<Launch, "hash">): string {
  const env = Object.entries(what.env).sort(([a], [b]) => (a < b ? -1 : 1));
  const { argv, dir, envFile, prompt, delivery, model, phase } = what;
  return hash(JSON.stringify([argv, dir, env, envFile, prompt, delivery, model, phase]));
}

type Filled = LaunchAsk & { readonly prompt: string; readonly model: string };

type Argv =
  | { readonly ok: true; readonly argv: readonly string[] }
  | { readonly ok: false; readonly failure: string };

function argvOf(ask: Filled): Argv {
  const { delivery } = ask.backend;
  if (delivery === "arg") return argText(ask);
  if (delivery === "ping") return pingText(ask);
  return { ok: true, argv: ["sh", "-c", execText(ask)] };
}

/** Chosen when it is started. */
const PORT = "${AGENTS_PORT}";

function execText({ agent, backend, model, paths }: Filled): string {
  const text = backend.bin;
  return text.replaceAll(/\{([a-z_]+)\}/g, (written, slot: string, at: number) => {
    switch (slot) {
      case "kickoff":
        return paths.kickoff;
      case "session":
        return agent.session;
      case "dir":
        return dirText(agent, paths);
      case "agents":
        return paths.agents;
      case "read_only":
        return readOnlyWords({ agent, backend }).map(quoted).join(" ");
      case "port":
        return PORT;
      case "model":
        return model === "" || isInert(model) ? model : modelReference(text, at);
      default:
        return written;
    }
  });
}

function pingText(ask: Filled): Argv {
  const { agent, backend, paths } = ask;
  const words = conversationWords(backend, conversationOf(ask));
  if (typeof words === "string") return { ok: false, failure: `backend ${backend.name}: ${words}` };
  const attach = filled(backend.attach, {
    bin: backend.bin,
    server: backend.server,
    dir: dirText(agent, paths),
    port: PORT,
    conversation: words.map(quoted).join(" "),
  }).trim();
  const strict = readOnlyWords(ask).map((word) => ` ${quoted(word)}`);
  const attached = `${attach}${strict.join("")}`;
  const text = backend.preamble === "" ? attached : `${backend.preamble}; ${attached}`;
  return { ok: true, argv: ["sh", "-c", text] };
}

function takesUp({ delivery, attach, supportsResume }: Backend): boolean {
  const passes = delivery === "arg" || (delivery === "ping" && attach.includes("{conversation}"));
  return supportsResume && passes;
}

function conversationOf({ agent, backend, resumeId, freshId }: LaunchAsk): Conversation {
  if (!agent.resume || !takesUp(backend)) return { is: "its own" };
  if (resumeId !== null) return { is: "resumed", id: resumeId };
  return backend.sessionFlag === null ? { is: "its own" } : { is: "begun", id: freshId };
}

function conversationWords(
  backend: Backend,
  conversation: Conversation,
): readonly string[] | string {
  switch (conversation.is) {
    case "resumed":
      return wordsOf("resume_flag", backend.resumeFlag, { id: conversation.id });
    case "begun":
      return wordsOf("session_flag", backend.sessionFlag ?? "", { id: conversation.id });
    case "its own":
      return [];
  }
}

function argText(ask: Filled): Argv {
  const { agent, backend, model, prompt, paths } = ask;
  const conversation = conversationOf(ask);
  const wanted = [
    conversationWords(backend, conversation),
    backend.remoteControl
      ? wordsOf("remote_control_flag", backend.remoteControlFlag, { session: agent.session })
      : [],
    model === "" ? [] : wordsOf("model_flag", backend.modelFlag, { model }),
    readOnlyWords(ask),
    hookWords(ask),
  ];
  const wrong = wanted.find((words) => typeof words === "string");
  if (wrong !== undefined) return { ok: false, failure: `backend ${backend.name}: ${wrong}` };
  const words = wanted.flat();
  const last = prompt === "" ? [] : [fitsArgument(prompt) ? prompt : bootLine(paths.kickoff)];
  const flags = filled(backend.flags, { port: PORT }).trim();
  const bin = filled(backend.bin, { port: PORT });
  const command = [
    leaves(bin, `${flags} ${backend.promptFlag}`) ? "exec" : "",
    bin,
    ...words.map((_, index) => `"\${${index + 1}}"`),
    flags,
    ...last.flatMap(() => [backend.promptFlag, `"\${${words.length + 1}}"`]),
  ];
  const text = command.filter((part) => part !== "").join(" ");
  return { ok: true, argv: ["sh", "-c", text, "agents", ...words, ...last] };
}

/** A reviewer changes nothing, by the program's own flags and not only by its prompt. */
function readOnlyWords({
  agent,
  backend,
}: Pick<LaunchAsk, "agent" | "backend">): readonly string[] {
  return agent.task?.readOnly === true ? backend.readOnly : [];
}

function hookWords({ config, agent, backend }: Filled): readonly string[] | string {
  const flag = hooksOf(backend)?.flag ?? null;
  const file = settingsPath(config.stateDir, agent.session);
  return flag === null ? [] : wordsOf("flag of hook_file", flag, { file });
}

/** The words of a flag template, or a sentence on what is wrong with it. */
function wordsOf(
  key: string,
  template: string,
  slots: Readonly<Record<string, string>>,
): readonly string[] | string {
  const split = splitWords(template);
  if (!split.ok) return `${key} cannot be split into words: ${split.failure}`;
  return split.words.map((word) => filled(word, slots));
}

/** With exec the pane's first process is the CLI itself; only a plain command can take the shell's place. */
function leaves(bin: string, flags: string): boolean {
  return /^[A-Za-z0-9_./~+-]+$/.test(bin) && !/[;&|\n()#]/.test(flags);
}

function fitsArgument(prompt: string): boolean {
  return !prompt.includes("\0") && bytesOf(prompt) <= ARGUMENT_BYTES_MAX;
}

/** Length in UTF-8. A surrogate pair is two units of two bytes each. */
function bytesOf(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff)) bytes += 2;
    else bytes += 3;
  }
  return bytes;
}

function dirText(agent: Agent, paths: LaunchPaths): string {
  return paths.dirAlias ?? quoted(agent.dir);
}

/** The model by way of the environment, whatever quotes its slot stands in. */
function modelReference(text: string, at: number): string {
  const reference = `\${${MODEL}}`;
  const inQuotes = { none: `"${reference}"`, double: reference, single: `'"${reference}"'` };
  return inQuotes[quotesAt(text, at)];
}

function modelEnv(ask: LaunchAsk): Readonly<Record<string, string>> {
  const model = modelOf(ask);
  const { backend } = ask;
  if (model === "") return {};
  if (backend.delivery === "ping") {
    return backend.modelEnv ? { [MODEL_CONFIG]: JSON.stringify({ model }) } : {};
  }
  const named = backend.delivery === "exec" && backend.bin.includes("{model}");
  return named && !isInert(model) ? { [MODEL]: model } : {};
}
