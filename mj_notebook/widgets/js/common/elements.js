// Making elements; every word goes in as text, never as markup.

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} [attributes] "text" is what stands in it
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") element.textContent = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/**
 * Sets a text; what is set again as it was would be drawn again, and read aloud again.
 * @param {HTMLElement} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Sets an attribute; what is set again as it was would be styled again.
 * @param {Element} element
 * @param {string} name
 * @param {string} value
 */
export function mark(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * @param {HTMLElement} element
 * @param {boolean} isHidden
 */
export function hide(element, isHidden) {
  if (element.hidden !== isHidden) element.hidden = isHidden;
}

/**
 * Sets a prompt, so that no line ends inside a parameter's name.
 * @param {HTMLElement} element
 * @param {string} text
 */
export function sayWhole(element, text) {
  if (element.textContent === text) return;
  const pieces = text.split(/(?<!\S)(--[\w-]+)/);
  element.replaceChildren(
    ...pieces.map((piece, at) =>
      at % 2 ? make("span", { class: "mj-whole", text: piece }) : piece,
    ),
  );
}

/**
 * Makes a button. One that can't be used now keeps the focus, so that the keyboard is not lost in
 * the page: it is marked by `allow` and not disabled.
 * @param {Record<string, string>} attributes
 * @param {() => void} press
 */
export function makeButton(attributes, press) {
  const button = make("button", { type: "button", ...attributes });
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") !== "true") press();
  });
  return button;
}

/**
 * @param {HTMLElement} button
 * @param {boolean} isAllowed
 */
export function allow(button, isAllowed) {
  button.setAttribute("aria-disabled", String(!isAllowed));
}

/**
 * The element of an event, which may as well happen in a text.
 * @param {Event} event
 * @returns {Element | null}
 */
export function targetOf(event) {
  return event.target instanceof Element ? event.target : null;
}
