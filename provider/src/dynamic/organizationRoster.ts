import type * as pulumi from "@pulumi/pulumi";

import { DECLARED_BY, ELSEWHERE } from "../organization/declaredBy";
import type { OrganizationUser } from "../users-api/schema";
import { shown } from "../users-api/text";
import type { RawInputs } from "./inputs";
import { PartialFailure, plainly, whyNot } from "./engineError";
import { aboutMembers, checkRoster } from "./rosterCheck";
import { finder, isEmpty, name, planRoster, unsafe, type Change, type RosterPlan } from "./rosterPlan";
import { rosterInputsOf, rosterStateOf, type RosterInputs, type RosterState } from "./rosterState";
import { configure, say, session, type Session } from "./session";
import { isUnknown } from "./unknown";

/** The id of every roster: it is nothing that the API knows. */
const ID = "roster";

/** What the SDK adds to inputs and outputs. */
interface WithProvider {
  readonly __provider?: string;
}

/** The handlers of OrganizationRoster, which Pulumi's dynamic provider calls. */
export class OrganizationRosterProvider implements pulumi.dynamic.ResourceProvider {
  readonly #session: () => Session;
  /** Whether check was asked: the engine asks for a diff also after each read, which is no step towards a change. */
  #checked = false;
  /** Whom other resources declare, by id or by email in lower case, as the program says. */
  #elsewhere: ReadonlySet<string> = new Set();

  /** @param open - What the handlers share; asked for as late as possible, so that its errors belong to an operation. */
  constructor(open: () => Session = session) {
    this.#session = open;
  }

  /** Takes the stack configuration of this process. */
  configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    return configure(request);
  }

  /** Compares the roster with the organization (list_users), so that a preview says all that is wrong. */
  check(
    olds: Partial<RosterState>,
    news: RawInputs,
  ): Promise<pulumi.dynamic.CheckResult<Partial<RosterInputs>>> {
    return plainly("check", async () => {
      const { inputs, failures, known } = checkRoster(news);
      const { declarations } = this.#session();
      const { members } = inputs;
      if (failures.length > 0 || !known || members === undefined) return { inputs, failures };

      this.#checked = true;
      const elsewhere: unknown = news[ELSEWHERE];
      if (Array.isArray(elsewhere))
        this.#elsewhere = new Set(elsewhere.map((person) => String(person).toLowerCase()));
      const declared = inputs as RosterInputs;
      const users = await this.#everybody(members, olds.members);
      const plan = planRoster(users, declared, olds.members, this.#isElsewhere);
      const problems = [...plan.problems];
      // Against a state, diff looks at the whole change; there is none before the roster is created.
      if (olds.members === undefined) problems.push(...this.#refusals(plan, users));
      const resource = news[DECLARED_BY];
      if (typeof resource === "string") {
        for (const { email, userId } of users) declarations.identify(email, userId);
        for (const [key, role] of Object.entries(members)) {
          const person = key.includes("@") ? { email: key } : { userId: key };
          const problem = whyNot(() => {
            declarations.declare(resource, { ...person, role });
          });
          if (problem !== undefined) problems.push(problem);
        }
      }
      if (problems.length > 0) failures.push(aboutMembers(problems));
      for (const warning of plan.warnings) say(`warning: ${warning}`);
      return { inputs, failures };
    });
  }

  /** Whether the organization or the roster's policies differ; the engine shows entry by entry how. */
  diff(_id: string, olds: RosterState, news: RosterInputs): Promise<pulumi.dynamic.DiffResult> {
    return plainly("diff", async () => {
      if (isUnknown(news.members) || Object.values(news.members).some(isUnknown)) return { changes: true };
      const users = await this.#everybody(news.members, olds.members);
      const plan = planRoster(users, news, olds.members, this.#isElsewhere);
      // Of all problems: check compares with the inputs of before, which have, after a refresh, whoever was to be changed.
      const problems = this.#checked ? [...plan.problems, ...this.#refusals(plan, users)] : [];
      if (problems.length > 0) throw new Error(problems.join(" "));
      return { changes: !isEmpty(plan) || !same(olds, rosterStateOf(news, news.members)) };
    });
  }

  /** modify_user for each person whose role differs, delete_user for each who is to be removed. */
  create(inputs: RosterInputs & WithProvider): Promise<pulumi.dynamic.CreateResult<RosterState>> {
    return plainly("create", async () => ({ id: ID, outs: await this.#apply(inputs, {}) }));
  }

  /** As create, for what changed. */
  update(
    _id: string,
    olds: RosterState,
    news: RosterInputs & WithProvider,
  ): Promise<pulumi.dynamic.UpdateResult<RosterState>> {
    return plainly("update", async () => ({ outs: await this.#apply(news, olds.members) }));
  }

  /** list_users: the role that each declared person has, and, in the inputs, whoever would be changed besides. */
  read(id: string, props: RosterState): Promise<pulumi.dynamic.ReadResult<RosterState | RosterInputs>> {
    return plainly("read", async () => {
      const users = await this.#everybody(props.members);
      const inputs = rosterInputsOf(props);
      const { actual, extra } = planRoster(users, inputs);
      return {
        id,
        props: { ...props, members: actual },
        inputs: { ...inputs, members: { ...actual, ...extra } },
      };
    });
  }

  /** Nothing: a roster that is gone declares nobody, and changes nobody. */
  delete(): Promise<void> {
    say("The roster is no longer managed; nobody's role was changed.");
    return Promise.resolve();
  }

  /**
   * Everybody in the organization (list_users). Pages can miss somebody who moves from one to another meanwhile, and
   * absence has consequences, so whoever is declared and not listed is asked for by name.
   */
  async #everybody(
    ...declared: readonly (RosterState["members"] | undefined)[]
  ): Promise<OrganizationUser[]> {
    const { directory } = this.#session();
    const users = await directory.list();
    const find = finder(users);
    const missing = declared.flatMap((members) => Object.keys(members ?? {})).filter((key) => !find(key));
    const found = await Promise.all(
      missing.map((key) => (key.includes("@") ? directory.findByEmail(key) : directory.read(key))),
    );
    const byId = new Map(users.map((user) => [user.userId, user]));
    for (const user of found) if (user !== undefined) byId.set(user.userId, user);
    return [...byId.values()];
  }

  /** Promotions, then demotions, then removals; a failure stops before the next of the three. */
  async #apply(inputs: RosterInputs & WithProvider, before: RosterState["members"]): Promise<RosterState> {
    const users = await this.#everybody(inputs.members, before);
    const plan = planRoster(users, inputs, before, this.#isElsewhere);
    const problems = [...plan.problems, ...this.#refusals(plan, users)];
    if (problems.length > 0) throw new Error(problems.join(" "));

    const applied = new Set<Change>();
    const reasons: string[] = [];
    for (const phase of [plan.promotions, plan.demotions, plan.removals]) {
      const results = await Promise.allSettled(phase.map((change) => this.#change(change)));
      for (const [i, result] of results.entries()) {
        const change = phase[i];
        if (change === undefined) continue;
        if (result.status === "fulfilled") applied.add(change);
        else reasons.push(`${name(change.user)}: ${(result.reason as Error).message}`);
      }
      if (reasons.length > 0) {
        const members = inForce(inputs, before, plan, applied);
        throw new PartialFailure(
          ID,
          { ...rosterStateOf(inputs, members), __provider: inputs.__provider },
          reasons,
        );
      }
    }
    return rosterStateOf(inputs, inputs.members);
  }

  /**
   * Whether another resource declares a person: as the program has said, by an email of now or one by which that resource
   * keeps the person, or as far as the engine has told. Asked only of people whom the roster itself does not name.
   */
  readonly #isElsewhere = ({ userId, email }: OrganizationUser): boolean => {
    const { declarations } = this.#session();
    const names = [userId, ...(email === undefined ? [] : [email]), ...declarations.emailsKept(userId)];
    return (
      names.some((other) => this.#elsewhere.has(other.toLowerCase())) || declarations.has({ userId, email })
    );
  };

  /** Why a plan must not be put into force as a whole, though each of its changes might. */
  #refusals(plan: RosterPlan, users: readonly OrganizationUser[]): string[] {
    return [...this.#unclear(plan, users), ...unsafe(plan, users, this.#session().limits)];
  }

  /**
   * Why nobody may be demoted or removed whom the roster does not name: another resource declares somebody by an email
   * that nobody has. It may keep its person by it, and who that is only its own state says, which is read in a refresh.
   */
  #unclear({ demotions, removals }: RosterPlan, users: readonly OrganizationUser[]): string[] {
    if ([...demotions, ...removals].every(({ key }) => key !== undefined)) return [];
    const { declarations } = this.#session();
    const known = new Set(
      users.flatMap(({ userId, email }) => [email?.toLowerCase(), ...declarations.emailsKept(userId)]),
    );
    return [...this.#elsewhere]
      .filter((person) => person.includes("@") && !known.has(person))
      .map(
        (email) =>
          `Another resource declares ${shown(email)}, an email that nobody in the organization has, so it is not ` +
          `known whom it means, and nobody whom members does not name is demoted or removed. Run with --refresh, ` +
          `or give that resource the email of today or the userId.`,
      );
  }

  async #change({ user, role }: Change): Promise<void> {
    const { directory, lastOwner, removals } = this.#session();
    const letGo = async (): Promise<void> => {
      if (user.role === "owner") await lastOwner.letGo(user);
    };
    if (role === "owner") await directory.modify(user.userId, role);
    else if (role !== undefined) {
      await letGo();
      await directory.modify(user.userId, role);
    } else {
      await removals.remove(user.userId, name(user), async () => {
        await letGo();
        await directory.delete(user.userId);
      });
    }
  }
}

/** The roster's entries as they are after some of a plan's changes; an entry to take out stays until it is. */
function inForce(
  inputs: RosterInputs,
  before: RosterState["members"],
  plan: RosterPlan,
  applied: ReadonlySet<Change>,
): RosterState["members"] {
  const members: Record<string, string> = { ...plan.actual };
  for (const { key, role } of applied) if (key !== undefined && role !== undefined) members[key] = role;
  const pending = new Set(
    [...plan.demotions, ...plan.removals]
      .filter((change) => change.key === undefined && !applied.has(change))
      .flatMap(({ user }) => [user.userId, user.email?.toLowerCase()]),
  );
  for (const [key, role] of Object.entries(before)) {
    if (key in inputs.members) continue;
    if (pending.has(key.includes("@") ? key.toLowerCase() : key)) members[key] = role;
  }
  return members;
}

function same(one: RosterState, other: RosterState): boolean {
  const { members: ours, ...policies } = rosterInputsOf(one);
  const { members: theirs, ...otherPolicies } = rosterInputsOf(other);
  const keys = Object.keys(ours);
  return (
    JSON.stringify(policies) === JSON.stringify(otherPolicies) &&
    keys.length === Object.keys(theirs).length &&
    keys.every((key) => ours[key] === theirs[key])
  );
}
