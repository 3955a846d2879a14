// What changed between two values of plain data, and the way back: change on value gives the next value, with its keys
// in the same order, so that what is decided from it is the same to the byte. Pure.

import { same } from "../core/step.ts";
import { isRaw, type Raw } from "./memory-version.ts";

/** `to`: another value. `in`: the same object with other members. */
export type Change =
  | { readonly to: unknown }
  | { readonly in: Readonly<Record<string, Change>>; readonly gone?: readonly string[] };

/** Null: nothing changed. Members that are undefined are not there, as in JSON. */
export function changeOf(before: unknown, after: unknown): Change | null {
  if (before === after) return null;
  if (!isRaw(before) || !isRaw(after)) return same(before, after) ? null : { to: after };
  const [old, young] = [keysOf(before), keysOf(after)];
  const known = new Set(old);
  const kept = new Set(young);
  const gone = old.filter((key) => !kept.has(key));
  const order = [...old.filter((key) => kept.has(key)), ...young.filter((key) => !known.has(key))];
  if (order.some((key, at) => key !== young[at])) return { to: after };
  const changes = young.flatMap((key) => {
    const change = known.has(key) ? changeOf(before[key], after[key]) : { to: after[key] };
    return change === null ? [] : [[key, change] as const];
  });
  if (changes.length === 0 && gone.length === 0) return null;
  return { in: Object.fromEntries(changes), ...(gone.length > 0 && { gone }) };
}

/** Null where the change was not made for such a value. */
export function changed(before: unknown, change: Change | null): unknown {
  if (change === null) return before;
  if ("to" in change) return change.to;
  const known: Raw = isRaw(before) ? before : {};
  const gone = new Set(change.gone ?? []);
  const left = Object.entries(known).filter(([key]) => !gone.has(key));
  const now = Object.entries(change.in).map(
    ([key, each]) => [key, changed(known[key], each)] as const,
  );
  return { ...Object.fromEntries(left), ...Object.fromEntries(now) };
}

/** The same change with other texts. */
export function retold(change: Change, text: (key: string, text: string) => string): Change {
  return "to" in change
    ? { to: textsOf(change.to, "", text) }
    : {
        ...change,
        in: Object.fromEntries(
          Object.entries(change.in).map(([key, each]) => [
            key,
            "to" in each ? { to: textsOf(each.to, key, text) } : retold(each, text),
          ]),
        ),
      };
}

function textsOf(
  value: unknown,
  key: string,
  text: (key: string, text: string) => string,
): unknown {
  if (typeof value === "string") return text(key, value);
  if (Array.isArray(value)) return value.map((one: unknown) => textsOf(one, key, text));
  if (!isRaw(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, textsOf(one, name, text)]),
  );
}

function keysOf(value: Raw): readonly string[] {
  return Object.keys(value).filter((key) => value[key] !== undefined);
}
