// Backends: the user's stanza laid over the preset of the same name, key by key, then made whole.

import { parse } from "smol-toml";
import * as z from "zod";
import type { Backend, Cause, Rule, ScreenRules } from "./config.ts";
import { FILLED } from "./defaults.ts";
import { Backend as Stanza, type RawBackend } from "./schema.ts";
import { signalOf } from "./signals.ts";
import { doctorOf, transcriptOf } from "./transcripts.ts";
import { TYPED } from "./typed.ts";

/** The reference looked for activity in these bottom rows of a screen with a static footer. */
const FOOTER_ROWS = 10;
/** … and for fatal messages in these. */
const FATAL_ROWS = 25;

export type Presets = ReadonlyMap<string, RawBackend>;

/** Throws on a preset that the schema refuses: those are ours, and tested. */
export function presetsOf(text: string): Presets {
  const { backend } = z.strictObject({ backend: z.record(z.string(), Stanza) }).parse(parse(text));
  return new Map(Object.entries(backend));
}

/** Every preset as a backend, for `agents backends` and for judging a screen without a config. */
export function presetBackends(text: string, home: string): Readonly<Record<string, Backend>> {
  const made = [...presetsOf(text)].map(
    ([name, raw]) => [name, backendOf(name, raw, home)] as const,
  );
  return Object.fromEntries(made);
}

export function laidOver(preset: RawBackend | undefined, own: RawBackend): RawBackend {
  if (preset === undefined) return own;
  // An exec backend is its command: of another command the preset knows nothing.
  const another = own.bin !== undefined && own.bin !== preset.bin;
  if (preset.prompt_delivery === "exec" && another) return own;
  const failed = { ...preset.screen?.failed, ...own.screen?.failed };
  return {
    ...preset,
    ...own,
    screen: { ...preset.screen, ...own.screen, failed },
    title: { ...preset.title, ...own.title },
    keys: { ...preset.keys, ...own.keys },
    typed: { ...preset.typed, ...own.typed },
    ...((preset.transcript ?? own.transcript) && {
      transcript: { ...preset.transcript, ...own.transcript },
    }),
    ...((preset.doctor ?? own.doctor) && { doctor: { ...preset.doctor, ...own.doctor } }),
  };
}

export function backendOf(name: string, raw: RawBackend, home: string): Backend {
  const said = { ...FILLED.backend, ...raw };
  return {
    name,
    bin: said.bin ?? "",
    delivery: said.prompt_delivery,
    processName: said.process_name || null,
    screen: screenOf(raw),
    title: { busy: [], idle: [], asking: [], ...raw.title },
    signals: (raw.signals ?? []).map((signal) => signalOf(signal, home)),
    keys: { submit: said.submit_key, exit: [], dismiss: [], decline: "", ...raw.keys },
    typed: { ...TYPED, ...raw.typed },
    ready: raw.ready ?? null,
    input: raw.input ?? null,
    footerUi: said.footer_ui,
    logGraceMs: said.log_grace,
    stallIdleMs: said.stall_idle,
    flags: said.flags,
    promptFlag: said.prompt_flag,
    modelFlag: said.model_flag,
    supportsResume: said.supports_resume,
    resumeFlag: said.resume_flag,
    sessionFlag: said.session_flag || null,
    resume: said.resume,
    remoteControl: said.remote_control,
    remoteControlFlag: said.remote_control_flag,
    readOnly: raw.read_only ?? [],
    preamble: said.preamble,
    attach: said.attach,
    server: said.server,
    modelEnv: said.model_env,
    connectDelayMs: said.connect_delay,
    transcript: raw.transcript === undefined ? null : transcriptOf(raw.transcript),
    doctor: raw.doctor === undefined ? null : doctorOf(raw.doctor),
  };
}

function screenOf(raw: RawBackend): ScreenRules {
  const { screen = {}, active_re: active, limit_re: limit, fatal_re: fatal } = raw;
  const causes: Record<Cause, readonly Rule[]> = {
    auth: [],
    credit: [],
    model: [],
    overloaded: [],
    context: [],
    fatal: [],
    ...screen.failed,
  };
  return {
    busy: [...(screen.busy ?? []), ...rule(active, raw.footer_ui === true ? FOOTER_ROWS : null)],
    idle: screen.idle ?? [],
    asking: screen.asking ?? [],
    limited: [...(screen.limited ?? []), ...rule(limit, null)],
    failed: { ...causes, fatal: [...causes.fatal, ...rule(fatal, FATAL_ROWS)] },
    prompt: screen.prompt ?? null,
  };
}

/** An empty pattern would match every screen; the reference took it for none. */
function rule(pattern: { re: string; flags: string } | undefined, rows: number | null): Rule[] {
  return pattern === undefined || pattern.re === "" ? [] : [{ ...pattern, rows }];
}
