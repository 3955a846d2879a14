// What a person or a program asked: an order changes what is wanted, and is answered when the world
// is as it asked, or has shown that it will not be. Orders start and stop nothing by themselves.

import type { Config } from "../config/config.ts";
import { forgiven } from "./ending.ts";
import { freshAgent } from "./fresh.ts";
import { movePhase } from "./loop.ts";
import { newSay, queued } from "./say.ts";
import { patch } from "./step.ts";
import type { Action, AgentMemory, Instant, Life, Memory, OpenOrder, Order } from "./types.ts";

type Taken = { readonly memory: Memory; readonly actions: readonly Action[] };
type Agents = Readonly<Record<string, AgentMemory>>;

export function takeOrders(
  config: Config,
  before: Memory,
  seen: { readonly at: Instant; readonly orders: readonly Order[] },
): Taken {
  let taken: Taken = { memory: before, actions: [] };
  for (const order of seen.orders) {
    if (taken.memory.orders[order.id] !== undefined) continue;
    const next =
      seen.at >= order.expires
        ? refuse(taken.memory, order, "expired")
        : take(config, taken.memory, order, seen.at);
    taken = { memory: withOnce(next.memory, order), actions: [...taken.actions, ...next.actions] };
  }
  return taken;
}

function take(config: Config, memory: Memory, order: Order, at: Instant): Taken {
  const known = new Set([
    ...Object.keys(memory.agents),
    ...config.agents.map((one) => one.name),
    ...config.services.map((one) => one.name),
  ]);
  const unknown = order.names.filter((name) => !known.has(name));
  if (unknown.length > 0 && order.verb !== "phase")
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
          ? downAll(memory)
          : each(config, memory, order, (one) => hurried({ ...one, wanted: "down" }, order, at)),
      );
    case "restart":
      return open(
        order,
        at,
        each(config, memory, order, (one) => ({ ...restarted(one, order, at), wanted: "up" })),
      );
    case "pause":
      return answered(
        each(config, memory, order, (one) => ({ ...one, paused: true })),
        order,
        "paused",
      );
    case "resume":
      return answered(
        each(config, memory, order, (one) => ({ ...one, paused: false })),
        order,
        "resumed",
      );
    case "send":
      return sent(config, memory, order, at);
    case "phase":
      return movedPhase(config, memory, order);
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

function downAll(memory: Memory): Memory {
  return {
    ...memory,
    fleet: { ...memory.fleet, wanted: "down" },
    agents: mapped(memory.agents, (one) => patch(one, { wanted: null })),
  };
}

function each(
  config: Config,
  memory: Memory,
  order: Order,
  change: (one: AgentMemory) => AgentMemory,
): Memory {
  const names =
    order.names.length > 0
      ? order.names
      : [...config.agents, ...config.services].map((one) => one.name);
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

/** A person's restart stops what lives, whatever its life, and forgets what it did wrong. */
function restarted(memory: AgentMemory, order: Order, at: Instant): AgentMemory {
  const clean = forgiven(memory, at);
  if (clean.run === null || clean.life.is === "down" || clean.life.is === "stopping") return clean;
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
    because: "restart: a person asked",
    doing: null,
    says: [],
    paused: false,
    pending: null,
  });
}

function hurried(memory: AgentMemory, order: Order, at: Instant): AgentMemory {
  if (order.args["now"] !== "yes" || memory.run === null) return memory;
  return patch(memory, {
    life: { is: "stopping", since: at, until: at, rung: -1, now: true, next: "down" },
    because: "a person said down, now",
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
  const say = newSay({ kind: "person", text, at, order: order.id });
  const agents = { ...memory.agents, [name]: patch(one, { says: queued(one.says, say) }) };
  return open(order, at, { ...memory, agents });
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

function open(order: Order, at: Instant, memory: Memory): Taken {
  const one: OpenOrder = {
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

type Answer = { readonly because: string; readonly outcomes: Readonly<Record<string, string>> };

function answer(
  order: string,
  state: "done" | "refused" | "expired",
  { because, outcomes }: Answer,
): Action {
  return { do: "answer", id: `${order}.answer`, target: "fleet", order, state, because, outcomes };
}

/** Orders whose end has come: everything asked for is so, or will not become so. */
export function answerOrders(memory: Memory, at: Instant, actions: readonly Action[]): Taken {
  const receipts = new Set(actions.flatMap((one) => (one.do === "answer" ? [one.order] : [])));
  let { orders, agents } = memory;
  const answers: Action[] = [];
  for (const order of Object.values(memory.orders)) {
    const given = receipts.has(order.id) ? [] : settled(memory, order, at);
    if (given === null) continue;
    const { [order.id]: _done, ...rest } = orders;
    orders = rest;
    if (order.verb === "send") agents = unsaid(agents, order.id);
    answers.push(...given);
  }
  const next = orders === memory.orders ? memory : { ...memory, orders, agents };
  return { memory: next, actions: answers };
}

/** Nobody waits for it any more: it is not typed hours later. */
function unsaid(agents: Agents, order: string): Agents {
  const waits = (one: AgentMemory): boolean =>
    one.says.some((say) => say.order === order && say.state === "queued");
  if (!Object.values(agents).some(waits)) return agents;
  return mapped(agents, (one) =>
    waits(one) ? { ...one, says: one.says.filter((say) => say.order !== order) } : one,
  );
}

/** The answer, or null while something is still under way. */
function settled(memory: Memory, order: OpenOrder, at: Instant): readonly Action[] | null {
  if (order.verb === "send") {
    return at >= order.until
      ? [
          answer(order.id, "expired", {
            because: "not accepted in time; it stays queued no longer",
            outcomes: {},
          }),
        ]
      : null;
  }
  const names = order.names.length > 0 ? order.names : Object.keys(memory.agents);
  const lives = names.flatMap((name) => {
    const one = memory.agents[name];
    return one === undefined ? [] : [{ name, one }];
  });
  const late = at >= order.until;
  if (!late && lives.some(({ one }) => isUnderWay(one, order))) return null;
  const outcomes = Object.fromEntries(lives.map(({ name, one }) => [name, told(one)]));
  const bad = lives.filter(({ one }) => hasFailed(one, order));
  const because = bad.map(({ name, one }) => `${name}: ${told(one)}`).join("; ");
  return [
    answer(order.id, bad.length === 0 ? "done" : late ? "expired" : "refused", {
      because,
      outcomes,
    }),
  ];
}

function isUnderWay({ life, because }: AgentMemory, order: OpenOrder): boolean {
  if (order.verb === "down") return life.is !== "down" && life.is !== "parked";
  return (
    life.is === "launching" ||
    life.is === "stopping" ||
    (life.is === "down" && because.startsWith("waits for service"))
  );
}

function hasFailed(one: AgentMemory, order: OpenOrder): boolean {
  const { life } = one;
  if (order.verb === "down") return life.is !== "down";
  const wanted = life.is === "up" || life.is === "held" || life.is === "ended";
  const quiet =
    life.is === "down" &&
    one.wanted !== "up" &&
    !one.because.startsWith("cannot start") &&
    !one.because.startsWith("waits");
  return !wanted && !quiet;
}

function told(one: AgentMemory): string {
  return one.because === "" || one.life.is === "up"
    ? one.life.is
    : `${one.life.is}: ${one.because}`;
}
