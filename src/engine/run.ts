// observe → decide → save → act → wait: the whole engine. Memory is saved before anything is done; the
// only await on time is the last line of the loop. Runs as the watchdog, or inside a verb until its
// order is answered: there is no second way.

import type { Config } from "../config/config.ts";
import { FRESH } from "../core/fresh.ts";
import type { Setting } from "../core/case.ts";
import type { Action, Decision, Instant, Memory, Order, Outcome, Seen } from "../core/types.ts";
import { openActor, type Actor } from "./act.ts";
import type { Disk } from "./disk.ts";
import { openJournal, type Entry, type Journal } from "./journal.ts";
import type { Kept } from "./ledger-file.ts";
import { openLedger } from "./ledger.ts";
import { openLogs } from "./logs.ts";
import { openObserver } from "./observe.ts";
import { take } from "./orders.ts";
import type { Ports } from "./ports.ts";
import { guarded, type Guard, type Quarantined } from "./quarantine.ts";
import type { Store } from "./store.ts";
import { openTaskRecord, type TaskRecord } from "./task-record.ts";
import { openIntake } from "./tasks.ts";
import { openTelling, type Voice } from "./telling.ts";
import { openUnknown, type Unknown } from "./unknown.ts";

/** A full or broken disk is tried again after this long. */
const UNSAVED_MS = 5_000;

/** What the file says now: the last good configuration, and what is wrong with the present text. */
export type Current = {
  readonly setting: Setting;
  readonly ok: boolean;
  readonly problems: readonly string[];
  /** The file changed a moment ago: it is read again after this long. Null: nothing pends. */
  readonly settlesIn: number | null;
};

export type Engine = {
  readonly ports: Ports;
  readonly disk: Disk;
  readonly store: Store;
  /** Read again for every look. */
  readonly current: () => Current;
  /** Services whose port or command answers, asked in the background. */
  readonly ready: (config: Config, memory: Memory) => readonly string[];
  /** What `status` reads. */
  readonly publish: (memory: Memory, current: Current, looked: Looked) => void;
  /** Whether to go on, asked after every decision was begun. */
  readonly goesOn: (memory: Memory) => boolean;
  /** Still the only writer. Nothing is done once it is not. */
  readonly stillOurs: () => boolean;
  /** Against patterns that take for ever; absent where all of them are known. */
  readonly guard?: Guard;
  /** How notices leave this machine; absent: they wait in the outbox for an engine that can. */
  readonly voice?: Voice;
  /** Is shown every decision with what it was made from: for rehearsals. */
  readonly witness?: (one: Witnessed) => void;
};

export type Looked = {
  readonly at: Instant;
  /** Why nothing that was decided could be done; null: it was saved, and is being done. */
  readonly unsaved: string | null;
  /** Patterns that took too long, and are out of use. */
  readonly quarantined: readonly Quarantined[];
  /** What everybody used: the same object for a while. */
  readonly used: Kept;
};

export type Witnessed = {
  readonly setting: Setting;
  readonly before: Memory;
  readonly seen: Seen;
  readonly decision: Decision;
};

/** Runs until `goesOn` says no; answers the last Memory. */
export async function run(engine: Engine): Promise<Memory> {
  const { ports, disk, store } = engine;
  const intake = openIntake(disk);
  const actor = openActor(ports, disk);
  const logs = openLogs(ports.terminal, disk);
  const unknown = openUnknown(disk, ports.env["HOME"] ?? "");
  const decided = guarded(engine.guard ?? null);
  let memory = store.memory ?? FRESH;
  let stateWritable = true;
  let quarantined: readonly Quarantined[] = [];
  /** What came back for a decision that could not be saved: the next one needs it too. */
  let carried: readonly Outcome[] = [];
  let current = engine.current();
  const { logDir, stateDir } = current.setting.config;
  const journal = openJournal({ disk, logDir, secrets: [] });
  const hands = { actor, journal, unknown, record: openTaskRecord(disk) };
  const ledger = openLedger(disk, ports, stateDir);
  const observer = openObserver(ports, ledger.look);
  const telling = openTelling({ ports, disk, stateDir, voice: engine.voice ?? null });
  journal.note(store.problems.map((because) => found(because, ports.clock.now())));
  do {
    current = engine.current();
    const { setting } = current;
    const { config } = setting;
    const news = {
      orders: ordersOf(disk, config, { at: ports.clock.now(), memory }),
      outcomes: [...carried, ...actor.outcomes()],
      ready: engine.ready(config, memory),
      claimed: stateWritable ? intake.look(config, memory) : [],
      stateWritable,
    };
    const made = decided(setting, memory, await observer.look(config, memory, news));
    const { seen, decision } = made;
    engine.witness?.({ setting: made.setting, before: memory, seen, decision });
    const saved = store.save(decision.memory);
    stateWritable = saved.ok;
    if (!engine.stillOurs()) return memory;
    journal.note(newly(made.quarantined, quarantined).map((one) => outOfUse(one, seen.at)));
    ({ quarantined } = made);
    // What cannot be remembered is neither begun nor believed: it is decided again, from what was saved last.
    carried = stateWritable ? [] : news.outcomes;
    if (stateWritable) {
      memory = decision.memory;
      begin(hands, { setting, decision, seen });
    }
    const kept = logs.tend(observer.rows(), config, seen.at);
    const unsaved = saved.ok ? null : `nothing is done until it can be saved: ${saved.failure}`;
    engine.publish(memory, current, { at: seen.at, unsaved, quarantined, used: ledger.shown() });
    const left = telling.after({ config, at: seen.at, zone: seen.zone, unsaved });
    journal.note([...kept.told, ...left.told]);
    if (!engine.goesOn(memory)) break;
    const tick = seen.at + (current.settlesIn ?? config.watchdog.signalMs);
    const due = stateWritable ? (decision.due ?? tick) : seen.at + UNSAVED_MS;
    await ports.clock.until(Math.min(due, tick, kept.due ?? tick, left.due ?? tick));
  } while (engine.goesOn(memory));
  await actor.idle();
  ledger.close();
  journal.close();
  return memory;
}

type Hands = {
  readonly actor: Actor;
  readonly journal: Journal;
  readonly record: TaskRecord;
  readonly unknown: Unknown;
};

/** What was saved is told and done. */
function begin(
  { actor, journal, record, unknown }: Hands,
  { setting, decision, seen }: Omit<Witnessed, "before">,
): void {
  const { memory, actions } = decision;
  const entries = entriesOf(decision, seen);
  journal.note(entries);
  record.keep(setting.config, memory, { entries, at: seen.at });
  if (actions.length > 0) actor.begin(actions, { setting, memory, screens: screensOf(seen) });
  unknown.keep(setting.config, memory, seen);
}

/** What the last process left in no good state. */
function found(because: string, at: Instant): Entry {
  return { at, agent: "fleet", event: "found", because, seen: "", did: "", id: "" };
}

function newly(
  now: readonly Quarantined[],
  before: readonly Quarantined[],
): readonly Quarantined[] {
  return now.filter(({ because }) => before.every((one) => one.because !== because));
}

function outOfUse({ agents, because }: Quarantined, at: Instant): Entry {
  const [only, ...others] = agents;
  const agent = only !== undefined && others.length === 0 ? only : "fleet";
  return { at, agent, event: "quarantined", because, seen: "", did: "", id: "" };
}

function ordersOf(
  disk: Disk,
  config: Config,
  at: { readonly at: number; readonly memory: Memory },
): readonly Order[] {
  const taken = take({ disk, stateDir: config.stateDir }, at.at, at.memory.orders);
  return taken.ok ? taken.value : [];
}

function screensOf(seen: Seen): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(seen.panes).flatMap(([name, pane]) =>
      pane.screen === null ? [] : [[name, pane.screen.text]],
    ),
  );
}

/** Of an answer to which there is nothing to add. */
const ALL_SO = "everything it asked for is so";

/** What the journal tells of a decision. */
export function entriesOf(decision: Decision, seen: Seen): readonly Entry[] {
  return decision.actions.filter(isTold).map((action) => ({
    at: seen.at,
    agent: action.target,
    event: action.do === "note" ? action.event : action.do,
    because: action.because === "" ? ALL_SO : action.because,
    seen: decision.memory.agents[action.target]?.verdict.is ?? "",
    did: action.do === "note" ? "" : didOf(action),
    id: action.id,
  }));
}

/** Counting and weighing are looks, not deeds; that a job begins is said with its time. */
function isTold(action: Action): boolean {
  return (
    action.do !== "weigh" &&
    action.do !== "evidence" &&
    !(action.do === "job" && action.run.is !== "end") &&
    !(action.do === "sweep" && action.signal === null)
  );
}

function didOf(action: Action): string {
  switch (action.do) {
    case "sweep":
      return `signal ${action.signal ?? "none"}`;
    case "press":
      return `keys ${action.keys.join(" ")}`;
    case "write":
      return `${action.text === null ? "removed" : "wrote"} ${action.path}`;
    case "type":
      return `typed ${action.text.length} characters`;
    case "answer":
      return `answered ${action.state}`;
    default:
      return action.do;
  }
}
