// The doorbell on a real tmux: hanging it never brings down the server that it listens to.

import { afterAll, expect, test } from "vitest";
import { must, openLab } from "./tmux-lab.ts";

const lab = openLab(process.env);
afterAll(() => lab.end());

const ROUNDS = 6;

test("agents that all start on a fresh server survive the bell that is hung meanwhile", async () => {
  const names = Array.from({ length: 20 }, (_, at) => `a${10 + at}`);
  for (let round = 0; round < ROUNDS; round += 1) {
    const { terminal } = lab.open();
    terminal.onRing(() => undefined);
    const starts = names.map((name) => terminal.start(lab.spec(name, ["sleep", "1000"])));
    await Promise.race(starts);
    await Promise.all([...starts, terminal.look()]);
    const { rows } = must(await terminal.look());
    expect(rows.map(({ session }) => session).toSorted()).toEqual(names);
    await Promise.all(names.map((name) => terminal.close(name, `run-${name}`)));
    await terminal.leave({ end: true });
  }
}, 60_000);
