import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { FakeModel } from "../common/testing.js";
import { Unfit } from "./pictures.js";
import { Outbox, SILENCE } from "./sending.js";

const VALUES = { _most: 2, _items: [], _limits: { bytes: 4_000_000, side: 4096 } };

// A picture without an answer is asked for without end: no test waits for that.
mock.timers.enable({ apis: ["setTimeout"] });

/** Lets all that is ready go on. */
const settle = async () => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};

/** @param {string} name */
const fileOf = (name) => new File([name], name);

/** @param {File} file */
const read = async (file) => {
  if (file.name === "notes.txt") throw new Unfit("It is no picture.");
  const [bytes, thumbnail] = [new Uint8Array([1, 2, 3]), new Uint8Array([4])];
  return { name: file.name, words: "", bytes, thumbnail };
};

/** @param {string[]} names */
const outboxWith = async (...names) => {
  const model = new FakeModel({ ...VALUES });
  const outbox = new Outbox(model, read);
  const left = outbox.add(names.map(fileOf));
  await settle();
  /** @param {string} stand @param {object} [more] */
  const answer = async (stand, more) => {
    const { id, turn } = model.sent.at(-1);
    model.hear({ kind: "answer", id, turn, stand, ...more });
    await settle();
  };
  return { model, outbox, left, answer };
};

test("a picture is one message, and the next goes when it was answered", async () => {
  const { model, outbox, answer } = await outboxWith("a.png", "b.png");
  assert.deepEqual(
    model.sent.map(({ kind, name }) => [kind, name]),
    [["picture", "a.png"]],
  );
  assert.deepEqual(
    model.buffers[0].map(({ byteLength }) => byteLength),
    [3, 1],
  );
  await answer("here");
  assert.equal(model.sent.at(-1).name, "b.png");
  await answer("here");
  assert.deepEqual([outbox.entries, outbox.isSending, model.sent.length], [[], false, 2]);
});

test("there is room for so many", async () => {
  const { outbox, left } = await outboxWith("a.png", "b.png", "c.png");
  assert.deepEqual(
    left.map(({ name }) => name),
    ["c.png"],
  );
  assert.equal(outbox.entries.length, 2);
});

test("what can't be read or is refused says why, and does not keep the others", async () => {
  const { outbox, answer } = await outboxWith("notes.txt", "b.png");
  await answer("refused", { words: "There is room for one picture." });
  assert.deepEqual(
    outbox.entries.map(({ phase, words }) => [phase, words]),
    [
      ["failed", "It is no picture."],
      ["failed", "There is room for one picture."],
    ],
  );
});

test("a silent kernel is asked; a lost picture is sent again, a busy kernel's only once", async () => {
  const { model, outbox, answer } = await outboxWith("a.png");
  const kinds = () => model.sent.map(({ kind }) => kind);
  mock.timers.tick(SILENCE);
  await settle();
  assert.deepEqual([kinds(), outbox.entries[0].silent], [["picture", "ask"], SILENCE]);
  mock.timers.tick(SILENCE);
  await settle();
  assert.deepEqual(kinds(), ["picture", "ask", "ask"]);
  await answer("unknown");
  assert.deepEqual([kinds().at(-1), outbox.entries[0].silent], ["picture", 0]);
  // The late answer to an earlier question means nothing now.
  model.hear({ kind: "answer", id: model.sent[0].id, turn: 2, stand: "unknown" });
  await settle();
  assert.equal(model.sent.length, 4);
  await answer("here");
  assert.deepEqual(outbox.entries, []);
});

test("a picture that never arrives is given up", async () => {
  const { model, outbox, answer } = await outboxWith("a.png");
  for (let i = 0; i < 3; i += 1) await answer("unknown");
  assert.equal(model.sent.length, 3);
  assert.equal(outbox.entries[0].words, "It did not arrive. Try again.");
});

test("what is cancelled under way is taken back in the kernel", async () => {
  const { model, outbox } = await outboxWith("a.png", "b.png");
  outbox.drop(outbox.entries[0]);
  await settle();
  const [sent, removed, next] = model.sent;
  assert.deepEqual([removed.kind, removed.id, next.name], ["remove", sent.id, "b.png"]);
});

test("a kernel that is gone is told in words", async () => {
  const model = new FakeModel({ ...VALUES });
  model.send = () => {
    throw new Error("closed");
  };
  const outbox = new Outbox(model, read);
  outbox.add([fileOf("a.png")]);
  await settle();
  assert.match(outbox.entries[0].words, /Run the cell again/);
});
