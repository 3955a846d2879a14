// What every act on a terminal shares: the way to the server, plain questions, and the rows of its panes.
// A server that is not there is an answer of its own, and an error block is a failure with tmux's words.

import { randomBytes } from "node:crypto";
import type { Instant } from "../core/types.ts";
import type { Result } from "../engine/ports.ts";
import { lookFormat, openRowReader, type PaneRow } from "./tmux-look.ts";
import type { Block } from "./tmux-protocol.ts";
import { command } from "./tmux-quote.ts";
import type { Reached, ServerLink, ServerSpec, Up } from "./tmux-server.ts";

export type TerminalSpec = ServerSpec & { readonly now: () => Instant };

export type Asking = {
  readonly spec: TerminalSpec;
  readonly link: ServerLink;
  /** Does something on the server that is there; starts none. */
  there<T>(ifNone: T, then: (up: Up) => Promise<Result<T>>): Promise<Result<T>>;
  ask(up: Up, lines: readonly string[]): Promise<Result<readonly string[]>>;
  /** One row a session. `only` is a format that must be true; without `commands` those are "". */
  panes(
    up: Up,
    which: { readonly only?: string; readonly commands: boolean },
  ): Promise<Result<readonly PaneRow[]>>;
};

/** Anything else would be rewritten by tmux, or mean something in a target or a format. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

export const failed = (failure: string): { readonly ok: false; readonly failure: string } => ({
  ok: false,
  failure,
});
export const fine = <T>(value: T): { readonly ok: true; readonly value: T } => ({
  ok: true,
  value,
});

export const openAsking = (spec: TerminalSpec, link: ServerLink): Asking => {
  // Of every row of every look nine: short.
  const separator = `|${randomBytes(3).toString("hex")}|`;

  const [readWhole, readCheap] = [openRowReader(), openRowReader()];

  const ask: Asking["ask"] = async (up, lines) => {
    const blocks = await up.client.ask(lines);
    if (!blocks.ok) return blocks;
    const error = blocks.value.find((block) => block.error);
    return error === undefined
      ? fine(lineOf(blocks.value))
      : failed(`tmux: ${error.lines.join(" ")}`);
  };

  return {
    spec,
    link,
    ask,
    there: async (ifNone, then) => {
      const reached: Reached = await link.reach(false);
      switch (reached.is) {
        case "none":
          return fine(ifNone);
        case "failed":
          return failed(reached.failure);
        case "up":
          return then(reached);
      }
    },
    panes: async (up, { only, commands }) => {
      const at = spec.now();
      const filter = only === undefined ? [] : ["-f", only];
      const format = lookFormat(separator, commands);
      const lines = await ask(up, [command("list-panes -a", ...filter, "-F", format)]);
      const reading = { separator, commands, hex: spec.hex, at };
      if (!lines.ok) return lines;
      const read = only !== undefined ? openRowReader() : commands ? readWhole : readCheap;
      return fine(read(lines.value, reading));
    },
  };
};

const lineOf = (blocks: readonly Block[]): readonly string[] =>
  blocks.flatMap((block) => block.lines);
