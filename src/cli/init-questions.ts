// What `agents init` asks a person at a terminal: which program, and a loop or workers. Few questions, each with an
// answer that Enter gives; where there is no terminal nobody is asked, and those answers count.

import type { Shape } from "../config/starter.ts";
import { Refusal } from "./outside.ts";

export type Line = (question: string) => Promise<string | null>;

const WORKERS_MAX = 50;
/** After so many answers that are none. */
const TRIES = 3;

export type Wishes = { readonly backend: string; readonly shape: Shape };

/** `backends`: those that are installed here, best first. */
export async function wishesOf(line: Line, backends: readonly string[]): Promise<Wishes> {
  const [first = "", ...others] = backends;
  const list = backends.map((name, at) => `${at + 1} ${name}`).join(", ");
  const backend =
    others.length === 0
      ? first
      : await asked(line, `Which program runs the agents? ${list} [1] `, (answer) =>
          answer === "" ? first : (backends[Number(answer) - 1] ?? backends.find(begins(answer))),
        );
  const kind = await asked(
    line,
    "Workers, or a loop of a builder and an adversary who checks its work? [workers] ",
    (answer) => (answer === "" ? "workers" : ["workers", "loop"].find(begins(answer))),
  );
  if (kind === "loop") return { backend, shape: { is: "loop" } };
  const count = await asked(line, "How many workers? [1] ", (answer) => {
    const number = answer === "" ? 1 : Number(answer);
    return Number.isInteger(number) && number > 0 && number <= WORKERS_MAX ? number : undefined;
  });
  return { backend, shape: { is: "workers", count } };
}

function begins(answer: string): (name: string) => boolean {
  return (name) => name.startsWith(answer.toLowerCase());
}

async function asked<T>(
  line: Line,
  question: string,
  read: (answer: string) => T | undefined,
): Promise<T> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const answer = await line(question);
    if (answer === null) throw new Refusal(130, "nothing was written");
    const meant = read(answer.trim());
    if (meant !== undefined) return meant;
  }
  throw new Refusal(2, `no answer to: ${question.trim()} Nothing was written.`);
}
