import { readFileSync } from "node:fs";

import { OrganizationRoster, type Role } from "pulumi-openai-organization";
import { parse } from "yaml";

// Pulumi runs the program in the project's folder. The roster checks the file, so a preview says everything that is
// wrong with it at once.
const members = parse(readFileSync("company.yaml", "utf8")) as Record<string, Role>;

// Anybody in the organization who is not in the file fails the preview, by name. When somebody leaves, remove them from
// the organization first, and then take them out of the file.
new OrganizationRoster("company", {
  members,
  undeclaredOwners: "error",
  undeclaredMembers: "error",
});
