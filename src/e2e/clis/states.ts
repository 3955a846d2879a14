// The states a coding agent gets into, each brought about for real, and what `agents` has to say of it. A state is
// played on a stage of its own; what is measured begins when the API heard the words that bring it about.

import type { Mood } from "./clis.ts";
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
  see(stage: Stage): Promise<Seen>;
};

const VERDICT_MS = 30_000;
const REPLY_MS = 60_000;
/** How long a turn goes on in which nothing but "busy" may be seen. */
const TURN_S = 12;
/** The end of a turn is seen by us and by the watchdog at different moments. */
const EDGE_MS = 2_500;
const SAMPLE_MS = 200;
const NAME = "one";
const GREETING = "Good morning.\nplay: hello";

const on = (mood: Mood, prompt = GREETING): Play => ({ mood, agents: [NAME], prompt, more: "" });
const verdict = (stage: Stage): string => stage.row(NAME)?.verdict ?? "none";
const is =
  (stage: Stage, ...words: readonly string[]) =>
  (): boolean =>
    words.includes(verdict(stage));
const missed = (seen: string): Seen => ({ seen, ms: null, ok: false });

/** Up, greeted, and idle again: the beginning of nearly every state. */
async function greeted(stage: Stage): Promise<Seen | null> {
  if (!(await up(stage))) return missed(`not up: ${stage.row(NAME)?.because ?? "no row"}`);
  const heard = await stage.sees(() => turns(stage) > 0, REPLY_MS);
  if (heard === null) return missed(`the first words were not heard; ${verdict(stage)}`);
  const idle = await stage.sees(is(stage, "idle"), REPLY_MS);
  return idle === null ? missed(`never idle, but ${verdict(stage)}`) : null;
}

const turns = (stage: Stage): number => stage.api.heard.filter(({ aside }) => !aside).length;

/** Says something and returns when the API has heard it; null when it never did. */
async function told(stage: Stage, text: string): Promise<string | null> {
  const before = turns(stage);
  const sent = stage.say(NAME, text);
  const heard = await stage.sees(() => turns(stage) > before, REPLY_MS);
  void sent;
  return heard === null ? `not heard: ${(await sent).receipt}` : null;
}

/** Brings it about with words, and looks for one of these verdicts. */
async function leadsTo(
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

async function toldOrMissed(stage: Stage, text: string): Promise<Seen | null> {
  const why = await told(stage, text);
  return why === null ? null : missed(why);
}

/** Busy soon, busy all the time, and idle when the turn is over. */
async function works(stage: Stage, text: string): Promise<Seen> {
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
async function asks(stage: Stage, text: string, words: RegExp): Promise<Seen> {
  const asked = await leadsTo(stage, text, ["asking"]);
  if (!asked.ok) return asked;
  const shown = await stage.why(NAME);
  if (!words.test(shown)) return { ...asked, seen: "asking, without its words", ok: false };
  stage.keys(NAME, "Escape");
  const over = await stage.sees(() => verdict(stage) !== "asking", VERDICT_MS);
  return over === null ? { ...asked, seen: "asking for ever", ok: false } : asked;
}

const starts = (stage: Stage): number => stage.row(NAME)?.starts ?? 0;

/** Its process ends; it is started again without a word of a person. */
async function revived(stage: Stage, signal: "SIGSEGV" | "SIGKILL"): Promise<Seen> {
  const pid = stage.row(NAME)?.pid ?? null;
  if (pid === null) return missed("no process");
  process.kill(pid, signal);
  const again = (): boolean =>
    starts(stage) === 2 && stage.row(NAME)?.life === "up" && verdict(stage) === "idle";
  const ms = await stage.sees(again, REPLY_MS);
  const row = stage.row(NAME);
  return {
    seen: ms === null ? `${row?.life}: ${row?.because}` : "started again",
    ms,
    ok: ms !== null,
  };
}

const long = (bytes: number): string => {
  const rows = Array.from(
    { length: 400 },
    (_, index) => `${index + 1}: ${"a row of a long text, ".repeat(3)}`,
  );
  return `${rows.join("\n").slice(0, bytes)}\nplay: hello`;
};

/** How often exactly these words stand in what the API was told. */
export function timesSaid(stage: Stage, text: string): number {
  const wanted = plain(text);
  return stage.said().filter((one) => plain(one) === wanted).length;
}

/** One normal form; the blanks around a text are not its words: one disarms a leading "!", one ends an "@name". */
const plain = (text: string): string => text.normalize("NFC").trim();

const sentAndHeard = async (stage: Stage, text: string): Promise<Seen> => {
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

export const STATES: readonly State[] = [
  {
    name: "first-run",
    wanted: "asking, with its words",
    only: ["claude", "codex", "gemini"],
    play: on("strange"),
    see: async (stage) => {
      const begun = performance.now();
      void stage.agents("up");
      await stage.sees(is(stage, "asking"), REPLY_MS);
      const ms = Math.round(performance.now() - begun);
      const ok = verdict(stage) === "asking" && /trust/i.test(await stage.why(NAME));
      return { seen: verdict(stage), ms, ok };
    },
  },
  {
    name: "idle",
    wanted: "idle after its first turn",
    only: [],
    play: on("trusting"),
    see: async (stage) => {
      const begun = performance.now();
      const wrong = await greeted(stage);
      const ms = Math.round(performance.now() - begun);
      const times = timesSaid(stage, GREETING);
      return wrong ?? { seen: `idle, greeted ${times} times`, ms, ok: times === 1 };
    },
  },
  {
    name: "no-prompt",
    wanted: "idle, nothing said",
    only: [],
    play: on("trusting", ""),
    see: async (stage) => {
      const begun = performance.now();
      if (!(await up(stage))) return missed(`not up: ${stage.row(NAME)?.because ?? ""}`);
      const idle = await stage.sees(is(stage, "idle"), VERDICT_MS);
      const ms = Math.round(performance.now() - begun);
      return { seen: verdict(stage), ms, ok: idle !== null && turns(stage) === 0 };
    },
  },
  {
    name: "streaming",
    wanted: "busy until its end, then idle",
    only: [],
    play: on("trusting"),
    see: (stage) => works(stage, `Count.\nplay: words ${TURN_S}`),
  },
  {
    name: "silent",
    wanted: "busy until its end, then idle",
    only: [],
    play: on("trusting"),
    see: (stage) => works(stage, `Ponder.\nplay: wait ${TURN_S}`),
  },
  {
    name: "thinking",
    wanted: "busy until its end, then idle",
    only: [],
    play: on("trusting"),
    see: (stage) => works(stage, `Think.\nplay: think ${TURN_S}`),
  },
  {
    name: "long-tool",
    wanted: "busy until its end, then idle",
    only: [],
    play: on("trusting"),
    see: (stage) => works(stage, `Wait for it.\nplay: shell sleep ${TURN_S}`),
  },
  {
    name: "permission",
    wanted: "asking, with its words",
    only: [],
    play: on("asking"),
    see: (stage) => asks(stage, "Make it.\nplay: shell touch made-here", /touch made-here/),
  },
  {
    name: "question",
    wanted: "asking, with its words",
    only: ["claude", "opencode", "gemini"],
    play: on("trusting"),
    see: (stage) => asks(stage, "Ask me.\nplay: question", /Which colour/),
  },
  {
    name: "plan",
    wanted: "asking, with its words",
    only: ["claude"],
    play: on("trusting"),
    see: (stage) => asks(stage, "Plan it.\nplay: plan", /plan/i),
  },
  {
    name: "overloaded",
    wanted: "busy or failed, never restarted, idle after the next words",
    only: [],
    play: on("trusting"),
    see: async (stage) => {
      const first = await leadsTo(stage, "Try.\nplay: overloaded", ["failed", "busy"]);
      await rest(VERDICT_MS);
      const then = verdict(stage);
      const once = starts(stage) === 1;
      return {
        ...first,
        seen: `${first.seen}, then ${then}`,
        ok: first.ok && once && then !== "idle",
      };
    },
  },
  {
    name: "login",
    wanted: "failed, parked",
    only: [],
    play: on("trusting"),
    see: async (stage) => {
      const first = await leadsTo(stage, "Try.\nplay: auth", ["failed"], 2 * REPLY_MS);
      const parked = await stage.sees(() => stage.row(NAME)?.life === "parked", VERDICT_MS);
      return { ...first, seen: `${first.seen}, ${stage.row(NAME)?.life}`, ok: parked !== null };
    },
  },
  {
    name: "context",
    wanted: "failed, begun afresh",
    only: [],
    play: on("trusting"),
    see: async (stage) => {
      const first = await leadsTo(stage, "Try.\nplay: context", ["failed"]);
      const fresh = await stage.sees(() => starts(stage) === 2, REPLY_MS);
      return { ...first, seen: `${first.seen}, ${starts(stage)} starts`, ok: fresh !== null };
    },
  },
  {
    name: "crash",
    wanted: "started again",
    only: [],
    play: on("trusting"),
    see: async (stage) => (await greeted(stage)) ?? revived(stage, "SIGSEGV"),
  },
  {
    name: "resume",
    wanted: "the same conversation",
    only: [],
    play: on("trusting"),
    see: async (stage) => {
      const secret = "The word is zebrafinch.\nplay: hello";
      const wrong = (await greeted(stage)) ?? (await toldOrMissed(stage, secret));
      if (wrong !== null) return wrong;
      await rest(EDGE_MS);
      const again = await revived(stage, "SIGKILL");
      if (!again.ok) return again;
      const lost = await toldOrMissed(stage, "Which word was it?\nplay: hello");
      const last = stage.api.heard.findLast(({ aside }) => !aside)?.said ?? [];
      const same = last.some((one) => one.includes("zebrafinch"));
      return lost ?? { ...again, seen: same ? "the same conversation" : "a new one", ok: same };
    },
  },
  {
    name: "long-prompt",
    wanted: "20 KB heard once, exactly",
    only: [],
    play: on("trusting"),
    see: (stage) => sentAndHeard(stage, long(20_000)),
  },
  {
    name: "stop",
    wanted: "nobody lives on",
    only: [],
    play: on("trusting"),
    see: async (stage) => {
      const begun = await leadsTo(stage, "Work.\nplay: shell sleep 300", ["busy"]);
      await rest(EDGE_MS);
      return begun;
    },
  },
];
