// One view stands in each panel; the model, with the pictures that were fetched, is one for all.

class Pictures {
  constructor(model) {
    this.model = model;
    this.asked = new Map(); // key → {promise, resolve, reject}, the one used last at the end
    model.on("msg:custom", (message, buffers) => this.take(message, buffers));
  }

  // Returns a promise of the picture's address; it travels once.
  fetch(key) {
    const known = this.asked.get(key) ?? this.ask(key);
    this.asked.delete(key);
    this.asked.set(key, known);
    return known.promise;
  }

  ask(key) {
    const wish = {};
    wish.promise = new Promise((resolve, reject) => Object.assign(wish, { resolve, reject }));
    this.model.send({ open: key });
    return wish;
  }

  take(message, buffers) {
    const wish = this.asked.get(message.picture ?? message.refused);
    if (!wish) return;
    if (message.refused) {
      this.asked.delete(message.refused); // it may be there later
      wish.reject(new Error(message.why));
      return;
    }
    wish.address = URL.createObjectURL(new Blob([buffers[0]], { type: message.mime }));
    wish.resolve(wish.address);
    this.forgetSome();
  }

  forgetSome() {
    const fetched = [...this.asked].filter(([, { address }]) => address);
    for (const [key, { address }] of fetched.slice(0, -MOST_KEPT)) {
      URL.revokeObjectURL(address);
      this.asked.delete(key);
    }
  }
}

const MOST_KEPT = 12;

export default () => {
  let pictures = null;
  return {
    initialize({ model }) {
      pictures = new Pictures(model);
    },
    render({ el }) {
      const ended = [];
      // The element is put into the page only after this returns.
      const start = requestAnimationFrame(() => {
        const panel = el.closest(".mj-panel");
        if (!panel) return;
        const copying = new Copying(panel, el);
        const listen = (event) => {
          const button = event.target.closest("button");
          if (!button || button.closest(".mj-panel") !== panel) return;
          if (copying.clicked(button)) return;
          if (button.dataset.mjOpen !== undefined) openLightbox(button, pictures);
        };
        panel.addEventListener("click", listen);
        const forget = keepNamed(panel);
        ended.push(forget, () => copying.close(), () => panel.removeEventListener("click", listen));
      });
      return () => {
        cancelAnimationFrame(start);
        for (const end of ended) end();
      };
    },
  };
};
