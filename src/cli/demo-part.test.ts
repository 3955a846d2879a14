// The demo's script, played turn by turn against a repository that is only a list of commits.

import { expect, test } from "vitest";

import { partOf, turn } from "./demo-part.ts";
import type { Act, Part } from "./demo-part.ts";
import type { Repo } from "./demo-repo.ts";

const builder = partOf("builder", "Phase 1. Plan: PLAN-1.md. Status: STATUS-1.md.");
const adversary = partOf("adversary", "STATUS-1.md");

const repository = (): Repo & { readonly files: Record<string, string> } => {
  const subjects = ["init"];
  const files: Record<string, string> = {};
  const met = new Set<string>();
  return {
    files,
    subjects: () => subjects,
    read: (file) => files[file] ?? "",
    commit: (subject, changed) => {
      subjects.unshift(subject);
      Object.assign(files, changed);
    },
    once: (incident) => !met.has(incident) && met.add(incident) !== undefined,
  };
};

const plays = (part: Part, repo: Repo): Act["do"][] => {
  const acts: Act["do"][] = [];
  for (const act of turn(part, repo)) {
    acts.push(act.do);
    if (act.do === "crash") break;
  }
  return acts.filter((act) => act !== "say");
};

test("two phases go by with a limit, a crash and a stall, each once", () => {
  const repo = repository();
  const builder2 = { ...builder, phase: "2", status: "STATUS-2.md" };
  const adversary2 = { ...adversary, phase: "2" };
  const turns = [builder, adversary, adversary, builder, builder2, adversary2, builder2];
  expect(turns.map((part) => plays(part, repo))).toEqual([
    ["work", "limit", "work"],
    ["work", "crash"],
    ["work", "work"],
    ["work"],
    ["work", "stall", "work"],
    ["work", "work"],
    ["work"],
  ]);
  expect(repo.subjects().toReversed()).toEqual([
    "init",
    "claim: 1",
    "review: 1 pass",
    "status: 1 done",
    "claim: 2",
    "review: 2 pass",
    "status: 2 done",
  ]);
  expect(repo.files["machine-docs/STATUS-2.md"]).toMatch(/^## DONE\n\nBuilt, claimed/m);
});

test("a turn for nothing new writes nothing", () => {
  const repo = repository();
  expect(plays(adversary, repo)).toEqual([]);
  plays(builder, repo);
  expect(plays(builder, repo)).toEqual([]);
  expect(repo.subjects()).toEqual(["claim: 1", "init"]);
});

test("a restart in the middle of work begins the work again, not the incident", () => {
  const repo = repository();
  const begun = turn(builder, repo);
  for (const act of begun) if (act.do === "limit") break;
  expect(plays(builder, repo)).toEqual(["work", "work"]);
});

test("without a phase or a repository it answers whatever it is told", () => {
  const other = partOf("scout", "Say hello.");
  expect([other, plays(other, repository())]).toEqual([
    { role: "other", phase: "", status: "" },
    ["work"],
  ]);
  expect([...turn(builder, null)].map((act) => act.do)).toEqual(["work", "say"]);
});

test.each([
  ["STATUS-1.md", "1"],
  ["`machine-docs/STATUS-p2.next.md`", "p2.next"],
  ["see STATUS-a.md, not STATUS-b.md", "a"],
])("the phase of %s is %s", (kickoff, phase) => {
  expect(partOf("builder", kickoff).phase).toBe(phase);
});
