// The fleet in sentences, for a screen reader or a pipe: how it stands, and afterwards only what became
// different. Pure; nothing is told twice and no cursor moves.

import { plain } from "../paint.ts";
import { troubles, type Standing } from "../standing.ts";
import { counts, nextOf, type Row, rowsOf } from "./rows.ts";

/** More changes at once than these are told as numbers: nobody can listen to all of them. */
const CHANGES_TOLD = 5;

export function opening(standing: Standing, now: number): readonly string[] {
  const rows = rowsOf(standing);
  const each = counts(rows).map(({ state, n }) => `${n} ${state}`);
  return [
    `${rows.length === 1 ? "1 agent" : `${rows.length} agents`}: ${each.join(", ")}.`,
    `The watchdog is ${standing.watchdog.state}.`,
    ...standing.loops.map(loopSentence),
    ...standing.holds.map(holdSentence),
    ...rows.filter(({ tone }) => tone === "needs you").map((row) => rowSentence(row, now)),
  ];
}

export function changes(before: Standing, after: Standing, now: number): readonly string[] {
  return [
    ...(before.watchdog.state === after.watchdog.state
      ? []
      : [`The watchdog is ${after.watchdog.state}.`]),
    ...fresh(before.loops.map(loopSentence), after.loops.map(loopSentence)),
    ...holdChanges(before, after),
    ...rowChanges(before, after, now),
    ...fresh(generalTroubles(before), generalTroubles(after)),
  ];
}

function rowChanges(before: Standing, after: Standing, now: number): readonly string[] {
  const was = new Map(rowsOf(before).map((row) => [row.name, row]));
  const rows = rowsOf(after);
  const is = new Set(rows.map(({ name }) => name));
  const left = [...was.keys()]
    .filter((name) => !is.has(name))
    .map((name) => `${name} is gone from the fleet.`);
  const moved = rows.filter((row) => isNews(was.get(row.name), row));
  // What needs a person is told whatever else happens.
  const urgent = moved.filter(({ tone }) => tone === "needs you");
  const rest = moved.filter(({ tone }) => tone !== "needs you");
  if (rest.length <= CHANGES_TOLD) return [...left, ...moved.map((row) => rowSentence(row, now))];
  const each = counts(rest).map(({ state, n }) => `${n} ${state}`);
  return [
    ...left,
    ...urgent.map((row) => rowSentence(row, now)),
    `${rest.length} agents changed: ${each.join(", ")}.`,
  ];
}

function isNews(before: Row | undefined, row: Row): boolean {
  if (before === undefined || before.state !== row.state) return true;
  return row.tone === "needs you" && before.why !== row.why;
}

function rowSentence(row: Row, now: number): string {
  const next = nextOf(row, now);
  const why = row.why === "" ? "" : `: ${row.why.replace(/\.$/, "")}`;
  return `${row.name} is ${row.state}${why}.${next === "" ? "" : ` It waits for ${next}.`}`;
}

function loopSentence(loop: Standing["loops"][number]): string {
  const name = `The loop ${plain(loop.name)}`;
  if (loop.complete) return `${name} is complete.`;
  if (loop.count === 0) return `${name} has no phases.`;
  return `${name} is in phase ${plain(loop.phase ?? "")}, ${loop.index + 1} of ${loop.count}.`;
}

function holdSentence(hold: Standing["holds"][number]): string {
  const at = hold.until === null ? "" : ` until ${hold.until}`;
  const count = hold.agents.length === 1 ? "1 agent waits" : `${hold.agents.length} agents wait`;
  const why = hold.why === "login" ? "a lost login" : "a usage limit";
  return `The account ${plain(hold.account)} is held by ${why}${at}; ${count}.`;
}

function holdChanges(before: Standing, after: Standing): readonly string[] {
  const names = (standing: Standing): readonly string[] => standing.holds.map((one) => one.account);
  const [was, is] = [names(before), names(after)];
  return [
    ...after.holds.filter(({ account }) => !was.includes(account)).map(holdSentence),
    ...was
      .filter((account) => !is.includes(account))
      .map((account) => `The account ${plain(account)} is free again.`),
  ];
}

/** Those that are not told of an agent by name. */
function generalTroubles(standing: Standing): readonly string[] {
  const names = [...standing.agents, ...standing.services].map(({ name }) => name);
  return troubles(standing)
    .filter((line) => !names.some((name) => line.startsWith(`${name}: `)))
    .map((line) => plain(`${line.charAt(0).toUpperCase()}${line.slice(1)}.`));
}

function fresh(before: readonly string[], after: readonly string[]): readonly string[] {
  return after.filter((line) => !before.includes(line));
}
