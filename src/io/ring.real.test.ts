// A line for who sits at a terminal, on a real tmux: it stands there as it was written, and nothing of it is run.

import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { openRing } from "./ring.ts";
import { openLab } from "./tmux-lab.ts";

const [fleet, desk] = [openLab(process.env), openLab(process.env)];
afterAll(() => Promise.all([fleet.end(), desk.end()]));

const SIZE = ["-x", "150", "-y", "20"];

async function soon(is: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await is())) {
    if (performance.now() > end) throw new Error("never so");
    await sleep(50);
  }
}

test("who is attached sees the line, word for word; nobody attached is nobody told", async () => {
  await fleet.tmux("new-session", "-d", "-s", "in", ...SIZE, "sleep 1000");
  const socket = await fleet.tmux("display-message", "-p", "#{socket_path}");
  const heard: string[] = [];
  const place = { socket: basename(socket), env: fleet.env, dir: fleet.dir };
  const ring = openRing({ ...place, terminal: (text) => void heard.push(text) });
  expect(await openRing({ ...place, terminal: null })("nobody is there")).toBe(0);

  const attach = `env -u TMUX tmux -S '${socket}' attach -t in`;
  await desk.tmux("new-session", "-d", "-s", "out", ...SIZE, attach);
  await soon(async () => (await fleet.tmux("list-clients")) !== "");
  const hacked = join(fleet.dir, "hacked");
  const line = `[t] a asks 100% #[fg=red]#(touch hacked) $(touch hacked) %H`;
  // A mark that would colour the line is set apart.
  const shown = line.replace("#[", "# [");
  expect(await ring(line)).toBe(2);
  await soon(async () => (await desk.tmux("capture-pane", "-p", "-t", "out")).includes(shown));
  expect([heard, existsSync(hacked)]).toEqual([[`\u0007\u001b]9;${line}\u0007`], false]);
}, 30_000);
