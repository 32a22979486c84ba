import {
  getOrganizationUsersOutput,
  OrganizationProvider,
  OrganizationUserRole,
} from "pulumi-openai-organization";

// The organization of OPENAI_ADMIN_KEY.
new OrganizationUserRole("bob", { email: "bob@example.com", role: "owner" });

// And the one of RESEARCH_ADMIN_KEY. The state has the name of the variable, never the key.
const research = new OrganizationProvider("research", { adminKeyVariable: "RESEARCH_ADMIN_KEY" });
const rita = new OrganizationUserRole(
  "rita",
  { email: "rita@example.com", role: "owner" },
  { provider: research },
);

/** Who can do everything in the other organization, once the role above is set. */
export const researchers = getOrganizationUsersOutput(
  { role: "owner" },
  { provider: research, dependsOn: [rita] },
).apply(({ users }) => users.map((user) => user.email ?? user.userId));
