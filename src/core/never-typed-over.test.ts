// Enter and paste belong to whoever stands before the box.

import { expect, test } from "vitest";
import {
  done,
  drafted,
  look,
  order,
  outcomes,
  running,
  SCREENS,
  type Scene,
} from "../sim/scene.ts";

const ONE = `[[agent]]\nname = "a"\n`;

function typing(): Scene {
  const orders = [order("send", ["a"], { text: "hello" })];
  const sent = look(running(ONE, SCREENS.busy), 1000, { orders, screens: { a: SCREENS.idle } });
  expect(done(sent)).toEqual(["a: type hello"]);
  return sent;
}

test("a paste whose answer was lost is not followed by an Enter into what a person wrote meanwhile", () => {
  const late = look(typing(), 46_000, { screens: { a: drafted("rm -rf ") } });
  expect(done(late)).toEqual([]);
  expect(done(look(late, 5_000))).toEqual([]);
});

test("a paste whose answer was lost is submitted where it stands", () => {
  const late = look(typing(), 46_000, { screens: { a: drafted("hello") } });
  expect(done(late)).toEqual(["a: press Enter"]);
});

test("no Enter is pressed on a screen that cannot be seen: a dialog may stand there", () => {
  const sent = typing();
  const typed = look(sent, 40, {
    outcomes: outcomes(sent, "a"),
    screens: { a: drafted("hello") },
  });
  const blind = look(typed, 500, { panes: { a: { screen: null } } });
  expect(done(blind)).toEqual([]);
  expect(done(look(blind, 500, { screens: { a: SCREENS.asking } }))).toEqual([]);
  expect(done(look(blind, 500, { screens: { a: drafted("hello") } }))).toEqual(["a: press Enter"]);
});
