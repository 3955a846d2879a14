import { expect, test, afterAll } from "vitest";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { dropTask, type TasksFile } from "../engine/tasks.ts";
import { realDisk } from "../io/disk.ts";
import { build, openLab, took, type Lab } from "./lab.ts";

const labs: Lab[] = [];
afterAll(async () => {
  for (const lab of labs) await lab.close();
});

const FLEET = String.raw`
[defaults]
session_prefix = "q-"
log_dir = ".agents"
backend = "hand"
[watchdog]
signal_interval = 1
[tasks]
repo = "app"
check = "test -f base"
merge = "queue"
stagger = 0
max = 2
[backend.hand]
bin = "sh ./hand.sh {kickoff}"
prompt_delivery = "exec"
[backend.hand.screen]
`;

/** Plans in words, makes a file of the task's name, and approves by a line in its report. */
const HAND = String.raw`
echo "step $AGENTS_STEP of $AGENTS_TASK"
case "$AGENTS_STEP" in
  plan) echo "Make the file." >"$AGENTS_REPORT" ;;
  implement)
    echo "$AGENTS_TASK" >"$AGENTS_TASK.txt"
    git add -A && git commit -q -m "Adds $AGENTS_TASK"
    echo "left open" >"scratch-$AGENTS_TASK"
    echo "Made it." >"$AGENTS_REPORT" ;;
  review) echo "**Verdict:** approve" >"$AGENTS_REPORT" ;;
esac
`;

function scratch(): Lab {
  const lab = openLab("lab with a space");
  labs.push(lab);
  lab.write("agents.toml", FLEET);
  const git = (dir: string, ...words: string[]): string => lab.git(dir, ...words);
  execFileSync("git", ["init", "-q", "--bare", "-b", "main", join(lab.dir, "remote.git")], {
    env: lab.env,
  });
  execFileSync("git", ["init", "-q", "-b", "main", join(lab.dir, "app")], { env: lab.env });
  lab.write("app/base", "base\n");
  lab.write("app/hand.sh", HAND);
  git("app", "add", "-A");
  git("app", "commit", "-q", "-m", "base");
  git("app", "remote", "add", "origin", "../remote.git");
  git("app", "push", "-q", "origin", "main");
  return lab;
}

function listed(lab: Lab): TasksFile["tasks"] {
  try {
    const file: TasksFile = JSON.parse(lab.read(".agents/state/tasks.json"));
    return file.tasks;
  } catch {
    return [];
  }
}

test("two tasks are planned, made, checked, reviewed and landed, and nothing of them is left lying about", async () => {
  build();
  const lab = scratch();
  const base = lab.git("app", "rev-parse", "HEAD");
  const up = await lab.agents("up");
  expect(up.stderr).toBe("");
  const place = { disk: realDisk, stateDir: join(lab.dir, ".agents/state") };
  for (const [at, id] of ["t1", "t2"].entries()) {
    const task = { id, title: `Make $(file) ${id}`, body: "{role} `x`", pipeline: "", labels: [] };
    const after = id === "t2" ? ["t1"] : [];
    expect(dropTask(place, { ...task, after, files: [], model: null, at, by: "test" })).toEqual({
      ok: true,
      value: null,
    });
  }
  const done = (): boolean => listed(lab).filter(({ state }) => state === "done").length === 2;
  const ms = await took(done, 90_000, 100);
  if (ms === Infinity)
    console.log(
      JSON.stringify(listed(lab), null, 1),
      lab.read(".agents/events.jsonl").slice(-4000),
    );
  expect(
    listed(lab).map(({ id, state, attempt, rounds, visits }) => ({
      id,
      state,
      attempt,
      rounds,
      visits,
    })),
  ).toEqual(
    ["t1", "t2"].map((id) => ({
      id,
      state: "done",
      attempt: 1,
      rounds: 0,
      visits: { plan: 1, implement: 1, check: 1, review: 1, merge: 1 },
    })),
  );
  expect(lab.git("remote.git", "log", "--format=%s", "main").split("\n")).toEqual([
    "Adds t2",
    "Adds t1",
    "base",
  ]);
  // The base checkout is where it was, and has no worktree but itself.
  expect([lab.git("app", "rev-parse", "HEAD"), lab.git("app", "status", "--porcelain")]).toEqual([
    base,
    "",
  ]);
  expect(lab.git("app", "worktree", "list").split("\n")).toHaveLength(1);
  expect(lab.git("app", "branch", "--list", "task/*")).toBe("");
  // What was not committed lies under a ref that no push took along.
  const rescued = lab.git("app", "for-each-ref", "--format=%(refname)", "refs/agents/rescue/t1");
  expect(lab.git("app", "show", `${rescued.split("\n")[0] ?? ""}:scratch-t1`)).toBe("left open");
  expect(lab.git("remote.git", "for-each-ref", "--format=%(refname)")).toBe("refs/heads/main");
  const prompt = lab.read(".agents/state/tasks/t1/1-1-implement/prompt.md");
  expect(prompt).toContain("## The plan");
  expect(prompt).toContain("Make $(file) t1\n\n{role} `x`");
}, 120_000);
