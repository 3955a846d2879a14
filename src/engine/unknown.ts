// Screens that stand still and that no rule of their backend knows, kept for the next version of its table: a few,
// each once, without secrets. It decides nothing; a failure to keep one is nobody's trouble.

import { join } from "node:path";
import type { Backend, Config, Millis } from "../config/config.ts";
import { hash } from "../core/hash.ts";
import { membersOf } from "../core/member.ts";
import type { AgentMemory, Memory, Pane, Seen } from "../core/types.ts";
import type { Disk } from "./disk.ts";
import { prune } from "./evidence.ts";
import { recordingText } from "./recording.ts";

export const unknownKept = 50;
/** Shorter than this, it may be half drawn. */
const STOOD_MS: Millis = 60_000;
/** So many are remembered as kept; one more is only written again. */
const REMEMBERED = 1_000;

export type Unknown = {
  keep(config: Config, memory: Memory, seen: Pick<Seen, "at" | "panes">): void;
};

export function openUnknown(disk: Disk, home: string): Unknown {
  const known = new Set<string>();
  return {
    keep: (config, memory, { at, panes }) => {
      for (const { name, session, backend } of membersOf(config, memory)) {
        const [one, pane] = [memory.agents[name], panes[session]];
        if (one === undefined || pane === undefined || !isUnknown(one, pane, { backend, at }))
          continue;
        const { text = "", hash: shown = "" } = pane.screen ?? {};
        if (known.has(shown)) continue;
        const id = `${backend.name}-${hash(text.replaceAll(/\d+/g, "0")).slice(0, 16)}`;
        if (known.size >= REMEMBERED) known.clear();
        known.add(shown);
        if (known.has(id)) continue;
        known.add(id);
        const { title, command, dead } = pane;
        const { verdict, evidence } = one;
        const facts = {
          at,
          backend: backend.name,
          version: "",
          title,
          command,
          dead,
          processes: [],
        };
        const written = recordingText(
          { ...facts, signals: pane.signals?.sources ?? [], verdict, evidence, text },
          { secrets: [], home },
        );
        const dir = unknownDir(config);
        if (!disk.mkdir(dir).ok || !disk.write(join(dir, `${id}.json`), written).ok) continue;
        prune(disk, dir, unknownKept);
      }
    },
  };
}

export function unknownDir({ stateDir }: Pick<Config, "stateDir">): string {
  return join(stateDir, "unknown");
}

type Known = { readonly backend: Backend; readonly at: number };

/** Only silence spoke, where a rule could have. */
function isUnknown(one: AgentMemory, pane: Pane, { backend, at }: Known): boolean {
  const hasRules = backend.screen.idle.length + backend.title.idle.length > 0;
  const [first] = one.evidence;
  const bySilence = one.verdict.is === "idle" && first?.from === "silence";
  const stood = pane.screen !== null && at - pane.screen.since >= STOOD_MS;
  return hasRules && bySilence && stood && pane.screen.text.trim() !== "";
}
