import type { UsersApi } from "./client";
import type { Throttle } from "./pacing/throttle";
import type { TransportOptions } from "./http/transport";

/**
 * The users API, loaded and opened by the first request, which fails if that fails. A program that only declares
 * resources sends none, nor does a preview without changes, and undici and valibot take several times as long to load
 * as everything else that the handlers need (docs/BENCH.md).
 */
export function lazyClient(options: TransportOptions, throttle: Throttle): UsersApi {
  let client: UsersApi | undefined;
  const open = (): UsersApi => (client ??= openClient(options, throttle));
  return {
    listUsers: async (query) => open().listUsers(query),
    listUserActivity: async (after) => open().listUserActivity(after),
    retrieveUser: async (userId) => open().retrieveUser(userId),
    modifyUser: async (userId, role) => open().modifyUser(userId, role),
    deleteUser: async (userId) => open().deleteUser(userId),
    listInvites: async (after) => open().listInvites(after),
    createInvite: async (invite, find) => open().createInvite(invite, find),
    deleteInvite: async (inviteId) => open().deleteInvite(inviteId),
    listAdminApiKeys: async (after) => open().listAdminApiKeys(after),
    listGroups: async (after) => open().listGroups(after),
    listGroupRoles: async (groupId, after) => open().listGroupRoles(groupId, after),
    listGroupUsers: async (groupId, after) => open().listGroupUsers(groupId, after),
    listUserRoles: async (userId, after) => open().listUserRoles(userId, after),
    listAuditEvents: async (query) => open().listAuditEvents(query),
    get organization() {
      return client?.organization;
    },
  };
}

/* eslint-disable @typescript-eslint/no-require-imports -- Jest, which tests programs too, refuses import() here */
function openClient(options: TransportOptions, throttle: Throttle): UsersApi {
  const { UsersClient } = require("./client") as typeof import("./client");
  const { Transport } = require("./http/transport") as typeof import("./http/transport");
  return new UsersClient(new Transport(options), throttle);
}
