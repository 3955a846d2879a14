// The real disk: private under any umask, whole or not at all, honest about failures, and durable against kill -9.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterAll, describe, expect, test } from "vitest";
import { openStore } from "../engine/store.ts";
import { realDisk } from "./disk.ts";

const home = realpathSync(mkdtempSync(join(tmpdir(), "disk-")));
const fine = { ok: true, value: null };
let count = 0;

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

function place(): string {
  count += 1;
  const dir = join(home, `${count}`);
  mkdirSync(dir);
  return dir;
}

/** Runs TypeScript against the real modules in a process of its own. */
function program(name: string, contents: string): string {
  const outfile = join(home, `${name}.mjs`);
  buildSync({
    stdin: { contents, resolveDir: import.meta.dirname, loader: "ts" },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
  });
  return outfile;
}

const memory = `{ v: 1, fleet: { wanted: "up", server: null, resumedAt: n, brakeAt: null }, agents: {}, loops: {}, holds: {}, orders: {} }`;

describe("the disk", () => {
  test.each(["000", "022", "077"])("everything it makes is private under umask %s", (umask) => {
    const dir = place();
    const file = program(
      `umask-${umask}`,
      `import { realDisk as d } from "./disk.ts";
       process.umask(0o${umask});
       const dir = process.argv[2];
       d.mkdir(dir + "/a/b"); d.write(dir + "/a/b/whole", "x"); d.append(dir + "/a/b/line", "x");`,
    );
    execFileSync(process.execPath, [file, dir]);
    const modes = ["a", "a/b", "a/b/whole", "a/b/line"].map((name) =>
      (statSync(join(dir, name)).mode & 0o777).toString(8),
    );
    expect(modes).toEqual(["700", "700", "600", "600"]);
  });

  test("a directory and a file that others could read are closed to them", () => {
    const dir = place();
    chmodSync(dir, 0o777);
    writeFileSync(join(dir, "log"), "a", { mode: 0o644 });
    expect(realDisk.mkdir(dir)).toEqual(fine);
    expect(realDisk.append(join(dir, "log"), "b")).toEqual(fine);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, "log")).mode & 0o777).toBe(0o600);
  });

  test.runIf(process.getuid?.() === 0)("a directory of another user is refused", () => {
    const dir = place();
    execFileSync("chown", ["65534", dir]);
    expect(realDisk.mkdir(dir)).toEqual({
      ok: false,
      failure: `cannot make ${dir}: it belongs to user 65534, not to you`,
    });
  });

  test("what is written, appended and renamed is read back, whole or in stretches", () => {
    const dir = place();
    const path = join(dir, "f");
    realDisk.append(path, "häl");
    realDisk.append(path, "lo");
    expect(readFileSync(path, "utf8")).toBe("hällo");
    realDisk.write(path, "0123456789");
    const text = (found: ReturnType<typeof realDisk.read>): string | null =>
      found.ok && found.value !== null ? Buffer.from(found.value).toString() : null;
    expect(text(realDisk.read(path))).toBe("0123456789");
    expect(text(realDisk.read(path, { from: 8, length: 9 }))).toBe("89");
    expect(realDisk.size(path)).toEqual({ ok: true, value: 10 });
    expect(realDisk.rename(path, join(dir, "g"))).toEqual(fine);
    expect(realDisk.list(dir)).toEqual({
      ok: true,
      value: [{ name: "g", size: 10, at: expect.any(Number) }],
    });
    expect([realDisk.remove(join(dir, "g")), realDisk.remove(join(dir, "g"))]).toEqual([
      fine,
      fine,
    ]);
  });

  test("what is not there is null or empty, not a failure", () => {
    const path = join(place(), "none");
    const nothing = { ok: true, value: null };
    expect([
      realDisk.read(path),
      realDisk.read(path, { from: 0, length: 1 }),
      realDisk.size(path),
    ]).toEqual([nothing, nothing, nothing]);
    expect(realDisk.list(path)).toEqual({ ok: true, value: [] });
  });

  test("failures are sentences, and a failed write leaves nothing behind", () => {
    const dir = place();
    mkdirSync(join(dir, "taken", "x"), { recursive: true });
    expect(realDisk.write(join(dir, "taken"), "x")).toEqual({
      ok: false,
      failure: `cannot write ${join(dir, "taken")}: illegal operation on a directory (EISDIR)`,
    });
    expect(realDisk.read(join(dir, "taken"))).toEqual({
      ok: false,
      failure: `${join(dir, "taken")} is a directory, not a file`,
    });
    expect(readdirSync(dir)).toEqual(["taken"]);
  });

  test("a FIFO does not hold it up, and a symbolic link is not appended through", () => {
    const dir = place();
    execFileSync("mkfifo", [join(dir, "fifo")]);
    writeFileSync(join(dir, "target"), "");
    symlinkSync(join(dir, "target"), join(dir, "link"));
    const results = [
      realDisk.read(join(dir, "fifo")),
      realDisk.append(join(dir, "fifo"), "x"),
      realDisk.append(join(dir, "link"), "x"),
    ];
    expect(results.map((result) => result.ok)).toEqual([false, false, false]);
    expect(realDisk.read(join(dir, "fifo"), { from: 0, length: 1 })).toEqual(fine);
  });
});

describe("memory on the real disk", () => {
  test("kill -9 at any moment loses no state that was saved", { timeout: 20_000 }, async () => {
    const file = program(
      "saver",
      `import { realDisk } from "./disk.ts";
       import { openStore } from "../engine/store.ts";
       import { writeSync } from "node:fs";
       const store = openStore(realDisk, process.argv[2], 0);
       for (let n = store.memory?.fleet.resumedAt ?? 0; ; n += 1) {
         if (store.save(${memory}).ok) writeSync(1, n + "\\n");
       }`,
    );
    const dir = place();
    for (let round = 0; round < 6; round += 1) {
      const child = spawn(process.execPath, [file, dir], { stdio: ["ignore", "pipe", "inherit"] });
      let said = "";
      child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
      await once(child.stdout, "data");
      await new Promise((resolve) => setTimeout(resolve, 20 + round * 17));
      child.kill("SIGKILL");
      await once(child, "close");
      const acknowledged = Number(said.trim().split("\n").at(-1));
      const { memory: found, refusal } = openStore(realDisk, dir, 0);
      expect(refusal).toBeNull();
      expect([acknowledged, acknowledged + 1]).toContain(found?.fleet.resumedAt);
    }
    expect(readdirSync(dir)).toEqual(["memory.jsonl"]);
  });

  test("on a full file system the saved state stays, and saving goes on when there is room", (context) => {
    const dir = place();
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=32k,mode=700", "tmpfs", dir]);
    if (mounted.status !== 0) context.skip("a small tmpfs cannot be mounted here");
    try {
      const state = (
        n: number,
        padding: number,
      ): Parameters<ReturnType<typeof openStore>["save"]>[0] => ({
        v: 1,
        fleet: {
          wanted: "up",
          server: { pid: n, started: "x".repeat(padding) },
          resumedAt: null,
          brakeAt: null,
        },
        agents: {},
        loops: {},
        holds: {},
        orders: {},
      });
      const store = openStore(realDisk, dir, 0);
      const results = Array.from({ length: 20 }, (_, n) => store.save(state(n, 4000)));
      const good = results.findIndex((result) => !result.ok);
      expect(good).toBeGreaterThan(1);
      expect(results[good]).toEqual({
        ok: false,
        failure: `cannot write ${join(dir, "memory.jsonl")}: no space left on device (ENOSPC)`,
      });
      const left = openStore(realDisk, dir, 0).memory;
      expect(left?.fleet.server?.pid).toBeGreaterThanOrEqual(good - 1);
      execFileSync("mount", ["-o", "remount,size=256k", dir]);
      expect(store.save(state(99, 4000))).toEqual(fine);
      expect(openStore(realDisk, dir, 0).memory).toEqual(state(99, 4000));
    } finally {
      spawnSync("umount", [dir]);
    }
  });
});
