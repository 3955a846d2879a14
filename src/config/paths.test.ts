import { posix } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anchor, directoryOf, normalize } from "./paths.ts";

test("a path is anchored at its base, at home, or nowhere", () => {
  const anchored = ["a/b", "./a", "../a", "/x/./y//z/", "~", "~/a", "~other", "", ".", "../../.."];
  expect(anchored.map((written) => anchor("/proj/fleet", written, "/home/u"))).toEqual([
    "/proj/fleet/a/b",
    "/proj/fleet/a",
    "/proj/a",
    "/x/y/z",
    "/home/u",
    "/home/u/a",
    "/proj/fleet/~other",
    "/proj/fleet",
    "/proj/fleet",
    "/",
  ]);
  expect(directoryOf("/proj/fleet/agents.toml")).toBe("/proj/fleet");
});

test("any path is normalized as the system would", () => {
  const part = fc.constantFrom("a", "b c", "..", ".", "", "é");
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const path = `/${parts.join("/")}`;
      expect(normalize(path)).toBe(posix.resolve(path));
    }),
  );
});
