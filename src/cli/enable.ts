// `agents enable NAME…` and `agents disable NAME…`: one key of each agent in agents.toml. A disabled agent is
// neither started nor stopped by the watchdog; `agents down NAME` stops it.

import { makeEdits, rowOf, writtenFile } from "./file-edit.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";

export function enable(call: Call): Promise<ExitCode> {
  return turn(call, true);
}

export function disable(call: Call): Promise<ExitCode> {
  return turn(call, false);
}

async function turn(call: Call, enabled: boolean): Promise<ExitCode> {
  const file = await writtenFile(call);
  const edits = call.args.map((name) => {
    const { kind, index } = rowOf(file, name);
    if (kind === "service")
      throw new Refusal(
        2,
        `${name} is a service: it runs when the fleet does; \`agents rm ${name}\` takes it out`,
      );
    return { is: "set" as const, path: [kind, index, "enabled"], value: enabled };
  });
  return makeEdits(call, file, [edits]);
}
