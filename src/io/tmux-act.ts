// Acts on a running session: close, type, press, re-open its log. Each is guarded inside the server,
// in the same turn as the act: pasting into a dead pane crashes tmux 3.3a, and a check from here would race.

import { randomBytes } from "node:crypto";
import type { Result, Terminal } from "../engine/ports.ts";
import { failed, fine, NAME, type Asking } from "./tmux-ask.ts";
import { openLog } from "./tmux-launch.ts";
import { command, list } from "./tmux-quote.ts";
import { makePrivate } from "./tmux-start.ts";

type Run = { readonly session: string; readonly run: string };
type Act = {
  /** A format that is true when the act must not happen. */
  readonly unless: string;
  readonly before?: string;
  readonly go: (pane: string) => string;
  /** Cleans up after `before` when `go` did not happen. */
  readonly undo?: string;
};

/** Longest text of one paste: what is longer belongs in a file that the agent is told to read. */
const PASTE_BYTES = 4 * 1024 * 1024;
const NOT_READY = "#{||:#{pane_dead},#{pane_in_mode}}";

export const actsOn = (asking: Asking): Pick<Terminal, "close" | "type" | "press" | "pipe"> => ({
  close: async (session, run) => {
    const act = { unless: "0", go: (pane: string) => command("kill-session -t", pane) };
    const done = await guarded(asking, { session, run }, act);
    return done.ok ? fine(null) : done;
  },
  type: async (session, run, text) => {
    const wrong = unpastable(text);
    if (wrong !== null) return failed(wrong);
    const buffer = `agents-${randomBytes(6).toString("hex")}`;
    return present(
      asking,
      { session, run },
      {
        unless: NOT_READY,
        before: command("set-buffer -b", buffer, "--", text),
        go: (pane) => command("paste-buffer -p -r -d -b", buffer, "-t", pane),
        undo: command("delete-buffer -b", buffer),
      },
    );
  },
  press: (session, run, keys) =>
    present(
      asking,
      { session, run },
      {
        unless: NOT_READY,
        go: (pane) => command("send-keys -t", pane, "--", ...keys),
      },
    ),
  pipe: async (session, run, log) => {
    const wrong = await makePrivate(log);
    if (wrong !== null) return failed(wrong);
    return present(
      asking,
      { session, run },
      {
        unless: "#{pane_dead}",
        go: (pane) => openLog(pane, log),
      },
    );
  },
});

const guarded = async (
  asking: Asking,
  { session, run }: Run,
  act: Act,
): Promise<Result<"done" | "gone">> => {
  const name = [session, run].find((each) => !NAME.test(each));
  if (name !== undefined) return failed(`tmux cannot hold the name ${JSON.stringify(name)}.`);
  return asking.there<"done" | "gone">("gone", async (up) => {
    const same = `#{&&:#{==:#{@agents_run},${run}},#{==:#{@agents_session},${session}}}`;
    const rows = await asking.panes(up, { only: same, commands: false });
    if (!rows.ok) return rows;
    const row = rows.value.find(({ mark }) => mark !== null);
    if (row === undefined) return fine("gone");
    const no = `#{||:#{!=:#{@agents_run},${run}},${act.unless}}`;
    const why = command("display-message -p -t", row.pane, REFUSED);
    const choice = command("if-shell -F -t", row.pane, no, why, act.go(row.pane));
    const said = await asking.ask(up, [
      act.before === undefined ? choice : list(act.before, choice),
    ]);
    const answer = said.ok
      ? said.value.map((line) => refusal(session, line)).find((line) => line !== null)
      : said.failure;
    if (answer === undefined || answer === null) return fine("done");
    if (act.undo !== undefined) await asking.ask(up, [act.undo]);
    return failed(answer);
  });
};

const present = async (asking: Asking, what: Run, act: Act): Promise<Result<null>> => {
  const done = await guarded(asking, what, act);
  if (!done.ok) return done;
  if (done.value === "gone") return failed(`This run of ${what.session} is not there any more.`);
  return fine(null);
};

const REFUSED = "refused: dead #{pane_dead}, mode #{pane_in_mode}";

const refusal = (session: string, line: string): string | null => {
  const told = /^refused: dead (\d), mode (\d+)$/.exec(line);
  if (told === null) return null;
  if (told[1] === "1") return `The program in ${session} has ended.`;
  if (told[2] !== "0") return `${session} is in copy mode: somebody scrolls in it.`;
  return `${session} is another run by now.`;
};

const unpastable = (text: string): string | null => {
  if (Buffer.byteLength(text) > PASTE_BYTES) return `The text is longer than ${PASTE_BYTES} bytes.`;
  if (text.includes("\0")) return "The text holds a NUL, which no terminal can take.";
  // It would end the bracketed paste, and the rest would be keys.
  if (text.includes("\u001B[201~")) return "The text holds the sequence that ends a paste.";
  return null;
};
