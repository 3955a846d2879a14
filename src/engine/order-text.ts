// What an order looks like in its file, and whether a text is one. By hand: this runs on every look, and a
// refusal is a sentence for the program that left it. Pure.

import type { Order } from "../core/types.ts";
import { isRaw, type Raw } from "./memory-version.ts";
import type { Result } from "./ports.ts";

/** Bytes of one order: a text to send may be long. */
export const orderBytes = 1024 * 1024;
const namesAtMost = 1000;
const verbs: Readonly<Record<Order["verb"], true>> = {
  up: true,
  down: true,
  restart: true,
  pause: true,
  resume: true,
  send: true,
  answer: true,
  phase: true,
  task: true,
  job: true,
};

/** Ids sort by the time they were given; `random` (8 hex digits) keeps those of one millisecond apart. */
export function orderId(at: number, random: string): string {
  return `${new Date(at).toISOString().replaceAll(/[-:.]/g, "")}-${random}`;
}

export function isOrderId(id: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(id);
}

export function orderText(order: Order): string {
  return `${JSON.stringify(order)}\n`;
}

/** `id` is the name of the file: an order answers to that name and no other. */
export function parseOrder(text: string, id: string): Result<Order> {
  const raw = object(text);
  if (raw === null) return refused("it is not a JSON object");
  const { v, at, by, verb, names, args, expires } = raw;
  if (v !== 1) return refused(`it has version ${JSON.stringify(v)}; this watchdog knows version 1`);
  if (raw["id"] !== id) return refused("its id is not the name of its file");
  if (!isVerb(verb)) {
    return refused(`its verb ${JSON.stringify(verb)} is none of ${Object.keys(verbs).join(", ")}`);
  }
  if (!isInstant(at) || !isInstant(expires)) {
    return refused('"at" and "expires" must be milliseconds since 1970');
  }
  if (!isText(by)) return refused('"by" must be text');
  if (!Array.isArray(names) || !names.every(isText) || names.length > namesAtMost) {
    return refused(`"names" must be a list of at most ${namesAtMost} names`);
  }
  if (!isTexts(args)) return refused('"args" must be an object of texts');
  return { ok: true, value: { v, id, at, by, verb, names, args, expires } };
}

function object(text: string): Raw | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRaw(value) ? value : null;
  } catch {
    return null;
  }
}

function refused(why: string): Result<never> {
  return { ok: false, failure: `This order cannot be understood: ${why}.` };
}

function isVerb(value: unknown): value is Order["verb"] {
  return typeof value === "string" && Object.hasOwn(verbs, value);
}

function isInstant(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isRaw(value) && Object.values(value).every(isText);
}
