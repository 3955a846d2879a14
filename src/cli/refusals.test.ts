// What every verb says when it refuses, and with which exit code: typed in this process, printed into one golden file.
// And nothing that can be said there is shown nowhere.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { freshAgent } from "../core/fresh.ts";
import { fresh } from "../e2e/typed-task.ts";
import { HERE, NOW, rowOf, typedVerb, type Before } from "../e2e/typed-verb.ts";
import { tasksText } from "../engine/tasks.ts";
import { FRESH } from "../core/fresh.ts";
import { literalsIn } from "../e2e/literals.ts";
import { verbs } from "./verbs.ts";

const TOML = `[defaults]
session_prefix = "f-"
log_dir = "log"
backend = "demo"
[[agent]]
name = "ann"
[[agent]]
name = "bob"
[[service]]
name = "db"
command = "true"
[tasks]
`;
const LOOP = `${TOML}[loop]
phases = [{ id = "p1", plan = "P1.md", status = "S1.md" }, { id = "p2", plan = "P2.md", status = "S2.md" }]
[[agent]]
name = "eve"
kind = "loop"
role = "r"
`;
const LOOPS = LOOP.replace("[loop]\n", '[[loop]]\nname = "one"\n').replace(
  'role = "r"\n',
  'role = "r"\nloop = "one"\n[[loop]]\nname = "two"\nstate_file = "two-idx"\n',
);
const JOB = `${TOML}[[job]]\nname = "nightly"\nevery = "1h"\ncommand = "true"\n`;
const SINK = `${TOML}[[notify]]\nto = "bell"\n`;
const DONE = { state: "done", because: "", outcomes: {} } as const;
const NO = { state: "refused", because: "the fleet says no", outcomes: {} } as const;
const LATE = { state: "expired", because: "", outcomes: {} } as const;
const UP = { fleet: { ...FRESH.fleet, wanted: "up" as const } };
const DIALOG = "Do you want to go on?\n❯ 1. Yes\n  2. No\n\nEnter to select · Esc to cancel\n";
const running = (name: string, more: object = {}) => ({
  name,
  kind: "persistent",
  life: "up",
  verdict: "busy",
  because: "",
  wanted: "up",
  watch: "heal",
  pid: 1,
  usage: null,
  ...more,
});
const TASKS = {
  "/f/log/state/tasks.json": tasksText(
    { ...FRESH, tasks: { t1: fresh("t1"), t2: fresh("t2", { state: "running" }) } },
    NOW,
  ),
};
/** As many as may wait. */
const WAITING = Object.fromEntries(
  Array.from({ length: 5000 }, (_, index) => [`/f/log/state/tasks/new/w${index}.json`, "{}"]),
);
const PLANNED = fresh("t3", {
  trail: [{ id: "plan", role: "planner", attempt: 1, visit: 1, came: "passed" }],
});
const UNREADABLE = {
  "/f/log/state/tasks.json": tasksText({ ...FRESH, tasks: { t3: PLANNED } }, NOW),
  "/f/log/state/tasks/t3/1-1-plan/patch.diff/x": "",
};
const LIVES = {
  ...UP,
  agents: {
    ann: {
      ...freshAgent("f-ann"),
      life: { is: "up" as const, since: NOW, quiet: null },
      verdict: { is: "busy" as const },
    },
  },
};
const of = (more: Before = {}): Before => ({ toml: TOML, standing: {}, files: TASKS, ...more });
const INSIDE = { AGENTS_NAME: "ann", AGENTS_RUN_ID: "r", AGENTS_CONFIG: HERE };

/** What is typed, and before what. */
const CASES: readonly (readonly [string, Before?])[] = [
  ["statsu"],
  ["status --jsn"],
  ["status", { toml: null }],
  ["status", { toml: "[defaults]\n" }],
  ["adopt shell", of({ memory: FRESH })],
  ["adopt shell", of({ memory: UP, blind: true })],
  ["adopt shell", of({ memory: UP, rows: [rowOf("x", { session: "other", mark: null })] })],
  ["adopt f-ann", of({ memory: UP, rows: [rowOf("ann")] })],
  [
    "adopt f-x",
    of({ memory: UP, rows: [rowOf("x", { mark: null, dead: { code: 0, signal: null } })] }),
  ],
  ["adopt f-ann", of({ memory: UP, rows: [rowOf("ann", { mark: null })] })],
  ["adopt f-x", of({ memory: UP, rows: [rowOf("x", { mark: null, command: "vim" })] })],
  [
    "adopt f-x --backend demo",
    of({ memory: UP, rows: [rowOf("x", { mark: null, command: "claude" })] }),
  ],
  ["answer ann", of({ blind: true })],
  ["answer ann", of()],
  ["answer ann", of({ rows: [rowOf("ann")] })],
  [
    "answer ann maybe",
    of({
      toml: TOML.replace('"demo"', '"claude"'),
      rows: [rowOf("ann")],
      screens: { "%ann": DIALOG },
    }),
  ],
  [
    "answer ann 1 --dialog beef",
    of({
      toml: TOML.replace('"demo"', '"claude"'),
      rows: [rowOf("ann")],
      screens: { "%ann": DIALOG },
    }),
  ],
  ["attach ann", of({ blind: true })],
  ["attach ann", of()],
  ["attach ann", of({ rows: [rowOf("ann")] })],
  ["attach ann", of({ rows: [rowOf("ann")], isTTY: true, code: 1 })],
  ["attach anna", of()],
  ["attach t1-plan-1", of()],
  ["backends list demo"],
  ["backends show"],
  ["backends show dmo"],
  ["backends record"],
  ["backends record ann", of()],
  ["backends record ann", of({ blind: true })],
  ["backends liste"],
  ["completion tcsh"],
  ["cost --by week", of()],
  ["demo-agent"],
  ["down", of({ answer: LATE, holder: null })],
  ["down", of()],
  ["down ann", of({ answer: LATE })],
  ["down ann", of({ answer: NO })],
  ["down", of({ env: INSIDE })],
  ["edit", { toml: null }],
  ["edit", of({ code: 1 })],
  ["edit", of({ files: { "/f/.agents.edit.toml": "[defaults]\n" } })],
  ["edit", of({ cannotWrite: "the disk is full" })],
  ["edit", of({ files: { "/f/.agents.edit.toml": TOML }, old: "/f/.agents.edit.toml" })],
  ["enable db", of()],
  ["events --since soon", of()],
  ["events -n many", of()],
  ["hold ann", of()],
  ["hold ann --until tomorrow", of()],
  ["hold ann --until 2020-01-01T00:00Z", of()],
  ["hold ann --until 2099-01-01T00:00Z", of()],
  ["init new --demo", { toml: null, cannotRun: "there is no git" }],
  ["init new", { toml: null, lines: [null] }],
  ["init new", { toml: null, lines: ["x", "y", "z", "w", "v"] }],
  ["job", of()],
  ["job run", of({ toml: JOB })],
  ["job run nigthly", of({ toml: JOB })],
  ["job runn", of({ toml: JOB })],
  ["job run nightly", of({ toml: JOB, answer: NO })],
  ["job run nightly", of({ toml: JOB, answer: LATE })],
  ["logs ann", of()],
  ["logs ann --raw --grep x", of({ files: { "/f/log/f-ann.log": "x" } })],
  ["logs ann bob --raw", of({ files: { "/f/log/f-ann.log": "x", "/f/log/f-bob.log": "x" } })],
  ["logs ann --grep (", of()],
  ["logs ann bob --transcript", of()],
  ["logs db --transcript", of()],
  ["logs t1-plan-1 --transcript", of()],
  ["logs ann --transcript", of()],
  ["logs ann --transcript -n 5", of({ toml: TOML.replace('"demo"', '"opencode"'), code: 1 })],
  ["merge lst", of()],
  ["notify list phone", of({ toml: SINK })],
  ["notify tset", of({ toml: SINK })],
  ["notify test", of()],
  ["notify test phone", of({ toml: SINK })],
  ["pause ann", of({ answer: LATE })],
  ["pause ann", of({ answer: null, holder: { pid: 9, since: NOW, verb: "up" } })],
  ["pause ann", of({ stopped: 130 })],
  ["pause ann", of({ stopped: 143, holder: null })],
  ["phase", of()],
  ["phase next p2", of({ toml: LOOP })],
  ["phase set", of({ toml: LOOP })],
  ["phase set p9", of({ toml: LOOP })],
  ["phase next", of({ toml: LOOPS })],
  ["phase next --loop tow", of({ toml: LOOPS })],
  ["phase next", of({ toml: LOOP, answer: NO })],
  ["phase next", of({ toml: LOOP, answer: LATE })],
  ["phase set p1", of({ toml: LOOP, answer: DONE })],
  ["rehearse --until 0s", of()],
  ["rehearse --seed x", of()],
  ["replay x.jsonl", of()],
  ["replay x.jsonl", of({ files: { "/f/x.jsonl": "{}\n" } })],
  ["report done", of()],
  ["report fine", of({ env: INSIDE })],
  ["report done --file r.md", of({ env: INSIDE })],
  ["report done --file -", of({ env: INSIDE, stdin: "x".repeat(300_000) })],
  ["report done", { toml: null, env: { ...INSIDE, AGENTS_CONFIG: "/g/agents.toml" } }],
  ["restart ann", of({ answer: LATE })],
  ["rm ann", of({ standing: { agents: [running("ann")] } })],
  ["rm anna", of()],
  ["send ann", of()],
  ["send ann -", of({ stdin: "\n" })],
  ["send ann hello --no-wait", of({ holder: null })],
  ["send ann hello", of({ answer: NO })],
  ["service install", of({ code: 1 })],
  ["service instal", of()],
  ["set ann.model", of()],
  ["set model x", of()],
  ["set ann.modle x", of()],
  ["task add", of()],
  ["task add x", of({ toml: TOML.replace("[tasks]\n", "") })],
  ["task add x --complexity hard", of()],
  ["task add x --id ../x", of()],
  ["task add x --pipeline quick", of()],
  ["task list", { toml: "[defaults]\n" }],
  ["task add x", of({ files: WAITING })],
  ["task lst", of()],
  ["task show", of()],
  ["task show t9", of()],
  ["task show t9", of({ files: {} })],
  ["task show t1 t2", of()],
  ["task logs t1 t2", of()],
  ["task logs t1", of()],
  ["task diff t1", of()],
  ["task diff t3", of({ files: UNREADABLE })],
  ["task artifacts t1", of()],
  ["task logs t1 --step plan", of()],
  ["task approve", of()],
  ["task approve t9", of()],
  ["task approve t3", of({ files: { ...TASKS, "/f/log/state/tasks/new/t3.json": "{}" } })],
  ["task wait", of()],
  ["task wait t2", of({ standing: null })],
  ["task wait t2 --timeout 1s", of()],
  ["task import", of()],
  ["task import nowhere", of()],
  ["task import -", of({ stdin: "" })],
  ["task import -", of({ stdin: "[]\n" })],
  ["task import -", of({ stdin: '{"titel":"x"}\n' })],
  ["task import -", of({ stdin: "{}\n" })],
  ["task import -", of({ stdin: '{"title":5}\n' })],
  ["task import -", of({ stdin: '{"title":"x","labels":"y"}\n' })],
  ["task import -", of({ stdin: '{"title":"x"}\n'.repeat(5001) })],
  ["task import todo", of({ files: { "/f/todo/a.md": "\n" } })],
  ["top --plian", of()],
  ["up", of({ holder: null, answer: DONE })],
  ["up", of({ holder: null, starts: true })],
  ["up ann", of({ answer: LATE })],
  ["up", of({ strangers: ["f-ann"], files: {} })],
  ["wait ann --for db", of()],
  ["wait db --for idle", of({ standing: { services: [running("db")] } })],
  [
    "wait ann --for idle",
    of({ standing: { agents: [running("ann", { life: "parked", because: "auth" })] } }),
  ],
  ["wait ann --timeout 1s", of({ standing: { agents: [running("ann")] } })],
  ["wait ann", of({ standing: null, memory: LIVES, rows: [rowOf("ann")] })],
  ["watchdog", of({ acquires: "nothing" })],
  ["watchdog", of({ acquires: "the lock" })],
  ["watchdog", of({ acquires: "another" })],
  ["watchdog", of({ acquires: "another", stopped: 143 })],
  ["why anna", of({ memory: { ...UP, agents: { ann: freshAgent("f-ann") } } })],
  ["why ann --at noon", of()],
  ["why ann --last restart", of()],
];

test("every refusal says what, where and what to do now, with its exit code", async () => {
  const told: string[] = [];
  for (const [line, before] of CASES)
    told.push(`$ agents ${line}\n${await typedVerb(line.split(" "), before)}\n`);
  await expect(told.join("\n")).toMatchFileSnapshot("golden/refusals.txt");
});

test.each(verbs.filter(({ hidden }) => hidden !== true).map(({ name }) => name))(
  "agents %s --help is as it was, with two examples",
  async (name) => {
    const help = (await typedVerb([name, "--help"])).replace(/^0 /, "");
    await expect(help).toMatchFileSnapshot(`golden/help-${name}.txt`);
  },
);

/** Said where only a mistake of ours leads, or what two parts of the program both refuse. */
const UNSEEN: readonly string[] = [
  "cli/adopt.ts: . Nothing was written.",
  "cli/adopt.ts: would be no agent of this file",
  "cli/adopt.ts: it could not be started again:",
  "cli/demo-agent.ts: demo-agent needs the file with its first prompt",
  "cli/file-edit.ts: nothing to change",
  "cli/file-edit.ts: . Nothing was written; this would have been:",
  "cli/fleet-light.ts: the configuration cannot be read",
];

test("no refusal is shown nowhere: each stands in a golden file or in a test", () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const files = filesBelow(root);
  const shown = files
    .filter((path) => path.endsWith(".test.ts") || path.includes("/golden/"))
    .filter((path) => !path.endsWith("/refusals.test.ts"))
    .map((path) => plainText(readFileSync(path, "utf8")))
    .join("\n");
  const unshown = files
    .filter((path) => /\/(?:cli|config)\/.*\.ts$/.test(path) && !path.endsWith(".test.ts"))
    .flatMap((path) =>
      literalsIn(readFileSync(path, "utf8"), /\b(?:new Refusal|[^.\w]complain)\(/g).map(
        (text) => `${path.slice(root.length)}: ${text}`,
      ),
    )
    .filter((one) => !shown.includes(one.slice(one.indexOf(": ") + 2)));
  expect(unshown).toEqual(UNSEEN);
});

function filesBelow(dir: string): readonly string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = `${dir.replace(/\/$/, "")}/${name}`;
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

function plainText(text: string): string {
  return text.replaceAll(/\\(?=[`"'/.?()[\]])/g, "").replaceAll(/\s+/g, " ");
}
