// Nothing in a path, prompt, model, branch, commit subject or file name is ever executed, and what is
// meant to arrive arrives byte for byte.

import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Standing } from "../cli/standing.ts";
import { build, openLab, type Lab } from "./lab.ts";

/** Every way somebody's shell, tmux or strftime could run or change it; PWN is what a slip would leave. */
const HOSTILE = `it's "q" $(touch PWN1) \`touch PWN2\` #(touch PWN3) #{pid} %H {session} ; touch PWN4 & \\`;
const PROMPT = `-n --help\n${HOSTILE}\n!touch PWN5\n/exit\n\ttab é \u{1f41b}\n\n\n`;
const SPLIT = "two\nlines $(touch PWN6)";

let lab: Lab;
let home: string;
let recorded: (name: string) => readonly string[];

beforeAll(async () => {
  build();
  lab = openLab(HOSTILE);
  home = dirname(lab.dir);
  const recorder = join(home, "record");
  writeFileSync(
    recorder,
    `#!/bin/sh\n{ pwd | tr '\\n' '?'; printf '\\0'; for a; do printf '%s\\0' "$a"; done; } > ${home}/"$AGENTS_NAME".argv\ncp "$AGENTS_KICKOFF" ${home}/"$AGENTS_NAME".kickoff\nwhile read -r line; do printf '%s\\n' "$line" >> ${home}/"$AGENTS_NAME".heard; done\nexec sleep 3000\n`,
  );
  chmodSync(recorder, 0o755);
  recorded = (name) => readFileSync(join(home, `${name}.argv`), "utf8").split("\0");
  lab.write("agents.toml", config(recorder));
  lab.write(`-prompts ${HOSTILE}/p ${SPLIT}.md`, PROMPT);
  lab.write("prompts/role.md", PROMPT);
  lab.write(`-dir ${HOSTILE}/x`, "");
  lab.write(`${SPLIT}/x`, "");
  lab.git(".", "init", "-q", "--bare", `origin ${HOSTILE}`);
  lab.git(".", "init", "-q", "-b", BRANCH, `work ${HOSTILE}`);
  lab.git(`work ${HOSTILE}`, "remote", "add", "origin", join(lab.dir, `origin ${HOSTILE}`));
  commit("start");
}, 60_000);

afterAll(() => lab.close(), 30_000);

const BRANCH = "b$(touch${IFS}PWN7)`touch${IFS}PWN8`'";

function commit(subject: string): void {
  lab.git(`work ${HOSTILE}`, "add", "-A");
  lab.git(`work ${HOSTILE}`, "commit", "-q", "--allow-empty", "-m", subject);
  lab.git(`work ${HOSTILE}`, "push", "-q", "origin", `HEAD:refs/heads/${BRANCH}`);
}

function config(recorder: string): string {
  const text = JSON.stringify;
  return `
[defaults]
session_prefix = "inj-"
log_dir = ${text(`log ${HOSTILE}`)}
watch = "heal"
model = ${text(HOSTILE)}
[watchdog]
signal_interval = 1
stall_grace = 2
[backend.exec]
prompt_delivery = "exec"
bin = "${recorder} {kickoff} {session} {model} '{model}' \\"{model}\\""
[backend.arg]
prompt_delivery = "arg"
bin = "${recorder}"
flags = "--flag \\"$HOME\\""
[backend.ping]
prompt_delivery = "ping"
bin = "${recorder}"
attach = "{bin} {dir}"
connect_delay = 1
[[agent]]
name = "exec"
backend = "exec"
prompt_file = ${text(`-prompts ${HOSTILE}/p ${SPLIT}.md`)}
dir = ${text(`-dir ${HOSTILE}`)}
env = { CANARY = ${text(PROMPT)} }
[[agent]]
name = "arg"
backend = "arg"
dir = ${text(SPLIT)}
prompt = ${text(PROMPT)}
[[agent]]
name = "ping"
backend = "ping"
dir = ${text(`-dir ${HOSTILE}`)}
prompt = ${text(PROMPT)}
[[agent]]
name = "looper"
backend = "exec"
kind = "loop"
role = "role"
[loop]
phases = [{ id = "one", plan = ${text(HOSTILE)}, status = ${text(`-s ${HOSTILE}.md`)} }, { id = "two", plan = "p", status = "S2.md" }]
[loop.handoff]
repo = ${text(`work ${HOSTILE}`)}
branch = ${text(BRANCH)}
claim_pings = "looper"
review_pings = "looper"
state_subdir = ${text(`-docs ${HOSTILE}`)}
inboxes = [${text(`-in ${HOSTILE}.md`)}]
`;
}

const canaries = (dir: string): readonly string[] =>
  readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((path) =>
    /(^|\/)PWN\d$/.test(path),
  );

async function becomes(is: () => boolean): Promise<void> {
  await expect
    .poll(
      () => {
        try {
          return is();
        } catch {
          return false;
        }
      },
      { timeout: 15_000, interval: 50 },
    )
    .toBe(true);
}

test("hostile words arrive as they are in all three deliveries, and nothing runs", async () => {
  expect(await lab.agents("up")).toMatchObject({ code: 0, stderr: "" });
  await becomes(() =>
    ["exec", "arg", "ping", "looper"].every(
      (name) => statSync(join(home, `${name}.kickoff`)).size > 0,
    ),
  );

  const exec = recorded("exec");
  expect(exec[0]?.replaceAll("?", "\n").trimEnd()).toBe(join(lab.dir, `-dir ${HOSTILE}`));
  expect(exec.slice(2, -1)).toEqual(["inj-exec", HOSTILE, HOSTILE, HOSTILE]);
  const arg = recorded("arg");
  expect(arg.slice(1, -1)).toEqual(["--model", HOSTILE, "--flag", home, PROMPT]);
  for (const name of ["exec", "arg", "ping", "looper"]) {
    expect(readFileSync(join(home, `${name}.kickoff`), "utf8"), name).toBe(PROMPT);
  }
  expect(canaries(home)).toEqual([]);
});

test("a hostile branch, subject, status file and inbox are data", async () => {
  const heard = (): string => readFileSync(join(home, "looper.heard"), "utf8");
  commit(`claim: ${HOSTILE} $(touch PWN9)`);
  await becomes(() => heard().includes("a claim was pushed"));
  lab.write(`work ${HOSTILE}/-docs ${HOSTILE}/-in ${HOSTILE}.md`, HOSTILE);
  commit(HOSTILE);
  await becomes(() => heard().includes("inbox") || heard().includes("-in "));
  expect(heard()).not.toContain("PWN9");
  lab.write(`work ${HOSTILE}/-docs ${HOSTILE}/-s ${HOSTILE}.md`, `## DONE\n${HOSTILE}\n`);
  const before = await lab.pid("looper");
  commit("done");
  // What is sent to the one of phase one ends with it.
  const isAnew = ({ loops, agents }: Standing): boolean =>
    loops[0]?.phase === "two" &&
    agents.some(({ name, life, pid }) => name === "looper" && life === "up" && pid !== before);
  await lab.until("phase two", isAnew, 30_000);
  expect(await lab.agents("send", "looper", HOSTILE)).toMatchObject({ code: 0 });
  await becomes(() => heard().includes(HOSTILE));
  expect((await lab.agents("down")).code).toBe(0);
  expect(canaries(home)).toEqual([]);
}, 60_000);

test("a hostile name is refused with the rule, and not run", async () => {
  lab.write(
    "bad.toml",
    `[defaults]\nsession_prefix = "x-"\nlog_dir = "l"\n[backend.s]\nbin = "true"\n[[agent]]\nname = ${JSON.stringify(HOSTILE)}\nbackend = "s"\n`,
  );
  const ran = await lab.agents("up", "--config", "bad.toml");
  expect(ran).toMatchObject({ code: 5, stderr: expect.stringContaining("bad.toml:7:") });
  expect(canaries(home)).toEqual([]);
});
