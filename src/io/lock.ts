// One engine per state directory. On Linux the kernel holds the lock: a listening abstract socket lives exactly
// as long as its process, stopped or not, and a kill -9 frees it. Elsewhere the record alone does (lock-record.ts).
// The socket counts within one network namespace, so a record of a living process is respected as well.

import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import type { Instant } from "../core/types.ts";
import type { Processes } from "../engine/ports.ts";
import { realDisk } from "./disk.ts";
import {
  claim,
  lifeOf,
  newNonce,
  readRecord,
  recordPath,
  recordText,
  type LockRecord,
} from "./lock-record.ts";
import { codeOf, failureOf } from "./read-file.ts";

export type LockPlace = {
  readonly stateDir: string;
  readonly started: Processes["started"];
  readonly by: "socket" | "record";
};

export type Holder = { readonly pid: number; readonly since: Instant; readonly verb: string };

export type Lock =
  | {
      readonly ok: true;
      release(): Promise<void>;
      /** False once somebody else is known to hold it: then nothing may be done any more. */
      stillOurs(): boolean;
    }
  /** `holder` null: held, but not known by whom, or not to be had; `failure` says which. */
  | { readonly ok: false; readonly holder: Holder | null; readonly failure: string };

/** How this platform locks. */
export function lockBy(platform: NodeJS.Platform): LockPlace["by"] {
  return platform === "linux" ? "socket" : "record";
}

export async function acquire(
  place: LockPlace,
  { verb, at }: { readonly verb: string; readonly at: Instant },
): Promise<Lock> {
  const made = realDisk.mkdir(place.stateDir);
  if (!made.ok) return { ok: false, holder: null, failure: made.failure };
  const self = place.started(process.pid);
  if (!self.ok) return { ok: false, holder: null, failure: self.failure };
  const record: LockRecord = {
    v: 1,
    pid: process.pid,
    started: self.value ?? "",
    since: at,
    verb,
    nonce: newNonce(),
  };
  return place.by === "socket" ? bySocket(place, record) : byRecord(place, record);
}

/** Looks without taking. `holder` is null where it is held by somebody who left no record yet. */
export async function holderOf(
  place: LockPlace,
): Promise<{ readonly held: false } | { readonly held: true; readonly holder: Holder | null }> {
  const found = readRecord(recordPath(place.stateDir));
  const record =
    found.is === "record" && lifeOf(found.record, place.started) !== "gone" ? found.record : null;
  if (place.by === "record") {
    return record === null && found.is !== "unclear"
      ? { held: false }
      : { held: true, holder: record };
  }
  const name = socketName(place.stateDir);
  const held = name !== null && (await answers(name));
  return held || record !== null ? { held: true, holder: record } : { held: false };
}

async function bySocket(place: LockPlace, record: LockRecord): Promise<Lock> {
  const path = recordPath(place.stateDir);
  const name = socketName(place.stateDir);
  if (name === null) return { ok: false, holder: null, failure: `${place.stateDir} is not there` };
  const listening = await listen(name);
  if (listening === "held") return heldBy(place);
  if ("failure" in listening) return { ok: false, holder: null, failure: listening.failure };
  const found = readRecord(path);
  const other = found.is === "record" && found.record.pid !== process.pid ? found.record : null;
  if (other !== null && lifeOf(other, place.started) !== "gone") {
    await close(listening.server);
    return heldBy(place);
  }
  // A garbled record says nothing that the socket has not said already, and a disk that takes none is the
  // store's to report: the lock itself is held either way.
  realDisk.write(path, recordText(record));
  return {
    ok: true,
    stillOurs: () => listening.server.listening && !isOthers(path, record),
    release: async () => {
      forget(path, record);
      await close(listening.server);
    },
  };
}

async function byRecord(place: LockPlace, record: LockRecord): Promise<Lock> {
  const path = recordPath(place.stateDir);
  const claimed = await claim(path, record, place.started);
  switch (claimed.is) {
    case "failed":
      return { ok: false, holder: null, failure: claimed.why };
    case "held":
      return { ok: false, holder: claimed.record, failure: sentence(claimed.record) };
    case "ours":
      return {
        ok: true,
        stillOurs: () => readRecord(path).is !== "none" && !isOthers(path, record),
        release: async () => forget(path, record),
      };
  }
}

function heldBy({ stateDir, started }: LockPlace): Lock {
  const found = readRecord(recordPath(stateDir));
  const holder =
    found.is === "record" && lifeOf(found.record, started) !== "gone" ? found.record : null;
  return { ok: false, holder, failure: sentence(holder) };
}

function sentence(holder: Holder | null): string {
  return holder === null
    ? "another process holds this fleet's lock"
    : `\`agents ${holder.verb}\` (pid ${holder.pid}) holds this fleet's lock since ${new Date(holder.since).toISOString()}`;
}

function isOthers(path: string, record: LockRecord): boolean {
  const found = readRecord(path);
  return found.is === "record" && found.record.nonce !== record.nonce;
}

function forget(path: string, record: LockRecord): void {
  const found = readRecord(path);
  if (found.is === "record" && found.record.nonce === record.nonce) realDisk.remove(path);
}

// ---- the socket ----

/** By the real path, so that a symbolic link to the directory is the same lock. */
function socketName(stateDir: string): string | null {
  try {
    const hash = createHash("sha256").update(realpathSync(stateDir)).digest("hex").slice(0, 32);
    return `\0agents-${process.getuid?.() ?? 0}-${hash}`;
  } catch {
    return null;
  }
}

type Listening = { readonly server: Server } | { readonly failure: string } | "held";

function listen(name: string): Promise<Listening> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.destroy();
    });
    server.once("error", (error) => {
      resolve(
        codeOf(error) === "EADDRINUSE"
          ? "held"
          : { failure: failureOf("listen on", name.slice(1), error) },
      );
    });
    server.listen(name, () => {
      server.unref();
      resolve({ server });
    });
  });
}

/** A stopped holder does not accept, yet the kernel connects, or says that its queue is full: only a refusal is "nobody". */
function answers(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(name);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error) => {
      resolve(codeOf(error) !== "ECONNREFUSED");
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
