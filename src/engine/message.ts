// A notice in words that may leave this machine: every text of it cleaned of secrets and of what could steer a
// terminal, and only then cut to a length. Pure; whatever is sent anywhere was made here.

import type { Notice, NoticeItem } from "../core/notice.ts";
import { hidden, redact, shortestSecret } from "./redact.ts";

export type Message = Pick<Notice, "id" | "at" | "sink" | "kind" | "level" | "fleet"> & {
  readonly v: 1;
  /** Of the only incident; "" in a digest of several. */
  readonly event: string;
  readonly subject: string;
  readonly title: string;
  readonly text: string;
  readonly incidents: readonly string[];
};

/** Less than the least that any service takes in one message, in bytes too. */
const TEXT_MAX = 1300;
const TITLE_MAX = 120;
/** Of one line of a digest. */
const LINE_MAX = 200;
/** A secret this long is also found where the screen broke it over two rows. */
const LONG_SECRET = 12;

export function messageOf(notice: Notice, secrets: readonly string[]): Message {
  const { id, at, sink, kind, level, fleet, items, more } = notice;
  const [only] = items.length === 1 && more === 0 ? items : [];
  const clean = (text: string): string => cleaned(text, secrets);
  const title = clean(only?.title ?? `${items.length + more} things wait for a person`);
  const lines = items.map((item) => lineOf(item, clean));
  const left = more === 0 ? [] : [`and ${more} more`];
  return {
    v: 1,
    id,
    at,
    sink,
    kind,
    level,
    fleet,
    event: only?.event ?? "",
    subject: clean(only?.subject ?? ""),
    title: cut(`[${fleet}] ${title}`, TITLE_MAX),
    text: only === undefined ? cut([...lines, ...left].join("\n"), TEXT_MAX) : textOf(only, clean),
    incidents: items.map(({ incident }) => incident),
  };
}

type Clean = (text: string) => string;

function textOf(item: NoticeItem, clean: Clean): string {
  const next = item.over ? "(over by now)" : nextOf(item);
  const words = cut(clean(item.text), TEXT_MAX - next.length - 1);
  return next === "" ? words : `${words}\n${next}`;
}

/** What a person types to answer; "" where nothing is asked. */
function nextOf({ event, subject }: NoticeItem): string {
  if (event !== "asking") return "";
  const task = /^task (\S+)$/.exec(subject)?.[1];
  return task === undefined ? `agents answer ${subject}` : `agents task show ${task}`;
}

function lineOf({ clock, title, text, over }: NoticeItem, clean: Clean): string {
  const words = `${title}: ${text}`.replaceAll(/\s+/g, " ");
  return `${clock} ${cut(clean(words), LINE_MAX)}${over ? " (over by now)" : ""}`.trim();
}

/** Control characters, and marks that turn the direction of reading. */
const STEERING =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

export function cleaned(text: string, secrets: readonly string[]): string {
  const whole = secrets.reduce(
    (rest, secret) => rest.replaceAll(brokenUp(secret), hidden),
    redact(text.replaceAll(STEERING, " "), secrets),
  );
  // What follows a secret and looks like its other half, is.
  const joined = whole.replaceAll(/(\[redacted\])(?:[\s│┃|]{1,8}[\w+/=.-]{16,200})+/g, "$1");
  return secrets.reduce(withoutBeginning, joined);
}

/** A text that was cut before it came here may end in the beginning of a secret. */
function withoutBeginning(text: string, secret: string): string {
  const body = text.replace(/\s*…$/, "");
  for (let length = Math.min(secret.length - 1, body.length); length >= shortestSecret; length -= 1)
    if (body.endsWith(secret.slice(0, length).trimEnd()))
      return `${body.slice(0, body.length - secret.slice(0, length).trimEnd().length)}${hidden}`;
  return text;
}

function brokenUp(secret: string): RegExp {
  if (secret.length < LONG_SECRET) return /(?!)/g;
  const characters = Array.from(secret, (one) => one.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  return new RegExp(characters.join(String.raw`[\s│┃|]{0,8}`), "g");
}

/** At the last word that fits, and never inside of a character. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = text.slice(0, most - 2);
  const space = head.lastIndexOf(" ");
  return `${(space > most / 2 ? head.slice(0, space) : head).replace(/[\uD800-\uDBFF]$/, "")} …`;
}

/** Values that no message may hold, whoever wrote them on a screen. */
export function secretValues(values: readonly (string | null | undefined)[]): readonly string[] {
  const long = values.flatMap((value) =>
    typeof value === "string" && value.length >= shortestSecret ? [value] : [],
  );
  return [...new Set(long)];
}
