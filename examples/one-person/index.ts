import { OrganizationUserRole } from "pulumi-openai-organization";

// Should the resource leave the program, Bob stays as he is.
const bob = new OrganizationUserRole("bob", {
  email: "bob@example.com",
  role: "owner",
  onDelete: "retain",
});

/** Bob's id, as other APIs want it. */
export const userId = bob.userId;
