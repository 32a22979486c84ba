import { OrganizationUserRole, type Role } from "pulumi-openai-organization";

const ROLES: Readonly<Record<string, Role>> = {
  "alice@example.com": "owner",
  "bob@example.com": "owner",
  "carol@example.com": "member",
};

/** Declares everybody: a function, so that a test can run it as often as it needs. */
export function declarePeople(): void {
  for (const [email, role] of Object.entries(ROLES)) {
    new OrganizationUserRole(email, { email, role, onDelete: "demote" });
  }
}
