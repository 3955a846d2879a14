// The choices of a dialog, read from its screen by generic shapes: numbered rows (`❯ 1. Yes`, `1) Yes`) or words side
// by side (`Allow once   Reject`), and which key leads to one of them. Pure; it presses nothing and judges nothing.

import { dialogAt, openQuestion } from "./dialog.ts";
import { hash } from "./hash.ts";
import { rowsOf } from "./rows.ts";
import type { Backend } from "../config/config.ts";

export type Dialog = {
  /** Of its words, wherever its pointer stands: the same question has the same id. */
  readonly id: string;
  /** What is asked, without frames. */
  readonly question: readonly string[];
  readonly choices: readonly string[];
  /** Index of the choice that Enter would take; null where the screen does not show it. */
  readonly pointed: number | null;
  readonly lie: "below" | "beside";
};

/** `ends`: the dialog may be over with this key. */
export type Key = { readonly key: string; readonly ends: boolean };

const ID_CHARS = 8;
const CHOICES_MAX = 20;
const NUMBERED =
  /^(?<pointer>[❯›●▸▶→>*])?\s*(?<number>\d{1,2})[.)]\s+(?<label>\S.*?)(?:\s{8,}.*)?$/u;
const FRAME = /^[\s│┃|]+|[\s│┃|]+$/gu;
const BORDER = /^[─━═▔▁╭╮╰╯┌┐└┘┏┓┗┛\s│┃]*$/u;
/** Words with three blanks between them, and far behind them what the keys do. */
const BESIDE = /^(?<labels>\p{Lu}[\p{L}' ]*?(?: {3}\p{Lu}[\p{L}' ]*?){1,5})(?: {4,}\S.*)?$/u;
const SELECTS = /\bselect\b/i;

/** Null where nothing is asked, or its choices have none of the known shapes. */
export function dialogOf(backend: Pick<Backend, "screen" | "input">, text: string): Dialog | null {
  const rows = rowsOf(text);
  const hit = openQuestion(backend, rows);
  if (hit === null) return null;
  const { start } = dialogAt(rows, backend.screen.asking, hit);
  const words = rows.text
    .slice(start)
    .split("\n")
    .filter((row) => !BORDER.test(row))
    .map((row) => row.replaceAll(FRAME, ""));
  const read = below(words) ?? beside(words);
  return read === null ? null : { ...read, id: idOf(words) };
}

/** What is pressed next to come to this choice; `presses` were made for it so far. */
export function keyTo(
  { choices, pointed, lie }: Dialog,
  choice: number,
  { presses, submit }: { readonly presses: number; readonly submit: string },
): Key {
  if (pointed === choice) return { key: submit, ends: true };
  if (pointed !== null) return { key: choice > pointed ? "Down" : "Up", ends: false };
  if (lie === "below" && presses === 0 && choices.length < 10)
    return { key: String(choice + 1), ends: true };
  // The first is chosen until somebody moves on.
  if (lie === "beside" && presses < choice) return { key: "Right", ends: false };
  return { key: submit, ends: true };
}

/** By its number, or by words with which only this one begins; null: none, or several. */
export function choiceNamed({ choices }: Pick<Dialog, "choices">, named: string): number | null {
  if (/^\d{1,2}$/.test(named)) {
    const at = Number(named) - 1;
    return choices[at] === undefined ? null : at;
  }
  const words = plainly(named);
  const same = choices.flatMap((label, at) => (plainly(label) === words ? [at] : []));
  const begun = choices.flatMap((label, at) => (plainly(label).startsWith(words) ? [at] : []));
  const [only, ...others] = same.length > 0 ? same : begun;
  return only !== undefined && others.length === 0 && words !== "" ? only : null;
}

function plainly(text: string): string {
  return text.toLowerCase().replaceAll(/\s+/g, " ").trim();
}

type Found = Omit<Dialog, "id">;

function below(rows: readonly string[]): Found | null {
  const numbered = rows.map((row) => NUMBERED.exec(row)?.groups ?? null);
  const first = numbered.findLastIndex((one) => one?.["number"] === "1");
  if (first < 0) return null;
  const listed = numbered.slice(first).flatMap((one) => (one === null ? [] : [one]));
  const end = listed.findIndex((one, at) => Number(one["number"]) !== at + 1);
  const choices = listed.slice(0, end < 0 ? CHOICES_MAX : Math.min(end, CHOICES_MAX));
  if (choices.length < 2) return null;
  const pointed = choices.findIndex((one) => one["pointer"] !== undefined);
  return {
    question: asked(rows.slice(0, first)),
    choices: choices.map((one) => one["label"] ?? ""),
    pointed: pointed < 0 ? null : pointed,
    lie: "below",
  };
}

function beside(rows: readonly string[]): Found | null {
  const at = rows.findLastIndex((row) => BESIDE.test(row) && SELECTS.test(row));
  const labels = BESIDE.exec(rows[at] ?? "")?.groups?.["labels"];
  if (labels === undefined) return null;
  const question = asked(rows.slice(0, at));
  return { question, choices: labels.split(/ {3}/), pointed: null, lie: "beside" };
}

function asked(rows: readonly string[]): readonly string[] {
  return rows.map((row) => row.trim()).filter((row) => row !== "");
}

function idOf(rows: readonly string[]): string {
  const words = rows.map((row) => row.replace(/^[❯›●▸▶→>*]?\s*(?=\d{1,2}[.)]\s)/u, ""));
  return hash(
    words
      .map(plainly)
      .filter((row) => row !== "")
      .join("\n"),
  ).slice(0, ID_CHARS);
}
