// The doorbell: hooks in the server signal a channel, a parked client hears it, and somebody looks.
// Also the cure for exits that tmux itself misses. It carries no news: what is true is told by a look.

import { getuid } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { lifelineHome, openLifelines, type Living } from "./lifeline.ts";
import type { Client } from "./tmux-client.ts";
import { openNudges } from "./tmux-nudge.ts";
import type { ServerLink, ServerSpec, Up } from "./tmux-server.ts";
import { command } from "./tmux-quote.ts";

export type Bell = {
  /** Begins to listen on this server. While it runs, nobody may ask the server anything else. */
  hang(up: Up): Promise<void>;
  /** Listens again if nobody listens any more. Cheap when somebody does. */
  tend(up: Up, living: readonly Living[]): void;
  /** Where the next launch of this run should hold a lifeline; null where none is needed. */
  lifeline(up: Up, run: string): string | null;
  hear(line: string): void;
  onRing(ring: () => void): void;
  /** Takes our hooks out of the server. */
  unhook(up: Up): Promise<void>;
  /** Of the parked client, while there is one. */
  pid(): number | null;
  close(): Promise<void>;
};

const HOOKS = [
  "pane-died",
  "pane-exited",
  "session-created",
  "session-closed",
  "session-renamed",
  "alert-bell",
];
const NEWS = /^%(exit|sessions-changed|session-renamed|unlinked-window-close|pane-mode-changed)/;
/** People's own hooks sit in the first slots. */
const FIRST_SLOT = 7_000;
const SLOTS = 1_000_000;
const RELISTEN_MS = 1_000;
/** A program that beeps without end may not take all our time. */
const RING_GAP_MS = 20;
const INTRODUCTION_MS = 5_000;
/** How long an exit may stay unnoticed by a tmux that loses SIGCHLD, where only the clock tells of it. */
const NUDGE_MS = 200;
/** Where every end would be heard, but for one whose lifeline a child keeps. */
const CALM_NUDGE_MS = 1_000;

export const openBell = (spec: ServerSpec, dial: ServerLink["dial"]): Bell => {
  const channel = `agents-${spec.hex}`;
  const slot = FIRST_SLOT + (Number.parseInt(spec.hex, 16) % SLOTS);
  const rings: (() => void)[] = [];
  let listener: Client | null = null;
  let notBefore = 0;
  const nudges = openNudges();
  const uid = getuid?.() ?? 0;
  const lifelines = openLifelines(lifelineHome(uid), uid, () => nudges.hurry());

  const ring = (): void => rings.forEach((call) => call());

  const listen = async (up: Up): Promise<void> => {
    notBefore = spec.steady() + RELISTEN_MS;
    const hooks = HOOKS.map((name) =>
      command("set-hook -g", `${name}[${slot}]`, `wait-for -S ${channel}`),
    );
    await up.client.ask(hooks);
    // tmux 3.3a crashes when it has news, such as a new session, for a control client that is still introducing
    // itself. The answer above came after everything asked before it, and the one below ends the introduction.
    const client = dial(() => undefined);
    listener = client;
    void client.over.then(() => (listener = null));
    await client.ask([command("display-message -p", channel)], INTRODUCTION_MS);
    void park(client, channel, ring).then(() => client.close());
  };

  return {
    hang: (up) => (rings.length === 0 ? Promise.resolve() : listen(up)),
    tend: (up, living) => {
      if (rings.length === 0) return;
      if (nudges.needed(up.server.pid)) {
        const heard = lifelines.follow(living);
        const everyMs = heard ? CALM_NUDGE_MS : NUDGE_MS;
        nudges.pace(up.server.pid, living.length === 0 ? null : everyMs);
      }
      if (listener === null && spec.steady() >= notBefore) void listen(up);
    },
    lifeline: (up, run) =>
      rings.length > 0 && nudges.needed(up.server.pid)
        ? lifelines.place(`${spec.hex}-${run}`)
        : null,
    hear: (line) => {
      if (line.startsWith("%exit")) nudges.stop();
      if (NEWS.test(line)) ring();
    },
    onRing: (call) => void rings.push(call),
    unhook: async (up) => {
      await up.client.ask(HOOKS.map((name) => command("set-hook -gu", `${name}[${slot}]`)));
    },
    pid: () => listener?.pid ?? null,
    close: async () => {
      nudges.stop();
      lifelines.close();
      rings.length = 0;
      await listener?.close();
    },
  };
};

/** Rings until the client ends. A signal that comes while nobody is parked is kept by the server: none is lost. */
const park = async (client: Client, channel: string, ring: () => void): Promise<void> => {
  for (;;) {
    const heard = await client.ask([command("wait-for", channel)], null);
    if (!heard.ok || heard.value.some((block) => block.error)) return;
    ring();
    await sleep(RING_GAP_MS);
  }
};
