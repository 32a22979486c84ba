import { delimiter, dirname, join } from "node:path";

import { OWN_PACKAGE } from "../../provider/src/users-api/ownPackage";
import { Sandbox } from "../../tools/sandbox";
import { closing, pulumiCommand, startEngine } from "../engine/engine";
import { npmInstall, pack, PINNED_SDK } from "./packing";
import { smoke, SMOKE_PROJECT } from "./smoke";

/** The range begins with it: `^` of a version. */
const OLDEST_SDK = OWN_PACKAGE.peerDependencies["@pulumi/pulumi"]?.slice(1) ?? "";

/** Each Node.js with each SDK that supports it: from 3.249.0 on, the SDK needs Node.js 22. */
const MATRIX = [
  ...["20", "22", "24"].flatMap((node) => [OLDEST_SDK, PINNED_SDK].map((sdk) => ({ node, sdk }))),
  ...["22", "24"].map((node) => ({ node, sdk: "latest" })),
];

/** The binary of Node.js, which npm carries as one package for each platform. */
const BINARY = `node-${process.platform}-${process.arch}`;

/** Eight installations take minutes. */
const whereAsked = process.env.TEST_EVERY_VERSION === "true" ? test : test.skip;

whereAsked.each(MATRIX)(
  "the packed tarball works with Node.js $node and @pulumi/pulumi $sdk (with TEST_EVERY_VERSION=true)",
  async ({ node, sdk }) => {
    const pulumi = await pulumiCommand();
    const runtime = closing(await Sandbox.open({ pulumi }));
    await npmInstall(runtime, `${BINARY}@${node}`);
    const bin = join(runtime.folder, "node_modules", BINARY, "bin");

    // The program, its language host and the provider process all run the first Node.js on the path.
    const engine = await startEngine({
      nodeModules: null,
      files: SMOKE_PROJECT,
      env: { PATH: [bin, dirname(pulumi), process.env.PATH].join(delimiter) },
    });
    const { filename } = await pack(engine.sandbox.folder);
    await npmInstall(engine.sandbox, `./${filename}`, `@pulumi/pulumi@${sdk}`);
    const sdkOfThat: unknown = sdk === "latest" ? expect.stringMatching(/^3\./) : sdk;
    expect(await smoke(engine, join(bin, "node"))).toEqual({ node, sdk: sdkOfThat });
  },
);
