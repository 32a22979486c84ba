/**
 * What the provider text in every state names, as `require("pulumi-openai-organization/dynamic")`: the handlers
 * that run in Pulumi's provider process. These names are in users' states, so they never change.
 */
export { organizationUserRole as role } from "./organizationUserRole";
export { organizationRoster as roster } from "./organizationRoster";
