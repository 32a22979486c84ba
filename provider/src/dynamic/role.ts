import { OrganizationUserRoleProvider } from "./organizationUserRole";

const provider = new OrganizationUserRoleProvider();

/**
 * What the provider text of every OrganizationUserRole names, as `require("pulumi-openai-organization/role")`: the SDK
 * asks it for the handlers. States name this module and this function, so neither ever changes.
 */
export function handler(): OrganizationUserRoleProvider {
  return provider;
}
