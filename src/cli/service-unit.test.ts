import { expect, test } from "vitest";
import { launchdList, systemdUnit } from "./service-unit.ts";

const SERVICE = {
  name: "agents-0123abcd",
  project: "/home/me/100% mine",
  argv: [
    "/usr/bin/node",
    "/opt/my tools/agents.cjs",
    "service",
    "run",
    "--config",
    '/p/$x/a"b.toml',
  ],
  env: { PATH: "/usr/bin:/bin", LANG: "C.UTF-8", ODD: 'a "b" 5%' },
  envFile: "/home/me/100% mine/log/service.env",
  silentSeconds: 60,
};

test("the unit says nothing that the system would read otherwise than it is meant", () => {
  expect(systemdUnit(SERVICE)).toMatchInlineSnapshot(`
    "[Unit]
    Description=agents: the fleet of /home/me/100%% mine

    [Service]
    Type=notify
    NotifyAccess=all
    ExecStart=/usr/bin/node "/opt/my tools/agents.cjs" service run --config "/p/$$x/a\\"b.toml"
    Environment=PATH=/usr/bin:/bin
    Environment=LANG=C.UTF-8
    Environment="ODD=a \\"b\\" 5%%"
    EnvironmentFile=-/home/me/100%% mine/log/service.env
    # Silent when no look was completed for this long: then it is started again.
    WatchdogSec=60
    Restart=always
    RestartSec=5
    # Agents live on tmux servers of their own: a stop, a restart or an upgrade of this unit touches none of them.
    KillMode=process

    [Install]
    WantedBy=default.target
    "
  `);
});

test("the property list is valid where names are odd", () => {
  const odd = { ...SERVICE, argv: ["/a&b", "<c>"], env: {} };
  expect(launchdList(odd)).toContain("<string>/a&amp;b</string>\n    <string>&lt;c&gt;</string>\n");
});
