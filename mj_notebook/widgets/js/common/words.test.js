import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { FakeModel } from "./testing.js";
import { gettext, marked, speakLike } from "./words.js";

afterEach(() => speakLike(new FakeModel()));

test("English is as it is written, with values in its gaps", () => {
  assert.equal(gettext("Compare"), "Compare");
  assert.equal(gettext("{count} tasks", { count: 3 }), "3 tasks");
  assert.equal(gettext("{count} of {all}", { count: 0, all: "{count}" }), "0 of {count}");
  assert.equal(marked("Compare"), "Compare");
});

test("what the kernel sends is said, what it lacks stays English", () => {
  speakLike(
    new FakeModel({ _translations: { Compare: "对比", "{count} tasks": "{count} 个任务" } }),
  );
  assert.equal(gettext("Compare"), "对比");
  assert.equal(gettext("{count} tasks", { count: 3 }), "3 个任务");
  assert.equal(gettext("Open"), "Open");
  assert.equal(gettext("constructor"), "constructor");
});
