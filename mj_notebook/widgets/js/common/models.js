// What a widget's module gets from anywidget, as far as ours need it.

/**
 * The model of a widget: what the kernel and all views of a page share.
 * @typedef {object} Model
 * @property {(name: string) => any} get
 * @property {(name: string, value: unknown) => void} set
 * @property {() => void} save_changes
 * @property {(content: unknown, callbacks?: undefined, buffers?: ArrayBuffer[]) => void} send
 * @property {(event: string, listener: (...told: any[]) => void) => void} on
 * @property {(event: string, listener?: (...told: any[]) => void) => void} off
 * @property {any} [widget_manager] of ipywidgets, which makes views of other models
 */

/**
 * Bytes from the kernel: a buffer of a message is one or the other.
 * @typedef {DataView<ArrayBuffer> | ArrayBuffer} Bytes
 */

/**
 * Gives bytes an address of this page; who asked for it revokes it.
 * @param {Bytes | Uint8Array<ArrayBuffer>} bytes
 * @param {string} [type]
 */
export function addressOf(bytes, type = "image/jpeg") {
  return URL.createObjectURL(new Blob([bytes], { type }));
}
