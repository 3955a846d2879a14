import { expect, test } from "vitest";
import { TROUBLES } from "./faults.ts";
import { isLate, kindOf, lineOf, shrunk, type Recipe } from "./shrink.ts";

test("one mistake is known again by another agent, at another hour, after other numbers", () => {
  const one = "2026-03-07T19:00:00.000Z a1 is killed as stalled after 0 nudges that reached it";
  const other = "2026-03-08T02:12:09.120Z a12 is killed as stalled after 1 nudges that reached it";
  expect(kindOf(one)).toBe("… is killed as stalled after N nudges that reached it");
  expect(kindOf(other)).toBe(kindOf(one));
});

test("what did not come in time is told from what was done wrongly", () => {
  const at = "2026-03-07T19:00:00.000Z";
  const late = [
    "at last a1 is down: waits for the usage limit of talker",
    "the order down a1 is never answered",
    "a1: a claim message is typed for an hour",
    "a1 is stopping for 180 s: stall",
  ];
  const wrong = [
    "a1 is stopped (stall: quiet for 300 s) while it is working",
    "builder is told again of: claim: the next step",
    "a1: Enter into a dialog",
  ];
  const lates = [...late, ...wrong].filter((what) => isLate(`${at} ${what}`));
  expect(lates).toEqual(late);
});

test("a failure shrinks to the fewest hours, and to the troubles that it needs", async () => {
  const played: Recipe[] = [];
  const small = await shrunk(
    { recipe: { seed: 9, hours: 20, without: [] }, what: "a1 is lost" },
    TROUBLES,
    async (recipe) => {
      played.push(recipe);
      const fails = recipe.hours >= 6 && !recipe.without.includes("clock");
      return fails ? ["a2 is typed over", `a${recipe.hours} is lost`] : ["a2 is typed over"];
    },
  );
  expect(small).toEqual({
    recipe: { seed: 9, hours: 6, without: TROUBLES.filter((one) => one !== "clock") },
    what: "a6 is lost",
  });
  expect(played.length).toBeLessThan(20);
});

test("what shrinking loses is not lost: the failure stays as it was found", async () => {
  const found = { recipe: { seed: 9, hours: 2, without: [] }, what: "a1 is lost" };
  expect(await shrunk(found, TROUBLES, async () => [])).toEqual(found);
});

test("a failure is one line to type", () => {
  const failure = {
    recipe: { seed: 9, hours: 6, without: ["disk", "git"] },
    what: "a1 is lost",
  } as const;
  expect(lineOf(failure)).toBe(
    "npm run soak -- --seed 9 --hours 6 --nights 1 --without disk,git   # a1 is lost",
  );
});
