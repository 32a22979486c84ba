// Fails where the package must not be published yet.
import { REPOSITORY } from "./manifest.mjs";

if (REPOSITORY === undefined) {
  console.error(
    'Nothing was published: provider/package.json does not name the repository. Add "repository": { "type": "git", ' +
      '"url": "git+https://github.com/OWNER/NAME.git", "directory": "provider" }. Its homepage, its bugs and the links ' +
      "of its README follow from that.",
  );
  process.exitCode = 1;
}
