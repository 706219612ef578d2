// What can be asked for, how much was found, and what can be done with what is chosen.

const TYPING = 250; // milliseconds without a key before the words are searched for
const MOST_COMPARED = 6;
const STATUSES = [
  ["", "any status"], ["success", "done"], ["failure", "failed"], ["cancel", "cancelled"],
  ["open", "not finished"],
];
const TIMES = [
  ["", "any time"], ["today", "today"], ["7 days", "last 7 days"], ["30 days", "last 30 days"],
  ["365 days", "last year"],
];

function inWords(count) {
  return count === 1 ? "1 task" : `${count.toLocaleString("en")} tasks`;
}

class Bar {
  constructor(wishes) {
    this.wishes = wishes;
    this.text = make("input", {
      type: "search", class: "mj-gallery-field mj-gallery-text", placeholder: "words of the prompt",
      "aria-label": "Words of the prompt", maxlength: "500",
    });
    this.text.addEventListener("input", () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => wishes.ask(), TYPING);
    });
    this.action = this.select("Kind");
    this.status = this.select("Status");
    this.since = this.select("Time");
    this.count = make("span", { class: "mj-gallery-count", role: "status" });
    this.said = make("div", { class: "mj-gallery-said", role: "alert" });
    this.said.hidden = true;
    this.fields = make("div", { class: "mj-gallery-fields", role: "search", "aria-label": "Filter the tasks" },
      this.text, this.action, this.status, this.since,
      this.button("Look again", "Find what is new", wishes.ask), this.count);
    this.chosen = make("span", { class: "mj-gallery-chosen", role: "status" });
    this.open = this.button("Open", "Show the task with its buttons below (Enter)", wishes.open);
    this.compare = this.button("Compare", `Side by side, up to ${MOST_COMPARED}`, wishes.compare);
    this.none = this.button("Choose none", "Choose none (Escape)", wishes.none);
    this.acts = make("div", { class: "mj-gallery-acts", role: "toolbar", "aria-label": "What is chosen" },
      this.chosen, this.open, this.compare, this.none);
    this.element = make("div", { class: "mj-gallery-bar" }, this.fields, this.said, this.acts);
  }

  select(label) {
    const made = make("select", { class: "mj-gallery-field", "aria-label": label });
    made.addEventListener("change", () => this.wishes.ask());
    return made;
  }

  button(text, title, press) {
    const made = make("button", { type: "button", class: "mj-gallery-button", title, text });
    made.addEventListener("click", () => {
      if (made.getAttribute("aria-disabled") !== "true") press();
    });
    return made;
  }

  // What is asked for as the gallery was opened may be no choice of ours: it becomes one.
  offer(select, choices, value) {
    const known = choices.some(([name]) => name === value);
    const all = known ? choices : [...choices, [value, select === this.since ? `since ${value}` : value]];
    select.replaceChildren(...all.map(([name, word]) => make("option", { value: name, text: word })));
    select.value = value;
  }

  showAsked(asked, actions) {
    if (this.text.value !== asked.text && document.activeElement !== this.text) this.text.value = asked.text;
    const kinds = [["", "any kind"], ...actions.map((action) => [action.toLowerCase(), action.toLowerCase()])];
    this.offer(this.action, kinds, asked.action.toLowerCase());
    this.offer(this.status, STATUSES, asked.status.toLowerCase());
    this.offer(this.since, TIMES, asked.since);
  }

  get asked() {
    const { text, action, status, since } = this;
    return { text: text.value, action: action.value, status: status.value, since: since.value };
  }

  showCount(total) {
    say(this.count, inWords(total));
    this.say("");
  }

  say(text) {
    say(this.said, text);
    this.said.hidden = !text;
  }

  showChosen(count) {
    say(this.chosen, count ? `${count} chosen` : "Click or press space to choose; Enter opens.");
    this.compare.setAttribute("aria-disabled", String(count < 2 || count > MOST_COMPARED));
    this.open.setAttribute("aria-disabled", String(count > 1));
    this.none.hidden = !count;
    this.compare.title = count > MOST_COMPARED
      ? `At most ${MOST_COMPARED} fit side by side` : "Choose two or more to see them side by side";
  }
}
