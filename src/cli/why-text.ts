// `agents why` as a page for a person: one paragraph for what it saw, what it decided, what it waits for.
// Everything that an agent may have written is washed.

import { ago, ahead, span } from "./ago.ts";
import { eventText } from "./event-text.ts";
import type { Outside } from "./outside.ts";
import { paint, plain } from "./paint.ts";
import { contextWords, usedWords } from "./usage-text.ts";
import type { Why } from "./why.ts";

const LABEL = 9;

export function whyText(told: Why, outside: Outside): string {
  const now = outside.now();
  const colours = paint(outside.stdout, outside.env);
  const line = (label: string, text: string): string =>
    `${colours.dim(label.padEnd(LABEL))} ${plain(text).replaceAll(/\s+/g, " ").trim()}\n`;
  const lines = (label: string, texts: readonly string[]): string =>
    texts.map((text, index) => line(index === 0 ? label : "", text)).join("");
  return [
    `${colours.bold(told.name)}  ${told.kind}, session ${told.session}\n`,
    ...(told.watchdog === "running" ? [] : [line("note", unwatched(told, now))]),
    ...told.quarantined.map((because) => line("note", because)),
    lines("saw", saw(told)),
    lines("its words", itsWords(told, now)),
    line("decided", decided(told, now)),
    line("wanted", `${told.want.is}: ${told.want.because}`),
    ...(told.way === null ? [] : [line("route", `${told.way.backend}: ${told.way.because}`)]),
    lines("waits for", waitsFor(told, now)),
    lines("runs", runs(told, now)),
    ...used(told).map((text) => line("used", text)),
    lines("starts as", starts(told)),
    told.events.length === 0 ? "" : `${colours.dim("lately")}\n`,
    ...told.events.map((one) => `  ${eventText(one, { now, width: 0 })}\n`),
    told.evidenceFile === null ? "" : line("evidence", told.evidenceFile),
  ].join("");
}

function unwatched({ watchdog, seenAt }: Why, now: number): string {
  const seen =
    seenAt === null ? "nobody ever looked" : `the last look was ${ago(Date.parse(seenAt), now)}`;
  return watchdog === "stale" ? `the watchdog is stuck; ${seen}` : `no watchdog runs; ${seen}`;
}

function saw({ verdict, evidence }: Why): readonly string[] {
  const { is, ...more } = verdict;
  const details = Object.entries(more).flatMap(([key, value]) =>
    value === null || value === "" ? [] : [`${key} ${String(value)}`],
  );
  const first = details.length === 0 ? is : `${is} (${details.join(", ")})`;
  return [
    first,
    ...evidence.map((one) => {
      const quoted = one.line === "" ? "" : `: ${JSON.stringify(one.line)}`;
      return `by its ${one.from}, rule ${one.rule}${quoted}`;
    }),
  ];
}

/** Every source of the program itself, best first: which counted is said above. */
function itsWords({ sources }: Why, now: number): readonly string[] {
  return sources.map(({ from, is, says, since, silent, line }) => {
    const long = since === null ? "" : ` for ${span(now - Date.parse(since))}`;
    const quoted = line === "" ? "" : `: ${JSON.stringify(line)}`;
    const still = silent ? ", nothing new for long" : "";
    return `${from} ${says === null ? WORDLESS[is] : `says ${says}${long}${still}${quoted}`}`;
  });
}

const WORDLESS: Readonly<Record<Why["sources"][number]["is"], string>> = {
  fresh: "says nothing",
  mute: "says nothing yet",
  stale: "is stale: an earlier run said it",
  absent: "is absent",
};

function decided({ life, since, because, paused }: Why, now: number): string {
  const long = since === null ? "" : ` for ${span(now - Date.parse(since))}`;
  const why = because === "" ? "" : `: ${because}`;
  return `${life}${long}${paused ? ", paused" : ""}${why}`;
}

function waitsFor(told: Why, now: number): readonly string[] {
  const { name, verdict, until, pending, messages } = told;
  const waits = [
    ...(verdict.is === "asking" ? [`your answer: agents answer ${name}`] : []),
    ...(until === null ? [] : [`${until}, ${ahead(Date.parse(until), now)}`]),
    ...(pending === null
      ? []
      : [
          `a restart at the next safe point, since ${ago(Date.parse(pending.since), now)}: ${pending.because}`,
        ]),
    ...messages.map(
      (one) => `a ${one.kind} message, ${one.state} ${ago(Date.parse(one.since), now)}`,
    ),
  ];
  return waits.length === 0 ? ["nothing"] : waits;
}

function runs({ run, starts: count }: Why, now: number): readonly string[] {
  const times = `started ${count} time${count === 1 ? "" : "s"} in all`;
  if (run === null) return [`nothing now; ${times}`];
  const where = `pane ${run.pane ?? "?"}, pid ${run.pid ?? "?"}`;
  const phase = run.phase === null ? "" : `, phase ${run.phase}`;
  return [`${where}${phase}, run ${run.id}, since ${ago(Date.parse(run.since), now)}; ${times}`];
}

/** Services and what has no backend use nothing that could be told. */
function used({ kind, usage, metered }: Why): readonly string[] {
  if (kind === "service" || kind === "orphan") return [];
  if (usage === null && metered) return ["nothing that was told yet"];
  if (usage === null) return ["unmetered: its program tells nothing of what it uses"];
  const context = contextWords(usage);
  return [`${usedWords(usage)} today${context === "" ? "" : `; ${context}`}`];
}

function starts({ launch }: Why): readonly string[] {
  if ("failure" in launch) return [`it cannot be started: ${launch.failure}`];
  const { argv, dir, env, envFile, model } = launch;
  const own = env.length === 0 ? "" : `${env.join(", ")}, over `;
  return [
    argv.map((word) => (/^[A-Za-z0-9_./:=@%+-]+$/.test(word) ? word : `'${word}'`)).join(" "),
    `in ${dir}${model === "" ? "" : `, model ${model}`}`,
    `environment: ${own}that of the shell that started the watchdog${envFile === null ? "" : `; file ${envFile}`}`,
  ];
}
