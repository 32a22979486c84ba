import { systemClock, type Clock } from "../users-api/clock";
import type { OrganizationUser } from "../users-api/schema";
import { printable, shown } from "../text";
import type { Directory } from "./directory";
import type { Groups } from "./groups";
import type { Invitations } from "./invitations";
import { formatLine, type LineKind } from "./lines";
import type { Opened } from "./openOrganization";
import type { Person } from "./person";
import { ProjectRemovals } from "./project/projectRemovals";
import type { ProjectState } from "./project/projectState";
import type { Projects } from "./projects";
import { roleLine } from "./role/roleLines";
import type { Change } from "./roster/changes";
import type { RosterState } from "./roster/rosterState";
import { Declarations } from "./guards/declarations";
import type { Limits } from "./guards/limits";
import { OwnersGuard } from "./guards/owners";
import { ALONE, type Peers } from "./guards/peers";
import { RemovalCap } from "./guards/removals";
import { Replacements } from "./guards/replacements";
import { Secrets } from "./secrets";

export interface SessionOptions extends Pick<Opened, "directory" | "invitations" | "groups" | "projects"> {
  readonly limits: Limits;
  /** Shows the user a line, in the form of {@link formatLine}. */
  readonly say: (line: string) => void;
  readonly clock?: Clock;
  /** The time in Unix seconds. Default: the machine's. */
  readonly now?: () => number;
  /** The name that the organization had until it was renamed, if the user says so. */
  readonly renamedFrom?: string | undefined;
  /** The other processes of the same command. Default: none. */
  readonly peers?: Peers;
}

/** What all resources of one organization share during one preview, update or destroy. */
export class Session {
  readonly directory: Directory;
  readonly invitations: Invitations;
  readonly groups: Groups;
  readonly projects: Projects;
  readonly limits: Limits;
  /** Shows the user a line. */
  readonly say: (text: string, kind?: LineKind) => void;
  readonly declarations: Declarations;
  readonly owners: OwnersGuard;
  readonly removals: RemovalCap;
  readonly projectRemovals: ProjectRemovals;
  readonly replacements = new Replacements();
  readonly secrets = new Secrets();
  /** The time in Unix seconds. */
  readonly now: () => number;
  readonly #renamedFrom: string | undefined;
  readonly #said = new Set<string>();
  readonly #peers: Peers;
  /**
   * The roster's state, as last handed over in this process: a replacement is created without one, and must know what the
   * old roster knew.
   */
  roster: RosterState | undefined;
  /** The same of the rosters of projects, by the project's id. */
  readonly projectRosters = new Map<string, ProjectState>();
  /** What the organization's roster changes in this command, as far as that has been planned. */
  rosterChanges: Promise<readonly Change[]> = Promise.resolve([]);

  constructor(options: SessionOptions) {
    const {
      directory,
      invitations,
      groups,
      projects,
      limits,
      say,
      clock = systemClock,
      peers = ALONE,
    } = options;
    this.now = options.now ?? (() => Math.floor(Date.now() / 1000));
    this.#renamedFrom = options.renamedFrom;
    this.#peers = peers;
    this.declarations = new Declarations(peers);
    this.directory = directory;
    this.invitations = invitations;
    this.groups = groups;
    this.projects = projects;
    this.limits = limits;
    this.say = (text, kind = "done") => {
      say(formatLine({ kind, text: this.hide(text) }));
    };
    const promoted = (user: OrganizationUser): void => {
      const line = roleLine(user, "owner", "done");
      if (line !== undefined) this.say(line);
    };
    this.owners = new OwnersGuard(directory, this.declarations, limits.minOwners, clock, promoted, peers);
    this.removals = new RemovalCap(limits.maxRemovals, clock, peers);
    this.projectRemovals = new ProjectRemovals(limits.maxRemovals, clock);
  }

  /** Shows a line once: the engine may ask twice, and several resources may have to say the same. */
  sayOnce(text: string, kind?: LineKind): void {
    if (this.#said.has(text)) return;
    this.#said.add(text);
    this.say(text, kind);
  }

  /** A text without the program's secret emails. */
  readonly hide = (text: string): string => this.secrets.hide(text);

  /** Runs something; its error shows none of the program's secret emails. Before it ends, other processes know of it. */
  async run<T>(act: (session: Session) => Promise<T>): Promise<T> {
    try {
      return await act(this);
    } catch (error) {
      if (error instanceof Error) error.message = this.hide(error.message);
      throw error;
    } finally {
      this.#peers.sync(this.directory.organization);
    }
  }

  /** Whether the program declares or reads a person. @param organization - Its name in the state. */
  isDeclared(person: Person, organization: string | undefined): boolean {
    return this.declarations.has(person, organization === this.#renamedFrom ? undefined : organization);
  }

  /**
   * The organization's name for a state that has one so far. It never gives way to another name by itself: the key may
   * belong to another organization, where the same ids may exist.
   *
   * @throws Error if the API names another organization, and the user does not say that this one was renamed.
   */
  organizationOf(before: string | undefined): string | undefined {
    const { organization: now = before } = this.directory;
    if (before === undefined || now === before || before === this.#renamedFrom) return now;
    throw new Error(otherOrganization(before, shown(now)));
  }

  /**
   * Called before a write, and before a preview promises one. Costs one retrieve_user if this process has not heard from
   * the API yet.
   *
   * @throws Error as {@link organizationOf} does.
   */
  async requireOrganization(userId: string, expected: string | undefined): Promise<void> {
    if (expected === undefined) return;
    if (this.directory.organization === undefined) await this.directory.read(userId);
    this.organizationOf(expected);
  }
}

function otherOrganization(expected: string, actual: string): string {
  // Whole, as it has to be repeated.
  const name = `"${printable(expected)}"`;
  return (
    `The admin key in use belongs to organization ${actual}, but the state is for ${name}, so nothing was changed. ` +
    `Use a key of ${name}. If that is the organization's old name, run this once: ` +
    `OPENAI_ORGANIZATION_RENAMED_FROM=${name} pulumi refresh`
  );
}
