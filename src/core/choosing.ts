// A person's choice in a dialog, pressed for them: the order holds which dialog and which choice, every look reads the
// screen anew, and one key is pressed at a time, its effect seen before the next. Another dialog is never touched.

import type { Config, Millis } from "../config/config.ts";
import { answer, told, type Taken } from "./answers.ts";
import { forOnce } from "./case.ts";
import { dialogOf, keyTo, type Dialog } from "./choices.ts";
import { membersOf, type Member } from "./member.ts";
import { HUMAN_MS, soonest } from "./step.ts";
import type { Action, Instant, Memory, OpenOrder, Order, Pane, Seen } from "./types.ts";

/** Between two keys where the screen does not show what a key did. */
const SETTLE_MS: Millis = 400;
/** How long a key may take to show what it did. */
const SHOWN_MS: Millis = 3_000;
const PRESSES_MAX = 30;

export type Choosing = {
  /** Of the incarnation and the dialog that were seen when the choice was made. */
  readonly run: string;
  readonly dialog: string;
  readonly choice: number;
  readonly presses: number;
  /** The last key: when it was pressed, where the pointer stood before it, and whether it may have ended the dialog. */
  readonly last: {
    readonly id: string;
    readonly at: Instant;
    readonly pointed: number | null;
    readonly ends: boolean;
  } | null;
};

/** What the order asks for; null where it asks for nothing that can be understood. */
export function choosingOf({ args }: Order): Choosing | null {
  const choice = Number(args["choice"]);
  const { run, dialog } = args;
  if (run === undefined || dialog === undefined || !Number.isInteger(choice) || choice < 0)
    return null;
  return { run, dialog, choice, presses: 0, last: null };
}

export type Chosen = Taken & { readonly due: Instant | null };

/** One step of every choice that is being made. */
export function stepChoices(config: Config, before: Memory, seen: Seen): Chosen {
  const all: Chosen = { memory: before, actions: [], due: null };
  return Object.values(before.orders).reduce((chosen, order) => {
    if (order.choosing === undefined || order.answer !== undefined) return chosen;
    const declared = membersOf(config, before).find(({ name }) => name === order.names[0]);
    const known = before.agents[order.names[0] ?? ""];
    const member = declared && known && forOnce(config, declared, known);
    const next = stepChoice({ order, member, choosing: order.choosing }, chosen.memory, seen);
    return {
      memory: next.memory,
      actions: [...chosen.actions, ...next.actions],
      due: soonest(chosen.due, next.due),
    };
  }, all);
}

type Asked = {
  readonly order: OpenOrder;
  readonly member: Member | undefined;
  readonly choosing: Choosing;
};

function stepChoice(asked: Asked, memory: Memory, seen: Seen): Chosen {
  const { order, member, choosing } = asked;
  if (member === undefined) return refused(asked, memory, "it is no longer in the file");
  const pane = seen.panes[member.session];
  if (seen.server === "unseen" || (pane !== undefined && pane.screen === null))
    return { memory, actions: [], due: null };
  if (pane?.mark?.run !== choosing.run || pane.dead !== null)
    return refused(asked, memory, `the ${member.name} that asked is not there any more`);
  const lost = seen.outcomes.find(({ id, ok }) => id === choosing.last?.id && !ok);
  if (lost !== undefined) return refused(asked, memory, lost.failure);
  const dialog = dialogOf(member.backend, pane.screen?.text ?? "");
  if (dialog?.id !== choosing.dialog)
    return choosing.last?.ends === true
      ? { memory, actions: [answered(order, "done", "pressed, and the dialog is gone")], due: null }
      : refused(asked, memory, standing(memory, member, dialog));
  const hands = handsOff(pane, seen.at);
  if (hands !== null) return refused(asked, memory, hands);
  const { last } = choosing;
  const wait = last === null ? null : waits({ ...choosing, last }, dialog);
  if (last !== null && wait !== null && seen.at < last.at + wait)
    return { memory, actions: [], due: last.at + wait };
  if (last !== null && wait !== null && isOver({ ...choosing, last }, dialog))
    return refused(asked, memory, "its dialog still stands there: the key did nothing");
  return press({ ...asked, member, dialog }, memory, seen.at);
}

type Pressed = Choosing & { readonly last: NonNullable<Choosing["last"]> };

/** How long the last key is waited for; null where its effect is seen. */
function waits({ last }: Pressed, dialog: Dialog): Millis | null {
  if (!last.ends && dialog.pointed !== last.pointed) return null;
  return last.ends || dialog.pointed !== null ? SHOWN_MS : SETTLE_MS;
}

/** Nothing is left to press: what was pressed should have shown by now. */
function isOver({ last, presses }: Pressed, { pointed, lie }: Dialog): boolean {
  return pointed !== null || (last.ends && (lie === "beside" || presses > 1));
}

type Pressing = Asked & { readonly member: Member; readonly dialog: Dialog };

function press({ order, member, choosing, dialog }: Pressing, memory: Memory, at: Instant): Chosen {
  const { backend, name, session } = member;
  const { presses, choice } = choosing;
  if (dialog.choices[choice] === undefined || presses >= PRESSES_MAX)
    return refused({ order, member, choosing }, memory, "its dialog has no such choice");
  const { key, ends } = keyTo(dialog, choice, { presses, submit: backend.keys.submit });
  const action: Action = {
    do: "press",
    id: `${name}.choose.${at.toString(36)}`,
    target: name,
    session,
    run: choosing.run,
    keys: [key],
    dialog: { id: dialog.id, backend: backend.name },
    because: `a person chose ${JSON.stringify(dialog.choices[choice])}`,
  };
  const last = { id: action.id, at, pointed: dialog.pointed, ends };
  const next = { ...order, choosing: { ...choosing, presses: presses + 1, last } };
  return {
    memory: { ...memory, orders: { ...memory.orders, [order.id]: next } },
    actions: [action],
    due: at + SETTLE_MS,
  };
}

function handsOff({ inMode, humanAt }: Pane, at: Instant): string | null {
  if (inMode) return "somebody scrolls in its pane";
  if (humanAt !== null && Math.abs(at - humanAt) < HUMAN_MS) return "a person is typing there";
  return null;
}

function standing(memory: Memory, { name }: Member, dialog: Dialog | null): string {
  if (dialog !== null) return `another dialog stands there now: ${dialog.question.join(" ")}`;
  const one = memory.agents[name];
  return `the dialog is gone; ${name} is ${one === undefined ? "gone" : told(one)}`;
}

function refused({ order }: Asked, memory: Memory, why: string): Chosen {
  return { memory, actions: [answered(order, "refused", why)], due: null };
}

function answered({ id, names }: OpenOrder, state: "done" | "refused", because: string): Action {
  return answer(id, state, { because, outcomes: { [names[0] ?? ""]: because } });
}
