"""A history to look through: many tasks with pictures, some without, some hostile."""

from pathlib import Path

from msgspec.structs import replace
from PIL import Image, ImageDraw

from mj_notebook.protocol.models import Task
from mj_notebook.store.history import Store
from tests.view.samples import encoded

SERVER = "proxy.test"
HOSTILE = (
    "<img src=x onerror=\"document.title='hurt'\">",
    "</script><script>document.title='hurt'</script>",
    "javascript:document.title='hurt'",
)
_WORDS = (
    "a red kite over dunes",
    "a paper ship in the fog",
    "风筝 在沙丘上",
    "a lighthouse at dawn",
)
_DAY = 86_400_000


def picture(number: int, side: int = 256) -> Image.Image:
    """Paint a picture that is told from the others."""
    hue = (number * 47) % 256
    image = Image.new("HSV", (side, side), (hue, 120, 210)).convert("RGB")
    draw = ImageDraw.Draw(image)
    for line in range(0, side, side // 8):
        draw.line((0, line, side, side - line), fill=(255, 255, 255), width=2)
    draw.text((side // 3, side // 3), str(number), fill=(0, 0, 0), font_size=side // 4)
    return image


def fill(folder: Path, count: int, *, now: float = 1_790_000_000.0) -> int:
    """
    Write *count* tasks; number 0 is the newest.

    Of each ten, one failed, one was answered in words, one has lost its file, and one is open: each
    second of those waits for an answer.
    """
    with Store(folder) as store:
        store.save_tasks([(SERVER, _task(number, now)) for number in range(count)])
        small = {}
        for number in range(count):
            if number % 10 in (3, 5, 8):
                continue
            kept = store.save_picture(
                SERVER, _id(number), encoded(picture(number, 64)), url="", at=now
            )
            if number % 10 == 7:
                kept.path.unlink()
            elif number % 10 != 6:
                small[kept.sha256] = encoded(picture(number), "JPEG")
        store.thumbnails.save(small)
    return count


def fill_many(folder: Path, count: int, *, pictures: int = 40, now: float = 1_790_000_000.0) -> int:
    """Write *count* finished grids that have *pictures* different pictures between them."""
    with Store(folder) as store:
        tasks = [_task(number, now) for number in range(count)]
        store.save_tasks(
            [(SERVER, replace(one, action="IMAGINE", status="SUCCESS")) for one in tasks]
        )
        kept = [store.pictures.put(encoded(picture(number, 64))) for number in range(pictures)]
        for number in range(count):
            store.link_picture(SERVER, _id(number), kept[number % pictures], url="", at=now)
        store.thumbnails.save(
            {one.sha256: encoded(picture(number), "JPEG") for number, one in enumerate(kept)}
        )
    return count


def _id(number: int) -> str:
    return str(1_760_000_000_900_000 - number)


def _task(number: int, now: float) -> Task:
    kind = number % 10
    prompt = _WORDS[number % 4] + f" number{number} --ar 1:1 --s {number * 50}"
    if number < len(HOSTILE):
        prompt = f"{HOSTILE[number]} number{number}"
    began = int(now * 1000) - number * _DAY // 4
    is_open = kind == 8
    open_status = "MODAL" if number % 20 == 18 else "IN_PROGRESS"
    return Task(
        id=_id(number),
        action={5: "DESCRIBE", 4: "UPSCALE"}.get(kind, "IMAGINE"),
        status={3: "FAILURE", 8: open_status}.get(kind, "SUCCESS"),
        prompt=prompt,
        submit_time=began,
        start_time=began + 1000,
        finish_time=0 if is_open else began + 43_000,
        fail_reason=f"Banned prompt: {HOSTILE[0]}" if kind == 3 else None,
    )
