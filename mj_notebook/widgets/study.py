"""The live questions of a study: two pictures at a time, and nothing that tells which is which."""

import asyncio
from collections import OrderedDict
from itertools import islice
from typing import Any

import traitlets

from mj_notebook.errors import MJError
from mj_notebook.experiments.study import CHOICES, Question, Rating
from mj_notebook.language import translated
from mj_notebook.widgets.answers import Message, answer_pages
from mj_notebook.widgets.live_widgets import LIVE
from mj_notebook.widgets.speaking import SpeakingWidget

# The pair that is asked, and the next one, which is there when the answer is given.
_AHEAD = 2
# Pictures in memory: of the open pairs, and of some before them for who takes an answer back.
_KEPT = 8


def open_study(rating: Rating) -> Any:
    """Open the questions of a rater and return what is to be displayed; call it from a cell."""

    async def build() -> Any:
        pairs = PairPictures(rating)
        view = await rating.worker.run_blocking(pairs.view)
        return LIVE.shown(object(), lambda: LiveStudy(rating, pairs, view), LiveStudy)

    return rating.worker.run(build())


class PairPictures:
    """
    What a page is sent of a rater's questions; blocking.

    A page gets pictures that were made anew for it, without names and without what stands in
    files, and a number that tells how many were asked before.
    """

    def __init__(self, rating: Rating) -> None:
        self._rating = rating
        self._made: OrderedDict[str, bytes] = OrderedDict()
        self.questions: dict[int, Question] = {}

    def view(self) -> Message:
        """
        Return the open question, the one after it, and how far the rater is.

        A pair is left out while one of its pictures is gone or broken: nobody can judge it.
        """
        rating = self._rating
        open_ones, total = rating.open_questions(), rating.total
        pairs = (
            {"number": rating.number_of(one), "left": left, "right": right}
            for one in open_ones
            if (left := self._picture(one.left.sha256))
            and (right := self._picture(one.right.sha256))
        )
        shown = list(islice(pairs, _AHEAD))
        # Its place in the rater's own order: the same pair has the same number for ever.
        numbers = {pair["number"] for pair in shown}
        self.questions = {
            number: one for one in open_ones if (number := rating.number_of(one)) in numbers
        }
        return {
            "kind": "view",
            "rater": rating.rater,
            "done": total - len(open_ones),
            "total": total,
            "pairs": shown,
        }

    def _picture(self, sha256: str) -> bytes:
        """Return a picture as a page shows it; b"" where its file is gone or broken."""
        from mj_notebook.images.thumbnails import open_picture, shown_jpeg  # loads Pillow

        if sha256 not in self._made:
            try:
                content = self._rating.study.store.pictures.read(sha256)
                self._made[sha256] = shown_jpeg(open_picture(content))
            except MJError:
                return b""
            if len(self._made) > _KEPT:
                # The oldest goes, not the one that is about to be shown.
                self._made.popitem(last=False)
        self._made.move_to_end(sha256)
        return self._made[sha256]


class LiveStudy(SpeakingWidget, script="study"):
    """
    Asks one rater, and keeps each answer before it asks for the next.

    Args:
        rating: What is asked.
        pairs: Makes what the page is sent.
        view: How it begins.
    """

    # Written when it is sent: a page that is loaded anew begins with what is open now.
    _begin = traitlets.Any(None, allow_none=True).tag(
        sync=True, to_json=lambda _, live: live.view, from_json=lambda _, __: None
    )

    def __init__(self, rating: Rating, pairs: PairPictures, view: Message) -> None:
        self._rating, self._pairs, self.view = rating, pairs, view
        # A quick rater says the next thing before the last one is on the disk.
        self._turn = asyncio.Lock()
        super().__init__()
        answer_pages(
            self,
            rating.worker,
            {"answer": self._answer, "undo": self._undo},
        )

    async def _answer(self, content: Message) -> None:
        """Keep an answer before the next pair is sent; what is no open question changes nothing."""
        number, choice = content.get("number"), content.get("choice")
        # One answer after the other: the second must not be counted for the question of the first.
        async with self._turn:
            question = self._pairs.questions.get(number) if isinstance(number, int) else None
            try:
                if question is not None and choice in CHOICES:
                    await self._rating.worker.run_blocking(self._rating.answer, choice, question)
            finally:  # also where it could not be kept: then the pair is asked again
                await self._show()

    async def _undo(self, _: Message) -> None:
        async with self._turn:
            await self._rating.worker.run_blocking(self._rating.undo)
            await self._show()

    async def _show(self) -> None:
        self.view = await self._rating.worker.run_blocking(self._pairs.view)
        self._post(self.view)

    def _post(self, view: Message) -> None:
        """Send *view*; its pictures go as they are, left before right, in the pairs' order."""
        pairs = view["pairs"]
        told = {**view, "pairs": [{"number": pair["number"]} for pair in pairs]}
        self.send(told, [pair[side] for pair in pairs for side in ("left", "right")])

    is_idle = True

    def __repr__(self) -> str:
        return translated("(The questions of a study stood here; they need a running kernel.)")
