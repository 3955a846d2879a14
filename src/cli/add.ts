// `agents add NAME`: a new `[[agent]]` at the end of the others. What is not said comes from [defaults].

import { makeEdits, writtenFile } from "./file-edit.ts";
import { type Call, type ExitCode, Refusal } from "./outside.ts";

const KEYS = [
  ["kind", "kind"],
  ["role", "role"],
  ["backend", "backend"],
  ["model", "model"],
  ["dir", "dir"],
  ["watch", "watch"],
  ["prompt", "prompt"],
  ["promptFile", "prompt_file"],
] as const;

export async function add(call: Call): Promise<ExitCode> {
  const [name = ""] = call.args;
  const file = await writtenFile(call);
  if ([...file.rows.agent, ...file.rows.service].includes(name))
    throw new Refusal(
      6,
      `${name} is in the file already; \`agents set ${name}.KEY VALUE\` changes it`,
    );
  const said = KEYS.flatMap(([option, key]) => {
    const value = call.options[option];
    return typeof value === "string" ? [[key, value] as const] : [];
  });
  const off = call.options["disabled"] === true ? { enabled: false } : {};
  const table = { name, ...Object.fromEntries(said), ...off };
  return makeEdits(call, file, [[{ is: "add", kind: "agent", table }]]);
}
