// Panels of what was drawn before. Each comes in the place of its static output once somebody looks at that, or
// is about to. It has no output of its own: a front end takes longer for an output than for all that
// stands in this one.

import { make } from "../common/elements.js";

/** @typedef {import("../common/models.js").Model} Model */

const ASLEEP = "[data-mj-asleep]";

/** @param {Element} twin */
const keyOf = (twin) => twin.getAttribute("data-mj-twin") ?? "";

/**
 * @param {Node} node
 * @returns {Element[]} the static outputs in *node* whose panels come when they are looked at
 */
function twinsIn(node) {
  if (!(node instanceof Element)) return [];
  return node.matches(ASLEEP) ? [node] : [...node.querySelectorAll(ASLEEP)];
}

export class Places {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    /** @type {Map<string, string>} the model of each panel that was made, by the key of its twin */
    this.panels = new Map();
    /** @type {Map<Element, () => void>} what takes a panel away, by what its twin is written into */
    this.shown = new Map();
    this.looks = new IntersectionObserver(
      (news) => {
        for (const { isIntersecting, target } of news) if (isIntersecting) this.ask(target);
      },
      // Half a screen ahead, so that it stands there when it is come to; `scrollMargin` is for what
      // scrolls within the page, as notebooks do. Not every browser has it, and then it is later.
      /** @type {IntersectionObserverInit} */ ({ rootMargin: "50%", scrollMargin: "50%" }),
    );
    this.changes = new MutationObserver((news) => this.follow(news));
    this.changes.observe(document.body, { childList: true, subtree: true });
    this.meet(document.body);
    model.on("msg:custom", (/** @type {{ awake?: string, panel?: string }} */ { awake, panel }) => {
      if (!awake || !panel) return;
      this.panels.set(awake, panel);
      this.meet(document.body);
    });
  }

  /** @param {Node} node */
  meet(node) {
    for (const twin of twinsIn(node)) {
      if (this.panels.has(keyOf(twin))) this.show(twin);
      else this.looks.observe(twin);
    }
  }

  /** @param {MutationRecord[]} news */
  follow(news) {
    for (const { addedNodes } of news) for (const node of addedNodes) this.meet(node);
    for (const [host, takeAway] of this.shown) {
      if (host.isConnected && host.querySelector(ASLEEP)) continue;
      this.shown.delete(host);
      takeAway();
    }
  }

  /** @param {Element} twin */
  ask(twin) {
    this.looks.unobserve(twin);
    try {
      this.model.send({ seen: keyOf(twin) });
    } catch {
      this.looks.disconnect(); // its kernel was restarted
    }
  }

  /** @param {Element} twin */
  async show(twin) {
    this.looks.unobserve(twin);
    const [key, host] = [keyOf(twin), twin.parentElement];
    if (!host || this.shown.has(host)) return;
    const place = make("div", { class: "mj-place" });
    let takeAway = () => place.remove();
    this.shown.set(host, () => takeAway());
    // Outside of what is written anew whenever the twin is; before it, so that a rule can hide it.
    host.before(place);
    try {
      const manager = this.model.widget_manager;
      const view = await manager.create_view(await manager.get_model(this.panels.get(key)));
      const widget = view.luminoWidget;
      /** @param {string[]} types */
      const tell = (...types) => {
        for (const type of types) widget.processMessage({ type });
      };
      view.once("remove", () => {
        place.remove();
        this.shown.delete(host);
      });
      if (!place.isConnected) {
        view.remove();
        return;
      }
      // What Lumino does for a widget that stands in no other one.
      tell("before-attach");
      place.append(widget.node);
      tell("after-attach");
      takeAway = () => {
        tell("before-detach", "after-detach");
        view.remove();
      };
    } catch {
      // Its kernel closed it meanwhile.
      place.remove();
      this.shown.delete(host);
      this.panels.delete(key);
    }
  }

  /** Ends it: the twins stand alone again. */
  close() {
    this.looks.disconnect();
    this.changes.disconnect();
    for (const takeAway of [...this.shown.values()]) takeAway();
    this.shown.clear();
  }
}
