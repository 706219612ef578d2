"""Commands that ask for something: one request, several, a sweep, or a form for them."""

from collections import Counter
from typing import TYPE_CHECKING

from mj_notebook.errors import MJError, Unauthorized
from mj_notebook.language import translated
from mj_notebook.magic import records
from mj_notebook.magic.arguments import check_pictures
from mj_notebook.magic.context import Context
from mj_notebook.magic.dry_run import show_request
from mj_notebook.magic.front_end import FrontEnd
from mj_notebook.magic.records import SubmitCommand
from mj_notebook.magic.showing_boards import show_board, show_sweep
from mj_notebook.magic.showing_forms import show_form
from mj_notebook.magic.submission import common_of, submissions_of

if TYPE_CHECKING:
    from mj_notebook.experiments.plan import Plan
    from mj_notebook.experiments.sweep import Sweep
    from mj_notebook.session.board import Board
    from mj_notebook.session.job import Job
    from mj_notebook.session.submission import Submission


def submit(
    context: Context, command: SubmitCommand
) -> "Job | Board | Plan | Sweep | list[str] | None":
    """Send a request, or show it where it is a dry run."""
    if command.own.get("sweep"):
        return sweep(context, command)
    options = command.display
    is_shown = not (command.dry_run or options.quiet or options.static)
    if is_shown and context.front_end is FrontEnd.JUPYTER:
        context.showing.open_page()
    from mj_notebook.api import generate, state  # the rooms load with the first job

    wanted = submissions_of(command, generate.request_builder(), context.names)
    if len(wanted) > 1:
        return _start_several(context, command, wanted)
    (asked,) = wanted
    if command.dry_run:
        copies = _copies(asked, command.number)
        before = [found.before for found in state.found_before(copies)]
        cost = state.price_words(asked, before.count(None) or len(copies))
        address = state.address_of(asked.request, asked.mode)
        show_request(asked, address, cost, before)
        return None
    try:
        return _start(context, command, asked)
    except Unauthorized:  # nothing was drawn, so it may be asked once more with a secret
        if not _ask_for_secret(context):
            raise
        return _start(context, command, asked)


def sweep(context: Context, command: SubmitCommand) -> "Sweep | None":
    """Plan a sweep and draw it where that is asked for; as the value of the cell it is shown."""
    from mj_notebook.magic.sweeping import planned_sweep

    made = planned_sweep(command, context.names)
    options = command.display
    context.assign(options.out, made)
    if options.static and not options.quiet:
        show_sweep(made, context.front_end, context.showing.terminal.say, static=True)
    if options.wait or (options.timeout is not None and options.wait is None):
        made.wait(options.timeout)
    return None if options.quiet or options.static else made


def _start_several(
    context: Context, command: SubmitCommand, wanted: "list[Submission]"
) -> "Board | Plan | None":
    """Start what one prompt stands for as a board; where it is too much, show it first."""
    from dataclasses import replace

    from mj_notebook.api import generate

    seen: Counter[str] = Counter()
    copies = []
    for one in wanted * command.number:
        copies.append(replace(one, repeat=seen[one.words]))
        seen[one.words] += 1
    plan, options = generate.plan_of(copies), command.display
    if command.dry_run or not plan.is_small:
        context.assign(options.out, plan)
        return plan
    board = plan.run()
    context.assign("_mj", board.jobs[-1])
    context.assign(options.out, board)
    if options.wait or options.timeout is not None:
        board.wait(options.timeout)
    if options.static and not options.quiet:
        show_board(board, FrontEnd.HEADLESS)
    return None if options.quiet or options.static else board


def _start(
    context: Context, command: SubmitCommand, asked: "Submission"
) -> "Job | list[str] | None":
    """Send what is *asked*, and show its job as the cell wants; of several, --out is a list."""
    from mj_notebook.api import state
    from mj_notebook.protocol.requests import UploadPictures

    session = state.current_session()
    if isinstance(asked.request, UploadPictures):  # which makes no task, and gives links
        links = session.upload(asked.request)
        context.assign(command.display.out, links)
        return None if command.display.quiet else links
    jobs = [session.start(one) for one in _copies(asked, command.number)]
    for job in jobs:
        context.present(job, command.display)
    if command.number > 1:  # all of them are shown: as a value they would be told once more
        context.assign(command.display.out, jobs)
        return None
    return None if command.display.quiet else jobs[0]


def _copies(asked: "Submission", number: int) -> "list[Submission]":
    from dataclasses import replace

    return [asked, *(replace(asked, repeat=count) for count in range(1, number))]


def open_upload_form(context: Context, command: records.UploadFormCommand) -> None:
    """Open an uploader for the pictures, where somebody is there to use it."""
    asked, options = command.asked, command.asked.display
    waits = options.wait or options.timeout is not None or asked.number > 1
    is_shown = not (asked.dry_run or options.quiet or options.static)
    if context.front_end is not FrontEnd.JUPYTER or waits or not is_shown:
        check_pictures(asked)  # which says what is missing
    from mj_notebook.widgets.upload_form import UploadForm  # loads anywidget

    form = UploadForm(
        asked.operation,
        options={**asked.own, **common_of(asked)},
        started=lambda job: context.name_job(job, options.out),
        uploaded=lambda links: context.assign(options.out, links),
    )
    show_form(form, context.front_end)


def _ask_for_secret(context: Context) -> bool:
    """
    Ask the person for the secret that a proxy wants, when none is set and a person is there.

    Returns:
        Whether there is one now that the proxy takes.
    """
    from mj_notebook.api import login as logging_in
    from mj_notebook.api import state

    if state.current_session().settings.secret or not context.has_person:
        return False
    print(
        translated(
            "The proxy wants a secret. It is kept for the next time; leave it empty to stop."
        )
    )
    try:
        print(logging_in.login())
    except MJError as error:
        print(error)
        return False
    return True
