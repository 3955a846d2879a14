// The first lines of the screen: whose fleet, who watches it, how many of what, loops, holds, what is wrong.

import { ago, ahead } from "../ago.ts";
import { troubles, type Standing } from "../standing.ts";
import { inkOf } from "./columns.ts";
import { bare, lineOf, piece } from "./line.ts";
import type { Looks, Model } from "./model.ts";
import { plain } from "../paint.ts";
import { counts, SORTS } from "./rows.ts";
import type { View } from "./view.ts";

/** What is chosen, and how many rows of the table there is room for. */
export type Shown = { readonly view: View; readonly page: number };

const LOOPS_SHOWN = 3;
const HOLDS_SHOWN = 3;

export function headOf(model: Model, shown: Shown, looks: Looks): readonly string[] {
  const { standing } = model;
  const wrong = troubles(standing).find(
    (line) => !model.all.some(({ name }) => line.startsWith(`${name}: `)),
  );
  const { columns } = looks.size;
  return [
    titleOf(model, looks),
    summaryOf(model, shown, looks),
    ...few(standing.loops, LOOPS_SHOWN).map((loop) => loopOf(loop, model, looks)),
    ...few(standing.holds, HOLDS_SHOWN).map((hold) => holdOf(hold, model, looks)),
    ...(wrong === undefined ? [] : [lineOf(columns, [piece(` ${wrong}`, looks.paint.red)])]),
    lineOf(columns, []),
  ];
}

function few<T>(all: readonly T[], most: number): readonly T[] {
  return all.slice(0, most);
}

function titleOf({ standing, now }: Model, { paint, size }: Looks): string {
  const { watchdog, config } = standing;
  const looked =
    watchdog.lastTick === null ? "" : `, looked ${ago(Date.parse(watchdog.lastTick), now)}`;
  const ink = { running: paint.green, stale: paint.red, stopped: paint.yellow }[watchdog.state];
  const state = watchdog.state === "stale" ? "STALE" : watchdog.state;
  return lineOf(
    size.columns,
    [piece(" agents", paint.bold), piece("  "), piece(plain(config.path), paint.dim)],
    [piece("watchdog "), piece(state, ink), piece(`${looked} `, paint.dim)],
  );
}

function summaryOf({ all, rows }: Model, { view, page }: Shown, looks: Looks): string {
  const { paint, glyphs, size } = looks;
  const each = counts(all).flatMap(({ state, tone, n }) => [
    piece(` ${glyphs.dot} `, paint.dim),
    piece(`${n} ${state}`, inkOf(tone, paint)),
  ]);
  const filter = view.filter === "" ? "" : `"${view.filter}" `;
  const last = Math.min(view.first + page, rows.length);
  const range = rows.length > page ? `${view.first + 1}-${last} of ${rows.length} ` : "";
  const matching =
    range === "" && rows.length < all.length ? `${rows.length} of ${all.length} ` : "";
  const sort = view.sort === SORTS[0] ? "" : `sort: ${view.sort} `;
  return lineOf(
    size.columns,
    [piece(all.length === 1 ? " 1 agent" : ` ${all.length} agents`, paint.bold), ...each],
    [piece(filter, paint.cyan), piece(`${sort}${range}${matching}`, paint.dim)],
  );
}

function loopOf(
  loop: Standing["loops"][number],
  model: Model,
  { paint, glyphs, size }: Looks,
): string {
  const phase =
    loop.count === 0
      ? "no phases"
      : `${loop.phase ?? glyphs.none} [${loop.index + 1}/${loop.count}]`;
  const why =
    loop.because.startsWith("in phase ") || loop.because === "" ? "" : `  ${plain(loop.because)}`;
  const handed = model.handoffs.get(loop.name);
  const told =
    handed === undefined
      ? ""
      : `${handed.kind} ${glyphs.arrow} ${handed.to}, ${ago(handed.at, model.now)} `;
  return lineOf(
    size.columns,
    [
      piece(" loop ", paint.dim),
      piece(plain(loop.name)),
      piece("  phase ", paint.dim),
      piece(phase, loop.complete ? paint.green : bare),
      piece(loop.plan === "" ? "" : `  ${plain(loop.plan)}`, paint.dim),
      piece(loop.complete ? "  complete" : why, loop.complete ? paint.green : bare),
    ],
    [piece(told, paint.dim)],
  );
}

function holdOf(
  hold: Standing["holds"][number],
  { now }: Model,
  { paint, glyphs, size }: Looks,
): string {
  const when = hold.until === null ? "" : ` ${ahead(Date.parse(hold.until), now)}`;
  const what =
    hold.why === "login"
      ? `login lost, tried again${when}`
      : hold.sure
        ? `reset${when}`
        : `no reset known, asks${when}`;
  const who = hold.agents.length === 1 ? (hold.agents[0] ?? "") : `${hold.agents.length} agents`;
  const probing = hold.probing === null ? "" : ` ${glyphs.dot} ${hold.probing} asks`;
  return lineOf(size.columns, [
    piece(" hold ", paint.dim),
    piece(plain(hold.account)),
    piece(`  ${what}`, paint.yellow),
    piece(`  ${who}${probing}`, paint.dim),
  ]);
}
