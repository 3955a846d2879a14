// The whole terminal for one program: the other screen, keys as they are pressed, and everything as it was
// before when it is given back, however the process ends (short of SIGKILL). It knows nothing of what is shown.

type News =
  | { readonly is: "typed"; readonly text: string }
  /** Another size, or back from the background: everything has to be drawn again. */
  | { readonly is: "anew" }
  /** Nobody is there any more. */
  | { readonly is: "gone" };

type FullScreen = {
  readonly size: () => { readonly rows: number; readonly columns: number };
  readonly write: (text: string) => void;
  /** Lends the terminal to somebody else, and takes it again. */
  readonly lend: () => void;
  readonly take: () => void;
  /** As Ctrl-Z does for other programs. */
  readonly suspend: () => void;
  readonly close: () => void;
};

/** The other screen, no cursor, no wrapping, and pasted text marked as such. */
const ENTER = "\u001B[?1049h\u001B[?25l\u001B[?7l\u001B[?2004h";
const LEAVE = "\u001B[?2026l\u001B[?2004l\u001B[?7h\u001B[0m\u001B[?25h\u001B[?1049l";
const NOT_STOPPED_MS = 100;
const FALLBACK = { rows: 24, columns: 80 };

export function openFullScreen(hear: (news: News) => void): FullScreen {
  const { stdin, stdout } = process;
  let ours = false;
  const take = (): void => {
    if (ours) return;
    ours = true;
    stdin.setRawMode(true);
    stdin.resume();
    stdout.write(ENTER);
  };
  const lend = (): void => {
    if (!ours) return;
    ours = false;
    stdout.write(LEAVE);
    stdin.setRawMode(false);
    stdin.pause();
  };
  const typed = (bytes: Buffer): void => hear({ is: "typed", text: decoder.decode(bytes, MORE) });
  const decoder = new TextDecoder();
  const anew = (): void => {
    if (ours) hear({ is: "anew" });
  };
  const gone = (): void => hear({ is: "gone" });
  const stop = stopper({ lend, take, anew, held: () => ours });
  stdin.on("data", typed);
  stdin.on("end", gone);
  stdin.on("error", gone);
  stdout.on("resize", anew);
  // Also after a throw that nobody caught, and after a second signal.
  process.on("exit", lend);
  stop.listen();
  take();
  return {
    size: () => ({
      rows: stdout.rows > 0 ? stdout.rows : FALLBACK.rows,
      columns: stdout.columns > 0 ? stdout.columns : FALLBACK.columns,
    }),
    write: (text) => void stdout.write(text),
    lend,
    take,
    // To the whole job, as the terminal would: a wrapper around this program stops as well.
    suspend: () => void process.kill(0, "SIGTSTP"),
    close: () => {
      lend();
      stop.close();
      stdin.off("data", typed);
      stdin.off("end", gone);
      stdin.off("error", gone);
      stdout.off("resize", anew);
      process.off("exit", lend);
    },
  };
}

const MORE = { stream: true };

type Stopped = {
  readonly lend: () => void;
  readonly take: () => void;
  readonly anew: () => void;
  readonly held: () => boolean;
};

/** Stopped as any other program is: with the terminal as it was, which is taken again afterwards. */
function stopper({ lend, take, anew, held }: Stopped): { listen(): void; close(): void } {
  let resting = false;
  const back = (): void => {
    if (!resting) return;
    resting = false;
    process.on("SIGTSTP", stop);
    take();
    anew();
  };
  const continued = (): void => {
    // Stopped without being asked (SIGSTOP): a shell may have used the terminal meanwhile.
    if (!resting && held()) {
      lend();
      take();
      anew();
    }
    back();
  };
  const stop = (): void => {
    // Whoever has the terminal just now looks after it himself.
    if (!held()) return;
    resting = true;
    lend();
    process.off("SIGTSTP", stop);
    process.kill(process.pid, "SIGTSTP");
    // Where no shell could ever continue it, the system does not stop it.
    setTimeout(back, NOT_STOPPED_MS);
  };
  return {
    listen: () => {
      process.on("SIGTSTP", stop);
      process.on("SIGCONT", continued);
    },
    close: () => {
      process.off("SIGTSTP", stop);
      process.off("SIGCONT", continued);
    },
  };
}
