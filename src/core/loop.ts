// One step of one loop: hand work over, see whether the phase is done, move to the next or complete.
// Wants, says and writes come out as data; it starts and stops nobody. A step is one value: whoever
// saves its memory before acting may crash anywhere and comes to the same end.

import type { Config, Loop, Phase } from "../config/config.ts";
import { type Doneness, doneness } from "./done.ts";
import { handoffStep, type Tell } from "./handoff.ts";
import { hash } from "./hash.ts";
import { same } from "./step.ts";
import type { FileSeen, Instant, RepoSeen } from "./types.ts";

export type LoopMemory = {
  readonly index: number;
  readonly complete: boolean;
  /** on_complete was decided for this completion. */
  readonly completedRun: boolean;
  readonly sha: string | null;
  /** Inbox file → hash last announced. */
  readonly inboxes: Readonly<Record<string, string>>;
  /** What keeps a nearly done phase from advancing; "" when nothing. Told once per text. */
  readonly missing: string;
  readonly because: string;
  /**
   * A person brought it here, perhaps back to what was done: "" until its status file was looked at, then what that
   * held. Only another one makes the phase done.
   */
  readonly again?: string;
};

type Read = (path: string) => FileSeen;

/** A file to write, or to remove where `text` is null. */
export type FileWrite = { readonly path: string; readonly text: string | null };

export type LoopAsk = {
  readonly config: Config;
  readonly loop: Loop;
  readonly memory: LoopMemory;
  readonly repo: RepoSeen | "unseen";
  readonly files: Read;
  readonly at: Instant;
};

export type LoopStep = {
  readonly memory: LoopMemory;
  readonly says: readonly Tell[];
  /** A complete loop wants its agents down. */
  readonly wants: { readonly down: boolean; readonly because: string };
  readonly writes: readonly FileWrite[];
  readonly runOnComplete: string | null;
  /** What happened in this step, for the journal; "" when nothing did. */
  readonly because: string;
};

export function loopStep(ask: LoopAsk): LoopStep {
  const start = withinPhases(ask.loop, ask.memory);
  const handed =
    ask.loop.handoff === null || ask.repo === "unseen"
      ? { sha: start.sha, inboxes: start.inboxes, says: [] }
      : handoffStep(ask.loop.handoff, start, ask.repo);
  const before: LoopMemory = { ...start, sha: handed.sha, inboxes: handed.inboxes };
  const moved = phaseStep(ask, before);
  // A fresh phase begins with fresh agents, who read everything: old commits are no news to them.
  const says = moved.memory.index === start.index ? [...handed.says, ...moved.says] : [];
  // Unchanged memory is known by its identity.
  const memory = same(ask.memory, moved.memory) ? ask.memory : moved.memory;
  return {
    ...moved,
    memory,
    says,
    wants: { down: memory.complete, because: memory.complete ? memory.because : "" },
    writes: [...moved.writes, ...indexWrite(ask, memory)],
  };
}

/** Files a step reads besides the repository, so that a look can bring them along. */
export function loopFiles(config: Config, loop: Loop): readonly string[] {
  const trigger = loop.onComplete?.triggerFile ?? null;
  return [
    ...loop.phases.flatMap((phase) => statusFiles(loop, phase)),
    ...(trigger === null ? [] : [trigger]),
    indexFile(config, loop),
    completionFile(config, null),
    ...(isNamed(loop) ? [completionFile(config, loop)] : []),
  ];
}

/** Memory of a loop never run by this program; what the reference left in its state directory is taken over. */
export function freshLoop(
  loop: Loop,
  left: { readonly stateFileText: string | null; readonly sequenceComplete: boolean },
): LoopMemory {
  const text = left.stateFileText?.trim() ?? "";
  const last = Math.max(loop.phases.length - 1, 0);
  const index = /^\d{1,9}$/.test(text) ? Math.min(Number(text), last) : 0;
  const complete = left.sequenceComplete && loop.phases.length > 0 && index === last;
  return {
    index,
    complete,
    completedRun: complete,
    sha: null,
    inboxes: {},
    missing: "",
    because: complete ? COMPLETE : "",
  };
}

/** SEQUENCE-COMPLETE of the fleet and of its named loops, brought in line with what Memory knows. */
export function completionWrites(
  config: Config,
  loops: Readonly<Record<string, LoopMemory>>,
  files: Read,
): readonly FileWrite[] {
  const phased = config.loops.filter(({ phases }) => phases.length > 0);
  if (phased.length === 0) return [];
  const isComplete = (loop: Loop) => loops[loop.name]?.complete === true;
  const wanted = [
    { path: completionFile(config, null), is: phased.every(isComplete), what: "every loop" },
    ...phased.filter(isNamed).map((loop) => ({
      path: completionFile(config, loop),
      is: isComplete(loop),
      what: `the loop ${loop.name}`,
    })),
  ];
  return wanted.flatMap(({ path, is, what }) => {
    const seen = files(path);
    if (seen === "unseen" || is === (seen !== "missing")) return [];
    return [
      { path, text: is ? `phase sequence complete: the last phase of ${what} is done\n` : null },
    ];
  });
}

export type Moved =
  | { readonly ok: true; readonly memory: LoopMemory }
  | { readonly ok: false; readonly refused: string };

/** A person's word: an id, an index from 0, or "next". */
export function movePhase(loop: Loop, memory: LoopMemory, target: string | number): Moved {
  const count = loop.phases.length;
  if (count === 0) return { ok: false, refused: `the loop ${loop.name} has no phases` };
  const index = target === "next" ? memory.index + 1 : indexOf(loop, target);
  const phase = index === null ? undefined : loop.phases[index];
  if (index === null || phase === undefined) {
    const known = loop.phases.map(({ id }, at) => `${at} ${id}`).join(", ");
    const refused =
      target === "next"
        ? `the loop ${loop.name} is in its last phase already; phases are ${known}`
        : `the loop ${loop.name} has no phase ${JSON.stringify(String(target))}; phases are ${known}`;
    return { ok: false, refused };
  }
  const because = `a person moved the loop to ${phase.id}`;
  return { ok: true, memory: { ...enter(memory, index, because), again: "" } };
}

const COMPLETE = "the phase sequence is complete";

type PhaseStep = Omit<LoopStep, "wants">;

function phaseStep(ask: LoopAsk, memory: LoopMemory): PhaseStep {
  const { loop } = ask;
  const phase = loop.phases[memory.index];
  if (phase === undefined) return still(memory);
  if (memory.complete) return afterComplete(ask, memory);
  const seen = statusSeen(ask, phase);
  if (seen === "unseen") return still(memory);
  if (seen.is === "done") {
    const kept = memory.again === undefined ? null : stillThere(ask, memory, phase);
    return kept === null ? afterDone(ask, settled(memory), phase) : still(kept);
  }
  if (seen.is === "open")
    return still({ ...settled(memory), missing: "", because: `in phase ${phase.id}` });
  const because = `phase ${phase.id} is almost done: ${seen.missing}`;
  const near = still({ ...settled(memory), missing: seen.missing, because });
  if (memory.missing === seen.missing) return near;
  return { ...near, says: missingTell(ask, seen.missing), because };
}

/** Null: its status file says something else than when a person came back to it. */
function stillThere(ask: LoopAsk, memory: LoopMemory, phase: Phase): LoopMemory | null {
  const again = statusNow(ask, phase);
  if (memory.again !== "" && memory.again !== again) return null;
  const because = `in phase ${phase.id} again, by a person's word; it is done when ${phase.status} changes and says so`;
  return { ...memory, again, missing: "", because };
}

/** The word of a person who moved it has been heard. */
function settled({ again: _again, ...memory }: LoopMemory): LoopMemory {
  return memory;
}

function statusNow({ loop, repo, files }: LoopAsk, phase: Phase): string {
  const pushed = repo === "unseen" ? undefined : repo.files[phase.status]?.hash;
  const texts = statusFiles(loop, phase).map(files);
  return hash(pushed ?? JSON.stringify(texts));
}

function afterDone(ask: LoopAsk, memory: LoopMemory, phase: Phase): PhaseStep {
  if (!ask.loop.autoAdvance) {
    const because = `phase ${phase.id} is done; auto_advance is off, so \`agents phase next\` moves on`;
    return still({ ...memory, missing: "", because });
  }
  const next = ask.loop.phases[memory.index + 1];
  if (next === undefined) {
    const complete = { ...memory, complete: true, missing: "", because: COMPLETE };
    const step = afterComplete(ask, complete);
    return { ...step, because: `phase ${phase.id} is done and was the last: ${COMPLETE}` };
  }
  const because = `phase ${phase.id} is done: on to ${next.id}`;
  return { ...still(enter(memory, memory.index + 1, because)), because };
}

function afterComplete({ loop, files }: LoopAsk, memory: LoopMemory): PhaseStep {
  const appended = loop.phases[memory.index + 1];
  if (appended !== undefined) {
    const because = `a phase was added after the sequence was complete: on to ${appended.id}`;
    return { ...still(enter(memory, memory.index + 1, because)), because };
  }
  if (memory.completedRun) return still(memory);
  const trigger = loop.onComplete?.triggerFile ?? null;
  const present = trigger === null ? "missing" : files(trigger);
  // Whether the trigger file exists decides; while that cannot be seen, nothing is decided.
  if (present === "unseen") return still(memory);
  const runs = loop.onComplete !== null && (trigger === null || present !== "missing");
  const decided = still({ ...memory, completedRun: true });
  if (!runs) return decided;
  const run = loop.onComplete.run;
  return {
    ...decided,
    writes: trigger === null ? [] : [{ path: trigger, text: null }],
    runOnComplete: run,
    because: `${COMPLETE}: on_complete runs ${run}`,
  };
}

function enter(memory: LoopMemory, index: number, because: string): LoopMemory {
  return {
    ...settled(memory),
    index,
    complete: false,
    completedRun: false,
    inboxes: {},
    missing: "",
    because,
  };
}

function still(memory: LoopMemory): PhaseStep {
  return { memory, says: [], writes: [], runOnComplete: null, because: "" };
}

/** Phases may be taken out of the file while the loop runs: it then stands at the last there is. */
function withinPhases(loop: Loop, memory: LoopMemory): LoopMemory {
  const last = Math.max(loop.phases.length - 1, 0);
  return memory.index >= 0 && memory.index <= last
    ? memory
    : { ...memory, index: memory.index < 0 ? 0 : last };
}

function statusSeen({ loop, repo, files }: LoopAsk, phase: Phase): Doneness | "unseen" {
  const [inFolder, atRoot] = statusFiles(loop, phase).map(files);
  const seen = inFolder === "missing" && atRoot !== undefined ? atRoot : inFolder;
  const worktree = typeof seen === "object" ? seen.text : null;
  const named = { marker: loop.doneMarker, status: phase.status, worktree };
  // A look that found no repository brings no files at all: then the disk counts, as without a handoff.
  const unused =
    loop.handoff === null || (repo !== "unseen" && !Object.hasOwn(repo.files, phase.status));
  if (unused) return seen === "unseen" ? "unseen" : doneness({ ...named, committed: "unused" });
  if (repo === "unseen") return "unseen";
  return doneness({ ...named, committed: repo.files[phase.status] ?? null });
}

function statusFiles(loop: Loop, phase: Phase): readonly string[] {
  const root = `${loop.repo}/${phase.status}`;
  return loop.stateSubdir === ""
    ? [root]
    : [`${loop.repo}/${loop.stateSubdir}/${phase.status}`, root];
}

/** Whoever acts on reviews wrote what was reviewed, the status file too; without a handoff, the first agent. */
function missingTell({ config, loop }: LoopAsk, missing: string): readonly Tell[] {
  const reviewed = loop.handoff?.rules.find(({ kind }) => kind === "review")?.pings;
  const to = reviewed ?? config.agents.find((agent) => agent.loop === loop.name)?.name;
  if (to === undefined) return [];
  const text = `watchdog: the phase does not move on yet. ${missing}. If the phase is done, mend that; if not, carry on.`;
  return [{ to, kind: "missing", text }];
}

/** The reference's own file follows Memory, so that it can take over again. */
function indexWrite({ config, loop, files }: LoopAsk, memory: LoopMemory): readonly FileWrite[] {
  if (loop.phases.length === 0) return [];
  const path = indexFile(config, loop);
  const seen = files(path);
  const text = String(memory.index);
  if (seen === "unseen" || (seen !== "missing" && seen.text.trim() === text)) return [];
  return [{ path, text: `${text}\n` }];
}

export function indexFile(config: Config, loop: Loop): string {
  return `${config.stateDir}/${loop.stateFile}`;
}

function completionFile(config: Config, loop: Loop | null): string {
  const fleet = `${config.logDir}/SEQUENCE-COMPLETE`;
  return loop === null ? fleet : `${fleet}.${loop.name}`;
}

/** A plain [loop] table has no name of its own. */
function isNamed(loop: Loop): boolean {
  return loop.name !== "loop";
}

function indexOf(loop: Loop, target: string | number): number | null {
  const byId = loop.phases.findIndex(({ id }) => id === String(target));
  if (byId >= 0) return byId;
  return /^\d{1,9}$/.test(String(target)) ? Number(target) : null;
}
