// The requests in flight on one control client: which reply blocks belong to which, and since when it is late.
// Replies come in the order of the questions; the block that holds a request's random token ends it.

import { randomBytes } from "node:crypto";
import type { Result } from "../engine/ports.ts";
import type { Block } from "./tmux-protocol.ts";
import { command } from "./tmux-quote.ts";

export type Requests = {
  /** Opens a request; `text` is what to send for it. */
  readonly add: (
    lines: readonly string[],
    limitMs: number | null,
  ) => {
    readonly text: string;
    readonly reply: Promise<Result<readonly Block[]>>;
  };
  readonly receive: (block: Block) => void;
  readonly failAll: (why: string) => void;
};

type Request = {
  readonly token: string;
  readonly blocks: Block[];
  readonly limitMs: number | null;
  readonly settle: (result: Result<readonly Block[]>) => void;
};

export const openRequests = (onLate: (why: string) => void): Requests => {
  const open: Request[] = [];
  let timer: NodeJS.Timeout | undefined;

  /** Only the request whose turn it is can be late: behind a long row the server is busy, not silent. */
  const next = (): void => {
    clearTimeout(timer);
    const limitMs = open[0]?.limitMs ?? null;
    if (limitMs === null) return;
    timer = setTimeout(() => onLate(`tmux did not answer within ${limitMs} ms.`), limitMs);
  };

  return {
    add: (lines, limitMs) => {
      const token = randomBytes(12).toString("hex");
      const text = [...lines, command("display-message -p", token)].map(whole).join("");
      const reply = new Promise<Result<readonly Block[]>>((settle) =>
        open.push({ token, blocks: [], limitMs, settle }),
      );
      if (open.length === 1) next();
      return { text, reply };
    },
    receive: (block) => {
      const request = open[0];
      if (request === undefined) return;
      if (block.lines.length !== 1 || block.lines[0] !== request.token) {
        request.blocks.push(block);
        return;
      }
      open.shift();
      next();
      request.settle({ ok: true, value: request.blocks });
    },
    failAll: (failure) => {
      clearTimeout(timer);
      for (const request of open.splice(0)) request.settle({ ok: false, failure });
    },
  };
};

/** An empty line would detach the client, and a line feed inside would make two commands of one. */
const whole = (line: string): string => {
  if (line === "" || line.includes("\n")) throw new Error("bug: a tmux command must be one line");
  return `${line}\n`;
};
