import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import * as pulumi from "@pulumi/pulumi";

import { OrganizationProvider, OrganizationRoster, OrganizationUserRole } from "../../../provider/src";
import { HIDDEN_INPUT, readHidden } from "../../../provider/src/engine/hiddenInput";
import { valueOf, withoutEngine, type Told } from "./support";

type Preconditions = typeof import("../../../provider/src/program/preconditions");

const { env } = process;

afterEach(() => {
  process.env = env;
  pulumi.runtime.setAllConfig({});
  jest.restoreAllMocks();
});

async function registered(...resources: pulumi.CustomResource[]): Promise<void> {
  for (const { urn } of resources) await valueOf(urn);
}

const text = (type: string): string =>
  `exports.handler=()=>require("pulumi-openai-organization/handlers").of("${type}")`;

/** A hidden input that says this, and no more. */
const hiddenOf = ({ resource, ...others }: { resource: RegExp }): string =>
  ({
    asymmetricMatch: (text: string) => {
      const { resource: name, ...rest } = readHidden({ [HIDDEN_INPUT]: text });
      return resource.test(name ?? "") && isDeepStrictEqual(rest, others);
    },
  }) as unknown as string;

describe("what the engine gets", () => {
  test("for a role: its arguments, a unique name, and the provider text; outputs are left to the handlers", async () => {
    const told = await withoutEngine();
    const one = new OrganizationUserRole("same", { userId: "user-1", role: "owner", onDelete: "demote" });
    const other = new OrganizationUserRole(
      "same",
      { email: "b@example.com", role: "owner" },
      { parent: one },
    );
    await registered(one, other);
    const type = "pulumi-nodejs:dynamic/openai:OrganizationUserRole";
    expect(told).toEqual([
      {
        type,
        name: "same",
        inputs: {
          userId: "user-1",
          role: "owner",
          onDelete: "demote",
          __declaredBy: hiddenOf({ resource: /^same#\d+$/ }),
          __provider: text("OrganizationUserRole"),
        },
      },
      {
        type,
        name: "same",
        inputs: {
          email: "b@example.com",
          role: "owner",
          __declaredBy: hiddenOf({ resource: /^same#\d+$/ }),
          __provider: text("OrganizationUserRole"),
        },
      },
    ]);
    expect(told[0]?.inputs.__declaredBy).not.toBe(told[1]?.inputs.__declaredBy);
    for (const output of ["userId", "email", "name", "role", "addedAt"]) expect(one).toHaveProperty(output);
  });

  test("for somebody who is not an owner: also how many owners the program may declare, in that organization and deployment", async () => {
    const told = await withoutEngine();
    process.env = { ...env, RESEARCH_ADMIN_KEY: "sk-admin-research", OPENAI_ADMIN_KEY: "sk-admin-default" };
    const provider = new OrganizationProvider("research", { adminKeyVariable: "RESEARCH_ADMIN_KEY" });
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

  test("for a roster: its arguments, a unique name, and the provider text", async () => {
    const told = await withoutEngine();
    await registered(new OrganizationRoster("people", { members: {}, undeclaredMembers: "warn" }));
    expect(told).toEqual([
      {
        type: "pulumi-nodejs:dynamic/openai:OrganizationRoster",
        name: "people",
        inputs: {
          members: {},
          undeclaredMembers: "warn",
          __declaredBy: hiddenOf({ resource: /^people#\d+$/ }),
          __provider: text("OrganizationRoster"),
        },
      },
    ]);
  });

  test("for another organization: where its key is, and its own settings", async () => {
    const told = await withoutEngine();
    process.env = { ...env, RESEARCH_ADMIN_KEY: "sk-admin-research" };
    const provider = new OrganizationProvider("research", {
      adminKeyVariable: "RESEARCH_ADMIN_KEY",
      baseUrl: "https://api.example.com/v1",
      organization: "org-1",
      maxRemovals: 0,
      minOwners: 1,
    });
    await valueOf(provider.urn);
    expect(told).toEqual([
      {
        type: "pulumi:providers:pulumi-nodejs",
        name: "research",
        inputs: {
          "openai-organization:adminKeyVariable": "RESEARCH_ADMIN_KEY",
          "openai-organization:baseUrl": "https://api.example.com/v1",
          "openai-organization:organization": "org-1",
          "openai-organization:maxRemovals": "0",
          "openai-organization:minOwners": "1",
        },
      },
    ]);
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
    process.env = { ...env, RESEARCH_ADMIN_KEY: "sk-admin-research", OPENAI_ADMIN_KEY: "sk-admin-default" };
    await withoutEngine();
    const provider = new OrganizationProvider("research", { adminKeyVariable: "RESEARCH_ADMIN_KEY" });
    await registered(
      roster("people"),
      person("rita", { provider }),
      person("sam", { parent: child(provider) }),
    );
    await withoutEngine();
    await registered(roster("people"));
  });

  function child(provider: pulumi.ProviderResource): pulumi.Resource {
    return new pulumi.ComponentResource("example:index:Team", "team", {}, { providers: [provider] });
  }
});

test("policy packs and other copies of the package know the classes by their types", async () => {
  await withoutEngine();
  const [role, other] = [
    new OrganizationUserRole("bob", { userId: "user-bob", role: "member" }),
    new OrganizationProvider("other", { adminKeyVariable: "HOME" }),
  ];
  const roster = new OrganizationRoster("people", { members: {} }, { provider: other });
  await registered(role, roster);
  for (const [Class, instance] of [
    [OrganizationUserRole, role],
    [OrganizationRoster, roster],
  ] as const) {
    const { __pulumiType } = instance as unknown as { __pulumiType: string };
    expect(Class.__pulumiType).toBe(__pulumiType);
    expect(
      [role, roster, { __pulumiType }, {}, null, undefined].filter((one) => Class.isInstance(one)),
    ).toEqual([instance, { __pulumiType }]);
  }
});

describe("owners first", () => {
  const order = (told: readonly Told[]): string[] => told.map(({ name }) => name);

  test("everybody else is registered once the owners are, whatever the order in the program", async () => {
    const told = await withoutEngine(({ name }) =>
      name === "owner" ? new Promise((resolve) => setTimeout(resolve, 20)) : Promise.resolve(),
    );
    const members = ["one", "two"].map(
      (name) => new OrganizationUserRole(name, { userId: `user-${name}`, role: "member" }),
    );
    const owner = new OrganizationUserRole("owner", { userId: "user-owner", role: "owner" });
    await registered(...members, owner);
    expect(order(told)).toEqual(["owner", "one", "two"]);
    // With no owner to wait for, nobody waits.
    const late = new OrganizationUserRole("late", { userId: "user-late", role: "member" });
    const begun = performance.now();
    await registered(late);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  test("an owner who waits for a member is not waited for longer than two seconds", async () => {
    const told = await withoutEngine();
    const member = new OrganizationUserRole("member", { userId: "user-1", role: "member" });
    const owner = new OrganizationUserRole(
      "owner",
      { userId: "user-2", role: "owner" },
      { dependsOn: [member] },
    );
    await registered(member, owner);
    expect(order(told)).toEqual(["member", "owner"]);
  });
});

describe("what is refused before anything is registered", () => {
  const roleOf = (opts?: pulumi.CustomResourceOptions): OrganizationUserRole =>
    new OrganizationUserRole("bob", { userId: "user-bob", role: "member" }, opts);

  test("an import, which is not needed", async () => {
    const told = await withoutEngine();
    const sentence = (what: string): string =>
      `${what} cannot be imported, and need not be: creating the resource takes over people already in the ` +
      'organization. Leave out the "import" option.';
    expect(() => roleOf({ import: "user-bob" })).toThrow(sentence('OrganizationUserRole "bob"'));
    expect(() => new OrganizationRoster("people", { members: {} }, { import: "x" })).toThrow(
      sentence('OrganizationRoster "people"'),
    );
    expect(told).toEqual([]);
  });

  test.each([
    ["as plain text", {}, [], true],
    ["as a secret", {}, ["openai-organization:adminKey"], false],
  ])("a key in the stack configuration %s", async (_how, _env, secrets, refused) => {
    await withoutEngine();
    pulumi.runtime.setAllConfig({ "openai-organization:adminKey": "sk-admin-CANARY" }, secrets);
    const problem =
      "The stack configuration holds the admin key as plain text (openai-organization:adminKey). Run: pulumi config set " +
      "--secret openai-organization:adminKey - and replace the key if others could have read it.";
    if (refused) expect(() => roleOf()).toThrow(problem);
    else await registered(roleOf());
  });

  describe("a folder from which Pulumi would not find this package", () => {
    const resolvable = (rootDirectory: string, cwds: readonly string[]): void => {
      jest.isolateModules(() => {
        const { checkPreconditions } = jest.requireActual<Preconditions>(
          "../../../provider/src/program/preconditions",
        );
        const sdk = jest.requireActual<typeof pulumi>("@pulumi/pulumi");
        jest.spyOn(sdk, "getRootDirectory").mockReturnValue(rootDirectory);
        for (const cwd of cwds) {
          jest.spyOn(process, "cwd").mockReturnValue(cwd);
          checkPreconditions("OrganizationUserRole", "alice", {});
        }
      });
    };
    const empty = realpathSync(mkdtempSync(join(tmpdir(), "empty-")));
    const here = process.cwd();

    test("is refused until the package was found once", () => {
      expect(() => {
        resolvable(empty, [empty]);
      }).toThrow(
        `Pulumi cannot find the package pulumi-openai-organization from the program's folder, ${empty}. ` +
          "Run there: npm install pulumi-openai-organization",
      );
      resolvable(empty, [here, empty]);
    });

    test("is no concern of an inline program, whose folder is not the project's", () => {
      resolvable("rootDirectory", [empty]);
    });
  });
});
