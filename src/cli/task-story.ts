// A task as a story for a person: what it is, what it waits for or came to, each step in a sentence, where its work is,
// and what can be said to it now. Everything that an agent may have written is washed.

import { ago, span } from "./ago.ts";
import { MERGE } from "../core/pipeline.ts";
import { eventText } from "./event-text.ts";
import type { Outside } from "./outside.ts";
import { paint, plain } from "./paint.ts";
import type { TaskTold } from "./task-show.ts";
import type { StepLeft } from "./task-steps.ts";
import { wayText } from "./task-route.ts";
import { usedWords } from "./usage-text.ts";

const BODY_LINES = 12;
const REPORT_LINES = 3;
const SHA_CHARS = 9;

export function taskStory(told: TaskTold, outside: Outside): string {
  const { task, steps, events } = told;
  const now = outside.now();
  const colours = paint(outside.stdout, outside.env);
  const lines = [
    `${colours.bold(task.id)}  ${plain(task.title)}`,
    ...standing(told, now),
    "",
    ...bodyLines(told.body),
    ...(steps.length === 0 ? [] : [colours.dim("its way")]),
    ...steps.flatMap((step) => stepLines(step, told)),
    ...work(told),
    ...wayLines(told),
    ...(told.used === null ? [] : [`It used ${usedWords(told.used)}.`]),
    ...(events.length === 0 ? [] : [colours.dim("lately")]),
    ...events.map((one) => `  ${eventText(one, { now, width: 0 })}`),
    colours.dim("what to do"),
    ...todo(told).map((line) => `  ${line}`),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function standing({ task, by, after }: TaskTold, now: number): readonly string[] {
  const { state, why, since, because, at, pipeline, labels, files, model, attempt, rounds } = task;
  const how = why === null ? state : `${state} (${why})`;
  const waits = after.map(({ id, state: other }) => `${id} (${other ?? "not known any more"})`);
  const facts = [
    `added ${ago(at, now)}${by === "" ? "" : ` by ${by}`}`,
    ...(pipeline === "" ? [] : [`pipeline ${pipeline}`]),
    ...(model === null ? [] : [`model ${model}`]),
    ...(labels.length === 0 ? [] : [`labels ${labels.join(", ")}`]),
    ...(files.length === 0 ? [] : [`works on ${files.join(", ")}`]),
    ...(waits.length === 0 ? [] : [`comes after ${waits.join(", ")}`]),
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
    ...(rounds > 0 ? [`sent back ${rounds === 1 ? "once" : `${rounds} times`}`] : []),
  ];
  return [
    plain(`It is ${how} for ${span(now - since)}${because === "" ? "" : `: ${because}`}.`),
    plain(`It was ${facts.join("; ")}.`),
  ].map((line) => line.replaceAll(/\s+/g, " "));
}

function bodyLines(body: string): readonly string[] {
  const lines = plain(body).trim().split("\n");
  if (lines.every((line) => line === "")) return [];
  const more = lines.length - BODY_LINES;
  return [
    ...lines.slice(0, BODY_LINES).map((line) => `  ${line}`),
    ...(more > 0 ? [`  … ${more} more lines`] : []),
    "",
  ];
}

const CAME: Readonly<Record<NonNullable<StepLeft["came"]>, string>> = {
  passed: "passed",
  changes: "asked for changes",
  failed: "failed",
};

function stepLines(step: StepLeft, told: TaskTold): readonly string[] {
  const { task } = told;
  const { id, visit, attempt, came, because, ranMs, report } = step;
  const again = visit > 1 ? `, visit ${visit}` : "";
  const which = `${id}${again}${attempt > 1 ? `, attempt ${attempt}` : ""}`;
  const long = ranMs === null || ranMs < 1000 ? "" : ` after ${span(ranMs)}`;
  const why = because === "" ? "" : `: ${because}`;
  const isNow = task.step?.id === id && task.step.visit === visit;
  const what = came !== null ? CAME[came] : isNow ? "is under way" : unjudged(step, told);
  const words = report === null ? [] : quoted(report);
  return [`  ${plain(`${which} ${what}${long}${why}`).replaceAll(/\s+/g, " ")}`, ...words];
}

/** The end of all steps: that it landed is read from the task, why it could not from its log. */
function unjudged(step: StepLeft, { task, steps }: TaskTold): string {
  if (step.id !== MERGE) return "came to nothing that was judged";
  return task.landed !== null && steps.at(-1) === step ? "landed" : "could not land";
}

function quoted(report: string): readonly string[] {
  const lines = plain(report)
    .split("\n")
    .filter((line) => line.trim() !== "");
  const more = lines.length - REPORT_LINES;
  return [
    ...lines.slice(0, REPORT_LINES).map((line) => `    | ${line}`),
    ...(more > 0 ? [`    | … ${more} more lines`] : []),
  ];
}

function work({ task }: TaskTold): readonly string[] {
  const { branch, base, head, landed } = task;
  if (base === null) return [];
  const short = (sha: string): string => sha.slice(0, SHA_CHARS);
  const commits =
    head === null || head === base ? "no commit yet" : `from ${short(base)} to ${short(head)}`;
  const where = `Its work is on ${branch}, ${commits}.`;
  return [plain(landed === null ? where : `${where} It landed as ${short(landed)}.`)];
}

/** Who does what it is at, and what the classifier said. */
function wayLines({ task: { step, route, complexity } }: TaskTold): readonly string[] {
  const way = step?.way ?? null;
  const said = route?.said ?? "";
  return [
    ...(step === null || way === null ? [] : [`${wayText({ step: step.id, ...way })}.`]),
    ...(complexity === undefined || complexity === null
      ? []
      : [`Its complexity is ${complexity}.`]),
    ...(said === "" ? [] : [`Asked how hard it is: ${said}.`]),
  ].map(plain);
}

function todo({ task, dir }: TaskTold): readonly string[] {
  const { id, state, step } = task;
  const agent = step?.agent ?? null;
  const looks = `agents task diff ${id} · agents task logs ${id} · files in ${dir}`;
  switch (state) {
    case "needs-human":
      return agent === null
        ? [
            `agents task approve ${id} lets it go on; agents task reject ${id} --guidance "…" sends it back`,
            `agents task retry ${id} --guidance "…" tries the step again; agents task cancel ${id} ends it`,
            looks,
          ]
        : [
            `agents why ${agent} · agents attach ${agent}`,
            `agents restart ${agent} lets it work again; agents task cancel ${id} ends it`,
            looks,
          ];
    case "failed":
    case "cancelled":
      return [
        `agents task retry ${id} --guidance "…" queues it again`,
        `agents task close ${id} puts its worktree away`,
        looks,
      ];
    case "running":
      return [
        ...(agent === null ? [] : [`agents attach ${agent}`]),
        `agents task cancel ${id}`,
        looks,
      ];
    case "queued":
    case "waiting":
      return [
        ...(task.why === "budget" ? ["agents resume opens what is spent once more"] : []),
        `agents task cancel ${id}`,
      ];
    case "done":
      return [looks];
  }
}
