import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";

import { toStatus } from "./errors";
import { packageHandlers } from "./packageHandlers";
import type { ProviderProcess } from "./providerProcess";
import { resourceHandlers } from "./resourceHandlers";

/** Everything that the engine asks of a provider. The library answers other calls as not implemented. */
export function service(provider: ProviderProcess): UntypedServiceImplementation {
  const handlers = { ...packageHandlers(provider), ...resourceHandlers(provider) };
  return Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [
      name,
      unary(provider, (request) => {
        if (OF_PROGRAMS.includes(name)) provider.refusePlainKey();
        return (handler as Handler)(request);
      }),
    ]),
  );
}

/** What only a program asks for. A refresh or a destroy has the settings of the last update, and must not be refused. */
const OF_PROGRAMS = ["check", "invoke"];

type Handler = (request: unknown) => unknown;

function unary({ log }: ProviderProcess, handler: Handler): handleUnaryCall<unknown, unknown> {
  return ({ request }, callback) => {
    Promise.resolve(request)
      .then(handler)
      .finally(() => log.shown())
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          callback(toStatus(error));
        },
      );
  };
}
