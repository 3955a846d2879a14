// A configuration written for the reference supervisor, and the state directory it left, taken over.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build, openLab, type Lab } from "./lab.ts";

const CONFIG = `
[defaults]
session_prefix = "ref-"
log_dir = ".ao-state"
backend = "stub"
model = "m1"
watch = "heal"

[watchdog]
signal_interval = 1
heavy_interval = 2
stall_grace = 3

[backend.stub]
bin = "sh -c 'echo START {session} {model}; cat {kickoff}; while read -r line; do echo \\"GOT $line\\"; done; exec sleep 3000'"
prompt_delivery = "exec"
process_name = "sh"
active_re = "esc to interrupt"

[[agent]]
name = "builder"
kind = "loop"
role = "builder"

[[agent]]
name = "adversary"
kind = "loop"
role = "adversary"

[[agent]]
name = "closer"
kind = "task"
enabled = false
watch = "none"
prompt = "close the books"

[[agent]]
name = "helper"
kind = "orchestrator"
prompt = "help"

[[service]]
name = "web"
command = "echo serving; exec sleep 3000"

[loop]
phases = [
  { id = "one", plan = "PLAN-1.md", status = "STATUS-1.md" },
  { id = "two", plan = "PLAN-2.md", status = "STATUS-2.md", models = { builder = "big" } },
  { id = "three", plan = "PLAN-3.md", status = "STATUS-3.md" },
]
kickoff_template = "kickoff.md"
on_complete = { run = "closer", trigger_file = ".run-on-complete" }

[loop.handoff]
repo = "work"
claim_pings = "adversary"
review_pings = "builder"
inboxes = ["REVIEW-INBOX.md", "BUILD-INBOX.md"]
`;

let lab: Lab;

beforeAll(() => {
  build();
  lab = openLab();
  lab.write("agents.toml", CONFIG);
  lab.write("kickoff.md", "Phase {phase_id}, plan {plan}, status {status}, you are {role}.\n");
  lab.write("prompts/builder.md", "Build it.\n");
  lab.write("prompts/adversary.md", "Doubt it.\n");
  // What the reference leaves behind in phase 2.
  lab.write(".ao-state/state/phase-idx", "1");
  lab.write(".ao-state/.run-on-complete", "");
  lab.git(".", "init", "-q", "--bare", "origin");
  lab.git(".", "init", "-q", "-b", "main", "work");
  lab.git("work", "remote", "add", "origin", join(lab.dir, "origin"));
  commit("start");
}, 30_000);

afterAll(() => lab.close(), 30_000);

function commit(subject: string): void {
  lab.git("work", "add", "-A");
  lab.git("work", "commit", "-q", "--allow-empty", "-m", subject);
  lab.git("work", "push", "-q", "origin", "main");
}

const seen = (agent: string, text: string) => (): boolean =>
  existsSync(join(lab.dir, `.ao-state/ref-${agent}.log`)) &&
  lab.read(`.ao-state/ref-${agent}.log`).includes(text);

async function becomes(is: () => boolean, limitMs = 12_000): Promise<void> {
  await expect.poll(is, { timeout: limitMs, interval: 50 }).toBe(true);
}

test("an agents.toml of the reference runs unchanged, from the phase it was left in to the end", async () => {
  const up = await lab.agents("up");
  expect(up).toMatchObject({ code: 0, stderr: "" });
  const first = await lab.until("all up", (now) =>
    now.agents.filter((one) => one.enabled).every((one) => one.life === "up"),
  );
  expect(first.loops).toMatchObject([{ phase: "two", index: 1, count: 3, complete: false }]);
  expect(
    first.agents.map(({ name, kind, model, session }) => ({ name, kind, model, session })),
  ).toEqual([
    { name: "builder", kind: "loop", model: "big", session: "ref-builder" },
    { name: "adversary", kind: "loop", model: "m1", session: "ref-adversary" },
    { name: "closer", kind: "task", model: "m1", session: "ref-closer" },
    { name: "helper", kind: "persistent", model: "m1", session: "ref-helper" },
  ]);
  await becomes(
    seen(
      "builder",
      "START ref-builder big\r\nPhase two, plan PLAN-2.md, status STATUS-2.md, you are builder.\r\nBuild it.",
    ),
  );

  // Heal: what dies comes back.
  const pid = await lab.pid("helper");
  process.kill(pid, "SIGKILL");
  await lab.until(
    "helper is back",
    (now) => now.agents[3]?.life === "up" && now.agents[3].pid !== pid,
    20_000,
  );

  // Handoff: a claim pings the adversary, a review the builder, an inbox file its reader.
  commit("claim: gate two is ready");
  await becomes(seen("adversary", "GOT watchdog: a claim was pushed"));
  lab.write("work/machine-docs/BUILD-INBOX.md", "please look");
  commit("review: not yet");
  await becomes(seen("builder", "GOT watchdog: a review was pushed"));
  await becomes(seen("builder", "BUILD-INBOX.md"));
  lab.git("work", "rm", "-q", "machine-docs/BUILD-INBOX.md");

  // Phases: the marker with a body, committed, moves the loop on; the last one completes it.
  lab.write("work/machine-docs/STATUS-2.md", "# status\n\n## DONE\n\nverified by the adversary\n");
  commit("status two");
  await becomes(seen("builder", "Phase three, plan PLAN-3.md"), 20_000);
  await becomes(seen("adversary", "Phase three, plan PLAN-3.md"), 20_000);
  expect(lab.read(".ao-state/state/phase-idx").trim()).toBe("2");
  lab.write("work/machine-docs/STATUS-3.md", "## DONE\nall gates passed\n");
  commit("status three");
  await becomes(() => existsSync(join(lab.dir, ".ao-state/SEQUENCE-COMPLETE")), 20_000);
  await becomes(seen("closer", "close the books"));
  const end = await lab.until(
    "loop agents down",
    (now) => now.agents.slice(0, 2).every((one) => one.life === "down"),
    20_000,
  );
  expect(end.loops[0]).toMatchObject({ complete: true });
  expect(existsSync(join(lab.dir, ".ao-state/.run-on-complete"))).toBe(false);

  const down = await lab.agents("down");
  expect(down).toMatchObject({ code: 0, stderr: "" });
  for (const name of ["builder", "adversary", "closer", "helper", "web"])
    expect(lab.incarnations(name).size).toBe(0);
}, 120_000);

test("sessions of these names that something else left on the default server refuse the first up, untouched", async () => {
  const other = openLab();
  other.write("agents.toml", CONFIG);
  for (const file of ["kickoff.md", "prompts/builder.md", "prompts/adversary.md"])
    other.write(file, "x");
  other.onDefault("new-session", "-d", "-s", "ref-builder", "sleep 3000");
  const ran = await other.agents("up");
  expect(ran).toMatchObject({ code: 6, stderr: expect.stringContaining("ref-builder") });
  expect(other.onDefault("list-sessions", "-F", "#{session_name}")).toBe("ref-builder");
  other.onDefault("kill-session", "-t", "=ref-builder");
  await other.close();
});

test("a pattern that could hold the watchdog is refused with its line", async () => {
  lab.write(
    "slow.toml",
    `[defaults]\nsession_prefix = "s-"\nlog_dir = "l"\n[backend.s]\nbin = "true"\nlimit_re = '(\\w+\\s?)+reached$'\n[[agent]]\nname = "a"\nbackend = "s"\n`,
  );
  const ran = await lab.agents("up", "--config", "slow.toml");
  expect(ran).toMatchObject({ code: 5, stderr: expect.stringContaining("slow.toml:6:13") });
});

test("exit codes and words are those of the contract", async () => {
  expect(await lab.agents("statsu")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean "status"?'),
  });
  expect(await lab.agents("up", "bilder")).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('did you mean "builder"?'),
  });
  expect(await lab.agents("up", "--config", "nowhere.toml")).toMatchObject({ code: 4 });
  lab.write("broken.toml", '[defaults]\nsession_prefix = 3\nlog_dir = ".x"\nwacth = 1\n');
  const broken = await lab.agents("up", "--config", "broken.toml");
  expect(broken).toMatchObject({ code: 5, stderr: expect.stringContaining("broken.toml:2:") });
  expect(broken.stderr).toContain('did you mean "watch"?');
});
