// Keys of a form: Ctrl or Cmd with Enter sends it, Escape leaves it. The form also gets its role,
// its name and the focus here, since plain widgets have no way to say them.

import { gettext, speakLike } from "../common/words.js";
import { keepTyped } from "./typed.js";

/** @typedef {import("../common/models.js").Model} Model */

/** @param {{ model: Model, el: HTMLElement }} place */
function render({ model, el }) {
  speakLike(model);
  el.style.display = "none";
  const ended = new AbortController();
  /** @param {KeyboardEvent} event */
  const pressed = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      // What was typed travels with the wish to send it: its own message may come later, since a
      // kernel may read the messages of two widgets in two threads.
      const typed = document.activeElement;
      typed?.dispatchEvent(new Event("change", { bubbles: true }));
      model.send({ key: "enter", text: typed instanceof HTMLTextAreaElement ? typed.value : null });
    } else if (event.key === "Escape" && !event.defaultPrevented) {
      model.send({ key: "escape" });
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  // The element is put into the page only after this returns.
  const start = requestAnimationFrame(() => {
    /** @type {HTMLElement | null} */
    const form = el.closest(".mj-window");
    if (!form) return;
    form.setAttribute("role", "group");
    form.setAttribute("aria-label", model.get("label"));
    const field = form.querySelector("textarea");
    field?.setAttribute("aria-label", gettext("Prompt"));
    // Only there a control writes into the field.
    if (field && form.querySelector(".mj-zoom")) keepTyped(field, ended.signal);
    // The label beside a slider is not tied to what is moved.
    form.querySelector(".mj-zoom .noUi-handle")?.setAttribute("aria-label", gettext("Zoom"));
    // Before the field itself hears of it, which keeps every key to itself.
    form.addEventListener("keydown", pressed, { signal: ended.signal, capture: true });
  });
  return () => {
    cancelAnimationFrame(start);
    ended.abort();
  };
}

export default { render };
