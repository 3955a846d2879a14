// A machine on which nothing happens and everything succeeds, for tests of the engine; a test changes what it
// is about. Time does not pass in it by itself.

import { closedWorkshop } from "./closed-workshop.ts";
import type { Jobs, Ports, Terminal } from "./ports.ts";

export function fakePorts(more: Partial<Terminal>): Ports {
  return {
    terminal: terminal(more),
    processes: {
      started: () => ({ ok: true, value: null }),
      members: () => ({ ok: true, value: [] }),
      signal: () => {},
      weigh: () => ({ ok: false, failure: "" }),
      childless: () => null,
    },
    files: {
      read: () => "missing",
      write: () => ({ ok: true, value: null }),
    },
    signals: {
      seen: () => null,
      ended: () => {},
      known: () => {},
      used: () => [],
      begin: () => Promise.resolve({ ok: true, value: {} }),
      close: () => {},
    },
    repos: { seen: () => ({}), onRing: () => {}, close: () => {} },
    workshop: closedWorkshop,
    jobs: idleJobs,
    clock: {
      now: () => 0,
      steady: () => 0,
      zone: () => "UTC",
      until: () => Promise.resolve(),
      wake: () => {},
    },
    env: {},
  };
}

/** Whatever is begun is done at once. */
const idleJobs: Jobs = {
  begin: () => Promise.resolve({ ok: true, value: null }),
  seen: () => ({ code: 0 }),
  end: () => Promise.resolve({ ok: true, value: null }),
};

function terminal(more: Partial<Terminal>): Terminal {
  const nothing = () => Promise.resolve({ ok: true as const, value: null });
  return {
    look: () => Promise.resolve({ ok: true, value: { server: "none", rows: [] } }),
    capture: () => Promise.resolve({ ok: true, value: {} }),
    humans: () => Promise.resolve({ ok: true, value: {} }),
    start: () => Promise.resolve({ ok: true, value: { pane: "%1", pid: 1 } }),
    close: nothing,
    type: nothing,
    press: nothing,
    pipe: nothing,
    onRing: () => {},
    leave: () => Promise.resolve(),
    ...more,
  };
}
