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
