// What the demo's builder and adversary do in one turn, told as steps: a script, not an intelligence. Each
// turn begins from what the repository says, so that a crash, a restart or a second ping does no harm.
// Three incidents happen once each, so that a watchdog can be seen at work.

import type { Repo } from "./demo-repo.ts";

export type Act =
  | { readonly do: "say"; readonly text: string }
  | { readonly do: "work"; readonly seconds: number }
  /** Stops until the limit is over and somebody says so. */
  | { readonly do: "limit"; readonly seconds: number }
  /** Stops in the middle without a word, until somebody says something. */
  | { readonly do: "stall" }
  | { readonly do: "crash" };

export type Turn = Generator<Act, void, void>;

export type Part = {
  readonly role: "builder" | "adversary" | "other";
  readonly phase: string;
  /** Base name of the phase's status file. */
  readonly status: string;
};

const DOCS = "machine-docs";

/** Reads the part from the kickoff: the first status file that is named there names the phase as well. */
export const partOf = (name: string, kickoff: string): Part => {
  const status = /\bSTATUS-([\w.-]*\w)\.md\b/.exec(kickoff);
  const role = /adversary|review/i.test(name) ? "adversary" : "builder";
  return status === null
    ? { role: "other", phase: "", status: "" }
    : { role, phase: status[1] ?? "", status: status[0] };
};

export function* turn(part: Part, repo: Repo | null): Turn {
  if (part.role === "builder" && repo !== null) yield* build(part, repo);
  else if (part.role === "adversary" && repo !== null) yield* review(part, repo);
  else yield* answer();
}

function* build({ phase, status }: Part, repo: Repo): Turn {
  const said = repo.subjects();
  if (said.includes(`status: ${phase} done`)) return yield say(`Phase ${phase} is done.`);
  if (said.includes(`review: ${phase} pass`)) {
    yield say("The review passed. Writing it down.");
    yield work(2);
    const text = `${repo.read(`${DOCS}/${status}`)}\n## DONE\n\nBuilt, claimed, and passed by the adversary.\n`;
    return repo.commit(`status: ${phase} done`, { [`${DOCS}/${status}`]: text });
  }
  if (said.includes(`claim: ${phase}`)) return yield say("Claimed. The adversary has the word.");
  yield say(`Phase ${phase}: reading the plan.`);
  yield work(3);
  const finished = phasesFinished(repo);
  if (finished === 0 && repo.once("limit")) yield { do: "limit", seconds: 8 };
  if (finished === 1 && repo.once("stall")) yield { do: "stall" };
  yield say("Writing the code.");
  yield work(3);
  repo.commit(`claim: ${phase}`, {
    [`greeting-${phase}.txt`]: `Hello from phase ${phase}.\n`,
    [`${DOCS}/${status}`]: `# Phase ${phase}\n\nClaimed: greeting-${phase}.txt says hello.\n`,
  });
  yield say(`Committed "claim: ${phase}".`);
}

function* review({ phase }: Part, repo: Repo): Turn {
  const said = repo.subjects();
  if (said.includes(`review: ${phase} pass`)) return yield say("Reviewed. Nothing new to look at.");
  if (!said.includes(`claim: ${phase}`)) return yield say("No claim yet. Waiting for one.");
  yield say(`Looking for what is wrong with phase ${phase}.`);
  yield work(2);
  if (phasesFinished(repo) === 0 && repo.once("crash")) yield { do: "crash" };
  yield work(2);
  repo.commit(`review: ${phase} pass`, {
    [`${DOCS}/REVIEW-${phase}.md`]: `# Review of phase ${phase}\n\nPass: the file is there and says hello.\n`,
  });
  yield say(`Committed "review: ${phase} pass".`);
}

/** Outside of a loop it is anybody's agent: it works a little on whatever it is told. */
function* answer(): Turn {
  yield work(2);
  yield say("Done.");
}

const phasesFinished = (repo: Repo): number =>
  repo.subjects().filter((subject) => /^status: \S+ done$/.test(subject)).length;

const say = (text: string): Act => ({ do: "say", text });
const work = (seconds: number): Act => ({ do: "work", seconds });
