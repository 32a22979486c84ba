import * as pulumi from "@pulumi/pulumi";

import { DECLARED_BY } from "../organization/declaredBy";
import { declaredBy } from "./declaredBy";
import { refuseImport, refusePlainKey, requireResolvable } from "./preconditions";
import type { UndeclaredMembers, UndeclaredOwners } from "../organization/policies";
import type { Role } from "../users-api/role";

/** The arguments of an {@link OrganizationRoster}. */
export interface OrganizationRosterArgs {
  /** The role of each person, by email (whatever its case) or by user id. Everybody must be in the organization. */
  members: pulumi.Input<Record<string, pulumi.Input<Role>>>;
  /**
   * What is done about an owner whom `members` does not name: `error` (default) fails previews and updates, `warn`
   * prints a line, `ignore` does nothing, `demote` makes the person a member.
   */
  undeclaredOwners?: pulumi.Input<UndeclaredOwners>;
  /**
   * What is done about a member whom `members` does not name: `ignore` (default) does nothing, `warn` prints a line,
   * `error` fails previews and updates, `remove` removes the person from the organization.
   */
  undeclaredMembers?: pulumi.Input<UndeclaredMembers>;
}

/** See {@link OrganizationUserRole}'s provider text: why it is literal, and must not change. */
const PROVIDER_TEXT = 'module.exports=require("pulumi-openai-organization/roster")';

/**
 * The roles of many people in an OpenAI organization as one resource: what an {@link OrganizationUserRole} is for one
 * person, at the cost of one resource, and with an eye on everybody whom it does not name. An owner whom the program
 * does not declare fails the preview.
 *
 * It lists the organization (`list_users`, one request for 100 people) in each preview and update, and calls
 * `modify_user` once for each person whose role changes: promotions first, then demotions, then removals
 * (`delete_user`). All problems are reported together, before anything is sent. Deleting the resource changes nobody.
 *
 * @example
 * ```typescript
 * new OrganizationRoster("people", {
 *   members: { "alice@example.com": "owner", "bob@example.com": "member", "user-abc": "member" },
 * });
 * ```
 */
export class OrganizationRoster extends pulumi.CustomResource {
  /** The role of each person whom the roster names, in the program's words. */
  declare readonly members: pulumi.Output<Record<string, string>>;

  /**
   * @param name - The resource's name in the program.
   * @param args - Who has which role, and what is done about everybody else.
   * @param opts - Pulumi's resource options, without `import`.
   * @throws Error where `opts.import` is given, where Pulumi's provider process could not find this package, or where
   * the stack configuration has the admin key as plain text.
   */
  constructor(name: string, args: OrganizationRosterArgs, opts: pulumi.CustomResourceOptions = {}) {
    refuseImport("OrganizationRoster", name, opts);
    requireResolvable();
    refusePlainKey();
    const properties = {
      ...args,
      [DECLARED_BY]: declaredBy(name),
      __provider: PROVIDER_TEXT,
    };
    super("pulumi-nodejs:dynamic/openai:OrganizationRoster", name, properties, opts);
  }
}
