// The maildir of orders: a verb writes into tmp/ and renames into new/, the watchdog answers into done/.
// An order stays in new/ until it is answered, so a crash loses none; who takes it twice knows its id.
// Nothing here decides whether an order is a good idea, only whether it is one.

import { basename, join } from "node:path";
import type { Instant, Order } from "../core/types.ts";
import type { Millis } from "../config/config.ts";
import type { Disk, Stored } from "./disk.ts";
import { prune } from "./evidence.ts";
import { isRaw } from "./memory-version.ts";
import { isOrderId, orderBytes, orderText, parseOrder } from "./order-text.ts";
import type { Result } from "./ports.ts";

/** Orders that may wait. More means that nobody answers. */
export const waitingAtMost = 1000;
/** Of those that are new: a flood is heard by and by, and no look waits for all of it. */
export const heardAtOnce = 50;
/** Answers kept for those who come late, besides those of the last look. */
export const answersKept = 200;
/** A file in tmp/ older than this was left by a verb that died. */
const draftMs: Millis = 24 * 3_600_000;

export type Answer = {
  readonly state: "done" | "refused" | "expired";
  readonly because: string;
  /** By name of agent or service. */
  readonly outcomes: Readonly<Record<string, string>>;
};

/** Whose orders: those of one state directory. */
export type OrderPlace = { readonly disk: Disk; readonly stateDir: string };

export function ordersDir(stateDir: string, box: "tmp" | "new" | "done"): string {
  return join(stateDir, "orders", box);
}

/** Also what the watchdog does first, so that there is something to watch. */
export function makeOrders({ disk, stateDir }: OrderPlace): Result<null> {
  for (const dir of [
    stateDir,
    join(stateDir, "orders"),
    ordersDir(stateDir, "tmp"),
    ordersDir(stateDir, "new"),
    ordersDir(stateDir, "done"),
  ]) {
    const made = disk.mkdir(dir);
    if (!made.ok) return made;
  }
  return { ok: true, value: null };
}

export function leave({ disk, stateDir }: OrderPlace, order: Order): Result<null> {
  const text = orderText(order);
  if (!isOrderId(order.id)) return { ok: false, failure: `"${order.id}" cannot name an order` };
  if (Buffer.byteLength(text) > orderBytes) {
    return { ok: false, failure: `an order has at most ${orderBytes} bytes; this one is longer` };
  }
  const made = makeOrders({ disk, stateDir });
  if (!made.ok) return made;
  const dir = ordersDir(stateDir, "new");
  const waiting = disk.list(dir);
  if (!waiting.ok) return waiting;
  if (waiting.value.length >= waitingAtMost) {
    return {
      ok: false,
      failure: `${waiting.value.length} orders wait in ${dir} and nobody answers; look at the watchdog with \`agents status\``,
    };
  }
  const draft = fileOf(stateDir, "tmp", order.id);
  const written = disk.write(draft, text);
  return written.ok ? disk.rename(draft, fileOf(stateDir, "new", order.id)) : written;
}

/**
 * The orders that wait, oldest first. Those that are none are refused, and those whose time is over expire,
 * here and now; `open` are being carried out already: they are always among them, and never expired from under
 * the engine.
 */
export function take(
  { disk, stateDir }: OrderPlace,
  now: Instant,
  open: Readonly<Record<string, unknown>>,
): Result<readonly Order[]> {
  sweepDrafts({ disk, stateDir }, now);
  const waiting = disk.list(ordersDir(stateDir, "new"));
  if (!waiting.ok || waiting.value.length === 0)
    return waiting.ok ? { ok: true, value: [] } : waiting;
  const answers = disk.list(ordersDir(stateDir, "done"));
  if (!answers.ok) return answers;
  const answered = new Set(answers.value.map((stored) => stored.name));
  prune(disk, ordersDir(stateDir, "done"), answersKept);
  const orders: Order[] = [];
  let room = Math.min(heardAtOnce, waitingAtMost - Object.keys(open).length);
  for (const stored of waiting.value) {
    if (stored.name.startsWith(".")) continue;
    const isOpen = Object.hasOwn(open, stored.name.replace(/\.json$/, ""));
    if (!isOpen && room <= 0) continue;
    if (!isOpen) room -= 1;
    // Answered, and then the process died before it could take the order away.
    if (answered.has(stored.name)) {
      disk.remove(join(ordersDir(stateDir, "new"), stored.name));
      continue;
    }
    const order = look({ disk, stateDir }, stored);
    if (order === null) continue;
    if (order.expires <= now && !Object.hasOwn(open, order.id)) {
      const because = "Nobody took it in time.";
      answer({ disk, stateDir }, order.id, { state: "expired", because, outcomes: {} });
      continue;
    }
    orders.push(order);
  }
  return { ok: true, value: orders };
}

/** Null: it was no order and has been put away, or it could not be read this time and stays. */
function look({ disk, stateDir }: OrderPlace, stored: Stored): Order | null {
  const id = stored.name.replace(/\.json$/, "");
  const path = join(ordersDir(stateDir, "new"), stored.name);
  if (id === stored.name || !isOrderId(id)) {
    disk.rename(path, join(ordersDir(stateDir, "done"), stored.name));
    return null;
  }
  const order = read(disk, path, stored.size);
  if (order === null) return null;
  if (order.ok) return order.value;
  answer({ disk, stateDir }, id, { state: "refused", because: order.failure, outcomes: {} });
  return null;
}

function read(disk: Disk, path: string, size: number): Result<Order> | null {
  if (size > orderBytes) {
    return {
      ok: false,
      failure: `An order has at most ${orderBytes} bytes; this one has ${size}.`,
    };
  }
  const bytes = disk.read(path);
  if (!bytes.ok || bytes.value === null) return null;
  return parseOrder(new TextDecoder().decode(bytes.value), basename(path, ".json"));
}

/** The answer is there before the order is gone: a crash in between repeats neither. */
export function answer(
  { disk, stateDir }: OrderPlace,
  id: string,
  { state, because, outcomes }: Answer,
): Result<null> {
  if (!isOrderId(id)) return { ok: false, failure: `"${id}" cannot name an order` };
  const text = `${JSON.stringify({ v: 1, id, state, because, outcomes })}\n`;
  const written = disk.write(fileOf(stateDir, "done", id), text);
  if (!written.ok) return written;
  return disk.remove(fileOf(stateDir, "new", id));
}

/** Null while there is no answer. */
export function readAnswer({ disk, stateDir }: OrderPlace, id: string): Result<Answer | null> {
  const path = fileOf(stateDir, "done", id);
  const bytes = disk.read(path);
  if (!bytes.ok) return bytes;
  if (bytes.value === null) return { ok: true, value: null };
  try {
    const raw: unknown = JSON.parse(new TextDecoder().decode(bytes.value));
    if (isAnswer(raw)) return { ok: true, value: raw };
  } catch {
    // Falls through: what cannot be parsed is no answer either.
  }
  return { ok: false, failure: `the answer in ${path} cannot be understood` };
}

function isAnswer(raw: unknown): raw is Answer {
  return (
    isRaw(raw) &&
    (raw["state"] === "done" || raw["state"] === "refused" || raw["state"] === "expired") &&
    typeof raw["because"] === "string" &&
    isRaw(raw["outcomes"])
  );
}

/** Takes an order back that nobody answers any more, as after ^C; too late is success. */
export function withdraw({ disk, stateDir }: OrderPlace, id: string): Result<null> {
  return disk.remove(fileOf(stateDir, "new", id));
}

function fileOf(stateDir: string, box: "tmp" | "new" | "done", id: string): string {
  return join(ordersDir(stateDir, box), `${id}.json`);
}

function sweepDrafts({ disk, stateDir }: OrderPlace, now: Instant): void {
  const dir = ordersDir(stateDir, "tmp");
  const drafts = disk.list(dir);
  if (!drafts.ok) return;
  for (const { name, at } of drafts.value) if (now - at > draftMs) disk.remove(join(dir, name));
}
