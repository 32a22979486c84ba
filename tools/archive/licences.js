"use strict";

const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");

/** The licences of the packages whose files a bundle holds, as esbuild's metafile lists those below a folder. */
exports.licences = function licences(top, { inputs }) {
  const found = Object.keys(inputs).map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  const folders = [...new Set(found.filter((folder) => folder !== undefined))].sort();
  return folders.map((folder) => licence(join(top, folder))).join("\n");
};

/** The licence that stands in a package's folder, below the package's name. */
function licence(folder) {
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = readdirSync(folder).filter((file) => /^licen[cs]e/i.test(file));
  if (files.length === 0) throw new Error(`${folder} has no licence to ship with it`);
  return [`${name} ${version}`, ...files.map((file) => readFileSync(join(folder, file), "utf8"))].join(
    "\n\n",
  );
}
exports.licence = licence;
