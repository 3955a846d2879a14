// The words that a step's agent is told: what its role is, the task as somebody wrote it, and what the steps
// before left. What comes from outside stands in it as it is: nothing is filled in, and nothing is run.

import type { Brief } from "../core/types.ts";
import type { Result } from "./ports.ts";

/** Of each artifact; the rest can be read in its file. */
const HAND_CHARS_MAX = 60_000;

const ROLES: Readonly<Record<string, string>> = {
  planner:
    "You plan a change to the repository that you are in. Look at the code that the task below is about, decide how it is best done, and write the plan: which files, in which order, what has to be tested, what could go wrong. Change nothing.",
  implementer:
    "You make a change to the repository that you are in: a worktree with a branch of its own. Do what the task below says, run the tests that there are, and commit all of it on this branch, with messages that say what and why. Do not push, do not switch branches, do not touch other worktrees.",
  reviewer:
    "You review a change that somebody else made on the branch that you are in. Read the task and the change, run what is worth running, and judge whether it does what the task says, and does it well. Change nothing and commit nothing.",
};

type From = {
  /** Title and text of the task. */
  readonly task: string;
  readonly report: string;
  /** Shell text that runs this program: the shells of some coding agents forget which PATH they were given. */
  readonly program: string;
  readonly read: (path: string) => string | null;
};

export function promptText(brief: Brief, { task, report, program, read }: From): Result<string> {
  const own = wordsOf(brief, read);
  if (!own.ok) return own;
  const hands = brief.hands.flatMap(({ what, path }) => {
    const text = read(path);
    return text === null || text.trim() === ""
      ? []
      : [section(what, `From ${path} :\n\n${cut(text)}`)];
  });
  const theirs =
    brief.theirs.length === 0
      ? []
      : [
          section(
            "Not yours",
            `Others work on these files just now; leave them alone: ${brief.theirs.join(", ")}`,
          ),
        ];
  const again =
    brief.attempt === 1
      ? []
      : [`This is attempt ${brief.attempt}: an earlier one came to nothing.`];
  return {
    ok: true,
    value: `${[own.value, ...again, section("The task", task), ...hands, ...theirs, section("At the end", ending(brief, { report, program }))].join("\n\n")}\n`,
  };
}

function wordsOf({ prompt, role }: Brief, read: From["read"]): Result<string> {
  if (prompt === null)
    return { ok: true, value: ROLES[role] ?? `You are the ${role} of this task.` };
  if ("text" in prompt) return { ok: true, value: prompt.text };
  const text = read(prompt.file);
  return text === null
    ? { ok: false, failure: `its prompt_file cannot be read: ${prompt.file}` }
    : { ok: true, value: text };
}

type Ending = Pick<From, "report" | "program">;

function ending({ verdict, commits }: Brief, { report, program }: Ending): string {
  const how = verdict
    ? "Write what you found into that file, and say your verdict with `agents report approve`, `agents report changes` or `agents report stuck`. Where that command is not to be had, put one line `VERDICT: approve` (or changes, or stuck) into the file. Where you may write no file, `agents report approve --file -` reads it on its input. Without a verdict nothing is approved."
    : `${commits ? "Commit everything. " : ""}Write in a few sentences what you did and what is open into that file, and say \`agents report done\`; or \`agents report stuck\` where you cannot go on.`;
  const found = `If your shell does not find \`agents\`, it is \`${program}\`.`;
  return `Your report belongs into the file ${report} .\n${how}\n${found}`;
}

function section(title: string, text: string): string {
  return `## ${title}\n\n${text.trim()}`;
}

function cut(text: string): string {
  return text.length <= HAND_CHARS_MAX
    ? text
    : `${text.slice(0, HAND_CHARS_MAX)}\n[… cut: the rest is in the file]`;
}
