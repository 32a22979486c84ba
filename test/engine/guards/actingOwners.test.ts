import { declareAt, DOORS, startAt } from "../doors";
import { people } from "./people";

const USERS = [
  ...people("owner", "alice", "bob"),
  ...people("owner", "robot").map((user) => ({ ...user, is_service_account: true })),
  ...people("owner", "dora").map((user) => ({ ...user, banned: true })),
];
const TWO = { alice: { userId: "user-alice", role: "owner" }, bob: { userId: "user-bob", role: "owner" } };

test.each(DOORS)(
  "service accounts and people who cannot log in are none of the owners who must stay: %s",
  async (_language, door) => {
    const engine = await startAt(door, { roles: TWO }, { users: USERS });
    await engine.up();
    await declareAt(door, engine, { roles: { alice: TWO.alice } });
    expect((await engine.up()).writes).toEqual(["delete_user user-bob"]);
    const refused = await engine.fails("destroy");
    expect(refused.output).toContain("there would be no owner in the organization");
    expect(refused.writes).toEqual([]);
  },
);

test.each(DOORS)(
  "a roster's plan marks them, and removes them as undeclared owners: %s",
  async (_language, door) => {
    const roster = { members: { "user-alice": "owner", "user-bob": "owner" } };
    const engine = await startAt(door, { roster }, { users: USERS });
    const refused = await engine.fails("preview");
    expect(refused.output).toMatch(
      /Owners missing from members: .*\[service account\], .*\[cannot log in\]\./,
    );
    await declareAt(door, engine, { roster: { ...roster, undeclaredOwners: "remove" } });
    const up = await engine.up();
    expect(up.output).toContain(`("user-dora", "dora"): owner (undeclared owner; cannot log in)`);
    expect(up.writes.toSorted()).toEqual(["delete_user user-dora", "delete_user user-robot"]);
  },
);
