// The questions of `agents init`, and what the answers mean.

import { expect, test } from "vitest";
import { wishesOf, type Wishes } from "./init-questions.ts";

async function told(
  backends: readonly string[],
  ...answers: readonly (string | null)[]
): Promise<{ readonly wishes: Wishes | string; readonly asked: number }> {
  let asked = 0;
  const line = async (): Promise<string | null> => answers[asked++] ?? null;
  const wishes = await wishesOf(line, backends).catch(String);
  return { wishes, asked };
}

test("Enter all the way is one worker of the first program", async () => {
  const wishes = { backend: "one", shape: { is: "workers", count: 1 } };
  expect(await told(["one", "two"], "", "", "")).toEqual({ wishes, asked: 3 });
});

test("where one program is installed, nobody is asked which", async () => {
  const wishes = { backend: "one", shape: { is: "loop" } };
  expect(await told(["one"], "loop")).toEqual({ wishes, asked: 1 });
});

test("a program is named by number or by its beginning, and what is no answer is asked again", async () => {
  const three = { is: "workers", count: 3 };
  expect(await told(["one", "two"], "9", "Tw", "w", "0", "3")).toEqual({
    wishes: { backend: "two", shape: three },
    asked: 5,
  });
  expect(await told(["one", "two"], "2", "l")).toMatchObject({ wishes: { backend: "two" } });
});

test("who goes away, or never answers, gets nothing written", async () => {
  expect([await told(["one"], null), await told(["one"], "x", "y", "z")]).toEqual([
    { wishes: "Refusal: nothing was written", asked: 1 },
    { wishes: expect.stringMatching(/^Refusal: no answer to: Workers/), asked: 3 },
  ]);
});
