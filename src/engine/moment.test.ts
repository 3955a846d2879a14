// What is kept of the moment in which something was decided.

import { expect, test } from "vitest";
import { look, order, running, SCREENS, type Scene } from "../sim/scene.ts";
import { momentOf } from "./moment.ts";

const ONE = `[[agent]]\nname = "a"\nwatch = "heal"\n`;

function moments({ actions, setting, memory, panes }: Scene): readonly string[] {
  const screens = Object.fromEntries(
    Object.entries(panes).map(([name, { screen }]) => [name, screen?.text ?? ""]),
  );
  return actions.flatMap((action) => {
    const moment = momentOf(action, { setting, memory, screens });
    const { verdict, screen, stallIdleMs } = moment?.details ?? {};
    return moment === null
      ? []
      : [`${action.do} ${JSON.stringify({ verdict, stallIdleMs })} ${String(screen)}`];
  });
}

test("a message, a limit and a question are kept with screen, verdict and threshold", () => {
  const orders = [order("send", ["a"], { text: "hello" })];
  const [said] = moments(look(running(ONE), 1000, { orders }));
  const [held] = moments(look(running(ONE), 1000, { screens: { a: SCREENS.limited } }));
  const [asks] = moments(look(running(ONE), 1000, { screens: { a: SCREENS.asking } }));
  expect([said, held, asks].map((one) => one?.split("\n")[0])).toEqual([
    expect.stringMatching(/^type \{"verdict":\{"is":"idle"\},"stallIdleMs":\d+\} ● done$/),
    expect.stringMatching(/^note \{"verdict":\{"is":"limited",.* usage limit reached/),
    expect.stringMatching(/^note \{"verdict":\{"is":"asking",.* Do you want to run this command/),
  ]);
});

test("where nothing was decided from a screen, nothing is kept", () => {
  const orders = [order("pause", ["a"])];
  expect(moments(look(running(ONE), 1000, { orders }))).toEqual([]);
});
