// The verbs of a running fleet against real tmux, through the built program, as a person or a script would
// use them. One small fleet for all of them; each test leaves it as it found it.

import { spawn } from "node:child_process";
import { appendFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { build, openLab, type Lab, type Ran } from "../e2e/lab.ts";

vi.setConfig({ testTimeout: 20_000 });

const program = fileURLToPath(new URL("../../dist/agents.cjs", import.meta.url));
const FLEET = `[defaults]
session_prefix = "t-"
log_dir = "log"
backend = "talk"
watch = "heal"
restart = { first = "1s", max = "2s" }

[watchdog]
signal_interval = 1

[backend.talk]
bin = "exec sh talk.sh"
prompt_delivery = "exec"
[backend.talk.screen]
busy = ["working on"]
idle = ["ready>$"]

[[agent]]
name = "ann"
prompt = ""
env = { API_TOKEN = "hush-hush" }

[[agent]]
name = "bob"
kind = "loop"
role = "builder"

[[agent]]
name = "once"
kind = "task"
backend = "shell"
prompt = "echo did it"

[[agent]]
name = "off"
backend = "shell"
prompt = "sleep 1000"
enabled = false

[[service]]
name = "db"
command = "echo listening; exec sleep 1000"

[loop]
roles_dir = "roles"
phases = [
  { id = "p1", plan = "plan1.md", status = "S1.md" },
  { id = "p2", plan = "plan2.md", status = "S2.md" },
]
`;
/** A program with an input line: it works for a moment on whatever it is told. */
const TALK = `printf 'ready>'
while IFS= read -r line; do
  printf '\\033[2J\\033[Hworking on %s' "$line"
  sleep 0.3
  printf '\\033[2J\\033[Hheard %s\\nready>' "$line"
done
`;

/** Whether it is caught at work or after it depends on how fast the machine is. */
const RECEIPT = /^0 ann {3}person message accepted: (it went to work|its screen moved on)\n$/;

let lab: Lab;

beforeAll(async () => {
  build();
  lab = openLab();
  lab.write("agents.toml", FLEET);
  lab.write("talk.sh", TALK);
  lab.write("roles/builder.md", "build it\n");
  const up = await lab.agents("up");
  expect({ code: up.code, stderr: up.stderr }).toEqual({ code: 0, stderr: "" });
}, 30_000);
afterAll(async () => lab.close(), 30_000);

const sum = ({ code, stdout, stderr }: Ran): string => `${code} ${stdout}${stderr}`;

type Live = {
  readonly out: () => string;
  readonly ended: Promise<number | null>;
  readonly kill: (signal: "SIGINT" | "SIGTERM") => void;
};

/** A verb that goes on, as on a terminal left open. `script` is shell text in which "$@" is the verb. */
function live(script: string, ...words: readonly string[]): Live {
  const home = dirname(lab.dir);
  const path = process.env["PATH"] ?? "";
  const env = { PATH: path, HOME: home, TMUX_TMPDIR: join(home, "tmux"), TERM: "xterm" };
  const argv = ["-c", script, "sh", process.execPath, program, ...words];
  const child = spawn("sh", argv, { cwd: lab.dir, env, stdio: ["pipe", "pipe", "pipe"] });
  let text = "";
  child.stdout.on("data", (chunk) => (text += String(chunk)));
  child.stderr.on("data", (chunk) => (text += String(chunk)));
  return {
    out: () => text,
    ended: new Promise((resolve) => child.once("exit", resolve)),
    kill: (signal) => void child.kill(signal),
  };
}

async function soon(is: () => boolean, what: () => string): Promise<void> {
  const end = performance.now() + 5_000;
  while (!is()) {
    if (performance.now() > end) throw new Error(`never so: ${what()}`);
    await sleep(20);
  }
}

test("a name that is nobody's is 4 for every verb, with what was probably meant", async () => {
  const calls = [
    ["restart", "an"],
    ["pause", "an"],
    ["resume", "an"],
    ["send", "an", "hello"],
    ["wait", "an"],
    ["attach", "an"],
    ["logs", "an"],
    ["why", "an"],
    ["events", "an"],
  ];
  const ran = await Promise.all(calls.map((words) => lab.agents(...words)));
  expect(ran.map((one) => [one.code, one.stdout])).toEqual(calls.map(() => [4, ""]));
  expect(
    ran.filter((one) => !/did you mean "ann"\?/.test(one.stderr)).map((one) => one.stderr),
  ).toEqual([]);
});

test("what cannot be meant is 2, and nothing is done", async () => {
  const calls = [
    ["send", "ann", " "],
    ["phase", "set", "2"],
    ["phase", "set"],
    ["phase", "nxt"],
    ["wait", "ann", "--for", "ever"],
    ["wait", "ann", "--timeout", "soon"],
    ["logs", "ann", "-n", "some"],
    ["logs", "ann", "bob", "--raw"],
    ["logs"],
    ["why", "ann", "--at", "yesterday"],
    ["events", "--since", "x"],
  ];
  const ran = await Promise.all(calls.map((words) => lab.agents(...words)));
  expect(ran.map((one) => [one.code, one.stdout])).toEqual(calls.map(() => [2, ""]));
  const { loops } = await lab.status();
  expect(loops[0]).toMatchObject({ phase: "p1", index: 0 });
});

test("send returns the receipt, from words and from stdin", async () => {
  await lab.agents("wait", "ann", "--for", "idle");
  const said = await lab.agents("send", "ann", "two", "words");
  expect(sum(said)).toMatch(RECEIPT);
  await lab.agents("wait", "ann", "--for", "idle");
  const piped = live(`printf 'from a pipe\\n' | "$@"`, "send", "ann", "-");
  expect(`${await piped.ended} ${piped.out()}`).toMatch(RECEIPT);
  const none = await lab.agents("send", "once", "hello");
  expect(sum(none)).toMatch(/^1 agents: once is (not running|ended)/);
  const service = await lab.agents("send", "db", "hello");
  expect(sum(service)).toBe("1 agents: db is a service: it takes no messages\n");
});

test("a message that is left with the watchdog arrives too", async () => {
  await lab.agents("wait", "ann", "--for", "idle");
  const left = await lab.agents("send", "ann", "no hurry", "--no-wait");
  expect(sum(left)).toMatch(/^0 \d{8}T\d{9}Z-[0-9a-f]{8}\n$/);
  await soon(
    () => lab.read("log/t-ann.log").includes("heard no hurry"),
    () => lab.read("log/t-ann.log"),
  );
});

test("what is paused hears a person, and is looked after again when resumed", async () => {
  expect(sum(await lab.agents("pause", "ann"))).toBe("0 ann   paused\n");
  const seen = await lab.until("ann is held", ({ agents }) => agents[0]?.life === "held");
  expect(seen.agents[0]).toMatchObject({
    name: "ann",
    paused: true,
    because: "paused by a person",
  });
  await lab.agents("wait", "ann", "--for", "idle");
  expect((await lab.agents("send", "ann", "psst")).code).toBe(0);
  expect(sum(await lab.agents("resume", "ann"))).toBe("0 ann   resumed\n");
  await lab.until("ann is up", ({ agents }) => agents[0]?.life === "up");
});

test("wait returns when it is so, and says at once when it cannot become so", async () => {
  expect(sum(await lab.agents("wait", "ann", "db", "--for", "up"))).toBe("0 ann   up\ndb    up\n");
  expect(sum(await lab.agents("wait", "once", "--for", "done"))).toBe("0 once   ended: exited 0\n");
  const late = await lab.agents("wait", "ann", "--for", "done", "--timeout", "1s");
  expect([late.code, late.ms > 1_000]).toEqual([8, true]);
  const off = await lab.agents("wait", "off", "--for", "up");
  expect(sum(off)).toBe("1 agents: off will not be up by itself: down: disabled\n");
  const { stdout } = await lab.agents("wait", "once", "--for", "done", "--json");
  expect(JSON.parse(stdout)).toEqual({
    schema: "agents.wait/1",
    for: "done",
    names: [{ name: "once", said: "ended: exited 0" }],
  });
});

test("logs shows text, the last lines of it, and names where there are several", async () => {
  appendFileSync(join(lab.dir, "log/t-once.log"), "\u001B[31mred\u001B[0m\r\nlast\r\n");
  expect(sum(await lab.agents("logs", "once"))).toBe("0 did it\nred\nlast\n");
  expect(sum(await lab.agents("logs", "once", "-n", "1"))).toBe("0 last\n");
  expect(sum(await lab.agents("logs", "once", "db", "-n", "1"))).toBe(
    "0 once | last\ndb   | listening\n",
  );
  expect((await lab.agents("logs", "once", "--raw", "-n", "2")).stdout).toBe(
    "\u001B[31mred\u001B[0m\r\nlast\r\n",
  );
  expect((await lab.agents("logs", "watchdog", "-n", "5")).stdout).toContain("watchdog up: pid ");
  expect(sum(await lab.agents("logs", "off"))).toBe(
    "4 agents: off has no log yet: it was never started\nagents: there is nothing to show\n",
  );
});

test("logs -f goes on over a rotation until it is interrupted", async () => {
  const log = join(lab.dir, "log/t-once.log");
  const following = live('exec "$@"', "logs", "-f", "once", "-n", "0");
  await sleep(600);
  appendFileSync(log, "one\r\n");
  await soon(() => following.out() === "one\n", following.out);
  appendFileSync(log, "two\r\n");
  renameSync(log, `${log}.1`);
  appendFileSync(log, "three\r\n");
  await soon(() => following.out() === "one\ntwo\nthree\n", following.out);
  following.kill("SIGINT");
  expect(await following.ended).toBe(130);
  expect((await lab.agents("logs", "once", "-n", "2")).stdout).toBe("two\nthree\n");
});

test("a reader that goes away early ends a long log quietly", async () => {
  const path = join(lab.dir, "log/t-once.log");
  appendFileSync(path, "a line of some length, to fill it\r\n".repeat(200_000));
  const headed = live('"$@" | head -n 1', "logs", "once");
  expect(await headed.ended).toBe(0);
  expect(headed.out()).toBe("did it\n");
  expect(statSync(path).size).toBeGreaterThan(5_000_000);
});

test("why tells what was seen, decided and awaited, with names of variables and no values", async () => {
  await lab.agents("wait", "ann", "--for", "idle");
  const { code, stdout } = await lab.agents("why", "ann");
  expect(code).toBe(0);
  for (const part of [
    /^ann  persistent, session t-ann$/m,
    /^saw +idle\n +by its screen, rule ready>\$$/m,
    /^decided +up for /m,
    /^wanted +up: the fleet is up$/m,
    /^waits for nothing$/m,
    /^runs +pane %\d+, pid \d+, run [0-9a-f]{32}, since .*; started 1 time in all$/m,
    /^starts as sh -c 'exec sh talk.sh'$/m,
    /^ +environment: API_TOKEN, over that of the shell that started the watchdog$/m,
    /^ {2}\d\d:\d\d:\d\d {2}ann {2}order: resume ann, said /m,
  ])
    expect(stdout).toMatch(part);
  const json = await lab.agents("why", "ann", "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    schema: "agents.why/1",
    name: "ann",
    watchdog: "running",
    verdict: { is: "idle" },
    evidence: [{ from: "screen", rule: "ready>$" }],
    life: "up",
    want: { is: "up", because: "the fleet is up" },
    way: null,
    pending: null,
    launch: { argv: ["sh", "-c", "exec sh talk.sh"], env: ["API_TOKEN"] },
  });
  expect(`${stdout}${json.stdout}`).not.toContain("hush-hush");
});

test("backends record keeps the screen with what was seen of it, and no secret of the file", async () => {
  await lab.agents("send", "ann", "say hush-hush in", lab.dir);
  const told = await lab.agents("backends", "record", "ann", "--json");
  expect(JSON.parse(told.stdout)).toEqual({
    schema: "agents.screen/1",
    at: expect.stringMatching(/^\d{4}-/),
    backend: "talk",
    version: "",
    title: expect.any(String),
    command: "sh",
    dead: null,
    processes: ["sh"],
    signals: [],
    verdict: { is: expect.stringMatching(/idle|busy/) },
    evidence: expect.any(Array),
    rows: expect.arrayContaining([expect.stringContaining("heard say [redacted] in")]),
  });
  const { code, stdout } = await lab.agents("backends", "record", "ann");
  expect([code, stdout]).toEqual([0, expect.stringMatching(/\/screen-ann-[\dTZ-]+\.json\n$/)]);
  rmSync(stdout.trim());
});

test("events are sentences for people and one object a line for programs", async () => {
  const { stdout } = await lab.agents("events", "db");
  expect(stdout.replaceAll(/^[\d:]+|pid \d+/gm, "N")).toBe(`\
N  db        is started: the fleet is up
N  db        up: started
N  db        order: send db, said somebody (N)
`);
  const json = await lab.agents("events", "--json", "db");
  const [, second = ""] = json.stdout.split("\n");
  expect(JSON.parse(second)).toEqual({
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    agent: "db",
    event: "up",
    because: "started",
    seen: "starting",
    did: "",
    id: expect.stringMatching(/^db\.note\./),
  });
  const following = live('exec "$@"', "events", "-f", "-n", "0", "off");
  await sleep(600);
  await lab.agents("pause", "off");
  await soon(() => /^\S+ {2}off +order: pause off, said /.test(following.out()), following.out);
  following.kill("SIGTERM");
  expect(await following.ended).toBe(143);
  await lab.agents("resume", "off");
});

test("phase shows where the loop stands, and a move starts its agents again", async () => {
  expect(sum(await lab.agents("phase"))).toBe(
    "0 loop loop: in phase p1\n>  0  p1  now  plan1.md\n   1  p2       plan2.md\n",
  );
  const before = await lab.pid("bob");
  expect(sum(await lab.agents("phase", "set", "p2"))).toBe(
    "0 loop   a person moved the loop to p2\n",
  );
  const { stdout } = await lab.agents("phase", "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    schema: "agents.phase/1",
    loops: [{ name: "loop", phase: "p2", index: 1, phases: [{ id: "p1" }, { id: "p2" }] }],
  });
  expect((await lab.agents("phase", "next")).code).toBe(2);
  await lab.until(
    "bob runs anew",
    ({ agents }) =>
      agents.some((one) => one.name === "bob" && one.life === "up" && one.pid !== before),
    15_000,
  );
});

test("restart gives a new process to what is named, and touches nobody else", async () => {
  const [ann, db] = [await lab.pid("ann"), await lab.pid("db")];
  expect(sum(await lab.agents("restart", "ann", "--dry-run"))).toBe("0 would restart ann\n");
  expect(await lab.pid("ann")).toBe(ann);
  expect(sum(await lab.agents("restart", "ann", "--now"))).toBe("0 ann   up\n");
  expect(await lab.pid("ann")).not.toBe(ann);
  expect(await lab.pid("db")).toBe(db);
  const inside = { AGENTS_NAME: "ann", AGENTS_CONFIG: join(lab.dir, "agents.toml") };
  expect((await lab.with(inside, "restart", "bob")).code).toBe(2);
});

test("why --at tells what had happened by then", async () => {
  const { stdout } = await lab.agents("why", "ann", "--at", "0s");
  expect(stdout).toMatch(/^ann at \d\d:\d\d:\d\d$/m);
  expect(stdout).toMatch(/is sent TERM: restart: a person asked/);
  const past = await lab.agents("why", "ann", "--at", "1d", "--json");
  expect(JSON.parse(past.stdout)).toMatchObject({ events: [], evidence: null });
});

test("restart watchdog renews it and touches no agent", async () => {
  const { watchdog, agents } = await lab.status();
  expect(sum(await lab.agents("restart", "watchdog"))).toBe("0 watchdog   restarted\n");
  const after = await lab.until("it watches", (seen) => seen.watchdog.state === "running");
  expect(after.watchdog.pid).not.toBe(watchdog.pid);
  expect(after.agents.map((one) => one.pid)).toEqual(agents.map((one) => one.pid));
});

test("attach puts the terminal into the session, also from inside another tmux", async () => {
  expect(sum(await lab.agents("attach", "off"))).toBe(
    "1 agents: off has no session: it is not running; `agents up off` starts it\n",
  );
  expect((await lab.agents("attach", "ann")).stderr).toContain("this is no terminal");
  const run = `TMUX=/tmp/other,1,0 exec script -qec "'$1' '$2' attach -r ann" /dev/null`;
  const attached = live(run);
  const clients = (): readonly string[] =>
    lab
      .tmux(
        "list-clients",
        "-F",
        "#{client_control_mode} #{client_readonly} #{client_session} #{client_tty}",
      )
      .split("\n")
      .filter((line) => line.startsWith("0"));
  await soon(() => clients().length === 1, attached.out);
  expect(clients()[0]).toMatch(/^0 1 t-ann /);
  lab.tmux("detach-client", "-t", clients()[0]?.split(" ")[3] ?? "");
  expect(await attached.ended).toBe(0);
  expect(attached.out()).toContain("attaching to ann");
});

test("without a watchdog the same verbs are carried out, and why says that nobody watches", async () => {
  await lab.agents("down", "watchdog");
  expect(sum(await lab.agents("pause", "ann"))).toBe("0 ann   paused\n");
  expect(sum(await lab.agents("resume", "ann"))).toBe("0 ann   resumed\n");
  const said = await lab.agents("send", "ann", "still there?");
  expect(sum(said)).toMatch(RECEIPT);
  expect((await lab.agents("send", "ann", "x", "--no-wait")).code).toBe(1);
  expect((await lab.agents("why", "ann")).stdout).toMatch(
    /^note +no watchdog runs; the last look was /m,
  );
});

test("a broken file keeps nobody from looking or speaking", async () => {
  lab.write("agents.toml", "[defaults\n");
  for (const words of [
    ["logs", "once", "-n", "1"],
    ["why", "ann"],
    ["events", "-n", "1"],
    ["pause", "ann"],
  ]) {
    const ran = await lab.agents(...words);
    expect([words, ran.code]).toEqual([words, 0]);
    expect(ran.stderr).toBe("agents: the configuration is broken; the last good one counts\n");
  }
  expect((await lab.agents("down")).code).toBe(0);
});
