// What a finished look tells the world outside: notices on their way, the heartbeat, and, where nothing can be saved
// and so nothing can be laid out either, one word about that. Nothing here is waited for.

import type { Config, Heartbeat, Millis, Sink } from "../config/config.ts";
import type { Notice } from "../core/notice.ts";
import { clockAt, quietUntil } from "../core/quiet-hours.ts";
import type { Instant } from "../core/types.ts";
import type { Disk } from "./disk.ts";
import type { Entry } from "./journal.ts";
import { messageOf } from "./message.ts";
import { openOutbox, type Carrier } from "./outbox.ts";
import type { Ports } from "./ports.ts";
import { secretsOf, targetOf, type Sources } from "./target.ts";

/** A disk that is full for a moment is nobody's business; one that stays so is tried to be told this often. */
const UNSAVED_TOLD_MS: Millis = 60_000;

/** How what is told leaves this machine. */
export type Voice = {
  readonly carry: Carrier;
  /** Begins one, if it is time; `url` is what its variable holds. */
  readonly beat: (heartbeat: Heartbeat, url: string | null, at: Instant) => void;
};

export type Look = {
  readonly config: Config;
  readonly at: Instant;
  readonly zone: string;
  /** Why nothing could be saved at this look; null: it is complete. */
  readonly unsaved: string | null;
};

export type Telling = {
  after(look: Look): { readonly told: readonly Entry[]; readonly due: Instant | null };
};

export type TellingMeans = {
  readonly ports: Ports;
  readonly disk: Disk;
  readonly stateDir: string;
  /** Null: this engine lays out and tells nobody. */
  readonly voice: Voice | null;
};

export function openTelling({ ports, disk, stateDir, voice }: TellingMeans): Telling {
  const sources: Sources = { env: ports.env, read: (path) => ports.files.read(path) };
  const { clock } = ports;
  const now = (): Instant => clock.now();
  const wake = (): void => clock.wake();
  const carry = voice?.carry ?? null;
  const outbox = openOutbox({ disk, stateDir, carry, sources, now, wake });
  const alarm = carry === null ? null : openAlarm(carry, sources);
  return {
    after: (look) => {
      const { config, unsaved, at } = look;
      alarm?.(look);
      if (config.heartbeat !== null && unsaved === null) {
        const { url, urlEnv } = config.heartbeat;
        voice?.beat(config.heartbeat, urlEnv === null ? url : (ports.env[urlEnv] ?? null), at);
      }
      return outbox.tend(look);
    },
  };
}

/** Without a disk there is neither Memory nor outbox: it is told from here, once to each sink. */
function openAlarm(carry: Carrier, sources: Sources): (look: Look) => void {
  let since: Instant | null = null;
  const notBefore = new Map<string, Instant>();
  const tell = async (sink: Sink, look: Look, begun: Instant): Promise<void> => {
    notBefore.set(sink.name, Number.POSITIVE_INFINITY);
    const target = targetOf(sink, sources);
    const message = messageOf(unsavedNotice(sink, look, begun), secretsOf(look.config, sources));
    const sent = target.ok && (await carry(target.value, message).catch(() => ({ ok: false }))).ok;
    if (!sent) notBefore.set(sink.name, look.at + UNSAVED_TOLD_MS);
  };
  return (look) => {
    const { config, at, zone, unsaved } = look;
    if (unsaved === null) {
      since = null;
      notBefore.clear();
      return;
    }
    since = Math.min(since ?? at, at);
    if (at - since < UNSAVED_TOLD_MS) return;
    for (const sink of config.notify) {
      const wants = sink.events.includes("degraded") && quietUntil(sink.quiet, at, zone) === null;
      if (wants && at >= (notBefore.get(sink.name) ?? at)) void tell(sink, look, since);
    }
  };
}

function unsavedNotice(sink: Sink, { config, at, zone, unsaved }: Look, begun: Instant): Notice {
  const incident = `unsaved-${begun.toString(36)}`;
  return {
    id: `${incident}.${sink.name}`,
    at,
    sink: sink.name,
    kind: "first",
    level: "alarm",
    fleet: config.prefix.replace(/[-_]+$/, ""),
    items: [
      {
        incident,
        event: "degraded",
        subject: "watchdog",
        title: "the watchdog is degraded",
        text: unsaved ?? "",
        clock: clockAt(sink.quiet, begun, zone),
        over: false,
      },
    ],
    more: 0,
  };
}
