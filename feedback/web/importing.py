"""Bringing a file in: send it, see how it will be read, then let it in whole, or without its bad rows."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from feedback.datasets.bringing import open_import
from feedback.datasets.elsewhere import elsewhere
from feedback.datasets.importing import TOLD, ImportSummary, Preview, import_file, preview
from feedback.datasets.readers.formats import LABELS
from feedback.errors import Refused
from feedback.forms.intake import MEGABYTE, ReadingForm, UploadForm
from feedback.models import JobState, Project, Role, Transfer
from feedback.projects.access import open_to
from feedback.tasks import ring_transfer
from feedback.web import uploads
from feedback.web.answering import page_of, person, show
from feedback.web.wrong import answer_wrong

PAGE = "importing/importing.html"
LOOK = "importing/preview.html"
GONE = (
    "That file no longer waits here: it came in already, another one was sent after it, or a day has passed. "
    "Send it again; the same file twice adds nothing."
)
AT_ONCE = 4 * MEGABYTE  # larger files are brought in by a worker


@open_to(Role.CURATOR)
def import_page(request: HttpRequest, project: Project) -> HttpResponse:
    """Send a file; below, what came in before."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = uploads.keep(form.cleaned_data["file"], project, person(request))
        return redirect("import_preview", project.slug, upload.token)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
    context = {"form": form, "imports": page_of(request, project.imports.select_related("made_by"), size=20)}
    context |= {"jobs": jobs_under_way(project), "shapes": sorted(LABELS.values(), key=str.casefold), "at_most": TOLD}
    return render(request, PAGE, context, status=422 if form.is_bound else 200)


def jobs_under_way(project: Project) -> QuerySet[Transfer]:
    """Large files that are not in yet."""
    over = [JobState.DONE, JobState.CANCELLED]
    return project.transfers.filter(kind=Transfer.Kind.IMPORT).exclude(state__in=over).select_related("asked_by")[:20]


@open_to(Role.CURATOR)
def import_preview(request: HttpRequest, project: Project, token: str) -> HttpResponse:
    """How the file would be read, and letting it in that way. The reading is part of the address."""
    upload = uploads.find(token, project, person(request))
    if upload is None:
        return gone(request, project)
    looked, form, refusal = look(upload, request)
    if request.method == "POST" and looked is not None and not refusal:
        try:
            return brought_in(request, project, upload, form)
        except Refused as trouble:
            refusal = str(trouble)
    summary = checked(project, upload, form, looked)
    other = elsewhere(upload.path, upload.name) if looked is None or not looked.format else None
    context = {"upload": upload, "look": looked, "form": form, "refusal": refusal, "checked": summary, "other": other}
    context |= {"adds": what_it_adds(summary) if summary else "", "large": upload.size > AT_ONCE}
    return show(request, LOOK, "reading", context, status=422 if request.method == "POST" else 200)


@open_to(Role.CURATOR)
@require_POST
def discard_upload(request: HttpRequest, project: Project, token: str) -> HttpResponse:
    """Let nothing in."""
    if upload := uploads.find(token, project, person(request)):
        uploads.let_go(upload)
    return redirect("import", project.slug)


def gone(request: HttpRequest, project: Project) -> HttpResponse:
    """No such file waits: it is in already (then the list says so), it is somebody else's, or its day is over."""
    if request.method != "POST":
        return answer_wrong(request, 404, GONE)
    return redirect("import", project.slug)


def look(upload: uploads.Upload, request: HttpRequest) -> tuple[Preview | None, ReadingForm, str]:
    """How the file would be read with what was chosen, the form of that choice, and why it cannot be, if so."""
    try:
        plain = preview(upload.path, filename=upload.name)
    except Refused as refusal:
        return None, ReadingForm([]), str(refusal)
    form = ReadingForm(plain.columns, request.GET, plain.samples)
    if not form.is_bound or not form.is_valid():
        return plain, form, ""
    try:
        wish, mapping = form.chosen_format, form.mapping
        return preview(upload.path, filename=upload.name, format=wish, mapping=mapping), form, ""
    except Refused as refusal:
        return plain, form, str(refusal)


def checked(
    project: Project, upload: uploads.Upload, form: ReadingForm, looked: Preview | None
) -> ImportSummary | None:
    """What letting it in without its bad rows would add, found by doing it and taking it back; None for large files."""
    if looked is None or not looked.format or upload.size > AT_ONCE:
        return None
    try:
        return import_as_read(project, upload, form, by=None, dry_run=True, skip_bad=True)
    except Refused:
        return None


def brought_in(request: HttpRequest, project: Project, upload: uploads.Upload, form: ReadingForm) -> HttpResponse:
    """Let it in, take it off the disk and say what it added."""
    skip = request.POST.get("skip_bad") == "1"
    if upload.size > AT_ONCE:
        return set_going(request, project, upload, form, skip_bad=skip)
    summary = import_as_read(project, upload, form, by=person(request), dry_run=False, skip_bad=skip)
    uploads.let_go(upload)
    messages.success(request, sentence_of(upload.name, summary))
    return redirect("import", project.slug)


def set_going(
    request: HttpRequest, project: Project, upload: uploads.Upload, form: ReadingForm, *, skip_bad: bool
) -> HttpResponse:
    """Have a large file brought in by a worker, and show how far it is."""
    job = open_import(
        project, by=person(request), file=upload.path, filename=upload.name, format=form.chosen_format,
        mapping=form.mapping, skip_bad=skip_bad, look_first=request.POST.get("look_first") == "1",
    )  # fmt: skip
    uploads.let_go(upload)
    ring_transfer(job)
    return redirect("import_job", project.slug, job.pk)


def import_as_read(project: Project, upload: uploads.Upload, form: ReadingForm, **how: Any) -> ImportSummary:
    """The import with the reading that was chosen."""
    return import_file(
        project, upload.path, filename=upload.name, format=form.chosen_format, mapping=form.mapping, **how
    )


def sentence_of(name: str, summary: ImportSummary) -> str:
    """What an import added, as a sentence."""
    if summary.imported is None:
        return f"{name} added nothing: all of it was here already."
    left = f" {counted(summary.skipped_in_all, 'row')} left out." if summary.skipped_in_all else ""
    return f"{name} brought in {what_it_adds(summary)}.{left}"


def what_it_adds(summary: ImportSummary) -> str:
    """What is new, in words; empty when nothing is."""
    kinds = {"preferences": summary.preferences, "tagged": summary.tagged}
    added = added_in_words(summary.examples, summary.responses, summary.feedback, **kinds)
    return " and ".join(part for part in (", ".join(added[:-1]), *added[-1:]) if part)


def added_in_words(examples: int, responses: int, feedback: int, *, preferences: int, tagged: int) -> list[str]:
    """The new rows, kind by kind; what was said that is no preference is counted by itself."""
    more = feedback - preferences
    kinds = [(examples, "example", ""), (responses, "response", ""), (preferences, "preference", "")]
    kinds.append((more, "other piece of feedback", "other pieces of feedback") if preferences else
                 (more, "piece of feedback", "pieces of feedback"))  # fmt: skip
    kinds.append((tagged, "example here with new tags", "examples here with new tags"))
    return [counted(number, noun, plural) for number, noun, plural in kinds if number]


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number, set as pages set numbers, with its noun."""
    return f"{number:,}".replace(",", "\u202f") + f" {noun if number == 1 else plural or noun + 's'}"
