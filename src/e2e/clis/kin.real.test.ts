// Who lives on after a stop, asked of real processes.

import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { end, kinOf, living } from "./kin.ts";

const until = async (is: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 200 && !is(); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
};

test("a child without any environment belongs to the home, also when its parent is gone", async () => {
  const home = `/nowhere/${process.pid}-${Date.now()}`;
  const env = { HOME: home, PATH: process.env["PATH"] ?? "" };
  const parent = spawn("sh", ["-c", "env -i sleep 60 & wait"], { env, stdio: "ignore" });
  await until(() => kinOf(home).size === 2);
  const kin = kinOf(home);
  expect(kin.size).toBe(2);
  const child = [...kin.keys()].find((pid) => pid !== parent.pid) ?? 0;
  parent.kill("SIGKILL");
  await until(() => living(kin, home).length === 1);
  expect([living(kin, home), kinOf(home).size]).toEqual([[child], 0]);
  end(child);
  await until(() => living(kin, home).length === 0);
  expect(living(kin, home)).toEqual([]);
});
