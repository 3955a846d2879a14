// Whether all is as it is wanted, asked of /proc and of what the watchdog publishes; and how long that took.

import { readFileSync } from "node:fs";
import { PROMISE_MS } from "./fleet.ts";
import { mainOf, type Arena, type Done } from "./arena.ts";
import { pause } from "./witness.ts";

const STEP_MS = 50;
/** Beyond its limit it is waited for all the same, so that the figure is told and the next fault finds all well. */
const GIVE_UP_MS = 60_000;

export type Recovery = {
  readonly kind: string;
  readonly ms: number;
  /** Of what is slow by design; null where nothing was. */
  readonly slowMs: number | null;
};

type Missing = { readonly name: string; readonly what: string };

/** What is not as it should be; empty when all is right. `since`: a look of the watchdog after it counts. */
export function notRight(arena: Arena, since: number): readonly Missing[] {
  const { fleet } = arena;
  const standing = fleet.standing();
  const watchdog = standing?.watchdog.pid ?? null;
  const whole = (what: string): readonly Missing[] => [{ name: "", what }];
  if (watchdog === null || !runs(watchdog)) return whole("no watchdog runs");
  if (fleet.lookedAt() < since) return whole("the watchdog has not looked since");
  const seen = fleet.census();
  const members = [...(standing?.agents ?? []), ...(standing?.services ?? [])];
  return fleet.names.flatMap((name) => {
    const one = members.find((each) => each.name === name);
    const lives = seen.get(name)?.size ?? 0;
    const wanted = fleet.wanted.get(name)?.word;
    const said = `${name} is ${one?.life ?? "unknown"}: ${one?.because ?? ""}`;
    if (wanted === "unsure") return [];
    if (wanted === "down") return lives === 0 && one?.life === "down" ? [] : [{ name, what: said }];
    if (one?.life !== "up") return [{ name, what: said }];
    const there = lives === 1 && mainOf(arena, name) !== null;
    return there ? [] : [{ name, what: `${name} is up and does not live` }];
  });
}

/** Neither dead nor stopped. */
function runs(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !/^[ZTX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    return false;
  }
}

/** Waits until all is right again, and says so when that takes too long. */
export async function recover(arena: Arena, kind: string, done: Done): Promise<Recovery> {
  const { witness } = arena;
  const begun = Date.now();
  const slow = done.slow?.names ?? [];
  const limit = PROMISE_MS + (done.later?.ms ?? 0);
  const ms = await becomesRight(arena, begun, (one) => !slow.includes(one.name), {
    limit,
    late: (what) => witness.wrong("back", `after "${kind}" not right in ${limit} ms: ${what}`),
  });
  witness.checked("back");
  if (slow.length === 0) return { kind, ms, slowMs: null };
  const more = limit + (done.slow?.ms ?? 0);
  const slowMs = await becomesRight(arena, begun, () => true, {
    limit: more,
    late: (what) => witness.wrong("back", `after "${kind}" not right in ${more} ms: ${what}`),
  });
  return { kind, ms, slowMs };
}

type Limit = { readonly limit: number; readonly late: (what: string) => void };

async function becomesRight(
  arena: Arena,
  begun: number,
  counts: (one: Missing) => boolean,
  { limit, late }: Limit,
): Promise<number> {
  let told = false;
  for (;;) {
    const missing = notRight(arena, begun).filter(counts);
    const ms = Date.now() - begun;
    if (missing.length === 0 || ms > GIVE_UP_MS) return ms;
    if (!told && ms > limit) {
      told = true;
      late(missing.map((one) => one.what).join("; "));
    }
    await pause(STEP_MS);
  }
}

/** Nobody begins anew who was not harmed. */
export function undisturbed(arena: Arena, kind: string, { since, done }: Struck): void {
  const { fleet, witness } = arena;
  for (const name of fleet.names.filter((one) => !done.harmed.includes(one))) {
    witness.checked("undisturbed");
    const [birth] = witness.births(name, since);
    if (birth === undefined || fleet.isExcused(name, since, birth.at)) continue;
    witness.wrong("undisturbed", `${name} was started anew (${birth.run}) after "${kind}"`);
  }
}

export type Struck = { readonly since: number; readonly done: Done };
