// Makes things earlier, never true: a callback when something in a directory may have changed. Each look reads
// again anyway, so a lost event costs one tick. node's own fs.watch on the directory, not chokidar: two
// directories of a few files need neither globs nor recursion, and it starts nothing and loads nothing.

import { watch as watchDirectory, type FSWatcher } from "node:fs";

export type Watched = {
  readonly dir: string;
  /** The one file that matters; null: all of them. Editors replace files, so the directory is watched. */
  readonly file: string | null;
};

export type Watch = {
  /** Call it on each look: a directory that was removed and made again is a new one, and no event says so. */
  rearm(): void;
  close(): void;
};

export function openWatch(watched: readonly Watched[], ring: () => void): Watch {
  let armed: readonly FSWatcher[] = [];
  const arm = ({ dir, file }: Watched): readonly FSWatcher[] => {
    try {
      const watcher = watchDirectory(dir, { persistent: false }, (_, name) => {
        if (file === null || name === null || name === file) ring();
      });
      // Out of watches, or gone: the next look rearms.
      watcher.on("error", () => {
        watcher.close();
      });
      return [watcher];
    } catch {
      return [];
    }
  };
  const close = (watchers: readonly FSWatcher[]): void => {
    for (const watcher of watchers) watcher.close();
  };
  const rearm = (): void => {
    const before = armed;
    armed = watched.flatMap(arm);
    close(before);
  };
  rearm();
  return {
    rearm,
    close: () => {
      close(armed);
      armed = [];
    },
  };
}
