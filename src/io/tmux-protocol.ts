// What a tmux control client says, cut into reply blocks and notices. Pure: bytes in, events out.
// It trusts nothing inside a block: pane text may look like protocol, so only the exact tag ends one.

export type Block = {
  /** Time, number and flags of its %begin, as one word sequence. */
  readonly tag: string;
  readonly flags: number;
  readonly lines: readonly string[];
  readonly error: boolean;
};

export type TmuxEvent =
  | { readonly is: "block"; readonly block: Block }
  /** A line outside any block, such as `%sessions-changed`. */
  | { readonly is: "notice"; readonly line: string };

type Open = {
  readonly tag: string;
  readonly flags: number;
  readonly lines: string[];
  /** The lines that end it. */
  readonly end: string;
  readonly failed: string;
};

const LINE_FEED = 0x0a;
const BEGIN = /^%begin (\d+ \d+ (\d+))$/;

/** Feeds bytes, however they were split, and gives the events that are complete with them. */
export const openParser = (): ((bytes: Buffer) => readonly TmuxEvent[]) => {
  let rest: Buffer[] = [];
  let open: Open | null = null;

  const take = (line: string): TmuxEvent | null => {
    if (open === null) {
      const begin = BEGIN.exec(line);
      if (begin === null) return { is: "notice", line };
      const tag = begin[1] ?? "";
      const flags = Number(begin[2]);
      open = { tag, flags, lines: [], end: `%end ${tag}`, failed: `%error ${tag}` };
      return null;
    }
    const error = line === open.failed;
    if (!error && line !== open.end) {
      open.lines.push(line);
      return null;
    }
    const { tag, flags, lines } = open;
    const block: Block = { tag, flags, lines, error };
    open = null;
    // Flags 0 marks what nobody asked for over this client: its own attach, and hooks that print.
    return block.flags === 0 ? null : { is: "block", block };
  };

  return (bytes) => {
    const events: TmuxEvent[] = [];
    let from = 0;
    for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, from)) {
      // Decoded per line: a character cut by a read boundary is whole again here.
      const line =
        rest.length === 0
          ? bytes.toString("utf8", from, at)
          : Buffer.concat([...rest, bytes.subarray(from, at)]).toString("utf8");
      if (rest.length > 0) rest = [];
      from = at + 1;
      const event = take(line);
      if (event !== null) events.push(event);
    }
    if (from < bytes.length) rest.push(bytes.subarray(from));
    return events;
  };
};
