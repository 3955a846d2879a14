// Every key, in every mode: what it makes of the view, and what it asks for.

import { expect, test } from "vitest";
import { keysIn, type Key } from "./typed.ts";
import { anchored, FIRST_VIEW, key, settled, type Answer, type View } from "./view.ts";

const names = ["a", "b", "c", "d", "e", "f"];
const shown = { names, page: 3, scroll: 40 };
const list: View = { ...FIRST_VIEW, chosen: "b" };

/** One key after another, as a terminal sends them; the last intent is kept. */
function typed(view: View, input: string): Answer {
  const { keys } = keysIn(input);
  const start: Answer = { view, intent: null };
  return keys.reduce((so, one: Key) => {
    const next = key(so.view, one, shown);
    return { view: next.view, intent: next.intent ?? so.intent };
  }, start);
}

test.each([
  ["j", "c"],
  ["k", "a"],
  ["\u001B[B", "c"],
  ["\u001BOA", "a"],
  ["kkk", "a"],
  ["G", "f"],
  ["Gg", "a"],
  [" ", "e"],
  ["\u001B[6~\u001B[6~", "f"],
  ["\u001B[6~\u001B[5~", "b"],
  ["\u001B[F\u001B[H", "a"],
])("%j moves the cursor to %s", (input, name) => {
  expect(typed(list, input)).toEqual({ view: { ...list, chosen: name }, intent: null });
});

test.each([
  ["\r", { is: "attach", name: "b" }],
  ["p", { is: "pause", name: "b" }],
  ["ry", { is: "restart", name: "b" }],
  ["rY", { is: "restart", name: "b" }],
  ["rn", null],
  ["r\r", null],
  ["s hi\r", { is: "send", name: "b", text: " hi" }],
  ["s  \r", null],
  ["q", { is: "quit" }],
  ["\u0003", { is: "quit" }],
  ["s\u0003", { is: "quit" }],
  ["\u001A", { is: "suspend" }],
  ["\u000C", { is: "look again" }],
] as const)("%j asks for %j", (input, intent) => {
  expect(typed(list, input).intent).toEqual(intent);
});

test("after an order the list is back", () => {
  for (const input of ["ry", "rn", "s hi\r", "sq\u0015\r"]) {
    expect(typed(list, input).view).toEqual(list);
  }
});

test("text is edited as in a shell, and a paste is one line of text, never a command", () => {
  const text = (input: string): string => {
    const { mode } = typed(list, `s${input}`).view;
    return mode.is === "send" ? mode.text : "";
  };
  expect(text("one two three\u0017\u0017")).toBe("one ");
  expect(text("one\u0015two")).toBe("two");
  expect(text("ae\u0301\u007F")).toBe("a");
  expect(text("q?/")).toBe("q?/");
  expect(text("\u001B[200~rm\r\n -rf\u001B[201~")).toBe("rm -rf");
  expect(typed(list, "\u001B[200~q\u001B[201~")).toEqual({ view: list, intent: null });
});

test("a filter counts while it is typed; escape takes it back, and clears a kept one", () => {
  expect(typed(list, "/lim").view).toMatchObject({ mode: { is: "filter" }, filter: "lim" });
  const kept = typed(list, "/lim\r").view;
  expect(kept).toEqual({ ...list, filter: "lim" });
  const escape: Key = { is: "escape" };
  const again = typed(kept, "/it").view;
  expect(key(again, escape, shown).view).toEqual(kept);
  expect(key(kept, escape, shown).view).toEqual(list);
});

test("o goes round the orders", () => {
  expect(typed(list, "o").view.sort).toBe("as in the file");
  expect(typed(list, "ooooo").view.sort).toBe("who needs you");
});

test("logs are scrolled within their lines and left with q", () => {
  const back = (input: string): unknown => typed(list, `l${input}`).view.mode;
  expect(back("")).toEqual({ is: "logs", back: 0 });
  expect(back("kk")).toEqual({ is: "logs", back: 2 });
  expect(back("g")).toEqual({ is: "logs", back: 40 });
  expect(back("gjG")).toEqual({ is: "logs", back: 0 });
  expect(back("q")).toEqual({ is: "list" });
});

test("who reads further back keeps his lines in place", () => {
  const logs = (back: number): View => ({ ...list, mode: { is: "logs", back } });
  expect(anchored(logs(5), 3)).toEqual(logs(8));
  expect(anchored(logs(0), 3)).toEqual(logs(0));
  expect(anchored(list, 3)).toBe(list);
});

test("any key leaves the help", () => {
  expect(typed(list, "?").view.mode).toEqual({ is: "help" });
  expect(typed(list, "?q")).toEqual({ view: list, intent: null });
});

test("without anybody chosen nothing is asked for", () => {
  expect(typed(FIRST_VIEW, "\rplrs")).toEqual({ view: FIRST_VIEW, intent: null });
});

test("the cursor stays on its member, or where that one stood, and in sight", () => {
  const at = (chosen: string | null, first: number): View => ({ ...list, chosen, first });
  const size = { names, page: 3 };
  expect(settled(at(null, 0), size, [])).toEqual(at("a", 0));
  expect(settled(at("e", 0), size, names)).toEqual(at("e", 2));
  expect(settled(at("a", 2), size, names)).toEqual(at("a", 0));
  expect(settled(at("c", 1), size, names)).toEqual(at("c", 1));
  expect(settled(at("x", 0), size, ["a", "x", "c"])).toEqual(at("b", 0));
  expect(settled(at("x", 9), { names: [], page: 3 }, ["x"])).toEqual(at(null, 0));
});
