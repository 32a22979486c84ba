import { organizationUserRole } from "./role/role";
import type { Resource } from "./resource";
import { projectRoster } from "./project/project";
import { organizationRoster } from "./roster/roster";

/** Every resource, by the name of its type. */
export const RESOURCES: Readonly<Record<string, Resource>> = {
  OrganizationUserRole: organizationUserRole,
  OrganizationRoster: organizationRoster,
  ProjectRoster: projectRoster,
};
