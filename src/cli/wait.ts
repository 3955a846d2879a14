// `agents wait NAME… --for idle|done|up`: returns when all of them are so, fails at once when one cannot
// become so by itself, and after --timeout with 8. Reads what the watchdog publishes; it asks for nothing.

import type { AgentReport, LoopReport, ServiceReport } from "../core/report.ts";
import { durationFlag, wordOf } from "./flags.ts";
import { refuseName } from "./fleet.ts";
import { type Call, type ExitCode, Refusal, signalled } from "./outside.ts";
import { plain } from "./paint.ts";
import { readStanding, standingOf, stateDirOf, type Standing } from "./standing.ts";
import { findConfig } from "./find.ts";

const GOALS = ["idle", "done", "up"] as const;
type Goal = (typeof GOALS)[number];

const LIMIT_MS = 600_000;
const POLL_MS = 100;
/** A watchdog that its keeper starts again is back after this. */
const KEEPER_MS = 5_000;

type State = { readonly is: "yes" | "no" | "never"; readonly name: string; readonly said: string };

export async function wait(call: Call): Promise<ExitCode> {
  const { outside, options } = call;
  const goal = wordOf(typeof options["for"] === "string" ? options["for"] : "idle", GOALS, "--for");
  const limitMs = durationFlag(options, "timeout") ?? LIMIT_MS;
  const names = [...new Set(call.args)];
  const end = outside.now() + limitMs;
  let standing = await standingOf(call);
  let watched = outside.now();
  checkAsked(standing, names, goal);
  while (true) {
    const states = names.map((name) => stateOf(standing, name, goal));
    if (states.every((one) => one.is === "yes")) return told(call, states, goal);
    const never = states.find((one) => one.is === "never");
    if (never !== undefined)
      throw new Refusal(1, `${never.name} will not be ${goal} by itself: ${never.said}`);
    const open = states.filter((one) => one.is === "no").map((one) => `${one.name} is ${one.said}`);
    const now = outside.now();
    if (outside.stop.aborted) return signalled(outside.stop);
    if (now >= end) throw new Refusal(8, `not ${goal} in time: ${open.join("; ")}`);
    if (standing.watchdog.state !== "stopped") watched = now;
    if (now - watched > KEEPER_MS)
      throw new Refusal(1, `no watchdog runs, so nobody would notice; ${open.join("; ")}`);
    await outside.pause(Math.min(POLL_MS, end - now));
    standing = (await again(call)) ?? standing;
  }
}

async function again(call: Call): Promise<Standing | null> {
  const path = findConfig(call);
  const stateDir = await stateDirOf(call.outside, path);
  return stateDir === null ? null : readStanding(call.outside, stateDir);
}

function checkAsked({ agents, services }: Standing, names: readonly string[], goal: Goal): void {
  const known = [...agents, ...services].map((one) => one.name);
  for (const name of names) {
    if (!known.includes(name)) refuseName("agent or service", name, known);
    if (goal !== "up" && services.some((one) => one.name === name))
      throw new Refusal(2, `${name} is a service: it can only be waited for --for up`);
  }
}

function stateOf({ agents, services, loops }: Standing, name: string, goal: Goal): State {
  const service = services.find((one) => one.name === name);
  if (service !== undefined) return { name, ...isUp(service, "up") };
  const agent = agents.find((one) => one.name === name);
  if (agent === undefined) return { name, is: "never", said: "it is nobody any more" };
  switch (goal) {
    case "up":
      return { name, ...isUp(agent, agent.wanted) };
    case "idle":
      return { name, ...isIdle(agent) };
    case "done":
      return { name, ...isDone(agent, loops) };
  }
}

type Said = Omit<State, "name">;

function isUp(one: AgentReport | ServiceReport, wanted: "up" | "down"): Said {
  const { life } = one;
  if (life === "up" || life === "held") return { is: "yes", said: life };
  const never = life === "parked" || life === "ended" || (life === "down" && wanted === "down");
  return { is: never ? "never" : "no", said: sentence(life, one.because) };
}

function isIdle(one: AgentReport): Said {
  const lives = isUp(one, one.wanted);
  if (lives.is !== "yes") return lives;
  const idle = one.verdict === "idle" || one.verdict === "waiting";
  return { is: idle ? "yes" : "no", said: idle ? one.verdict : sentence(one.verdict, one.because) };
}

function isDone(one: AgentReport, loops: readonly LoopReport[]): Said {
  const loop = loops.find((each) => each.name === one.loop);
  if (loop?.complete === true) return { is: "yes", said: `the loop ${loop.name} is complete` };
  if (one.life === "ended") return { is: "yes", said: sentence("ended", one.because) };
  const never = one.life === "parked" || (one.life === "down" && one.wanted === "down");
  return { is: never ? "never" : "no", said: sentence(one.life, one.because) };
}

function sentence(word: string, because: string): string {
  return because === "" ? word : `${word}: ${plain(because)}`;
}

function told({ outside, options }: Call, states: readonly State[], goal: Goal): ExitCode {
  if (options["json"] === true) {
    const names = states.map(({ name, said }) => ({ name, said }));
    outside.stdout.write(`${JSON.stringify({ schema: "agents.wait/1", for: goal, names })}\n`);
    return 0;
  }
  const width = Math.max(...states.map(({ name }) => name.length));
  const lines = states.map(({ name, said }) => `${name.padEnd(width)}   ${said}\n`);
  outside.stdout.write(lines.join(""));
  return 0;
}
