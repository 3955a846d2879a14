// The texts that make the system start a fleet's watchdog after a reboot: a systemd user unit and a launchd
// property list. Pure; the second was never tried on a Mac.

export type Service = {
  /** Of the unit; the same for the same project. */
  readonly name: string;
  readonly project: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** More of the environment, for a person to fill in; need not exist. */
  readonly envFile: string;
  /** The system starts it again when it was silent for so long. */
  readonly silentSeconds: number;
};

export function systemdUnit(service: Service): string {
  const env = Object.entries(service.env).map(
    ([name, value]) => `Environment=${word(`${name}=${value}`)}\n`,
  );
  return `[Unit]
Description=agents: the fleet of ${service.project.replaceAll("%", "%%")}

[Service]
Type=notify
NotifyAccess=all
ExecStart=${service.argv.map((each) => word(each).replaceAll("$", "$$$$")).join(" ")}
${env.join("")}EnvironmentFile=-${service.envFile.replaceAll("%", "%%")}
# Silent when no look was completed for this long: then it is started again.
WatchdogSec=${service.silentSeconds}
Restart=always
RestartSec=5
# Agents live on tmux servers of their own: a stop, a restart or an upgrade of this unit touches none of them.
KillMode=process

[Install]
WantedBy=default.target
`;
}

/** As systemd reads a word: quoted, with its own escapes, and no specifiers in it. */
function word(text: string): string {
  const inert = text.replaceAll("%", "%%");
  if (/^[\w@%+=:,./-]+$/.test(inert)) return inert;
  const escaped = inert.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
  return `"${escaped}"`;
}

/** AbandonProcessGroup is what KillMode=process is elsewhere. */
export function launchdList(service: Service): string {
  const words = service.argv.map((each) => `    <string>${xml(each)}</string>\n`).join("");
  const env = Object.entries(service.env)
    .map(([name, value]) => `    <key>${xml(name)}</key><string>${xml(value)}</string>\n`)
    .join("");
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key><string>${xml(service.name)}</string>
  <key>ProgramArguments</key>
  <array>
${words}  </array>
  <key>EnvironmentVariables</key>
  <dict>
${env}  </dict>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><true/>
  <key>AbandonProcessGroup</key><true/>
</dict>
</plist>
`;
}

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
