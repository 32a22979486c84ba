import { systemClock, type Clock } from "../users-api/clock";
import { shown } from "../users-api/text";
import type { Directory } from "./directory";
import { Declarations } from "./guards/declarations";
import { OwnersGuard } from "./guards/owners";
import { RemovalCap } from "./guards/removals";
import { Replacements } from "./guards/replacements";
import { Secrets } from "./secrets";

/** What every change must keep to. */
export interface Limits {
  /** How many owners must stay. */
  readonly minOwners: number;
  /** How many people one update may remove from the organization. */
  readonly maxRemovals: number;
}

export interface SessionOptions {
  readonly directory: Directory;
  readonly limits: Limits;
  /** Shows a line to the user. */
  readonly say: (line: string) => void;
  /** Default: the process's own clock. */
  readonly clock?: Clock;
}

/** What everything that is declared in one organization shares while a preview, update or destroy runs. */
export class Session {
  readonly directory: Directory;
  readonly limits: Limits;
  readonly say: (line: string) => void;
  readonly declarations = new Declarations();
  readonly owners: OwnersGuard;
  readonly removals: RemovalCap;
  readonly replacements = new Replacements();
  readonly secrets = new Secrets();
  /** The keys of the roster as the state has it: whom it has named until now. */
  rosterBefore: ReadonlySet<string> | undefined;

  constructor({ directory, limits, say, clock = systemClock }: SessionOptions) {
    this.directory = directory;
    this.limits = limits;
    this.say = (line) => {
      say(this.hide(line));
    };
    this.owners = new OwnersGuard(directory, this.declarations, limits.minOwners, clock);
    this.removals = new RemovalCap(limits.maxRemovals, clock);
  }

  /** A text without the program's secrets. */
  readonly hide = (text: string): string => this.secrets.hide(text);

  /** Does something whose error is shown to the user: without the program's secrets. */
  async run<T>(act: (session: Session) => Promise<T>): Promise<T> {
    try {
      return await act(this);
    } catch (error) {
      if (error instanceof Error) error.message = this.hide(error.message);
      throw error;
    }
  }

  /**
   * Before a write to somebody whose organization is known: the same id may be there in another one, and the key may be
   * that one's. Costs one retrieve_user where this process has not heard from the API yet.
   *
   * @throws Error where the key is of another organization than the state.
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
 * @param way - What to run where the organization was only given another name.
 */
export function otherOrganization(
  expected: string | undefined,
  actual: string | undefined,
  way: string,
): string | undefined {
  if (expected === undefined || actual === undefined || actual === expected) return undefined;
  return (
    `The admin key in use belongs to the organization ${shown(actual)}, and the state is of ${shown(expected)}, so ` +
    `nothing was sent. Use a key of ${shown(expected)}, or, if that is its old name, run: ${way}`
  );
}
