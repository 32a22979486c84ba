"use strict";

const Module = require("node:module");

/** What Pulumi's SDK loads at every start and uses for closures, packages and traces alone: half of what a command costs. */
const SELDOM =
  /^(typescript|@npmcli\/arborist|normalize-package-data|js-yaml|semver|execa|source-map-support(\/register)?|\.\/automation|tmp|picomatch|fdir|upath|@opentelemetry\/(?!api$).*)$/;

const load = Module._load;

/** Has the SDK load these when it first uses them. */
Module._load = function (request, parent, isMain) {
  if (!SELDOM.test(request) || !/@pulumi.pulumi/.test(parent?.filename)) {
    return load.call(this, request, parent, isMain);
  }
  return new Proxy(
    {},
    { get: (_, name) => name === "__esModule" || member(load(request, parent, false), name) },
  );
};

function member(loaded, name) {
  return name === "default" ? (loaded.default ?? loaded) : loaded[name];
}
