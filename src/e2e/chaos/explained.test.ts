// Everything that the engine does to an agent in a wild night has its reason in the journal, and `why` finds it.

import { expect, test } from "vitest";
import { eventsAtMost, readEvents, type Event } from "../../engine/events.ts";
import { fakeDisk } from "../../engine/fake-disk.ts";
import { openJournal } from "../../engine/journal.ts";
import { entriesOf } from "../../engine/run.ts";
import { simulate } from "../../sim/run.ts";
import { explained } from "./explained.ts";

test("every deed of a wild night is explained", async () => {
  const { disk } = fakeDisk(() => 0);
  const journal = openJournal({ disk, logDir: "/log", secrets: [] });
  await simulate(7, 1, {
    tell: ({ decision, seen }) => void journal.note(entriesOf(decision, seen)),
  });
  const read = readEvents(disk, "/log", { tail: eventsAtMost, since: null, agents: [] });
  const { deeds, unexplained } = explained(read.ok ? read.value : []);
  expect(unexplained).toEqual([]);
  expect(deeds).toBeGreaterThan(20);
});

test("a deed without a reason, or one that nobody would find, is told", () => {
  const deed = (id: number, because: string): Event => {
    const at = new Date(1000).toISOString();
    return { at, agent: "a", event: "start", because, seen: "", did: "start", id: String(id) };
  };
  const many = Array.from({ length: 13 }, (_, id) => deed(id, "it is due"));
  expect([explained([deed(1, " ")]), explained(many)]).toEqual([
    { deeds: 1, unexplained: ["1970-01-01T00:00:01.000Z a start: no reason is told"] },
    {
      deeds: 13,
      unexplained: ["1970-01-01T00:00:01.000Z a start: why --at does not tell of it"],
    },
  ]);
});
