import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { presetBackends } from "./backends.ts";
import type { Agent, Backend, Config } from "./config.ts";
import { type Loaded, type Source, load } from "./load.ts";

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");
const PRESETS = read("backends.toml");
const STARTER_OF_OLD = read("fixtures/starter-of-old.toml");
const PAIR = read("fixtures/pair.toml");

function loadText(text: string, more: Partial<Source> = {}): Loaded {
  const source = { path: "/proj/fleet/agents.toml", home: "/home/u", env: {}, presets: PRESETS };
  return load({ ...source, text, look: () => "file", ...more });
}

function configOf(text: string, more: Partial<Source> = {}): Config {
  const loaded = loadText(text, more);
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
  return loaded.config;
}

/** "line:column message" of each problem. */
function problemsOf(text: string, more: Partial<Source> = {}): string[] {
  const loaded = loadText(text, more);
  return loaded.ok
    ? []
    : loaded.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

function warningsOf(text: string, more: Partial<Source> = {}): string[] {
  const loaded = loadText(text, more);
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
  return loaded.warnings.map(({ line, message }) => `${line} ${message}`);
}

const HEAD = `[defaults]
session_prefix = "p-"
log_dir = ".ao"
backend = "shell"
`;

const SPARE = ["tmux", "ssh-agent", "gpg-agent", "dockerd", "containerd"];
const RESTART = {
  policy: "always",
  firstMs: 10_000,
  maxMs: 900_000,
  starts: 5,
  withinMs: 1_800_000,
  healthyMs: 600_000,
} as const;

const AGENT: Omit<Agent, "name" | "session" | "backend" | "account"> = {
  kind: "persistent",
  model: "",
  role: null,
  loop: null,
  dir: "/proj/fleet",
  enabled: true,
  watch: "none",
  prompt: { text: "" },
  resume: false,
  wake: null,
  env: {},
  envFile: null,
  restart: RESTART,
  nudges: 0,
  spare: SPARE,
  needs: [],
};

const BACKEND: Omit<Backend, "name" | "bin"> = {
  delivery: "arg",
  processName: null,
  screen: {
    busy: [],
    idle: [],
    asking: [],
    limited: [],
    failed: { auth: [], credit: [], model: [], overloaded: [], context: [], fatal: [] },
    prompt: null,
  },
  title: { busy: [], idle: [], asking: [] },
  signals: [],
  keys: { submit: "Enter", exit: [], dismiss: [], decline: "" },
  typed: { signs: "!", before: " ", after: " " },
  ready: null,
  input: null,
  footerUi: false,
  logGraceMs: 180_000,
  stallIdleMs: 300_000,
  flags: "",
  promptFlag: "",
  modelFlag: "--model '{model}'",
  supportsResume: false,
  resumeFlag: "--resume '{id}'",
  sessionFlag: null,
  resume: false,
  remoteControl: false,
  remoteControlFlag: "--remote-control '{session}'",
  preamble: "",
  readOnly: [],
  attach: "{bin}",
  server: "",
  modelEnv: false,
  connectDelayMs: 12_000,
  transcript: null,
  doctor: null,
};

test("the file that the reference's init wrote loads with its meaning, over the preset of its name", () => {
  const preset = presetBackends(PRESETS, "/home/u")["claude"]!;
  const active = "esc to interrupt|Running tool|\\u00b7 \\d+";
  const limit = "usage limit|limit reached|reached your .*limit";
  expect(configOf(STARTER_OF_OLD)).toEqual({
    path: "/proj/fleet/agents.toml",
    projectDir: "/proj/fleet",
    logDir: "/proj/fleet/.ao-state",
    stateDir: "/proj/fleet/.ao-state/state",
    prefix: "proj-",
    tmux: { socket: null, width: 200, height: 50, historyLimit: 3000 },
    watchdog: {
      signalMs: 30_000,
      heavyMs: 300_000,
      stallGraceMs: 180_000,
      limitProbeFallbackMs: 300_000,
      limitResetSlackMs: 45_000,
    },
    heartbeat: null,
    backends: {
      claude: {
        ...preset,
        flags: "--dangerously-skip-permissions",
        screen: {
          ...preset.screen,
          busy: [...preset.screen.busy, { re: active, flags: "im", rows: null }],
          limited: [...preset.screen.limited, { re: limit, flags: "im", rows: null }],
        },
      },
    },
    agents: [
      {
        ...AGENT,
        name: "worker",
        backend: "claude",
        model: "claude-sonnet-4-6",
        session: "proj-worker",
        watch: "heal",
        prompt: { text: "You are a worker agent. Wait for instructions." },
        resume: true,
        account: "claude",
        nudges: 2,
      },
    ],
    services: [],
    loops: [],
    notify: [],
    tasks: null,
    budget: null,
    prices: [],
    jobs: [],
  } satisfies Config);
  expect(warningsOf(STARTER_OF_OLD)).toEqual([]);
});

test("a pair with phases, hand-over, wake, services and a report loads with the reference's meanings", () => {
  const member = { watch: "heal+stall", needs: ["server"], dir: "/proj/project/work" } as const;
  expect(configOf(PAIR)).toEqual({
    path: "/proj/fleet/agents.toml",
    projectDir: "/proj/project",
    logDir: "/home/u/logs/duo",
    stateDir: "/home/u/logs/duo/state",
    prefix: "duo-",
    tmux: { socket: null, width: 200, height: 50, historyLimit: 3000 },
    watchdog: {
      signalMs: 20_000,
      heavyMs: 120_000,
      stallGraceMs: 60_000,
      limitProbeFallbackMs: 600_000,
      limitResetSlackMs: 90_000,
    },
    heartbeat: null,
    backends: {
      tui: {
        ...BACKEND,
        name: "tui",
        bin: "opencode",
        delivery: "ping",
        processName: "opencode",
        keys: { submit: "C-m", exit: [], dismiss: [], decline: "" },
        screen: {
          ...BACKEND.screen,
          busy: [{ re: "esc interrupt|(?<what>thinking|reading)", flags: "im", rows: 10 }],
          failed: {
            ...BACKEND.screen.failed,
            fatal: [{ re: "tool_use ids", flags: "im", rows: 25 }],
          },
        },
        footerUi: true,
        logGraceMs: 240_000,
        stallIdleMs: 900_000,
        preamble: "export TERM=xterm-256color",
        attach: "{bin} attach {server} --dir {dir}",
        server: "http://127.0.0.1:4096",
        modelEnv: true,
        connectDelayMs: 8000,
      },
      cli: {
        ...BACKEND,
        name: "cli",
        bin: "/opt/cli/run",
        flags: "--verbose",
        modelFlag: "-m {model}",
        supportsResume: true,
        resumeFlag: "--session {id}",
        remoteControl: true,
        remoteControlFlag: "--remote {session}",
        screen: {
          ...BACKEND.screen,
          limited: [{ re: String.raw`(?<![\s\S])quota`, flags: "im", rows: null }],
        },
      },
      script: {
        ...BACKEND,
        name: "script",
        bin: "bash -c 'cat {kickoff}; sleep 9' {session} {model}",
        delivery: "exec",
      },
    },
    agents: [
      {
        ...AGENT,
        ...member,
        name: "builder",
        kind: "loop",
        backend: "tui",
        model: "vendor/large",
        role: "builder",
        loop: "loop",
        session: "duo-builder",
        account: "tui",
      },
      {
        ...AGENT,
        ...member,
        name: "adversary",
        kind: "loop",
        backend: "cli",
        model: "small",
        role: "adversary",
        loop: "loop",
        session: "duo-checker",
        dir: "/srv/check",
        resume: true,
        account: "cli",
      },
      {
        ...AGENT,
        ...member,
        name: "overseer",
        backend: "tui",
        model: "vendor/large",
        session: "duo-overseer",
        watch: "heal",
        prompt: { file: "/proj/project/prompts/overseer.md" },
        wake: { everyMs: 1_800_000, file: "/proj/project/prompts/wake.md" },
        account: "tui",
      },
      {
        ...AGENT,
        ...member,
        name: "report",
        kind: "task",
        backend: "script",
        model: "vendor/large",
        session: "duo-report",
        enabled: false,
        watch: "none",
        prompt: { text: "Write the report.\n" },
        account: "script",
        restart: { ...RESTART, policy: "never" },
      },
    ],
    services: [
      {
        name: "server",
        command: "opencode serve --port 4096",
        session: "duo-server",
        dir: "/proj/project/srv",
        ready: null,
        env: {},
        envFile: null,
        restart: { ...RESTART, policy: "on-failure" },
        spare: SPARE,
      },
    ],
    loops: [
      {
        name: "loop",
        phases: [
          { id: "p1", plan: "plans/1.md", status: "STATUS-1.md", models: {} },
          {
            id: "p2",
            plan: "plans/2.md",
            status: "STATUS-2.md",
            models: { builder: "vendor/huge" },
          },
        ],
        stateFile: "phase",
        autoAdvance: true,
        resumePhase: false,
        kickoffTemplate: "/proj/project/prompts/kickoff.md",
        rolesDir: "/proj/project/prompts/roles",
        doneMarker: "## FINISHED",
        onComplete: { run: "report", triggerFile: "/home/u/logs/duo/.report-wanted" },
        repo: "/proj/project/repo",
        stateSubdir: "docs/machine",
        handoff: {
          branch: "main",
          rules: [
            { kind: "claim", re: String.raw`^claim\b`, pings: "adversary" },
            { kind: "review", re: "^review", pings: "builder" },
          ],
          inboxes: [
            { file: "TO-REVIEWER.md", pings: "adversary" },
            { file: "TO-BUILDER.md", pings: "builder" },
          ],
        },
      },
    ],
    notify: [],
    tasks: null,
    budget: null,
    prices: [],
    jobs: [],
  } satisfies Config);
  expect(warningsOf(PAIR)).toEqual([]);
});

test("new keys are laid over [defaults], which are laid over our own", () => {
  const { agents, services, tmux, backends } = configOf(`${HEAD}
env = { A = "1", B = "1" }
restart = { first = "1m", starts = 9 }
spare = ["tmux"]
[tmux]
socket = "default"
height = 60
[backend.shell]
stall_idle = "1h30m"
[[service]]
name = "db"
command = "db"
ready = { port = 5432 }
restart = { policy = "always" }
[[agent]]
name = "a"
env = { B = "2" }
env_file = ".env"
restart = { policy = "never", first = 5 }
nudges = 4
needs = []
account = "team"
x-note = { anything = 1 }
`);
  expect({ agents, services, tmux, stall: backends["shell"]?.stallIdleMs }).toEqual({
    agents: [
      {
        ...AGENT,
        name: "a",
        backend: "shell",
        session: "p-a",
        account: "team",
        env: { A: "1", B: "2" },
        envFile: "/proj/fleet/.env",
        restart: { ...RESTART, policy: "never", firstMs: 5000, starts: 9 },
        nudges: 4,
        spare: ["tmux"],
      },
    ],
    services: [
      {
        name: "db",
        command: "db",
        session: "p-db",
        dir: "/proj/fleet",
        ready: { is: "port", port: 5432 },
        env: { A: "1", B: "1" },
        envFile: null,
        restart: { ...RESTART, policy: "always", firstMs: 60_000, starts: 9 },
        spare: ["tmux"],
      },
    ],
    tmux: { socket: "default", width: 200, height: 60, historyLimit: 3000 },
    stall: 5_400_000,
  });
});

test("several loops have names, state files and agents of their own", () => {
  const { loops, agents } = configOf(`${HEAD}
[[loop]]
name = "web"
phases = [{ id = 1, status = "S" }]
[loop.handoff]
rules = [{ pattern = "^docs", pings = "w" }]
inboxes = [{ file = "IN.md", pings = "d" }, "GONE.md"]
[[loop]]
name = "docs"
state_file = "docs.idx"
[[agent]]
name = "w"
kind = "loop"
role = "r"
loop = "web"
[[agent]]
name = "d"
kind = "loop"
role = "r"
loop = "docs"
`);
  expect(agents.map(({ name, loop }) => [name, loop])).toEqual([
    ["w", "web"],
    ["d", "docs"],
  ]);
  expect(
    loops.map(({ name, stateFile, phases, handoff }) => [name, stateFile, phases, handoff]),
  ).toEqual([
    [
      "web",
      "phase-idx.web",
      [{ id: "1", plan: "", status: "S", models: {} }],
      {
        branch: "main",
        // No adversary and no builder here: what nobody wrote pings nobody.
        rules: [{ kind: "other", re: "^docs", pings: "w" }],
        inboxes: [{ file: "IN.md", pings: "d" }],
      },
    ],
    ["docs", "docs.idx", [], null],
  ]);
});

test("all problems are told at once, each at its place, with what was meant", () => {
  const text = `[defaults]
log_dir = ".ao"
wathc = "heal"

[watchdog]
signal_interval = "soon"
stall_idle = 300

[backend.mine]
active_re = "(unclosed"
screen.busy = [{ re = 3 }]
color = "blue"

[[agent]]
name = "one"
backend = "mien"
env = { AGENTS_X = "1", OK = 5 }
wake = { interval = 0, prompt_file = "w" }

[[service]]
name = "one"

[loop]
on_complete = { run = "noe" }
phases = [{ id = "1" }]
`;
  expect(problemsOf(text)).toEqual([
    '1:2 [defaults]: session_prefix is required, for example session_prefix = "myproj-"',
    '3:1 [defaults]: unknown key "wathc" — did you mean "watch"?',
    '6:1 [watchdog]: signal_interval must be seconds or a duration such as "5m", up to 366d, not "soon"',
    '7:1 [watchdog]: unknown key "stall_idle" — it belongs in [backend.NAME]; delete it, or rename it to "x-stall_idle" to keep it as a note',
    '9:10 backend "mine": bin is required, for example bin = "mine"',
    '10:1 backend "mine": active_re is no regular expression: /(unclosed/im: Unterminated group',
    '11:18 backend "mine": screen.busy[0].re must be a string, not 3',
    '12:1 backend "mine": unknown key "color" — delete it, or rename it to "x-color" to keep it as a note',
    '16:1 agent "one": unknown backend "mien" — did you mean "mine"?',
    '17:9 agent "one": env.AGENTS_X is no name for a variable (letters, digits and _; names with AGENTS_ in front are ours)',
    '17:25 agent "one": env.OK must be a string, not 5',
    '18:10 agent "one": wake.interval must be at least a tenth of a second',
    '20:3 service "one": command is required',
    '21:1 service "one": this name belongs to agent "one"; choose another one',
    '24:17 [loop]: run names the unknown agent "noe" — did you mean "one"?',
    '25:11 [loop]: phase "1": status is required, for example status = "STATUS.md"; the watchdog finds the done marker there',
  ]);
});

test("a problem shows the lines around it", () => {
  const loaded = loadText(`${HEAD}\n[[agent]]\nname = "a"\nwathc = "heal"\nwatch = "none"\n`);
  expect(loaded).toEqual({
    ok: false,
    problems: [
      {
        file: "/proj/fleet/agents.toml",
        line: 8,
        column: 1,
        message: 'agent "a": unknown key "wathc" — did you mean "watch"?',
        frame: '6 | [[agent]]\n7 | name = "a"\n8 | wathc = "heal"\n  | ^',
      },
    ],
  });
});

test("text that is no TOML is one problem at the place where reading stopped", () => {
  const loaded = loadText('[defaults]\nlog_dir = "x\n');
  expect(loaded.ok ? [] : loaded.problems.map(({ line, message }) => [line, message])).toEqual([
    [2, "this is not TOML: control characters are not allowed in strings"],
  ]);
});

test("an empty file lacks what every fleet needs", () => {
  expect(problemsOf("")).toEqual([
    '1:1 [defaults]: session_prefix is required, for example session_prefix = "myproj-"',
    '1:1 [defaults]: log_dir is required, for example log_dir = ".agents"',
  ]);
});

test("files that an agent starts with must be there; those of a disabled one may come later", () => {
  const text = PAIR.replace('prompt = """\nWrite the report.\n"""', 'prompt_file = "R.md"');
  const missing = (path: string): "dir" | null =>
    path.endsWith("roles/builder.md") ? "dir" : null;
  expect(problemsOf(text, { look: missing })).toEqual([
    '53:1 agent "builder": role prompt /proj/project/prompts/roles/builder.md is a directory',
    '58:1 agent "adversary": role prompt /proj/project/prompts/roles/adversary.md does not exist',
    '68:1 agent "overseer": prompt_file /proj/project/prompts/overseer.md does not exist',
    "89:1 [loop]: kickoff_template /proj/project/prompts/kickoff.md does not exist",
  ]);
  const late = (path: string): "file" | null => (/R\.md|wake\.md/.test(path) ? null : "file");
  expect(warningsOf(text, { look: late })).toEqual([
    '70 agent "overseer": wake /proj/project/prompts/wake.md does not exist',
    '78 agent "report": prompt_file /proj/project/R.md does not exist',
  ]);
});

test("defect 4: a file without phases, or with fewer of them, loads", () => {
  const start = PAIR.indexOf("[[loop.phases]]");
  const end = PAIR.indexOf("[loop.handoff]");
  const none = configOf(PAIR.slice(0, start) + PAIR.slice(end));
  expect(none.loops.map(({ phases }) => phases)).toEqual([[]]);
  const loopless = configOf(`${HEAD}[[agent]]\nname = "a"\nkind = "loop"\nrole = "r"\n`);
  expect(loopless.loops.map(({ name, phases, rolesDir }) => [name, phases, rolesDir])).toEqual([
    ["loop", [], "/proj/fleet/prompts"],
  ]);
});

test("defect 6: one-off overrides apply only where they are given", () => {
  const env = { AGENT_MODEL_a: "other", AGENT_BACKEND_a: "demo", AGENT_MODEL_b: "" };
  const text = `${HEAD}[[agent]]\nname = "a"\n[[agent]]\nname = "b"\nmodel = "m"\n`;
  const models = (config: Config): unknown => config.agents.map((a) => [a.backend, a.model]);
  expect(models(configOf(text))).toEqual([
    ["shell", ""],
    ["shell", "m"],
  ]);
  expect(models(configOf(text, { env }))).toEqual([
    ["demo", "other"],
    ["shell", "m"],
  ]);
  expect(problemsOf(text, { env: { AGENT_BACKEND_a: "demmo" } })).toEqual([
    '4:1 agent "a": unknown backend "demmo" (from AGENT_BACKEND_a) — did you mean "demo"?',
  ]);
});

test("defect 7: a name that nobody has is told, not ignored", () => {
  const text = `${HEAD}[[service]]\nname = "server"\ncommand = "x"\n[[agent]]\nname = "a"\nneeds = ["sever"]\n[loop.handoff]\nclaim_pings = "b"\n`;
  expect(problemsOf(text)).toEqual([
    '10:1 agent "a": needs the unknown service "sever" — did you mean "server"?',
    '12:1 [loop]: claim_pings names the unknown agent "b"; there is no agent of this name',
  ]);
});

test("defect 9: names and sessions are given once, and the watchdog's are its own", () => {
  const text = `${HEAD}
[[agent]]
name = "watchdog"
[[agent]]
name = "a"
session = "p-b"
[[agent]]
name = "b"
[[agent]]
name = "c"
session = "p-watchdog"
`;
  expect(problemsOf(text)).toEqual([
    '7:1 agent "watchdog": this name belongs to the watchdog; choose another one',
    '11:3 agent "b": its session "p-b" belongs to agent "a"; choose another one',
    '15:1 agent "c": its session "p-watchdog" belongs to agent "watchdog"; choose another one',
  ]);
});

test("defect 15: names that tmux cannot address are refused", () => {
  const rule =
    "must begin with a letter or digit and go on with up to 40 letters, digits, - or _ (tmux cannot address names with . or :)";
  const text = `[defaults]
session_prefix = "my.app-"
log_dir = ".ao"
backend = "shell"
[[agent]]
name = "a:b"
[[agent]]
name = "c"
session = "-c"
[[service]]
name = ""
command = "x"
`;
  expect(problemsOf(text)).toEqual([
    `2:1 [defaults]: session_prefix ${rule}, not "my.app-"`,
    `6:1 agent "a:b": name ${rule}, not "a:b"`,
    `9:1 agent "c": session ${rule}, not "-c"`,
    `11:1 service "": name ${rule}, not ""`,
  ]);
});

test("defect 21: an unknown value of watch is an error, not a kind of heal", () => {
  expect(problemsOf(`${HEAD}[[agent]]\nname = "a"\nwatch = "heal-stall"\n`)).toEqual([
    '7:1 agent "a": watch must be "none", "heal" or "heal+stall", not "heal-stall" — did you mean "heal+stall"?',
  ]);
});

test("a NUL, which no program can be given, is refused wherever it could reach one", () => {
  const text = `${HEAD}[[agent]]\nname = "a"\nmodel = "m\\u0000"\nenv = { A = "\\u0000" }\nneeds = ["\\u0000"]\n`;
  expect(problemsOf(text)).toEqual([
    '7:1 agent "a": model must not contain a NUL character',
    '8:9 agent "a": env.A must not contain a NUL character',
    '9:10 agent "a": needs[0] must not contain a NUL character',
  ]);
});

test("a mistake in one of several loops is told by its name and place", () => {
  const text = `${HEAD}[[loop]]\nname = "a"\n[[loop]]\nname = "b"\nphases = [{ id = true }]\n[[loop]]\n`;
  expect(problemsOf(text)).toEqual([
    '9:13 loop "b": phases[0].id must be a string',
    "10:3 loop: name is required where there are several loops",
  ]);
});

test("a prompt too long for an argument is warned of where it is one", () => {
  const agent = (backend: string): string =>
    `[[agent]]\nname = "${backend}"\nbackend = "${backend}"\nprompt = "${"é".repeat(65_536)}"\n`;
  expect(warningsOf(HEAD + agent("claude") + agent("shell"))).toEqual([
    '8 agent "claude": the prompt is longer than the 131071 bytes that an argument can have; the program is told to read a file instead',
  ]);
});

test("a command of one's own under an exec preset's name inherits nothing from the preset", () => {
  const text = `${HEAD}[backend.demo]\nbin = "sh run.sh"\nprompt_delivery = "exec"\n`;
  expect(configOf(text).backends["demo"]).toEqual({
    ...BACKEND,
    name: "demo",
    bin: "sh run.sh",
    delivery: "exec",
  });
});

test("a file cut at any byte is read or refused with a place in it, never thrown at", () => {
  const bytes = Buffer.from(PAIR);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: bytes.length }), (length) => {
      const text = bytes.subarray(0, length).toString("utf8");
      const loaded = loadText(text, { look: () => null });
      const lines = text.split("\n").length;
      if (!loaded.ok) expect(loaded.problems.length).toBeGreaterThan(0);
      for (const { line } of loaded.ok ? loaded.warnings : loaded.problems) {
        expect(line).toBeLessThanOrEqual(lines);
      }
    }),
    { numRuns: 80 },
  );
});

test("a value of any kind under any key is read or refused, never thrown at", () => {
  const values = ["1", "-1", '""', "true", "[]", "[1]", "{}", "{ a = 1 }", "1979-05-27", "nan"];
  const line = fc.constantFrom(...PAIR.split("\n").filter((row) => / = (?!""")/.test(row)));
  fc.assert(
    fc.property(line, fc.constantFrom(...values), (row, value) => {
      const text = PAIR.replace(row, row.replace(/ = .*/, ` = ${value}`));
      const loaded = loadText(text);
      if (!loaded.ok) expect(loaded.problems.map(({ message }) => message)).not.toContain("");
    }),
    { numRuns: 80 },
  );
});
