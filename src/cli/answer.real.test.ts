// Answering, holding, explaining and replaying on real tmux, through the built program: one agent that asks.

import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Standing } from "./standing.ts";
import { build, openLab, program, type Lab, type Ran } from "../e2e/lab.ts";

vi.setConfig({ testTimeout: 30_000 });

const FLEET = `[defaults]
session_prefix = "t-"
log_dir = "log"
backend = "asker"
watch = "heal"

[watchdog]
signal_interval = 1

[backend.asker]
bin = "exec ${process.execPath} asker.mjs"
prompt_delivery = "exec"
[backend.asker.screen]
asking = ["^Shall I "]
idle = ["^done"]

[[agent]]
name = "ann"
prompt = ""
`;

/** Asks twice; arrows move, Enter takes. */
const ASKER = `const asks = ["push it?", "force it?"], said = [];
let at = 0;
const draw = () => {
  const rows = asks.length === 0 ? ["done: " + said.join(", ")]
    : ["Shall I " + asks[0], ...["Yes", "No", "Never"].map((w, i) => (i === at ? "❯ " : "  ") + (i + 1) + ". " + w)];
  process.stdout.write("\\x1b[2J\\x1b[H" + rows.join("\\r\\n"));
};
process.stdin.setRawMode(true);
process.stdin.on("data", (keys) => {
  for (const key of String(keys).match(/\\x1b\\[[AB]|\\r/g) ?? []) {
    if (key === "\\r") { said.push(asks.shift() + " " + at); at = 0; }
    else at = Math.max(0, Math.min(2, at + (key.endsWith("B") ? 1 : -1)));
  }
  draw();
});
draw();
`;

let lab: Lab;

beforeAll(async () => {
  build();
  lab = openLab();
  lab.write("agents.toml", FLEET);
  lab.write("asker.mjs", ASKER);
  expect((await lab.with({ AGENTS_RECORD: "night.jsonl" }, "up")).stderr).toBe("");
  await lab.until("it asks", ({ agents }) => agents[0]?.verdict === "asking", 20_000);
}, 60_000);
afterAll(async () => lab.close(), 30_000);

const firstOf = ({ agents }: Standing): Partial<Standing["agents"][number]> => agents[0] ?? {};
const sum = ({ code, stdout, stderr }: Ran): string => `${code} ${stdout}${stderr}`;

test("a dialog is shown with its choices, and the one that is named is pressed, only into that dialog", async () => {
  const shown = await lab.agents("answer", "ann");
  expect([shown.code, shown.stdout]).toEqual([
    0,
    "ann asks:\n  Shall I push it?\n> 1  Yes\n  2  No\n  3  Never\n",
  ]);
  const id = /--dialog (\w+)/.exec(shown.stderr)?.[1] ?? "";
  const json: unknown = JSON.parse((await lab.agents("answer", "ann", "--json")).stdout);
  expect(json).toMatchObject({
    schema: "agents.answer/1",
    dialog: id,
    question: ["Shall I push it?"],
  });
  expect(sum(await lab.agents("answer", "ann", "maybe"))).toMatch(/^4 .*no choice "maybe"/);
  expect(sum(await lab.agents("send", "ann", "go on"))).toMatch(
    /^1 .*ann asks: Shall I push it\?.*see `agents answer ann`/,
  );
  expect(sum(await lab.agents("answer", "ann", "Never", "--dialog", id))).toBe(
    "0 ann   pressed, and the dialog is gone\n",
  );
  expect(sum(await lab.agents("answer", "ann", "1", "--dialog", id))).toMatch(
    /^1 .*another dialog stands there now:\nann asks:\n {2}Shall I force it\?/,
  );
  expect((await lab.agents("answer", "ann", "2")).code).toBe(0);
  await lab.until("it is done", ({ agents }) => agents[0]?.verdict === "idle");
  expect(lab.tmux("capture-pane", "-p", "-t", "=t-ann:")).toBe("done: push it? 2, force it? 1");
  expect(sum(await lab.agents("answer", "ann"))).toMatch(/^1 .*no question with choices/);
  const why = await lab.agents("events", "ann", "-n", "20");
  expect(why.stdout).toMatch(/a person chose "Never"/);
});

test("a hold has an end that status shows, and a release ends it", async () => {
  expect(sum(await lab.agents("hold", "ann"))).toMatch(/^2 .*until when\?/);
  expect(sum(await lab.agents("hold", "ann", "--until", "2h"))).toBe("0 ann   held\n");
  const { agents } = await lab.until("held", (now) => firstOf(now).life === "held");
  const { until, paused, because } = agents[0] ?? {};
  const ahead = Date.parse(until ?? "") - Date.now();
  expect([ahead > 7_000_000 && ahead <= 7_200_000, paused, because]).toEqual([
    true,
    true,
    "held by a person",
  ]);
  expect(sum(await lab.agents("release"))).toBe("0 ann   resumed\n");
  await lab.until("released", (now) => firstOf(now).life === "up");
});

test("why tells of the last restart: what led to it, by which rule, and the screen of that moment", async () => {
  expect((await lab.agents("restart", "ann")).code).toBe(0);
  const { code, stdout } = await lab.agents("why", "ann", "--last", "restart");
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^the last restart of ann, .*\n[\s\S]*restart: a person asked[\s\S]*is started/,
  );
  expect(sum(await lab.agents("why", "ann", "--last", "phase"))).toMatch(/^4 .*no phase of ann/);
  expect(sum(await lab.agents("why", "ann", "--last", "nap"))).toMatch(/^2 .*--last is one of/);
});

test("logs shows only the lines that match, and only what was printed since then", async () => {
  const found = await lab.agents("logs", "ann", "--grep", "shall i", "-n", "1");
  expect(sum(found)).toMatch(/^0 Shall I \w+ it\?\n$/);
  expect(sum(await lab.agents("logs", "ann", "--grep", "nobody said this"))).toBe("0 ");
  // It runs for less than the minute after which a log is marked for the second time.
  expect(sum(await lab.agents("logs", "ann", "--since", "3h", "-n", "1"))).toMatch(/all of it/);
  expect(sum(await lab.agents("logs", "ann", "--since", "0s"))).not.toMatch(/all of it/);
  expect(sum(await lab.agents("logs", "ann", "--raw", "--grep", "x"))).toMatch(/^2 .*--raw/);
});

test("a session that was started by hand is taken in as it runs, and stopped like any other", async () => {
  lab.tmux(
    "new-session",
    "-d",
    "-s",
    "byhand",
    "-c",
    lab.dir,
    `exec ${process.execPath} asker.mjs`,
  );
  const pid = Number(lab.tmux("display-message", "-p", "-t", "=byhand:", "#{pane_pid}"));
  const adopt = async (...words: readonly string[]): Promise<string> =>
    sum(await lab.agents("adopt", ...words));
  expect(await adopt("nobody")).toMatch(/^4 .*no session "nobody" .*there are: byhand/);
  expect(await adopt("t-ann")).toMatch(/^6 .*t-ann is the session of ann already/);
  expect(await adopt("byhand")).toMatch(/^2 .*node runs there.*--backend/);
  expect(await adopt("byhand", "--name", "ann", "--backend", "asker")).toMatch(
    /^6 .*ann is in the file/,
  );
  expect(await adopt("byhand", "--backend", "asker", "--dry-run")).toMatch(
    /\+ \d+  name = "byhand"/,
  );
  expect(lab.tmux("show-options", "-v", "-q", "-t", "=byhand:", "@agents_run")).toBe("");
  expect(await adopt("byhand", "--backend", "asker")).toMatch(/^0 [\s\S]*the watchdog takes it up/);
  const of = ({ agents }: Standing): Standing["agents"][number] | undefined =>
    agents.find(({ name }) => name === "byhand");
  const taken = await lab.until("it is watched", (now) => of(now)?.verdict === "asking");
  expect(of(taken)).toMatchObject({ pid, life: "up", session: "t-byhand", pending: null });
  expect((await lab.agents("answer", "byhand", "No")).code).toBe(0);
  expect((await lab.agents("down", "byhand")).code).toBe(0);
  expect(lab.tmux("list-sessions", "-F", "#{session_name}")).not.toContain("byhand");
});

test("what the watchdog recorded is decided again to the byte, and otherwise by another file", async () => {
  const same = await lab.agents("replay", "night.jsonl", "--json");
  const told: Readonly<Record<string, unknown>> = JSON.parse(same.stdout);
  expect(told).toMatchObject({ schema: "agents.replay/1", differences: [], more: 0 });
  expect([same.code, told["same"]]).toEqual([0, told["decisions"]]);
  lab.write("other.toml", FLEET.replace('asking = ["^Shall I "]', 'asking = ["^Never "]'));
  const other = await lab.agents("replay", "night.jsonl", "--config", "other.toml");
  expect([other.code, other.stderr]).toEqual([1, ""]);
  expect(other.stdout).toMatch(/ {2}- asking: asks: Shall I push it\?/);
  expect(sum(await lab.agents("replay", "none.jsonl"))).toMatch(/^4 .*there is no recording/);
  expect(sum(await lab.agents("replay", "other.toml"))).toMatch(/^2 .*is no recording/);
});

test("init asks on a terminal, and writes what was answered", async () => {
  // Without a PATH no coding agent is found, whatever is installed here.
  const words = ["env", "PATH=/none", process.execPath, program, "init", "asked"].join(" ");
  lab.onDefault("new-session", "-d", "-s", "q", "-x", "120", "-c", lab.dir, `${words}; sleep 60`);
  const shown = (): string => lab.onDefault("capture-pane", "-p", "-t", "q");
  const says = async (what: RegExp): Promise<void> =>
    vi.waitFor(() => expect(shown()).toMatch(what), { timeout: 10_000 });
  await says(/Workers, or a loop/);
  lab.onDefault("send-keys", "-t", "q", "w", "Enter");
  await says(/How many workers\?/);
  lab.onDefault("send-keys", "-t", "q", "2", "Enter");
  await says(/next: cd asked && agents doctor && agents up/);
  lab.onDefault("kill-session", "-t", "q");
  expect(lab.read("asked/agents.toml").match(/^name = .*/gm)).toEqual([
    'name = "worker-1"',
    'name = "worker-2"',
  ]);
});
