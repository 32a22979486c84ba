import { howToAllow, nameOf, type Limit } from "../../../provider/src/organization/guards/limits";
import { limitOf } from "../../limits";

const ONCE = "for one run, for destroy, or if the program no longer declares anybody: OPENAI_MAX_REMOVALS=9";

test.each<[Limit["from"], boolean, string, string]>([
  ["environment", false, "OPENAI_MAX_REMOVALS", "set OPENAI_MAX_REMOVALS=9"],
  ["environment", true, "OPENAI_MAX_REMOVALS", "set OPENAI_MAX_REMOVALS=9"],
  [
    "argument",
    true,
    "the provider's maxRemovals",
    "give the provider maxRemovals: 9 (before destroy, or if the program no longer declares anybody, run pulumi up " +
      "with it; OPENAI_MAX_REMOVALS does not override it)",
  ],
  ["default", true, "the provider's maxRemovals", `give the provider maxRemovals: 9 (${ONCE})`],
  ...(["default", "configuration"] as const).map((from): [Limit["from"], boolean, string, string] => [
    from,
    false,
    "openai-organization:maxRemovals",
    `run: pulumi config set openai-organization:maxRemovals 9 (${ONCE})`,
  ]),
])("a limit from the %s (of a provider: %s) is raised where it was set", (from, isOfProvider, name, way) => {
  const limit = limitOf("maxRemovals", 3, { from, isOfProvider });
  expect([nameOf(limit), howToAllow(limit, 9)]).toEqual([name, way]);
});
