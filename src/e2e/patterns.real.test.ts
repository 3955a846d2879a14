// A pattern that no probe finds, on a screen that makes it explode: the built program goes on looking, says which
// pattern it is, and takes it into use again when it is edited.

import { afterEach, beforeAll, expect, test } from "vitest";
import { build, openLab, type Lab } from "./lab.ts";

let lab: Lab;

beforeAll(build);
afterEach(() => lab.close(), 60_000);

const EVIL = String.raw`(?:\u03b2|[\u03b2\u03b3])+!$`;
const fleet = (pattern: string): string => `[defaults]
session_prefix = "p-"\nlog_dir = "log"\nbackend = "stub"\nwatch = "heal+stall"
[watchdog]\nsignal_interval = 1\n
[backend.stub]\nprompt_delivery = "exec"
bin = '''cat {kickoff}; sleep 3; printf 'β%.0s' $(seq 60); exec sleep 3000'''
[backend.stub.screen]\nbusy = ['${pattern}']\n
[[agent]]\nname = "one"\nprompt = "go"\n`;

test("a pattern that explodes on a screen neither stops the looks nor harms the agent, and is shown until it is edited", async () => {
  lab = openLab();
  lab.write("agents.toml", fleet(EVIL));
  expect(await lab.agents("up")).toMatchObject({ code: 0 });
  const pid = await lab.pid("one");
  const said = `the pattern ${EVIL} takes too long on the screen of one`;
  const held = await lab.until("it is found", (seen) => seen.quarantined.length > 0, 30_000);
  expect(
    held.quarantined.map(({ agents, because }) => [agents, because.split(" and ")[0]]),
  ).toEqual([[["one"], said]]);
  await lab.until("it looks on", (seen) => seen.watchdog.lastTick !== held.watchdog.lastTick);
  const [status, why, doctor] = await Promise.all([
    lab.agents("status"),
    lab.agents("why", "one"),
    lab.agents("doctor"),
  ]);
  expect([status.code, status.stderr, why.stdout, doctor.stdout]).toEqual([
    3,
    expect.stringContaining(said),
    expect.stringContaining(said),
    expect.stringContaining(said),
  ]);
  lab.write("agents.toml", fleet(String.raw`\u03b2+!$`));
  await lab.until("the edited one is in use", (seen) => seen.quarantined.length === 0, 10_000);
  const { stdout } = await lab.agents("events", "--json");
  expect(stdout.split("\n").filter((line) => line.includes('"quarantined"'))).toHaveLength(1);
  expect(await lab.pid("one")).toBe(pid);
}, 90_000);
