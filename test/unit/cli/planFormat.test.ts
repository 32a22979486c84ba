import { formatPlan } from "../../../provider/src/cli/plan/planFormat";
import type { PlanRow } from "../../../provider/src/cli/plan/planRows";

const row = (kind: PlanRow["kind"], actual?: string, declared?: string): PlanRow => {
  const who = { userId: undefined, email: `${kind}@example.com`, name: undefined };
  return { kind, resource: "people", ...who, actual, declared, why: "declared" };
};

test("every kind of change has its words, and is counted", () => {
  const rows = [
    row("remove", "owner"),
    row("demote", "owner", "member"),
    row("promote", undefined, "owner"),
    row("invite", undefined, "owner"),
    row("unknown"),
    row("revoke", "member"),
    row("add", undefined, "member"),
    row("invite", undefined, "member"),
    row("stay", "owner", "owner"),
  ];
  const plan = {
    tense: "done",
    succeeded: true,
    rows,
    moreInvites: 2,
    refusals: [],
    warnings: ["x"],
  } as const;
  expect(formatPlan(plan, "text").split("\n")).toEqual([
    "Done: 1 removal, 1 demotion, 1 promotion, 1 invitation as owner, 1 not known before the update, " +
      "1 revoked invitation, 1 addition, 3 invitations as member, 1 stays.",
    "",
    "warning: x",
    "",
    "WHO                  NAME  FROM               TO                 WHY       USER ID",
    "remove@example.com   -     owner              removed            declared  -",
    "demote@example.com   -     owner              member             declared  -",
    "promote@example.com  -     no role            owner              declared  -",
    "invite@example.com   -     -                  invited as owner   declared  -",
    "unknown@example.com  -     -                  ?                  declared  -",
    "revoke@example.com   -     invited as member  revoked            declared  -",
    "add@example.com      -     -                  member             declared  -",
    "invite@example.com   -     -                  invited as member  declared  -",
    "stay@example.com     -     owner              owner              declared  -",
    "",
    "And 2 invitations as member that nothing names.",
    "",
  ]);
});
