import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const DOORS = ["**/program/**", "**/dynamic/**", "**/plugin/**", "**/cli/**", "**/index"];

/** Every door but one. */
const otherDoors = (own) => DOORS.filter((door) => door !== `**/${own}/**`);

/** Imports point down only: a room of the provider, and what its files must not know. */
const ROOMS = [
  {
    files: ["provider/src/users-api/**/*.ts"],
    group: ["@pulumi/*", "**/organization/**", "**/settings/**", "**/engine/**", ...DOORS],
    message: "users-api knows the API alone: neither Pulumi nor any other room.",
  },
  {
    files: ["provider/src/organization/**/*.ts"],
    group: ["@pulumi/*", "**/settings/**", "**/engine/**", ...DOORS],
    message: "organization is the core: it knows the API, and neither Pulumi nor who asks.",
  },
  {
    files: ["provider/src/settings/**/*.ts"],
    group: ["@pulumi/*", "**/organization/**", "**/engine/**", ...DOORS],
    message: "settings are read by every door: they know none of them, nor Pulumi.",
  },
  ...["program", "dynamic", "plugin"].map((door) => ({
    files: [`provider/src/${door}/**/*.ts`],
    group: otherDoors(door),
    message: "A door translates between Pulumi and the core: it knows no other door.",
  })),
  {
    files: ["provider/src/cli/**/*.ts"],
    group: ["@pulumi/*", ...otherDoors("cli")],
    message:
      "The command line runs without Pulumi: it knows programs and handlers from the engine's events alone.",
  },
];

export default defineConfig(
  globalIgnores(["**/dist/", ".build/", "coverage/"]),
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: "tsconfig.json", tsconfigRootDir: import.meta.dirname } },
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
  ...ROOMS.map(({ files, group, message }) => ({
    files,
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
