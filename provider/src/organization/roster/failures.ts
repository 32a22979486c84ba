import { UsersApiError } from "../../users-api/errors";
import { firstLines } from "../person";
import { whom } from "./lines";
import type { Change, InviteChange } from "./changes";

/** Why changes failed: reasons that differ only in the person are shown once. */
export class Failures {
  readonly #reasons = new Map<
    string,
    { readonly reason: string; readonly changes: (Change | InviteChange)[] }
  >();

  get any(): boolean {
    return this.#reasons.size > 0;
  }

  add(change: Change | InviteChange, error: unknown): void {
    let reason = (error as Error).message;
    let same = reason;
    if (error instanceof UsersApiError) {
      reason = reason.replace(error.path, "…");
      // Request ids and numbers differ between answers: the first is shown.
      same = error.name + reason.replace(/\(request id [^)]*\)|\d+/g, "");
    }
    const known = this.#reasons.get(same);
    if (known === undefined) this.#reasons.set(same, { reason, changes: [change] });
    else known.changes.push(change);
  }

  reasons(): string[] {
    const lines = [...this.#reasons.values()].map(({ reason, changes }) => {
      const who = firstLines(changes.map(whom)).join(", ");
      return `Could not ${who}: ${reason}`;
    });
    return firstLines(lines);
  }
}
