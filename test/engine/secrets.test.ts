import { gzipSync } from "node:zlib";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { yaml } from "./doors";
import { closing, startEngine, type Engine } from "./engine";
import { canaryKey, leakingFiles, leaksIn } from "./leaks";
import { processesOf } from "./processes";
import { Sandbox } from "../../tools/sandbox";

/** Names people both ways and asks a data source through each door, so that the key is used in every process. */
const PROGRAM = `
  const bob = new openai.OrganizationUserRole("bob", { userId: "user-bob", role: "owner" });
  new openai.OrganizationUserRole("carol", { email: "carol@example.com", role: "owner" });
  exports.owners = openai
    .getOrganizationUsersOutput({ role: "owner" }, { dependsOn: [bob] })
    .users.apply((users) => users.map((user) => user.userId));
  const type = "openai-organization:index:OrganizationUserRole";
  const dan = new pulumi.CustomResource(type, "dan", { email: "dan@example.com", role: "owner", userId: undefined });
  exports.dan = dan.userId.apply((userId) =>
    pulumi.runtime.invoke("openai-organization:index:getOrganizationUser", { userId }));
`;

const VERBOSE = ["-v=9", "--logtostderr"];

const onLinux = process.platform === "linux";

/** Runs everything that says or keeps something; answers all that was said, and the arguments of every process. */
async function runEverything(engine: Engine): Promise<string> {
  const said: string[] = [];
  let running = 0;
  engine.organization.inject({
    when: () => {
      const processes = onLinux ? processesOf(engine.sandbox.folder) : [];
      running = Math.max(running, processes.length);
      said.push(...processes);
      return false;
    },
    fault: { kind: "reset", when: "before" },
  });
  const run = async (...args: readonly string[]): Promise<void> => {
    said.push((await engine.pulumi(...args)).output);
  };
  await run("up", "--yes", "--skip-preview", ...VERBOSE);
  engine.organization.users.change("user-bob", { role: "member" });
  await run("preview", "--diff");

  // The server knows the key no more, and its refusal echoes the ends of it.
  const key = engine.organization.adminKey;
  engine.organization.setAdminKey("sk-admin-rotated");
  said.push((await engine.fails("up", ...VERBOSE)).output);
  engine.organization.setAdminKey(key);

  await run("destroy", "--yes", "--skip-preview", ...VERBOSE);
  // The CLI, its language host, the program, the provider behind each door: the search does see them.
  if (onLinux) expect(running).toBeGreaterThanOrEqual(4);
  return said.join("\n");
}

/**
 * The one line that shows a key of the stack configuration: the engine's own, in which it logs at -v=9 what it is about to
 * send to any dynamic provider, or has a plugin check. The former is written before this package is even loaded.
 */
const ENGINES_OWN =
  /arshaling property for RPC\[Provider\[\w+\]\.(?:Configure\(\)|CheckConfig\(\S+\))\.inputs\]: value=/;

test("the admin key from the environment is in no output, no log, no file and no argument, and no process is left", async () => {
  const [adminKey, configured] = [canaryKey(), canaryKey()];
  const engine = await startEngine({
    program: PROGRAM,
    refreshes: true,
    links: yaml.links,
    adminKey,
    // Its program is a process, as it is for users.
    env: { PULUMI_DEBUG_LANGUAGES: undefined },
  });
  await engine.configure({ "openai-organization:adminKey": { secret: configured } });
  const said = await runEverything(engine);
  const leaks = [...leaksIn(said, adminKey), ...leaksIn(said, configured)];
  expect(leaks.filter((line) => !ENGINES_OWN.test(line) || line.includes(adminKey))).toEqual([]);
  for (const key of [adminKey, configured])
    expect(await leakingFiles(engine.sandbox.folder, key)).toEqual([]);
  if (onLinux) expect(await processesLeft(engine.sandbox.folder)).toEqual([]);
});

/** What is left once whatever is about to end has had the time to. */
async function processesLeft(folder: string): Promise<readonly string[]> {
  const giveUpAt = Date.now() + 10_000;
  while (processesOf(folder).length > 0 && Date.now() < giveUpAt) await sleep(100);
  return processesOf(folder);
}

test("the search would find a key: in plain text, in part, and encoded", async () => {
  const key = canaryKey();
  const hidden = [
    `error: ${key}`,
    key.slice(9, 25),
    encodeURIComponent(key),
    ...["", "x", "xy"].map((before) => Buffer.from(`${before}${key} and more`).toString("base64")),
  ];
  for (const text of hidden) expect(leaksIn(`first\n${text}\nlast`, key)).toEqual([text]);
  expect(leaksIn("sk-admin-canary", key)).toEqual([]);

  const sandbox = closing(await Sandbox.open({ pulumi: "pulumi", files: { "deep/er/file": key } }));
  await writeFile(join(sandbox.folder, "packed.gz"), gzipSync(key));
  expect((await leakingFiles(sandbox.folder, key)).toSorted()).toEqual(["deep/er/file", "packed.gz"]);
});

test("a secret email is in plain text in no state, line or error", async () => {
  const alice = `new openai.OrganizationUserRole("alice", { userId: "user-alice", role: "owner" });`;
  const secretly = (name: string, email: string, role: string): string =>
    `new openai.OrganizationUserRole("${name}", { email: pulumi.secret("${email}@example.com"), role: "${role}" });`;
  const engine = await startEngine({ program: alice + secretly("bob", "Bob", "owner"), refreshes: true });
  const said = [(await engine.up("--diff")).output, await readFile(await engine.stateFile(), "utf8")];
  await engine.program(alice + secretly("bob", "Bob", "member") + secretly("again", "bob", "member"));
  const refused = await engine.fails("preview", "--diff");
  expect(refused.output).toContain('Two resources of this program declare "[secret]"');
  await engine.program(alice);
  const removed = await engine.up("--diff");
  expect(removed.output).toMatch(/removed .*"user-bob"/);
  expect([...said, refused.output, removed.output].join("\n")).not.toMatch(/bob@example/i);
});
