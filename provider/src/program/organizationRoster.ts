import * as pulumi from "@pulumi/pulumi";

import { rosterDeclared } from "./declared";
import { isOfType } from "./isOfType";
import { organizationOf } from "./organizationProvider";
import { refuseImport, refusePlainKey, requireResolvable } from "./preconditions";
import { DECLARED_BY } from "../organization/declaredBy";
import type { UndeclaredMembers, UndeclaredOwners } from "../organization/policies";
import type { Role } from "../users-api/role";

/** The arguments of an {@link OrganizationRoster}. */
export interface OrganizationRosterArgs {
  /** The role of each person, by email (in any case) or by user id. Everybody must be in the organization already. */
  members: pulumi.Input<Record<string, pulumi.Input<Role>>>;
  /**
   * How to treat an owner missing from `members`: `error` (default) fails previews and updates, `warn` prints a line,
   * `ignore` does nothing, `demote` makes the person a `member`, `remove` removes the person from the organization.
   * Not `demote` where `undeclaredMembers` is `remove`: the next update would remove whom this one demoted.
   */
  undeclaredOwners?: pulumi.Input<UndeclaredOwners>;
  /**
   * How to treat a member missing from `members`: `ignore` (default) does nothing, `warn` prints a line, `error` fails
   * previews and updates, `remove` removes the person from the organization.
   */
  undeclaredMembers?: pulumi.Input<UndeclaredMembers>;
}

/** See {@link OrganizationUserRole}'s provider text: why it is literal, and must not change. */
const PROVIDER_TEXT = 'module.exports=require("pulumi-openai-organization/roster")';

/**
 * The roles of everybody in an OpenAI organization as one resource, by email or user id. An owner missing from
 * `members` fails the preview.
 *
 * An organization has one roster, or an {@link OrganizationUserRole} for each person, not both.
 *
 * Each preview and update lists the organization (`list_users`, one request per 100 people). An update then calls
 * `modify_user` once for each person whose role changes, and `delete_user` for each whom a policy removes: promotions
 * first, then demotions, then removals. All problems are reported together, before anything is sent. Deleting the
 * roster changes nobody.
 *
 * @example
 * ```typescript
 * new OrganizationRoster("people", {
 *   members: { "alice@example.com": "owner", "bob@example.com": "member", "user-abc": "member" },
 * });
 * ```
 */
export class OrganizationRoster extends pulumi.CustomResource {
  /** The type of the resource, by which policy packs know the class. */
  static readonly __pulumiType = "pulumi-nodejs:dynamic/openai:OrganizationRoster";

  /** Whether something is an OrganizationRoster, also of another copy of this package. */
  static override isInstance(something: unknown): something is OrganizationRoster {
    return isOfType(something, OrganizationRoster.__pulumiType);
  }

  /** The role of each person in the roster, in the program's words. */
  declare readonly members: pulumi.Output<Record<string, string>>;

  /**
   * @param name - The resource's name in the program.
   * @param args - Who has which role, and how to treat everybody else.
   * @param opts - Pulumi's resource options, without `import`.
   * @throws pulumi.RunError where the organization already has a roster or an {@link OrganizationUserRole} in this
   * program, where `opts.import` is given, where Pulumi would not find this package from the program's folder, or
   * where the stack configuration holds the admin key as plain text.
   */
  constructor(name: string, args: OrganizationRosterArgs, opts: pulumi.CustomResourceOptions = {}) {
    refuseImport("OrganizationRoster", name, opts);
    requireResolvable();
    refusePlainKey();
    const properties = {
      ...args,
      [DECLARED_BY]: rosterDeclared(organizationOf(opts), name, args.members),
      __provider: PROVIDER_TEXT,
    };
    super(OrganizationRoster.__pulumiType, name, properties, opts);
  }
}
