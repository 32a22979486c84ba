import {
  GROUP_POLICIES,
  INVITE_POLICIES,
  ON_DELETE,
  PROJECT_POLICIES,
  ROSTER_POLICIES,
} from "../../provider/src/organization/policies";
import { OWN_PACKAGE } from "../../provider/src/ownPackage";
import { SETTING_NAMES, SETTINGS, type Setting, type SettingName } from "../../provider/src/settings/table";
import type { Stage } from "../../provider/src/organization/roster/rosterState";
import { PROJECT_ROLES, ROLES } from "../../provider/src/users-api/role";
import { withAddresses } from "../release/repository";
import { docstring } from "./docstrings";

interface Described {
  description?: string;
}

type Properties = Record<string, Described>;

interface Type extends Described {
  readonly properties?: Properties;
  enum?: readonly { readonly value: string }[];
}

interface Resource extends Described {
  readonly inputProperties: Properties;
  readonly properties: Properties;
}

/** The parts of the schema that follow from the sources. */
export interface Schema {
  readonly language: Readonly<Record<string, object>>;
  version?: string;
  readonly config: { variables: Properties };
  readonly provider: Described & { inputProperties: Properties };
  readonly types: Record<string, Type>;
  readonly resources: Record<string, Resource>;
  readonly functions: Record<string, Described & Record<"inputs" | "outputs", { properties: Properties }>>;
}

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

const ROLE = "users-api/role.ts";
const POLICIES = "organization/policies.ts";
const STATE = "organization/roster/rosterState.ts";

/** Every stage: the compiler sees one that is missing. */
const STAGES = Object.keys({
  absent: true,
  invited: true,
  uncertain: true,
  expired: true,
  accepted: true,
  revoked: true,
  left: true,
} satisfies Record<Stage, true>);

/** The same of each type, and the values that it has. */
const TYPES: Readonly<Record<string, readonly [file: string, values?: readonly string[]]>> = {
  Role: [ROLE, ROLES],
  ProjectRole: [ROLE, PROJECT_ROLES],
  OnDelete: [POLICIES, ON_DELETE],
  UndeclaredOwners: [POLICIES, ROSTER_POLICIES.undeclaredOwners],
  UndeclaredMembers: [POLICIES, ROSTER_POLICIES.undeclaredMembers],
  Absent: [POLICIES, INVITE_POLICIES.absent],
  ProjectAbsent: [POLICIES, PROJECT_POLICIES.absent],
  UndeclaredInvites: [POLICIES, INVITE_POLICIES.undeclaredInvites],
  OwnersThroughGroups: [POLICIES, GROUP_POLICIES.ownersThroughGroups],
  InviteProject: ["users-api/schema/invites.ts"],
  Invited: [STATE],
  Stage: [STATE, STAGES],
  RosterStage: [STATE],
  OrganizationUser: ["users-api/schema/users.ts"],
  Project: ["users-api/schema/projects.ts"],
};

const token = (name: string): string => `openai-organization:index:${name}`;

/** What the arguments of an OrganizationProvider are, by their names. */
export const ARGUMENTS = docstring("program/organizationProvider.ts", "OrganizationProviderArgs").members;

function typeOf(name: SettingName): object {
  const { type, isSecret }: Setting = SETTINGS[name];
  return { type, ...(isSecret === true && { secret: true }) };
}

/** The default of a setting, as the documents have it. */
export function usualOf(name: SettingName): string {
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
 * A schema with every text as the docstrings have it, with the values that there are, with this version, as Pulumi makes no
 * SDK without, and with the addresses that follow from the repository's.
 */
export function described(schema: Schema): Schema {
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
  for (const [name, [file, values]] of Object.entries(TYPES)) {
    const type = copy.types[token(name)];
    if (type === undefined) continue;
    if (values !== undefined) type.enum = values.map((value) => ({ value }));
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
