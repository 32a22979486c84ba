import fc from "fast-check";

import type { Role } from "../../provider/src/users-api/role";
import { acts, type ActOf } from "./acts";
import { emailOf, person, role } from "./edits";
import type { Organization } from "./entries";
import { withAlias, withEmail } from "./program";

const invite = { invite: fc.nat({ max: 5 }) };
const pair = { person, with: person };

/** What somebody does in the organization's settings, behind Pulumi's back. */
const OUTSIDE = {
  "set role": { person, role: fc.option(role, { freq: 12, nil: null }) },
  leave: { person },
  /** Comes (back), under the id of before or under another one. */
  join: { person, anew: fc.boolean(), role },
  /**
   * Takes the person's first email (back), or one that nobody ever had. Nobody takes an email that the program may know
   * as somebody else's: whom a resource means then depends on when it was declared, and the guards, which keep everybody
   * who may be meant, can refuse what a fresh program could have.
   */
  "change email": { person, to: person },
  /** Of the person's first email, by hand. */
  invite: { person, role: fc.constantFrom<"owner" | "reader">("owner", "reader") },
  /** What becomes of a pending invitation. Whoever accepts elsewhere has another email than was invited. */
  accept: invite,
  "accept elsewhere": invite,
  "let expire": invite,
  revoke: invite,
  /** Takes the email of somebody else, who keeps it or gets this person's. */
  "share email": pair,
  "swap emails": pair,
  /** Somebody's first email becomes a second one of this person, if nobody has it. */
  "add alias": { person, to: person },
  /** From now on no answer has the person's email, or all have it again. */
  "hide email": { person },
  /** Time passes: somewhat more than half an hour, and than an invitation lasts. */
  wait: { minutes: fc.constantFrom(35, 100, 8 * 24 * 60) },
};

export type Outside = ActOf<"outside", typeof OUTSIDE>;

export const outsideOfPeople = acts("outside", OUTSIDE, {
  "set role": 3,
  leave: 2,
  join: 2,
  "change email": 2,
});

export const outsideOfInvites = acts("outside", OUTSIDE, {
  invite: 5,
  accept: 6,
  "accept elsewhere": 3,
  "let expire": 3,
  revoke: 3,
});

/** What only a roster has to bear: resources of single people look people up by what they are declared by. */
export const outsideOfRosters = acts("outside", OUTSIDE, {
  "share email": 3,
  "swap emails": 3,
  "add alias": 4,
  "hide email": 4,
});

export const outsideOfTime = acts("outside", OUTSIDE, { wait: 1 });

/** Who is there at first. */
export interface Opening {
  /** The role of each person, or null where that person is not in the organization. */
  readonly people: readonly (Role | null)[];
  /** How many others there are. */
  readonly others: number;
}

/** The people of a story, in an organization. */
export class Cast {
  /** The id under which each person was last there. */
  readonly ids: string[];
  readonly #scene: Organization;
  #anew = 0;

  constructor(scene: Organization, { people, others }: Opening) {
    this.#scene = scene;
    this.ids = people.map((_, n) => `user-p${n}`);
    for (const [n, role] of people.entries()) if (role !== null) this.#add({ person: n, role });
    for (let n = 0; n < others; n++)
      scene.users.add({ id: `user-other${n}`, email: `other${n}@example.com` });
  }

  /** Does what is done from outside. */
  act(outside: Outside): void {
    if (outside.outside === "wait") return;
    if ("invite" in outside) {
      this.#answer(outside);
      return;
    }
    const { users, invites, hidden } = this.#scene;
    const id = this.ids[outside.person] ?? "";
    const user = users.get(id);
    switch (outside.outside) {
      case "set role":
        if (user !== undefined) users.change(id, { role: outside.role });
        return;
      case "leave":
        hidden.delete(id);
        users.remove(id);
        return;
      case "join":
        if (user !== undefined) return;
        if (outside.anew) this.ids[outside.person] = `user-p${outside.person}-${++this.#anew}`;
        this.#add({ ...outside, added_at: this.#scene.now });
        return;
      case "invite": {
        const email = emailOf(outside.person);
        if (user === undefined && !this.#isTaken(email)) invites.add({ email, role: outside.role });
        return;
      }
      case "change email":
        if (user !== undefined)
          users.change(id, { email: this.#freeEmail(outside.person, outside.to !== outside.person) });
        return;
      case "share email":
      case "swap emails": {
        const other = users.get(this.ids[outside.with] ?? "");
        if (user === undefined || other === undefined) return;
        users.change(id, { email: other.email });
        if (outside.outside === "swap emails") users.change(other.id, { email: user.email });
        return;
      }
      case "add alias": {
        const email = emailOf(outside.to);
        if (user !== undefined && !this.#isTaken(email)) users.change(id, { aliases: [email] });
        return;
      }
      case "hide email":
        if (user !== undefined && !hidden.delete(id)) hidden.add(id);
    }
  }

  /** Who accepts is there under a new id. Nobody can who is there already. */
  #answer({ outside, invite }: Extract<Outside, { invite: number }>): void {
    const { users, invites, now } = this.#scene;
    const pending = invites.all().filter(({ status }) => status === "pending");
    const { id, email } = pending[invite % pending.length] ?? {};
    if (id === undefined || email === undefined) return;
    if (outside === "revoke") invites.remove(id);
    if (outside === "let expire") invites.expire(id);
    if (outside !== "accept" && outside !== "accept elsewhere") return;
    const person = Number(/^p(\d)/i.exec(email)?.[1]);
    if (this.#isTaken(email) || users.get(this.ids[person] ?? "") !== undefined) return;
    const user = invites.accept(id);
    const other = outside === "accept" ? {} : { email: this.#freeEmail(person, true) };
    users.change(user.id, { added_at: now, ...other });
    this.ids[person] = user.id;
  }

  #add({ person, role, added_at }: { person: number; role: Role; added_at?: number }): void {
    const id = this.ids[person] ?? "";
    this.#scene.hidden.delete(id);
    this.#scene.users.add({ id, email: this.#freeEmail(person), role, ...(added_at && { added_at }) });
  }

  #freeEmail(person: number, another = false): string {
    const first = emailOf(person);
    return !another && !this.#isTaken(first) ? first : `p${person}-${++this.#anew}@example.com`;
  }

  /** Whether somebody has an email, as the first one or as another. */
  #isTaken(email: string): boolean {
    const { users } = this.#scene;
    return withEmail(email, users).length > 0 || withAlias(email, users).length > 0;
  }
}
