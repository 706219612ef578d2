// Files that are dropped on an uploader, or pasted while the focus is in it.

function hasFiles(transfer) {
  return Boolean(transfer?.files.length);
}

// Calls *take* with what was dropped or pasted; mere text is left to the *field* for words.
function listenForDrops(root, zone, field, take) {
  const mark = (isOver) => zone.classList.toggle("mj-uploader-over", isOver);
  const keep = (event) => {
    event.preventDefault();
    event.stopPropagation(); // the notebook takes files and cells, too
  };
  const listen = (kind, transferOf, how) => {
    root.addEventListener(kind, (event) => {
      mark(false);
      const transfer = transferOf(event);
      if (event.target === field && !hasFiles(transfer)) return;
      keep(event);
      take(transfer, how);
    });
  };
  for (const kind of ["dragenter", "dragover"]) {
    root.addEventListener(kind, (event) => {
      if (event.target !== field || event.dataTransfer?.types.includes("Files")) keep(event);
      mark(true);
    });
  }
  root.addEventListener("dragleave", (event) => mark(root.contains(event.relatedTarget)));
  listen("drop", (event) => event.dataTransfer, "dropped");
  listen("paste", (event) => event.clipboardData, "pasted");
}
