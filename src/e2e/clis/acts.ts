// What is done with one agent on a stage: greet it, tell it something, end its process; and what is looked for then.
// A figure begins when the API heard the words that bring a state about.

import type { Mood } from "./clis.ts";
import { plainly } from "../../core/literal.ts";
import { rest, up, type Play, type Stage } from "./stage.ts";

export type Seen = {
  /** What was seen, in one word or a short sentence. */
  readonly seen: string;
  readonly ms: number | null;
  readonly ok: boolean;
};

export type State = {
  readonly name: string;
  readonly wanted: string;
  /** Empty: all of them can get into it. */
  readonly only: readonly string[];
  readonly play: Play;
  /** Whatever hangs: the next state begins then. */
  readonly limitMs: number;
  see(stage: Stage): Promise<Seen>;
};

export const VERDICT_MS = 30_000;
/** A first turn of one that looks for plugins first, on a busy machine. */
export const REPLY_MS = 120_000;
/** How long a turn goes on in which nothing but "busy" may be seen. */
export const TURN_S = 12;
/** The end of a turn is seen by us and by the watchdog at different moments. */
export const EDGE_MS = 2_500;
const SAMPLE_MS = 200;
const WORDS_MS = 10_000;
export const NAME = "one";
export const GREETING = "Good morning.\nplay: hello";

export const on = (mood: Mood, prompt = GREETING): Play => ({
  mood,
  agents: { [NAME]: `prompt = ${JSON.stringify(prompt)}` },
  more: "",
});
export const verdict = (stage: Stage): string => stage.row(NAME)?.verdict ?? "none";
export const is =
  (stage: Stage, ...words: readonly string[]) =>
  (): boolean =>
    words.includes(verdict(stage));
export const missed = (seen: string): Seen => ({ seen, ms: null, ok: false });

/** Up, greeted, and idle again: the beginning of nearly every state. */
export async function greeted(stage: Stage): Promise<Seen | null> {
  if (!(await up(stage))) return missed(`not up: ${stage.row(NAME)?.because ?? "no row"}`);
  const heard = await stage.sees(() => turns(stage) > 0, REPLY_MS);
  if (heard === null) return missed(`the first words were not heard; ${verdict(stage)}`);
  const idle = await stage.sees(is(stage, "idle"), REPLY_MS);
  return idle === null ? missed(`never idle, but ${verdict(stage)}`) : null;
}

export const turns = (stage: Stage): number => stage.api.heard.filter(({ aside }) => !aside).length;

/** Says something and returns when the API has heard it; null when it never did. */
export async function told(stage: Stage, text: string): Promise<string | null> {
  const before = turns(stage);
  const sent = stage.say(NAME, text);
  const heard = await stage.sees(() => turns(stage) > before, REPLY_MS);
  void sent;
  return heard === null ? `not heard: ${(await sent).receipt}` : null;
}

/** Brings it about with words, and looks for one of these verdicts. */
export async function leadsTo(
  stage: Stage,
  text: string,
  words: readonly string[],
  limitMs = VERDICT_MS,
): Promise<Seen> {
  const wrong = (await greeted(stage)) ?? (await toldOrMissed(stage, text));
  if (wrong !== null) return wrong;
  const ms = await stage.sees(is(stage, ...words), limitMs);
  return { seen: verdict(stage), ms, ok: ms !== null };
}

export async function toldOrMissed(stage: Stage, text: string): Promise<Seen | null> {
  const why = await told(stage, text);
  return why === null ? null : missed(why);
}

/** Busy soon, busy all the time, and idle when the turn is over. */
export async function works(stage: Stage, text: string): Promise<Seen> {
  const begun = await leadsTo(stage, text, ["busy"]);
  if (!begun.ok) return begun;
  const end = performance.now() + TURN_S * 1000 - (begun.ms ?? 0) - EDGE_MS;
  const other = new Set<string>();
  while (performance.now() < end) {
    if (verdict(stage) !== "busy") other.add(verdict(stage));
    await rest(SAMPLE_MS);
  }
  if (other.size > 0) return { ...begun, seen: `busy, then ${[...other].join(", ")}`, ok: false };
  const idle = await stage.sees(is(stage, "idle"), VERDICT_MS);
  return idle === null
    ? { ...begun, seen: `busy for ever: ${verdict(stage)}`, ok: false }
    : { ...begun, seen: "busy, then idle" };
}

/** A dialog with its words; a person answers it with Escape, and the agent is idle again. */
export async function asks(stage: Stage, text: string, words: RegExp): Promise<Seen> {
  const asked = await leadsTo(stage, text, ["asking"]);
  if (!asked.ok) return asked;
  if (!(await tells(stage, words)))
    return { ...asked, seen: "asking, without its words", ok: false };
  stage.keys(NAME, "Escape");
  const over = await stage.sees(() => verdict(stage) !== "asking", VERDICT_MS);
  return over === null ? { ...asked, seen: "asking for ever", ok: false } : asked;
}

/** Its own source may be quicker than the next reading of its screen. */
async function tells(stage: Stage, words: RegExp): Promise<boolean> {
  const end = performance.now() + WORDS_MS;
  while (!words.test(await stage.why(NAME))) {
    if (performance.now() > end) return false;
    await rest(SAMPLE_MS);
  }
  return true;
}

export const starts = (stage: Stage): number => stage.row(NAME)?.starts ?? 0;

/** Its process ends; it is started again without a word of a person. */
export async function revived(stage: Stage, signal: "SIGSEGV" | "SIGKILL"): Promise<Seen> {
  const pid = stage.row(NAME)?.pid ?? null;
  if (pid === null) return missed("no process");
  process.kill(pid, signal);
  const again = (): boolean =>
    starts(stage) > 1 && stage.row(NAME)?.life === "up" && verdict(stage) === "idle";
  const ms = await stage.sees(again, REPLY_MS);
  const row = stage.row(NAME);
  return {
    seen: ms === null ? `${row?.life}: ${row?.because}` : `up again, ${starts(stage)} starts`,
    ms,
    ok: ms !== null,
  };
}

export const long = (bytes: number): string => {
  const rows = Array.from(
    { length: 400 },
    (_, index) => `${index + 1}: ${"a row of a long text, ".repeat(3)}`,
  );
  return `${rows.join("\n").slice(0, bytes)}\nplay: hello`;
};

/** How often exactly these words stand in what the API was told. */
export function timesSaid(stage: Stage, text: string): number {
  const wanted = plainly(text);
  return stage.said().filter((one) => plainly(one) === wanted).length;
}

/** The first words, or the line that says in which file they are. */
export function timesGreeted(stage: Stage): number {
  const named = stage.said().filter((one) => one.includes("kickoff prompt is in the file"));
  return timesSaid(stage, GREETING) + named.length;
}

export const sentAndHeard = async (stage: Stage, text: string): Promise<Seen> => {
  const wrong = await greeted(stage);
  if (wrong !== null) return wrong;
  const begun = performance.now();
  const sent = await stage.say(NAME, text);
  if (!sent.ok) return missed(sent.receipt);
  await stage.sees(() => timesSaid(stage, text) > 0, REPLY_MS);
  const times = timesSaid(stage, text);
  const ms = Math.round(performance.now() - begun);
  return { seen: `heard ${times} times, ${Buffer.byteLength(text)} bytes`, ms, ok: times === 1 };
};
