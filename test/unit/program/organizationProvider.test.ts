import * as pulumi from "@pulumi/pulumi";

import { OrganizationProvider, type OrganizationProviderArgs } from "../../../provider/src";
import { withoutEngine } from "./support";

const { env } = process;

beforeEach(async () => {
  await withoutEngine();
  process.env = {
    ...env,
    OPENAI_ADMIN_KEY: "sk-admin-CANARY-default",
    RESEARCH_ADMIN_KEY: "sk-admin-CANARY-research",
  };
});

afterEach(() => {
  process.env = env;
  pulumi.runtime.setAllConfig({});
});

/** What a program is told that declares the provider so. */
function problem(args: object, name = "research"): string {
  try {
    new OrganizationProvider(name, args as OrganizationProviderArgs);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the arguments were taken");
}

test.each([undefined, null, "", "sk-admin-CANARY-research"])(
  "the name of the variable cannot be %j: the default organization's key is never used instead",
  (adminKeyVariable) => {
    const found = problem({ adminKeyVariable });
    expect(found).toContain('OrganizationProvider "research": adminKeyVariable must be the name of');
    expect(found).not.toContain("CANARY");
  },
);

test("credentials in the address are refused before they reach the state", () => {
  const found = problem({
    adminKeyVariable: "RESEARCH_ADMIN_KEY",
    baseUrl: "https://user:CANARY@api.example.com",
  });
  expect(found).toContain("baseUrl must not contain credentials");
  expect(found).not.toContain("CANARY");
});

describe("two providers of one organization", () => {
  const variable = { adminKeyVariable: "RESEARCH_ADMIN_KEY" };

  test("are refused, and both are named, even if two variables hold one key", async () => {
    process.env.SAME_KEY = "sk-admin-CANARY-research";
    new OrganizationProvider("research", { ...variable, baseUrl: "https://api.openai.com/v1/" });
    for (const adminKeyVariable of ["RESEARCH_ADMIN_KEY", "SAME_KEY"]) {
      expect(problem({ adminKeyVariable, maxInvites: 2, maxRemovals: 1 }, "lab")).toBe(
        'OrganizationProvider "research" and OrganizationProvider "lab" are for the same organization: they have the same ' +
          "key, address and organization. Use one of the two for everything.",
      );
    }
    // Another deployment of the process has its own.
    await withoutEngine();
    new OrganizationProvider("lab", variable);
  });

  test("are refused even if a third one has the name of the first", () => {
    new OrganizationProvider("research", variable);
    new OrganizationProvider("research", { ...variable, organization: "org-2" });
    expect(problem(variable, "lab")).toContain(
      'OrganizationProvider "research" and OrganizationProvider "lab" are for',
    );
  });

  test("are two organizations if the address or the organization differs", () => {
    new OrganizationProvider("research", variable);
    new OrganizationProvider("elsewhere", { ...variable, baseUrl: "https://eu.api.openai.com/v1" });
    new OrganizationProvider("org-2", { ...variable, organization: "org-2" });
  });
});

describe("a provider of the default organization", () => {
  test.each(["OPENAI_ADMIN_KEY", "SAME_KEY"])("is refused: its key is in %s", (adminKeyVariable) => {
    process.env.SAME_KEY = "sk-admin-CANARY-default";
    expect(problem({ adminKeyVariable })).toBe(
      `OrganizationProvider "research" is for the default organization: ${adminKeyVariable} holds the default ` +
        "organization's key. Leave out the provider, or give it another organization's key.",
    );
    new OrganizationProvider("other", { adminKeyVariable, organization: "org-2" });
  });

  test("is refused if the default organization's key is in the stack configuration", () => {
    delete process.env.OPENAI_ADMIN_KEY;
    pulumi.runtime.setAllConfig({ "openai-organization:adminKey": "sk-admin-CANARY-research" }, [
      "openai-organization:adminKey",
    ]);
    const found = problem({ adminKeyVariable: "RESEARCH_ADMIN_KEY" });
    expect(found).toContain("RESEARCH_ADMIN_KEY holds the default organization's key");
    expect(found).not.toContain("CANARY");
  });
});
