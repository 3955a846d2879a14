// Orders that wait for an answer, and how long they have waited.

import type { Order } from "../core/types.ts";
import { MINUTE } from "./chance.ts";
import type { Time } from "./time.ts";

/** As long after its end an order may still be answered. */
const LATE = 10 * MINUTE;

export type Asked = {
  hear(order: Order): void;
  answered(id: string): void;
  /** Nothing can be answered just now: what was waited so far says nothing. */
  excused(): void;
  /** Those that nobody answered in time, each told once. */
  overdue(): readonly Order[];
};

export function openAsked(time: Time, isAnswered: (order: string) => boolean): Asked {
  const open = new Map<string, { readonly order: Order; readonly at: number }>();
  return {
    hear: (order) => void open.set(order.id, { order, at: time.steady() }),
    answered: (id) => void open.delete(id),
    excused: () => {
      for (const [id, { order }] of open) open.set(id, { order, at: time.steady() });
    },
    overdue: () =>
      [...open.values()].flatMap(({ order, at }) => {
        const late = order.expires - order.at + LATE;
        if (time.steady() - at < late || time.now() - order.at < late) return [];
        open.delete(order.id);
        return isAnswered(order.id) ? [] : [order];
      }),
  };
}
