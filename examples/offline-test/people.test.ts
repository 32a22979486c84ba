// Runs the program on the real Pulumi engine, against an organization in memory: npm test. No network, no key, and a
// throw-away backend, so that nothing of yours is touched. All it needs is the Pulumi CLI on the path.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { pathToFileURL } from "node:url";

import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { startEmulator, type Emulator } from "pulumi-openai-organization/emulator";

import { declarePeople } from "./people";

let organization: Emulator;
let folder: string;
let stack: Stack;

beforeEach(async () => {
  organization = await startEmulator({
    users: [
      { id: "user-alice", email: "alice@example.com", role: "owner" },
      { id: "user-bob", email: "bob@example.com", role: "member" },
      { id: "user-carol", email: "carol@example.com", role: "member" },
    ],
  });
  folder = await mkdtemp(join(tmpdir(), "people-"));
  // For the program, which runs in this process, and for the CLI, which gets this process's environment.
  Object.assign(process.env, {
    OPENAI_BASE_URL: organization.url,
    OPENAI_ADMIN_KEY: organization.adminKey,
    PULUMI_BACKEND_URL: pathToFileURL(folder).href,
    PULUMI_CONFIG_PASSPHRASE: "test",
  });
  const program = (): Promise<void> => {
    declarePeople();
    return Promise.resolve();
  };
  stack = await LocalWorkspace.createStack(
    { stackName: "test", projectName: "people", program },
    { workDir: folder },
  );
});

afterEach(async () => {
  await organization.close();
  await rm(folder, { recursive: true, force: true });
});

function roleOf(userId: string): string | null | undefined {
  return organization.users.get(userId)?.role;
}

test("the program makes bob an owner, removes nobody, and repairs what was changed elsewhere", async () => {
  await stack.up();
  assert.deepEqual(["user-alice", "user-bob", "user-carol"].map(roleOf), ["owner", "owner", "member"]);
  assert.equal(organization.requests.counts().delete_user, 0);

  organization.users.change("user-bob", { role: "member" });
  const { summary } = await stack.up({ refresh: true });
  assert.equal(summary.resourceChanges?.update, 1);
  assert.equal(roleOf("user-bob"), "owner");
});

test("somebody who has left the organization fails the preview, by name", async () => {
  organization.users.remove("user-carol");
  await assert.rejects(stack.preview(), /"carol@example\.com" is in the organization/);
});
