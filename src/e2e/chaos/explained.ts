// Whether everything that was done to an agent can be explained afterwards: each deed in the journal says why, and
// `agents why NAME --at` that moment tells of it; and whether every decision can be made again. Reads files only.

import { happenedBy } from "../../cli/why-then.ts";
import { eventsAtMost, readEvents, type Event } from "../../engine/events.ts";
import { framesIn } from "../../engine/recorded.ts";
import { replay } from "../../engine/replay.ts";
import { realDisk } from "../../io/disk.ts";

export type Explained = {
  readonly deeds: number;
  /** A sentence for each deed without an explanation. */
  readonly unexplained: readonly string[];
};

/** Of the journal in this directory, as far back as it goes. */
export function explainedIn(logDir: string): Explained {
  const read = readEvents(realDisk, logDir, { tail: eventsAtMost, since: null, agents: [] });
  return read.ok ? explained(read.value) : { deeds: 0, unexplained: [read.failure] };
}

/** What was recorded there, the older file first; `otherwise`: a sentence for each that comes out otherwise. */
export function replayedIn(path: string): {
  readonly decisions: number;
  readonly otherwise: readonly string[];
} {
  const texts = [`${path}.1`, path].map((one) => {
    const read = realDisk.read(one);
    return read.ok && read.value !== null ? new TextDecoder().decode(read.value) : "";
  });
  const played = texts.map((text) => replay(framesIn(text), null));
  const otherwise = played
    .flatMap(({ differences }) => differences)
    .map(
      ({ at, who, was, now }) =>
        `${new Date(at).toISOString()} ${who}: ${was.join("; ")} → ${now.join("; ")}`,
    );
  const decisions = played.reduce((sum, one) => sum + one.decisions, 0);
  return { decisions, otherwise: decisions === 0 ? ["nothing was recorded"] : otherwise };
}

export function explained(events: readonly Event[]): Explained {
  const deeds = events.filter(({ did }) => did !== "");
  const byAgent = new Map<string, Event[]>();
  for (const one of events) {
    const known = byAgent.get(one.agent);
    if (known === undefined) byAgent.set(one.agent, [one]);
    else known.push(one);
  }
  const unexplained = deeds.flatMap((deed) => {
    const { at, agent, event, because } = deed;
    const what = `${at} ${agent} ${event}`;
    if (because.trim() === "") return [`${what}: no reason is told`];
    const told = happenedBy(byAgent.get(agent) ?? [], Date.parse(at));
    return told.includes(deed) ? [] : [`${what}: why --at does not tell of it`];
  });
  return { deeds: deeds.length, unexplained };
}
