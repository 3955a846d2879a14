// The keyboard of the demo agent: typed characters and bracketed pastes become lines; ^C and ^D ask it to
// leave, the end of its input when the lines before it are done. Keeps what was typed ahead, within bounds.

import { escapes } from "./escapes.ts";
import type { Token } from "./escapes.ts";

export type Keyboard = {
  /** The next line that was sent; null when it shall leave. */
  line(): Promise<string | null>;
  /** Waits so long; false when it was asked to leave meanwhile. */
  pause(ms: number): Promise<boolean>;
  close(): void;
};

type Keys = {
  readonly lines: string[];
  typed: string;
  pasting: boolean;
  left: boolean;
  ended: boolean;
  wake: () => void;
};

const LONGEST_LINE = 100_000;
const MOST_LINES = 100;

type Source = { readonly stdin: NodeJS.ReadStream; readonly stop: AbortSignal };

export const keyboard = ({ stdin, stop }: Source, onTyped: (text: string) => void): Keyboard => {
  const keys: Keys = {
    lines: [],
    typed: "",
    pasting: false,
    left: false,
    ended: false,
    wake: () => undefined,
  };
  const stream = escapes();
  const hear = (text: string): void => {
    for (const token of stream.feed(text)) press(keys, token);
    onTyped(keys.typed);
    keys.wake();
  };
  const end = (): void => {
    keys.ended = true;
    keys.wake();
  };
  const leave = (): void => {
    keys.left = true;
    keys.wake();
  };
  if (stdin.isTTY) stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  stdin.on("data", hear);
  stdin.on("end", end);
  stop.addEventListener("abort", leave, { once: true });
  return {
    line: async () => {
      while (keys.lines.length === 0 && !keys.left && !keys.ended) await next(keys, null);
      return keys.left ? null : (keys.lines.shift() ?? null);
    },
    pause: async (ms) => {
      const over = Date.now() + ms;
      while (!keys.left && Date.now() < over) await next(keys, over - Date.now());
      return !keys.left;
    },
    close: () => {
      stdin.off("data", hear);
      stdin.off("end", end);
      stop.removeEventListener("abort", leave);
      stdin.pause();
    },
  };
};

const press = (keys: Keys, token: Token): void => {
  if (token.is === "text") keys.typed = (keys.typed + token.text).slice(0, LONGEST_LINE);
  else if (token.is === "control") control(keys, token.code);
  else if (token.is === "csi" && token.final === "~") {
    if (token.numbers[0] === 200) keys.pasting = true;
    if (token.numbers[0] === 201) keys.pasting = false;
  }
};

const control = (keys: Keys, code: string): void => {
  if (keys.pasting) keys.typed += " ";
  else if (code === "\r" || code === "\n") {
    if (keys.typed.trim() !== "" && keys.lines.length < MOST_LINES)
      keys.lines.push(keys.typed.trim());
    keys.typed = "";
  } else if (code === "\u007F" || code === "\b") keys.typed = keys.typed.slice(0, -1);
  else if (code === "\u0015") keys.typed = "";
  else if (code === "\u0003" || code === "\u0004") keys.left = true;
};

/** Resolves when something was pressed, or after so many milliseconds. */
const next = (keys: Keys, ms: number | null): Promise<void> =>
  new Promise((resolve) => {
    const timer = ms === null ? null : setTimeout(resolve, ms);
    keys.wake = () => {
      if (timer !== null) clearTimeout(timer);
      resolve();
    };
  });
