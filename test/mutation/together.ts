import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Those that need no engine and run the provider's source in their own process. */
const TAKE_PART: readonly RegExp[] = [
  /^unit\/(cli|dynamic|organization|program|settings|users-api)\//,
  /^api\/(client|transport)/,
  /^model\/(found|memory|rosterMemory)\./,
];

/** These start the provider as a process of its own, where the mutant is not. */
const LEFT_OUT: readonly string[] = ["unit/cli/main.test.ts", "api/transportExit.test.ts"];

/** Only those of some rooms, where TEST_MUTATION_ROOMS names them: each mutant loads all that take part. */
const ROOMS = (process.env.TEST_MUTATION_ROOMS ?? "").split(",");

const TEST = join(__dirname, "..");

// As one file, the tests load the provider's source, and what it loads, once for each mutant, and not sixty times.
// Backwards by name, because those of the unit are the quick ones.
for (const path of readdirSync(TEST, { recursive: true, encoding: "utf8" }).sort().reverse()) {
  if (!path.endsWith(".test.ts") || LEFT_OUT.includes(path)) continue;
  if (!TAKE_PART.some((some) => some.test(path)) || !ROOMS.some((room) => path.startsWith(room))) continue;
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
