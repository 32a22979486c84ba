import type { Emulator } from "pulumi-openai-organization-emulator";

import { AdminKey } from "../provider/src/users-api/adminKey";
import { UsersClient } from "../provider/src/users-api/client";
import { Throttle } from "../provider/src/users-api/pacing/throttle";
import { Transport } from "../provider/src/users-api/http/transport";

/** The provider's own client of an emulator, with the limits that it has by default. */
export function openClient(emulator: Emulator): UsersClient {
  const transport = new Transport({
    baseUrl: emulator.url,
    adminKey: new AdminKey(emulator.adminKey),
    keyAdvice: "",
    requestTimeoutMs: 30_000,
  });
  return new UsersClient(transport, new Throttle({ stallTimeoutMs: 600_000 }));
}
