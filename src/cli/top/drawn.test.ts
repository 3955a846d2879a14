// What is written to go from one frame to the next leaves exactly the next one on the terminal.

import fc from "fast-check";
import { expect, test } from "vitest";
import { escapes } from "../escapes.ts";
import { blankScreen, rowText, take } from "../screen.ts";
import { drawn } from "./drawn.ts";
import { frame, type Frame } from "./frame.ts";
import { looks, model, view } from "./scene.ts";

const size = { rows: 24, columns: 80 };
const nothing = (): void => undefined;

function terminal() {
  const screen = blankScreen(size, {
    leaves: nothing,
    falls: nothing,
    rises: nothing,
    clears: nothing,
  });
  const stream = escapes();
  return {
    write: (text: string) => {
      for (const token of stream.feed(text)) take(screen, token);
    },
    text: () => screen.rows.map(rowText),
  };
}

const some = fc
  .record({
    mode: fc.constantFrom(
      { is: "list" as const },
      { is: "help" as const },
      { is: "logs" as const, back: 0 },
    ),
    chosen: fc.constantFrom("builder", "翻訳", "off", null),
    filter: fc.constantFrom("", "e", "held"),
  })
  .map((change): Frame => {
    const now = view(change);
    return frame(model(now), now, looks(80, 24, "colour"));
  });

const bare = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => line.replaceAll(/\u001B\[\d*m/g, "").trimEnd());

test("after any sequence of frames the last one stands there", () => {
  fc.assert(
    fc.property(fc.array(some, { minLength: 1, maxLength: 6 }), (frames) => {
      const screen = terminal();
      let before: Frame | null = null;
      for (const next of frames) {
        screen.write(drawn(before, next, 80));
        before = next;
      }
      expect(screen.text()).toEqual(bare(frames.at(-1)?.lines ?? []));
    }),
    { numRuns: 50 },
  );
});

test("the same frame writes nothing, and one that differs in a row only that row", () => {
  const before: Frame = { lines: ["one", "two"], cursor: null };
  expect(drawn(before, { ...before }, 3)).toBe("");
  expect(drawn(before, { ...before, lines: ["one", "TWO"] }, 3)).toBe(
    "\u001B[?2026h\u001B[?25l\u001B[2;1HTWO\u001B[0m\u001B[?2026l",
  );
  expect(drawn(before, { ...before, cursor: { row: 1, column: 2 } }, 3)).toBe(
    "\u001B[?2026h\u001B[?25l\u001B[2;3H\u001B[?25h\u001B[?2026l",
  );
});
