import { readFileSync } from "node:fs";

import { RunError } from "@pulumi/pulumi";
import { OrganizationUserRole, type OrganizationUserRoleArgs } from "pulumi-openai-organization";
import { parse } from "yaml";

// Pulumi runs the program in the project's folder. Each resource checks its line, so a preview says what is wrong.
const team = parse(readFileSync("team.yaml", "utf8")) as {
  people?: Record<string, OrganizationUserRoleArgs>;
} | null;
if (typeof team?.people !== "object" || Array.isArray(team.people)) {
  throw new RunError(
    "team.yaml must have 'people:', and below it a line for each person that begins with a name.",
  );
}

// People who are taken out of the file become members, and stay in the organization.
for (const [name, person] of Object.entries(team.people)) {
  new OrganizationUserRole(name, { onDelete: "demote", ...person });
}
