import { expect, test } from "vitest";
import type { Agent, Config, Loop, Phase } from "../config/config.ts";
import { completionWrites, freshLoop, loopFiles, loopStep, movePhase } from "./loop.ts";
import type { FileSeen, LoopMemory, RepoSeen } from "./types.ts";

function phase(id: string): Phase {
  return { id, plan: `${id}.md`, status: `STATUS-${id}.md`, models: {} };
}

const loop: Loop = {
  name: "loop",
  phases: [phase("p1"), phase("p2")],
  stateFile: "phase-idx",
  autoAdvance: true,
  resumePhase: true,
  kickoffTemplate: null,
  rolesDir: "/p/prompts",
  doneMarker: "## DONE",
  onComplete: null,
  repo: "/p",
  stateSubdir: "machine-docs",
  handoff: null,
};

const shared: Loop = {
  ...loop,
  handoff: {
    branch: "main",
    rules: [
      { kind: "claim", re: "^claim", pings: "adversary" },
      { kind: "review", re: "^review", pings: "builder" },
    ],
    inboxes: [{ file: "INBOX.md", pings: "builder" }],
  },
};

const agents = [
  { name: "worker", loop: null },
  { name: "adversary", loop: "loop" },
  { name: "builder", loop: "loop" },
] as unknown as readonly Agent[];

function config(...loops: Loop[]): Config {
  return {
    projectDir: "/p",
    logDir: "/l",
    stateDir: "/l/state",
    agents,
    loops,
  } as unknown as Config;
}

const fresh: LoopMemory = {
  index: 0,
  complete: false,
  completedRun: false,
  sha: null,
  inboxes: {},
  missing: "",
  because: "in phase p1",
};

const DONE = "## DONE\nAll gates pass.\n";
const INDEX = "/l/state/phase-idx";

type Disk = Record<string, string>;

function read(disk: Disk): (path: string) => FileSeen {
  return (path) => {
    const text = disk[path];
    return text === undefined ? "missing" : { text };
  };
}

type Given = { loop?: Loop; memory?: LoopMemory; repo?: RepoSeen | "unseen"; disk?: Disk };

function step({ loop: given = loop, memory = fresh, repo = "unseen", disk = {} }: Given = {}) {
  const files = read({ [INDEX]: `${memory.index}\n`, ...disk });
  return loopStep({ config: config(given), loop: given, memory, repo, files, at: 0 });
}

function committed(files: Record<string, string | null>, subjects: string[] = []): RepoSeen {
  const commits = subjects.map((subject, n) => ({ sha: `${n}`.repeat(40), subject }));
  const seen = Object.entries(files).map(([file, text]) => [
    file,
    text === null ? null : { text, hash: `h:${text}` },
  ]);
  return { head: "e".repeat(40), commits, lost: false, files: Object.fromEntries(seen) };
}

test("nothing new leaves memory as it is, by identity", () => {
  expect(step()).toEqual({
    memory: fresh,
    says: [],
    wants: { down: false, because: "" },
    writes: [],
    runOnComplete: null,
    because: "",
  });
  expect(step().memory).toBe(fresh);
  const known = { ...fresh, sha: "e".repeat(40), inboxes: { "INBOX.md": "h:x" } };
  const repo = committed({ "STATUS-p1.md": null, "INBOX.md": "x" });
  expect(step({ loop: shared, memory: known, repo }).memory).toBe(known);
});

test("a done phase moves to the next in one step, with the reference's own file", () => {
  const because = "phase p1 is done: on to p2";
  expect(step({ disk: { "/p/machine-docs/STATUS-p1.md": DONE } })).toEqual({
    memory: { ...fresh, index: 1, because },
    says: [],
    wants: { down: false, because: "" },
    writes: [{ path: INDEX, text: "1\n" }],
    runOnComplete: null,
    because,
  });
});

test("the folder's status file counts before the one at the root", () => {
  const root = { "/p/STATUS-p1.md": DONE };
  expect(step({ disk: root }).memory.index).toBe(1);
  expect(step({ disk: { ...root, "/p/machine-docs/STATUS-p1.md": "open" } }).memory.index).toBe(0);
  expect(step({ loop: { ...loop, stateSubdir: "" }, disk: root }).memory.index).toBe(1);
});

test("each phase is judged by its own status file", () => {
  const disk = { "/p/STATUS-p1.md": DONE };
  expect(step({ memory: { ...fresh, index: 1 }, disk }).memory.complete).toBe(false);
});

test("defect 27: where a repository is followed, only what is committed moves a phase", () => {
  const disk = { "/p/machine-docs/STATUS-p1.md": DONE };
  const repo = committed({ "STATUS-p1.md": "## DONE\n(not yet)\n" });
  const near = step({ loop: shared, repo, disk });
  const missing = "STATUS-p1.md says `## DONE` on disk, but that is not committed and pushed yet";
  expect(near.memory).toMatchObject({ index: 0, missing });
  expect(near.memory.because).toBe(`phase p1 is almost done: ${missing}`);
  expect(near.says).toEqual([
    {
      to: "builder",
      kind: "missing",
      text: `watchdog: the phase does not move on yet. ${missing}. If the phase is done, mend that; if not, carry on.`,
    },
  ]);
  expect(step({ loop: shared, repo: committed({ "STATUS-p1.md": DONE }) }).memory.index).toBe(1);
});

test("a near miss is told once, and again when something else is missing", () => {
  const near = step({ disk: { "/p/STATUS-p1.md": "## Done\nyes\n" } });
  expect(near.says.map(({ to }) => to)).toEqual(["adversary"]);
  const again = step({ memory: near.memory, disk: { "/p/STATUS-p1.md": "## Done\nyes\n" } });
  expect([again.says, again.because]).toEqual([[], ""]);
  expect(again.memory).toBe(near.memory);
  expect(step({ memory: near.memory, disk: { "/p/STATUS-p1.md": "## DONE\n" } }).says).toHaveLength(
    1,
  );
  expect(step({ memory: near.memory }).memory.missing).toBe("");
});

test("nothing is concluded from a repository, or a file, that was not seen", () => {
  const disk = { "/p/STATUS-p1.md": DONE };
  const blind = step({ loop: shared, repo: "unseen", disk });
  expect([blind.memory, blind.says]).toEqual([fresh, []]);
  const files = (): FileSeen => "unseen";
  const ask = { config: config(loop), loop, memory: fresh, at: 0 };
  const unread = loopStep({ ...ask, repo: "unseen", files });
  expect([unread.memory, unread.writes]).toEqual([fresh, []]);
});

test("a handoff without a repository counts the status file on disk", () => {
  const none: RepoSeen = { head: null, commits: [], lost: false, files: {} };
  const moved = step({ loop: shared, repo: none, disk: { "/p/STATUS-p1.md": DONE } });
  expect(moved.memory.index).toBe(1);
});

test("commits of a phase that just ended are no news to the agents of the next", () => {
  const known = { ...fresh, sha: "d".repeat(40), inboxes: { "INBOX.md": "h:x" } };
  const repo = committed({ "STATUS-p1.md": DONE, "INBOX.md": "x" }, ["claim: last gate"]);
  const moved = step({ loop: shared, memory: known, repo });
  expect([moved.says, moved.memory.sha]).toEqual([[], "e".repeat(40)]);
  // An inbox that nobody consumed is told again: the fresh agents have not heard of it.
  const after = committed({ "STATUS-p2.md": null, "INBOX.md": "x" });
  expect(
    step({ loop: shared, memory: moved.memory, repo: after }).says.map(({ to }) => to),
  ).toEqual(["builder"]);
});

const last = { ...fresh, index: 1 };
const lastDone = { "/p/STATUS-p2.md": DONE };
const runs: Loop = { ...loop, onComplete: { run: "report", triggerFile: null } };

test("the last phase done completes the loop and wants its agents down", () => {
  const done = step({ memory: last, disk: lastDone });
  expect(done.memory).toMatchObject({ index: 1, complete: true, completedRun: true });
  expect(done.wants).toEqual({ down: true, because: "the phase sequence is complete" });
  const again = step({ memory: done.memory, disk: lastDone });
  expect(again.memory).toBe(done.memory);
  expect([again.because, again.wants.down]).toEqual(["", true]);
});

test("on_complete is decided in the same memory that completes, and only once", () => {
  const done = step({ loop: runs, memory: last, disk: lastDone });
  expect([done.runOnComplete, done.memory.completedRun, done.writes]).toEqual(["report", true, []]);
  expect(step({ loop: runs, memory: done.memory, disk: lastDone }).runOnComplete).toBe(null);
});

test("a trigger file that is written in the config must be there, and is consumed", () => {
  const trigger = "/l/.run-it";
  const asked: Loop = { ...loop, onComplete: { run: "report", triggerFile: trigger } };
  const without = step({ loop: asked, memory: last, disk: lastDone });
  expect([without.runOnComplete, without.memory.completedRun, without.writes]).toEqual([
    null,
    true,
    [],
  ]);
  const late = step({ loop: asked, memory: without.memory, disk: { ...lastDone, [trigger]: "" } });
  expect([late.runOnComplete, late.writes]).toEqual([null, []]);
  const present = step({ loop: asked, memory: last, disk: { ...lastDone, [trigger]: "" } });
  expect([present.runOnComplete, present.writes]).toEqual([
    "report",
    [{ path: trigger, text: null }],
  ]);
});

test("a trigger file that cannot be seen decides nothing yet", () => {
  const asked: Loop = { ...loop, onComplete: { run: "report", triggerFile: "/l/.run-it" } };
  const files = (path: string): FileSeen =>
    path === "/l/.run-it" ? "unseen" : read({ ...lastDone, [INDEX]: "1" })(path);
  const blind = loopStep({
    config: config(asked),
    loop: asked,
    memory: last,
    repo: "unseen",
    files,
    at: 0,
  });
  expect([blind.memory.complete, blind.memory.completedRun, blind.runOnComplete]).toEqual([
    true,
    false,
    null,
  ]);
  expect(
    step({ loop: asked, memory: blind.memory, disk: { "/l/.run-it": "" } }).runOnComplete,
  ).toBe("report");
});

test("a phase appended after completion is entered, whatever the old status says", () => {
  const longer: Loop = { ...runs, phases: [...loop.phases, phase("p3")] };
  const complete = { ...last, complete: true, completedRun: true };
  const resumed = step({ loop: longer, memory: complete });
  expect(resumed.memory).toMatchObject({ index: 2, complete: false, completedRun: false });
  expect(resumed.wants.down).toBe(false);
  expect(resumed.writes).toEqual([{ path: INDEX, text: "2\n" }]);
});

test("defect 4: an index beyond the phases stands at the last one and throws nowhere", () => {
  const far = { ...fresh, index: 9 };
  expect(step({ memory: far }).memory).toMatchObject({ index: 1, complete: false });
  expect(step({ memory: { ...far, complete: true, completedRun: true } }).memory).toMatchObject({
    index: 1,
    complete: true,
  });
  expect(step({ memory: far, disk: lastDone }).memory.complete).toBe(true);
  expect(step({ memory: { ...fresh, index: -3 } }).memory.index).toBe(0);
  expect(step({ loop: { ...loop, phases: [] }, memory: far }).memory.index).toBe(0);
});

test("without auto_advance a done phase waits for a person, and says so", () => {
  const held = step({ loop: { ...loop, autoAdvance: false }, disk: { "/p/STATUS-p1.md": DONE } });
  expect([held.memory.index, held.memory.because]).toEqual([
    0,
    "phase p1 is done; auto_advance is off, so `agents phase next` moves on",
  ]);
});

test("defect 4: a person's move takes an id or an index and refuses what is out of range", () => {
  const done = { ...last, complete: true, completedRun: true, missing: "x", inboxes: { a: "b" } };
  const moved = { ...fresh, index: 0, because: "a person moved the loop to p1", again: "" };
  for (const target of ["p1", "0", 0]) {
    expect(movePhase(loop, done, target)).toEqual({ ok: true, memory: moved });
  }
  expect(movePhase(loop, fresh, "next")).toMatchObject({ ok: true, memory: { index: 1 } });
  for (const target of ["2", 99, "-1", "x", "", "1.5"]) {
    expect(movePhase(loop, fresh, target)).toEqual({
      ok: false,
      refused: `the loop loop has no phase "${target}"; phases are 0 p1, 1 p2`,
    });
  }
  expect(movePhase(loop, last, "next")).toEqual({
    ok: false,
    refused: "the loop loop is in its last phase already; phases are 0 p1, 1 p2",
  });
  expect(movePhase({ ...loop, phases: [] }, fresh, 0)).toMatchObject({ ok: false });
});

test("an id wins over an index of the same spelling", () => {
  const numbered: Loop = { ...loop, phases: [phase("1"), phase("0")] };
  expect(movePhase(numbered, fresh, "0")).toMatchObject({ ok: true, memory: { index: 1 } });
});

test("defect 5: a person's move out of a complete sequence removes SEQUENCE-COMPLETE", () => {
  const moved = movePhase(loop, { ...last, complete: true, completedRun: true }, "p1");
  const memory = moved.ok ? moved.memory : fresh;
  const files = read({ "/l/SEQUENCE-COMPLETE": "x" });
  expect(completionWrites(config(loop), { loop: memory }, files)).toEqual([
    { path: "/l/SEQUENCE-COMPLETE", text: null },
  ]);
});

test("a first start takes the reference's phase over", () => {
  const left = (stateFileText: string | null, sequenceComplete = false) => {
    const { index, complete, completedRun } = freshLoop(loop, { stateFileText, sequenceComplete });
    return [index, complete, completedRun];
  };
  expect(left("1\n")).toEqual([1, false, false]);
  expect(left(null)).toEqual([0, false, false]);
  expect(left("-1")).toEqual([0, false, false]);
  expect(left("junk")).toEqual([0, false, false]);
  expect(left("7")).toEqual([1, false, false]);
  expect(left("1", true)).toEqual([1, true, true]);
  expect(left("0", true)).toEqual([0, false, false]);
});

test("SEQUENCE-COMPLETE is the fleet's: it is there when every loop is complete, and not twice", () => {
  const one: Loop = { ...loop, name: "one" };
  const two: Loop = { ...loop, name: "two" };
  const both = config(one, two);
  const complete = { ...last, complete: true };
  const half = { one: complete, two: last };
  const own = "phase sequence complete: the last phase of the loop one is done\n";
  expect(completionWrites(both, half, read({}))).toEqual([
    { path: "/l/SEQUENCE-COMPLETE.one", text: own },
  ]);
  const all = { one: complete, two: complete };
  expect(
    completionWrites(both, all, read({ "/l/SEQUENCE-COMPLETE.one": "" })).map(({ path }) => path),
  ).toEqual(["/l/SEQUENCE-COMPLETE", "/l/SEQUENCE-COMPLETE.two"]);
  expect(
    completionWrites(config(loop), { loop: complete }, read({})).map(({ path }) => path),
  ).toEqual(["/l/SEQUENCE-COMPLETE"]);
  expect(completionWrites(config(loop), { loop: complete }, () => "unseen")).toEqual([]);
  expect(completionWrites(config({ ...loop, phases: [] }), { loop: complete }, read({}))).toEqual(
    [],
  );
});

test("a step reads no file that loopFiles does not name", () => {
  const asked: Loop = { ...shared, name: "one", onComplete: { run: "r", triggerFile: "/l/t" } };
  const named = new Set(loopFiles(config(asked), asked));
  const read_ = new Set<string>();
  const files = (path: string): FileSeen => {
    read_.add(path);
    return path.includes("STATUS") ? { text: DONE } : "missing";
  };
  const none: RepoSeen = { head: null, commits: [], lost: false, files: {} };
  for (const index of [0, 1]) {
    const ask = { config: config(asked), loop: asked, memory: { ...fresh, index } };
    loopStep({ ...ask, repo: none, files, at: 0 });
  }
  completionWrites(config(asked), { one: fresh }, files);
  expect([...read_].filter((path) => !named.has(path))).toEqual([]);
  expect(read_.has("/l/t")).toBe(true);
});

test("a person who goes back to a phase that is done has it done again: only another word of its file ends it", () => {
  const back = movePhase(loop, { ...fresh, index: 1 }, "p1");
  if (!back.ok) throw new Error(back.refused);
  const status = (text: string) => (path: string) =>
    path.endsWith("STATUS-p1.md") ? { text } : ("missing" as const);
  const see = (memory: LoopMemory, text: string) =>
    loopStep({ config: config(loop), loop, memory, repo: "unseen", files: status(text), at: 0 })
      .memory;
  const old = "## DONE\nall of it\n";
  const stays = see(back.memory, old);
  expect([stays.index, stays.because]).toEqual([
    0,
    "in phase p1 again, by a person's word; it is done when STATUS-p1.md changes and says so",
  ]);
  expect(see(stays, old)).toBe(stays);
  expect(see(stays, "## DONE\nall of it, twice\n").index).toBe(1);
  const open = see(stays, "in progress\n");
  expect([open.because, open.again]).toEqual(["in phase p1", undefined]);
  expect(see(open, old).index).toBe(1);
});
