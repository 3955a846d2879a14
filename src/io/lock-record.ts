// engine.lock: who holds the state directory, for people and for platforms without an abstract socket.
// A record is stale only when its process is proved to be gone: unreadable, garbled or unknown is not gone.

import { randomBytes } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Instant } from "../core/types.ts";
import type { Processes } from "../engine/ports.ts";
import { codeOf, failureOf, readRegular } from "./read-file.ts";

export type LockRecord = {
  readonly v: 1;
  readonly pid: number;
  /** Start time with its boot: with the pid it names one process for ever. */
  readonly started: string;
  readonly since: Instant;
  readonly verb: string;
  /** Of this one taking. */
  readonly nonce: string;
};

export type RecordFound =
  | { readonly is: "none" }
  | { readonly is: "record"; readonly record: LockRecord; readonly text: string }
  | { readonly is: "unclear"; readonly why: string };

/** Bytes; a longer one is not ours. */
const recordBytes = 4096;
/** Two who link at once see by then which of them it was. */
const settleMs = 50;
const attempts = 3;

export function recordPath(stateDir: string): string {
  return join(stateDir, "engine.lock");
}

export function newNonce(): string {
  return randomBytes(8).toString("hex");
}

export function readRecord(path: string): RecordFound {
  const found = readRegular(path, recordBytes);
  if (found.is === "missing") return { is: "none" };
  if (found.is !== "read") return { is: "unclear", why: found.why };
  const text = found.bytes.toString("utf8");
  const record = parse(text);
  return record === null
    ? { is: "unclear", why: `${path} is not a lock of this program` }
    : { is: "record", record, text };
}

export function lifeOf(
  record: LockRecord,
  started: Processes["started"],
): "alive" | "gone" | "unknown" {
  const now = started(record.pid);
  if (!now.ok) return "unknown";
  return now.value === record.started ? "alive" : "gone";
}

export type Claimed =
  | { readonly is: "ours" }
  | { readonly is: "held"; readonly record: LockRecord }
  | { readonly is: "failed"; readonly why: string };

/** Takes the lock by the record alone: link(2) has exactly one winner. */
export async function claim(
  path: string,
  record: LockRecord,
  started: Processes["started"],
): Promise<Claimed> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const linked = link(path, record);
    if (linked === "linked") {
      await new Promise((resolve) => setTimeout(resolve, settleMs));
      const now = readRecord(path);
      if (now.is === "record" && now.record.nonce === record.nonce) return { is: "ours" };
      continue;
    }
    if (linked !== "taken") return { is: "failed", why: linked.failure };
    const found = readRecord(path);
    if (found.is === "none") continue;
    if (found.is === "unclear") {
      return { is: "failed", why: `${found.why}; remove it if no watchdog runs` };
    }
    if (lifeOf(found.record, started) !== "gone") return { is: "held", record: found.record };
    const stolen = steal(path, found.text, record.nonce);
    if (stolen !== null) return stolen;
  }
  return { is: "failed", why: `${path} changes hands too often to be taken` };
}

function link(path: string, record: LockRecord): "linked" | "taken" | { readonly failure: string } {
  const mine = besides(path, record.nonce);
  try {
    const fd = openSync(mine, "w", 0o600);
    try {
      fchmodSync(fd, 0o600);
      writeSync(fd, recordText(record));
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    linkSync(mine, path);
    return "linked";
  } catch (error) {
    return codeOf(error) === "EEXIST" ? "taken" : { failure: failureOf("take", path, error) };
  } finally {
    rmSync(mine, { force: true });
  }
}

// What is moved away is looked at once more: between judging and moving, somebody else may have taken it.
function steal(path: string, judged: string, nonce: string): Claimed | null {
  const moved = besides(path, `stale-${nonce}`);
  try {
    renameSync(path, moved);
    const found = readRecord(moved);
    if (found.is === "record" && found.text !== judged) {
      linkSync(moved, path);
      return { is: "held", record: found.record };
    }
    return null;
  } catch (error) {
    const code = codeOf(error);
    return code === "ENOENT" || code === "EEXIST"
      ? null
      : { is: "failed", why: failureOf("take", path, error) };
  } finally {
    rmSync(moved, { force: true });
  }
}

export function recordText(record: LockRecord): string {
  return `${JSON.stringify(record)}\n`;
}

function besides(path: string, what: string): string {
  return join(dirname(path), `.engine.lock.${what}.tmp`);
}

function parse(text: string): LockRecord | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isRecord(value) ? value : null;
}

function isRecord(value: unknown): value is LockRecord {
  return (
    typeof value === "object" &&
    value !== null &&
    "pid" in value &&
    typeof value.pid === "number" &&
    "started" in value &&
    typeof value.started === "string" &&
    "since" in value &&
    typeof value.since === "number" &&
    "verb" in value &&
    typeof value.verb === "string" &&
    "nonce" in value &&
    typeof value.nonce === "string"
  );
}
