// Whether everything that was done to an agent can be explained afterwards: each deed in the journal says why, and
// `agents why NAME --at` that moment tells of it. Reads a journal; used by the chaos run and by tests.

import { happenedBy } from "../../cli/why-then.ts";
import { eventsAtMost, readEvents, type Event } from "../../engine/events.ts";
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
