import { OrganizationProvider, type OrganizationProviderArgs } from "../../../provider/src";

const { env } = process;

beforeEach(() => {
  process.env = {
    ...env,
    OPENAI_ADMIN_KEY: "sk-admin-CANARY-default",
    RESEARCH_ADMIN_KEY: "sk-admin-CANARY-research",
  };
});

afterEach(() => {
  process.env = env;
});

/** What a program is told that declares the provider so. */
function problem(args: object): string {
  try {
    new OrganizationProvider("research", args as OrganizationProviderArgs);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the arguments were taken");
}

test.each([undefined, null, "", "sk-admin-CANARY-research"])(
  "the name of the variable cannot be %j: the default organization's key is never taken instead",
  (adminKeyVariable) => {
    const found = problem({ adminKeyVariable });
    expect(found).toContain('OrganizationProvider "research": adminKeyVariable must be the name of');
    expect(found).not.toContain("CANARY");
  },
);

test("credentials in the address are refused before they stand in the state", () => {
  const found = problem({
    adminKeyVariable: "RESEARCH_ADMIN_KEY",
    baseUrl: "https://user:CANARY@api.example.com",
  });
  expect(found).toContain("openai:baseUrl must not contain credentials");
  expect(found).not.toContain("CANARY");
});
