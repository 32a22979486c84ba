"use strict";

const Module = require("node:module");

/** What Pulumi's SDK loads at every start and uses for closures, packages and traces alone: half of what a command costs. */
const SELDOM =
  /^(typescript|@npmcli\/arborist|normalize-package-data|js-yaml|semver|execa|source-map-support(\/register)?|\.\/automation|tmp|picomatch|fdir|upath|@opentelemetry\/(?!api$).*)$/;

/** What undici loads with its client, and the provider has no use for: half of what it loads. */
const UNUSED = /^\.\/lib\/(web|mock)\//;

const load = Module._load;

/** Has both load these when they first use them. */
Module._load = function (request, parent, isMain) {
  if (UNUSED.test(request) && /undici.index\.js$/.test(parent?.filename)) {
    return later(() => load(request, parent, false));
  }
  if (!SELDOM.test(request) || !/@pulumi.pulumi/.test(parent?.filename)) {
    return load.call(this, request, parent, isMain);
  }
  return new Proxy(
    {},
    { get: (_, name) => name === "__esModule" || member(load(request, parent, false), name) },
  );
};

function later(get) {
  return new Proxy(function () {}, {
    get: (_, name) => later(() => get()[name]),
    apply: (_, self, args) => get().apply(self, args),
    construct: (_, args) => later(() => new (get())(...args)),
  });
}

function member(loaded, name) {
  return name === "default" ? (loaded.default ?? loaded) : loaded[name];
}
