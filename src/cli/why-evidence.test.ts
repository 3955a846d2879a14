// Which evidence file is an agent's last one.

import { expect, test } from "vitest";
import { fakeDisk } from "../engine/fake-disk.ts";
import { keepEvidence } from "../engine/evidence.ts";
import { evidenceOf, lastEvidence } from "./why-evidence.ts";

test("the newest of this agent and no other, and none that came later than asked", () => {
  let now = 0;
  const { disk } = fakeDisk(() => now);
  const keep = (at: number, target: string): void => {
    now = at;
    const id = `${target}.evidence.${at}`;
    const details = { target, because: `act ${at}`, screen: "row" };
    expect(keepEvidence({ disk, stateDir: "/s", secrets: [] }, id, details).ok).toBe(true);
  };
  keep(10, "a");
  keep(20, "a");
  keep(30, "a_evidence");
  keep(40, "b");
  const last = (until: number | null) => lastEvidence(disk, "/s", { name: "a", until });
  expect(last(null)).toMatchObject({
    path: "/s/evidence/a_evidence_20.json",
    at: 20,
    because: "act 20",
    screen: "row",
  });
  expect(last(15)?.because).toBe("act 10");
  expect(last(5)).toBeNull();
  expect(lastEvidence(disk, "/none", { name: "a", until: null })).toBeNull();
});

test("the evidence of a deed is found by its id, or by the moment that it shares, with rules and thresholds", () => {
  const { disk } = fakeDisk(() => 0);
  const details = {
    target: "a",
    because: "stalled",
    screen: "row",
    verdict: { is: "idle" },
    evidence: [{ from: "screen", rule: "re", line: "row" }],
    watchdog: { stallGraceMs: 5 },
    stallIdleMs: 7,
  };
  keepEvidence({ disk, stateDir: "/s", secrets: [] }, "a.evidence.k1", details);
  const at = new Date(9).toISOString();
  const found = evidenceOf(disk, "/s", { agent: "a", at, id: "a.sweep.k1" });
  expect(found).toEqual({
    path: "/s/evidence/a_evidence_k1.json",
    at: 9,
    because: "stalled",
    screen: "row",
    verdict: "idle",
    rules: [{ from: "screen", rule: "re", line: "row" }],
    thresholds: { stallGraceMs: 5, stallIdleMs: 7 },
  });
  expect(evidenceOf(disk, "/s", { agent: "a", at, id: "a.sweep.k2" })).toBeNull();
});
