import { hasYaml, startAt, yaml } from "../doors";

const ask = (name: string, args: object): object => ({
  "fn::invoke": { function: `openai-organization:${name}`, arguments: args },
});

(hasYaml ? test : test.skip)(
  "data sources see people as they are after the dependencies; a preview that refreshes, checks and lists asks for the list once",
  async () => {
    const engine = await startAt(yaml, {
      roster: { members: { "alice@example.com": "owner", "bob@example.com": "owner" } },
      more: {
        outputs: {
          after: ask("getOrganizationUsers", {
            role: '${people.members["bob@example.com"]}',
            emails: ["bob@example.com"],
          }),
          carol: ask("getOrganizationUser", { email: "CAROL@example.com" }),
        },
      },
    });
    await engine.up();
    const user = (name: string, role: string): object =>
      expect.objectContaining({ userId: `user-${name}`, email: `${name}@example.com`, role }) as object;
    expect(await engine.outputs()).toEqual({
      after: { users: [user("bob", "owner")] },
      carol: user("carol", "member"),
    });
    const { requests } = await engine.preview("--expect-no-changes");
    expect(requests.map(({ operation }) => operation)).toEqual(["list_users"]);
  },
);
