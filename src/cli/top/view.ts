// What the person at the screen has chosen, and what a key makes of it. Pure: a key gives a new view and
// perhaps an intent; who carries that out is top.ts.

import { SORTS, type Sort } from "./rows.ts";
import type { Key } from "./typed.ts";

export type Mode =
  | { readonly is: "list" }
  | { readonly is: "help" }
  /** `back`: lines between the end and the last one that is shown. */
  | { readonly is: "logs"; readonly back: number }
  | { readonly is: "restart"; readonly name: string }
  | { readonly is: "send"; readonly name: string; readonly text: string }
  | { readonly is: "filter"; readonly before: string };

export type View = {
  readonly mode: Mode;
  /** The member under the cursor; null before there is one. */
  readonly chosen: string | null;
  /** First row that is shown. */
  readonly first: number;
  readonly sort: Sort;
  readonly filter: string;
};

export type Intent =
  | { readonly is: "attach" | "pause" | "restart"; readonly name: string }
  | { readonly is: "send"; readonly name: string; readonly text: string }
  | { readonly is: "look again" | "suspend" | "quit" };

/** The rows as they are shown, by name, how many of them fit, and how far a log can be scrolled back. */
export type Shown = {
  readonly names: readonly string[];
  readonly page: number;
  readonly scroll: number;
};

export type Answer = { readonly view: View; readonly intent: Intent | null };

export const FIRST_VIEW: View = {
  mode: { is: "list" },
  chosen: null,
  first: 0,
  sort: SORTS[0],
  filter: "",
};

export function key(view: View, pressed: Key, shown: Shown): Answer {
  if (pressed.is === "ctrl-c") return { view, intent: { is: "quit" } };
  if (pressed.is === "ctrl-z") return { view, intent: { is: "suspend" } };
  if (pressed.is === "ctrl-l") return { view, intent: { is: "look again" } };
  switch (view.mode.is) {
    case "list":
      return listKey(view, pressed, shown);
    case "help":
      return only({ ...view, mode: LIST });
    case "logs":
      return only({ ...view, mode: logsMode(view.mode.back, pressed, shown) });
    case "restart":
      return confirmed(view, view.mode.name, pressed);
    case "send":
      return sendKey(view, view.mode, pressed);
    case "filter":
      return only(filterKey(view, view.mode.before, pressed));
  }
}

/** The cursor stays on its member, or where that one stood, and in sight. */
export function settled(
  view: View,
  { names, page }: Pick<Shown, "names" | "page">,
  before: readonly string[],
): View {
  const found = view.chosen === null ? 0 : names.indexOf(view.chosen);
  const stood = view.chosen === null ? 0 : before.indexOf(view.chosen);
  const at = within(found >= 0 ? found : Math.max(0, stood), names.length);
  const last = Math.max(0, names.length - page);
  const first = Math.min(last, Math.max(at - page + 1, Math.min(view.first, at)));
  const chosen = names[at] ?? null;
  return chosen === view.chosen && first === view.first ? view : { ...view, chosen, first };
}

/** Who reads further back keeps his lines where they are, however many come at the end. */
export function anchored(view: View, more: number): View {
  const { mode } = view;
  if (mode.is !== "logs" || mode.back === 0 || more <= 0) return view;
  return { ...view, mode: { is: "logs", back: mode.back + more } };
}

const LIST: Mode = { is: "list" };

function listKey(view: View, pressed: Key, shown: Shown): Answer {
  const steps = STEPS[wordOf(pressed)];
  if (steps !== undefined) return only(moved(view, shown, steps(shown.page)));
  const word = wordOf(pressed);
  const name = view.chosen;
  switch (word) {
    case "q":
      return { view, intent: { is: "quit" } };
    case "?":
    case "h":
      return only({ ...view, mode: { is: "help" } });
    case "/":
      return only({ ...view, mode: { is: "filter", before: view.filter } });
    case "o":
      return only({
        ...view,
        sort: SORTS[(SORTS.indexOf(view.sort) + 1) % SORTS.length] ?? "name",
      });
    case "escape":
      return only({ ...view, filter: "" });
    default:
      return name === null ? only(view) : memberKey(view, name, word);
  }
}

function memberKey(view: View, name: string, word: string): Answer {
  switch (word) {
    case "enter":
      return { view, intent: { is: "attach", name } };
    case "p":
      return { view, intent: { is: "pause", name } };
    case "l":
      return only({ ...view, mode: { is: "logs", back: 0 } });
    case "r":
      return only({ ...view, mode: { is: "restart", name } });
    case "s":
      return only({ ...view, mode: { is: "send", name, text: "" } });
    default:
      return only(view);
  }
}

function moved(view: View, { names }: Shown, by: number): View {
  const at = view.chosen === null ? 0 : Math.max(0, names.indexOf(view.chosen));
  return { ...view, chosen: names[within(at + by, names.length)] ?? null };
}

function logsMode(back: number, pressed: Key, { page, scroll }: Shown): Mode {
  const word = wordOf(pressed);
  if (LEAVES_LOGS.has(word)) return LIST;
  const steps = STEPS[word];
  return steps === undefined
    ? { is: "logs", back }
    : { is: "logs", back: Math.max(0, Math.min(back - steps(page), scroll)) };
}

/** Nothing but a y restarts. */
function confirmed(view: View, name: string, pressed: Key): Answer {
  const yes = wordOf(pressed).toLowerCase() === "y";
  return { view: { ...view, mode: LIST }, intent: yes ? { is: "restart", name } : null };
}

function sendKey(view: View, mode: Mode & { readonly is: "send" }, pressed: Key): Answer {
  const { name, text } = mode;
  if (pressed.is === "escape") return only({ ...view, mode: LIST });
  if (pressed.is !== "enter")
    return only({ ...view, mode: { ...mode, text: edited(text, pressed) } });
  const intent = text.trim() === "" ? null : ({ is: "send", name, text } as const);
  return { view: { ...view, mode: LIST }, intent };
}

function filterKey(view: View, before: string, pressed: Key): View {
  if (pressed.is === "escape") return { ...view, mode: LIST, filter: before };
  if (pressed.is === "enter") return { ...view, mode: LIST };
  return { ...view, filter: edited(view.filter, pressed) };
}

/** A message of this length is a file's business. */
const LONGEST_TEXT = 4000;

function edited(text: string, pressed: Key): string {
  switch (pressed.is) {
    case "text":
      return `${text}${pressed.text.replaceAll(/\s+/g, " ")}`.slice(0, LONGEST_TEXT);
    case "backspace":
      return text.replace(/\P{Mark}\p{Mark}*$/u, "");
    case "ctrl-w":
      return text.replace(/\S*\s*$/, "");
    case "ctrl-u":
      return "";
    default:
      return text;
  }
}

function wordOf(pressed: Key): string {
  // Pasted text is never a command.
  return pressed.is !== "text" ? pressed.is : pressed.pasted ? "" : pressed.text;
}

function only(view: View): Answer {
  return { view, intent: null };
}

function within(index: number, count: number): number {
  return Math.max(0, Math.min(index, count - 1));
}

const LEAVES_LOGS = new Set(["q", "escape", "l", "left", "enter"]);
const STEPS: Readonly<Record<string, (page: number) => number>> = {
  up: () => -1,
  k: () => -1,
  down: () => 1,
  j: () => 1,
  "page up": (page) => -page,
  "page down": (page) => page,
  " ": (page) => page,
  home: () => Number.NEGATIVE_INFINITY,
  g: () => Number.NEGATIVE_INFINITY,
  end: () => Number.POSITIVE_INFINITY,
  G: () => Number.POSITIVE_INFINITY,
};
