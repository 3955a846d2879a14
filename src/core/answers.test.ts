// When an order is answered: not before it is so, and not later than it can be known.

import { expect, test } from "vitest";
import { answerOrders } from "./answers.ts";
import { FRESH, freshAgent } from "./fresh.ts";
import { newSay, queued } from "./say.ts";
import type { AgentMemory, Life, Memory, Order } from "./types.ts";

const say = newSay({ kind: "person", text: "hello", at: 1, order: "o1" });

function asked(verb: Order["verb"], agent: Partial<AgentMemory>): Memory {
  return {
    ...FRESH,
    agents: { a: { ...freshAgent("a"), ...agent } },
    orders: { o1: { id: "o1", verb, names: ["a"], since: 0, until: 100 } },
  };
}

function told(memory: Memory, at: number): string | null {
  const { actions, memory: after } = answerOrders(memory, { at, orders: [], since: null }, []);
  const [one] = actions;
  expect(after.orders["o1"]?.answer === undefined).toBe(one === undefined);
  if (one?.do !== "answer") return null;
  return `${one.state}: ${one.because}`;
}

test("a message is waited for while it can still be accepted", () => {
  expect(told(asked("send", { says: [say] }), 50)).toBeNull();
  expect(told(asked("send", { says: [say] }), 100)).toBe(
    "expired: not accepted in time; it stays queued no longer",
  );
  const late = { at: 100, orders: [], since: null };
  const { memory } = answerOrders(asked("send", { says: [say] }), late, []);
  expect(memory.agents["a"]?.says).toEqual([]);
});

test("a message that was lost with its session is refused at once", () => {
  expect(told(asked("send", { says: [] }), 50)).toBe(
    "refused: it ended before the text was accepted",
  );
});

test("a start is answered when it left launching, a stop when nothing is left", () => {
  const launching: Life = { is: "launching", since: 0, until: 90, stage: "start" };
  const up: Life = { is: "up", since: 0, quiet: null };
  expect(told(asked("up", { life: launching }), 50)).toBeNull();
  expect(told(asked("up", { life: launching }), 100)).toBe("expired: a: launching");
  expect(told(asked("up", { life: up }), 50)).toBe("done: ");
  expect(told(asked("down", { life: up }), 50)).toBeNull();
  expect(told(asked("down", { life: { is: "down" } }), 50)).toBe("done: ");
});

test("a person's words go before pings that wait, and behind the first words of all", () => {
  const kickoff = newSay({ kind: "kickoff", text: "begin", at: 1, order: null });
  const ping = newSay({ kind: "claim", text: "news", at: 1, order: null });
  const typed = { ...ping, kind: "review", state: "typed" } as const;
  expect(queued([typed, ping], say)).toEqual([typed, say, ping]);
  expect(queued([kickoff, ping], say)).toEqual([kickoff, say, ping]);
  expect(queued([], say)).toEqual([say]);
});
