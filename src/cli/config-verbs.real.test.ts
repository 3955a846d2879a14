// The verbs that need no running fleet, through the built program, as a person or a script would use them.

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build, openLab, type Lab, type Ran } from "../e2e/lab.ts";

const labs: Lab[] = [];
const fresh = (name?: string): Lab => {
  const lab = openLab(name);
  labs.push(lab);
  return lab;
};

beforeAll(() => build());
afterAll(async () => {
  await Promise.all(labs.map((lab) => lab.close()));
});

const told = (lab: Lab, { code, stdout, stderr }: Ran): string =>
  `${stdout}${stderr === "" ? "" : `--- stderr\n${stderr}`}--- exit ${code}\n`.replaceAll(
    lab.dir,
    "DIR",
  );

const GOOD = `[defaults]
session_prefix = "t-"
log_dir = ".agents"
backend = "demo"

[[agent]]
name = "one"
env = { API_TOKEN = "hush", TZ = "UTC" }
prompt = "use Bearer abcdefgh12345678"
`;

test.each([
  ["broken", '[defaults]\nsession_prefix = "t-"\nlog_dir = ".agents\n'],
  ["unknown-key", GOOD.replace("prompt =", "promt =")],
  [
    "several",
    `[defaults]
session_prefix = "t-"
log_dir = "logs"

[watchdog]
signal_interval = "soon"
stall_idle = 300

[[agent]]
name = "one"
backend = "dmeo"
watch = "hael"

[[agent]]
name = "two.b"
backend = "demo"
kind = "loop"

[[agent]]
name = "three"
backend = "demo"
prompt_file = "prompts/three.md"
needs = ["sever"]

[[service]]
name = "server"

[loop]
handoff = { claim_pings = "on" }
`,
  ],
])("config check tells all that is wrong with a file: %s", async (name, text) => {
  const lab = fresh();
  lab.write("agents.toml", text);
  const ran = await lab.agents("config", "check");
  await expect(told(lab, ran)).toMatchFileSnapshot(`golden/check-${name}.txt`);
  expect(ran.code).toBe(5);
  const json = await lab.agents("config", "check", "--json");
  const document = JSON.parse(json.stdout);
  expect([json.code, document.schema, document.ok, document.warnings]).toEqual([
    5,
    "agents.config/1",
    false,
    [],
  ]);
  expect(document.problems.length).toBe(ran.stdout.match(/^\/.*:\d+:\d+: /gm)?.length);
});

test("config check passes a good file, warns of what may surprise, and counts what it has", async () => {
  const lab = fresh();
  const big = '\n[[agent]]\nname = "big"\nbackend = "claude"\nprompt_file = "big.md"\n';
  lab.write("agents.toml", `${GOOD}wake = { prompt_file = "wake.md" }\n${big}`);
  lab.write("big.md", "x".repeat(128 * 1024));
  expect(told(lab, await lab.agents("config", "check"))).toBe(`\
warning: DIR/agents.toml:10:1: agent "one": wake DIR/wake.md does not exist
 8 | env = { API_TOKEN = "hush", TZ = "UTC" }
 9 | prompt = "use Bearer abcdefgh12345678"
10 | wake = { prompt_file = "wake.md" }
   | ^
warning: DIR/big.md:1:1: agent "big": its prompt is longer than the 131071 bytes that an argument can have; the program is told to read a file instead
ok: 2 agents
--- exit 0
`);
});

test("config show tells everything but secrets, and what it prints is a configuration", async () => {
  const lab = fresh();
  lab.write("agents.toml", GOOD);
  const shown = await lab.agents("config", "show");
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain('env = { API_TOKEN = "…", TZ = "…" }');
  expect(shown.stdout).toContain('prompt = "use Bearer [redacted]"');
  expect(shown.stdout).toContain('signal_interval = "30s"');
  lab.write("again.toml", shown.stdout);
  const again = await lab.agents("config", "check", "--config", "again.toml");
  expect(told(lab, again)).toBe("ok: 1 agent\n--- exit 0\n");
  const json = JSON.parse((await lab.agents("config", "show", "--json")).stdout);
  expect([json.schema, json.path, json.agent[0].env, json.tmux.width]).toEqual([
    "agents.resolved/1",
    join(lab.dir, "agents.toml"),
    { API_TOKEN: "…", TZ: "…" },
    200,
  ]);
});

test("config schema and config help need no file, and help knows what was meant", async () => {
  const lab = fresh();
  const schema = JSON.parse((await lab.agents("config", "schema")).stdout);
  // The tables that README tells of, and no others.
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const named = (text: string, mark: RegExp): readonly string[] =>
    [...text.matchAll(mark)].map(([, name = ""]) => name);
  const tables = named(readme, /^### `\[+([\w.]+)\]/gm);
  const outer = new Set(tables.map((name) => name.split(".")[0]));
  expect([schema.$schema, new Set(Object.keys(schema.properties))]).toEqual([
    "http://json-schema.org/draft-04/schema#",
    outer,
  ]);
  expect(told(lab, await lab.agents("config", "help", "stall_idle"))).toBe(`\
[backend.NAME] stall_idle
  Idle for this long without a WAITING-UNTIL line is a stall.
  value:    seconds or a duration
  default:  300
--- exit 0
`);
  const all = await lab.agents("config", "help");
  expect(named(all.stdout, /^\[+([\w.]+)\]/gm)).toEqual(tables);
  const wrong = await Promise.all([
    lab.agents("config", "help", "stal_idle"),
    lab.agents("config", "chekc"),
    lab.agents("config", "check", "one"),
    lab.agents("config", "check"),
    lab.agents("config", "check", "--config", "none.toml"),
  ]);
  expect(wrong.map((ran) => told(lab, ran)).join("")).toBe(`\
--- stderr
agents: no key or table is called "stal_idle" — did you mean "stall_idle"?
--- exit 4
--- stderr
agents: unknown: config chekc — did you mean "check"?
--- exit 2
--- stderr
agents: config check takes no "one"
--- exit 2
--- stderr
agents: no agents.toml here or above, up to the git root. Make one with \`agents init\`, or name one with --config PATH.
--- exit 4
--- stderr
agents: no configuration at DIR/none.toml; \`agents init\` makes one
--- exit 4
`);
});

test("backends tells who uses what, shows a stanza to paste, and judges the shipped screens", async () => {
  const lab = fresh();
  expect((await lab.agents("backends")).stdout.split("\n").slice(0, 2)).toEqual([
    "NAME      DELIVERY  FROM      USED BY",
    "claude    arg       built in  -",
  ]);
  lab.write(
    "agents.toml",
    `${GOOD}\n[backend.mine]\nbin = "mine"\n[backend.claude]\nscreen = { busy = [] }\ntitle = { busy = [] }\n`,
  );
  const { stdout } = await lab.agents("backends", "list", "--json");
  expect(JSON.parse(stdout).backends.slice(0, 2)).toEqual([
    { name: "mine", delivery: "arg", from: "file", used: [] },
    { name: "claude", delivery: "arg", from: "file over built in", used: [] },
  ]);
  const shown = await lab.agents("backends", "show", "codex");
  expect(shown.stdout).toContain(String.raw`{ re = '^› \d\. ', rows = 15 }`);
  lab.write("pasted.toml", GOOD + shown.stdout.replaceAll("codex", "copy"));
  expect((await lab.agents("config", "check", "--config", "pasted.toml")).code).toBe(0);
  const tested = await lab.agents("backends", "test");
  expect([tested.code, tested.stdout]).toEqual([
    1,
    expect.stringMatching(/^claude: \d+ right, [1-9]\d* wrong\n {2}\S+: is busy, judged /),
  ]);
  expect((await lab.agents("backends", "test", "codex")).stdout).toMatch(
    /^codex: \d\d right, 0 wrong\n  is, judged as +asking  busy  exited .*\n  asking +\d+ +\. +\.[^]*\n  \S+ has no label: the answer/,
  );
  const none = [
    await lab.agents("backends", "show", "demoo"),
    await lab.agents("backends", "lsit"),
  ];
  expect(none.map((ran) => told(lab, ran)).join("")).toBe(`\
--- stderr
agents: no backend is called "demoo" — did you mean "demo"?
--- exit 4
--- stderr
agents: unknown: backends lsit — did you mean "list"?
--- exit 2
`);
});

const LIMIT = "\n> go\nusage limit reached · resets 3:30pm\n";
const JUDGE = ["explain", "--backend", "demo", "--now", "2026-07-01T10:00:00Z"];

test("explain gives the banner's own instant in the zone that was named", async () => {
  const lab = fresh();
  lab.write("screen.txt", LIMIT);
  const where = ["--screen", "screen.txt", "--zone", "America/New_York"];
  const ran = await lab.agents(...JUDGE, ...where, "--json");
  expect(JSON.parse(ran.stdout)).toEqual({
    schema: "agents.explain/1",
    verdict: {
      is: "limited",
      until: "2026-07-01T19:30:00.000Z",
      sure: true,
      cause: null,
      what: null,
      text: null,
      code: null,
      signal: null,
    },
    evidence: [
      {
        from: "screen",
        rule: String.raw`usage limit reached(?: · resets (?<reset>[^\n]+))?`,
        line: "usage limit reached · resets 3:30pm",
      },
    ],
  });
  const dead = await lab.agents("explain", "--backend", "demo", "--dead", "3");
  expect(dead.stdout).toBe("exited with code 3\n  by process: pane_dead\n    code 3\n");
});

test("explain goes by the file's own backend, and by the built-in ones where the file is broken", async () => {
  const lab = fresh();
  lab.write("screen.txt", "crunching\n> \n");
  const own = `\n[backend.demo]\nscreen = { busy = ["^crunching"] }\n`;
  const judged = async () => lab.agents("explain", "--backend", "demo", "--screen", "screen.txt");
  expect((await judged()).stdout).toMatch(/^idle/);
  lab.write("agents.toml", GOOD + own);
  expect((await judged()).stdout).toMatch(/^busy/);
  lab.write("agents.toml", `${GOOD}${own}nonsense`);
  const broken = await judged();
  expect([broken.code, broken.stdout, broken.stderr]).toEqual([
    0,
    expect.stringMatching(/^idle/),
    expect.stringContaining("only the built-in backends are used"),
  ]);
  const named = await lab.agents(
    "explain",
    "--backend",
    "demo",
    "--screen",
    "screen.txt",
    "--config",
    "agents.toml",
  );
  expect(named.code).toBe(5);
});

test("explain says what it was asked wrongly", async () => {
  const lab = fresh();
  lab.write("screen.txt", LIMIT);
  const wrong = await Promise.all([
    lab.agents("explain"),
    lab.agents("explain", "--backend", "cluade", "--screen", "screen.txt"),
    lab.agents(...JUDGE),
    lab.agents(...JUDGE, "--screen", "no.txt"),
    lab.agents(...JUDGE, "--screen", "screen.txt", "--zone", "Mars/North"),
    lab.agents("explain", "--backend", "demo", "--screen", "screen.txt", "--now", "teatime"),
    lab.agents(...JUDGE, "--dead", "kaput"),
  ]);
  expect(wrong.map(({ stderr, code }) => `${code} ${stderr}`)).toEqual([
    "2 agents: say which backend: --backend NAME\n",
    '4 agents: no backend is called "cluade" — did you mean "claude"?\n',
    "2 agents: say which screen: --screen FILE, or --screen - for standard input\n",
    "4 agents: there is no file no.txt\n",
    '2 agents: "Mars/North" is no time zone; write one as Europe/Berlin or UTC\n',
    "2 agents: --now takes an instant such as 2026-01-31T09:00:00Z, not teatime\n",
    '2 agents: --dead takes an exit code, not "kaput"\n',
  ]);
});

test("selftest passes here, and leaves nothing behind", async () => {
  const lab = fresh();
  mkdirSync(join(lab.dir, "tmp"));
  const ran = await lab.with({ TMPDIR: join(lab.dir, "tmp") }, "selftest", "--json");
  const { ok, checks } = JSON.parse(ran.stdout);
  expect([ran.code, ok, checks.filter((one: { ok: boolean }) => !one.ok)]).toEqual([0, true, []]);
  expect(readdirSync(join(lab.dir, "tmp"))).toEqual([]);
});

/** A PATH on which only these programs are, all but sh and node's own made up. */
const pathWith = (lab: Lab, programs: Readonly<Record<string, string>>): string => {
  for (const [name, text] of Object.entries(programs)) {
    lab.write(`bin/${name}`, `#!/bin/sh\n${text}\n`);
    chmodSync(join(lab.dir, "bin", name), 0o755);
  }
  return join(lab.dir, "bin");
};

test("without tmux, selftest says so with 7, and doctor what to do with 3", async () => {
  const lab = fresh();
  const PATH = pathWith(lab, { git: "echo git version 2.0" });
  const self = await lab.with({ PATH }, "selftest");
  expect([self.code, self.stdout]).toEqual([
    7,
    expect.stringMatching(/^FAIL {2}tmux: not found on PATH/m),
  ]);
  const doctor = await lab.with({ PATH }, "doctor");
  expect([doctor.code, doctor.stdout]).toEqual([
    3,
    expect.stringMatching(/^fail {2}tmux {11}not found on PATH\n +fix: install tmux/m),
  ]);
});

test("without a fleet, doctor says what is installed, which version it is and whether there is a login", async () => {
  const lab = fresh();
  const PATH = pathWith(lab, { codex: "echo codex-cli 0.169.0", git: "echo git version 2.0" });
  const { stdout } = await lab.with({ PATH, OPENAI_API_KEY: "sk-1", HOME: lab.dir }, "doctor");
  expect(stdout.replaceAll(lab.dir, "DIR").match(/^\w+ +(?:backend )?codex .*$/gm)).toEqual([
    "ok    backend codex  DIR/bin/codex",
    "ok    codex version  0.169.0: its screens are known",
    "ok    codex login    by OPENAI_API_KEY; whether it is still good only the program knows",
  ]);
});

test("an old tmux is told from a new one", async () => {
  const lab = fresh();
  const PATH = pathWith(lab, { tmux: "echo tmux 3.1c", git: "echo git version 2.0" });
  const { code, stdout } = await lab.with({ PATH }, "doctor", "--json");
  const found = JSON.parse(stdout).checks.find((one: { name: string }) => one.name === "tmux");
  expect([code, found]).toEqual([
    3,
    {
      name: "tmux",
      state: "fail",
      said: "3.1c is too old",
      fix: "install tmux with your system's package manager, 3.2 or newer",
    },
  ]);
});

test("doctor finds the programs of a fleet, and asks only known ones for a version", async () => {
  const lab = fresh();
  const PATH = `${pathWith(lab, { codex: "echo codex 9.9", mine: "touch mine-ran" })}:${process.env["PATH"] ?? ""}`;
  lab.write(
    "agents.toml",
    `${GOOD}[backend.mine]\nbin = "mine --now"\n[backend.none]\nbin = "not-there"\n${[
      "codex",
      "mine",
      "none",
    ]
      .map((name) => `[[agent]]\nname = "${name}"\nbackend = "${name}"\n`)
      .join("")}`,
  );
  const { code, stdout } = await lab.with({ PATH }, "doctor");
  expect(code).toBe(3);
  expect(stdout.replaceAll(lab.dir, "DIR").match(/^.*backend .*(?:\n +fix.*)?/gm)).toEqual([
    "ok    backend demo   comes with this program",
    "ok    backend codex  DIR/bin/codex (codex 9.9)",
    "ok    backend mine   DIR/bin/mine",
    "fail  backend none   not-there is not on PATH\n                     fix: install not-there, or name its place in [backend.none] bin",
  ]);
  expect(existsSync(join(lab.dir, "mine-ran"))).toBe(false);
  expect(existsSync(join(lab.dir, ".agents"))).toBe(false);
});

test("doctor sees a fleet that ran: its server, its lock, its watchdog", async () => {
  const lab = fresh();
  lab.write("agents.toml", `${GOOD}[watchdog]\nsignal_interval = 0.5\n`);
  await lab.agents("up");
  const lines = async () =>
    (await lab.agents("doctor")).stdout
      .replaceAll(lab.socket, "SOCKET")
      .replaceAll(/pid \d+/g, "pid N")
      .replaceAll(/for \d+s/g, "for Ns")
      .match(/^(?:ok  |warn|fail) {2}(?:tmux server|lock|watchdog) .*$/gm);
  expect(await lines()).toEqual([
    "ok    tmux server    SOCKET: answers, 1 sessions of ours",
    "ok    lock           held by agents watchdog (pid N, alive) for Ns",
    "ok    watchdog       running (pid N)",
  ]);
  await lab.agents("down");
  expect(await lines()).toEqual([
    "ok    tmux server    SOCKET: not running",
    "ok    lock           free",
    "warn  watchdog       not running: nobody looks after this fleet",
  ]);
}, 20_000);

test("init writes what passes the check, for the program that is installed, and keeps git clean", async () => {
  const lab = fresh("my.app");
  const PATH = `${pathWith(lab, { codex: "" })}:/usr/bin:/bin`;
  lab.git(".", "init", "--quiet");
  lab.write(".gitignore", "bin");
  const ran = await lab.with({ PATH }, "init");
  expect(told(lab, ran)).toBe(`\
wrote agents.toml
wrote prompts/builder.md
wrote prompts/adversary.md
wrote prompts/kickoff.md
wrote prompts/lead.md
wrote .gitignore
next: agents doctor && agents up
--- exit 0
`);
  expect(lab.read(".gitignore")).toBe("bin\n.agents/\n");
  const text = lab.read("agents.toml");
  expect(text.match(/^(?:session_prefix|backend) = "[^"]*"/gm)).toEqual([
    'session_prefix = "my-app-"',
    'backend = "codex"',
  ]);
  expect(told(lab, await lab.agents("config", "check"))).toBe("ok: 1 agent\n--- exit 0\n");
});

test("init overwrites nothing: one file in the way, and none is written", async () => {
  const lab = fresh();
  lab.write("new/prompts/lead.md", "mine");
  const ran = await lab.agents("init", "new");
  expect(told(lab, ran)).toBe(`\
--- stderr
agents: not overwritten: new/prompts/lead.md. Nothing was written; move it away, or choose another directory.
--- exit 1
`);
  expect(readdirSync(join(lab.dir, "new"), { recursive: true })).toEqual([
    "prompts",
    "prompts/lead.md",
  ]);
});

test("init --demo writes the example fleet with a repository to work in", async () => {
  const lab = fresh();
  const ran = await lab.agents("init", "try it", "--demo");
  expect(ran.stdout).toMatch(/\nnext: cd "try it" && agents doctor && agents up\n$/);
  const dir = join(lab.dir, "try it");
  expect(readFileSync(join(dir, "agents.toml"), "utf8")).toBe(
    readFileSync("agents.example.toml", "utf8"),
  );
  expect(lab.git("try it/repo", "log", "--format=%s", "origin/main").trim()).toBe(
    "plan: two phases",
  );
  const check = await lab.agents("config", "check", "--config", "try it/agents.toml");
  expect(told(lab, check)).toBe("ok: 3 agents, 1 loop\n--- exit 0\n");
  // What a person is to edit has a person's permissions.
  expect((statSync(join(dir, "agents.toml")).mode & 0o400) !== 0).toBe(true);
});

test("a shell completes verbs, flags and names, also while the file is half written", async () => {
  const lab = fresh();
  lab.write("agents.toml", GOOD);
  lab.write("completion.bash", (await lab.agents("completion", "bash")).stdout);
  const program = JSON.stringify(join(process.cwd(), "dist/agents.cjs"));
  const completed = (...words: readonly string[]): string[] => {
    const script = `agents() { node ${program} "$@"; }; . ./completion.bash
COMP_WORDS=(agents ${words.map((word) => JSON.stringify(word)).join(" ")}); COMP_CWORD=${words.length}; _agents; echo "\${COMPREPLY[*]}"`;
    return execFileSync("bash", ["-c", script], { cwd: lab.dir, encoding: "utf8" })
      .trim()
      .split(" ");
  };
  expect(completed("stat")).toEqual(["status"]);
  expect(completed("--config", "x.toml", "stat")).toEqual(["status"]);
  expect(completed("status", "--j")).toEqual(["--json"]);
  expect(completed("config", "sch")).toEqual(["schema"]);
  expect(completed("down", "o")).toEqual(["one"]);
  lab.write("agents.toml", `${GOOD}[[agent`);
  expect(completed("down", "o")).toEqual([""]);
  const other = await lab.agents("completion", "tcsh");
  expect(told(lab, other)).toBe(
    '--- stderr\nagents: there is no completion for "tcsh"; there is for bash, zsh, fish\n--- exit 2\n',
  );
});
