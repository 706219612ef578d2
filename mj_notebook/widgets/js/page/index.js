// What all panels of a page share. One view stands in each panel; the model, with the pictures that
// were fetched, is one for all.

import { hideTwinNow, whenInPage } from "../common/twins.js";
import { speakLike } from "../common/words.js";
import { Copying } from "./copy.js";
import { Lightbox } from "./lightbox.js";
import { keepNamed } from "./names.js";
import { Pictures } from "./pictures.js";
import { Places } from "./places.js";

/** @typedef {import("../common/models.js").Model} Model */

export default () => {
  /** @type {Pictures} */
  let pictures;
  return {
    /** @param {{ model: Model }} page */
    initialize({ model }) {
      speakLike(model);
      pictures = new Pictures(model);
      const places = new Places(model);
      return () => places.close();
    },
    /** @param {{ model: Model, el: HTMLElement }} place */
    render({ model, el }) {
      /** @type {(() => void)[]} */
      const ended = [];
      const begin = () => {
        /** @type {HTMLElement | null} */
        const panel = el.closest(".mj-panel");
        if (!panel) return;
        ended.push(hideTwinNow(el, model));
        const copying = new Copying(panel, el, pictures);
        /** @type {Lightbox | undefined} */
        let lightbox;
        /** @param {MouseEvent} event */
        const listen = (event) => {
          const button = event.target instanceof Element && event.target.closest("button");
          if (!button || button.closest(".mj-panel") !== panel) return;
          if (copying.clicked(button)) return;
          if (button.dataset.mjImagine) {
            /** @type {HTMLElement | null} */
            const offered = panel.querySelector(
              `:scope > .mj-offer > .mj-tile-${Number(button.dataset.mjImagine)}`,
            );
            offered?.click();
            return;
          }
          if (button.dataset.mjOpen !== undefined) lightbox = new Lightbox(button, pictures);
        };
        panel.addEventListener("click", listen);
        const forget = keepNamed(panel);
        ended.push(
          forget,
          () => copying.close(),
          // It lies over the whole page, where it would stay when its notebook is closed.
          () => lightbox?.dialog.close(),
          () => panel.removeEventListener("click", listen),
        );
      };
      const stop = whenInPage(el, begin, () => el.closest(".mj-panel") !== null);
      return () => {
        stop();
        for (const end of ended) end();
      };
    },
  };
};
