// Copying: the prompt, or the code. Where a page may not reach the clipboard, it says so and
// leaves the text selected.

import { gettext } from "../common/words.js";

const SAID = 4000; // milliseconds that "copied" stays

/** @param {string} text */
async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // no permission, or a page without encryption, which has no clipboard at all
  }
}

/**
 * A child that was asked for with the same words leaves them to the panel around it.
 * @param {Element | null | undefined} panel
 * @returns {string}
 */
function promptOf(panel) {
  /** @type {HTMLElement | null | undefined} */
  const head = panel?.querySelector(":scope > .mj-head [data-mj-prompt]");
  if (head) return head.dataset.mjPrompt ?? "";
  const around = panel?.parentElement?.closest(".mj-panel");
  return around ? promptOf(around) : "";
}

/**
 * The clipboard takes PNG alone.
 * @param {string} address of a picture
 * @returns {Promise<Blob>}
 */
async function asPng(address) {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const canvas = new OffscreenCanvas(picture.naturalWidth, picture.naturalHeight);
  canvas.getContext("2d")?.drawImage(picture, 0, 0);
  return canvas.convertToBlob({ type: "image/png" });
}

export class Copying {
  /**
   * @param {HTMLElement} panel
   * @param {HTMLElement} place
   * @param {import("./pictures.js").Pictures} pictures
   */
  constructor(panel, place, pictures) {
    this.panel = panel;
    this.place = place;
    this.pictures = pictures;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.waiting = undefined;
    place.setAttribute("role", "status");
  }

  /**
   * Tells whether the click was a wish to copy.
   * @param {HTMLButtonElement} button
   */
  clicked(button) {
    if (button.matches(".mj-wish-copy")) {
      this.copy(promptOf(this.panel), gettext("The prompt is copied."));
    } else if (button.matches(".mj-wish-picture")) {
      this.copyPicture();
    } else if (button.matches(".mj-copy-card")) {
      this.copy(button.value, gettext("The prompt is copied."));
    } else if (button.matches(".mj-copy-code")) {
      const code = this.panel.querySelector(":scope > .mj-code pre");
      this.copy(code?.textContent ?? "", gettext("The code is copied."));
    } else {
      return false;
    }
    return true;
  }

  /** @param {string} done */
  say(done) {
    this.place.replaceChildren(done);
    this.waiting = setTimeout(() => this.place.replaceChildren(), SAID);
  }

  async copyPicture() {
    clearTimeout(this.waiting);
    /** @type {HTMLElement | null} */
    const figure = this.panel.querySelector(":scope > .mj-picture [data-mj-key]");
    const key = figure?.dataset.mjKey;
    if (!key) return;
    try {
      // A promise, since the click allows it only if the clipboard is asked at once.
      const png = this.pictures.get(key).then(asPng);
      await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
      this.say(gettext("The picture is copied."));
    } catch {
      this.place.replaceChildren(
        gettext("The browser does not let this page copy a picture. Save keeps it as a file."),
      );
    }
  }

  /**
   * @param {string} text
   * @param {string} done
   */
  async copy(text, done) {
    clearTimeout(this.waiting);
    if (await toClipboard(text)) {
      this.say(done);
      return;
    }
    const field = document.createElement("textarea");
    field.className = "mj-by-hand";
    field.readOnly = true;
    field.value = text;
    field.rows = Math.min(8, text.split("\n").length + 1);
    field.setAttribute("aria-label", gettext("Text to copy"));
    this.place.replaceChildren(
      gettext(
        "The browser does not let this page copy. The text is selected: copy it with Ctrl+C or Cmd+C.",
      ),
      field,
    );
    field.focus();
    field.select();
  }

  close() {
    clearTimeout(this.waiting);
  }
}
