import * as pulumi from "@pulumi/pulumi";

import { tellSecrets } from "./declared";
import { checkPreconditions } from "./preconditions";
import { checkedMembers } from "./rosterMembers";
import { isOfType, providerText, withSecretOutputs } from "./resource";
import { HIDDEN_INPUT } from "../engine/hiddenInput";
import type { ProjectAbsent, UndeclaredMembers, UndeclaredOwners } from "../organization/policies";
import { PROJECT_DERIVED } from "../organization/project/projectState";
import type { RosterStage } from "../organization/roster/rosterState";
import type { ProjectRole } from "../users-api/role";

/** The arguments of a {@link ProjectRoster}. */
export interface ProjectRosterArgs {
  /** The project's id, such as `proj_abc`. Another project replaces the resource, and changes nobody in this one. */
  project: pulumi.Input<string>;
  /**
   * The role of each person in the project, by email (in any case) or by user id. See `absent` for people who are not in
   * the organization. The organization's owners are owners of every project, declared or not.
   */
  members: pulumi.Input<Record<string, pulumi.Input<ProjectRole>>>;
  /**
   * How to treat an owner of the project missing from `members`: `warn` (default) prints a line, `error` fails previews and
   * updates, `ignore` does nothing, `demote` makes the person a `member`, `remove` removes the person from the project.
   * Not `demote` if `undeclaredMembers` is `remove`: the next update would remove the people this one demoted.
   */
  undeclaredOwners?: pulumi.Input<UndeclaredOwners>;
  /**
   * How to treat a member of the project missing from `members`: `ignore` (default) does nothing, `warn` prints a line,
   * `error` fails previews and updates, `remove` removes the person from the project.
   */
  undeclaredMembers?: pulumi.Input<UndeclaredMembers>;
  /**
   * What to do about an entry in `members` whose person is not in the organization: `warn` (default) prints a line and
   * changes everybody else, `error` fails previews and updates. Who is invited is awaited, and added once they have joined.
   */
  absent?: pulumi.Input<ProjectAbsent>;
}

/**
 * Who may use one project of an OpenAI organization, by email or user id.
 *
 * It adds people of the organization to the project, sets their roles there and, if a policy says so, removes others. It
 * neither invites nor removes anybody in the organization: an {@link OrganizationRoster} does. If the program has one, let
 * this resource depend on it. A project has one roster.
 *
 * Each preview and update lists the organization's users (`list_users`) and projects (`list_projects`) once for all rosters,
 * and the people in this project (`list_project_users`). An update then calls `create_project_user`, `modify_project_user`
 * or `delete_project_user` once for each person whose access changes: additions and promotions first, then demotions, then
 * removals, each of somebody whom `retrieve_project_user` shows with the same role. Deleting the roster changes nobody. Its
 * id is the project's id.
 *
 * @example
 * ```typescript
 * new ProjectRoster("chatbot", {
 *   project: "proj_abc",
 *   members: { "bob@example.com": "owner", "carol@example.com": "member" },
 * });
 * ```
 */
export class ProjectRoster extends pulumi.CustomResource {
  /** The resource's type, which policy packs use to recognise the class. */
  static readonly __pulumiType = "pulumi-nodejs:dynamic/openai:ProjectRoster";

  /** Whether something is a ProjectRoster, of this or another copy of the package. */
  static override isInstance(something: unknown): something is ProjectRoster {
    return isOfType(something, ProjectRoster.__pulumiType);
  }

  /** The project's id. */
  declare readonly project: pulumi.Output<string>;
  /** The project's name; undefined if the API does not say. */
  declare readonly projectName: pulumi.Output<string | undefined>;
  /** The role of each person in the project. */
  declare readonly members: pulumi.Output<Record<string, string>>;
  /** The user id of each entry in `members`, once it is known, as JSON. */
  declare readonly people: pulumi.Output<string>;
  /** What became of the entries in `members` whose people are not in the organization; undefined if all are there. */
  declare readonly stages: pulumi.Output<Record<string, RosterStage> | undefined>;

  /**
   * @param name - The resource's name in the program.
   * @param args - Which project, who has which role there, and how to treat everybody else.
   * @param opts - Pulumi's resource options, without `import`.
   * @throws pulumi.RunError if `members` has an entry with nothing behind it or is no plain object, if `opts.import` is
   * given, if Pulumi would not find this package from the program's folder, or if the stack configuration holds the admin
   * key as plain text.
   */
  constructor(name: string, args: ProjectRosterArgs, opts: pulumi.CustomResourceOptions = {}) {
    checkPreconditions("ProjectRoster", name, opts);
    const properties = {
      people: undefined,
      stages: undefined,
      projectName: undefined,
      ...args,
      members: checkedMembers(`ProjectRoster "${name}"`, args.members),
      [HIDDEN_INPUT]: tellSecrets(name, args),
      __provider: providerText("ProjectRoster"),
    };
    const options = withSecretOutputs(opts, args.members, PROJECT_DERIVED);
    super(ProjectRoster.__pulumiType, name, properties, options);
  }
}
