import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { OrganizationProvider, OrganizationRoster, OrganizationUserRole } from "../../../provider/src";
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

const text = (module: string): string => `module.exports=require("pulumi-openai-organization/${module}")`;

describe("what the engine is told", () => {
  test("of a role: its arguments, a name that no other has, and the provider text; outputs are left to the handlers", async () => {
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
          __declaredBy: expect.stringMatching(/^same#\d+$/) as string,
          __provider: text("role"),
        },
      },
      {
        type,
        name: "same",
        inputs: {
          email: "b@example.com",
          role: "owner",
          __declaredBy: expect.stringMatching(/^same#\d+$/) as string,
          __provider: text("role"),
        },
      },
    ]);
    expect(told[0]?.inputs.__declaredBy).not.toBe(told[1]?.inputs.__declaredBy);
    for (const output of ["userId", "email", "name", "role", "addedAt"]) expect(one).toHaveProperty(output);
  });

  test("of a roster: whom the program declares besides, in that organization alone", async () => {
    const told = await withoutEngine();
    process.env = { ...env, RESEARCH_ADMIN_KEY: "sk-admin-research", OPENAI_ADMIN_KEY: "sk-admin-default" };
    const provider = new OrganizationProvider("research", { adminKeyVariable: "RESEARCH_ADMIN_KEY" });
    const roles = [
      new OrganizationUserRole("one", { userId: "user-1", role: "owner" }),
      new OrganizationUserRole("later", { userId: pulumi.output("user-9"), role: "owner" }),
      new OrganizationUserRole("other", { userId: "user-2", role: "owner" }, { provider }),
    ];
    const roster = new OrganizationRoster("people", { members: {} });
    const research = new OrganizationRoster("research people", { members: {} }, { provider });
    // Declared before the next pause of the program, though after the roster.
    roles.push(new OrganizationUserRole("two", { email: "two@example.com", role: "owner" }));
    await registered(...roles, roster, research);
    const elsewhere = (name: string): unknown => told.find((one) => one.name === name)?.inputs.__elsewhere;
    expect(elsewhere("people")).toEqual(["user-1", "two@example.com"]);
    expect(elsewhere("research people")).toEqual(["user-2"]);
    expect(told.find(({ name }) => name === "people")).toMatchObject({
      type: "pulumi-nodejs:dynamic/openai:OrganizationRoster",
      inputs: {
        members: {},
        __declaredBy: expect.stringMatching(/^people#\d+$/) as string,
        __provider: text("roster"),
      },
    });
    // A deployment in the same process, later, begins with nobody.
    const later = await withoutEngine();
    await registered(new OrganizationRoster("anew", { members: {} }));
    expect(later.find(({ name }) => name === "anew")?.inputs.__elsewhere).toEqual([]);
  });

  test("of another organization: where its key is, and what is its own", async () => {
    const told = await withoutEngine();
    process.env = { ...env, RESEARCH_ADMIN_KEY: "sk-admin-research" };
    const provider = new OrganizationProvider("research", {
      adminKeyVariable: "RESEARCH_ADMIN_KEY",
      baseUrl: "https://api.example.com/v1",
      organization: "org-1",
      project: "proj-1",
      maxRemovals: 0,
      minOwners: 1,
    });
    await valueOf(provider.urn);
    expect(told).toEqual([
      {
        type: "pulumi:providers:pulumi-nodejs",
        name: "research",
        inputs: {
          "openai:adminKeyVariable": "RESEARCH_ADMIN_KEY",
          "openai:baseUrl": "https://api.example.com/v1",
          "openai:organization": "org-1",
          "openai:project": "proj-1",
          "openai:maxRemovals": "0",
          "openai:minOwners": "1",
        },
      },
    ]);
  });
});

describe("owners first", () => {
  const order = (told: readonly Told[]): string[] => told.map(({ name }) => name);

  test("whoever is no owner is registered once the owners are, whichever the program has first", async () => {
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
    expect(late).toBeDefined();
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
      `${what} cannot be imported, and need not be: creating the resource takes over whoever is in the organization ` +
      'already. Leave out the option "import".';
    expect(() => roleOf({ import: "user-bob" })).toThrow(sentence('OrganizationUserRole "bob"'));
    expect(() => new OrganizationRoster("people", { members: {} }, { import: "x" })).toThrow(
      sentence('OrganizationRoster "people"'),
    );
    expect(told).toEqual([]);
  });

  test.each([
    ["as plain text", {}, [], true],
    ["as a secret", {}, ["openai:adminKey"], false],
  ])("a key in the stack configuration %s", async (_how, _env, secrets, refused) => {
    await withoutEngine();
    pulumi.runtime.setAllConfig({ "openai:adminKey": "sk-admin-CANARY" }, secrets);
    const problem =
      "The admin key stands in the stack configuration as plain text (openai:adminKey). Run: pulumi config set " +
      "--secret openai:adminKey - and exchange the key for a new one where others could have read it.";
    if (refused) expect(() => roleOf()).toThrow(problem);
    else await registered(roleOf());
  });

  test("a folder from which Pulumi would not find this package, until it was found once", async () => {
    await withoutEngine();
    const empty = realpathSync(mkdtempSync(join(tmpdir(), "empty-")));
    jest.isolateModules(() => {
      const { requireResolvable } = jest.requireActual<Preconditions>("../../../provider/src/preconditions");
      const cwd = jest.spyOn(process, "cwd").mockReturnValue(empty);
      expect(() => {
        requireResolvable();
      }).toThrow(
        `Pulumi cannot find the package pulumi-openai-organization from the program's folder, ${empty}. ` +
          "Run there: npm install pulumi-openai-organization",
      );
      cwd.mockRestore();
      requireResolvable();
      jest.spyOn(process, "cwd").mockReturnValue(empty);
      requireResolvable();
    });
  });
});
