// The sources of every incarnation: which readers it has, and what they say together. It holds what a reader
// remembers as long as somebody asks for it, and judges nothing.

import type { Signal } from "../config/config.ts";
import type { Signals as SignalsSeen } from "../core/signals.ts";
import type { Instant } from "../core/types.ts";
import { hookPath } from "../core/hooks.ts";
import type {
  LogStand,
  Result,
  SignalAsk,
  Signals,
  SignalStart,
  UsageNews,
} from "../engine/ports.ts";
import { realDisk } from "./disk.ts";
import { openKept } from "./files.ts";
import { freePort } from "./free-port.ts";
import { nothing, type Heard, type Reader } from "./heard.ts";
import { openMeter, type Meter } from "./meter.ts";
import {
  hookFile,
  httpEvents,
  httpJson,
  jsonFile,
  jsonlTail,
  osc,
  type Ground,
} from "./signal-readers.ts";
import { openPortAsks, type PortAsks } from "./port-asks.ts";
import { openPortEvents, type PortEvents } from "./port-events.ts";
import { notePath, readNote, standOf, writeNote, type Note } from "./signal-note.ts";
import { clockSlackMs, realDir } from "./signal-path.ts";

/** Agents of whom is known where their log was read to; tasks have a new one for each visit of a step. */
const standsKept = 1000;
/** Incarnations that are remembered; more than a fleet has. The one that was asked for least lately goes. */
const runsKept = 500;

export type SignalsSpec = {
  readonly home: string;
  readonly stateDir: string;
  /** What a session's pane writes. */
  readonly logOf: (session: string) => string;
  readonly now: () => Instant;
  /** When that process began; null where the system does not say. */
  readonly startedAt: (pid: number) => Instant | null;
  /** Something that is asked in the background has changed. */
  readonly ring: () => void;
  /** How often it is asked. */
  readonly askMs: number;
  /** The processes of an incarnation. */
  readonly pids: (run: string, root: number) => readonly number[];
};

type Run = {
  readonly signals: readonly Signal[];
  readonly readers: readonly Reader[];
  readonly meter: Meter;
  readonly agent: string;
  heard: readonly Heard[];
  seen: SignalsSeen;
  /** Somebody asked since usage was fetched; who does not ask any more has seen it end. */
  asked: boolean;
  over: boolean;
};

export function openSignals(spec: SignalsSpec): Signals {
  const runs = new Map<string, Run>();
  const claimed = new Map<string, string>();
  /** Where the log of each agent was read to, for its next incarnation. */
  const stands = new Map<string, LogStand>();
  const look = openKept(spec.now);
  const asks = openPortAsks({ now: spec.now, ring: spec.ring, everyMs: spec.askMs });
  const news = (port: number): void => {
    asks.hurry(port);
    spec.ring();
  };
  const events = openPortEvents({ now: spec.now, news, everyMs: spec.askMs });
  const begin = (ask: SignalAsk): Run => {
    const claim = (path: string): boolean => {
      const by = claimed.get(path);
      if (by !== undefined && by !== ask.run && runs.has(by)) return false;
      claimed.set(path, ask.run);
      return true;
    };
    const { agent } = ask;
    const { signals } = ask.backend;
    const meter = meterOf(ask, stands.get(agent) ?? null);
    const ground = groundOf(spec, ask, { look, claim, asks, events, meter });
    const readers = signals.map((signal) => readerOf(signal, ground));
    const seen = { sources: [], id: null, prompts: [] };
    return { signals, readers, meter, agent, heard: [], seen, asked: false, over: false };
  };
  const runOf = (ask: SignalAsk): Run => {
    const known = runs.get(ask.run);
    const run = known?.signals === ask.backend.signals ? known : begin(ask);
    runs.delete(ask.run);
    runs.set(ask.run, run);
    if (runs.size > runsKept) forget(runs, claimed);
    return run;
  };
  return {
    seen: (ask) => {
      const run = runOf(ask);
      Object.assign(run, { asked: true, over: false });
      return listen(run, ask.id);
    },
    ended: (ask) => {
      if (!runs.has(ask.run)) listen(runOf(ask), ask.id);
    },
    known: (from) => {
      for (const [agent, stand] of Object.entries(from)) stands.set(agent, stand);
    },
    used: () => [...runs].flatMap(([id, run]) => usedBy(id, run, stands)),
    begin: (launch) => prepare(spec, launch),
    close: () => {
      asks.close();
      events.close();
    },
  };
}

async function prepare(
  spec: SignalsSpec,
  { session, run, signals, env }: SignalStart,
): Promise<Result<Readonly<Record<string, string>>>> {
  const { hooks, names } = signals;
  const path = notePath(spec.stateDir, session);
  const before = readNote(path);
  // Begun a second time because nobody heard of the first: what it wrote since is not lost.
  const again = before?.run === run ? before : null;
  const port = !signals.port ? null : again === null ? await freePort() : ok(again.port);
  if (port !== null && !port.ok) return port;
  const kept = names.flatMap((name) =>
    env[name] === undefined ? [] : [[name, env[name]] as const],
  );
  const note: Note = {
    v: 1,
    run,
    port: port === null ? null : port.value,
    log: again?.log ?? standOf(spec.logOf(session)),
    env: Object.fromEntries(kept),
  };
  const made = [
    realDisk.mkdir(`${spec.stateDir}/signals`),
    ...(hooks === null ? [] : [realDisk.write(hooks.path, hooks.text)]),
    ...(hooks === null || again !== null
      ? []
      : [realDisk.write(hookPath(spec.stateDir, session), "")]),
    writeNote(path, note),
  ];
  const failed = made.find((one) => !one.ok);
  if (failed !== undefined && !failed.ok) return failed;
  const named = hooks === null || hooks.env === null ? {} : { [hooks.env]: hooks.path };
  return ok({ ...named, ...(note.port === null ? {} : { [PORT]: String(note.port) }) });
}

/** The variable in which a program finds the port that was chosen for it. */
const PORT = "AGENTS_PORT";

function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

function forget(runs: Map<string, Run>, claimed: Map<string, string>): void {
  runs.delete(runs.keys().next().value ?? "");
  for (const [path, run] of claimed) if (!runs.has(run)) claimed.delete(path);
}

function listen(run: Run, id: string | null): SignalsSeen {
  // The best source that names the conversation names it for the others too.
  let known: string | null = null;
  const heard = run.readers.map((reader) => {
    const one = reader(known ?? run.seen.id ?? id);
    known ??= one.id;
    return one;
  });
  if (heard.length === run.heard.length && heard.every((one, at) => one === run.heard[at]))
    return run.seen;
  run.heard = heard;
  run.seen = {
    sources: heard.map(({ seen }) => seen),
    id: known ?? run.seen.id,
    prompts: heard.flatMap(({ prompts }) => prompts),
  };
  return run.seen;
}

function meterOf({ backend, since }: SignalAsk, from: LogStand | null): Meter {
  const [source] = backend.signals.flatMap((one) =>
    "usage" in one && one.usage.length > 0 ? [one] : [],
  );
  const rules = source?.usage ?? [];
  const time = source?.reader === "jsonl_tail" ? source.time : [];
  return openMeter({ rules, time, since: since - clockSlackMs, from });
}

/** Who was not asked for any more has ended: what it wrote last is read now, once. */
function usedBy(run: string, one: Run, stands: Map<string, LogStand>): readonly UsageNews[] {
  const { meter, agent } = one;
  if (!one.asked && !one.over) {
    one.over = true;
    meter.rest();
  }
  one.asked = false;
  const told = meter.told();
  const stand = meter.stand();
  if (stand !== null && stands.get(agent) !== stand) {
    stands.delete(agent);
    stands.set(agent, stand);
    for (const oldest of stands.keys()) {
      if (stands.size <= standsKept) break;
      stands.delete(oldest);
    }
  } else if (told.length === 0) return [];
  return [{ agent, run, stand, told }];
}

type Shared = Pick<Ground, "look" | "claim" | "meter"> & {
  readonly asks: PortAsks;
  readonly events: PortEvents;
};

function groundOf(spec: SignalsSpec, ask: SignalAsk, shared: Shared): Ground {
  const { run, pid, session, since } = ask;
  const note = readNote(notePath(spec.stateDir, session));
  const mine = note?.run === run ? note : null;
  const env = { HOME: spec.home, ...mine?.env };
  return {
    ...shared,
    since,
    slots: { pid, dir: realDir(ask.dir), id: null, env },
    now: spec.now,
    began: spec.startedAt(pid),
    hookFile: hookPath(spec.stateDir, session),
    log: { path: spec.logOf(session), from: mine?.log ?? null },
    pids: () => spec.pids(run, pid),
    answer: (path) =>
      mine === null || mine.port === null ? null : shared.asks.known(mine.port, path),
    listen: (path, listener) =>
      mine !== null && mine.port !== null && shared.events.listen(mine.port, path, listener),
  };
}

function readerOf(signal: Signal, ground: Ground): Reader {
  switch (signal.reader) {
    case "json_file":
      return jsonFile(signal, ground);
    case "jsonl_tail":
      return jsonlTail(signal, ground);
    case "hook_file":
      return hookFile(signal, ground);
    case "osc":
      return osc(signal, ground);
    case "http_json":
      return httpJson(signal, ground);
    case "http_events":
      return httpEvents(signal, ground);
    case "title": {
      const place = nothing("title", "mute");
      return () => place;
    }
  }
}
