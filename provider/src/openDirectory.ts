import type { Settings } from "./settings";
import { Directory } from "./users-api/directory";
import { lazyClient } from "./users-api/lazyClient";
import { Throttle } from "./users-api/throttle";
import { waitLine } from "./waitLine";

/**
 * Opens the organization that the settings name.
 *
 * @param say - Given a line when requests wait for long.
 * @param signal - Once it is aborted, nothing more is sent.
 */
export function openDirectory(
  settings: Settings,
  say: (line: string) => void,
  signal?: AbortSignal,
): Directory {
  const throttle = new Throttle({
    maxRequestsPerMinute: settings.maxRequestsPerMinute,
    stallTimeoutMs: settings.stallTimeoutMs,
    signal,
    onWait: (report) => {
      say(waitLine(report));
    },
  });
  const client = lazyClient({ ...settings, keyAdvice: keyAdvice(settings) }, throttle);
  return new Directory(client, { bulk: settings.reads === "bulk" });
}

function keyAdvice({ adminKeyFrom }: Settings): string {
  const question = `The admin key comes from ${adminKeyFrom}: is it right, and not revoked?`;
  if (adminKeyFrom !== "openai:adminKey") return question;
  return (
    `${question} Pulumi refreshes and destroys with the configuration of the last update, so after a rotation set ` +
    `OPENAI_ADMIN_KEY to the new key.`
  );
}
