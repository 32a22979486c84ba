import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { WORKFLOW } from "../../../provider/src/cli/adopt/workflow";

const EXAMPLE = resolve(__dirname, "..", "..", "..", "examples", "ci", "github-actions.yml");

test("the workflow that adopt writes is the one of the examples", () => {
  expect(readFileSync(EXAMPLE, "utf8")).toBe(WORKFLOW);
});
