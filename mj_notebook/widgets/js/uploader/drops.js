// Files that are dropped on an uploader, or pasted while the focus is in it.

import { gettext } from "../common/words.js";

/** @param {DataTransfer | null} transfer */
export function hasFiles(transfer) {
  return Boolean(transfer?.files.length);
}

/**
 * Calls *take* with what was dropped or pasted; mere text is left to the *field* for words.
 * @param {HTMLElement} root
 * @param {HTMLElement} zone
 * @param {HTMLElement} field
 * @param {(transfer: DataTransfer | null, without: string) => void} take with what to say where
 *   nothing of use is in it
 */
export function listenForDrops(root, zone, field, take) {
  /** @param {boolean} isOver */
  const mark = (isOver) => zone.classList.toggle("mj-uploader-over", isOver);
  /** @param {Event} event */
  const keep = (event) => {
    event.preventDefault();
    event.stopPropagation(); // the notebook takes files and cells, too
  };
  /**
   * @param {Event} event
   * @param {DataTransfer | null} transfer
   * @param {string} without
   */
  const hear = (event, transfer, without) => {
    mark(false);
    if (event.target === field && !hasFiles(transfer)) return;
    keep(event);
    take(transfer, without);
  };
  for (const kind of /** @type {const} */ (["dragenter", "dragover"])) {
    root.addEventListener(kind, (event) => {
      if (event.target !== field || event.dataTransfer?.types.includes("Files")) keep(event);
      mark(true);
    });
  }
  root.addEventListener("dragleave", ({ relatedTarget }) => {
    mark(relatedTarget instanceof Node && root.contains(relatedTarget));
  });
  root.addEventListener("drop", (event) =>
    hear(event, event.dataTransfer, gettext("What was dropped holds no file of a picture.")),
  );
  root.addEventListener("paste", (event) =>
    hear(event, event.clipboardData, gettext("What was pasted holds no file of a picture.")),
  );
}
