import { PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";

import { applyRoster } from "../../organization/roster/applyRoster";
import {
  checkRoster,
  deleteRoster,
  diffRoster,
  readRoster,
  ROSTER_ID,
} from "../../organization/roster/roster";
import type { RosterInputs } from "../../organization/roster/rosterInputs";
import type { RosterState } from "../../organization/roster/rosterState";
import type { Difference, ResourceType } from "./resource";

const { ADD, DELETE, UPDATE } = PropertyDiff.Kind;

const KINDS = { add: ADD, delete: DELETE, update: UPDATE };

/** OrganizationRoster. */
export const roster: ResourceType = {
  check: checkRoster,

  async diff(session, _id, state, news, { members }) {
    const { changes, entries, undeclared, policies } = await diffRoster(
      session,
      state as unknown as RosterState,
      news as unknown as RosterInputs,
    );
    const differences: Difference[] = [
      ...entries.map(({ key, kind }) => ({ path: entry(key), kind: KINDS[kind], isOfInputs: false })),
      // Of those the roster does not name, the inputs that a read has answered have an entry.
      ...undeclared
        .filter((key) => Object.hasOwn(Object(members) as object, key))
        .map((key) => ({ path: entry(key), kind: DELETE, isOfInputs: true })),
      ...policies.map((path) => ({ path, kind: UPDATE, isOfInputs: true })),
    ];
    return { changes, differences };
  },

  preview: (inputs) => inputs,

  async create(session, inputs) {
    return { id: ROSTER_ID, state: await applyRoster(session, inputs as unknown as RosterInputs) };
  },

  async read(session, _id, old) {
    const { state, inputs } = await readRoster(session, old ?? {});
    return { id: ROSTER_ID, state, inputs };
  },

  update(session, _id, state, inputs) {
    return applyRoster(session, inputs as unknown as RosterInputs, state as unknown as RosterState);
  },

  delete: (session) => deleteRoster(session),

  derived: { invited: "members" },
};

/** The path of one entry: keys have dots, and may have quotes. */
function entry(key: string): string {
  return `members[${JSON.stringify(key)}]`;
}
