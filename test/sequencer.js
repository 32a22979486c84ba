"use strict";

const { statSync } = require("node:fs");
const { dirname, relative } = require("node:path");

/** Those that take longest, by their rooms. */
const ROOMS = /^(engine|package|model|api)\b/;

/** Those that take longer than their size tells. */
const LONG =
  /(bothDoors|demo|faultMatrix|interrupted|lastOwner|otherProcess|pacing|realEngine|tarball)\.test\.ts$/;

/** Has the longest go first, whatever was run before: the short ones at the end leave no core idle. */
module.exports = class {
  sort(tests) {
    const weights = new Map(tests.map(({ path }) => [path, weight(path)]));
    return [...tests].sort((a, b) => weights.get(b.path) - weights.get(a.path));
  }

  cacheResults() {}
};

function weight(path) {
  const { size } = statSync(path);
  return (
    size + (ROOMS.test(relative(__dirname, dirname(path))) ? 100_000 : 0) + (LONG.test(path) ? 100_000 : 0)
  );
}
