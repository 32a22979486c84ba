import { OrganizationRoster, ProjectRoster, type ProjectRosterArgs } from "pulumi-openai-organization";

const organization = new OrganizationRoster("people", {
  members: {
    "alice@example.com": "owner",
    "bob@example.com": "member",
    "carol@example.com": "member",
    "dan@example.com": "member",
    "erin@example.com": "member",
  },
});

// Who of them may use which project. Owners of the organization, such as Alice, are owners of every project.
const projects: Record<string, ProjectRosterArgs["members"]> = {
  proj_chatbot: { "bob@example.com": "owner", "carol@example.com": "member" },
  proj_search: { "carol@example.com": "owner", "dan@example.com": "member" },
};

for (const [project, members] of Object.entries(projects)) {
  // After the organization's roster: only people of the organization can get a project.
  new ProjectRoster(project, { project, members, undeclaredMembers: "remove" }, { dependsOn: organization });
}
