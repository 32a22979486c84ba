import { hasYaml, startAt, yaml } from "../doors";

/** More than fits into what gRPC bears in the details of an error, unless it is told otherwise. */
const PEOPLE = 4000;

(hasYaml ? test : test.skip)(
  "the state has of a large roster what was applied before a failure",
  async () => {
    const users = Array.from({ length: PEOPLE }, (_person, i) => ({
      id: `user-${i}`,
      role: i === 0 ? ("owner" as const) : ("member" as const),
    }));
    const members = {
      ...Object.fromEntries(users.map(({ id, role }) => [id, role])),
      "user-1": "owner",
      "user-2": "owner",
    };
    const engine = await startAt(yaml, { roster: { members } }, { users });
    engine.organization.inject({
      operation: "modify_user",
      userId: "user-2",
      fault: { kind: "status", status: 400 },
    });
    expect((await engine.fails("up")).output).toContain('Could not promote "user3@example.com" ("user-2"): ');
    const people = (await engine.resources()).find(({ type }) => type.endsWith(":OrganizationRoster"));
    expect(people?.outputs.members).toMatchObject({ "user-1": "owner", "user-2": "member" });
  },
);
