"use strict";

const { resolve } = require("node:path");

const base = require("../../jest.config.js");

/**
 * The tests as mutation testing runs them, again and again: all in one file, up to the first that fails.
 *
 * @type {import("jest").Config}
 */
module.exports = {
  ...base,
  rootDir: resolve(__dirname, "..", ".."),
  testMatch: ["<rootDir>/test/mutation/together.ts"],
  testEnvironment: resolve(__dirname, "environment.js"),
  moduleNameMapper: { "^fast-check$": "<rootDir>/test/mutation/fastCheck.js" },
};
