// `agents top --plain`: the same in sentences, one line after another, for screen readers, pipes and terminals
// that can do nothing else. Goes on until it is interrupted.

import { localTime } from "../event-text.ts";
import { type Call, type ExitCode, signalled } from "../outside.ts";
import { standingOf } from "../standing.ts";
import { changes, opening } from "./sentences.ts";

const LOOK_MS = 1_000;
/** Where no watchdog publishes anything, each look asks tmux. */
const ASK_MS = 5_000;

export async function tellOn(call: Call): Promise<ExitCode> {
  const { outside } = call;
  const tell = (lines: readonly string[]): void => {
    const now = outside.now();
    outside.stdout.write(lines.map((line) => `${localTime(now, now)} ${line}\n`).join(""));
  };
  let before = await standingOf(call);
  tell(opening(before, outside.now()));
  while (!outside.stop.aborted) {
    await outside.pause(before.watchdog.state === "running" ? LOOK_MS : ASK_MS);
    const after = await standingOf(call);
    tell(changes(before, after, outside.now()));
    before = after;
  }
  return signalled(outside.stop);
}
