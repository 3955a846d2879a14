// When an order is answered, and with what: everything it asked for is so, has shown that it will not
// become so, or its time is over.

import type { Action, AgentMemory, Instant, Memory, OpenOrder } from "./types.ts";

export type Taken = { readonly memory: Memory; readonly actions: readonly Action[] };
type Agents = Readonly<Record<string, AgentMemory>>;

type Answer = { readonly because: string; readonly outcomes: Readonly<Record<string, string>> };

export function answer(
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
  const without = (one: AgentMemory): AgentMemory =>
    waits(one) ? { ...one, says: one.says.filter((say) => say.order !== order) } : one;
  return Object.fromEntries(Object.entries(agents).map(([name, one]) => [name, without(one)]));
}

/** The answer, or null while something is still under way. */
function settled(memory: Memory, order: OpenOrder, at: Instant): readonly Action[] | null {
  if (order.verb === "send") return unsent(memory, order, at);
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

/** The receipt itself comes from say.ts; here is what keeps it from ever coming. */
function unsent(memory: Memory, order: OpenOrder, at: Instant): readonly Action[] | null {
  const waits = Object.values(memory.agents).some(({ says }) =>
    says.some((say) => say.order === order.id),
  );
  const outcomes = {};
  if (!waits) {
    const because = "it ended before the text was accepted";
    return [answer(order.id, "refused", { because, outcomes })];
  }
  if (at < order.until) return null;
  const because = "not accepted in time; it stays queued no longer";
  return [answer(order.id, "expired", { because, outcomes })];
}

function isUnderWay({ life, because, says }: AgentMemory, order: OpenOrder): boolean {
  if (order.verb === "down") return life.is !== "down" && life.is !== "parked";
  // Between two incarnations, or behind a service; and a start is over when its first words are said.
  const begins = because.startsWith("waits for service") || because.startsWith("restart");
  return (
    life.is === "launching" ||
    life.is === "stopping" ||
    (life.is === "down" && begins) ||
    (life.is === "up" && says.some((say) => say.kind === "kickoff"))
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

export function told(one: AgentMemory): string {
  return one.because === "" || one.life.is === "up"
    ? one.life.is
    : `${one.life.is}: ${one.because}`;
}
