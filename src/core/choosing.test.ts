// An answer to a dialog: pressed key by key, only into the dialog that was meant, and told at once when it is not that.

import { expect, test } from "vitest";
import { done, look, order, running, SCREENS, type Change, type Scene } from "../sim/scene.ts";
import { dialogOf } from "./choices.ts";

const ask = (what: string, pointed: number): string =>
  ["Do you want to run this command?", `  ${what}`]
    .concat(["Yes", "Always", "No"].map((w, at) => `${at === pointed ? "❯" : " "} ${at + 1}. ${w}`))
    .concat("", "Esc to cancel")
    .join("\n");

const asks = (what = "rm -r build", pointed = 0): Change => ({
  screens: { a: ask(what, pointed) },
});
const from = look(running(`[[agent]]\nname = "a"\n`), 1000, asks());
const dialog = dialogOf(from.setting.config.backends["talker"]!, ask("rm -r build", 0))!.id;

function chosen(choice: number, more: Change = {}, args: Record<string, string> = {}): Scene {
  const given = { dialog, choice: String(choice), run: from.agent("a").run?.id ?? "", ...args };
  return look(from, 1000, { orders: [order("answer", ["a"], given)], ...more });
}

const answers = ({ actions }: Scene): readonly string[] =>
  actions.flatMap((one) => (one.do === "answer" ? [`${one.state}: ${one.because}`] : []));

test("the pointer is moved one key a look, Enter follows when it stands there, and the dialog's end is the receipt", () => {
  const first = chosen(2);
  const still = look(first, 500);
  const moved = look(still, 100, asks("rm -r build", 1));
  const there = look(moved, 100, asks("rm -r build", 2));
  const gone = look(there, 300, { screens: { a: SCREENS.busy } });
  expect([first, still, moved, there, gone].map((one) => [...done(one), ...answers(one)])).toEqual([
    ["a: press Down"],
    [],
    ["a: press Down"],
    ["a: press Enter"],
    ["done: pressed, and the dialog is gone"],
  ]);
});

test("the key carries the dialog that it is meant for", () => {
  expect(chosen(0).actions.find((one) => one.do === "press")).toMatchObject({
    keys: ["Enter"],
    because: 'a person chose "Yes"',
    dialog: { id: dialog, backend: "talker" },
  });
});

test("another dialog, another incarnation, or none is not answered", () => {
  const all = [
    chosen(0, asks("rm -r /")),
    chosen(0, { screens: { a: SCREENS.idle } }),
    chosen(0, {}, { run: "r0" }),
    chosen(7),
    chosen(0, { panes: { a: { humanAt: from.at } } }),
    chosen(0, { panes: { a: { inMode: true } } }),
  ];
  expect(all.map((one) => [...done(one), ...answers(one)])).toEqual([
    ["refused: another dialog stands there now: Do you want to run this command? rm -r /"],
    ["refused: the dialog is gone; a is up"],
    ["refused: the a that asked is not there any more"],
    ["refused: its dialog has no such choice"],
    ["refused: a person is typing there"],
    ["refused: somebody scrolls in its pane"],
  ]);
});

test("a key that did nothing is not pressed again", () => {
  const late = look(look(chosen(1), 1000), 2_100);
  expect([...done(late), ...answers(late)]).toEqual([
    "refused: its dialog still stands there: the key did nothing",
  ]);
});

test("a key that was refused by the terminal ends the answer with the reason", () => {
  const first = chosen(0);
  const [pressed] = first.actions.filter((one) => one.do === "press");
  const failure = "the dialog changed just before the key: nothing was pressed";
  const back = { id: pressed?.id ?? "", target: "a", ok: false, failure, left: [], weight: null };
  expect(answers(look(first, 50, { outcomes: [back] }))).toEqual([`refused: ${failure}`]);
});

test("an answer that nobody could read the screen for expires", () => {
  const blind = chosen(0, { panes: { a: { screen: null } } });
  expect(answers(look(blind, 8 * 86_400_000))).toEqual([
    "expired: its screen could not be read in time",
  ]);
});

test("a message into a dialog is refused at once, with the question and the way to answer it", () => {
  const sent = look(from, 1000, { orders: [order("send", ["a"], { text: "go on" })] });
  expect(done(sent)).toEqual([]);
  expect(answers(sent)).toEqual([
    expect.stringMatching(/^refused: a asks: Do you want .*: see `agents answer a`$/),
  ]);
  expect(sent.agent("a").says.filter((say) => say.order !== null)).toEqual([]);
});
