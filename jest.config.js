"use strict";

/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  // The default leaves one core of two idle, and most of the time goes by in processes of the engine.
  maxWorkers: "100%",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  setupFiles: ["<rootDir>/test/environment.ts"],
  transform: { "\\.ts$": "<rootDir>/test/transform.js" },
  collectCoverageFrom: ["provider/src/**/*.ts", "emulator/src/**/*.ts"],
  // What is built, and the copies of the repository in which mutations are tested, are no packages of their own.
  modulePathIgnorePatterns: ["<rootDir>/.*/dist/package.json", "<rootDir>/.build/"],
};
