// The states that a coding agent gets into, each brought about for real on a stage of its own, and what `agents` has
// to say of it.

import {
  asks,
  EDGE_MS,
  greeted,
  is,
  leadsTo,
  long,
  missed,
  NAME,
  on,
  REPLY_MS,
  revived,
  sentAndHeard,
  starts,
  timesGreeted,
  toldOrMissed,
  TURN_S,
  turns,
  VERDICT_MS,
  verdict,
  works,
  type State,
} from "./acts.ts";
import { LIMITS } from "./limits.ts";
import { LOOP } from "./loop.ts";
import { TASKS } from "./task.ts";
import { rest, up } from "./stage.ts";

const LIMIT_MS = 6 * 60_000;
type Plain = Omit<State, "limitMs">;

const PLAIN: readonly Plain[] = [
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
      const times = timesGreeted(stage);
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
    see: (stage) => asks(stage, "Make it.\nplay: permit touch made-here", /touch made-here/),
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
    play: on("planning"),
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
    only: ["claude", "codex", "gemini"],
    play: on("trusting"),
    see: async (stage) => {
      const first = await leadsTo(stage, "Try.\nplay: context", ["failed"]);
      const fresh = await stage.sees(() => starts(stage) === 2, REPLY_MS);
      return { ...first, seen: `${first.seen}, ${starts(stage)} starts`, ok: fresh !== null };
    },
  },
  {
    name: "compaction",
    wanted: "sums up by itself, idle, not restarted",
    only: ["opencode"],
    play: on("trusting"),
    see: async (stage) => {
      const wrong = (await greeted(stage)) ?? (await toldOrMissed(stage, "Try.\nplay: context"));
      if (wrong !== null) return wrong;
      await rest(EDGE_MS);
      const ms = await stage.sees(is(stage, "idle"), REPLY_MS);
      await rest(EDGE_MS);
      const again = await toldOrMissed(stage, "And now?\nplay: hello");
      return {
        seen: `${verdict(stage)}, ${starts(stage)} start`,
        ms,
        ok: again === null && starts(stage) === 1,
      };
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

export const STATES: readonly State[] = [
  ...PLAIN.map((state) => ({ ...state, limitMs: LIMIT_MS })),
  ...LIMITS,
  LOOP,
  TASKS,
];
