import { PluginInfo, type PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { formatLine } from "../organization/lines";
import { Secrets } from "../organization/secrets";
import { OWN_PACKAGE } from "../ownPackage";
import type { Settings } from "../settings/settings";
import { configuration, problemsOf, SECRET_SETTINGS, settingsOf, warningsOf } from "./configuration";
import { toFailures } from "./errors";
import { invoke } from "./functions";
import { isPlainKey, withKey, withTellingKey } from "./plainKey";
import type { ProviderProcess } from "./providerProcess";
import { fromWire, toWire, type Properties } from "./values";

/** The calls about the package as a whole, its configuration and its data sources. */
export function packageHandlers(provider: ProviderProcess) {
  return {
    handshake(request: proto.ProviderHandshakeRequest): proto.ProviderHandshakeResponse {
      provider.log.connect(request.getEngineAddress());
      provider.knowsRefreshes = request.getSupportsRefreshBeforeUpdate();
      return new proto.ProviderHandshakeResponse().setAcceptSecrets(true);
    },

    getPluginInfo(): PluginInfo {
      return new PluginInfo().setVersion(OWN_PACKAGE.version);
    },

    getSchema(): proto.GetSchemaResponse {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- read where it is asked for; a bundle takes it in
      return new proto.GetSchemaResponse().setSchema(JSON.stringify(require("../../schema.json")));
    },

    checkConfig(request: proto.CheckRequest): proto.CheckResponse {
      const news = fromWire(request.getNews());
      const given = configuration(request.getUrn(), news.values);
      const secrets = secretsOf(news);
      for (const text of warningsOf(given))
        provider.log.say(formatLine({ kind: "warning", text: secrets.hide(text) }));
      // Whatever the program said, no state may hold the key of an explicit provider as plain text either.
      const inputs = given.isDefault
        ? toWire(withTellingKey(news), news.secrets)
        : toWire(news.values, SECRET_SETTINGS);
      const problems = problemsOf(given).map((problem) => ({
        ...problem,
        reason: secrets.hide(problem.reason),
      }));
      return new proto.CheckResponse()
        .setInputs(inputs)
        .setFailuresList(toFailures(problems, new Set(Object.keys(news.values))));
    },

    /** The engine sees what differs. Nothing replaces a provider, as that would replace all of its people. */
    diffConfig(): proto.DiffResponse {
      return new proto.DiffResponse();
    },

    configure(request: proto.ConfigureRequest): proto.ConfigureResponse {
      const args = request.getArgs();
      const given = fromWire(args);
      let settings: Settings;
      try {
        settings = settingsOf(configuration(request.getUrn() ?? "", withKey(given.values)));
      } catch (error) {
        throw new Error(secretsOf(given).hide((error as Error).message), { cause: error });
      }
      provider.configure(settings, isPlainKey(args));
      return new proto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    },

    async invoke(request: proto.InvokeRequest): Promise<proto.InvokeResponse> {
      const { values, secrets } = fromWire(request.getArgs());
      const { answer, problems } = await provider.run((session) => {
        for (const name of secrets) session.secrets.add(values[name]);
        return invoke(session, request.getTok(), values);
      });
      return new proto.InvokeResponse()
        .setReturn(toWire(answer, secrets))
        .setFailuresList(toFailures(problems, secrets));
    },

    /** The engine sends this after a Ctrl-C, and at the end of every command. */
    cancel(): Empty {
      provider.cancel();
      return new Empty();
    },

    /** The handshake of a process that was started by hand. */
    attach(request: PluginAttach): Empty {
      provider.log.connect(request.getAddress());
      return new Empty();
    },
  };
}

function secretsOf({ values, secrets: names }: Properties): Secrets {
  const secrets = new Secrets();
  for (const name of names) secrets.add(values[name]);
  return secrets;
}
