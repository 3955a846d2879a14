// What the screen of `agents top` shows, as golden pictures, and that it fits every terminal.

import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { textWidth } from "../table.ts";
import { frame, pageOf, scrollOf } from "./frame.ts";
import { agent, looks, model, NOON, STANDING, view } from "./scene.ts";
import type { View } from "./view.ts";

/** As a person sees it: what is blank at the right is nothing. */
function picture(lines: readonly string[]): string {
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

function shown(change: Partial<View>, columns = 80, rows = 24): string {
  const now = view(change);
  return picture(frame(model(now), now, looks(columns, rows)).lines);
}

test.each([
  [80, 24],
  [200, 50],
  [132, 40],
  [40, 12],
] as const)("a fleet with somebody in every state, %d by %d", async (columns, rows) => {
  await expect(shown({}, columns, rows)).toMatchFileSnapshot(
    `../golden/top-${columns}x${rows}.txt`,
  );
});

test("five hundred agents are scrolled through", async () => {
  const agents = Array.from({ length: 500 }, (_, at) =>
    agent(`agent-${at}`, at % 100 === 99 ? { verdict: "asking", because: "asks: go on?" } : {}),
  );
  const standing = { ...STANDING, agents };
  const now = view({ chosen: "agent-250", first: 250 });
  const { lines } = frame(model(now, { standing }), now, looks(80, 24));
  await expect(picture(lines)).toMatchFileSnapshot("../golden/top-500.txt");
});

test("colour repeats what a word says", async () => {
  const now = view();
  const { lines } = frame(model(now), now, looks(80, 24, "colour"));
  await expect(picture(lines)).toMatchFileSnapshot("../golden/top-colour.txt");
  expect(picture(lines.map(stripVTControlCharacters))).toBe(shown({}));
});

test("without UTF-8 nothing of ours is more than ASCII", () => {
  const bland = { ...STANDING, agents: STANDING.agents.filter(({ name }) => name !== "翻訳") };
  const modes: readonly View["mode"][] = [{ is: "list" }, { is: "help" }, { is: "logs", back: 0 }];
  for (const mode of modes) {
    const now = view({ mode });
    const known = model(now, { standing: bland, lastLines: new Map(), printed: [] });
    expect(picture(frame(known, now, looks(200, 50, "ascii")).lines)).toMatch(/^[\n -~]*$/);
  }
});

test("a watchdog that is stuck, a broken file and many loops are said above the table", () => {
  const loop = STANDING.loops[0]!;
  const standing = {
    ...STANDING,
    watchdog: { ...STANDING.watchdog, state: "stale" as const },
    loops: ["a", "b", "c", "d"].map((name) => ({ ...loop, name, complete: name === "b" })),
  };
  const now = view();
  const [title = "", , ...rest] = frame(model(now, { standing }), now, looks(80, 24)).lines;
  expect(title).toMatch(/watchdog STALE, looked 2s ago $/);
  expect(picture(rest.slice(0, 5))).toBe(
    ` loop a  phase p2 [2/3]  PLAN-2.md
 loop b  phase p2 [2/3]  PLAN-2.md  complete
 loop c  phase p2 [2/3]  PLAN-2.md
 hold demo  reset in 4m 10s  scout
 the watchdog is stuck: it has not looked for more than three ticks
`,
  );
});

test.each([
  ["help", { mode: { is: "help" } }],
  ["logs", { mode: { is: "logs", back: 0 } }],
] as const)("the page for %s", async (name, change) => {
  await expect(shown(change)).toMatchFileSnapshot(`../golden/top-${name}.txt`);
});

test("what is typed stands in the last line, with the cursor behind it", () => {
  const now = view({ mode: { is: "send", name: "builder", text: "go 日本" } });
  const { lines, cursor } = frame(model(now), now, looks(80, 24));
  expect(lines[23]?.trimEnd()).toBe(" send to builder: go 日本");
  expect(cursor).toEqual({ row: 23, column: 25 });
  const long = view({ mode: { is: "send", name: "builder", text: `${"x".repeat(200)}end` } });
  const end = frame(model(long), long, looks(80, 24));
  expect(end.lines[23]).toMatch(/xend *$/);
  expect(end.cursor?.column).toBeLessThan(80);
});

test("a restart is asked for in the last line", () => {
  const ask = shown({ mode: { is: "restart", name: "builder" } }).split("\n");
  expect(ask[23]).toBe(" restart builder? y does it, any other key does not");
});

test("a filter nobody matches says so", () => {
  expect(shown({ filter: "nobody here", chosen: null })).toContain(
    `  nobody matches "nobody here"; esc clears the filter\n`,
  );
});

test("the answer to an order stands where the last event stood", () => {
  const now = view();
  const note = { text: "restart: builder up", wrong: false };
  const { lines } = frame(model(now, { note }), now, looks(80, 24));
  expect(lines[22]?.trimEnd()).toBe(" restart: builder up");
});

test("a log is scrolled back until its first lines fill the page", () => {
  const printed = Array.from({ length: 100 }, (_, line) => `line ${line}`);
  const back = scrollOf(model(view(), { printed }), { rows: 24, columns: 80 });
  const now = view({ mode: { is: "logs", back } });
  const { lines } = frame(model(now, { printed }), now, looks(80, 24));
  expect([back, lines[1]?.trimEnd(), lines[22]?.trimEnd()]).toEqual([78, "line 0", "line 21"]);
  const wide = printed.map((line) => line.repeat(30));
  expect(scrollOf(model(view(), { printed: wide }), { rows: 24, columns: 80 })).toBeGreaterThan(90);
});

const words = fc.string({
  unit: fc.constantFrom("a", "b", " ", "…", "日", "●", "é", "👩‍💻", "e\u0301"),
  maxLength: 60,
});
const modes = fc.constantFrom<View["mode"]>(
  { is: "list" },
  { is: "help" },
  { is: "logs", back: 3 },
  { is: "restart", name: "a" },
  { is: "send", name: "a", text: "hello" },
  { is: "filter", before: "" },
);

test("whatever stands in it, a frame has the rows and columns of its terminal", () => {
  const sizes = fc.record({
    columns: fc.integer({ min: 1, max: 220 }),
    rows: fc.integer({ min: 1, max: 60 }),
  });
  fc.assert(
    fc.property(
      sizes,
      modes,
      fc.array(words, { maxLength: 30 }),
      ({ columns, rows }, mode, texts) => {
        const agents = texts.map((text, at) => agent(`n${at}${text}`, { because: text }));
        const now = view({ mode, chosen: agents[0]?.name ?? null });
        const known = model(now, { standing: { ...STANDING, agents }, printed: texts, now: NOON });
        const dressed = looks(columns, rows, "colour");
        const { lines, cursor } = frame(known, now, dressed);
        const widths = lines.map((line) => textWidth(stripVTControlCharacters(line)));
        expect(lines.length).toBe(rows);
        expect(widths).toEqual(lines.map(() => columns));
        expect((cursor?.column ?? 0) < columns).toBe(true);
        expect(pageOf(known, now, dressed)).toBeGreaterThan(0);
      },
    ),
    { numRuns: 200 },
  );
});
