// [loop]: phases and hand-over with every default filled in and every agent that they name looked up.

import type { Handoff, Loop, OnComplete, Phase } from "./config.ts";
import { FILLED } from "./defaults.ts";
import { type Ground, at, expectFile } from "./ground.ts";
import { anchor } from "./paths.ts";
import type { Piece } from "./pieces.ts";
import type { RawLoop } from "./schema.ts";
import { didYouMean } from "./suggest.ts";
import type { Path } from "./where.ts";

type RawHandoff = NonNullable<RawLoop["handoff"]>;

/** What a plain [loop] is called. */
const ONLY_LOOP = "loop";
const FIRST_STATE_FILE = "phase-idx";

type Here = {
  readonly ground: Ground;
  readonly agentNames: readonly string[];
  readonly path: Path;
  /** Begins every sentence. */
  readonly who: string;
};

/** Agents of kind loop need a loop; where the file has none, they get one without phases, as ever. */
export function loopsOf(
  pieces: readonly Piece<RawLoop>[],
  ground: Ground,
  agents: { readonly names: readonly string[]; readonly looping: boolean },
): readonly Loop[] {
  if (pieces.length === 0 && agents.looping) {
    return [loopOf({ path: ["loop"], value: {} }, ground, agents.names)];
  }
  const loops = pieces.map((piece) => loopOf(piece, ground, agents.names));
  for (const [index, { path, value }] of pieces.entries()) {
    const earlier = loops.slice(0, index);
    const loop = loops[index];
    if (loop === undefined) continue;
    if (pieces.length > 1 && value.name === undefined) {
      ground.complain([...path, "name"], "loop: name is required where there are several loops");
    } else if (earlier.some(({ name }) => name === loop.name)) {
      ground.complain(
        [...path, "name"],
        `loop "${loop.name}": there is a loop of this name already`,
      );
    } else if (earlier.some(({ stateFile }) => stateFile === loop.stateFile)) {
      ground.complain(
        [...path, "state_file"],
        `loop "${loop.name}": another loop keeps its phase in "${loop.stateFile}" too`,
      );
    }
  }
  return loops;
}

function loopOf(
  { path, value: own }: Piece<RawLoop>,
  ground: Ground,
  agentNames: readonly string[],
): Loop {
  const said = { ...FILLED.loop, ...own };
  const who = own.name === undefined ? "[loop]:" : `loop "${own.name}":`;
  const here: Here = { ground, agentNames, path, who };
  const template = said.kickoff_template ? at(ground, said.kickoff_template) : null;
  if (template !== null) {
    const place = [...path, "kickoff_template"];
    expectFile(ground, {
      path: place,
      at: template,
      what: `${who} kickoff_template`,
      needed: true,
    });
  }
  return {
    name: own.name ?? ONLY_LOOP,
    phases: phasesOf(said.phases, said.auto_advance, here),
    stateFile: own.state_file ?? stateFileOf(own.name),
    autoAdvance: said.auto_advance,
    resumePhase: said.resume_phase,
    kickoffTemplate: template,
    rolesDir: at(ground, said.roles_dir),
    doneMarker: said.done_marker,
    onComplete: onCompleteOf(own.on_complete, here),
    repo: at(ground, own.handoff?.repo ?? "."),
    stateSubdir: own.handoff?.state_subdir ?? FILLED.handoff.state_subdir,
    handoff: own.handoff === undefined ? null : handoffOf(own.handoff, here),
  };
}

function stateFileOf(name: string | undefined): string {
  return name === undefined ? FIRST_STATE_FILE : `${FIRST_STATE_FILE}.${name}`;
}

function phasesOf(phases: RawLoop["phases"], advance: boolean, here: Here): readonly Phase[] {
  const ids = new Set<string>();
  return (phases ?? []).map(({ id, plan = "", status = "", models = {} }, index) => {
    const path = [...here.path, "phases", index];
    if (status === "" && advance) {
      here.ground.complain(
        [...path, "status"],
        `${here.who} phase "${id}": status is required, for example status = "STATUS.md"; the watchdog finds the done marker there`,
      );
    }
    if (ids.has(id)) {
      here.ground.warn(
        [...path, "id"],
        `${here.who} phase "${id}": this id means the first phase that has it`,
      );
    }
    ids.add(id);
    return { id, plan, status, models };
  });
}

function onCompleteOf(said: RawLoop["on_complete"], here: Here): OnComplete | null {
  if (said === undefined) return null;
  known(said.run, [...here.path, "on_complete", "run"], here);
  const { logDir, source } = here.ground;
  const trigger = said.trigger_file ? anchor(logDir, said.trigger_file, source.home) : null;
  return { run: said.run, triggerFile: trigger };
}

function handoffOf(own: RawHandoff, here: Here): Handoff {
  const said = { ...FILLED.handoff, ...own };
  const path = [...here.path, "handoff"];
  // A target that nobody wrote is a custom of the reference, not a mistake: without the agent it means nothing.
  const written = (key: "claim_pings" | "review_pings"): boolean =>
    own[key] === undefined
      ? here.agentNames.includes(said[key])
      : known(said[key], [...path, key], here);
  const claim = written("claim_pings") ? said.claim_pings : null;
  const review = written("review_pings") ? said.review_pings : null;
  const more = said.rules.map(({ pattern, pings }, index) => {
    known(pings, [...path, "rules", index, "pings"], here);
    return { kind: "other", re: pattern.re, pings } as const;
  });
  return {
    branch: said.branch,
    rules: [
      ...(claim === null
        ? []
        : [{ kind: "claim", re: said.claim_pattern.re, pings: claim } as const]),
      ...(review === null
        ? []
        : [{ kind: "review", re: said.review_pattern.re, pings: review } as const]),
      ...more,
    ],
    inboxes: inboxesOf(said.inboxes, [claim, review], { ...here, path: [...path, "inboxes"] }),
  };
}

function inboxesOf(
  inboxes: RawHandoff["inboxes"],
  pings: readonly (string | null)[],
  here: Here,
): Handoff["inboxes"] {
  return (inboxes ?? []).flatMap((inbox, index) => {
    const path = [...here.path, index];
    if (typeof inbox !== "string") {
      known(inbox.pings, [...path, "pings"], here);
      return [inbox];
    }
    const target = pings[index];
    if (target === undefined) {
      here.ground.warn(
        path,
        `${here.who} nobody is told of "${inbox}"; write { file = "${inbox}", pings = "NAME" }`,
      );
    }
    return inbox === "" || !target ? [] : [{ file: inbox, pings: target }];
  });
}

function known(name: string, path: Path, here: Here): boolean {
  if (here.agentNames.includes(name)) return true;
  const hint = didYouMean(name, here.agentNames) || "; there is no agent of this name";
  const key = String(path.at(-1));
  here.ground.complain(path, `${here.who} ${key} names the unknown agent "${name}"${hint}`);
  return false;
}
