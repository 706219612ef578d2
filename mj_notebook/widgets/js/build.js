// Bundles each widget into one module and one sheet in ../static, which are committed: who installs
// the package needs no Node. With --check nothing is written; it fails where static/ is old.

import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

// What a person is shown; each text stands whole between the brackets.
const WORDS = /\b(?:gettext|marked)\(\s*("(?:[^"\\]|\\.)*")/g;

const HERE = fileURLToPath(new URL(".", import.meta.url));
const STATIC = join(HERE, "..", "static");
const WIDGETS = [
  "board",
  "form_keys",
  "gallery",
  "page",
  "painter",
  "study",
  "sweep",
  "sweep_page",
  "uploader",
];
const SHEETS = ["board", "gallery", "page", "painter", "study", "sweep", "uploader"];

const isCheck = process.argv.includes("--check");

const { outputFiles, metafile } = await build({
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
  write: false,
  metafile: true,
});

/** @type {Map<string, string>} */
const built = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
// What is bundled with our own code goes out with its licence, in a file that no page is sent.
const { dependencies } = JSON.parse(await readFile(join(HERE, "package.json"), "utf8"));
for (const name of Object.keys(dependencies)) {
  const licence = await readFile(join(HERE, "node_modules", name, "LICENSE"), "utf8");
  built.set(`${name}.LICENSE.txt`, licence);
}
/** @type {Record<string, string[]>} by widget: the kernel sends what they are in its language */
const words = {};
for (const [output, { inputs }] of Object.entries(metafile.outputs)) {
  if (!output.endsWith(".js")) continue;
  const found = new Set();
  for (const input of Object.keys(inputs)) {
    const text = await readFile(join(HERE, input), "utf8");
    for (const [, literal] of text.matchAll(WORDS)) found.add(JSON.parse(literal));
  }
  if (found.size) words[basename(output, ".js")] = [...found].sort();
}
built.set("words.json", `${JSON.stringify(words, null, 1)}\n`);

const old = (await readdir(STATIC)).filter((name) => !built.has(name));
for (const [name, text] of built) {
  const path = join(STATIC, name);
  if (text === (await readFile(path, "utf8").catch(() => ""))) continue;
  old.push(name);
  if (!isCheck) await writeFile(path, text);
}
if (!isCheck) {
  for (const name of old) if (!built.has(name)) await rm(join(STATIC, name));
} else if (old.length) {
  console.error(`Not as built from js/: ${old.join(", ")}. Run: npm run build`);
  process.exit(1);
}
console.log(`${built.size} files in static/ are as built.`);
