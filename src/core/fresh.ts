// Memory of what was never seen before: the first Memory, and the first of one agent.

import type { AgentMemory, Memory } from "./types.ts";

export const FRESH: Memory = {
  v: 1,
  fleet: { wanted: "down", server: null, resumedAt: null, brakeAt: null },
  agents: {},
  loops: {},
  holds: {},
  orders: {},
};

export function freshAgent(session: string): AgentMemory {
  return {
    wanted: null,
    paused: false,
    once: null,
    session,
    life: { is: "down" },
    because: "",
    verdict: { is: "gone" },
    evidence: [],
    run: null,
    conversation: null,
    exit: null,
    starts: 0,
    charged: [],
    attempt: 0,
    suspect: null,
    says: [],
    wakeAt: null,
    banner: null,
    processSeen: false,
    doing: null,
    pending: null,
  };
}
