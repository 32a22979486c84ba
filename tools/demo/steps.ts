import type { Emulator } from "pulumi-openai-organization-emulator";

import type { RunResult } from "../sandbox";

/** A command of the story: `pulumi`, or this package's own. */
export interface Command {
  readonly of: "pulumi" | "pulumi-openai-organization";
  readonly args: readonly string[];
  /** The file that takes the output, as `>` does in a shell. */
  readonly into?: string;
}

/** Part of the story. */
export interface Step {
  readonly title: string;
  /** The file that `--pictures` draws it into. Default: none. */
  readonly picture?: string;
  /** What happens in the organization before, behind Pulumi's back. */
  readonly before?: (emulator: Emulator) => void;
  /** Lines of the program to replace, as a pull request would. */
  readonly edits?: readonly (readonly [line: string, by: readonly string[]])[];
  readonly commands: readonly Command[];
  /** What must be true afterwards, each with a description. */
  readonly expect: (seen: Seen) => Readonly<Record<string, boolean>>;
}

/** What a step leaves to look at. */
export interface Seen {
  /** One result for each command. */
  readonly results: readonly RunResult[];
  readonly emulator: Emulator;
}

/** The program that the story is about. */
export const PROGRAM = "index.ts";

const pulumi = (...args: readonly string[]): Command => ({ of: "pulumi", args });
const ours = (...args: readonly string[]): Command => ({ of: "pulumi-openai-organization", args });

/** Who has which role; undefined if nobody has the email. */
function roleOf({ emulator }: Seen, email: string): string | undefined {
  return emulator.users.byEmail(email)?.role ?? undefined;
}

/** The story, told of the people of the examples. */
export const STEPS: readonly Step[] = [
  {
    title: "Write down the organization as it is. The first update changes nobody.",
    commands: [{ ...ours("adopt"), into: PROGRAM }, pulumi("up", "--yes", "--skip-preview")],
    expect: ({ results, emulator }) => ({
      "up succeeds": results.at(-1)?.code === 0,
      "nobody is changed": writes(emulator) === 0,
    }),
  },
  {
    title: "A pull request: Frank joins, Dan leaves. Its comment lists whose access changes.",
    picture: "plan.svg",
    edits: [
      ['  undeclaredMembers: "warn",', ['  undeclaredMembers: "remove",', '  absent: "invite",']],
      ['    "dan@example.com": "member",', ['    "frank@example.com": "member",']],
    ],
    commands: [ours("plan")],
    expect: ({ results: [plan], emulator }) => ({
      "plan exits with 0": plan?.code === 0,
      "plan lists both": ["dan@", "frank@"].every((who) => plan?.stdout.includes(who) === true),
      "nobody is changed yet": writes(emulator) === 0,
    }),
  },
  {
    title: "It is merged.",
    commands: [pulumi("up", "--yes", "--skip-preview")],
    expect: (seen) => ({
      "up succeeds": seen.results[0]?.code === 0,
      "Dan is removed": roleOf(seen, "dan@example.com") === undefined,
      "Frank is invited": seen.emulator.invites.all().some(({ email }) => email === "frank@example.com"),
    }),
  },
  {
    title:
      "Frank accepts. In the dashboard, Erin makes Mallory an owner. The preview fails, and drift tells who did it.",
    picture: "refusal.svg",
    before: (emulator) => {
      for (const { id } of emulator.invites.all()) emulator.invites.accept(id);
      const { id } = emulator.users.add({
        id: "user-mallory",
        email: "mallory@example.com",
        name: "Mallory",
      });
      emulator.auditLog.by = { id: "user-erin", email: "erin@example.com" };
      emulator.users.change(id, { role: "owner" });
    },
    commands: [pulumi("preview"), ours("drift")],
    expect: ({ results: [preview, drift] }) => ({
      "the preview fails": preview?.code !== 0,
      "the preview names Mallory": preview?.output.includes("mallory@example.com") === true,
      "drift exits with 2": drift?.code === 2,
      "drift names Erin": drift?.stdout.includes("erin@example.com") === true,
    }),
  },
  {
    title: "Mallory belongs to the organization, but not to its owners.",
    edits: [
      [
        '    "frank@example.com": "member",',
        ['    "frank@example.com": "member",', '    "mallory@example.com": "member",'],
      ],
    ],
    commands: [pulumi("up", "--yes", "--skip-preview"), ours("drift")],
    expect: (seen) => ({
      "up succeeds": seen.results[0]?.code === 0,
      "Mallory is a member": roleOf(seen, "mallory@example.com") === "member",
      "Alice is still an owner": roleOf(seen, "alice@example.com") === "owner",
      "nothing drifts": seen.results[1]?.code === 0,
    }),
  },
];

/** How many requests since the step began would have changed something. */
function writes(emulator: Emulator): number {
  return emulator.requests.log().filter(({ method }) => method !== "GET").length;
}
