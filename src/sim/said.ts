// What people said, as far as the engine heard it: a word in a decision that was never saved is no word yet.

import type { Config } from "../config/config.ts";
import type { Order } from "../core/types.ts";

/** Orders come again until they are answered; so many are known again. */
const HEARD_MAX = 50;

type Words = {
  readonly said: Readonly<Record<string, "up" | "down">>;
  readonly fleetUp: boolean;
  readonly heard: readonly string[];
};

export type Said = {
  /** Answers whether it is new. */
  hear(order: Order, at: number): boolean;
  isStopped(name: string, config: Config): boolean;
  /** Stopped at some time of the night. */
  wasStopped(name: string): boolean;
  /** A decision begins: what it hears counts once it is saved. */
  begin(): void;
  saved(): void;
  /** The engine died, or stood still. */
  unheard(): void;
  /** Memory was lost, and with it what people said; who still lives is wanted. */
  forgotten(isAnyAlive: boolean): void;
};

export function openSaid(): Said {
  let words: Words = { said: {}, fleetUp: false, heard: [] };
  /** As they stood before a decision that was not saved yet: an engine that dies has not heard. */
  let unsaved: Words | null = null;
  const stopped = new Set<string>();
  return {
    hear: (order, at) => {
      if (words.heard.includes(order.id) || at >= order.expires) return false;
      words = { ...words, heard: [...words.heard.slice(-HEARD_MAX), order.id] };
      const { verb, names } = order;
      if (verb !== "up" && verb !== "down" && verb !== "restart") return true;
      const word = verb === "down" ? "down" : "up";
      if (names.length === 0 && verb !== "restart")
        words = { ...words, fleetUp: word === "up", said: {} };
      if (word === "down") for (const name of names) stopped.add(name);
      for (const name of names) words = { ...words, said: { ...words.said, [name]: word } };
      return true;
    },
    isStopped: (name, config) => {
      const word = words.said[name];
      if (word !== undefined) return word === "down";
      if (words.fleetUp) return false;
      // Whoever starts one agent of a fleet that is down means the services that it needs as well.
      const isService = config.services.some((one) => one.name === name);
      return !(isService && Object.values(words.said).includes("up"));
    },
    wasStopped: (name) => stopped.has(name),
    begin: () => {
      words = unsaved ?? words;
      unsaved = words;
    },
    saved: () => {
      unsaved = null;
    },
    unheard: () => {
      words = unsaved ?? words;
    },
    forgotten: (isAnyAlive) => {
      words = { said: {}, fleetUp: isAnyAlive, heard: words.heard };
      unsaved = null;
    },
  };
}
