// The journal as people read it.

import { expect, test } from "vitest";
import { eventText, localTime } from "./event-text.ts";

const at = new Date(2026, 0, 31, 3, 12, 5).getTime();
const event = {
  at: new Date(at).toISOString(),
  agent: "a",
  event: "start",
  because: "the fleet is up",
  seen: "gone",
  did: "start",
  id: "a.start.1",
};
const shown = { now: at + 60_000, width: 4 };

test.each([
  [{}, "03:12:05  a     is started: the fleet is up"],
  [{ event: "sweep", did: "signal TERM" }, "03:12:05  a     is sent TERM: the fleet is up"],
  [{ event: "ended", did: "", because: "exited 3" }, "03:12:05  a     ended: exited 3"],
  [{ event: "loop", did: "", because: "on to p2" }, "03:12:05  a     on to p2"],
  [{ event: "down", did: "", because: "down" }, "03:12:05  a     down"],
  [
    { because: "it said \u001B[31mred\nand more" },
    "03:12:05  a     is started: it said red and more",
  ],
])("%j is a sentence", (change, sentence) => {
  expect(eventText({ ...event, ...change }, shown)).toBe(sentence);
});

test("the date is told where it is not today's", () => {
  expect(localTime(at, at + 86_400_000)).toBe("2026-01-31 03:12:05");
});
