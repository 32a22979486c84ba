import { systemClock, type Clock } from "../users-api/clock";
import { shown } from "../text";
import type { Directory } from "./directory";
import type { Invitations } from "./invitations";
import { formatLine, type LineKind } from "./lines";
import type { Opened } from "./openOrganization";
import type { RosterState } from "./roster/rosterState";
import { Declarations } from "./guards/declarations";
import type { Limits } from "./guards/limits";
import { OwnersGuard } from "./guards/owners";
import { RemovalCap } from "./guards/removals";
import { Replacements } from "./guards/replacements";
import { Secrets } from "./secrets";

export interface SessionOptions extends Pick<Opened, "directory" | "invitations"> {
  readonly limits: Limits;
  /** Shows the user a line, in the form of {@link formatLine}. */
  readonly say: (line: string) => void;
  readonly clock?: Clock;
  /** The time in Unix seconds. Default: the machine's. */
  readonly now?: () => number;
}

/** What all resources of one organization share during one preview, update or destroy. */
export class Session {
  readonly directory: Directory;
  readonly invitations: Invitations;
  readonly limits: Limits;
  /** Shows the user a line. */
  readonly say: (text: string, kind?: LineKind) => void;
  readonly declarations = new Declarations();
  readonly owners: OwnersGuard;
  readonly removals: RemovalCap;
  readonly replacements = new Replacements();
  readonly secrets = new Secrets();
  /** The time in Unix seconds. */
  readonly now: () => number;
  /**
   * The roster's state, as last handed over in this process: a replacement is created without one, and must know what the
   * old roster knew.
   */
  roster: RosterState | undefined;

  constructor(options: SessionOptions) {
    const { directory, invitations, limits, say, clock = systemClock } = options;
    this.now = options.now ?? (() => Math.floor(Date.now() / 1000));
    this.directory = directory;
    this.invitations = invitations;
    this.limits = limits;
    this.say = (text, kind = "done") => {
      say(formatLine({ kind, text: this.hide(text) }));
    };
    this.owners = new OwnersGuard(directory, this.declarations, limits.minOwners, clock);
    this.removals = new RemovalCap(limits.maxRemovals, clock);
  }

  /** A text without the program's secret emails. */
  readonly hide = (text: string): string => this.secrets.hide(text);

  /** Runs something; its error shows none of the program's secret emails. */
  async run<T>(act: (session: Session) => Promise<T>): Promise<T> {
    try {
      return await act(this);
    } catch (error) {
      if (error instanceof Error) error.message = this.hide(error.message);
      throw error;
    }
  }

  /**
   * Called before a write: the key may belong to another organization, where the same id may exist. Costs one
   * retrieve_user if this process has not heard from the API yet.
   *
   * @throws Error if the key belongs to another organization than the state.
   */
  async requireOrganization(userId: string, expected: string | undefined): Promise<void> {
    if (expected === undefined) return;
    if (this.directory.organization === undefined) await this.directory.read(userId);
    const problem = otherOrganization(expected, this.directory.organization, "pulumi refresh");
    if (problem !== undefined) throw new Error(problem);
  }
}

/**
 * Why nothing may be written with a key of another organization.
 *
 * @param way - What to run if the organization was only renamed.
 */
export function otherOrganization(
  expected: string | undefined,
  actual: string | undefined,
  way: string,
): string | undefined {
  if (expected === undefined || actual === undefined || actual === expected) return undefined;
  return (
    `The admin key in use belongs to organization ${shown(actual)}, but the state is for ${shown(expected)}, so ` +
    `nothing was sent. Use a key of ${shown(expected)}, or, if that is its old name, run: ${way}`
  );
}
