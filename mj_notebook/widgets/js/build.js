// Bundles each widget into one module and one sheet in ../static, which are committed: who installs
// the package needs no Node. With --check nothing is written; it fails where static/ is old.

import { readdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const STATIC = join(HERE, "..", "static");
const WIDGETS = ["board", "form_keys", "gallery", "page", "painter", "uploader"];
const SHEETS = ["board", "gallery", "page", "painter", "uploader"];

const { outputFiles } = await build({
  absWorkingDir: HERE,
  entryPoints: [
    ...WIDGETS.map((name) => ({ in: `${name}/index.js`, out: name })),
    ...SHEETS.map((name) => ({ in: `${name}/${name}.css`, out: name })),
  ],
  outdir: STATIC,
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  // Each widget that is shown sends its module once more: half the bytes are worth a dense file.
  minify: true,
  legalComments: "inline",
  write: !process.argv.includes("--check"),
  metafile: true,
});

const built = new Set([
  ...WIDGETS.map((name) => `${name}.js`),
  ...SHEETS.map((name) => `${name}.css`),
]);
const present = (await readdir(STATIC)).filter((name) => /\.(js|css)$/.test(name));
const left = present.filter((name) => !built.has(name));

if (process.argv.includes("--check")) {
  const old = [];
  for (const { path, text } of outputFiles ?? []) {
    const committed = await readFile(path, "utf8").catch(() => "");
    if (committed !== text) old.push(basename(path));
  }
  if (old.length || left.length) {
    console.error(`Not as built from js/: ${[...old, ...left].join(", ")}. Run: npm run build`);
    process.exit(1);
  }
  console.log(`${built.size} files in static/ are as built.`);
} else {
  for (const name of left) await rm(join(STATIC, name));
}
