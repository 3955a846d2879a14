// What a person or a program asked: an order changes what is wanted, and stays open until answers.ts
// finds that the world is so. Orders start and stop nothing by themselves.

import { freed, spentBudget } from "./budget.ts";
import type { Config } from "../config/config.ts";
import { answer, told, type Taken } from "./answers.ts";
import { wantOf } from "./case.ts";
import { choosingOf } from "./choosing.ts";
import { forgiven } from "./ending.ts";
import { takeJobOrder } from "./job-orders.ts";
import { freshAgent } from "./fresh.ts";
import { movePhase } from "./loop.ts";
import { membersOf } from "./member.ts";
import { lasting, newSay, queued } from "./say.ts";
import { patch } from "./step.ts";
import { SURVIVORS } from "./stopping.ts";
import { takeTaskOrder } from "./task-orders.ts";
import type { Action, AgentMemory, Instant, Life, Memory, OpenOrder, Order } from "./types.ts";

const ASKED = "restart: a person asked";

type Agents = Readonly<Record<string, AgentMemory>>;

export function takeOrders(
  config: Config,
  before: Memory,
  seen: { readonly at: Instant; readonly zone: string; readonly orders: readonly Order[] },
): Taken {
  let taken: Taken = { memory: before, actions: [] };
  for (const order of seen.orders) {
    if (taken.memory.orders[order.id] !== undefined) continue;
    const next =
      seen.at >= order.expires
        ? refuse(taken.memory, order, "expired")
        : order.verb === "job"
          ? takeJobOrder({ config, memory: taken.memory, seen }, order)
          : take(config, taken.memory, { ...order, verb: order.verb }, seen.at);
    taken = {
      memory: withOnce(next.memory, order),
      actions: [...taken.actions, heard(order), ...next.actions],
    };
  }
  return taken;
}

/** Who asked for what, for the journal; the text of a message is nobody else's business. */
function heard({ id, by, verb, names, args }: Order): Action {
  const target = args["target"] === undefined ? "" : ` ${args["target"]}`;
  const what = verb === "job" || verb === "task" ? [args["what"] ?? ""] : [];
  const [only, ...others] = names;
  return {
    do: "note",
    id: `${id}.heard`,
    target: only !== undefined && others.length === 0 ? only : "fleet",
    event: "order",
    because: `${[verb, ...what, ...names].join(" ")}${target}, said ${by}`,
    loud: false,
  };
}

type Fleets = Order & { readonly verb: Exclude<Order["verb"], "job"> };

function take(config: Config, memory: Memory, order: Fleets, at: Instant): Taken {
  const known = new Set([
    ...Object.keys(memory.agents),
    ...config.agents.map((one) => one.name),
    ...config.services.map((one) => one.name),
  ]);
  const unknown = order.names.filter((name) => !known.has(name));
  if (unknown.length > 0 && order.verb !== "phase" && order.verb !== "task")
    return refuse(memory, order, `no such agent or service: ${unknown.join(", ")}`);
  const absent = Object.entries(order.args).find(
    ([key, name]) => key.startsWith("AGENT_BACKEND_") && config.backends[name] === undefined,
  );
  if (absent !== undefined) {
    return refuse(
      memory,
      order,
      `${absent[0]}: the file has no backend ${JSON.stringify(absent[1])}; an empty table [backend.${absent[1]}] brings a preset in`,
    );
  }
  switch (order.verb) {
    case "up":
      return open(
        order,
        at,
        order.names.length === 0
          ? upAll(config, memory, at)
          : each(config, memory, order, (one) => ({ ...forgiven(one, at), wanted: "up" })),
      );
    case "down":
      return open(
        order,
        at,
        order.names.length === 0
          ? downAll(config, memory, (one) => stopped(one, order, at))
          : each(config, memory, order, (one) => stopped({ ...one, wanted: "down" }, order, at)),
      );
    case "restart":
      return restart(config, memory, order, at);
    case "pause":
      return pause(config, memory, order, pausedUntil(order));
    case "resume":
      return pause(config, freed(memory, order), order, false);
    case "send":
      return sent(config, memory, order, at);
    case "answer":
      return choosing(memory, order, at);
    case "phase":
      return movedPhase(config, memory, order);
    case "task":
      return takeTaskOrder(config, memory, order, at);
  }
}

/** AGENT_MODEL_x and AGENT_BACKEND_x of the asking shell, kept for the start that the order leads to. */
function withOnce(memory: Memory, order: Order): Memory {
  if (order.verb !== "up" && order.verb !== "restart") return memory;
  const asked = (what: string, name: string): string | null =>
    order.args[`AGENT_${what}_${name}`] ?? null;
  const agents = Object.entries(memory.agents).map(([name, one]) => {
    const once = { model: asked("MODEL", name), backend: asked("BACKEND", name) };
    const starts = one.run === null || one.life.is === "stopping";
    const named = order.names.length === 0 || order.names.includes(name);
    const any = once.model !== null || once.backend !== null;
    return [name, any && starts && named ? { ...one, once } : one] as const;
  });
  return { ...memory, agents: Object.fromEntries(agents) };
}

function upAll(config: Config, memory: Memory, at: Instant): Memory {
  const agents = mapped(memory.agents, (one) => patch(forgiven(one, at), { wanted: null }));
  const fleet = { ...memory.fleet, wanted: "up" as const };
  const names = [...config.agents, ...config.services].map((one) => one.name);
  return { ...memory, fleet, agents: { ...agents, ...missing(config, agents, names) } };
}

/** Services end last, and so in their own time. */
function downAll(config: Config, memory: Memory, end: (one: AgentMemory) => AgentMemory): Memory {
  const services = new Set(config.services.map(({ name }) => name));
  const agents = Object.entries(memory.agents).map(([name, one]) => {
    const down = patch(one, { wanted: null });
    return [name, services.has(name) ? down : end(down)] as const;
  });
  const fleet = { ...memory.fleet, wanted: "down" as const };
  return { ...memory, fleet, agents: Object.fromEntries(agents) };
}

function each(
  config: Config,
  memory: Memory,
  order: Order,
  change: (one: AgentMemory) => AgentMemory,
): Memory {
  const names = namesOf(config, order);
  const agents = { ...memory.agents, ...missing(config, memory.agents, names) };
  const changed = names.flatMap((name) => {
    const one = agents[name];
    return one === undefined ? [] : [[name, patch(one, change(one))] as const];
  });
  return { ...memory, agents: { ...agents, ...Object.fromEntries(changed) } };
}

function missing(config: Config, agents: Agents, names: readonly string[]): Agents {
  const sessions = new Map(
    [...config.agents, ...config.services].map((one) => [one.name, one.session]),
  );
  const fresh = names.filter((name) => agents[name] === undefined);
  return Object.fromEntries(fresh.map((name) => [name, freshAgent(sessions.get(name) ?? name)]));
}

function mapped(agents: Agents, change: (one: AgentMemory) => AgentMemory): Agents {
  return Object.fromEntries(Object.entries(agents).map(([name, one]) => [name, change(one)]));
}

/** Without names: whatever is meant to run. What a person stopped and what is disabled stays as it is. */
function restart(config: Config, memory: Memory, order: Order, at: Instant): Taken {
  const members = membersOf(config, memory);
  const lost = order.names.filter((name) => members.every((one) => one.name !== name));
  if (lost.length > 0)
    return refuse(memory, order, `no longer in the file, can only be stopped: ${lost.join(", ")}`);
  const meant = members.filter((one) => wantOf(config, one, memory).is === "up");
  const names = order.names.length > 0 ? order.names : meant.map((one) => one.name);
  if (names.length === 0)
    return refuse(memory, order, "nothing is meant to run; `agents up` starts the fleet");
  const said = order.names.length > 0 ? { wanted: "up" as const } : {};
  const named = { ...order, names };
  return open(
    named,
    at,
    each(config, memory, named, (one) => ({ ...restarted(one, order, at), ...said })),
  );
}

/** For ever, or until the instant that the order names. */
function pausedUntil({ args }: Order): true | Instant {
  const until = Number(args["until"]);
  return args["until"] !== undefined && Number.isSafeInteger(until) ? until : true;
}

function pause(config: Config, before: Memory, order: Order, paused: AgentMemory["paused"]): Taken {
  const memory = each(config, before, order, (one) => ({ ...one, paused }));
  const word = paused === false ? "resumed" : paused === true ? "paused" : "held";
  const outcomes = Object.fromEntries(
    namesOf(config, order).map((name) => [name, word + stillHeld(config, memory, name)]),
  );
  return { memory, actions: [answer(order.id, "done", { because: word, outcomes })] };
}

/** One agent's word opens no budget that others share. */
function stillHeld(config: Config, memory: Memory, name: string): string {
  const agent = config.agents.find((one) => one.name === name);
  const spent = agent === undefined ? null : spentBudget(agent, memory);
  return spent === null || spent.freed === true
    ? ""
    : `; ${spent.because}: \`agents resume\` without names opens it`;
}

function namesOf(config: Config, order: Order): readonly string[] {
  return order.names.length > 0
    ? order.names
    : [...config.agents, ...config.services].map((one) => one.name);
}

/** A person's restart stops what lives, whatever its life, and forgets what it did wrong. */
function restarted(memory: AgentMemory, order: Order, at: Instant): AgentMemory {
  const clean = forgiven(memory, at);
  if (clean.run === null || clean.life.is === "down") return clean;
  if (clean.life.is === "stopping")
    return patch(clean, { life: { ...clean.life, next: "restart" }, because: ASKED });
  const life: Life = {
    is: "stopping",
    since: at,
    until: at,
    rung: -1,
    now: order.args["now"] === "yes",
    next: "restart",
  };
  return patch(clean, {
    life,
    because: ASKED,
    doing: null,
    says: lasting(clean.says),
    paused: false,
    pending: null,
  });
}

/** At once where that was asked, and once more what KILL did not end the last time. */
function stopped(memory: AgentMemory, order: Order, at: Instant): AgentMemory {
  const now = order.args["now"] === "yes";
  const stuck = memory.life.is === "parked" && memory.life.why === SURVIVORS;
  if (memory.run === null || (!now && !stuck)) return memory;
  return patch(memory, {
    life: { is: "stopping", since: at, until: at, rung: -1, now: true, next: "down" },
    because: now ? "a person said down, now" : "a person said down again",
    doing: null,
  });
}

function sent(config: Config, memory: Memory, order: Order, at: Instant): Taken {
  const [name] = order.names;
  const text = order.args["text"] ?? "";
  const one = name === undefined ? undefined : memory.agents[name];
  if (name === undefined || one === undefined || one.run === null)
    return refuse(memory, order, `${name ?? "it"} is not running`);
  if (config.services.some((service) => service.name === name))
    return refuse(memory, order, `${name} is a service: it takes no messages`);
  if (one.life.is !== "up" && one.life.is !== "held" && one.life.is !== "launching")
    return refuse(memory, order, `${name} is ${told(one)}`);
  const asIs = order.args["as"] === "command";
  const say = newSay({ kind: "person", text, at, order: order.id, asIs });
  const agents = { ...memory.agents, [name]: patch(one, { says: queued(one.says, say) }) };
  return open(order, at, { ...memory, agents });
}

function choosing(memory: Memory, order: Order, at: Instant): Taken {
  const asked = choosingOf(order);
  if (asked === null) return refuse(memory, order, "it names no choice of a dialog");
  return open(order, at, memory, { choosing: asked });
}

function movedPhase(config: Config, memory: Memory, order: Order): Taken {
  const [wanted] = order.names;
  const loop =
    wanted === undefined && config.loops.length === 1
      ? config.loops[0]
      : config.loops.find((one) => one.name === wanted);
  if (loop === undefined) {
    const names = config.loops.map((one) => one.name).join(", ");
    return refuse(
      memory,
      order,
      names === "" ? "the config has no [loop]" : `which loop? There are: ${names}`,
    );
  }
  const before = memory.loops[loop.name];
  if (before === undefined)
    return refuse(memory, order, `the loop ${loop.name} could not be read yet; try again`);
  const target = order.args["target"] ?? "next";
  const moved = movePhase(
    loop,
    before,
    /^\d+$/.test(target) && !loop.phases.some((one) => one.id === target) ? Number(target) : target,
  );
  if (!moved.ok) return refuse(memory, order, moved.refused);
  const next = { ...memory, loops: { ...memory.loops, [loop.name]: moved.memory } };
  return answered(next, order, moved.memory.because);
}

function open(
  order: Order,
  at: Instant,
  memory: Memory,
  more: Pick<OpenOrder, "choosing"> = {},
): Taken {
  const one: OpenOrder = {
    ...more,
    id: order.id,
    verb: order.verb,
    names: order.names,
    since: at,
    until: order.expires,
  };
  return { memory: { ...memory, orders: { ...memory.orders, [order.id]: one } }, actions: [] };
}

function answered(memory: Memory, order: Order, because: string): Taken {
  return { memory, actions: [answer(order.id, "done", { because, outcomes: {} })] };
}

function refuse(memory: Memory, order: Order, why: string): Taken {
  const state = why === "expired" ? "expired" : "refused";
  return { memory, actions: [answer(order.id, state, { because: why, outcomes: {} })] };
}
