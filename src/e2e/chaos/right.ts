// Whether all is as it is wanted, asked of /proc and of what the watchdog publishes; and how long that took.

import { readFileSync } from "node:fs";
import { PROMISE_MS } from "./fleet.ts";
import { mainOf, type Arena, type Done } from "./arena.ts";
import { pause } from "./witness.ts";

const STEP_MS = 50;
/** Beyond its limit it is waited for all the same, so that the figure is told and the next fault finds all well. */
const GIVE_UP_MS = 60_000;

export type Recovery = { readonly kind: string; readonly ms: number; readonly allowanceMs: number };

/** What is not as it should be; empty when all is right. `since`: a look of the watchdog after it counts. */
export function notRight(arena: Arena, since: number): readonly string[] {
  const { fleet } = arena;
  const standing = fleet.standing();
  const watchdog = standing?.watchdog.pid ?? null;
  if (watchdog === null || !runs(watchdog)) return ["no watchdog runs"];
  if (fleet.lookedAt() < since) return ["the watchdog has not looked since"];
  const seen = fleet.census();
  const members = [...(standing?.agents ?? []), ...(standing?.services ?? [])];
  return fleet.names.flatMap((name) => {
    const one = members.find((each) => each.name === name);
    const lives = seen.get(name)?.size ?? 0;
    const wanted = fleet.wanted.get(name)?.word;
    if (wanted === "down")
      return lives === 0 && one?.life === "down" ? [] : [`${name} is not down`];
    if (wanted === "unsure") return [];
    const said = `${one?.life ?? "unknown"}: ${one?.because ?? ""}`;
    if (one?.life !== "up") return [`${name} is ${said}`];
    return lives === 1 && mainOf(arena, name) !== null ? [] : [`${name} is up and does not live`];
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
  const allowanceMs = done.allowance?.ms ?? 0;
  const limit = PROMISE_MS + allowanceMs;
  let missing = notRight(arena, begun);
  let late: readonly string[] = [];
  while (missing.length > 0 && Date.now() - begun < GIVE_UP_MS) {
    await pause(STEP_MS);
    missing = notRight(arena, begun);
    if (late.length === 0 && Date.now() - begun > limit) late = missing;
  }
  const ms = Date.now() - begun;
  witness.checked("back");
  if (late.length > 0)
    witness.wrong(
      "back",
      `after "${kind}" not right in ${limit} ms but in ${ms}: ${late.join("; ")}`,
    );
  return { kind, ms, allowanceMs };
}

/** Nobody begins anew who was not harmed. */
export function undisturbed(arena: Arena, kind: string, { since, done }: Struck): void {
  const { fleet, witness } = arena;
  for (const name of fleet.names.filter((one) => !done.harmed.includes(one))) {
    witness.checked("undisturbed");
    const [birth] = witness.births(name, since);
    const excuse = fleet.excused.get(name);
    if (birth === undefined || (excuse !== undefined && excuse.at >= since)) continue;
    witness.wrong("undisturbed", `${name} was started anew (${birth.run}) after "${kind}"`);
  }
}

export type Struck = { readonly since: number; readonly done: Done };
