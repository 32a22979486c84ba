import { parseChange } from "../../provider/src/organization/changeLine";
import { parseLine } from "../../provider/src/organization/lines";
import { declareAt, DOORS, startAt } from "./doors";
import { beforeAndAfter } from "./engine";

const NAMES = ["alice", "bob", "carol", "dan", "erin", "frank", "grace", "heidi"] as const;
const OWNERS: readonly string[] = ["alice", "bob", "dan"];

const BOB = '"bob@example.com" ("user-bob", "bob")';
const CAROL = '"carol@example.com" ("user-carol", "carol")';
const DAN = '"dan@example.com" ("user-dan", "dan")';
const ERIN = '"erin@example.com" ("user-erin", "erin")';
const HEIDI = '"heidi@example.com" ("user-heidi", "heidi")';

const planned = (line: string): string => `plan: ${line}`;
const done = (line: string): string => line.replace(/^(demote|promote)/, "$1d");

/** The lines about people's access among a command's diagnostics: it shows them while it runs, too. */
function accessLines(output: string): readonly string[] {
  const [, diagnostics = ""] = output.split("\nDiagnostics:\n");
  return diagnostics
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => parseChange(parseLine(line).text) !== undefined);
}

test.each(DOORS)(
  "without a refresh option, a program in %s tells once whom its resources change and as what, who was changed elsewhere, and what has become of whom it no longer declares",
  async (_language, door) => {
    const users = NAMES.map((name) => ({
      id: `user-${name}`,
      email: `${name}@example.com`,
      name,
      role: OWNERS.includes(name) ? ("owner" as const) : ("member" as const),
    }));
    const options = { frank: { ignoreChanges: ["role"] }, grace: { ignoreChanges: ["*"] } };
    const asTheyAre = {
      erin: { email: "erin@example.com", role: "member" },
      frank: { email: "frank@example.com", role: "member" },
      grace: { email: "grace@example.com", role: "member" },
    };
    const roles = {
      ...asTheyAre,
      bob: { email: "bob@example.com", role: "member" },
      carol: { userId: "user-carol", role: "owner", onDelete: "demote" },
      dan: { email: "dan@example.com", role: "owner", onDelete: "retain" },
    };
    const engine = await startAt(door, { roles, options }, { users });
    const first = [
      `demote ${BOB}: owner to member (declared)`,
      `promote ${CAROL}: member to owner (declared)`,
    ];
    expect(accessLines((await engine.up()).output).toSorted()).toEqual(
      [...first.map(planned), ...first.map(done)].toSorted(),
    );

    // Three are changed elsewhere. The program has another person, another role of the same person, and nobody.
    for (const name of ["erin", "frank", "grace"])
      engine.organization.users.change(`user-${name}`, { role: "owner" });
    const next = {
      ...asTheyAre,
      bob: { email: "heidi@example.com", role: "owner" },
      carol: { email: "carol@example.com", role: "member", onDelete: "demote" },
    };
    await declareAt(door, engine, { roles: next, options });
    const changes = [
      `demote ${CAROL}: owner to member (declared)`,
      `demote ${ERIN}: owner to member (declared)`,
      `promote ${HEIDI}: member to owner (declared)`,
    ];
    const preview = await engine.preview("--refresh");
    // Not one for each person.
    expect(preview.requests.length).toBeLessThanOrEqual(3);
    const [before, after] = beforeAndAfter(await engine.pulumi("up", "--yes"));
    for (const output of [preview.output, before])
      expect(accessLines(output).toSorted()).toEqual(changes.map(planned));
    expect(accessLines(after).toSorted()).toEqual(
      [
        ...changes.map(planned),
        ...changes.map(done),
        `removed ${BOB}: member (no longer declared)`,
        `${DAN} stays in the organization as owner (no longer declared, onDelete is "retain")`,
      ].toSorted(),
    );

    engine.organization.users.remove("user-carol");
    const left = await engine.fails("preview");
    // Among the diagnostics, and while the command ran.
    const told =
      /(The user "user-carol" \("carol@example.com"\) is not|Nobody with the email "carol@example.com" is) in the organization\./g;
    expect(left.output.match(told)).toHaveLength(2);
    // The way out that the error names.
    await engine.refresh();
    expect(Object.keys(await engine.state())).not.toContain("carol");
  },
);
