// `agents top`: the fleet on the whole screen, live. It reads files and gives orders as the other verbs do;
// frame.ts says what the screen shows, view.ts what a key means, and this puts them together.

import { configInForce } from "../fleet.ts";
import { type Call, type ExitCode, type FullScreen, type News, signalled } from "../outside.ts";
import { paint } from "../paint.ts";
import { stateDirOf } from "../standing.ts";
import { ASCII, GLYPHS } from "./columns.ts";
import { attached, done, type Note } from "./deeds.ts";
import { drawn } from "./drawn.ts";
import { type Feed, openFeed, type Place } from "./feed.ts";
import { frame, type Frame, pageOf, scrollOf } from "./frame.ts";
import type { Looks, Model } from "./model.ts";
import { arranged } from "./rows.ts";
import { tellOn } from "./tell.ts";
import { keysAtLast, keysIn } from "./typed.ts";
import { anchored, FIRST_VIEW, type Intent, key, settled, type View } from "./view.ts";

/** Between two looks at the files. */
const LOOK_MS = 200;
/** Ages and countdowns move on. */
const REDRAW_MS = 1_000;
/** How long an Escape waits for the rest of a sequence. */
const ESCAPE_MS = 30;
/** How long the answer to an order stands there. */
const NOTE_MS = 15_000;

export async function top(call: Call): Promise<ExitCode> {
  const { outside, options } = call;
  const config = await configInForce(call);
  const stateDir = (await stateDirOf(outside, config.path)) ?? config.stateDir;
  const place = { stateDir, screen: { rows: config.tmux.height, columns: config.tmux.width } };
  const dumb = outside.env["TERM"] === "dumb" || !outside.stdout.isTTY;
  if (options["plain"] === true || dumb) return tellOn(call);
  return fullScreen(call, place);
}

type Live = {
  readonly call: Call;
  readonly feed: Feed;
  readonly screen: FullScreen;
  readonly looks: Omit<Looks, "size">;
  readonly leaving: AbortController;
  /** Orders whose answer is still to come, and a visit to an agent. */
  readonly open: Set<Promise<void>>;
  view: View;
  /** The names in the order in which they were last shown. */
  names: readonly string[];
  /** Lines of the chosen log when it was last shown. */
  printed: number;
  shown: Frame | null;
  shownAt: number;
  rest: string;
  note: (Note & { readonly until: number }) | null;
  /** Somebody else has the terminal. */
  lent: boolean;
  wake: () => void;
  /** Ends it from within a callback as a throw would. */
  readonly fail: (bug: unknown) => void;
};

async function fullScreen(call: Call, place: Place): Promise<ExitCode> {
  const { outside } = call;
  const feed = await openFeed(call, place);
  const leaving = new AbortController();
  let fail: (bug: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch(() => undefined);
  const screen = await outside.screen((news) => guarded(live, () => heard(live, news)));
  const live: Live = {
    call,
    feed,
    screen,
    looks: {
      paint: paint(outside.stdout, outside.env),
      glyphs: speaksUtf8(outside.env) ? GLYPHS : ASCII,
    },
    leaving,
    open: new Set(),
    view: FIRST_VIEW,
    names: [],
    printed: 0,
    shown: null,
    shownAt: 0,
    rest: "",
    note: null,
    lent: false,
    wake: () => undefined,
    fail,
  };
  const stopped = (): void => leaving.abort(outside.stop.reason);
  outside.stop.addEventListener("abort", stopped);
  if (outside.stop.aborted) stopped();
  try {
    while (!leaving.signal.aborted) {
      if (!live.lent) refresh(live);
      const woken = new Promise<void>((wake) => (live.wake = wake));
      await Promise.race([outside.pause(LOOK_MS), woken, failed]);
    }
  } finally {
    outside.stop.removeEventListener("abort", stopped);
    screen.close();
  }
  // Where no watchdog runs, an order makes this process the engine: it must not end in the middle of a deed.
  await Promise.all(live.open);
  return outside.stop.aborted ? signalled(outside.stop) : 0;
}

function guarded(live: Live, deed: () => void): void {
  try {
    deed();
  } catch (bug) {
    live.fail(bug);
  }
}

/** Looks at the files, and draws where something is different or a second has passed. */
function refresh(live: Live): void {
  const { now } = live.call.outside;
  // On the very first look it is not yet known who is chosen, and whose log is to be read.
  if (live.shown === null) settle(live);
  const changed = live.feed.look(sightOf(live));
  if (live.note !== null && live.note.until <= now()) live.note = null;
  if (changed || live.shown === null || now() - live.shownAt >= REDRAW_MS) draw(live);
}

function modelOf(live: Live): Model {
  const known = live.feed.known();
  const rows = arranged(known.all, live.view.filter, live.view.sort);
  return { ...known, rows, now: live.call.outside.now(), note: live.note };
}

function looksOf({ looks, screen }: Live): Looks {
  return { ...looks, size: screen.size() };
}

/** The cursor, and what is scrolled, stay where they belong while the fleet and the log change. */
function settle(live: Live): Model {
  const model = modelOf(live);
  const names = model.rows.map(({ name }) => name);
  const page = pageOf(model, live.view, looksOf(live));
  live.view = anchored(
    settled(live.view, { names, page }, live.names),
    model.printed.length - live.printed,
  );
  live.names = names;
  live.printed = model.printed.length;
  return model;
}

function draw(live: Live): void {
  const model = settle(live);
  const looks = looksOf(live);
  const next = frame(model, live.view, looks);
  const bytes = drawn(live.shown, next, looks.size.columns);
  if (bytes !== "") live.screen.write(bytes);
  live.shown = next;
  live.shownAt = live.call.outside.now();
}

function sightOf(live: Live): Parameters<Feed["look"]>[0] {
  const model = modelOf(live);
  const { first, chosen, mode } = live.view;
  const page = pageOf(model, live.view, looksOf(live));
  return {
    rows: mode.is === "list" ? model.rows.slice(first, first + page) : [],
    chosen: model.rows.find(({ name }) => name === chosen) ?? null,
    deep: mode.is === "logs",
  };
}

function heard(live: Live, news: News): void {
  switch (news.is) {
    case "gone":
      return leave(live);
    case "anew":
      live.shown = null;
      return live.lent ? undefined : draw(live);
    case "typed":
      return typed(live, news.text);
  }
}

function typed(live: Live, text: string): void {
  const { keys, rest } = keysIn(live.rest + text);
  live.rest = rest;
  press(live, keys);
  if (rest === "") return;
  void live.call.outside.pause(ESCAPE_MS).then(() => {
    if (live.rest !== rest) return;
    live.rest = "";
    guarded(live, () => press(live, keysAtLast(rest)));
  });
}

function press(live: Live, keys: ReturnType<typeof keysAtLast>): void {
  if (live.lent || keys.length === 0) return;
  for (const pressed of keys) {
    const model = modelOf(live);
    const shown = {
      names: model.rows.map(({ name }) => name),
      page: pageOf(model, live.view, looksOf(live)),
      scroll: scrollOf(model, live.screen.size()),
    };
    const { view, intent } = key(live.view, pressed, shown);
    live.view = view;
    if (intent !== null) follow(live, intent);
    if (live.lent || live.leaving.signal.aborted) return;
  }
  draw(live);
  // The log of who is chosen now comes right behind.
  live.wake();
}

function follow(live: Live, intent: Intent): void {
  switch (intent.is) {
    case "quit":
      return leave(live);
    case "suspend":
      return live.screen.suspend();
    case "look again":
      live.shown = null;
      void live.feed.lookAgain();
      return;
    case "attach":
      return pending(live, visit(live, intent.name));
    case "pause":
      return order(live, {
        verb: isPaused(live, intent.name) ? "resume" : "pause",
        name: intent.name,
        text: null,
      });
    case "restart":
      return order(live, { verb: "restart", name: intent.name, text: null });
    case "send":
      return order(live, { verb: "send", name: intent.name, text: intent.text });
  }
}

function leave(live: Live): void {
  // The terminal is given back at once; what is left to do needs none.
  live.screen.close();
  live.leaving.abort(130);
  live.wake();
}

function isPaused(live: Live, name: string): boolean {
  return live.feed.known().all.find((row) => row.name === name)?.paused === true;
}

function order(live: Live, deed: Parameters<typeof done>[1]): void {
  const { verb, name } = deed;
  note(live, { text: `${verb} ${name} …`, wrong: false });
  const over = (result: Note): void => {
    if (live.leaving.signal.aborted) return;
    note(live, result);
    void live.feed.lookAgain();
    if (!live.lent) draw(live);
  };
  const bug = (error: unknown): void =>
    over({ text: `${verb}: this is a bug: ${String(error)}`, wrong: true });
  pending(live, done(live.call, deed, live.leaving.signal).then(over, bug));
}

function pending(live: Live, deed: Promise<void>): void {
  const kept = deed.catch(live.fail).finally(() => live.open.delete(kept));
  live.open.add(kept);
}

function note(live: Live, result: Note): void {
  live.note = { ...result, until: live.call.outside.now() + NOTE_MS };
}

/** The terminal is the agent's until its session is left. */
async function visit(live: Live, name: string): Promise<void> {
  live.lent = true;
  live.screen.lend();
  const result = await attached(live.call, name).finally(() => {
    live.lent = false;
  });
  if (live.leaving.signal.aborted) return;
  live.screen.take();
  if (result !== null) note(live, result);
  live.shown = null;
  draw(live);
}

function speaksUtf8(env: Readonly<Record<string, string>>): boolean {
  const named = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find(
    (one) => one !== undefined && one !== "",
  );
  return /utf-?8/i.test(named ?? "");
}
