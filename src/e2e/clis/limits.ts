// A usage limit that ends a minute later, met by one agent and by two of one account: both are held, nobody is
// restarted, one asks after the reset, and all of them work again soon, with at most one message each.

import { GREETING, greeted, missed, NAME, on, VERDICT_MS, type Seen, type State } from "./acts.ts";
import type { Stage } from "./stage.ts";

const AHEAD_MS = 60_000;
const BACK_MS = 120_000;
const LIMIT_MS = 8 * 60_000;
const WORK = "Work.\nplay: words 20";
const OTHER = "two";
/** How the words begin that tell a held agent to go on. */
const RESUME = /^\s*watchdog probe:/;

/** Tells all of them to work while the account is spent; then looks until they work. */
async function spent(stage: Stage, names: readonly string[]): Promise<Seen> {
  const wrong = await greeted(stage);
  if (wrong !== null) return wrong;
  const calm = (): boolean => names.every((name) => stage.row(name)?.verdict === "idle");
  if ((await stage.sees(calm, VERDICT_MS)) === null) return missed("never idle");
  const reset = Date.now() + AHEAD_MS;
  stage.api.limitUntil(reset);
  stage.api.otherwise("words 20");
  const sent = names.map((name) => stage.say(name, WORK));
  const held = (name: string): boolean => stage.row(name)?.life === "held";
  const ms = await stage.sees(() => names.every(held), VERDICT_MS);
  const first = names.map((name) => stage.row(name)?.verdict).join(", ");
  const one = stage.standing()?.holds.length ?? 0;
  // Some retry by themselves and are only busy meanwhile; nothing need be held then.
  if (ms === null && names.some((name) => stage.row(name)?.verdict !== "busy"))
    return missed(
      `${first}; ${(await Promise.all(sent)).map(({ receipt }) => receipt).join("; ")}`,
    );
  await stage.sees(() => Date.now() > reset, AHEAD_MS + VERDICT_MS);
  const seen = new Set<string>();
  const back = await stage.sees(() => {
    for (const name of names) if (works(stage, name)) seen.add(name);
    return seen.size === names.length;
  }, BACK_MS);
  return judge(stage, { names, ms, first, holds: one, back });
}

function works(stage: Stage, name: string): boolean {
  const row = stage.row(name);
  return row?.life === "up" && row.verdict === "busy";
}

type Found = {
  readonly names: readonly string[];
  readonly ms: number | null;
  readonly first: string;
  readonly holds: number;
  readonly back: number | null;
};

function judge(stage: Stage, { names, ms, first, holds, back }: Found): Seen {
  const starts = names.map((name) => stage.row(name)?.starts ?? 0);
  const asked = stage.api.heard.filter(
    ({ aside, said }) => !aside && RESUME.test(said.at(-1) ?? ""),
  );
  const vain = asked.filter(({ answered }) => answered === "limited").length;
  const most = Math.max(
    0,
    ...conversations(stage).map((said) => said.filter((one) => RESUME.test(one)).length),
  );
  const after =
    back === null ? "never worked again" : `works ${Math.round(back / 1000)} s after the reset`;
  const ok =
    back !== null &&
    starts.every((count) => count === 1) &&
    most <= 1 &&
    vain === 0 &&
    (ms === null || holds === 1);
  return {
    seen: `${first}; ${holds} hold; ${after}; ${most} message each at most, ${vain} in vain; ${starts.join(" and ")} start`,
    ms,
    ok,
  };
}

/** Each agent's longest conversation; they are told apart by their first words. */
function conversations(stage: Stage): readonly (readonly string[])[] {
  const longest = new Map<string, readonly string[]>();
  for (const { aside, said } of stage.api.heard) {
    const name = said.find((one) => one.startsWith("Good morning")) ?? "";
    if (!aside && (longest.get(name)?.length ?? 0) <= said.length) longest.set(name, said);
  }
  return [...longest.values()];
}

const greeting = (name: string): string =>
  `prompt = ${JSON.stringify(GREETING.replace(".", `, ${name}.`))}`;

export const LIMITS: readonly State[] = [
  {
    name: "limit",
    wanted: "held, works again within 2 min, one message",
    only: [],
    play: on("trusting"),
    limitMs: LIMIT_MS,
    see: (stage) => spent(stage, [NAME]),
  },
  {
    name: "account",
    wanted: "one hold for two, both work again within 2 min, one message each",
    only: [],
    play: {
      mood: "trusting",
      agents: { [NAME]: greeting(NAME), [OTHER]: greeting(OTHER) },
      more: "",
    },
    limitMs: LIMIT_MS,
    see: (stage) => spent(stage, [NAME, OTHER]),
  },
];
