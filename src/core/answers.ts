// When an order is answered, and with what: everything it asked for is so, has shown that it will not
// become so, or its time is over.

import type { Millis } from "../config/config.ts";
import type { Choosing } from "./choosing.ts";
import type { Action, AgentMemory, Instant, Memory, Order, Seen } from "./types.ts";

export type OpenOrder = {
  readonly id: string;
  readonly verb: Order["verb"];
  readonly names: readonly string[];
  readonly since: Instant;
  readonly until: Instant;
  /** Given, and kept until the order is seen to be gone: it must not be heard a second time. */
  readonly answer?: Answered;
  /** Of an order that answers a dialog. */
  readonly choosing?: Choosing;
};

export type Answered = {
  readonly at: Instant;
  readonly state: "done" | "refused" | "expired";
  readonly because: string;
  readonly outcomes: Readonly<Record<string, string>>;
};

/** An answer whose order is still there after this long did not get to the disk. */
const AGAIN_MS: Millis = 10_000;

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

type Heard = Pick<Seen, "at" | "orders" | "since">;

/**
 * Orders whose end has come: everything asked for is so, or will not become so. What was answered is kept
 * until its file is gone, for neither a crash nor a full disk may make one order into two.
 */
export function answerOrders(memory: Memory, seen: Heard, actions: readonly Action[]): Taken {
  const receipts = new Set(answersOf(actions).map(({ order }) => order));
  let { agents } = memory;
  const orders: Record<string, OpenOrder> = {};
  const answers: Action[] = [];
  for (const order of Object.values(memory.orders)) {
    const given = order.answer === undefined ? null : again(order, order.answer, seen);
    const now = given ?? (receipts.has(order.id) ? [] : settled(memory, order, seen.at));
    if (given !== "gone") orders[order.id] = order;
    if (now === null || now === "gone") continue;
    if (given === null && order.verb === "send") agents = unsaid(agents, order.id);
    answers.push(...now);
  }
  for (const one of answersOf([...actions, ...answers])) {
    const order = orders[one.order] ?? openedBy(seen, one.order);
    const { state, because, outcomes } = one;
    if (order !== null)
      orders[one.order] = { ...order, answer: { at: seen.at, state, because, outcomes } };
  }
  return { memory: { ...memory, orders, agents }, actions: answers };
}

type Given = Extract<Action, { do: "answer" }>;

function answersOf(actions: readonly Action[]): readonly Given[] {
  return actions.filter((one) => one.do === "answer");
}

/** The answer once more, where it did not get to the disk; or nothing to do; or nobody asks any more. */
function again(order: OpenOrder, given: Answered, seen: Heard): readonly Action[] | "gone" {
  if (seen.orders.every(({ id }) => id !== order.id)) return "gone";
  const lost = seen.since === null || seen.at >= given.at + AGAIN_MS;
  return lost ? [answer(order.id, given.state, given)] : [];
}

function openedBy({ at, orders }: Heard, order: string): OpenOrder | null {
  const one = orders.find(({ id }) => id === order);
  if (one === undefined) return null;
  return { id: one.id, verb: one.verb, names: one.names, since: at, until: one.expires };
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
  if (order.verb === "answer") return unchosen(order, at);
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
  const dialog = dialogBefore(memory, order);
  if (dialog !== null) return [answer(order.id, "refused", { because: dialog, outcomes })];
  if (at < order.until) return null;
  const because = "not accepted in time; it stays queued no longer";
  return [answer(order.id, "expired", { because, outcomes })];
}

/** Nothing is typed into a dialog, and who sends should not have to wait to be told. */
function dialogBefore({ agents }: Memory, order: OpenOrder): string | null {
  const waits = ({ says }: AgentMemory): boolean =>
    says.some((say) => say.order === order.id && say.state === "queued");
  const asking = Object.entries(agents).flatMap(([name, one]) =>
    one.verdict.is === "asking" && waits(one) ? [{ name, text: one.verdict.text }] : [],
  );
  const [first] = asking;
  if (first === undefined) return null;
  const { name, text } = first;
  return `${name} asks: ${text}; nothing is typed into a dialog: see \`agents answer ${name}\``;
}

/** What its keys did is told by choosing.ts; here is what keeps that from ever coming. */
function unchosen(order: OpenOrder, at: Instant): readonly Action[] | null {
  if (at < order.until) return null;
  const because = "its screen could not be read in time";
  return [answer(order.id, "expired", { because, outcomes: {} })];
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
