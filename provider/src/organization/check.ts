import type { Declarer } from "./guards/declarations";
import type { Problem, RawInputs } from "./inputs";
import type { Resource } from "./resource";
import type { Session } from "./session";

/**
 * Checks what a program declares, with its secrets in mind: no problem shows one, and none names a secret property, as the
 * engine would print its value.
 */
export async function check(
  session: Session,
  resource: Pick<Resource, "check">,
  declarer: Declarer,
  olds: RawInputs,
  news: RawInputs,
): Promise<{ readonly inputs: object; readonly problems: readonly Problem[] }> {
  const { secrets = [] } = declarer;
  // The old values, too: lines tell who was taken out.
  for (const property of secrets) session.secrets.add(news[property], olds[property]);
  const { inputs, problems } = await resource.check(session, declarer, olds, news);
  const told = problems.map(({ property, reason }) => ({
    property: secrets.includes(property) ? "" : property,
    reason: session.hide(reason),
  }));
  return { inputs, problems: told };
}
