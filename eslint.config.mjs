import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/** What the command line does not look into. */
const OF_PROGRAMS_AND_HANDLERS = [
  "**/dynamic/*",
  "**/index",
  "**/organization?*",
  "**/preconditions",
  "**/programDirectory",
  "**/programError",
];

/** The command that has the engine preview a project, and loads the project's own Pulumi for it. */
const ENGINE_OF_THE_COMMAND_LINE = [
  "provider/src/cli/drift/drift.ts",
  "provider/src/cli/drift/driftEvents.ts",
];

/** What the program and the handlers have in common. */
const OF_BOTH_PROCESSES = [
  "provider/src/openDirectory.ts",
  "provider/src/settings.ts",
  "provider/src/settingValues.ts",
  "provider/src/waitLine.ts",
];

/** Imports point one way: a room of the provider, and what its files must not know. */
const ROOMS = [
  {
    files: ["provider/src/users-api/**/*.ts"],
    group: ["@pulumi/*", "../*"],
    message: "users-api knows the API alone: neither Pulumi nor any other room.",
  },
  {
    files: OF_BOTH_PROCESSES,
    group: ["@pulumi/*", "./dynamic/*", "./cli/*", "./index"],
    message: "Both processes use this: it knows nothing of Pulumi, nor of what stands above it.",
  },
  {
    files: ["provider/src/*.ts"],
    ignores: OF_BOTH_PROCESSES,
    group: ["./dynamic/*", "./cli/*"],
    message: "Programs reach the handlers through the provider text alone, and the command line not at all.",
  },
  {
    files: ["provider/src/dynamic/**/*.ts"],
    group: ["../cli/*", "../index", "../organization*", "../preconditions", "../program*"],
    message:
      "The handlers run in Pulumi's provider process: they know nothing of programs and the command line.",
  },
  {
    files: ["provider/src/cli/**/*.ts"],
    ignores: ENGINE_OF_THE_COMMAND_LINE,
    group: ["@pulumi/*", ...OF_PROGRAMS_AND_HANDLERS],
    message: "The command line runs without Pulumi: it knows the settings and the API alone.",
  },
  {
    files: ENGINE_OF_THE_COMMAND_LINE,
    group: OF_PROGRAMS_AND_HANDLERS,
    message: "The command line knows programs and handlers from the engine's events alone.",
  },
];

export default defineConfig(
  globalIgnores(["**/dist/", ".build/", "coverage/"]),
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
    },
  },
  {
    files: ["examples/**/*.test.ts"],
    rules: {
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafeCalls: [{ from: "package", name: "test", package: "node:test" }] },
      ],
    },
  },
  ...ROOMS.map(({ files, ignores = [], group, message }) => ({
    files,
    ignores,
    rules: {
      "@typescript-eslint/no-restricted-imports": ["error", { patterns: [{ group, message }] }],
    },
  })),
  {
    files: ["**/*.mjs"],
    languageOptions: { globals: { console: "readonly", process: "readonly" } },
  },
  {
    files: ["**/*.js"],
    languageOptions: {
      sourceType: "commonjs",
      globals: {
        require: "readonly",
        module: "writable",
        exports: "writable",
        process: "readonly",
        console: "readonly",
        __dirname: "readonly",
      },
    },
  },
);
