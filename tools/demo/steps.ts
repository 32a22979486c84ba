import type { Emulator } from "pulumi-openai-organization-emulator";

import type { RunResult } from "../sandbox";

/** One thing that the demo does and shows. */
export interface Step {
  readonly title: string;
  /** Whether `--svg` draws the step. Default: no. */
  readonly pictured?: boolean;
  /** What happens in the organization before, behind Pulumi's back. */
  readonly before?: (emulator: Emulator) => void;
  /** Arguments of each `pulumi` command. */
  readonly commands: readonly (readonly string[])[];
  /** What must be true afterwards, each with a description. */
  readonly expect: (seen: Seen) => Readonly<Record<string, boolean>>;
}

/** What a step leaves to look at. */
export interface Seen {
  /** One result for each command. */
  readonly results: readonly RunResult[];
  /** The role of the person with an email; undefined if nobody has it. */
  readonly roleOf: (email: string) => string | undefined;
}

/** The steps, on the people whom `examples/people` declares. */
export const STEPS: readonly Step[] = [
  {
    title: "Declare roles: pulumi up",
    commands: [["up", "--yes"]],
    expect: ({ results: [up], roleOf }) => ({
      "up succeeds": up?.code === 0,
      "four roles are created": (up?.output ?? "").includes("+ 5 created"),
      "carol is an owner now": roleOf("carol@example.com") === "owner",
      "the listed owners are shown": /owners.*alice@example\.com.*carol@example\.com/s.test(up?.output ?? ""),
    }),
  },
  {
    title: "Nothing has changed: a second preview is clean",
    commands: [["preview", "--expect-no-changes"]],
    expect: ({ results: [preview] }) => ({ "preview --expect-no-changes exits 0": preview?.code === 0 }),
  },
  {
    title: "Alice is made a member in the dashboard: preview shows the drift",
    pictured: true,
    before: (emulator) => {
      change(emulator, "alice@example.com", "member");
    },
    commands: [["preview", "--expect-no-changes"]],
    expect: ({ results: [preview] }) => ({
      "preview says who, from what to what": /plan: promote "alice@.*: member to owner/.test(
        preview?.output ?? "",
      ),
      "--expect-no-changes makes it exit non-zero": preview?.code !== 0,
    }),
  },
  {
    title: "pulumi up repairs it",
    commands: [["up", "--yes", "--skip-preview"]],
    expect: ({ results: [up], roleOf }) => ({
      "up succeeds": up?.code === 0,
      "one role is updated": (up?.output ?? "").includes("~ 1 updated"),
      "alice is an owner again": roleOf("alice@example.com") === "owner",
    }),
  },
  {
    title: "Bob has left the organization: preview and up say so",
    before: (emulator) => {
      emulator.users.remove(idOf(emulator, "bob@example.com"));
    },
    commands: [["preview"], ["up", "--yes"]],
    expect: ({ results, roleOf }) => ({
      "both fail": results.every((result) => result.code !== 0),
      "both name bob": results.every((result) => result.output.includes('"bob@example.com"')),
      "both say how to go on": results.every((result) => result.output.includes("invite the person")),
      "nobody else is touched":
        roleOf("alice@example.com") === "owner" && roleOf("carol@example.com") === "owner",
    }),
  },
  {
    title: "pulumi destroy: each person leaves as onDelete says",
    commands: [["destroy", "--yes"]],
    expect: ({ results: [destroy], roleOf }) => ({
      "destroy succeeds": destroy?.code === 0,
      "alice (onDelete: retain) is still an owner": roleOf("alice@example.com") === "owner",
      "carol (onDelete: demote) is a member": roleOf("carol@example.com") === "member",
      "dan (onDelete: remove) is removed": roleOf("dan@example.com") === undefined,
    }),
  },
];

function idOf(emulator: Emulator, email: string): string {
  const user = emulator.users.byEmail(email);
  if (user === undefined) throw new Error(`the demo's organization has nobody with the email ${email}`);
  return user.id;
}

function change(emulator: Emulator, email: string, role: "owner" | "member"): void {
  emulator.users.change(idOf(emulator, email), { role });
}
