"use strict";

const { transformSync, version } = require("esbuild");

/** Tests run without their types: those are checked by `npm run lint`. */
module.exports = {
  process: (source, path) =>
    transformSync(source, {
      loader: "ts",
      format: "cjs",
      target: "node20",
      sourcefile: path,
      sourcemap: "external",
    }),
  getCacheKey: (source, path, { instrument }) => [version, path, instrument, source].join("\n"),
};
