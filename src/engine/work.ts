// What is done for a task outside of its agents: the workshop is asked, and what it found goes into the artifacts.
// The words to a step's agent are put together here, from files, as they are.

import type { Config } from "../config/config.ts";
import type { Tasks } from "../config/tasks.ts";
import type { Setting } from "../core/case.ts";
import { isAgentOf } from "../core/task.ts";
import { verdictIn } from "../core/verdict.ts";
import type { Action, Brief, Work } from "../core/types.ts";
import type { Acting } from "./act.ts";
import type { Disk } from "./disk.ts";
import { inheritedBy } from "./environment.ts";
import { logOf } from "./log-path.ts";
import type { Bench, Ports, Result } from "./ports.ts";
import { promptText } from "./task-prompt.ts";
import { bodyOf } from "./task-file.ts";

type Doing = Extract<Action, { do: "work" }>;
type Told = Readonly<Record<string, string>>;
type Means = { readonly ports: Ports; readonly disk: Disk };

/** Bytes of a report that are looked through for a verdict. */
const reportBytes = 256 * 1024;

export async function work(
  { ports, disk }: Means,
  { target, work: asked }: Doing,
  { setting }: Acting,
): Promise<Result<Told>> {
  const { config } = setting;
  if (config.tasks === null) return { ok: false, failure: "the file has no [tasks] any more" };
  const bench = benchOf(config.tasks, { task: target, branch: asked.branch, env: ports.env });
  const { workshop } = ports;
  switch (asked.is) {
    case "worktree": {
      const made = disk.mkdir(asked.dir);
      if (!made.ok) return made;
      const stands = await workshop.worktree(bench);
      if (!stands.ok || asked.brief === null) return stands;
      const told = tell({ ports, disk }, { task: target, setting, asked, brief: asked.brief });
      return told.ok ? stands : told;
    }
    case "diff":
      return looked({ ports, disk }, { bench, asked, log: logFor(config, asked.session) });
    case "classify": {
      const body = bodyOf(disk, config.stateDir, target);
      if (!body.ok) return body;
      const { command, limitMs } = asked;
      return workshop.classify(bench, { command, limitMs, input: body.value });
    }
    case "check": {
      const { command, limitMs, dir } = asked;
      const stands = disk.mkdir(dir);
      return stands.ok ? workshop.check(bench, { command, limitMs, log: `${dir}/log` }) : stands;
    }
    case "land": {
      const { title, check: command, limitMs, dir } = asked;
      const made = disk.mkdir(dir);
      if (!made.ok) return made;
      const log = `${dir}/log`;
      return workshop.land(bench, {
        title,
        log,
        check: command === null ? null : { command, limitMs, log },
      });
    }
    case "pr": {
      const body = bodyOf(disk, config.stateDir, target);
      return workshop.pr(bench, { title: asked.title, body: body.ok ? body.value : "" });
    }
    case "discard":
      return workshop.discard(bench);
  }
}

/** A stop waits for git so long; what git does after that, it does beside the stop. */
const RESCUE_LIMIT_MS = 30_000;

type Looking = {
  readonly bench: Bench;
  readonly asked: Extract<Work, { is: "diff" }>;
  readonly log: string | null;
};

/** What a step left; where another one goes on, its log and report make room for theirs. */
async function looked(
  { ports, disk }: Means,
  { bench, asked, log }: Looking,
): Promise<Result<Told>> {
  const { dir, base } = asked;
  const seen = await ports.workshop.diff(bench, { base, patch: `${dir}/patch.diff` });
  if (!seen.ok) return seen;
  const aside = asked.aside === undefined ? "" : `-${asked.aside}`;
  if (log !== null) disk.rename(log, `${dir}/log${aside}`);
  if (aside !== "") disk.rename(`${dir}/report.md`, `${dir}/report${aside}.md`);
  const verdict = reportIn(disk, `${dir}/report.md`);
  return { ok: true, value: { ...seen.value, verdict: verdict ?? "" } };
}

function logFor(config: Config, session: string | null): string | null {
  return session === null ? null : logOf(config, session);
}

/** Before anything is signalled: what a task's agent did not commit is kept. A stop waits for no git that fails or hangs. */
export async function rescueFor(
  ports: Ports,
  target: string,
  { setting, memory }: Acting,
): Promise<void> {
  const { tasks } = setting.config;
  const task = Object.values(memory.tasks ?? {}).find(({ id }) => isAgentOf(id, target));
  if (tasks === null || task === undefined) return;
  const bench = benchOf(tasks, { task: task.id, branch: task.branch, env: ports.env });
  let limit: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => {
    limit = setTimeout(resolve, RESCUE_LIMIT_MS);
  });
  await Promise.race([ports.workshop.rescue(bench), late]);
  clearTimeout(limit);
}

function benchOf(
  { repo, remote, target, worktrees: root }: Tasks,
  of: {
    readonly task: string;
    readonly branch: string;
    readonly env: Readonly<Record<string, string>>;
  },
): Bench {
  const { task, branch, env } = of;
  return { task, branch, repo, remote, target, root, env: inheritedBy(env) };
}

type Telling = {
  readonly task: string;
  readonly setting: Setting;
  readonly asked: Extract<Work, { is: "worktree" }>;
  readonly brief: Brief;
};

function tell({ ports, disk }: Means, { task, setting, asked, brief }: Telling): Result<null> {
  const body = bodyOf(disk, setting.config.stateDir, task);
  if (!body.ok) return body;
  const read = (path: string): string | null => {
    const file = ports.files.read(path);
    return typeof file === "object" ? file.text : null;
  };
  const report = `${asked.dir}/report.md`;
  const text = promptText(brief, { task: body.value, report, program: setting.agents, read });
  return text.ok ? ports.files.write(`${asked.dir}/prompt.md`, text.value) : text;
}

function reportIn(disk: Disk, path: string): string | null {
  const bytes = disk.read(path, { from: 0, length: reportBytes });
  return bytes.ok && bytes.value !== null ? verdictIn(new TextDecoder().decode(bytes.value)) : null;
}
