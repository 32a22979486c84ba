import { errorLine } from "../../provider/src/cli/terminal";
import { observe } from "../../provider/src/cli/preview/engineEvents";
import { parseCommandLine } from "../../provider/src/cli/commandLine";
import { readHidden } from "../../provider/src/engine/hiddenInput";
import { parseThroughGroup } from "../../provider/src/organization/throughGroupLine";
import { checkRoleInputs } from "../../provider/src/organization/role/roleInputs";
import { checkRosterInputs } from "../../provider/src/organization/roster/rosterInputs";
import { Secrets } from "../../provider/src/organization/secrets";
import { resolveSettings } from "../../provider/src/settings/settings";
import { AdminKey } from "../../provider/src/users-api/adminKey";
import { userIdProblem } from "../../provider/src/users-api/paths";
import { parseRetryAfter } from "../../provider/src/users-api/http/retryAfter";
import { parseUser } from "../../provider/src/users-api/schema";
import { printable, shown } from "../../provider/src/text";
import { CANARY } from "../api/clientSupport";

/** What takes text from outside. A refusal is as good as an answer here. */
const TAKES: Readonly<Record<string, (text: string) => unknown>> = {
  printable,
  shown,
  userIdProblem,
  "AdminKey.redact": (text) => new AdminKey(CANARY).redact(text),
  parseRetryAfter: (text) => parseRetryAfter(text, text, 0),
  parseUser: (text) => parseUser({ id: text, email: text, name: text, role: text }),
  "a base URL": (text) => settings("OPENAI_BASE_URL", `https://example.com/${text}`),
  "an admin key": (text) => settings("OPENAI_ADMIN_KEY", text),
  "a number": (text) => settings("OPENAI_STALL_TIMEOUT", text),
  "a resource's name": (text) => readHidden({ __declaredBy: JSON.stringify({ resource: text }) }),
  "a resource's inputs": (text) => checkRoleInputs({ userId: text, email: text, role: text, [text]: text }),
  "a roster's inputs": (text) =>
    checkRosterInputs({ members: { [text]: text, [`${text}@example.com`]: "owner" } }),
  "what has secrets": (text) => hideSecrets(text),
  "a command line": (text) => parseCommandLine(["list", text]),
  "the engine's events": (text) => observe([event(text)]),
  "what refuses owners through a group": (text) =>
    parseThroughGroup(`Owners through the group "${text}" ("${text}"), not declared as owners: ${text}`),
  "an error of the command line": (text) => errorLine(new Error(text), { OPENAI_ADMIN_KEY: CANARY }),
};

function hideSecrets(text: string): string {
  const secrets = new Secrets();
  secrets.add("a@", "a@a@a@example.com");
  return secrets.hide(text);
}

function settings(variable: string, value: string): unknown {
  return resolveSettings(() => undefined, { OPENAI_ADMIN_KEY: CANARY, [variable]: value });
}

function event(text: string): Parameters<typeof observe>[0][number] {
  const metadata = { op: "same", urn: text, provider: text, old: undefined, new: undefined };
  return {
    resourcePreEvent: { metadata: { ...metadata, type: "pulumi-nodejs:dynamic/openai:OrganizationRoster" } },
  } as unknown as Parameters<typeof observe>[0][number];
}

/** What makes a regular expression try again and again, where it can. */
const UNITS = [
  ...Array.from(" /.-0a\u001b\ud800"),
  "sk-",
  CANARY.slice(0, 7),
  "::default",
  "a@",
  "\n ",
  "#1",
  '"a", ',
  'Owners through the group "',
];

// Where the time grew with the square of the length, this would take minutes.
test.each(Object.entries(TAKES))("%s takes 200,000 characters of anything", (_what, take) => {
  for (const unit of UNITS) {
    const text = unit.repeat(Math.ceil(200_000 / unit.length));
    for (const whole of [text, `${text}!`, `x${text}x`]) {
      try {
        take(whole);
      } catch (error) {
        expect(error).toHaveProperty("name", expect.stringMatching(/^(Settings|Usage)Error$/));
      }
    }
  }
});
