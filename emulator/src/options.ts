import { parseArgs } from "node:util";
import type { EmulatorOptions } from "./emulator";
import { EXAMPLE_PEOPLE } from "./people";

export const USAGE = `Usage: npm run emulator -- [options]

Serves the organization users API from memory, on 127.0.0.1, until interrupted.

  --port P              port to listen on (default: any free port)
  --users N             that many made-up people, the first an owner (default: those of examples/people)
  --key K               admin key every request must carry (default: sk-admin-emulator)
  --member-role R       how members are answered: member or reader (default: member)
  --no-emails-filter    ignore emails[] when listing, as older servers do
  --help                print this
`;

/** What a command line asks for: an emulator, the usage, or nothing that makes sense. */
export type Command =
  | { readonly kind: "start"; readonly options: EmulatorOptions }
  | { readonly kind: "help" }
  | { readonly kind: "invalid"; readonly message: string };

/** Reads the arguments after the name of the script. */
export function parseOptions(args: readonly string[]): Command {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: "string" },
        users: { type: "string" },
        key: { type: "string" },
        "member-role": { type: "string" },
        "no-emails-filter": { type: "boolean" },
        help: { type: "boolean" },
      },
    });
    if (values.help) return { kind: "help" };
    const options: EmulatorOptions = {
      port: wholeNumber("--port", values.port ?? "0", 65_535),
      users: values.users === undefined ? EXAMPLE_PEOPLE : wholeNumber("--users", values.users, 10_000_000),
      emailsFilter: !values["no-emails-filter"],
      memberRole: memberRole(values["member-role"]),
      ...(values.key === undefined ? {} : { adminKey: key(values.key) }),
    };
    return { kind: "start", options };
  } catch (error) {
    return { kind: "invalid", message: error instanceof Error ? error.message : String(error) };
  }
}

function wholeNumber(name: string, text: string, max: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number <= max)) throw new Error(`${name} must be a whole number from 0 to ${max}, not '${text}'`);
  return number;
}

function memberRole(text = "member"): "member" | "reader" {
  if (text !== "member" && text !== "reader") {
    throw new Error(`--member-role must be member or reader, not '${text}'`);
  }
  return text;
}

function key(text: string): string {
  // It travels in a header, and is printed for a shell to read.
  if (!/^[\w.~+/=-]+$/.test(text)) throw new Error("--key must be letters, digits and any of - . _ ~ + / =");
  return text;
}
