// Makes a session ours that a person started: its name, our marker, our window options, its log, in one turn of the
// server and only if it is still what was seen. The program in it is not touched.

import type { Adopter, Adopting } from "../engine/adopting.ts";
import type { Result } from "../engine/ports.ts";
import { failed, fine, NAME, type Asking } from "./tmux-ask.ts";
import { markCommands, openLog } from "./tmux-launch.ts";
import { command, list } from "./tmux-quote.ts";
import { FIXED_SIZE, WINDOW_OPTIONS } from "./tmux-settings.ts";
import { makePrivate } from "./tmux-start.ts";

const PANE = /^%\d+$/;
const REFUSED = "refused: it is ours already, has ended, or is another program by now";

export const adoptsOn = (asking: Asking): Adopter => ({
  directory: (pane) =>
    asking.there("", async (up) => {
      const told = await asking.ask(up, [
        command("display-message -p -t", pane, "#{pane_current_path}"),
      ]);
      return told.ok ? fine(told.value[0] ?? "") : told;
    }),
  adopt: (what) => adopt(asking, what),
});

const adopt = async (asking: Asking, what: Adopting): Promise<Result<null>> => {
  const { pane, pid, session, run, hash, target, log } = what;
  const wrong = [session, run, hash, target].find((each) => !NAME.test(each));
  if (wrong !== undefined || !PANE.test(pane))
    return failed(`tmux cannot hold the name ${JSON.stringify(wrong ?? pane)}.`);
  const unfit = await makePrivate(log);
  if (unfit !== null) return failed(unfit);
  return asking.there<null>(null, async (up) => {
    const free = `#{&&:#{==:#{@agents_mark},},#{&&:#{==:#{pane_pid},${pid}},#{==:#{pane_dead},0}}}`;
    const ours = list(
      command("rename-session -t", pane, session),
      ...markCommands({ spec: { session, run, hash, target }, hex: asking.spec.hex }, pane),
      ...[...WINDOW_OPTIONS, FIXED_SIZE].map(([name, value]) =>
        command("set-option -w -t", pane, name, value),
      ),
      openLog(pane, log),
    );
    const why = command("display-message -p -t", pane, REFUSED);
    const said = await asking.ask(up, [command("if-shell -F -t", pane, free, ours, why)]);
    if (!said.ok) return said;
    return said.value.includes(REFUSED) ? failed(`${session}: ${REFUSED}.`) : fine(null);
  });
};
