// `agents logs NAME…`: what was printed, as text: escapes, redraws and progress bars are read, not passed
// on, unless --raw asks for the bytes. Follows across restarts and rotations until it is interrupted.

import type { Config } from "../config/config.ts";
import { marksOf, type LogMark } from "../engine/log-marks.ts";
import { countFlag, durationFlag, patternFlag } from "./flags.ts";
import { checkNames, configInForce, orphansOf } from "./fleet.ts";
import { WATCHDOG, watchdogSession } from "./keeper.ts";
import { grown, openLog, pieces, startOfLast, type LogFile } from "./log-file.ts";
import { placeAt } from "./log-since.ts";
import { fromLineStart, lastLines, logText, type LogText } from "./log-text.ts";
import { turnsOf } from "./log-turns.ts";
import { type Call, type ExitCode, type Outside, Refusal, signalled } from "./outside.ts";
import { paint } from "./paint.ts";
import type { Size } from "./screen.ts";
import { transcript } from "./transcript.ts";

/** Lines to begin with on a terminal that then follows. */
const FIRST_LINES = 100;
const POLL_MS = 100;
/** After this long without output, what stands on the screen is told as it is. */
const QUIET_MS = 1_000;

type Source = {
  readonly name: string;
  readonly path: string;
  readonly log: LogFile;
  readonly marks: readonly LogMark[];
  /** Where it begins to be shown. */
  readonly start: number;
};

export async function logs(call: Call): Promise<ExitCode> {
  const { outside, options } = call;
  const names = [...new Set(call.args)];
  const config = await configInForce(call);
  const lines = countFlag(options, "lines");
  const follow = options["follow"] === true || (lines === null && outside.stdout.isTTY);
  const wanted = lines ?? (follow && outside.stdout.isTTY ? FIRST_LINES : null);
  const grep = patternFlag(options, "grep");
  const past = durationFlag(options, "since");
  const since = past === null ? null : outside.now() - past;
  if (options["transcript"] === true)
    return transcript(call, config, { follow, last: wanted, grep, since });
  const sources = sourcesOf(call, config, { names, since });
  if (options["raw"] === true) {
    if (grep !== null) throw new Refusal(2, "--raw shows bytes as they came; --grep finds lines");
    return raw(outside, sources, { follow, wanted });
  }
  const size = { rows: config.tmux.height, columns: config.tmux.width };
  return readable(outside, sources, { follow, wanted, size, grep });
}

type How = { readonly follow: boolean; readonly wanted: number | null };

type Named = { readonly names: readonly string[]; readonly since: number | null };

function sourcesOf(call: Call, config: Config, { names, since }: Named): readonly Source[] {
  const { outside } = call;
  const orphans = orphansOf(call, config);
  checkNames(config, names, [WATCHDOG, ...orphans.map((one) => one.name)]);
  const sessions = new Map([
    ...[...orphans, ...config.services, ...config.agents].map(
      (one) => [one.name, one.session] as const,
    ),
    [WATCHDOG, watchdogSession(config)],
  ]);
  const sources = names.flatMap((name) => {
    const session = sessions.get(name) ?? name;
    const path = `${config.logDir}/${session}.log`;
    const log = openLog(outside.disk, path);
    if (log === null)
      outside.stderr.write(`agents: ${name} has no log yet: it was never started\n`);
    if (log === null) return [];
    const isTimed = since !== null || names.length > 1;
    const marks = isTimed ? marksOf(outside.disk, config.logDir, session) : [];
    if (since === null) return [{ name, path, log, marks, start: 0 }];
    const start = placeAt(log, marks, since);
    if (start === null)
      outside.stderr.write(`agents: nobody noted when ${name} printed that early: all of it\n`);
    return [{ name, path, log, marks, start: start ?? 0 }];
  });
  if (sources.length === 0) throw new Refusal(4, "there is nothing to show");
  return sources;
}

async function raw(outside: Outside, sources: readonly Source[], how: How): Promise<ExitCode> {
  const [source, ...others] = sources;
  if (source === undefined || others.length > 0)
    throw new Refusal(2, "--raw shows the bytes of one log; name one");
  const { log, path } = source;
  const last = how.wanted === null ? 0 : startOfLast(log, how.wanted);
  const start = Math.max(source.start, last);
  for (const piece of pieces(log, start, log.size)) {
    outside.stdout.write(piece);
    await outside.pause(0);
    if (outside.stop.aborted) return signalled(outside.stop);
  }
  let position = log.present;
  while (how.follow && !outside.stop.aborted) {
    const more = grown(outside.disk, path, position);
    for (const bytes of more.bytes) outside.stdout.write(bytes);
    position = more.position;
    await outside.pause(more.bytes.length > 0 ? 0 : POLL_MS);
  }
  return how.follow ? signalled(outside.stop) : 0;
}

type Reading = How & { readonly size: Size; readonly grep: RegExp | null };
type Print = (lines: readonly string[]) => void;

async function readable(
  outside: Outside,
  sources: readonly Source[],
  how: Reading,
): Promise<ExitCode> {
  const prefix = prefixes(outside, sources);
  const open: Following[] = [];
  const inTurns = sources.length > 1 && how.wanted === null;
  for (const source of sources) {
    const print: Print = (lines) => {
      const shown = lines.filter((line) => how.grep?.test(line) ?? true);
      outside.stdout.write(shown.map((line) => `${prefix(source.name)}${line}\n`).join(""));
    };
    const text = inTurns ? logText(how.size) : await written(outside, source, { ...how, print });
    if (outside.stop.aborted) return signalled(outside.stop);
    open.push({ source, print, text, position: source.log.present, quietSince: null });
  }
  if (inTurns) await inTheirTurns(outside, open);
  if (outside.stop.aborted) return signalled(outside.stop);
  if (!how.follow) return 0;
  while (!outside.stop.aborted) {
    const busy = open.map((one) => go(outside, one)).some((more) => more);
    await outside.pause(busy ? 0 : POLL_MS);
  }
  return signalled(outside.stop);
}

/** All of several logs, in the order in which they were written. */
async function inTheirTurns(outside: Outside, open: readonly Following[]): Promise<void> {
  const turns = turnsOf(open.map((one) => ({ ...one.source, one })));
  for (const { source, from, to } of turns) {
    const { one, log } = source;
    let inside = from > 0 && from === source.start;
    for (const piece of pieces(log, from, to)) {
      one.print(one.text.feed(inside ? fromLineStart(piece) : piece));
      inside = false;
      await outside.pause(0);
      if (outside.stop.aborted) return;
    }
    // Another one has the word now: what stands here was said before.
    one.print(one.text.standing());
  }
}

/** Prints what there is, and answers with what goes on from there. */
async function written(
  outside: Outside,
  { log, start }: Source,
  { wanted, size, print, grep }: Reading & { readonly print: Print },
): Promise<LogText> {
  if (wanted !== null && start === 0 && grep === null) {
    const { lines, text } = lastLines(log, wanted, size);
    print(lines);
    return text;
  }
  const text = logText(size);
  let last: readonly string[] = [];
  const tell: Print = (lines) => {
    if (wanted === null) return print(lines);
    const found = lines.filter((line) => grep?.test(line) ?? true);
    last = wanted === 0 ? [] : [...last, ...found].slice(-wanted);
  };
  let inside = start > 0;
  for (const piece of pieces(log, start, log.size)) {
    tell(text.feed(inside ? fromLineStart(piece) : piece));
    inside = false;
    // A pause lets an interrupt, or a reader that went away, end a long log.
    await outside.pause(0);
    if (outside.stop.aborted) return text;
  }
  tell(text.standing());
  print(last);
  return text;
}

type Following = {
  readonly source: Source;
  readonly print: Print;
  readonly text: LogText;
  position: number;
  /** Null while what stands on the screen was told already. */
  quietSince: number | null;
};

/** Tells what is new; answers whether there may be more at once. */
function go(outside: Outside, one: Following): boolean {
  const more = grown(outside.disk, one.source.path, one.position);
  one.position = more.position;
  const now = outside.now();
  for (const bytes of more.bytes) {
    one.print(one.text.feed(bytes));
    one.quietSince = now;
  }
  if (one.quietSince !== null && now - one.quietSince >= QUIET_MS) {
    one.print(one.text.standing());
    one.quietSince = null;
  }
  return more.bytes.length > 0;
}

/** A name keeps its colour from one call to the next. */
function prefixes(outside: Outside, sources: readonly Source[]): (name: string) => string {
  if (sources.length === 1) return () => "";
  const colours = paint(outside.stdout, outside.env);
  const palette = [colours.cyan, colours.yellow, colours.green, colours.magenta, colours.blue];
  const width = Math.max(...sources.map(({ name }) => name.length));
  return (name) => {
    const sum = Array.from(name).reduce((so, letter) => so * 31 + letter.charCodeAt(0), 7);
    const colour = palette[sum % palette.length] ?? colours.cyan;
    return `${colour(name.padEnd(width))} | `;
  };
}
