import { readFileSync } from "node:fs";

import { OrganizationRoster, type Role } from "pulumi-openai-organization";
import { parse } from "yaml";

// Pulumi runs the program in the project's folder. What the file says, the roster checks: a preview tells all that is
// wrong at once.
const members = parse(readFileSync("company.yaml", "utf8")) as Record<string, Role>;

// Whoever is in the organization and not in the file fails the preview, by name: nobody is in it unseen. Somebody who
// leaves is removed from the organization first, and then taken out of the file.
new OrganizationRoster("company", {
  members,
  undeclaredOwners: "error",
  undeclaredMembers: "error",
});
