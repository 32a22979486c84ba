import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Those that need no engine and run the provider's source in their own process. */
const TAKE_PART =
  /^(unit\/(cli|dynamic|program|users-api)\/\w+|unit\/(settings\w*|waitLine|openDirectory)|api\/(client|transport)\w*|model\/(found|memory|rosterFound|rosterMemory))\.test\.ts$/;

/** These start the provider as a process of its own, where the mutant is not. */
const LEFT_OUT: readonly string[] = ["unit/cli/main.test.ts", "api/transportExit.test.ts"];

const TEST = join(__dirname, "..");

// As one file, the tests load the provider's source, and what it loads, once for each mutant, and not sixty times.
// Backwards by name, because those of the unit are the quick ones.
for (const path of readdirSync(TEST, { recursive: true, encoding: "utf8" }).sort().reverse()) {
  if (!TAKE_PART.test(path) || LEFT_OUT.includes(path)) continue;
  describe(path, () => {
    try {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- only here do their hooks belong to them alone
      require(join(TEST, path));
    } catch (error) {
      test("can be loaded", () => {
        throw error;
      });
    }
  });
}
