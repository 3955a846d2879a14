import { posix } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anchor, directoryOf, normalize } from "./paths.ts";

test("a path is anchored at its base, at home, or nowhere", () => {
  const anchored = ["a/b", "./a", "../a", "/x/./y//z/", "~", "~/a", "~other", "", ".", "../../.."];
  expect(anchored.map((written) => anchor("/work/fleet", written, "/home/u"))).toEqual([
    "/work/fleet/a/b",
    "/work/fleet/a",
    "/work/a",
    "/x/y/z",
    "/home/u",
    "/home/u/a",
    "/work/fleet/~other",
    "/work/fleet",
    "/work/fleet",
    "/",
  ]);
  expect(directoryOf("/work/fleet/agents.toml")).toBe("/work/fleet");
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
