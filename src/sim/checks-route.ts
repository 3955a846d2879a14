// Tasks that go to other backends in a night: programs that end at a usage limit or ask for a login, and what must
// hold whatever becomes of them: waiting and moving spend nothing, nobody begins beyond the caps or on a held account.

import { isWorking } from "../core/task-queue.ts";
import { MOVES_MAX } from "../core/route.ts";
import type { TaskMemory } from "../core/types.ts";
import { HOUR, MINUTE, type Chance } from "./chance.ts";
import type { Decided } from "./checks.ts";
import type { Time } from "./time.ts";

const PROGRAM = (name: string): string => `
[backend.${name}]
bin = "${name}"
stall_idle = 600
[backend.${name}.screen]
limited = ['^usage limit reached(?: · resets (?<reset>[^\\n]+))?']
[backend.${name}.screen.failed]
auth = ['^Please log in']
`;

/** Programs that can meet a limit or lose a login. */
export const PROGRAMS = `${PROGRAM("swift")}${PROGRAM("spare")}`;

export const ROUTES = `${PROGRAMS}
[route]
classifier = "classify"
fallback = [{ backend = "spare" }, { backend = "plain" }]
fallback_after = "20m"
escalate = [{ backend = "spare", model = "big" }]
[[route.rule]]
label = "hard"
to = [{ backend = "swift", weight = 2 }, { backend = "spare", model = "m" }]
[[route.rule]]
complexity = "complex"
steps = ["plan", "implement"]
to = [{ backend = "swift", model = "m" }]
`;

/** What a task's program meets: the banner that it ends at, or the login that it asks for. */
export type Met = { readonly is: "limit" | "login"; readonly screen: string } | null;

/** The command comes before its prompt, which may name the other one. */
export function programIn(argv: readonly string[]): string | null {
  return /\b(?:swift|spare)\b/.exec(argv.join(" "))?.[0] ?? null;
}

/** Accounts of this world: a limit is over before the calm is, a login is back by luck. */
export function openAccounts(time: Time, chance: Chance) {
  const untils = new Map<string, number>();
  return (argv: readonly string[], wild: boolean): Met => {
    const name = programIn(argv);
    if (name === null) return null;
    if (wild && chance.hit(0.1)) return { is: "login", screen: "Please log in again" };
    if (wild && chance.hit(0.15))
      untils.set(name, time.now() + chance.between(5 * MINUTE, 3 * HOUR));
    const until = untils.get(name) ?? 0;
    if (until <= time.now()) return null;
    // A minute that is over already would be read as tomorrow's.
    const clock = new Date(until + MINUTE).toISOString().slice(11, 16);
    const named = chance.hit(0.7) ? ` · resets ${clock} (UTC)` : "";
    return { is: "limit", screen: `usage limit reached${named}` };
  };
}

export function brokenRouteRules({ before, decision, setting }: Decided): readonly string[] {
  const { tasks: shop } = setting.config;
  const now = decision.memory.tasks ?? {};
  if (shop === null || now === before.tasks) return [];
  const working = (but: string): number =>
    Object.values(now).filter((one) => one.id !== but && isWorking(one)).length;
  return [
    ...Object.values(now).flatMap((task) => {
      const was = before.tasks?.[task.id];
      return was === undefined || was === task ? [] : ofTask(was, task);
    }),
    ...Object.values(now)
      .filter((task) => task.begunAt !== (before.tasks?.[task.id]?.begunAt ?? null))
      .filter(({ id }) => working(id) >= shop.max)
      .map(({ id }) => `${id} begins although ${working(id)} others are at work`),
    ...decision.actions.flatMap((one) => {
      if (one.do !== "start" || !/-[a-z][a-z0-9_]*-\d+$/.test(one.target)) return [];
      const task = Object.values(now).find(({ step }) => step?.agent === one.target);
      const account = task?.step?.way?.backend ?? "";
      const hold = before.holds[account];
      return hold === undefined || hold.why === "login"
        ? []
        : [`${one.target} starts although ${account} is held`];
    }),
  ];
}

function ofTask(was: TaskMemory, task: TaskMemory): readonly string[] {
  const moved = (task.step?.moves ?? 0) > (was.step?.moves ?? 0);
  const moves = task.step?.moves ?? 0;
  return [
    ...(moved && spent(was) !== spent(task)
      ? [`${task.id}: a move spends something: ${spent(was)} → ${spent(task)}`]
      : []),
    ...(moves > MOVES_MAX ? [`${task.id} moved ${moves} times in one visit`] : []),
    ...(was.landed !== null && was.landed !== task.landed && task.landed !== null
      ? [`${task.id} landed a second time`]
      : []),
  ];
}

function spent({ attempt, rounds, granted, visits, trail, step }: TaskMemory): string {
  return JSON.stringify([attempt, rounds, granted, visits, trail.length, step?.retries]);
}
