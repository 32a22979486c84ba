/** Mutation testing, on demand: `npm run mutation`. What it makes is below `.build`, which neither git nor lint sees. */
export default {
  testRunner: "jest",
  plugins: ["@stryker-mutator/jest-runner"],
  // Jest does not see which tests are related: they are loaded by name.
  jest: { configFile: "test/mutation/jest.config.js", enableFindRelatedTests: false },
  coverageAnalysis: "perTest",
  disableTypeChecks: false,
  concurrency: 2,
  mutate: ["provider/src/**/*.ts"],
  ignorePatterns: [".build", ".ci", ".github", "dist", "docs", "coverage"],
  tempDirName: ".build/stryker/sandbox",
  incremental: true,
  incrementalFile: ".build/stryker/incremental.json",
  reporters: ["clear-text", "html", "json"],
  clearTextReporter: { allowColor: false, reportTests: false },
  htmlReporter: { fileName: ".build/stryker/report.html" },
  jsonReporter: { fileName: ".build/stryker/report.json" },
};
