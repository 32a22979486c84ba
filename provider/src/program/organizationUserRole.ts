import * as pulumi from "@pulumi/pulumi";

import { ownerRegisters, roleDeclared } from "./declared";
import { organizationOf } from "./organizationProvider";
import { checkPreconditions } from "./preconditions";
import { isOfType, providerText, withSecretOutputs } from "./resource";
import { HIDDEN_INPUT } from "../engine/hiddenInput";
import type { OnDelete } from "../organization/policies";
import { ROLE_DERIVED } from "../organization/role/roleState";
import type { Role } from "../users-api/role";

/** The arguments of an {@link OrganizationUserRole}. Give either `userId` or `email`. */
export interface OrganizationUserRoleArgs {
  /** The user's id, such as `user-abc`. Changing it names another person and replaces the resource. */
  userId?: pulumi.Input<string>;
  /**
   * The person's email, in any case. An email of another person replaces the resource; another email of the same person
   * does not.
   */
  email?: pulumi.Input<string>;
  /** `owner`, or `member`, which the API also calls `reader`: the two are the same role. */
  role: pulumi.Input<Role>;
  /**
   * What happens to the person when the resource is deleted: `remove` (default) removes the person from the
   * organization (`delete_user`), `demote` makes the person a `member` (`modify_user`), `retain` changes nothing.
   */
  onDelete?: pulumi.Input<OnDelete>;
}

/**
 * The role of one person in an OpenAI organization.
 *
 * The person must already be in the organization. Creating the resource sets the existing user's role, so you need not
 * import it. Deleting it does what `onDelete` says. Its id is the user's id.
 *
 * An organization has either one {@link OrganizationRoster} or resources for single people, not both.
 *
 * Create and update call `modify_user`, unless the person has the role already; preview and read call `retrieve_user`
 * (`list_users` for many people); delete calls `delete_user`. The admin key comes from `OPENAI_ADMIN_KEY`
 * or the secret stack configuration `openai-organization:adminKey`.
 *
 * @example
 * ```typescript
 * new OrganizationUserRole("alice", { email: "alice@example.com", role: "owner" });
 * ```
 */
export class OrganizationUserRole extends pulumi.CustomResource {
  /** The resource's type, which policy packs use to recognise the class. */
  static readonly __pulumiType = "pulumi-nodejs:dynamic/openai:OrganizationUserRole";

  /** Whether something is an OrganizationUserRole, of this or another copy of the package. */
  static override isInstance(something: unknown): something is OrganizationUserRole {
    return isOfType(something, OrganizationUserRole.__pulumiType);
  }

  /** The user's id. */
  declare readonly userId: pulumi.Output<string>;
  /** The email as the API has it; undefined if it has none. */
  declare readonly email: pulumi.Output<string | undefined>;
  /** The display name; undefined if there is none. */
  declare readonly name: pulumi.Output<string | undefined>;
  /** The role, as the program spells it. */
  declare readonly role: pulumi.Output<Role>;
  /** When the person joined the organization, in Unix seconds; undefined if the API does not say. */
  declare readonly addedAt: pulumi.Output<number | undefined>;

  /**
   * @param name - The resource's name in the program: unique, and not shown to the API.
   * @param args - Who, and which role.
   * @param opts - Pulumi's resource options, without `import`.
   * @throws pulumi.RunError if this program also declares an {@link OrganizationRoster} of the organization, if
   * `opts.import` is given, if Pulumi would not find this package from the program's folder, or if the stack
   * configuration holds the admin key as plain text.
   */
  constructor(name: string, args: OrganizationUserRoleArgs, opts: pulumi.CustomResourceOptions = {}) {
    checkPreconditions("OrganizationUserRole", name, opts);
    const outputs = { name: undefined, addedAt: undefined };
    const properties = {
      userId: undefined,
      email: undefined,
      ...outputs,
      ...args,
      [HIDDEN_INPUT]: roleDeclared(organizationOf(opts), name, args, opts.ignoreChanges),
      __provider: providerText("OrganizationUserRole"),
    };
    const options = withSecretOutputs(opts, args.email, ROLE_DERIVED);
    super(OrganizationUserRole.__pulumiType, name, properties, options);
    if (args.role === "owner") ownerRegisters(organizationOf(opts), this.urn);
  }
}
