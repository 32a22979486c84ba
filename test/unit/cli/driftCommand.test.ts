import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { organizationHere, runHere } from "./organizationHere";

const URN = (name: string, type = "OrganizationUserRole"): string =>
  `urn:pulumi:dev::people::pulumi-nodejs:dynamic/openai:${type}::${name}`;
const PROVIDER = "urn:pulumi:dev::people::pulumi:providers:pulumi-nodejs::default::x";

/** What Pulumi's Automation API does in a project, as a module that the command loads. */
interface Sdk {
  /** The selected stack. Default: `dev`. */
  readonly selected?: string | null;
  readonly events?: readonly object[];
  /** What the preview fails with. */
  readonly error?: string;
  /** What selecting a stack fails with. */
  readonly refused?: string;
}

const here = organizationHere([
  { id: "user-alice", email: "alice@example.com", name: "Alice", role: "member" },
  { id: "user-bob", email: "bob@example.com", name: "Bob", role: "owner" },
]);

/** Installs the SDK in a project, and answers what it was asked. */
async function install(sdk: Sdk, project = here.folder): Promise<() => readonly unknown[]> {
  const module = join(project, "node_modules", "@pulumi", "pulumi");
  await mkdir(join(module, "automation"), { recursive: true });
  await writeFile(join(module, "package.json"), '{ "name": "@pulumi/pulumi", "version": "3.248.0" }');
  await writeFile(
    join(module, "automation", "index.js"),
    `const sdk = ${JSON.stringify({ selected: "dev", events: [], ...sdk })};
    const asked = (exports.asked = []);
    const stack = {
      async preview({ onEvent, ...options }) {
        asked.push(options);
        for (const event of sdk.events) onEvent(event);
        if (sdk.error !== undefined) throw new Error(sdk.error);
      },
    };
    exports.LocalWorkspace = {
      async create(options) {
        asked.push(options);
        return { stack: async () => (sdk.selected === null ? undefined : { name: sdk.selected }) };
      },
      async selectStack(options) {
        asked.push(options);
        if (sdk.refused !== undefined) throw new Error(sdk.refused);
        return stack;
      },
    };`,
  );
  return () => jest.requireActual<{ asked: unknown[] }>(join(module, "automation", "index.js")).asked;
}

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: readonly string[];
}

async function drift(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const { code, stdout, notes } = await runHere(here, ["drift", ...args], env);
  return { code, stdout, stderr: notes };
}

/** A role as the refresh of a preview tells it: as it was deployed, and as it is. */
function refreshed(name: string, deployed: string, actual: string | null): object {
  const inputs = (role: string): object => ({ email: `${name}@example.com`, role });
  return {
    resOutputsEvent: {
      metadata: {
        op: "refresh",
        urn: URN(name),
        type: "",
        provider: PROVIDER,
        old: { inputs: inputs(deployed), outputs: { ...inputs(deployed), userId: `user-${name}` } },
        new: actual === null ? null : { inputs: inputs(actual) },
      },
    },
  };
}

const failure = (message: string, urn?: string): object => ({
  diagnosticEvent: { severity: "error", message, urn },
});

const ROSTER = (members: object): object => ({
  resOutputsEvent: {
    metadata: {
      op: "refresh",
      urn: URN("people", "OrganizationRoster"),
      type: "",
      provider: PROVIDER,
      old: {
        inputs: { members, undeclaredOwners: "error", undeclaredMembers: "ignore", onRemove: "demote" },
        outputs: { members },
      },
      new: { inputs: { members } },
    },
  },
});

describe("what it comes to", () => {
  test("no drift: a line, and exit code 0", async () => {
    await install({ events: [refreshed("alice", "member", "member")] });
    expect(await drift()).toEqual({
      code: 0,
      stdout: "No drift: the organization is as it was last deployed.\n",
      stderr: [],
    });
    expect(here.organization.requests.log()).toEqual([]);
  });

  test("drift: a table, and exit code 2", async () => {
    await install({ events: [refreshed("alice", "owner", "member")] });
    const { code, stdout, stderr } = await drift();
    expect({ code, stderr }).toEqual({ code: 2, stderr: [] });
    expect(stdout).toMatch(
      /^Drift: 1 person is not as declared\.\n\nWHO .*\nalice@example\.com .* owner +member +changed/,
    );
    const json = await drift(["--format", "json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ drift: true, people: [{ kind: "changed" }] });
  });

  test("code that is not deployed yet is told, and is no drift", async () => {
    const step = (op: string, name: string, role: string | null): object => ({
      resourcePreEvent: {
        metadata: {
          op,
          urn: URN(name),
          type: "",
          provider: PROVIDER,
          new: role === null ? null : { inputs: { email: `${name}@example.com`, role } },
        },
      },
    });
    await install({
      events: [
        refreshed("alice", "member", "member"),
        step("update", "alice", "owner"),
        refreshed("bob", "owner", "owner"),
        step("delete", "bob", null),
        step("create", "carol", "member"),
        // A replacement is told in several steps, of which one deletes.
        refreshed("dan", "member", "member"),
        step("create-replacement", "dan", "member"),
        step("delete-replaced", "dan", null),
        step("same", "erin", null),
      ],
    });
    const { code, stdout } = await drift(["--format", "json"]);
    expect(code).toBe(0);
    const { people } = JSON.parse(stdout) as {
      people: { resource: string; kind: string; declared?: string }[];
    };
    expect(people.map(({ resource, kind, declared }) => [resource, kind, declared])).toEqual([
      ["alice", "pending", "owner"],
      ["bob", "pending", undefined],
      ["carol", "pending", "member"],
    ]);
  });

  test("of a roster: the people of the organization are asked for", async () => {
    await install({ events: [ROSTER({ "alice@example.com": "member" })] });
    const { code, stdout } = await drift();
    expect(code).toBe(2);
    expect(stdout).toMatch(/bob@example\.com .* not declared/);
    expect(here.organization.requests.counts().list_users).toBe(1);
  });

  test("a check that fails because of drift is drift: what it says is told, each line once", async () => {
    await install({
      events: [
        refreshed("alice", "owner", null),
        failure("alice is not there", URN("alice")),
        failure("alice is not there", URN("alice")),
      ],
      error: "the preview failed",
    });
    const { code, stdout, stderr } = await drift();
    expect({ code, stderr }).toEqual({ code: 2, stderr: ["alice is not there"] });
    expect(stdout).toContain("no longer in the organization");
  });

  test("anything else that fails is exit code 1, beside the drift that was seen", async () => {
    await install({
      events: [
        refreshed("alice", "owner", "member"),
        failure("no such email", URN("bob")),
        failure("and this"),
      ],
      error: "the preview failed",
    });
    const { code, stdout, stderr } = await drift();
    expect({ code, stderr }).toEqual({ code: 1, stderr: ["no such email", "and this"] });
    expect(stdout).toContain("Drift: 1 person");
  });

  test("a preview that fails without a word of the engine is told by what the CLI says", async () => {
    await install({
      events: [refreshed("alice", "member", "member")],
      error: "code: 255\n stderr: \nerror: could not decrypt\n",
    });
    expect(await drift()).toEqual({
      code: 1,
      stdout: "",
      stderr: ["The pulumi CLI says: could not decrypt"],
    });
    await install(
      { events: [refreshed("alice", "owner", "member")], error: "something else" },
      join(here.folder, "b"),
    );
    expect(await drift(["--cwd", "b"])).toMatchObject({ code: 1, stderr: ["something else"] });
  });

  test("a roster that was refused before it was ever deployed is told in a sentence", async () => {
    await install({
      events: [failure("Owners whom members does not declare", URN("people", "OrganizationRoster"))],
      error: "the preview failed",
    });
    expect(await drift()).toEqual({
      code: 1,
      stdout: "",
      stderr: [
        "Owners whom members does not declare",
        'The roster "people" was never deployed, so nobody can have drifted from it. Once that is settled: pulumi up',
      ],
    });
  });

  test.each([
    [20, []],
    [21, ["And 1 more errors."]],
  ])("of %i errors at most twenty are told", async (count, more) => {
    await install({
      events: Array.from({ length: count }, (_, n) => failure(`error ${n}`)),
      error: "the preview failed",
    });
    const { code, stderr } = await drift();
    expect(code).toBe(1);
    expect(stderr).toEqual([...Array.from({ length: 20 }, (_, n) => `error ${n}`), ...more]);
  });
});

describe("which stack", () => {
  const PREVIEW = { refresh: true, color: "never" };

  test.each<[string, readonly string[], NodeJS.ProcessEnv, string]>([
    ["the one that is named", ["--stack", "prod"], { PULUMI_STACK: "other" }, "prod"],
    ["the one in PULUMI_STACK", [], { PULUMI_STACK: "prod" }, "prod"],
    ["the selected one", [], {}, "dev"],
    ["the selected one, where the variable is empty", [], { PULUMI_STACK: "" }, "dev"],
  ])("is %s", async (_what, args, env, stackName) => {
    const asked = await install({});
    expect(await drift(args, env)).toMatchObject({ code: 0 });
    const selected = stackName === "dev" ? [{ workDir: here.folder }] : [];
    expect(asked()).toEqual([...selected, { stackName, workDir: here.folder }, PREVIEW]);
  });

  test("none selected is an error that says what to do", async () => {
    await install({ selected: null });
    expect(await drift()).toEqual({
      code: 1,
      stdout: "",
      stderr: ["pulumi-openai-organization: No stack is selected: say which, with --stack NAME."],
    });
  });

  test.each([
    ["spawn pulumi ENOENT", /There is no pulumi CLI on the PATH\. To install it/],
    ["code: 255\nerror: no stack named 'x' found\n", /: The pulumi CLI says: no stack named 'x' found$/],
    ["something else", /: something else$/],
  ])("that cannot be had is one line: %j", async (refused, said) => {
    await install({ refused });
    const { code, stderr } = await drift();
    expect(code).toBe(1);
    expect(stderr).toEqual([expect.stringMatching(said)]);
  });
});

test("without the project's own SDK it says where it was looked for, and what to install", async () => {
  expect(await drift()).toEqual({
    code: 1,
    stdout: "",
    stderr: [
      `pulumi-openai-organization: @pulumi/pulumi is not found from the folder "${here.folder}". In the Pulumi project, run: ` +
        "npm install @pulumi/pulumi",
    ],
  });
});

test("a wrong option is exit code 1, as 2 means drift", async () => {
  expect(await drift(["--format", "xml"])).toMatchObject({ code: 1, stdout: "" });
});
