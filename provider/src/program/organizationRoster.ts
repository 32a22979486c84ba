import * as pulumi from "@pulumi/pulumi";

import { rosterDeclared } from "./declared";
import { organizationOf } from "./organizationProvider";
import { checkPreconditions } from "./preconditions";
import { checkedMembers } from "./rosterMembers";
import { isOfType, providerText, withSecretOutputs } from "./resource";
import { HIDDEN_INPUT } from "../engine/hiddenInput";
import type {
  Absent,
  OwnersThroughGroups,
  UndeclaredInvites,
  UndeclaredMembers,
  UndeclaredOwners,
} from "../organization/policies";
import { ROSTER_DERIVED, type Invited, type RosterStage } from "../organization/roster/rosterState";
import type { Role } from "../users-api/role";

/** A project that an invited person also joins. */
export interface InviteProjectArgs {
  /** The project's id, such as `proj_abc`. */
  id: pulumi.Input<string>;
  /** What the person will be in the project. */
  role: pulumi.Input<"member" | "owner">;
}

/** The arguments of an {@link OrganizationRoster}. */
export interface OrganizationRosterArgs {
  /** The role of each person, by email (in any case) or by user id. See `absent` for people who are not there. */
  members: pulumi.Input<Record<string, pulumi.Input<Role>>>;
  /**
   * How to treat an owner missing from `members`: `error` (default) fails previews and updates, `warn` prints a line,
   * `ignore` does nothing, `demote` makes the person a `member`, `remove` removes the person from the organization.
   * Not `demote` if `undeclaredMembers` is `remove`: the next update would remove the people this one demoted.
   */
  undeclaredOwners?: pulumi.Input<UndeclaredOwners>;
  /**
   * How to treat a member missing from `members`: `ignore` (default) does nothing, `warn` prints a line, `error` fails
   * previews and updates, `remove` removes the person from the organization.
   */
  undeclaredMembers?: pulumi.Input<UndeclaredMembers>;
  /**
   * What to do about an email in `members` that nobody in the organization has: `error` (default) fails previews and
   * updates, `warn` prints a line and changes everybody else, `invite` sends new people an invitation with the declared
   * role (`create_invite`), and revokes a pending one with another role, or one whose entry was taken out (`delete_invite`).
   * People who have left are not invited again. A user id cannot be invited.
   */
  absent?: pulumi.Input<Absent>;
  /**
   * How to treat a pending invitation for somebody missing from `members`: `warn` prints a line, but fails for an invitation
   * as owner if `undeclaredOwners` is `error`; `ignore` does nothing, `error` fails previews and updates, `revoke` revokes
   * it. Default: `warn` if `absent` is `invite`, else `ignore`, without reading invitations.
   */
  undeclaredInvites?: pulumi.Input<UndeclaredInvites>;
  /** The projects that invited people also join. Default: none. Pending invitations stay as they are. */
  inviteProjects?: pulumi.Input<pulumi.Input<InviteProjectArgs>[]>;
  /**
   * How to treat people who are owners through a group, unless `members` declares them owners or `ownerGroups` names the
   * group: `ignore` (default) does not look, `warn` prints a line, `error` fails previews and updates. It never changes
   * anybody, or a group. Looking costs one request for the groups (`list_groups`), one for the roles of each
   * (`list_group_roles`), and one for the people of each with the owner role (`list_group_users`).
   */
  ownersThroughGroups?: pulumi.Input<OwnersThroughGroups>;
  /**
   * The groups, by name or id, whose people may be owners through them. `minOwners` counts these people, too. Default: none.
   */
  ownerGroups?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * The roles of everybody in an OpenAI organization as one resource, by email or user id. An owner missing from
 * `members` fails the preview.
 *
 * An organization has either one roster or an {@link OrganizationUserRole} for each person, not both.
 *
 * Each preview and update lists the organization (`list_users`, one request per 100 people). An update then calls
 * `modify_user` once for each person whose role changes, and `delete_user` for each person a policy removes: promotions
 * first, then demotions, then removals. If `absent` is `invite`, it also lists the invitations (`list_invites`), and
 * invites last. All problems are reported together, before anything is sent. Deleting the roster changes nobody.
 *
 * @example
 * ```typescript
 * new OrganizationRoster("people", {
 *   undeclaredOwners: "error",
 *   undeclaredMembers: "warn",
 *   members: { "alice@example.com": "owner", "bob@example.com": "member", "user-abc": "member" },
 * });
 * ```
 */
export class OrganizationRoster extends pulumi.CustomResource {
  /** The resource's type, which policy packs use to recognise the class. */
  static readonly __pulumiType = "pulumi-nodejs:dynamic/openai:OrganizationRoster";

  /** Whether something is an OrganizationRoster, of this or another copy of the package. */
  static override isInstance(something: unknown): something is OrganizationRoster {
    return isOfType(something, OrganizationRoster.__pulumiType);
  }

  /** The role of each person in the roster, as the program spells it. */
  declare readonly members: pulumi.Output<Record<string, string>>;
  /** Pending invitations, by the entries in `members`; undefined if there are none. */
  declare readonly invited: pulumi.Output<Record<string, Invited> | undefined>;
  /** The user id of each entry in `members`, once it is known, as JSON. */
  declare readonly people: pulumi.Output<string>;
  /** What became of the entries in `members` whose people are not in the organization; undefined if all are there. */
  declare readonly stages: pulumi.Output<Record<string, RosterStage> | undefined>;

  /**
   * @param name - The resource's name in the program.
   * @param args - Who has which role, and how to treat everybody else.
   * @param opts - Pulumi's resource options, without `import`.
   * @throws pulumi.RunError if the organization already has a roster or an {@link OrganizationUserRole} in this program,
   * if `members` has an entry with nothing behind it or is no plain object, if `opts.import` is given, if Pulumi would not
   * find this package from the program's folder, or if the stack configuration holds the admin key as plain text.
   */
  constructor(name: string, args: OrganizationRosterArgs, opts: pulumi.CustomResourceOptions = {}) {
    checkPreconditions("OrganizationRoster", name, opts);
    const properties = {
      invited: undefined,
      people: undefined,
      stages: undefined,
      ...args,
      members: checkedMembers(`OrganizationRoster "${name}"`, args.members),
      [HIDDEN_INPUT]: rosterDeclared(organizationOf(opts), name, args),
      __provider: providerText("OrganizationRoster"),
    };
    super(
      OrganizationRoster.__pulumiType,
      name,
      properties,
      withSecretOutputs(opts, args.members, ROSTER_DERIVED),
    );
  }
}
