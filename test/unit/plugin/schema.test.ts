import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { INVITE_POLICIES, ON_DELETE, ROSTER_POLICIES } from "../../../provider/src/organization/policies";
import { OWN_PACKAGE } from "../../../provider/src/ownPackage";
import { ROLES } from "../../../provider/src/users-api/role";
import { docstring } from "./docstrings";

const FILE = join(__dirname, "..", "..", "..", "provider", "schema.json");

interface Described {
  description?: string;
}

interface Schema {
  version?: string;
  readonly config: { readonly variables: Properties };
  readonly provider: Described & { readonly inputProperties: Properties };
  readonly types: Record<
    string,
    Described & { readonly properties?: Properties; readonly enum?: readonly { readonly value: string }[] }
  >;
  readonly resources: Record<
    string,
    Described & { readonly inputProperties: Properties; readonly properties: Properties }
  >;
  readonly functions: Record<string, Described & Record<"inputs" | "outputs", { properties: Properties }>>;
}

type Properties = Record<string, Described>;

const schema = JSON.parse(readFileSync(FILE, "utf8")) as Schema;

/** Where the docstrings of each resource and data source are, and the interfaces of what goes in and comes out. */
const RESOURCES = {
  OrganizationUserRole: "program/organizationUserRole.ts",
  OrganizationRoster: "program/organizationRoster.ts",
};
const FUNCTIONS = {
  getOrganizationUsers: ["GetOrganizationUsersArgs", "GetOrganizationUsersResult"],
  getOrganizationUser: ["GetOrganizationUserOutputArgs", undefined],
} as const;
const TYPES = {
  Role: "users-api/role.ts",
  OnDelete: "organization/policies.ts",
  UndeclaredOwners: "organization/policies.ts",
  UndeclaredMembers: "organization/policies.ts",
  Absent: "organization/policies.ts",
  UndeclaredInvites: "organization/policies.ts",
  InviteProject: "users-api/schema/invites.ts",
  Invited: "organization/roster/rosterState.ts",
  OrganizationUser: "users-api/schema/users.ts",
};

const token = (name: string): string => `openai-organization:index:${name}`;

/** The schema with every text as the docstrings have it, and with this version: Pulumi makes no SDK without. */
function described(): Schema {
  const copy = { ...structuredClone(schema), version: OWN_PACKAGE.version };
  const settings = {
    ...docstring("users-api/http/transport.ts", "TransportOptions").members,
    ...docstring("users-api/pacing/throttle.ts", "Pacing").members,
    ...docstring("settings/settings.ts", "Settings").members,
  };
  const setting = (name: string): string | undefined =>
    (settings[name] ?? settings[`${name}Ms`])?.replaceAll("openai:", "openai-organization:");
  tell(copy.config.variables, setting);

  const provider = docstring("program/organizationProvider.ts", "OrganizationProviderArgs").members;
  const { adminKey, ...arguments_ } = copy.provider.inputProperties;
  expect(adminKey?.description).toContain("secret");
  // Without an argument the environment is asked, and the stack configuration is not.
  const ofArgument = (name: string): string | undefined =>
    setting(name)?.replace(/, else `openai-organization:\w+`/, "");
  tell(arguments_, (name) => provider[name] ?? ofArgument(name));

  const user = docstring("users-api/schema/users.ts", "OrganizationUser");
  for (const [name, file] of Object.entries(TYPES)) {
    const type = copy.types[token(name)];
    if (type === undefined) continue;
    const { text, members } = docstring(file, name);
    type.description = text;
    tell(type.properties ?? {}, (property) => members[property]);
  }
  for (const [name, file] of Object.entries(RESOURCES)) {
    const resource = copy.resources[token(name)];
    if (resource === undefined) continue;
    const args = docstring(file, `${name}Args`).members;
    const { text, members } = docstring(file, name);
    resource.description = text;
    tell(resource.inputProperties, (property) => args[property]);
    tell(resource.properties, (property) => members[property]);
  }
  for (const [name, [args, result]] of Object.entries(FUNCTIONS)) {
    const file = "program/organizationUsers.ts";
    const data = copy.functions[token(name)];
    if (data === undefined) continue;
    // What follows is about programs in TypeScript.
    data.description = docstring(file, name).text.split("\n\n")[0] ?? "";
    tell(data.inputs.properties, (property) => docstring(file, args).members[property]);
    const outputs = result === undefined ? user : docstring(file, result);
    tell(data.outputs.properties, (property) => outputs.members[property]);
  }
  return copy;
}

function tell(properties: Properties, text: (name: string) => string | undefined): void {
  for (const [name, property] of Object.entries(properties)) {
    const description = text(name);
    if (description === undefined) throw new Error(`No docstring says what ${name} is.`);
    property.description = description;
  }
}

test("the schema says what the docstrings say (TEST_WRITE_SCHEMA=true writes it down)", () => {
  const wanted = described();
  if (process.env.TEST_WRITE_SCHEMA === "true") {
    writeFileSync(FILE, `${JSON.stringify(wanted, undefined, 2)}\n`);
  }
  expect(JSON.parse(readFileSync(FILE, "utf8"))).toEqual(wanted);
});

test.each([
  ["Role", ROLES],
  ["OnDelete", ON_DELETE],
  ["UndeclaredOwners", ROSTER_POLICIES.undeclaredOwners],
  ["UndeclaredMembers", ROSTER_POLICIES.undeclaredMembers],
  ["Absent", INVITE_POLICIES.absent],
  ["UndeclaredInvites", INVITE_POLICIES.undeclaredInvites],
] as const)("the schema's %s has the values that there are", (name, values) => {
  expect(schema.types[token(name)]?.enum?.map(({ value }) => value)).toEqual(values);
});
