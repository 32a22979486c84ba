import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { EXAMPLE_PEOPLE, startEmulator } from "../../emulator/src";
import { closing, startEngine } from "./engine";

const KEY = "sk-admin-research";

/** What is set of `maxRemovals` where, and what the refusal of four removals says; none: they are allowed. */
interface Case {
  readonly configured?: number;
  readonly environment?: number;
  /** The argument of the explicit provider. */
  readonly argument?: number;
  readonly told?: RegExp;
}

/** The ways out that one refusal names are taken by a later case. */
const CASES: readonly Case[] = [
  {
    configured: 2,
    argument: 4,
    told: /at most 2 \(openai-organization:maxRemovals\).* run: pulumi config set openai-organization:maxRemovals 4 .*: OPENAI_MAX_REMOVALS=4\)/,
  },
  { configured: 2, environment: 4 },
  // An explicit provider does not read the stack configuration.
  {
    configured: 4,
    told: /at most 3 \(the provider's maxRemovals\).* give the provider maxRemovals: 4 \(for one run, .*: OPENAI_MAX_REMOVALS=4\)/,
  },
  { configured: 4, argument: 4 },
  {
    configured: 4,
    environment: 1,
    argument: 4,
    told: /at most 1 \(OPENAI_MAX_REMOVALS\)(?!.*pulumi config set).* set OPENAI_MAX_REMOVALS=4/,
  },
  {
    environment: 4,
    argument: 2,
    told: /at most 2 \(the provider's maxRemovals\).* give the provider maxRemovals: 4 \(.*; OPENAI_MAX_REMOVALS does not override it\)/,
  },
];

test("a refusal names the limit in force, of the stack configuration, the environment, or a provider's argument or default, and a way that works", async () => {
  const research = closing(await startEmulator({ adminKey: KEY, users: EXAMPLE_PEOPLE }));
  const engine = await startEngine({ env: { RESEARCH_ADMIN_KEY: KEY } });
  const stackFile = `Pulumi.${engine.stack}.yaml`;
  const bare = await readFile(join(engine.sandbox.folder, stackFile), "utf8");
  for (const { configured, environment, argument, told } of CASES) {
    const config =
      configured === undefined ? "" : `config: { openai-organization:maxRemovals: ${configured} }\n`;
    await engine.sandbox.write(stackFile, bare + config);
    const args = { adminKeyVariable: "RESEARCH_ADMIN_KEY", baseUrl: research.url, maxRemovals: argument };
    // Each takes in alice alone, and so removes the other four.
    await engine.program(`
      const args = { members: { "alice@example.com": "owner" }, undeclaredMembers: "remove" };
      new openai.OrganizationRoster("people", args);
      const provider = new openai.OrganizationProvider("research", ${JSON.stringify(args)});
      new openai.OrganizationRoster("researchers", args, { provider });
    `);
    const env = environment === undefined ? {} : { OPENAI_MAX_REMOVALS: String(environment) };
    const { code, output } = await engine.tries(["preview"], { env });
    expect({ isRefused: code !== 0, output }).toEqual({
      isRefused: told !== undefined,
      output: expect.stringMatching(told ?? /to create/) as unknown,
    });
  }
});
