"use strict";

const fc = globalThis.fastCheck;

/** The part of a property's runs that each mutant gets: there are thousands of them. */
const PART = 0.2;

/** fast-check as mutants get it. */
module.exports = {
  ...fc,
  assert: (property, parameters) =>
    fc.assert(property, { ...parameters, numRuns: Math.ceil((parameters?.numRuns ?? 100) * PART) }),
};
