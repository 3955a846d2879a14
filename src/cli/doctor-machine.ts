// The part of `agents doctor` that needs no configuration: node, tmux, git, limits and zone of this machine.
// Asks each program for its version and nothing else.

import type { Outside } from "./outside.ts";
import { fail, fine, warn, type Finding } from "./finding.ts";
import { isOld, OLDEST_TMUX, tmuxVersion } from "./tmux-version.ts";

const OLDEST_NODE = [20, 19] as const;
const LIMIT_MS = 2_000;
/** Each agent costs a few; the shell's default on an old macOS is 256. */
const FEW_FILES = 1024;

export async function machineFindings(outside: Outside): Promise<readonly Finding[]> {
  const [tmux, git, files] = await Promise.all([
    tmuxFinding(outside),
    gitFinding(outside),
    filesFinding(outside),
  ]);
  return [nodeFinding(process.versions.node), tmux, ...nested(outside), git, files, zone(outside)];
}

export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  const old = major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
  return old
    ? fail("node", `${version} is too old`, `install node ${OLDEST_NODE.join(".")} or newer`)
    : fine("node", version);
}

async function tmuxFinding(outside: Outside): Promise<Finding> {
  const version = await tmuxVersion(outside);
  const install = "install tmux with your system's package manager";
  if (version === null) return fail("tmux", "not found on PATH", install);
  return isOld(version)
    ? fail("tmux", `${version} is too old`, `${install}, ${OLDEST_TMUX} or newer`)
    : fine("tmux", version);
}

function nested({ env }: Outside): readonly Finding[] {
  return (env["TMUX"] ?? "") === ""
    ? []
    : [fine("inside tmux", "this shell lives in tmux; fleets run on servers of their own")];
}

async function gitFinding(outside: Outside): Promise<Finding> {
  const ran = await outside.ask(["git", "--version"], { dir: "/", limitMs: LIMIT_MS });
  return ran.ok && ran.value.code === 0
    ? fine("git", ran.value.stdout.trim().replace(/^git version /, ""))
    : warn("git", "not found on PATH", "install git; loops cannot hand over work without it");
}

async function filesFinding(outside: Outside): Promise<Finding> {
  const argv = ["sh", "-c", "ulimit -n"];
  const ran = await outside.ask(argv, { dir: "/", limitMs: LIMIT_MS });
  const limit = ran.ok ? ran.value.stdout.trim() : "";
  if (limit === "unlimited" || Number(limit) >= FEW_FILES) return fine("open files", limit);
  const said = limit === "" ? "the limit is not known" : `only ${limit} at a time`;
  return warn("open files", said, `ulimit -n ${FEW_FILES * 4} in the shell that starts the fleet`);
}

function zone(outside: Outside): Finding {
  const now = new Date(outside.now()).toISOString();
  return fine("clock", `${now}, zone ${outside.zone()}`);
}
