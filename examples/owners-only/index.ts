import { OrganizationRoster } from "pulumi-openai-organization";

// Nobody else may be an owner: anybody made one elsewhere fails the next preview, by name. Members are left alone.
new OrganizationRoster("owners", {
  members: {
    "alice@example.com": "owner",
    "bob@example.com": "owner",
  },
  undeclaredOwners: "error",
  undeclaredMembers: "ignore",
});
