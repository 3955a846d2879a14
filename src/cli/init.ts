// `agents init [dir]`: a first agents.toml and the prompts beside it, or with --demo the example fleet and
// the repository that it works in. Never overwrites: where one file is in the way, none is written.

import { basename, relative, resolve } from "node:path";
import { presetBackends } from "../config/backends.ts";
import { prefixFrom, type Shape, starterFile } from "../config/starter.ts";
import { makeDemoRepository, needGit } from "./demo-repository.ts";
import { wishesOf } from "./init-questions.ts";
import { onPath, programIn } from "./on-path.ts";
import { type Call, type ExitCode, type Outside, Refusal, type Shipped } from "./outside.ts";

const FILE = "agents.toml";
/** As both files that can be written name it. */
const LOG_DIR = ".agents/";

export async function init(call: Call): Promise<ExitCode> {
  const { outside, args, options } = call;
  const dir = resolve(outside.cwd, args[0] ?? ".");
  const demo = options["demo"] === true;
  const shipped = await outside.shipped();
  const prompts = Object.entries(shipped.prompts).map(([name, words]): [string, string] => [
    `${dir}/prompts/${name}`,
    words,
  ]);
  const made = demo ? [`${dir}/repo`, `${dir}/origin.git`] : [];
  const wanted = [`${dir}/${FILE}`, ...prompts.map(([path]) => path), ...made];
  const inTheWay = wanted.filter((path) => outside.exists(path));
  if (inTheWay.length > 0) {
    const names = inTheWay.map((path) => relative(outside.cwd, path)).join(", ");
    throw new Refusal(
      1,
      `not overwritten: ${names}. Nothing was written; move it away, or choose another directory.`,
    );
  }
  if (demo) await needGit(outside);
  const text = demo ? shipped.example : await starter(outside, dir, shipped);
  const files = Object.fromEntries([[`${dir}/${FILE}`, text], ...prompts]);
  const written = await outside.create(files);
  if (!written.ok) throw new Refusal(1, written.failure);
  if (demo) await makeDemoRepository(outside, dir);
  const ignored = await ignore(outside, dir, [LOG_DIR, ...(demo ? ["repo/", "origin.git/"] : [])]);
  const shown = [...Object.keys(files), ...made, ...ignored].map((path) =>
    relative(outside.cwd, path),
  );
  outside.stdout.write(`${shown.map((path) => `wrote ${path}\n`).join("")}${next(outside, dir)}`);
  return 0;
}

/** Without a terminal: one worker, run by the first known program that is installed here, else the first known. */
async function starter(outside: Outside, dir: string, { presets }: Shipped): Promise<string> {
  const known = Object.values(presetBackends(presets, outside.home));
  const path = outside.env["PATH"] ?? "";
  const installed: string[] = [];
  for (const { name, bin, delivery } of known) {
    // An exec backend is a way to run scripts; that a shell is installed says nothing.
    const program = delivery === "exec" ? null : programIn(bin);
    if (program !== null && (await onPath(outside, program, { path, dir: "/" })) !== null)
      installed.push(name);
  }
  const backends = installed.length > 0 ? installed : known.slice(0, 1).map(({ name }) => name);
  const shape: Shape = { is: "workers", count: 1 };
  const plain = { backend: backends[0] ?? "", shape };
  const wishes = outside.line === null ? plain : await wishesOf(outside.line, backends);
  return starterFile({ prefix: prefixFrom(basename(dir)), ...wishes });
}

/** In a git repository, what the fleet writes is no part of it. Answers the file that was changed. */
async function ignore(
  outside: Outside,
  dir: string,
  lines: readonly string[],
): Promise<readonly string[]> {
  if (!isInRepository(outside, dir)) return [];
  const path = `${dir}/.gitignore`;
  const bare = (line: string): string => line.trim().replaceAll(/^\/|\/$/g, "");
  const before = outside.text(path) ?? "";
  const known = new Set(before.split("\n").map(bare));
  const missing = lines.filter((line) => !known.has(bare(line)));
  if (missing.length === 0) return [];
  const gap = before === "" || before.endsWith("\n") ? "" : "\n";
  const added = await outside.append(path, `${gap}${missing.join("\n")}\n`);
  if (!added.ok) throw new Refusal(1, added.failure);
  return [path];
}

function isInRepository(outside: Outside, dir: string): boolean {
  for (let at = dir; ; at = resolve(at, "..")) {
    if (outside.exists(`${at}/.git`)) return true;
    if (resolve(at, "..") === at) return false;
  }
}

function next(outside: Outside, dir: string): string {
  const from = relative(outside.cwd, dir);
  const enter =
    from === "" ? "" : `cd ${/^[A-Za-z0-9_./-]+$/.test(from) ? from : JSON.stringify(from)} && `;
  return `next: ${enter}agents doctor && agents up\n`;
}
