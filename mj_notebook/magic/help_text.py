"""What ``%mj help`` prints, made of the table of commands."""

from mj_notebook.magic.arguments import CELL_NAMES
from mj_notebook.magic.command_parser import parser_of
from mj_notebook.magic.command_table import COMMANDS, SPECS, CommandSpec


def help_text(command: str = "") -> str:
    """Return what ``%mj help`` prints: all commands and what a job can do, or one *command*."""
    if command:
        spec = SPECS[command]
        text = parser_of(command).format_help()
        if spec.heads_cell:
            pictures = " PIC" if spec.most else ""
            head = "%%mj" if command == "imagine" else f"%%mj {command}"
            text += f"\n{head}{pictures} [options] takes the words of the cell below it.\n"
        return text
    listed = "\n".join(map(_line, COMMANDS))
    heads = ", ".join(f"%%mj {name}" for name in CELL_NAMES)
    options = parser_of("imagine").format_help().partition("options:\n")[2]
    return (
        "usage: %%mj [options]\n\n"
        "Draw a grid of four pictures; the cell's body is the prompt, verbatim.\n\n"
        f"options:\n{options}\ncommands:\n{listed}\n"
        f"  {heads}: the words stand in the cell\n\n{_JOB_HELP}"
    )


def _line(spec: CommandSpec) -> str:
    gap = " " * max(2, 30 - len(spec.usage_line))
    return f"  {spec.usage_line}{gap}{spec.summary}"


_JOB_HELP = """\
the job (also in _mj and _, or under the name given with --out):
  job.wait()  await job       wait for the picture
  job.image  job[1]…job[4]    the picture and its tiles, as Pillow images
  job.buttons  job.press("U2")  what the task offers, and pressing it
  job.window  job.answer(…)   what the server waits for, and answering it
  job.task  job.seed()  job.cancel()

In the prompt {{name}} takes a Python value; single braces are Midjourney's own. A picture (PIC) is
a path, a link, or {{name}} for a picture or a job you have: %mj describe {{_mj[2]}}. Without any,
describe, blend, swap and upload let you choose, drop or paste them. %mj help COMMAND lists the
options of one command.
"""
