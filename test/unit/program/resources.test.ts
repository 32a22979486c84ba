import { isDeepStrictEqual } from "node:util";

import * as pulumi from "@pulumi/pulumi";

import { OrganizationProvider, OrganizationRoster, OrganizationUserRole } from "../../../provider/src";
import { HIDDEN_INPUT, readHidden } from "../../../provider/src/engine/hiddenInput";
import { folderWith } from "../../folderWith";
import { valueOf, withoutEngine } from "./support";

type Preconditions = typeof import("../../../provider/src/program/preconditions");

const { env } = process;

afterEach(() => {
  process.env = env;
  pulumi.runtime.setAllConfig({});
  jest.restoreAllMocks();
});

/** Has the environment a key for each of two organizations. */
function setTwoKeys(): void {
  process.env = { ...env, RESEARCH_ADMIN_KEY: "sk-admin-research", OPENAI_ADMIN_KEY: "sk-admin-default" };
}

/** Another organization than the one that the environment names. */
function research(args: object = {}): OrganizationProvider {
  return new OrganizationProvider("research", { adminKeyVariable: "RESEARCH_ADMIN_KEY", ...args });
}

async function registered(...resources: pulumi.CustomResource[]): Promise<void> {
  for (const { urn } of resources) await valueOf(urn);
}

/** A hidden input that says this, and no more. */
const hiddenOf = ({ resource, ...others }: { resource: RegExp }): string =>
  ({
    asymmetricMatch: (text: string) => {
      const { resource: name, ...rest } = readHidden({ [HIDDEN_INPUT]: text });
      return resource.test(name ?? "") && isDeepStrictEqual(rest, others);
    },
  }) as unknown as string;

describe("what the engine gets", () => {
  test.each<[string, object, (args: never) => pulumi.CustomResource]>([
    [
      "OrganizationUserRole",
      { userId: "user-1", role: "owner", onDelete: "demote" },
      (args) => new OrganizationUserRole("same", args),
    ],
    [
      "OrganizationRoster",
      { members: {}, undeclaredMembers: "warn" },
      (args) => new OrganizationRoster("same", args),
    ],
  ])("for %s: its arguments, a unique name, and the provider text", async (name, args, make) => {
    const told = await withoutEngine();
    await registered(make(args as never));
    expect(told).toEqual([
      {
        type: `pulumi-nodejs:dynamic/openai:${name}`,
        name: "same",
        inputs: {
          ...args,
          __declaredBy: hiddenOf({ resource: /^same#\d+$/ }),
          __provider: `exports.handler=()=>require("pulumi-openai-organization/handlers").of("${name}")`,
        },
      },
    ]);
  });

  test("for two of one name below different parents: two names", async () => {
    const told = await withoutEngine();
    const one = new OrganizationUserRole("same", { userId: "user-1", role: "owner" });
    const other = new OrganizationUserRole("same", { userId: "user-2", role: "owner" }, { parent: one });
    await registered(one, other);
    expect(new Set(told.map(({ inputs }) => inputs.__declaredBy)).size).toBe(2);
    for (const output of ["userId", "email", "name", "role", "addedAt"]) expect(one).toHaveProperty(output);
  });

  test("for somebody who is not an owner: also how many owners the program may declare, in that organization and deployment", async () => {
    const told = await withoutEngine();
    setTwoKeys();
    const provider = research();
    const roles = [
      new OrganizationUserRole("member", { userId: "user-1", role: "member" }),
      new OrganizationUserRole("owner", { userId: "user-2", role: "owner" }),
      new OrganizationUserRole("other", { userId: "user-3", role: "reader" }, { provider }),
      // Declared before the next pause of the program, though after the member; it may become an owner.
      new OrganizationUserRole("perhaps", { userId: "user-4", role: pulumi.output("member" as const) }),
    ];
    await registered(...roles);
    const owners = (name: string): unknown =>
      readHidden(told.find((one) => one.name === name)?.inputs ?? {}).owners;
    expect(["member", "owner", "perhaps", "other"].map(owners)).toEqual([2, undefined, 2, 0]);
    // A deployment in the same process, later, begins with nobody.
    const later = await withoutEngine();
    await registered(new OrganizationUserRole("anew", { userId: "user-1", role: "member" }));
    expect(readHidden(later[0]?.inputs ?? {})).toMatchObject({ owners: 0 });
  });

  test("for another organization: where its key is, and its own settings", async () => {
    const told = await withoutEngine();
    setTwoKeys();
    const others = { baseUrl: "https://api.example.com/v1", organization: "org-1" };
    await valueOf(research({ ...others, maxRemovals: 0, minOwners: 1 }).urn);
    const args = { adminKeyVariable: "RESEARCH_ADMIN_KEY", ...others, maxRemovals: "0", minOwners: "1" };
    const inputs = Object.fromEntries(
      Object.entries(args).map(([name, value]) => [`openai-organization:${name}`, value]),
    );
    expect(told).toEqual([{ type: "pulumi:providers:pulumi-nodejs", name: "research", inputs }]);
  });
});

describe("an organization has one roster, or single people", () => {
  const roster = (name: string, opts?: pulumi.CustomResourceOptions): OrganizationRoster =>
    new OrganizationRoster(name, { members: {} }, opts);
  const person = (name: string, opts?: pulumi.CustomResourceOptions): OrganizationUserRole =>
    new OrganizationUserRole(name, { userId: pulumi.output("user-1"), role: "member" }, opts);

  test.each([
    ["two rosters", roster, roster, ['OrganizationRoster "one"', 'OrganizationRoster "other"']],
    ["a person after a roster", roster, person, ['OrganizationRoster "one"', 'OrganizationUserRole "other"']],
    ["a roster after a person", person, roster, ['OrganizationRoster "other"', 'OrganizationUserRole "one"']],
  ] as const)("%s, at once or later, are refused by name", async (_what, one, other, names) => {
    await withoutEngine();
    const first = one("one");
    const later = async (): Promise<unknown> => {
      await registered(first);
      return other("other");
    };
    expect(() => other("other")).toThrow("one organization");
    await expect(later()).rejects.toThrow(pulumi.RunError);
    for (const name of [...names, "maps can be merged"]) await expect(later()).rejects.toThrow(name);
  });

  test("another organization, and another deployment, have their own", async () => {
    setTwoKeys();
    await withoutEngine();
    const provider = research();
    const parent = new pulumi.ComponentResource("example:index:Team", "team", {}, { providers: [provider] });
    await registered(roster("people"), person("rita", { provider }), person("sam", { parent }));
    await withoutEngine();
    await registered(roster("people"));
  });
});

test("policy packs and other copies of the package know the classes by their types", async () => {
  await withoutEngine();
  const other = new OrganizationProvider("other", { adminKeyVariable: "HOME" });
  const role = new OrganizationUserRole("bob", { userId: "user-bob", role: "member" });
  const roster = new OrganizationRoster("people", { members: {} }, { provider: other });
  await registered(role, roster);
  for (const [Class, instance] of [
    [OrganizationUserRole, role],
    [OrganizationRoster, roster],
  ] as const) {
    const copy = { __pulumiType: Class.__pulumiType };
    expect([role, roster, copy, {}, null, undefined].filter((one) => Class.isInstance(one))).toEqual([
      instance,
      copy,
    ]);
  }
});

describe("owners first", () => {
  test("everybody else is registered once the owners are, whatever the order in the program", async () => {
    const told = await withoutEngine(({ name }) =>
      name === "owner" ? new Promise((resolve) => setTimeout(resolve, 20)) : Promise.resolve(),
    );
    const member = new OrganizationUserRole("member", { userId: "user-1", role: "member" });
    await registered(member, new OrganizationUserRole("owner", { userId: "user-owner", role: "owner" }));
    expect(told.map(({ name }) => name)).toEqual(["owner", "member"]);
    // With no owner to wait for, nobody waits.
    const begun = performance.now();
    await registered(new OrganizationUserRole("late", { userId: "user-late", role: "member" }));
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  test("an owner who waits for a member is not waited for longer than two seconds", async () => {
    const told = await withoutEngine();
    const member = new OrganizationUserRole("member", { userId: "user-1", role: "member" });
    const args = { userId: "user-2", role: "owner" } as const;
    await registered(member, new OrganizationUserRole("owner", args, { dependsOn: [member] }));
    expect(told.map(({ name }) => name)).toEqual(["member", "owner"]);
  });
});

describe("what is refused before anything is registered", () => {
  test.each<[object, string]>([
    ...[undefined, null, "", "sk-admin-CANARY-research"].map((adminKeyVariable): [object, string] => [
      { adminKeyVariable },
      'OrganizationProvider "research": adminKeyVariable must be the name of',
    ]),
    [{ baseUrl: "https://user:CANARY@api.example.com" }, "baseUrl must not contain credentials"],
  ])("a provider with %j: the default organization's key is never used instead", async (args, says) => {
    const told = await withoutEngine();
    setTwoKeys();
    const make = (): unknown => research(args);
    expect(make).toThrow(says);
    expect(make).not.toThrow("CANARY");
    expect(told).toEqual([]);
  });

  const roleOf = (opts?: pulumi.CustomResourceOptions): OrganizationUserRole =>
    new OrganizationUserRole("bob", { userId: "user-bob", role: "member" }, opts);

  test("an import, which is not needed", () => {
    expect(() => roleOf({ import: "user-bob" })).toThrow(
      'OrganizationUserRole "bob" cannot be imported, and need not be: creating the resource adopts people already in ' +
        'the organization. Leave out the "import" option.',
    );
    expect(() => new OrganizationRoster("people", { members: {} }, { import: "x" })).toThrow(
      'OrganizationRoster "people" cannot be imported',
    );
  });

  test.each<[string, string[], boolean]>([
    ["as plain text", [], true],
    ["but not as a secret", ["openai-organization:adminKey"], false],
  ])("a key in the stack configuration %s", async (_how, secrets, refused) => {
    await withoutEngine();
    pulumi.runtime.setAllConfig({ "openai-organization:adminKey": "sk-admin-CANARY" }, secrets);
    if (refused) expect(() => roleOf()).toThrow("The stack configuration holds the admin key as plain text");
    else await registered(roleOf());
  });

  test("a folder from which Pulumi would not find this package, until it was found once, but not an inline program's", () => {
    const check = (rootDirectory: string, cwds: readonly string[]): void => {
      jest.isolateModules(() => {
        jest.doMock("@pulumi/pulumi", () => ({ ...pulumi, getRootDirectory: () => rootDirectory }));
        const { checkPreconditions } = jest.requireActual<Preconditions>(
          "../../../provider/src/program/preconditions",
        );
        for (const cwd of cwds) {
          jest.spyOn(process, "cwd").mockReturnValue(cwd);
          checkPreconditions("OrganizationUserRole", "alice", {});
        }
      });
    };
    const here = process.cwd();
    const empty = folderWith();
    expect(() => {
      check(empty, [empty]);
    }).toThrow(
      `Pulumi cannot find the package pulumi-openai-organization from the program's folder, ${empty}. ` +
        "Run there: npm install pulumi-openai-organization",
    );
    check(empty, [here, empty]);
    // The folder of an inline program is not the project's.
    check("rootDirectory", [empty]);
  });
});
