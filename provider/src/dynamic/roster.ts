import { OrganizationRosterProvider } from "./organizationRoster";

const provider = new OrganizationRosterProvider();

/**
 * What the provider text of every OrganizationRoster names, as `require("pulumi-openai-organization/roster")`: the SDK
 * asks it for the handlers. States name this module and this function, so neither ever changes.
 */
export function handler(): OrganizationRosterProvider {
  return provider;
}
