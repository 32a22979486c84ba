import { credentials, Server, ServerCredentials, type Client, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";

import type { Emulator, EmulatorOptions } from "../../../emulator/src";
import { ProviderProcess } from "../../../provider/src/plugin/providerProcess";
import { service } from "../../../provider/src/plugin/service";
import { toWire } from "../../../provider/src/plugin/values";
import { start } from "../../api/clientSupport";

export { endAll } from "../organization/support";

const servers: Server[] = [];

/** Ends every plugin that a test has started. */
export function endPlugins(): void {
  for (const server of servers.splice(0)) server.forceShutdown();
}

/** What the engine calls. */
export type Method = Exclude<keyof ResourceProviderClient, keyof Client>;

/** A plugin, and an organization for it, as the engine has them: by messages over a socket. */
interface Plugin {
  readonly emulator: Emulator;
  /** Calls a method, which must succeed. */
  readonly call: <Response>(method: Method, request: object) => Promise<Response>;
  /** Calls a method, which must fail. */
  readonly fails: (method: Method, request: object) => Promise<ServiceError>;
  /** What a check says that is wrong. */
  readonly failures: (method: "check" | "checkConfig", urn: string, news: object) => Promise<object[]>;
}

/** Starts a plugin, which is configured for an organization. */
export async function openPlugin(options: EmulatorOptions = {}): Promise<Plugin> {
  const emulator = await start(options);
  const server = new Server();
  server.addService(ResourceProviderService, service(new ProviderProcess(new AbortController().signal)));
  servers.push(server);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  const call = <Response>(method: Method, request: object): Promise<Response> =>
    new Promise((resolve, reject) => {
      const send = client[method].bind(client) as unknown as (
        request: object,
        callback: (error: ServiceError | null, response: Response) => void,
      ) => void;
      send(request, (error, response) => {
        if (error === null) resolve(response);
        else reject(error);
      });
    });
  const fails = async (method: Method, request: object): Promise<ServiceError> => {
    const answer = await call(method, request).catch((error: unknown) => error as ServiceError);
    if (answer instanceof Error) return answer as ServiceError;
    throw new Error(`${method} succeeded.`);
  };
  const failures = async (method: Method, urn: string, news: object): Promise<object[]> => {
    const request = new proto.CheckRequest().setUrn(urn).setNews(toWire(news));
    const answer = await call<proto.CheckResponse>(method, request);
    return answer.getFailuresList().map((failure) => failure.toObject());
  };
  const args = toWire({ adminKey: emulator.adminKey, baseUrl: emulator.url });
  const urn = "urn:pulumi:dev::people::pulumi:providers:openai-organization::research";
  await call("configure", new proto.ConfigureRequest().setUrn(urn).setArgs(args));
  return { emulator, call, fails, failures };
}

/** The URN of a resource of this package. */
export function urn(type: string, name = "resource"): string {
  return `urn:pulumi:dev::people::openai-organization:index:${type}::${name}`;
}
