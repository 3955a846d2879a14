// How an agent of the user's own backend looks: captured screens that the backend's rules recognise, or else those
// of our own false program, laid over an actor that knows nothing of them. A screen that the rules misread is not
// shown, and what no screen can show does not happen.

import type { Backend } from "../config/config.ts";
import { isKnownIdle, judge, typedText } from "../core/judge.ts";
import type { Instant, Judgement, Pane } from "../core/types.ts";
import { FAILURES, type Shown } from "./actor.ts";
import type { Actor } from "./world.ts";

/** As `virtual:screens` holds them. */
export type Labelled = {
  readonly file: string;
  readonly cli: string;
  readonly pane_title: string;
  readonly verdict: string;
  readonly text: string;
};

type Look = { readonly text: string; readonly title: string };

export type Skin = {
  /** Where on the idle screen it says what it waits for, counted from the bottom; 0: nowhere. */
  readonly saysAt: number;
  readonly idle: Look;
  readonly busy: Look;
  readonly looks: Readonly<Partial<Record<Exclude<Shown, "waiting">, Look>>>;
};

const RULE = "─".repeat(40);
const BOX = `${RULE}\n> \n${RULE}`;
const OURS: readonly (readonly [string, string])[] = [
  ["idle", `● done\n${BOX}\n? for shortcuts`],
  ["busy", `● step 1\n✻ Working… (esc to interrupt)\n${BOX}`],
  ["asking", "Do you want to run this command?\n  1. Yes\n  2. No\n\nEsc to cancel"],
  ["limited", `usage limit reached · resets 19:30 (UTC)\n${BOX}\n? for shortcuts`],
  ...Object.values(FAILURES).map((words) => ["failed", `${words}\n${BOX}`] as const),
];
const SAMPLE = "the text that somebody types";
const LONG_AGO = 10 * 60_000;
/** Rows at the bottom among which a place is sought for what the agent says. */
const PLACES = 30;

export type Dressing = {
  readonly backend: Backend;
  readonly screens: readonly Labelled[];
  readonly at: Instant;
};

/** Null: its rules know no screen of ours; it is a command that prints. */
export function skinOf({ backend, screens, at }: Dressing): Skin | null {
  const captured = screens.filter(({ cli }) => cli === backend.name).toSorted(byUse);
  const ours = OURS.map(([verdict, text]) => ({ verdict, text, pane_title: "" }));
  const known = [...captured, ...ours].flatMap(({ verdict, text, pane_title: title }) => {
    const judgement = judged(backend, { text, title }, at);
    const same = judgement.verdict.is === verdict && judgement.evidence[0]?.from !== "silence";
    return same ? [{ text, title, judgement }] : [];
  });
  const free = known.filter((look) => takes(backend, look, at));
  const idle = free.find(({ judgement }) => isKnownIdle(judgement));
  const busy = free.find(({ judgement }) => judgement.verdict.is === "busy");
  if (idle === undefined || busy === undefined) return null;
  const asking = known.find(({ judgement }) => judgement.verdict.is === "asking");
  const open = known.filter((look) => takes(backend, look, at) || !hasBox(backend, look, at));
  const limited = open.find(({ judgement }) => judgement.verdict.is === "limited");
  const failed = (cause: string): Look | undefined =>
    open.find(({ judgement: { verdict } }) => verdict.is === "failed" && verdict.cause === cause);
  const looks = {
    asking,
    limited,
    overloaded: failed("overloaded"),
    fatal: failed("fatal"),
    auth: failed("auth"),
  };
  const there = Object.entries(looks).filter(([, look]) => look !== undefined);
  return { saysAt: placeFor(backend, idle, at), idle, busy, looks: Object.fromEntries(there) };
}

/** Of the questions, that for a permission first: the others are asked at a first start. */
function byUse(a: Labelled, b: Labelled): number {
  return Number(b.file.includes("permission")) - Number(a.file.includes("permission"));
}

export function showsOf({ looks, saysAt }: Skin): (what: Shown) => boolean {
  return (what) => (what === "waiting" ? saysAt > 0 : looks[what] !== undefined);
}

/** Where its rules read a WAITING-UNTIL. */
function placeFor(backend: Backend, idle: Look, at: Instant): number {
  const until = `WAITING-UNTIL: ${new Date(at + LONG_AGO).toISOString()}`;
  for (let row = 1; row < PLACES; row += 1) {
    const text = said(idle.text, until, row);
    const { verdict } = judged(backend, { ...idle, text }, at);
    if (verdict.is === "waiting" && takes(backend, { ...idle, text }, at)) return row;
  }
  return 0;
}

function said(text: string, words: string, fromBottom: number): string {
  const rows = text.trimEnd().split("\n");
  return rows.toSpliced(Math.max(0, rows.length - fromBottom), 0, words).join("\n");
}

/** The actor as before, drawn by the skin. */
export function dressed(actor: Actor, { backend, skin, at }: Wearing): Actor {
  const look = (): Look => lookOf(actor, skin);
  return {
    ...actor,
    title: () => look().title,
    screen: () => {
      const truth = actor.truth();
      if (truth === "booting") return "";
      const { text } = truth === "limited" ? limitedUntil(actor, { backend, skin, at }) : look();
      const until = actor
        .screen()
        .match(/^WAITING-UNTIL: .*$/gm)
        ?.at(-1);
      const waits = truth === "waiting" && until !== undefined;
      return drawn(
        backend,
        waits ? said(text, until, skin.saysAt) : text,
        actor.draft()?.text ?? "",
      );
    },
    press: (key, by) => actor.press(key === backend.keys.submit ? "Enter" : key, by),
  };
}

type Wearing = {
  readonly backend: Backend;
  readonly skin: Skin;
  readonly at: () => Instant;
};

function lookOf(actor: Actor, { idle, busy, looks }: Skin): Look {
  const truth = actor.truth();
  switch (truth) {
    case "working":
      return busy;
    case "asking":
      return looks.asking ?? idle;
    case "limited":
      return looks.limited ?? idle;
    case "stuck":
      return looks[failureOf(actor.screen())] ?? idle;
    default:
      return idle;
  }
}

/** What it said last of what went wrong. */
function failureOf(screen: string): keyof typeof FAILURES {
  const place = (words: string): number => screen.lastIndexOf(words);
  if (place(FAILURES.auth) > Math.max(place(FAILURES.fatal), place(FAILURES.overloaded)))
    return "auth";
  return place(FAILURES.fatal) > place(FAILURES.overloaded) ? "fatal" : "overloaded";
}

/** The banner with the hour that counts, where the backend reads one in its place. */
function limitedUntil(actor: Actor, { backend, skin, at }: Wearing): Look {
  const look = lookOf(actor, skin);
  const hour = /resets (\d\d:\d\d \(UTC\))\n(?![^]*resets )/.exec(actor.screen())?.[1];
  if (hour === undefined) return look;
  for (const rule of backend.screen.limited) {
    const found = new RegExp(rule.re, `dm${rule.flags.replaceAll(/[dgmy]/g, "")}`).exec(look.text);
    const place = found?.indices?.groups?.["reset"];
    if (place === undefined) continue;
    const text = `${look.text.slice(0, place[0])}${hour}${look.text.slice(place[1])}`;
    const { verdict } = judged(backend, { ...look, text }, at());
    if (verdict.is === "limited" && verdict.until !== null) return { ...look, text };
  }
  return look;
}

/** What is typed stands in its input line; where none is known, at the top. */
function drawn(backend: Backend, text: string, draft: string): string {
  if (draft === "") return text;
  const { input } = backend;
  const flags = input === null ? "" : `dgm${input.flags.replaceAll(/[dgmy]/g, "")}`;
  const found = input === null ? undefined : [...text.matchAll(new RegExp(input.re, flags))].at(-1);
  const place = found?.indices?.groups?.["text"];
  return place === undefined
    ? `${draft}\n${text}`
    : `${text.slice(0, place[0])}${draft}${text.slice(place[1])}`;
}

/** Its input line is empty, and what is typed is found in it. */
function takes(backend: Backend, look: Look, at: Instant): boolean {
  if (backend.input === null) return true;
  const typed = drawn(backend, look.text, SAMPLE);
  return (
    lineOf(backend, look, at) === "" && lineOf(backend, { ...look, text: typed }, at) === SAMPLE
  );
}

function hasBox(backend: Backend, look: Look, at: Instant): boolean {
  return lineOf(backend, look, at) !== null;
}

function lineOf(backend: Backend, look: Look, at: Instant): string | null {
  return typedText(backend, paneOf(backend, look, at));
}

function judged(backend: Backend, look: Look, at: Instant): Judgement {
  return judge(paneOf(backend, look, at), {
    backend,
    others: [],
    at,
    zone: "UTC",
    banner: null,
    processSeen: true,
    stallGraceMs: LONG_AGO,
    starting: true,
  });
}

function paneOf(backend: Backend, { title, text }: Look, at: Instant): Pane {
  const since = at - LONG_AGO;
  return {
    session: "",
    pane: "",
    pid: 1,
    started: "",
    mark: null,
    dead: null,
    command: backend.processName ?? "node",
    title,
    inMode: false,
    humanAt: null,
    attached: false,
    screen: { text, hash: "", since, outputAt: since },
    signals: null,
    childless: null,
  };
}
