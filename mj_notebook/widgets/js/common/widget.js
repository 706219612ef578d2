// A widget's module: one state for the model, which all its views in a page share.

import { hideTwin } from "./twins.js";
import { speakLike } from "./words.js";

/** @typedef {import("./models.js").Model} Model */

/**
 * Returns what anywidget asks of a module; the static output beside a view is hidden while it stands.
 * @template State
 * @param {(model: Model) => State} newState
 * @param {(state: State, el: HTMLElement) => { close: () => void }} newView
 */
export function widgetOf(newState, newView) {
  return () => {
    /** @type {State} */
    let state;
    return {
      /** @param {{ model: Model }} page */
      initialize({ model }) {
        speakLike(model);
        state = newState(model);
      },
      /** @param {{ model: Model, el: HTMLElement }} place */
      render({ model, el }) {
        const view = newView(state, el);
        const showTwin = hideTwin(el, model);
        return () => {
          showTwin();
          view.close();
        };
      },
    };
  };
}
