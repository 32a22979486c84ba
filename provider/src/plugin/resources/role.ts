import { PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";

import { UNKNOWN } from "../../organization/inputs";
import {
  checkRole,
  createRole,
  deleteRole,
  diffRole,
  readRole,
  updateRole,
} from "../../organization/role/role";
import type { RoleInputs } from "../../organization/role/roleInputs";
import { inputsOf, type RoleState } from "../../organization/role/roleState";
import type { ResourceType } from "./resource";

const { ADD, UPDATE, UPDATE_REPLACE } = PropertyDiff.Kind;

/** OrganizationUserRole. */
export const role: ResourceType = {
  check: checkRole,

  async diff(session, id, state, news, oldInputs) {
    const { changes, replaces, updates } = await diffRole(
      session,
      id,
      state as unknown as RoleState,
      news as unknown as RoleInputs,
    );
    const differences = [
      ...replaces.map((path) => ({ path, kind: UPDATE_REPLACE, isOfInputs: true })),
      ...updates.map((path) => ({ path, kind: path in oldInputs ? UPDATE : ADD, isOfInputs: true })),
    ];
    return { changes, differences };
  },

  preview(inputs, state) {
    const { userId = UNKNOWN, email = UNKNOWN, name = UNKNOWN, addedAt = UNKNOWN } = state ?? inputs;
    return { userId, email, name, addedAt, ...inputs };
  },

  async create(session, inputs) {
    const state = await createRole(session, inputs as unknown as RoleInputs);
    return { id: state.userId, state };
  },

  async read(session, id, old) {
    const state = await readRole(session, id, old);
    return state && { id: state.userId, state, inputs: inputsOf(state) };
  },

  update(session, id, state, inputs) {
    return updateRole(session, id, state as unknown as RoleState, inputs as unknown as RoleInputs);
  },

  delete(session, id, state) {
    return deleteRole(session, id, state as unknown as RoleState);
  },

  derived: { declaredEmail: "email" },
};
