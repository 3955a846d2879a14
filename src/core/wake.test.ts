import { expect, test } from "vitest";
import { done, look, order, running, SCREENS, type Scene } from "../sim/scene.ts";

const MINUTE = 60_000;
const FILE = "/fleet/wake.md";
const ONE = `[[agent]]\nname = "a"\nwatch = "heal"\nwake = { interval = 600, prompt_file = "wake.md" }\n`;
const words = { [FILE]: { text: "look\n  around\n" } };

/** Busy, and its wake was planned a moment ago. */
function planned(): Scene {
  const before = running(ONE, SCREENS.busy, words);
  return look(before, 1000, {
    remember: (memory) => ({
      ...memory,
      agents: Object.fromEntries(
        Object.entries(memory.agents).map(([name, one]) => [
          name,
          { ...one, wakeAt: null, says: [] },
        ]),
      ),
    }),
  });
}

test("a wake is due after its interval, and its words are one line", () => {
  const idle = look(planned(), MINUTE, { screens: { a: SCREENS.idle } });
  expect([done(idle), idle.agent("a").wakeAt]).toEqual([[], idle.at - MINUTE + 10 * MINUTE]);
  const due = look(idle, 9 * MINUTE);
  expect(done(look(due, 1))).toEqual(["a: type look around"]);
});

test("who is busy is woken when it is idle, once, however long that took", () => {
  const long = look(planned(), 60 * MINUTE);
  expect([done(long), long.agent("a").says]).toEqual([[], []]);
  const idle = look(long, 1000, { screens: { a: SCREENS.idle } });
  expect(idle.agent("a").says.map(({ kind }) => kind)).toEqual(["wake"]);
});

test("wake words that are missing are said aloud, and the next wake is planned", () => {
  const due = look(planned(), 10 * MINUTE, {
    screens: { a: SCREENS.idle },
    files: { [FILE]: "missing" },
  });
  expect(due.deeds).toContainEqual({
    do: "note",
    target: "a",
    event: "no-wake",
    loud: true,
    because: `its wake prompt is missing or empty: ${FILE}`,
  });
  expect([due.agent("a").says, due.agent("a").wakeAt]).toEqual([[], due.at + 10 * MINUTE]);
});

test("defect 3: a wake that is written later counts, and one that is taken away is forgotten", () => {
  const none = `[[agent]]\nname = "a"\nwatch = "heal"\n`;
  const later = look(running(none, SCREENS.busy, words), 1000, { config: ONE });
  expect(later.agent("a").wakeAt).toBe(later.at + 10 * MINUTE);
  const gone = look(later, 11 * MINUTE, { config: none, screens: { a: SCREENS.idle } });
  expect([done(gone), gone.agent("a").says]).toEqual([[], []]);
});

test("nobody is woken while a person has him down", () => {
  const down = look(planned(), 1000, { orders: [order("down", ["a"])] });
  expect(look(down, 60 * MINUTE).agent("a").says).toEqual([]);
});
