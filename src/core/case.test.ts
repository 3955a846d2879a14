import fc from "fast-check";
import { expect, test } from "vitest";
import { look, paneOf, running, scene, SCREENS, settingOf } from "../sim/scene.ts";
import { wantOf } from "./case.ts";
import { FRESH, freshAgent } from "./fresh.ts";
import { membersOf } from "./member.ts";
import type { Memory, Want } from "./types.ts";

const LOOP = `[[agent]]
name = "a"
kind = "loop"
role = "builder"
[loop]
phases = [{ id = "p1", plan = "p.md", status = "S.md" }]
`;

type Said = {
  readonly fleet: "up" | "down";
  readonly wanted: "up" | "down" | null;
  readonly complete: boolean;
  readonly enabled: boolean;
};

function want({ fleet, wanted, complete, enabled }: Said): Want {
  const { config } = settingOf(enabled ? LOOP : LOOP.replace("role", "enabled = false\nrole"));
  const memory: Memory = {
    ...FRESH,
    fleet: { ...FRESH.fleet, wanted: fleet },
    agents: { a: { ...freshAgent("t-a"), wanted } },
    loops: {
      loop: {
        index: 0,
        complete,
        completedRun: false,
        sha: null,
        inboxes: {},
        missing: "",
        because: "",
      },
    },
  };
  const [member] = membersOf(config);
  if (member === undefined) throw new Error("no member");
  return wantOf(config, member, memory);
}

const up: Said = { fleet: "up", wanted: null, complete: false, enabled: true };

test.each([
  ["the fleet is up", up, { is: "up", because: "the fleet is up" }],
  [
    "a person's down beats everything",
    { ...up, wanted: "down" },
    { is: "down", because: "a person said down" },
  ],
  [
    "a loop's end beats a person's up",
    { ...up, wanted: "up", complete: true },
    { is: "down", because: "its loop is complete" },
  ],
  [
    "a person's up beats the fleet",
    { ...up, fleet: "down", wanted: "up" },
    { is: "up", because: "it was told to run" },
  ],
  [
    "a person's up beats disabled",
    { ...up, enabled: false, wanted: "up" },
    { is: "up", because: "it was told to run" },
  ],
  [
    "what is disabled is left as it is",
    { ...up, enabled: false },
    { is: "leave", because: "disabled" },
  ],
  ["the fleet is down", { ...up, fleet: "down" }, { is: "down", because: "the fleet is down" }],
] as const)("%s", (_claim, said, wanted) => {
  expect(want(said)).toEqual(wanted);
});

test("a down never becomes an up because somebody else wants more", () => {
  const said = fc.record({
    fleet: fc.constantFrom("up" as const, "down" as const),
    wanted: fc.constantFrom("up" as const, "down" as const, null),
    complete: fc.boolean(),
    enabled: fc.boolean(),
  });
  fc.assert(
    fc.property(said, (one) => {
      if (want(one).is !== "down") return;
      expect(want({ ...one, enabled: true }).is).not.toBe("up");
      if (one.wanted === "down") expect(want({ ...one, fleet: "up" }).is).toBe("down");
    }),
  );
});

test("a dead pane of an earlier incarnation is an empty place, not the end of the present one", () => {
  const before = running(`[[agent]]\nname = "a"\n`);
  const mark = { run: "another", hash: "h", target: "a" };
  const stale = look(before, 1000, {
    panes: { a: { mark, dead: { code: 1, signal: null } } },
  });
  expect(stale.agent("a").verdict).toEqual({ is: "gone" });
});

test("a session that is not ours is nobody's end and nobody's place", () => {
  const found = look(scene(`[[agent]]\nname = "a"\n`), 0, {
    panes: { a: { ...paneOf("a", "r", 0), mark: null, dead: null } },
    screens: { a: SCREENS.busy },
  });
  expect(found.agent("a").verdict).toEqual({ is: "gone" });
});

test("a needed service that was stopped by a person is waited for by nobody", () => {
  const both = `[[agent]]\nname = "a"\n[[service]]\nname = "db"\ncommand = "db"\nready = { port = 1 }\n`;
  const begun = look(scene(both), 0, {
    remember: (memory) => ({
      ...memory,
      fleet: { ...memory.fleet, wanted: "up" },
      agents: { db: { ...freshAgent("t-db"), wanted: "down" } },
    }),
  });
  expect(begun.deeds.map((deed) => `${deed.target} ${deed.do}`)).toEqual(["a start"]);
});
