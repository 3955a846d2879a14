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
  return [nodeFinding(process.versions.node), tmux, ...nested(outside), git, files, clock(outside)];
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
  const limit = await openFiles(outside);
  const raise = `ulimit -n ${FEW_FILES * 4} in the shell that starts the fleet`;
  if (limit === null) return warn("open files", "the limit is not known", raise);
  if (limit >= FEW_FILES)
    return fine("open files", limit === Number.POSITIVE_INFINITY ? "unlimited" : String(limit));
  return warn("open files", `only ${limit} at a time`, raise);
}

/** What a process of this shell may have open at once; null where the shell does not say. */
export async function openFiles(outside: Outside): Promise<number | null> {
  const ran = await outside.ask(["sh", "-c", "ulimit -n"], { dir: "/", limitMs: LIMIT_MS });
  const said = ran.ok ? ran.value.stdout.trim() : "";
  if (said === "unlimited") return Number.POSITIVE_INFINITY;
  return /^\d+$/.test(said) ? Number(said) : null;
}

/** No file of ours is older. */
const EARLIEST = Date.UTC(2025, 0, 1);

function clock(outside: Outside): Finding {
  const said = `${new Date(outside.now()).toISOString()}, zone ${outside.zone()}`;
  const { TZ: named = "" } = outside.env;
  if (outside.now() < EARLIEST) {
    const fix = "set it, for example by timedatectl set-ntp true: limits and jobs go by it";
    return fail("clock", `${said}: that was long ago`, fix);
  }
  // A path, or rules of POSIX, are the system's to read.
  if (/^[A-Za-z_]+\/[\w+/-]+$/.test(named) && !isZone(named)) {
    const fix = "name one such as TZ=Europe/Berlin, or unset TZ";
    return warn("clock", `${said}: TZ=${named} is no zone that is known here`, fix);
  }
  return fine("clock", said);
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
