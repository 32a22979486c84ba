"use strict";

const { availableParallelism } = require("node:os");

/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  // The default leaves one core of two idle; and engine tests wait for processes, and for time to pass.
  maxWorkers: availableParallelism() + 1,
  // Many tests try hundreds of cases, and a machine may have other work: what is slow is not wrong.
  testTimeout: 120_000,
  testSequencer: "<rootDir>/test/sequencer.js",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  setupFiles: ["<rootDir>/test/environment.ts"],
  transform: { "\\.ts$": "<rootDir>/test/transform.js" },
  collectCoverageFrom: ["provider/src/**/*.ts", "emulator/src/**/*.ts"],
  // What is built, and the copies of the repository in which mutations are tested, are no packages of their own.
  modulePathIgnorePatterns: ["<rootDir>/.*/dist/package.json", "<rootDir>/.build/"],
};
