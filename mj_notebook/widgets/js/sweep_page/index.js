// A sweep as a page of its own: the same grid, with all that it shows in the page itself.

import { make, makeButton, say } from "../common/elements.js";
import { gettext, speakLike } from "../common/words.js";
import { GridView } from "../sweep/grid.js";
import { valuesOf } from "../sweep/layout.js";

const place = /** @type {HTMLElement} */ (document.querySelector("#sweep"));
const data = JSON.parse(document.querySelector("#data")?.textContent ?? "{}");
speakLike({ get: () => data.translations });

/** @type {Map<string, import("../sweep/grid.js").Cell>} */
const cells = new Map(data.cells.map((/** @type {{ key: string }} */ cell) => [cell.key, cell]));
const pictures = new Map(
  Object.entries(data.pictures).map(([key, jpeg]) => [key, `data:image/jpeg;base64,${jpeg}`]),
);

const picture = make("img", { class: "mj-sweep-large", alt: "" });
const words = make("div", { class: "mj-sweep-words", dir: "auto" });
const prompt = make("div", { class: "mj-sweep-whole", dir: "auto" });
const dialog = make("dialog", { class: "mj-sweep-dialog", "aria-label": gettext("One cell") });
dialog.append(
  makeButton({ class: "mj-sweep-button", text: gettext("Close") }, () => dialog.close()),
  picture,
  words,
  prompt,
);

/** @param {string} key */
function open(key) {
  const cell = cells.get(key);
  picture.hidden = !pictures.has(key);
  picture.src = pictures.get(key) ?? "";
  picture.alt = valuesOf(data.axes, key, data.own[key]);
  say(words, picture.alt);
  say(prompt, [cell?.label, cell?.reason].filter(Boolean).join(" · "));
  dialog.showModal();
}

const order = [...cells.keys()];
const grid = new GridView({ order, cells, pictures, axes: data.axes, own: data.own, open });
place.replaceChildren(
  make("h1", { class: "mj-sweep-title", dir: "auto", text: data.title }),
  make("div", { class: "mj-sweep-line", text: data.note }),
  grid.element,
  dialog,
);
