// The agent of a task's step in the false world: a plain program that works for a while, does what its step is
// there for, says so in its report and ends. Given to it is what a real one gets: its environment.

import { SECOND } from "./chance.ts";
import type { Met } from "./checks-route.ts";
import type { Time } from "./time.ts";
import type { Yard } from "./workshop.ts";
import type { Actor, Stage, Truth } from "./world.ts";

export type TaskPart = {
  readonly time: Time;
  readonly stage: Stage;
  readonly yard: Yard;
  readonly env: Readonly<Record<string, string>>;
  readonly write: (path: string, text: string) => void;
  /** How it ends where it does not end well; null: it does. */
  readonly fails?: () => NonNullable<Parameters<Stage["exit"]>[0]> | null;
  readonly verdict?: () => string;
  readonly ms?: () => number;
  /** What keeps it from work: it ends at a limit, and waits for a login. */
  readonly meets?: () => Met;
};

export function taskActor(part: TaskPart): Actor {
  const { time, stage, yard, env, write } = part;
  const task = env["AGENTS_TASK"] ?? "";
  const step = env["AGENTS_STEP"] ?? "";
  const run = env["AGENTS_RUN_ID"] ?? "";
  let truth: Truth = "booting";
  let met: Met = null;
  let since = time.steady();
  const become = (next: Truth): void => {
    truth = next;
    since = time.steady();
  };
  const end = (): void => {
    if (!stage.on()) return;
    const failed = part.fails?.() ?? null;
    if (failed === null && step === "implement") yard.commit(task);
    if (failed === null) {
      const said = step === "review" ? `VERDICT: ${part.verdict?.() ?? "approve"}\n` : "done\n";
      write(env["AGENTS_REPORT"] ?? "", said);
    }
    stage.exit(failed ?? { code: 0, signal: null });
  };
  time.plan(SECOND, () => {
    if (!stage.on()) return;
    met = part.meets?.() ?? null;
    if (met !== null) {
      become(met.is === "limit" ? "limited" : "stuck");
      if (met.is === "limit")
        time.plan(2 * SECOND, () => stage.on() && stage.exit({ code: 1, signal: null }));
      return;
    }
    become("working");
    if (step === "implement") yard.write(task, `${task} by ${run}`);
    time.plan(part.ms?.() ?? 4 * SECOND, end);
  });
  return {
    screen: () => met?.screen ?? (truth === "working" ? `working on ${step}` : ""),
    title: () => "",
    truth: () => truth,
    since: () => since,
    wroteAt: () => since,
    draft: () => null,
    paste: () => {},
    press: (key) => {
      if (key === "C-c") stage.exit({ code: 130, signal: null });
    },
    cpuMs: () => (truth === "working" ? time.steady() - since : 0),
  };
}
