// What may leave: no secret that stood on a screen, however it was broken or cut, and nothing too long to be sent.

import fc from "fast-check";
import { expect, test } from "vitest";
import type { Notice, NoticeItem } from "../core/notice.ts";
import { cleaned, messageOf } from "./message.ts";

const item: NoticeItem = {
  incident: "asking-1",
  event: "asking",
  subject: "a",
  title: "a asks",
  text: "May I?",
  clock: "03:12",
  over: false,
};
const notice: Notice = {
  id: "asking-1.phone",
  at: 5,
  sink: "phone",
  kind: "first",
  level: "warning",
  fleet: "t",
  items: [item],
  more: 0,
};

test("one incident is told with its own words, several as lines with their hours", () => {
  expect(messageOf(notice, [])).toEqual({
    v: 1,
    id: "asking-1.phone",
    at: 5,
    sink: "phone",
    kind: "first",
    level: "warning",
    fleet: "t",
    event: "asking",
    subject: "a",
    title: "[t] a asks",
    text: "May I?\nagents answer a",
    incidents: ["asking-1"],
  });
  const later = {
    ...item,
    incident: "parked-2",
    title: "b is parked",
    text: "it\nfell",
    over: true,
  };
  const { title, text, event, incidents } = messageOf(
    { ...notice, kind: "digest", items: [item, later], more: 3 },
    [],
  );
  expect({ title, text, event, incidents }).toEqual({
    title: "[t] 5 things wait for a person",
    text: "03:12 a asks: May I?\n03:12 b is parked: it fell (over by now)\nand 3 more",
    event: "",
    incidents: ["asking-1", "parked-2"],
  });
});

const SECRET = "hunter2-hunter2-hunter2";
const KEY = `sk-${"aB3".repeat(15)}`;

test.each([
  ["a value of an env_file", `run with ${SECRET}?`],
  [
    "one that the screen broke over two rows",
    `run with ${SECRET.slice(0, 9)}\n│ ${SECRET.slice(9)}?`,
  ],
  ["a key by its shape", `export X=${KEY} and go on?`],
  ["a key that a dialog broke over two rows", `curl ${KEY.slice(0, 24)} │ ${KEY.slice(24)} ok?`],
  ["a quoted password that the screen cuts", `DB_PASSWORD="${SECRET} and mo`],
  ["an address with a password", `git push https://me:${SECRET}@example.org/x?`],
])("%s never leaves", (_, text) => {
  const items = [{ ...item, text }];
  const told = JSON.stringify([
    messageOf({ ...notice, items }, [SECRET]),
    messageOf({ ...notice, items: [item, ...items], kind: "digest" }, [SECRET]),
  ]);
  const pieces = [SECRET, SECRET.slice(9), KEY, KEY.slice(24)];
  expect(pieces.filter((piece) => told.includes(piece))).toEqual([]);
  expect(told).toContain("[redacted]");
});

test("a secret is hidden before anything is cut, wherever the cut falls", () => {
  const place = fc.integer({ min: 0, max: 1600 });
  fc.assert(
    fc.property(place, place, (before, after) => {
      const text = `${"x ".repeat(before / 2)}${SECRET} ${KEY}${" y".repeat(after / 2)}`;
      const items = [{ ...item, text }, item];
      for (const some of [items, items.slice(0, 1)]) {
        const told = messageOf({ ...notice, items: some }, [SECRET]).text;
        for (let at = 0; at + 8 <= KEY.length; at += 4)
          expect(told.includes(KEY.slice(at, at + 8))).toBe(false);
        expect(told.includes(SECRET.slice(0, 8))).toBe(false);
      }
    }),
    { numRuns: 60 },
  );
});

/** Screens of words, colours, wide characters and marks that turn the line. */
const pieces = [
  "word ",
  "\u001b[31m",
  "\u0007",
  "\u202e",
  "\u009b",
  "字",
  "😀",
  "\n",
  "│ ",
  "\uD800",
  "x",
];
const screens = fc
  .array(fc.constantFrom(...pieces), { maxLength: 900 })
  .map((some) => some.join(""));

test("whatever a screen holds, the message is short, plain and whole", () => {
  fc.assert(
    fc.property(screens, fc.string(), (text, title) => {
      const items = Array.from({ length: 3 }, () => ({ ...item, text, title }));
      for (const some of [items, items.slice(0, 1)]) {
        const told = messageOf({ ...notice, items: some }, []);
        expect(told.text.length).toBeLessThanOrEqual(1300);
        expect(told.title.length).toBeLessThanOrEqual(120);
        // oxlint-disable-next-line no-control-regex
        expect(`${told.title}${told.text}`).not.toMatch(/[\u0000-\u0009\u001b\u007f-\u009f\u202e]/);
      }
    }),
    { numRuns: 20 },
  );
});

test("cleaning is quick, whatever the screen holds", () => {
  const awful = ["[redacted] ".repeat(2000), `${"A".repeat(8000)}=`, `token="${"a ".repeat(9000)}`];
  const begun = performance.now();
  for (const text of awful) cleaned(text, [SECRET, "A".repeat(200)]);
  expect(performance.now() - begun).toBeLessThan(2000);
});

test("a secret of several words is not halved by a cut", () => {
  const phrase = "correct horse battery staple";
  for (let before = 0; before < 110; before += 1) {
    const items = [{ ...item, text: `${"y ".repeat(before)}${phrase}${" z".repeat(80)}` }, item];
    const told = messageOf({ ...notice, kind: "digest", items }, [phrase]).text;
    expect(told).not.toContain("correct");
  }
});

test("a key is not halved by a cut, also where no blank is before it", () => {
  for (let before = 0; before < 200; before += 1) {
    const items = [{ ...item, text: `${"y".repeat(before)},${KEY}` }, item];
    const told = messageOf({ ...notice, kind: "digest", items }, []).text;
    expect(told).not.toContain(KEY.slice(0, 5));
  }
});

test("what was cut before it came here does not end in half a secret", () => {
  const phrase = "correct horse battery staple";
  for (const end of ["correct horse batt", "correct horse …", "correct ho"])
    expect(cleaned(`it is ${end}`, [phrase])).toBe("it is [redacted]");
  expect(cleaned("it is corre", [phrase])).toBe("it is corre");
});

test("a question says how it is answered, whole however long it is; what is over says so", () => {
  const asking = (more: object) =>
    messageOf({ ...notice, items: [{ ...notice.items[0]!, ...more }] }, []).text;
  expect(asking({ subject: "task t1" })).toBe("May I?\nagents task show t1");
  expect(asking({ over: true })).toBe("May I?\n(over by now)");
  expect(asking({ event: "parked" })).toBe("May I?");
  expect(asking({ text: "word ".repeat(900) })).toMatch(/ …\nagents answer a$/);
  expect(asking({ text: "word ".repeat(900) }).length).toBeLessThanOrEqual(1300);
});
