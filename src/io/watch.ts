// Makes things earlier, never true: a callback when a file or a directory of files may have changed. Each look
// reads again anyway, so a lost event costs one tick. The watching library loads when a watch is first opened.

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { FSWatcher } from "chokidar";

export type Watched = {
  readonly dir: string;
  /** The one file that matters, however editors replace it; null: all of them. */
  readonly file: string | null;
};

export type Watch = {
  /** Call it on each look: a directory that was removed and made again is a new one, and no event says so. */
  rearm(): void;
  close(): void;
};

type Armed = {
  /** Where this one is armed; another one means that it watches something that is not there any more. */
  place: string | null;
  watcher: FSWatcher | null;
};

export function openWatch(watched: readonly Watched[], ring: () => void): Watch {
  let closed = false;
  const all = watched.map((one) => ({ one, armed: disarmed() }));
  const arm = async (one: Watched, armed: Armed, place: string): Promise<void> => {
    const { watch } = await import("chokidar");
    if (closed || armed.place !== place) return;
    const path = one.file === null ? one.dir : join(one.dir, one.file);
    armed.watcher = watch(path, { ignoreInitial: true, atomic: false, depth: 0 });
    armed.watcher.on("all", ring);
    // What came before the watch stood rang no bell.
    armed.watcher.on("ready", ring);
    // Out of watches, or gone: the next look rearms.
    armed.watcher.on("error", () => disarm(armed));
  };
  const rearm = (): void => {
    for (const { one, armed } of all) {
      const place = placeOf(one);
      if (closed || armed.place === place) continue;
      disarm(armed);
      armed.place = place;
      if (place !== null) void arm(one, armed, place);
    }
  };
  rearm();
  return {
    rearm,
    close: () => {
      closed = true;
      for (const { armed } of all) disarm(armed);
    },
  };
}

const disarmed = (): Armed => ({ place: null, watcher: null });

function disarm(armed: Armed): void {
  void armed.watcher?.close();
  armed.watcher = null;
  armed.place = null;
}

/** Null while there is nothing to watch. A file that was missing has to be found again. */
function placeOf({ dir, file }: Watched): string | null {
  try {
    // A number is given again to the next directory; when it was made tells them apart.
    const { ino, birthtimeMs } = statSync(dir);
    const there = file === null || existsSync(join(dir, file));
    return `${ino} ${birthtimeMs} ${there}`;
  } catch {
    return null;
  }
}
