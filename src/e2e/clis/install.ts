// Installs one coding agent of one version into a cache of our own, with npm and whatever registry npm is set to.
// Nothing becomes global or a dependency of anything; a second run finds it there.

import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Cli } from "./clis.ts";

/** Hundreds of megabytes over a slow line. */
const INSTALL_LIMIT_MS = 10 * 60_000;
const ASK_LIMIT_MS = 60_000;

export type Installed =
  | { readonly ok: true; readonly bin: string; readonly version: string }
  | { readonly ok: false; readonly why: string };

/** `bin`: the directory to put on PATH. */
export async function install(cli: Cli, cache: string): Promise<Installed> {
  const place = join(cache, `${cli.name}-${cli.version}`);
  const bin = join(place, "node_modules/.bin");
  const there = await versionOf(cli, bin, place);
  if (there !== null) return { ok: true, bin, version: there };
  mkdirSync(place, { recursive: true });
  const wanted = `${cli.package}@${cli.version}`;
  const words = ["install", "--prefix", place, "--no-audit", "--no-fund", "--no-save", wanted];
  const ran = await run("npm", words, { env: process.env, limitMs: INSTALL_LIMIT_MS });
  if (!ran.ok) return { ok: false, why: `npm could not install ${wanted}: ${lastLine(ran.said)}` };
  const now = await versionOf(cli, bin, place);
  return now === null
    ? { ok: false, why: `${wanted} was installed and does not tell its version` }
    : { ok: true, bin, version: now };
}

async function versionOf(cli: Cli, bin: string, home: string): Promise<string | null> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: home };
  const ran = await run(join(bin, cli.name), ["--version"], { env, limitMs: ASK_LIMIT_MS });
  return ran.ok && ran.said.includes(cli.version) ? cli.version : null;
}

type Ran = { readonly ok: boolean; readonly said: string };

function run(
  program: string,
  words: readonly string[],
  { env, limitMs }: { readonly env: NodeJS.ProcessEnv; readonly limitMs: number },
): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(program, words, { env, timeout: limitMs }, (error, stdout, stderr) => {
      resolve({ ok: error === null, said: `${stdout}${stderr}` });
    });
  });
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
