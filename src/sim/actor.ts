// False agents. One kind draws a terminal program with an input line, a spinner, dialogs and banners; the
// other is a plain command that prints, or computes in silence. They work, rest, ask, crash and hang by luck.

import type { Chance } from "./chance.ts";
import { HOUR, MINUTE, SECOND } from "./chance.ts";
import type { Time } from "./time.ts";
import type { Actor, Stage, Truth } from "./world.ts";

/** What an account's allowance is doing: used up until then, by the wall clock; null: there is some. */
export type Account = { until: number | null };

export type Play = {
  readonly time: Time;
  readonly chance: Chance;
  readonly stage: Stage;
  readonly account: Account;
  /** Whether things may go wrong: false in the calm at the end of a run. */
  readonly wild: () => boolean;
  /** It begins with its prompt, and not only when it is typed. */
  readonly prompted: boolean;
  /** It ends when its work is done. */
  readonly task: boolean;
  /** A turn of work ended. */
  readonly turned: () => void;
  /** What its screen can show besides work and rest: nothing else happens to it. */
  readonly shows: (what: Shown) => boolean;
};

export type Shown = "waiting" | "asking" | "limited" | "overloaded" | "fatal" | "auth";

type State = { truth: Truth; since: number; token: number };

/** What a failing one says last. */
export const FAILURES = {
  overloaded: "API Error: 529 overloaded",
  fatal: "API Error: 400 the conversation is broken",
  auth: "Please log in again",
} as const;

const ROWS = 24;
const RULE = "─".repeat(40);

/** What both kinds share: a truth that lasts for a while, and the processor time it costs. */
function openState({ time, stage }: Play, load: (truth: Truth) => number) {
  const state: State = { truth: "booting", since: time.steady(), token: 0 };
  let spent = 0;
  const cpuMs = (): number => spent + load(state.truth) * ((time.steady() - state.since) / SECOND);
  const become = (truth: Truth, ms: number | null = null, then?: () => void): void => {
    spent = cpuMs();
    const { token } = Object.assign(state, {
      truth,
      since: truth === state.truth ? state.since : time.steady(),
      token: state.token + 1,
    });
    if (ms === null || then === undefined) return;
    time.plan(ms, () => {
      if (stage.on() && state.token === token) then();
    });
  };
  return { state, become, cpuMs };
}

export function terminalActor(play: Play): Actor {
  const { time, chance, stage } = play;
  const { state, become, cpuMs } = openState(play, (truth) => (truth === "working" ? 80 : 4));
  const lines: string[] = ["Welcome."];
  let draft: { text: string; by: "us" | "person" } | null = null;
  let wroteAt = time.steady();
  let swallows = 0;
  let leaving = -HOUR;
  const say = (...more: string[]): void => {
    lines.push(...more);
    lines.splice(0, lines.length - ROWS);
    wroteAt = time.steady();
  };

  const work = (leftMs: number): void => {
    const step = Math.min(leftMs, 2 * MINUTE);
    wroteAt = time.steady();
    become("working", step, () => {
      wroteAt = time.steady();
      if (isLimited()) return limited();
      if (chance.hit(0.3)) say(`● step ${chance.between(1, 99)} done`);
      if (step < leftMs) return work(leftMs - step);
      turnEnds();
    });
  };
  const begin = (): void =>
    work(chance.between(5 * SECOND, chance.hit(0.1) ? 3 * HOUR : 20 * MINUTE));
  const isLimited = (): boolean => {
    const { until } = play.account;
    if (until !== null && time.now() >= until) play.account.until = null;
    return play.account.until !== null && play.shows("limited");
  };
  const limited = (): void => {
    const until = new Date(play.account.until ?? 0).toISOString().slice(11, 16);
    say(chance.hit(0.8) ? `usage limit reached · resets ${until} (UTC)` : "usage limit reached");
    become("limited");
  };
  const rest = (): void => {
    become("idle", chance.between(MINUTE, 40 * MINUTE), () => (chance.hit(0.4) ? begin() : rest()));
    wroteAt = time.steady();
  };
  const waits = (): void => {
    if (!play.shows("waiting")) return rest();
    const until = time.now() + chance.between(MINUTE, 50 * MINUTE);
    say(`WAITING-UNTIL: ${new Date(until).toISOString().slice(0, 19)}Z`);
    // It goes by the wall clock, as its word does: a machine that slept is late for both.
    const wait = (): void => {
      const left = until - time.now();
      if (left > 0) return become("waiting", Math.min(left, MINUTE), wait);
      return play.wild() && chance.hit(0.1) ? wedge() : begin();
    };
    wait();
  };
  const wedge = (): void => become("wedged");
  const fails = (how: keyof typeof FAILURES): void => {
    if (!play.shows(how)) return rest();
    say(FAILURES[how]);
    become("stuck");
  };
  const turnEnds = (): void => {
    say("● the turn is over");
    play.turned();
    if (play.task && chance.hit(0.3)) return stage.exit({ code: 0, signal: null });
    if (!play.wild()) return chance.hit(0.3) ? waits() : rest();
    const luck = chance.next();
    if (luck < 0.5) return rest();
    if (luck < 0.7) return waits();
    if (luck < 0.8 && play.shows("asking")) {
      say("Do you want to run this command?", "  1. Yes", "  2. No");
      return become("asking");
    }
    if (luck < 0.8) return rest();
    if (luck < 0.84) return stage.exit({ code: chance.pick([0, 1, 1, 130]), signal: null });
    if (luck < 0.86) return stage.exit({ code: null, signal: "KILL" });
    if (luck < 0.9) return fails("overloaded");
    if (luck < 0.92) return fails("fatal");
    if (luck < 0.925) return fails("auth");
    return luck < 0.96 ? wedge() : rest();
  };
  const submit = (): void => {
    const text = draft?.text ?? "";
    if (text === "") return;
    draft = null;
    say(`> ${text}`);
    if (state.truth === "working") return;
    time.plan(chance.between(50, 900), () => {
      if (!stage.on() || state.truth === "working" || state.truth === "asking") return;
      if (isLimited()) return limited();
      begin();
    });
  };
  const enter = (): void => {
    if (state.truth === "wedged" || state.truth === "booting") return;
    if (state.truth === "asking") {
      say("  (answered)");
      return begin();
    }
    if (swallows > 0) {
      swallows -= 1;
      return;
    }
    submit();
  };
  const interrupt = (): void => {
    if (state.truth === "wedged" || state.truth === "booting") return;
    if (time.steady() - leaving < 2 * SECOND) return stage.exit({ code: 0, signal: null });
    leaving = time.steady();
    draft = null;
    if (state.truth === "working" || state.truth === "asking") {
      say("● interrupted");
      rest();
    }
  };
  become("booting", chance.between(SECOND, 9 * SECOND), () => (play.prompted ? begin() : rest()));

  return {
    screen: () => {
      const said = lines.join("\n");
      if (state.truth === "booting") return said;
      if (state.truth === "asking") return `${said}\n\nEsc to cancel`;
      const spinner =
        state.truth === "working" ? `✻ ${spun(time.steady())} (esc to interrupt)\n` : "";
      const footer = state.truth === "working" ? "" : "\n? for shortcuts";
      return `${said}\n${spinner}${RULE}\n> ${draft?.text ?? ""}\n${RULE}${footer}`;
    },
    title: () => "",
    truth: () => state.truth,
    since: () => state.since,
    wroteAt: () => (state.truth === "working" ? time.steady() : wroteAt),
    draft: () => draft,
    paste: (text, by) => {
      if (state.truth === "wedged" || (state.truth === "booting" && chance.hit(0.5))) return;
      if (state.truth === "asking") return;
      draft = { text: `${draft?.text ?? ""}${text}`, by: draft?.by ?? by };
      wroteAt = time.steady();
      if (play.wild() && chance.hit(0.05)) swallows = chance.between(1, 4);
    },
    press: (key) => {
      if (key === "Enter") enter();
      if (key === "C-c") interrupt();
      if (state.truth !== "wedged") wroteAt = time.steady();
    },
    cpuMs,
  };
}

function spun(steady: number): string {
  return `Working… ${Math.floor(steady / SECOND) % 1000}s`;
}

/** It prints as it goes, computes without a word, ends, or hangs. Nobody can talk to it. */
export function plainActor(play: Play): Actor {
  const { time, chance, stage } = play;
  let silent = false;
  const { state, become, cpuMs } = openState(play, (truth) => (truth === "working" ? 700 : 0));
  const gap = chance.between(3 * SECOND, 25 * SECOND);
  let printed = 0;
  let wroteAt = time.steady();
  let loudSince = time.steady();
  const stretch = (): void => {
    silent = chance.hit(0.3);
    loudSince = time.steady();
    const long = silent ? 40 * MINUTE : 90 * MINUTE;
    become("working", chance.between(MINUTE, long), next);
  };
  const print = (): void => {
    if (silent || state.truth !== "working") return;
    const lines = Math.floor((time.steady() - loudSince) / gap);
    if (lines === 0) return;
    printed += lines;
    loudSince += lines * gap;
    wroteAt = loudSince;
  };
  const next = (): void => {
    print();
    play.turned();
    if (play.task && chance.hit(0.2)) return stage.exit({ code: 0, signal: null });
    const luck = chance.next();
    if (!play.wild() || luck < 0.85) return stretch();
    if (luck < 0.95) return stage.exit({ code: chance.pick([0, 1, 2, 137]), signal: null });
    become("wedged");
  };
  become("booting", chance.between(100, 2000), stretch);
  return {
    screen: () => {
      print();
      return Array.from({ length: Math.min(printed, 9) }, (_, at) => `line ${printed - at}`)
        .toReversed()
        .join("\n");
    },
    title: () => "",
    truth: () => state.truth,
    since: () => state.since,
    wroteAt: () => {
      print();
      return wroteAt;
    },
    draft: () => null,
    paste: () => {},
    press: (key) => {
      if (key === "C-c" && state.truth !== "wedged") stage.exit({ code: 130, signal: null });
    },
    cpuMs,
  };
}
