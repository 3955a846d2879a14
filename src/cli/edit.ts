// `agents edit`: a copy of agents.toml in the person's editor; it takes the file's place only when it is a good
// configuration. A copy that is not stays where it is, and the next `agents edit` goes on with it.

import { dirname, join } from "node:path";
import { findConfig } from "./find.ts";
import { problemsText } from "./fleet.ts";
import { put } from "./file-edit.ts";
import { type Call, type ExitCode, type Outside, Refusal } from "./outside.ts";

const COPY = ".agents.edit.toml";

export async function edit(call: Call): Promise<ExitCode> {
  const { outside } = call;
  const path = findConfig(call);
  const text = outside.text(path);
  if (text === null) throw new Refusal(4, `there is no file at ${path}; \`agents init\` makes one`);
  const copy = join(dirname(outside.realPath(path)), COPY);
  await begin(outside, { path, copy, text });
  const editor = outside.env["VISUAL"] || outside.env["EDITOR"] || "vi";
  const code = await outside.hand(["sh", "-c", `${editor} "$1"`, "sh", copy], outside.env);
  const after = outside.text(copy);
  if (code !== 0 || after === null)
    throw new Refusal(
      1,
      `the editor \`${editor}\` ended with ${code}; nothing was changed, and what it saved is in ${copy}`,
    );
  const read = await outside.check(path, after);
  if (read.is === "wrong")
    throw new Refusal(5, `${problemsText(read.problems)}; \`agents edit\` goes on with ${copy}`);
  const done = await put(call, { path, text, rows: { agent: [], service: [] } }, after);
  outside.disk.remove(copy);
  return done;
}

type Copying = { readonly path: string; readonly copy: string; readonly text: string };

/** A copy that was left goes on, unless the file itself was changed after it. */
async function begin(outside: Outside, { path, copy, text }: Copying): Promise<void> {
  const [left, written] = [outside.modified(copy), outside.modified(path)];
  if (left !== null && (written ?? 0) > left)
    throw new Refusal(
      1,
      `${copy} was left by an earlier edit, and ${path} has changed since: take what you need of it and remove it`,
    );
  if (left !== null) return;
  const made = await outside.create({ [copy]: text });
  if (!made.ok) throw new Refusal(1, made.failure);
}
