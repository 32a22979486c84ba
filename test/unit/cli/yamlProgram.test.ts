import fc from "fast-check";

import { adoption, type Shape } from "../../../provider/src/cli/adopt/adoption";
import { yamlProgram } from "../../../provider/src/cli/adopt/yamlProgram";
import { checkRoleInputs } from "../../../provider/src/organization/role/roleInputs";
import { planOf } from "../organization/planOf";
import { checkRosterInputs, rosterInputsFrom } from "../../../provider/src/organization/roster/rosterInputs";
import type { Invite, OrganizationUser } from "../../../provider/src/users-api/schema";
import { anyUsers, HOSTILE, hostileUsers, INVISIBLE } from "./people";
import { load } from "./yaml";

type Resources = Readonly<Record<string, { readonly type: string; readonly properties: object }>>;

/** The resources of a program, as Pulumi YAML reads them: `$$` is a dollar sign, and `${…}` refers to something. */
function resourcesOf(text: string): Resources {
  const { resources, variables, ...rest } = load(text) as {
    resources: Resources;
    variables?: Record<string, string>;
  };
  expect(Object.keys(rest)).toEqual(["name", "description", "runtime", "plugins"]);
  const read = (value: string): string =>
    value.replace(/\$\$|\$\{(.*?)\}/g, (dollars, variable?: string) => {
      if (variable === undefined) return "$";
      const { [variable]: found } = variables ?? {};
      if (found === undefined) throw new Error(`${dollars} refers to nothing`);
      return found;
    });
  const readAll = (value: unknown): unknown => {
    if (typeof value === "string") return read(value);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value);
    // A key such as fn::invoke is a call.
    expect(entries.filter(([key]) => /^fn::/i.test(key))).toEqual([]);
    return Object.fromEntries(entries.map(([key, item]) => [read(key), readAll(item)]));
  };
  return readAll(resources) as Resources;
}

function written(
  users: readonly OrganizationUser[],
  shape: Shape,
  invites: readonly Invite[] = [],
  role?: "owner",
): Resources {
  const text = yamlProgram(adoption(users, role, shape, invites), "acme");
  expect(text).not.toMatch(INVISIBLE);
  return resourcesOf(text);
}

/** What a roster finds to do in an organization. */
function plan(users: readonly OrganizationUser[], role: "owner" | undefined, invites: readonly Invite[]) {
  const { properties = {} } = written(users, "roster", invites, role).people ?? {};
  expect(checkRosterInputs({ ...properties }).problems).toEqual([]);
  const limits = { minOwners: 1, maxRemovals: 0, maxInvites: 0 };
  return planOf(users, rosterInputsFrom({ ...properties }), limits, { invites });
}

/** Invitations, most of them of people who are not in the organization. */
const anyInvites: fc.Arbitrary<Invite[]> = fc.array(
  fc.record({
    inviteId: fc.uuid(),
    email: fc
      .oneof(
        fc.constantFrom(...HOSTILE, "$${x}", "jo"),
        fc.nat(3).map((n) => `Jo${n}`),
      )
      .map((name) => `${name}@invited.example.com`),
    role: fc.constantFrom("owner", "member", "reader", "custom"),
    status: fc.constantFrom("pending", "expired", "accepted"),
  }),
  { maxLength: 6 },
);

/** With service accounts, whose role is any. */
const anybody: fc.Arbitrary<OrganizationUser[]> = fc
  .tuple(anyUsers, fc.infiniteStream(fc.boolean()))
  .map(([users, isService]) =>
    users.map((user) => ({ ...user, isServiceAccount: isService.next().value === true })),
  );

test("whatever the organization, its roster finds nothing to do, and refuses nobody", () => {
  fc.assert(
    fc.property(anybody, fc.constantFrom(undefined, "owner" as const), anyInvites, (users, role, others) => {
      const there = others.flatMap((invite, n) => {
        const email = n === 0 ? users[0]?.email : undefined;
        return email === undefined ? [] : [{ ...invite, inviteId: "invite-there", email }];
      });
      const invites = [...others, ...there];
      expect(plan(users, role, invites)).toMatchObject({ changes: [], invitations: [], refusals: [] });
    }),
    { examples: [[hostileUsers(), undefined, []]] },
  );
});

test("whatever the organization, each resource is valid and names the person found", () => {
  fc.assert(
    fc.property(anybody, (users) => {
      const { people } = adoption(users);
      const resources = written(users, "resources");
      expect(Object.keys(resources).toSorted()).toEqual(people.map(({ name }) => name).toSorted());
      for (const { name, by, user, role } of people) {
        const { properties = {} } = resources[name] ?? {};
        expect(properties).toEqual({ [by]: user[by], role, onDelete: "retain" });
        expect(checkRoleInputs({ ...properties }).problems).toEqual([]);
      }
    }),
    { examples: [[hostileUsers()]] },
  );
});

test("dollar signs and colons mean nothing to Pulumi YAML", () => {
  const users: OrganizationUser[] = [
    { userId: "user-1", email: "${pulumi.cwd}$$@example.com", role: "owner" },
    { userId: "user-2", email: "fn::invoke@example.com", role: "member" },
  ];
  expect(written(users, "roster").people?.properties).toMatchObject({
    members: { "${pulumi.cwd}$$@example.com": "owner", "user-2": "member" },
  });
});

const invite = (email: string, role = "member"): Invite => ({
  inviteId: `invite-${role}-${email}`,
  email,
  role,
  status: "pending",
});

test.each([
  ["nobody", []],
  ["somebody who is there", [invite("Alice@example.com", "owner")]],
  ["somebody twice", [invite("kim@example.com"), invite("KIM@example.com", "owner")]],
  ["something that is no email", [invite("no email", "owner")]],
])(
  "a roster with invited people only warns of the absent, and mails nobody, whoever else is invited: %s",
  (_who, others) => {
    const users: OrganizationUser[] = [{ userId: "user-1", email: "alice@example.com", role: "owner" }];
    const policies = (...invites: Invite[]) => written(users, "roster", invites).people?.properties;
    expect(policies(invite("jo@example.com"), ...others)).toEqual({
      members: { "alice@example.com": "owner", "jo@example.com": "member" },
      undeclaredOwners: "error",
      undeclaredMembers: "warn",
      absent: "warn",
    });
    expect(adoption(users, undefined, "roster", others).leftOut).toHaveLength(others.length);
    expect(policies(...others)).not.toHaveProperty("absent");
  },
);
