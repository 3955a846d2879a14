// A false coding agent for the tasks of the demo: reads its prompt from a file, edits files, commits, and says how it
// went with `agents report`. A script, not an intelligence: the task's own words say what it does, and which accident
// it has, once each.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const { AGENTS_STEP: step, AGENTS_TASK: task } = process.env;
const WORK_MS = 500;
const SLOW_MS = 3_000;

const prompt = readFileSync(process.argv[2], "utf8");
const [, title = "", body = ""] =
  /^## The task\n\n(.*)\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(prompt) ?? [];
const [, asked = null] = /^## To be answered\n([\s\S]*?)^## At the end/m.exec(prompt) ?? [];
const page = /^page (\w+): (.*)$/m.exec(body);
const point = /^compass: (\w+)$/m.exec(body)?.[1] ?? null;
const accident = /^accident: (\w+)$/m.exec(body)?.[1] ?? null;

const say = (text) => process.stdout.write(`● ${text}\n`);
const git = (...words) => execFileSync("git", words, { encoding: "utf8" }).trim();

/** A mark beside the worktree's own files, so that an accident happens once. */
const isFirst = (what) => {
  const mark = git("rev-parse", "--git-path", `demo-${what}`);
  if (existsSync(mark)) return false;
  writeFileSync(mark, "");
  return true;
};

const report = (word, text) => {
  say(`${word}: ${text}`);
  execFileSync("agents", ["report", word, "--file", "-"], { input: `${text}\n` });
};

const write = (path, text) => {
  mkdirSync("pages", { recursive: true });
  writeFileSync(path, text);
};

const implement = async () => {
  const target = /`git rebase ([0-9a-f]{7,})`/.exec(asked ?? "")?.[1];
  if (target !== undefined) return reconcile(target);
  if (page !== null) {
    const [, name, sentence] = page;
    const unfinished = accident === "unfinished" && asked === null ? "TODO: the rest\n" : "";
    const more = accident === "short" && asked !== null ? "And so it is every day.\n" : "";
    write(`pages/${name}.md`, `# ${name}\n\n${sentence}\n${more}${unfinished}`);
  }
  if (accident === "crash" && isFirst("crash")) {
    say("this agent is killed here, with its work not committed");
    process.kill(process.pid, "SIGKILL");
  }
  if (accident === "limit" && isFirst("limit")) await limited();
  if (point !== null) {
    const before = readFileSync("COMPASS.md", "utf8");
    writeFileSync(
      "COMPASS.md",
      before.replace(/^points:.*$/m, (line) => `${line} ${point}`),
    );
    // Slow enough for both of those that turn the compass to begin from the same commit.
    await sleep(SLOW_MS);
  }
  return commit(`${title} (${task})`);
};

const commit = (message) => {
  git("add", "--all");
  git("commit", "--quiet", "--message", message);
  report("done", `Committed "${message}".`);
};

/** Both changes keep their meaning: every point that either side names. */
const reconcile = (target) => {
  say("the newest target conflicts with this branch: rebasing");
  try {
    git("rebase", "--quiet", target);
  } catch {
    const text = readFileSync("COMPASS.md", "utf8");
    const points = [...text.matchAll(/^points:(.*)$/gm)].flatMap(([, line]) =>
      line.trim().split(" "),
    );
    const whole = `points: ${[...new Set(points)].join(" ")}`;
    writeFileSync("COMPASS.md", text.replace(/^<<<<<<<[\s\S]*^>>>>>>>.*$/m, whole));
    git("add", "COMPASS.md");
    git("-c", "core.editor=true", "rebase", "--continue");
  }
  report("done", "Rebased, and kept what both sides say.");
};

/** Stands at its banner until somebody says that it goes on. */
const limited = async () => {
  process.stdout.write("usage limit reached · resets in 6s\n\n> ");
  await new Promise((resolve) => process.stdin.once("data", resolve));
  say("goes on");
};

const review = () => {
  const text = page === null ? "" : readFileSync(`pages/${page[1]}.md`, "utf8");
  const lines = text.split("\n").filter((line) => line !== "");
  if (accident === "short" && lines.length < 3)
    return report("changes", "One sentence is too short for a page: say how often it is so.");
  return report("approve", "It does what the task says.");
};

const plan = () =>
  report("done", `1. Write ${page === null ? "COMPASS.md" : `pages/${page[1]}.md`}. 2. Commit.`);

say(`${task}: ${step}`);
await sleep(WORK_MS);
if (step === "plan") plan();
else if (step === "review") review();
else await implement();
// Its report ends it; until then it stands there, as coding agents do.
process.stdin.resume();
