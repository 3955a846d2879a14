// What `agents` is compared with, in the same run and on the same fleet: a supervisor in Python that was
// given with --reference, or a lane that does for each agent what such a supervisor must: two tmux calls.

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cpuMs, familyMs } from "./proc.mjs";
import { median } from "./ours.mjs";

/** Runs the reference's own loop and takes a sample at each pause between two ticks: CPU, processes started. */
const SAMPLER = `
import importlib.util, json, resource, subprocess, sys, time
path, config, ticks = sys.argv[1], sys.argv[2], int(sys.argv[3])
sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("reference", path)
reference = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reference)
server = subprocess.run(["tmux", "display-message", "-p", "#{pid}"], capture_output=True, text=True).stdout.strip()
started, begin, pause, samples = [0], subprocess.Popen.__init__, time.sleep, []
def counted(self, *args, **named):
    started[0] += 1
    return begin(self, *args, **named)
subprocess.Popen.__init__ = counted
def now():
    own, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    used = own.ru_utime + own.ru_stime + theirs.ru_utime + theirs.ru_stime
    with open(f"/proc/{server}/schedstat") as file:
        return used * 1000 + int(file.read().split()[0]) / 1e6, started[0]
def between(seconds):
    if sys._getframe(1).f_code.co_name != "watchdog_loop":
        return pause(seconds)
    samples.append(now())
    if len(samples) > ticks:
        print(json.dumps(samples))
        sys.stdout.flush()
        raise SystemExit(0)
    pause(seconds)
reference.time.sleep = between
reference.log = lambda message: None
reference.watchdog_loop(config)
`;

/** The first sample ends the first tick, which is a heavy one; what lies between two is an ordinary tick. */
export const referenceTicks = (ground, { reference, ticks }) => {
  const python = pythonOf();
  const begun = ground.run(python, reference, "up", "--config", ground.config);
  if (begun.code !== 0) throw new Error(`the reference did not come up: ${begun.err}`);
  ground.run("tmux", "kill-session", "-t", "=b-watchdog");
  const sampler = join(ground.dir, "sampler.py");
  writeFileSync(sampler, SAMPLER);
  const statusMs = median(
    [1, 2, 3].map(() => ground.run(python, reference, "status", "--config", ground.config).wallMs),
  );
  const ran = ground.run(python, sampler, reference, ground.config, String(ticks));
  if (ran.code !== 0) throw new Error(`the reference did not tick: ${ran.err}`);
  const samples = JSON.parse(ran.out.trim().split("\n").at(-1));
  const steps = samples
    .slice(1)
    .map((sample, at) => sample.map((value, part) => value - samples[at][part]));
  const downMs = ground.run(python, reference, "down", "--config", ground.config).wallMs;
  return {
    name: "reference",
    cpuMs: median(steps.map(([used]) => used)),
    forks: median(steps.map(([, forks]) => forks)),
    upMs: begun.wallMs,
    statusMs,
    downMs,
  };
};

/** A shim on PATH may need the person's own home. */
const pythonOf = () => {
  const asked = ["-c", "import sys; print(sys.executable)"];
  const ran = spawnSync("python3", asked, { encoding: "utf8" });
  if (ran.status !== 0) throw new Error("--reference needs python3");
  return ran.stdout.trim();
};

/** One has-session and one capture-pane a tick and agent, each a process. */
export const forkTicks = (ground, { count, ticks }) => {
  const sessions = Array.from({ length: count }, (_, at) => `b-a${at}`);
  const begin = join(ground.dir, "begin.tmux");
  writeFileSync(
    begin,
    sessions.map((name) => `new-session -d -s ${name} 'sleep 100000'\n`).join(""),
  );
  const tmux = (...args) => ground.run("tmux", "-f", "/dev/null", "-L", "forks", ...args);
  const begun = tmux("start-server", ";", "source-file", begin);
  if (begun.code !== 0) throw new Error(`tmux did not start the fleet: ${begun.err}`);
  const server = Number(tmux("display-message", "-p", "#{pid}").out);
  const used = () => familyMs(process.pid) + cpuMs(server);
  const spent = Array.from({ length: ticks }, () => {
    const before = used();
    for (const name of sessions) {
      tmux("has-session", "-t", `=${name}`);
      tmux("capture-pane", "-p", "-t", `=${name}:`);
    }
    return used() - before;
  });
  return {
    name: "a fork per query",
    cpuMs: median(spent),
    forks: 2 * count,
    upMs: null,
    statusMs: null,
    downMs: null,
  };
};
