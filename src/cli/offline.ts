// A screen judged without a pane around it: what the watchdog would say of an agent that has stood like this
// for a while. Pure; the instant and the zone are the caller's.

import type { Backend } from "../config/config.ts";
import { judge } from "../core/judge.ts";
import type { Instant, Judgement, Pane } from "../core/types.ts";

/** Long enough that output just written is no reason to call it busy. */
const STILL_MS = 10 * 60_000;
const STALL_GRACE_MS = 180_000;

export type Screenshot = {
  readonly text: string;
  readonly title: string;
  /** Exit code of a program that has ended; null while it lives. */
  readonly dead: number | null;
  /** When the screen was first seen to look so. */
  readonly at: Instant;
  readonly zone: string;
};

export function judgeOffline(backend: Backend, shot: Screenshot): Judgement {
  const since = shot.at - STILL_MS;
  const pane: Pane = {
    session: "",
    pane: "",
    pid: null,
    started: null,
    mark: null,
    dead: shot.dead === null ? null : { code: shot.dead, signal: null },
    command: backend.processName ?? "",
    title: shot.title,
    inMode: false,
    humanAt: null,
    attached: false,
    screen: { text: shot.text, hash: "", since, outputAt: since },
    signals: null,
    childless: null,
  };
  return judge(pane, {
    backend,
    others: [],
    at: shot.at,
    zone: shot.zone,
    banner: null,
    processSeen: true,
    stallGraceMs: STALL_GRACE_MS,
    starting: false,
  });
}
