// Patterns are tried in a thread of their own, which can be ended in the middle of a match; this one cannot, and
// node's vm, which could, ends the whole process when the machine has no thread left for its timer.

import { Worker } from "node:worker_threads";
import type { Guard } from "../engine/quarantine.ts";

/** A thread begins within this time, or nothing is tried now. */
const BEGUN_MS = 2_000;
const LITTLE = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2 };

/** Counts what it has done, the first time when it is there. */
const THREAD = `
const { parentPort, workerData: count } = require("node:worker_threads");
const done = () => { Atomics.add(count, 0, 1); Atomics.notify(count, 0); };
parentPort.on("message", (trials) => {
  for (const { rule, text, from } of trials) try {
    const pattern = new RegExp(rule.re, [...new Set("gm" + rule.flags.replace("y", ""))].join(""));
    pattern.lastIndex = from;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text))
      if (match[0] === "") pattern.lastIndex += 1;
  } catch {}
  done();
});
done();
`;

type Thread = { readonly worker: Worker; readonly count: Int32Array };

export function openAttempt(): Guard["attempt"] {
  let thread: Thread | null = null;
  return (trials, limitMs) => {
    thread ??= begun();
    if (thread === null) return "untried";
    const { worker, count } = thread;
    const before = Atomics.load(count, 0);
    worker.postMessage(trials, []);
    if (Atomics.wait(count, 0, before, limitMs) !== "timed-out") return "in time";
    end(worker);
    thread = null;
    return "late";
  };
}

function begun(): Thread | null {
  const count = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  try {
    const worker = new Worker(THREAD, { eval: true, workerData: count, resourceLimits: LITTLE });
    // What goes wrong in it shows as a trial that is late.
    worker.on("error", () => {});
    worker.unref();
    if (Atomics.wait(count, 0, 0, BEGUN_MS) !== "timed-out") return { worker, count };
    end(worker);
  } catch {
    // No thread is to be had now: a machine that is so full has other troubles.
  }
  return null;
}

function end(worker: Worker): void {
  void worker.terminate().catch(() => 0);
}
