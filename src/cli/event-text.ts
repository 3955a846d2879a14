// A line of the journal as a sentence: when, who, what and why. Local time, as people read clocks; the
// date only where it is not today's.

import type { Event } from "../engine/events.ts";
import { plain } from "./paint.ts";

export type Shown = {
  readonly now: number;
  /** Columns of the name. */
  readonly width: number;
};

export function eventText(event: Event, { now, width }: Shown): string {
  const { at, agent, because } = event;
  const what = deed(event);
  const why = because === "" || because === what ? "" : what === "" ? because : `: ${because}`;
  const sentence = plain(`${what}${why}`).replaceAll(/\s+/g, " ");
  return `${localTime(Date.parse(at), now)}  ${plain(agent).padEnd(width)}  ${sentence}`;
}

/** Deeds in the words of the one it was done to; everything else is what it is called. */
function deed({ event, did }: Event): string {
  switch (event) {
    case "start":
      return "is started";
    case "close":
      return "session closed";
    case "sweep":
      return `is sent ${did.replace(/^signal /, "")}`;
    case "type":
    case "press":
    case "write":
      return did;
    case "answer":
      return did;
    case "loop":
    case "task":
    case "job":
    case "work":
    case "suppressed":
      return "";
    default:
      return event;
  }
}

export function localTime(at: number, now: number): string {
  const day = (instant: number): string => {
    const date = new Date(instant);
    return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(two).join("-");
  };
  const date = new Date(at);
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return day(at) === day(now) ? clock : `${day(at)} ${clock}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
