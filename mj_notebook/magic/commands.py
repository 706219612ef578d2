"""What each command does: one function a record; those that make a job show it."""

import contextlib
import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from IPython.display import display

from mj_notebook._version import __version__
from mj_notebook.errors import MJError, Unauthorized, UsageError, WaitInterrupted, WaitTimeout
from mj_notebook.magic import records
from mj_notebook.magic.arguments import check_pictures, help_text
from mj_notebook.magic.dry_run import show_request
from mj_notebook.magic.front_end import FrontEnd, front_end_of
from mj_notebook.magic.records import Command, DisplayOptions, SubmitCommand
from mj_notebook.magic.showing_boards import show_board, show_gallery, show_sweep
from mj_notebook.magic.showing_forms import show_form
from mj_notebook.magic.strip import stripped_copy
from mj_notebook.magic.submission import common_of, picture_of, submissions_of
from mj_notebook.prompt.template import fill_template
from mj_notebook.session.interrupts import interruptible

if TYPE_CHECKING:
    from mj_notebook.api.spend import Spend
    from mj_notebook.experiments.plan import Plan
    from mj_notebook.experiments.sweep import Sweep
    from mj_notebook.magic.showing import Displays
    from mj_notebook.session.board import Board
    from mj_notebook.session.history import History
    from mj_notebook.session.job import Job
    from mj_notebook.session.submission import Submission

# An answer that comes this fast spares a panel that would only show an error.
_PATIENCE = 0.25
_GOING_ON = "Go on with _mj.wait()."


class Context:
    """
    The shell in which a command runs: its names, its outputs, who looks at them.

    Args:
        shell: IPython's own.
        showing: The displays of its jobs.
        names: What ``{{name}}`` means: the names of the function that the magic runs in, and the
            notebook's.
    """

    def __init__(self, shell: Any, showing: "Displays", names: Mapping[str, Any]) -> None:
        self.shell, self.showing, self.names = shell, showing, names

    @property
    def front_end(self) -> FrontEnd:
        """Who looks."""
        return front_end_of(self.shell)

    @property
    def has_person(self) -> bool:
        """Whether a question would be answered: programs that run notebooks can't."""
        if self.front_end is FrontEnd.TERMINAL:
            return sys.stdin is not None and sys.stdin.isatty()
        return self.front_end is FrontEnd.JUPYTER and hasattr(self.shell, "kernel")

    def assign(self, name: str, value: object) -> None:
        """Give *value* a name in the notebook; "" is none."""
        if name:
            self.shell.push({name: value}, interactive=False)

    def job(self, task_id: str) -> "Job":
        """Return the job of *task_id*, or the last one of the notebook."""
        from mj_notebook.api import state  # the rooms load with the first job
        from mj_notebook.session.job import Job

        if task_id:
            return state.job(task_id)
        last = self.shell.user_ns.get("_mj")
        if isinstance(last, Job):
            return last
        raise UsageError("Which task?", hint="Write its id behind the command.")

    def name_job(self, job: "Job", out: str) -> None:
        """Make *job* the last one, and give it its own name."""
        self.assign("_mj", job)
        self.assign(out, job)

    def present(self, job: "Job", options: DisplayOptions) -> "Job | None":
        """Show *job*, and wait as far as is asked for; return the value of the cell."""
        with interruptible(_GOING_ON):
            self.name_job(job, options.out)
            _give_a_moment(job)
            if not options.quiet:
                self.showing.show(job, self.front_end, static=options.static)
            job.accepted()
            usual = self.front_end is not FrontEnd.JUPYTER or options.timeout is not None
            wants = usual if options.wait is None else options.wait
            if wants and job.window is None:  # a window waits for the person, not for us
                job.wait(options.timeout)
        return None if options.quiet else job


def _give_a_moment(job: "Job") -> None:
    """Wait a moment for the server's answer, and no longer; an interrupt is no patience."""
    try:
        job.accepted(_PATIENCE)
    except WaitInterrupted:
        raise
    except WaitTimeout:
        return


def run(context: Context, command: Command) -> object:
    """Do what *command* says; return the value of the cell."""
    return COMMAND_FUNCTIONS[type(command)](context, command)


# -- what is asked for -----------------------------------------------------------------------------


def submit(
    context: Context, command: SubmitCommand
) -> "Job | Board | Plan | Sweep | list[str] | None":
    """Send a request, or show it where it is a dry run."""
    if command.own.get("sweep"):
        return sweep(context, command)
    from mj_notebook.api import generate, state  # the rooms load with the first job

    wanted = submissions_of(command, generate.request_builder(), context.names)
    if len(wanted) > 1:
        return _start_several(context, command, wanted)
    (asked,) = wanted
    if command.dry_run:
        address = state.address_of(asked.request, asked.mode)
        show_request(asked, address, state.price_words(asked, command.number))
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
    from dataclasses import replace

    from mj_notebook.api import state
    from mj_notebook.protocol.requests import UploadPictures

    session = state.current_session()
    if isinstance(asked.request, UploadPictures):  # which makes no task, and gives links
        links = session.upload(asked.request)
        context.assign(command.display.out, links)
        return None if command.display.quiet else links
    jobs = [session.start(replace(asked, repeat=number)) for number in range(command.number)]
    for job in jobs:
        context.present(job, command.display)
    if command.number > 1:  # all of them are shown: as a value they would be told once more
        context.assign(command.display.out, jobs)
        return None
    return None if command.display.quiet else jobs[0]


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


# -- what is done with a task: the one that is named, or the last one ------------------------------


def show_panel(context: Context, command: records.PanelCommand) -> "Job":
    """Show a task again; a run without a person waits for it."""
    job = context.job(command.task_id)
    context.name_job(job, "")
    with interruptible(_GOING_ON):
        context.showing.show(job, context.front_end)
        if context.front_end is not FrontEnd.JUPYTER:
            job.wait()
    return job


def press(context: Context, command: records.PressCommand) -> "Job | None":
    """Press a button, and show the job it makes."""
    return context.present(context.job(command.task_id).press(command.button), command.display)


def answer(context: Context, command: records.AnswerCommand) -> "Job | None":
    """Answer the window of a task, which goes on."""
    job = context.job(command.task_id)
    mask = picture_of(command.mask, context.names) if command.mask else None
    prompt = fill_template(command.prompt, context.names) or None
    answered = job.answer(
        prompt, mask=mask, zoom=command.zoom, ar=command.ar or None, force=command.force
    )
    return context.present(answered, command.display)


def again(context: Context, command: records.AgainCommand) -> "Job | None":
    """Ask for the same once more."""
    return context.present(context.job(command.task_id).again(), command.display)


def ablate(context: Context, command: records.AblateCommand) -> "Board":
    """Draw all prompts of a shorten; as the value of the cell they are shown in one grid."""
    from mj_notebook.api.history import board  # the rooms load on first use

    job = context.job(command.task_id)
    with interruptible(_GOING_ON):
        # Its words are needed to go on: in a run of all cells they are only just asked for.
        made = job.wait().ablate(command.seed)
    return board(made, title="the same seed, fewer words")


def seed(context: Context, command: records.SeedCommand) -> str:
    """Return the seed of a picture."""
    return context.job(command.task_id).seed()


def dismiss(context: Context, command: records.DismissCommand) -> None:
    """Close the window of a task."""
    context.job(command.task_id).dismiss()


def cancel(context: Context, command: records.CancelCommand) -> None:
    """Give a task up; one that is over is left as it is, and that is said."""
    job = context.job(command.task_id)
    if job.is_open:
        job.cancel()
    else:
        print(f"There is nothing to cancel: {job.id or 'the last job'} is over.\n{job!r}")


def print_code(context: Context, command: records.CodeCommand) -> None:
    """Print the way to a task as Python."""
    print(context.job(command.task_id).code())


def save(context: Context, command: records.SaveCommand) -> None:
    """Save a picture, and say where."""
    path = context.job(command.task_id).save(command.path or None, command.tile)
    print(f"Saved as {path}")


def rate(context: Context, command: records.RateCommand) -> None:
    """Rate a picture, and say what it has now."""
    _tell(context.job(command.task_id).rate(command.rating))


def tag(context: Context, command: records.TagCommand) -> None:
    """Add a tag, and say what the picture has now."""
    _tell(context.job(command.task_id).tag(command.tag))


def untag(context: Context, command: records.UntagCommand) -> None:
    """Take a tag off, and say what the picture has now."""
    _tell(context.job(command.task_id).untag(command.tag))


def note(context: Context, command: records.NoteCommand) -> None:
    """Write a note, and say what the picture has now."""
    _tell(context.job(command.task_id).note(command.text))


def _tell(job: "Job") -> None:
    told = job.annotation.text or "no rating, tag or note"
    print(f"Task {job.id}: {told}. %mj undo takes it back.")


def undo(context: Context, command: records.UndoCommand) -> None:
    """Take back the last rating, tag or note."""
    del context, command
    from mj_notebook.api import history as api

    print(api.undo())


def delete(context: Context, command: records.DeleteCommand) -> None:
    """Delete tasks, and say what went."""
    from mj_notebook.api import history as api

    print(api.delete(command.task_ids or context.job(""), yes=command.yes))


def resume(context: Context, command: records.ResumeCommand) -> None:
    """Show everything that is open, and what is in doubt; --out is the list of what goes on."""
    from mj_notebook.api import state  # the rooms load with the first job
    from mj_notebook.view.resumed import in_doubt_text, not_resumed_text

    session = state.current_session()
    resumed = session.resume()
    if not any(resumed):
        print("Nothing is open.")
    for job in resumed.jobs:
        with contextlib.suppress(MJError):  # it stands in its own output; the others go on
            context.present(job, command.display._replace(out=""))
    for stored, error in resumed.failed:
        print(not_resumed_text(stored.task.id, stored.prompt or stored.task.prompt or "", error))
    for request, error in resumed.in_doubt:
        print(in_doubt_text(request.prompt, session.now() - request.asked_at, error))
    context.assign(command.display.out, resumed.jobs)


# -- history, spending, bundles --------------------------------------------------------------------


def history(context: Context, command: records.HistoryCommand) -> "History":
    """Return history; as the value of the cell it is a table."""
    del context
    from mj_notebook.api import history as api  # the rooms load with the first command

    filters: dict[str, Any] = dict(command.filters)
    return api.history(**filters)


def gallery(context: Context, command: records.GalleryCommand) -> None:
    """Show history as pictures."""
    from mj_notebook.api import history as api

    filters: dict[str, Any] = dict(command.filters)
    show_gallery(api.gallery(**filters), context.front_end)


def spend(context: Context, command: records.SpendCommand) -> "Spend":
    """Return what was spent."""
    del context
    from mj_notebook.api import history as api

    return api.spend(command.since or None, until=command.until or None, by=command.by)


def strip(context: Context, command: records.StripCommand) -> None:
    """Write a copy of the notebook that is fit for git."""
    del context
    print(stripped_copy(command, os.environ))


def bundle(context: Context, command: records.BundleCommand) -> None:
    """Write a bundle, and say what is in it."""
    del context
    from mj_notebook.api.bundle import commands as bundles  # the rooms load with the first job

    print(bundles.bundle(command.path, command.notebook or None, force=command.force))


def go_offline(context: Context, command: records.OfflineCommand) -> None:
    """Run from a bundle, and say what is in it."""
    del context
    from mj_notebook.api.bundle import commands as bundles

    print(bundles.offline(command.path))


def params(context: Context, command: records.ParamsCommand) -> None:
    """Show the table of parameters, with the rules that are set."""
    del context
    from mj_notebook.api.state import current_settings
    from mj_notebook.prompt.rules import rule_book
    from mj_notebook.view.parameters import parameters_bundle

    book = rule_book(current_settings().rules)
    display(parameters_bundle(book, command.word), raw=True)  # type: ignore[no-untyped-call]


# -- the account, and how things are ---------------------------------------------------------------


def login(context: Context, command: records.LoginCommand) -> None:
    """Ask for the secret and keep it, or forget it."""
    from mj_notebook.api import login as logging_in
    from mj_notebook.settings.credentials import no_person_error

    if not command.forget and not context.has_person:
        raise no_person_error()
    print(logging_in.login(forget=command.forget, backend=command.backend))


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
    print("The proxy wants a secret. It is kept for the next time; leave it empty to stop.")
    try:
        print(logging_in.login())
    except MJError as error:
        print(error)
        return False
    return True


def doctor(context: Context, command: records.DoctorCommand) -> None:
    """Look whether everything is in order, and print a line a finding."""
    del command
    from mj_notebook.api.doctor import format_results, run_checks

    words = {
        FrontEnd.JUPYTER: "a live notebook: panels and twins",
        FrontEnd.HEADLESS: "a run without a person: twins only, and each cell waits",
        FrontEnd.TERMINAL: "a terminal: lines of text",
    }[context.front_end]
    print("\n".join(format_results(run_checks(front_end=words))))


def status(context: Context, command: records.StatusCommand) -> None:
    """Print what is open, the queue of the server, and what was spent today."""
    del context, command
    from mj_notebook.api.status import status_lines

    print("\n".join(status_lines()))


def print_version(context: Context, command: records.VersionCommand) -> None:
    """Print the version."""
    del context, command
    print(f"mj_notebook {__version__}")


def print_help(context: Context, command: records.HelpCommand) -> None:
    """Print what there is, or how one command is written."""
    del context
    print(help_text(command.command))


COMMAND_FUNCTIONS: dict[type, Callable[[Context, Any], object]] = {
    SubmitCommand: submit,
    records.UploadFormCommand: open_upload_form,
    records.PanelCommand: show_panel,
    records.PressCommand: press,
    records.AnswerCommand: answer,
    records.AgainCommand: again,
    records.AblateCommand: ablate,
    records.SeedCommand: seed,
    records.DismissCommand: dismiss,
    records.CancelCommand: cancel,
    records.CodeCommand: print_code,
    records.SaveCommand: save,
    records.RateCommand: rate,
    records.TagCommand: tag,
    records.UntagCommand: untag,
    records.NoteCommand: note,
    records.UndoCommand: undo,
    records.DeleteCommand: delete,
    records.ResumeCommand: resume,
    records.HistoryCommand: history,
    records.GalleryCommand: gallery,
    records.SpendCommand: spend,
    records.StripCommand: strip,
    records.BundleCommand: bundle,
    records.OfflineCommand: go_offline,
    records.ParamsCommand: params,
    records.LoginCommand: login,
    records.DoctorCommand: doctor,
    records.StatusCommand: status,
    records.VersionCommand: print_version,
    records.HelpCommand: print_help,
}
"""The one function of each command."""
