// The machine an agent lives on, as one value: everything that touches it is made here from one spec.
// Today there is one place, this machine. Files and git are composed by main.ts beside it.

import { getuid, pid, platform } from "node:process";
import type { Adopter } from "../engine/adopting.ts";
import type { Clock, Processes, Terminal } from "../engine/ports.ts";
import { openClock } from "./clock.ts";
import { run } from "./exec.ts";
import { procTable, psTable } from "./process-table.ts";
import { openProcesses } from "./processes.ts";
import type { TerminalSpec } from "./tmux-ask.ts";
import { openTerminal } from "./tmux.ts";

export type PlaceSpec = Omit<TerminalSpec, "processes" | "steady" | "now">;

export type Place = {
  readonly terminal: Terminal & Adopter;
  readonly processes: Processes;
  readonly clock: Clock;
  readonly run: typeof run;
};

export const openLocalPlace = (spec: PlaceSpec): Place => {
  const clock = openClock();
  const table = platform === "linux" ? procTable("/proc") : psTable();
  const processes = openProcesses({
    table,
    steady: () => clock.steady(),
    self: pid,
    uid: getuid?.() ?? -1,
  });
  const terminal = openTerminal({
    ...spec,
    processes,
    steady: () => clock.steady(),
    now: () => clock.now(),
  });
  return { terminal, processes, clock, run };
};
