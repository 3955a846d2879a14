// An order and its answer. A running watchdog answers it; where none runs, this process takes the lock
// and is the engine until the answer is there. There is no second way to do a thing.

import { randomBytes } from "node:crypto";
import type { Config } from "../config/config.ts";
import type { Order } from "../core/types.ts";
import { orderId } from "../engine/order-text.ts";
import { leave, readAnswer, withdraw, type Answer } from "../engine/orders.ts";
import { WATCHDOG } from "./keeper.ts";
import { type Call, Refusal, signalled, type Site } from "./outside.ts";

/** An answer that was not given this long after its time is not coming. */
const LATE_MS = 5_000;
const POLL_MS = 25;

export type Asked = {
  readonly verb: Order["verb"];
  readonly names: readonly string[];
  readonly args?: Readonly<Record<string, string>>;
  readonly limitMs: number;
};

export async function give(call: Call, site: Site, asked: Asked): Promise<Answer> {
  return follow(call, site, leaveOrder(call, site, asked));
}

/** Leaves it where an engine finds it, and waits for nothing. */
export function leaveOrder(
  { outside }: Call,
  site: { readonly config: Pick<Config, "stateDir"> },
  asked: Asked,
): Order {
  const { stateDir } = site.config;
  const now = outside.now();
  const order: Order = {
    v: 1,
    id: orderId(now, randomBytes(4).toString("hex")),
    at: now,
    by: `${outside.env["USER"] ?? "somebody"} (pid ${process.pid})`,
    verb: asked.verb,
    names: asked.names,
    args: asked.args ?? {},
    expires: now + asked.limitMs,
  };
  const left = leave({ disk: outside.disk, stateDir }, order);
  if (!left.ok) throw new Refusal(1, left.failure);
  return order;
}

/** An answer that is not "done" ends the verb with its reason: 8 when it came too late. */
export function mustBeDone({ state, because }: Answer, otherwise: string): void {
  if (state === "done") return;
  throw new Refusal(state === "expired" ? 8 : 1, because === "" ? otherwise : because);
}

async function follow(call: Call, site: Site, order: Order): Promise<Answer> {
  const { outside } = call;
  const end = order.expires + LATE_MS;
  while (outside.now() < end) {
    const answer = answerTo(call, site, order.id);
    if (answer !== null) return answer;
    if (outside.stop.aborted) return interrupted(call, site, order.id);
    const held = (await site.holder()) === null ? await site.acquire(order.verb) : null;
    if (held !== null && "release" in held) await beEngine(call, site, { order, held });
    else await outside.pause(POLL_MS);
  }
  throw new Refusal(
    8,
    `no answer in ${Math.round((end - order.at) / 1000)} s: is the watchdog stuck? See \`agents status\`.`,
  );
}

/** A watchdog carries it out all the same; where none runs, it is not left to surprise the next one. */
async function interrupted({ outside }: Call, site: Site, id: string): Promise<never> {
  const watched = (await site.holder())?.verb === WATCHDOG;
  if (!watched) withdraw({ disk: outside.disk, stateDir: site.config.stateDir }, id);
  throw new Refusal(
    signalled(outside.stop),
    watched ? "interrupted; the watchdog goes on with it" : "interrupted before it was done",
  );
}

async function beEngine(
  call: Call,
  site: Site,
  {
    order,
    held,
  }: { readonly order: Order; readonly held: Exclude<Awaited<ReturnType<Site["acquire"]>>, null> },
): Promise<void> {
  if (!("release" in held)) return;
  try {
    const waits = (): boolean =>
      answerTo(call, site, order.id) === null && !call.outside.stop.aborted;
    await site.run(held, { verb: order.verb, goesOn: waits });
  } finally {
    await held.release();
  }
}

function answerTo({ outside }: Call, site: Site, id: string): Answer | null {
  const read = readAnswer({ disk: outside.disk, stateDir: site.config.stateDir }, id);
  return read.ok ? read.value : null;
}
