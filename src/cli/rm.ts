// `agents rm NAME…`: takes agents or services out of agents.toml. What still runs is refused, because nobody
// would look after it any more.

import { makeEdits, rowOf, writtenFile, type Written } from "./file-edit.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";
import { readStanding, stateDirOf } from "./standing.ts";

const OVER = new Set(["down", "ended"]);

export async function rm(call: Call): Promise<ExitCode> {
  const file = await writtenFile(call);
  const rows = call.args.map((name) => ({ name, ...rowOf(file, name) }));
  for (const { name } of rows) await mustBeDown(call, file, name);
  // From the last to the first, so that the places of the others stay true.
  const edits = rows
    .toSorted((one, other) => other.index - one.index)
    .map(({ kind, index }) => ({ is: "remove" as const, kind, index }));
  return makeEdits(call, file, [edits]);
}

async function mustBeDown({ outside }: Call, { path }: Written, name: string): Promise<void> {
  const stateDir = await stateDirOf(outside, path);
  const told = stateDir === null ? null : readStanding(outside, stateDir);
  const one = [...(told?.agents ?? []), ...(told?.services ?? [])].find(
    (each) => each.name === name,
  );
  if (one === undefined || OVER.has(one.life) || one.pid === null) return;
  throw new Refusal(6, `${name} still runs; stop it first with \`agents down ${name}\``);
}
