// Figures that users feel, measured as ratios in one run: the time of `status`, and first words of
// agents that end at once.

import { afterEach, beforeAll, expect, test } from "vitest";
import { build, openLab, type Lab } from "./lab.ts";

const MOST = 1.6;

let lab: Lab;

beforeAll(build);
afterEach(() => lab.close(), 120_000);

function fleet(count: number, bin: string, watch: string): void {
  lab = openLab();
  const agents = Array.from(
    { length: count },
    (_, at) => `[[agent]]\nname = "a${at}"\nprompt = "word-${at}-end"\n`,
  );
  lab.write(
    "agents.toml",
    `[defaults]\nsession_prefix = "n-"\nlog_dir = "log"\nbackend = "stub"\nwatch = "${watch}"\n[watchdog]\nsignal_interval = 2\n` +
      `[backend.stub]\nprompt_delivery = "exec"\nbin = ${JSON.stringify(bin)}\n${agents.join("")}`,
  );
}

/** What it takes when nothing else happens to run: the machine is shared, and noise only adds. */
function least(values: readonly number[]): number {
  return Math.min(...values);
}

test("status of fifty agents takes at most 1.6 times what an empty node takes", async () => {
  fleet(50, "cat {kickoff}; exec sleep 3000", "heal");
  expect(await lab.agents("up")).toMatchObject({ code: 0 });
  const empty: number[] = [];
  const status: number[] = [];
  const ratio = (): number => least(status) / least(empty);
  // A machine with much else to do shows later what they take alone.
  for (let round = 0; round < 10 || (round < 60 && ratio() > MOST); round += 1) {
    empty.push((await lab.node("-e", "0")).ms);
    const ran = await lab.agents("status");
    expect(ran.stdout).toContain("a49");
    status.push(ran.ms);
  }
  expect(
    ratio(),
    `status ${least(status).toFixed(0)} ms, node -e 0 ${least(empty).toFixed(0)} ms`,
  ).toBeLessThanOrEqual(MOST);
}, 60_000);

test("the first words of 200 agents that end at once are all in their logs", async () => {
  fleet(200, "cat {kickoff}", "none");
  await lab.agents("up");
  const lost = (): readonly number[] =>
    Array.from({ length: 200 }, (_, at) => at).filter(
      (at) => !lab.read(`log/n-a${at}.log`).includes(`word-${at}-end`),
    );
  // Who ended is told at once; what it said last is still on its way through a process of its own.
  await expect.poll(lost).toEqual([]);
  const now = await lab.status();
  expect(now.agents.every((one) => one.life === "ended" && one.exit?.code === 0)).toBe(true);
}, 120_000);
