import type { NewUser, Role } from "../../../emulator/src";

/** People of an organization by a short name: `bob` is `user-bob`, `bob@example.com`. */
export function people(role: Role, ...names: readonly string[]): NewUser[] {
  return names.map((name) => ({ id: `user-${name}`, email: `${name}@example.com`, name, role }));
}
