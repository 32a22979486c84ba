import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import {
  GROUP_POLICIES,
  INVITE_POLICIES,
  ON_DELETE,
  PROJECT_POLICIES,
  ROSTER_POLICIES,
} from "../../../provider/src/organization/policies";
import { OWN_PACKAGE } from "../../../provider/src/ownPackage";
import {
  SETTING_NAMES,
  SETTINGS,
  type Setting,
  type SettingName,
} from "../../../provider/src/settings/table";
import { PROJECT_ROLES, ROLES } from "../../../provider/src/users-api/role";
import { repositoryOf, withAddresses } from "../../../tools/release/repository";
import { docstring } from "./docstrings";

const FILE = join(__dirname, "..", "..", "..", "provider", "schema.json");

interface Described {
  description?: string;
}

interface Schema {
  readonly language: Readonly<Record<string, object>>;
  version?: string;
  readonly config: { variables: Properties };
  readonly provider: Described & { inputProperties: Properties };
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
  ProjectRoster: "program/projectRoster.ts",
};
const FUNCTIONS = {
  getOrganizationUsers: ["organizationUsers", "GetOrganizationUsersArgs", "GetOrganizationUsersResult"],
  getOrganizationUser: ["organizationUsers", "GetOrganizationUserOutputArgs", undefined],
  getProjects: ["projects", "GetProjectsArgs", "GetProjectsResult"],
} as const;
const TYPES = {
  Role: "users-api/role.ts",
  ProjectRole: "users-api/role.ts",
  OnDelete: "organization/policies.ts",
  UndeclaredOwners: "organization/policies.ts",
  UndeclaredMembers: "organization/policies.ts",
  Absent: "organization/policies.ts",
  ProjectAbsent: "organization/policies.ts",
  UndeclaredInvites: "organization/policies.ts",
  OwnersThroughGroups: "organization/policies.ts",
  InviteProject: "users-api/schema/invites.ts",
  Invited: "organization/roster/rosterState.ts",
  Stage: "organization/roster/rosterState.ts",
  RosterStage: "organization/roster/rosterState.ts",
  OrganizationUser: "users-api/schema/users.ts",
  Project: "users-api/schema/projects.ts",
};

const token = (name: string): string => `openai-organization:index:${name}`;

const ARGUMENTS = docstring("program/organizationProvider.ts", "OrganizationProviderArgs").members;

function typeOf(name: SettingName): object {
  const { type, isSecret }: Setting = SETTINGS[name];
  return { type, ...(isSecret === true && { secret: true }) };
}

function usualOf(name: SettingName): string {
  const { [name]: setting } = SETTINGS;
  return name === "baseUrl" ? `\`${setting.default}\`` : String(setting.default);
}

function ofStack(name: SettingName): string {
  const { sentence, variable } = SETTINGS[name];
  return `${sentence} The environment variable \`${variable}\` overrides it. Default: ${usualOf(name)}.`;
}

/** An explicit provider is never for the organization of the default one. */
function ofProvider(name: SettingName): string {
  const { sentence, variable } = SETTINGS[name];
  const variableToo = name === "organization" ? "" : `\`${variable}\`, else `;
  return `${sentence} Default: ${variableToo}${usualOf(name)}.`;
}

/**
 * The schema with every text as the docstrings have it, with this version, as Pulumi makes no SDK without, and with the
 * addresses that follow from the repository's.
 */
function described(): Schema {
  const copy = withAddresses(structuredClone(schema), OWN_PACKAGE);
  copy.config.variables = Object.fromEntries(
    SETTING_NAMES.map((name) => [name, { ...typeOf(name), description: ofStack(name) }]),
  );
  const { adminKeyVariable, adminKey } = copy.provider.inputProperties;
  copy.provider.inputProperties = {
    adminKeyVariable: { ...adminKeyVariable, description: ARGUMENTS.adminKeyVariable ?? "" },
    ...Object.fromEntries(
      SETTING_NAMES.map((name) => [
        name,
        { ...typeOf(name), description: name === "adminKey" ? adminKey?.description : ofProvider(name) },
      ]),
    ),
  };

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
  for (const [name, [program, args, result]] of Object.entries(FUNCTIONS)) {
    const file = `program/${program}.ts`;
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

test("once the repository is named, the schema says where the provider's page, logo and archives are", () => {
  const repository = { url: "git+https://github.com/acme/roles.git" };
  expect(repositoryOf({ repository, version: "1.2.3" })?.schema).toEqual({
    homepage: "https://github.com/acme/roles",
    repository: "https://github.com/acme/roles",
    logoUrl: "https://github.com/acme/roles/raw/v1.2.3/docs/logo.svg",
    pluginDownloadURL: "https://github.com/acme/roles/releases/download/v${VERSION}",
  });
});

test("what is the owner's in each language follows from the repository as well, beside what is there", () => {
  const manifest = { repository: { url: "git+https://github.com/acme-corp/roles.git" }, version: "1.2.3" };
  expect(withAddresses(schema, manifest).language).toMatchObject({
    nodejs: { respectSchemaVersion: true },
    go: {
      respectSchemaVersion: true,
      importBasePath: "github.com/acme-corp/roles/sdk/go/openaiorganization",
    },
    csharp: { respectSchemaVersion: true, rootNamespace: "AcmeCorp" },
    java: { respectSchemaVersion: true, basePackage: "io.github.acmecorp" },
  });
});

test("the arguments of an OrganizationProvider are those of the plugin's providers, but for the key itself", () => {
  const { adminKey, ...others } = described().provider.inputProperties;
  expect(adminKey).toMatchObject({ secret: true });
  const descriptions = Object.entries(others).map(([name, { description }]) => [name, description]);
  expect(ARGUMENTS).toEqual(Object.fromEntries(descriptions));
});

test("SETTINGS.md has every setting, as it is", () => {
  const page = readFileSync(join(__dirname, "..", "..", "..", "docs", "SETTINGS.md"), "utf8");
  const rows = [...page.matchAll(/^\| `(.*)$/gm)].map(([row]) => row.split("|").map((cell) => cell.trim()));
  const wanted = SETTING_NAMES.map((name) => {
    const { variable, sentence } = SETTINGS[name];
    return ["", `\`${name}\``, `\`${variable}\``, usualOf(name), sentence, ""];
  });
  expect(rows).toEqual(wanted);
});

test.each([
  ["Role", ROLES],
  ["ProjectRole", PROJECT_ROLES],
  ["ProjectAbsent", PROJECT_POLICIES.absent],
  ["OnDelete", ON_DELETE],
  ["UndeclaredOwners", ROSTER_POLICIES.undeclaredOwners],
  ["UndeclaredMembers", ROSTER_POLICIES.undeclaredMembers],
  ["Absent", INVITE_POLICIES.absent],
  ["UndeclaredInvites", INVITE_POLICIES.undeclaredInvites],
  ["OwnersThroughGroups", GROUP_POLICIES.ownersThroughGroups],
] as const)("the schema's %s has the values that there are", (name, values) => {
  expect(schema.types[token(name)]?.enum?.map(({ value }) => value)).toEqual(values);
});
