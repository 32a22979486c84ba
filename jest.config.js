"use strict";

/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  // The default leaves one core of two idle, and most of the time goes by in processes of the engine.
  maxWorkers: "100%",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  setupFiles: ["<rootDir>/test/environment.ts"],
  transform: { "\\.ts$": ["ts-jest", { tsconfig: "<rootDir>/test/tsconfig.json" }] },
  collectCoverageFrom: ["provider/src/**/*.ts", "emulator/src/**/*.ts"],
  modulePathIgnorePatterns: ["<rootDir>/.*/dist/package.json"],
};
