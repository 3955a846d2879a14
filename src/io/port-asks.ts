// What a program answers on its own port of the loopback: asked in the background, again and again while somebody
// wants to know, each time within a bound of time and size. What is known is told at once, and a change rings.

import { get } from "node:http";
import type { Instant } from "../core/types.ts";

export const askMs = 2_000;
/** Whoever did not want to know for so long is forgotten. */
const wantedMs = 120_000;
const answerMs = 2_000;
const answerBytes = 256 * 1024;

/** Null: no answer, or none that is JSON. `at` is when the same was first answered. */
export type Answer = {
  readonly text: string;
  readonly record: unknown;
  readonly at: Instant;
} | null;

export type PortAsks = {
  /** The same object while the answer is the same. */
  readonly known: (port: number, path: string) => Answer;
  /** Something happened there: all of it is asked now. */
  readonly hurry: (port: number) => void;
  readonly close: () => void;
};

export type AsksSpec = {
  readonly now: () => Instant;
  readonly ring: () => void;
  readonly everyMs: number;
};

type Asked = { answer: Answer; wantedAt: Instant; under: boolean };

export function openPortAsks({ now, ring, everyMs }: AsksSpec): PortAsks {
  const asked = new Map<string, Asked>();
  let timer: NodeJS.Timeout | null = null;
  const close = (): void => {
    if (timer !== null) clearInterval(timer);
    timer = null;
    asked.clear();
  };
  const ask = (url: string, one: Asked): void => {
    if (one.under) return;
    one.under = true;
    void answerOf(url).then((text) => {
      one.under = false;
      const before = one.answer;
      if (before?.text === text) return;
      const record = text === null ? undefined : parsed(text);
      one.answer = text === null || record === undefined ? null : { text, record, at: now() };
      if (one.answer !== before) ring();
    });
  };
  const round = (): void => {
    for (const [url, one] of asked) {
      if (now() - one.wantedAt > wantedMs) asked.delete(url);
      else ask(url, one);
    }
    if (asked.size === 0) close();
  };
  return {
    close,
    hurry: (port) => {
      for (const [url, one] of asked) if (url.startsWith(`${placeOf(port)}/`)) ask(url, one);
    },
    known: (port, path) => {
      const url = `${placeOf(port)}${path}`;
      const one = asked.get(url) ?? { answer: null, wantedAt: now(), under: false };
      one.wantedAt = now();
      if (!asked.has(url)) {
        asked.set(url, one);
        ask(url, one);
        timer ??= setInterval(round, everyMs).unref();
      }
      return one.answer;
    },
  };
}

function placeOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/** Null where nobody answers in time, in full and with success. */
function answerOf(url: string): Promise<string | null> {
  return new Promise((resolve) => {
    const request = get(url, { signal: AbortSignal.timeout(answerMs) }, (response) => {
      const parts: Buffer[] = [];
      let length = 0;
      response.on("data", (part: Buffer) => {
        length += part.length;
        if (length > answerBytes) request.destroy();
        else parts.push(part);
      });
      response.on("error", () => resolve(null));
      response.on("close", () => resolve(null));
      response.on("end", () =>
        resolve(response.statusCode === 200 ? Buffer.concat(parts).toString("utf8") : null),
      );
    });
    request.on("error", () => resolve(null));
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
