"""Every URL of Precept on one screen."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from feedback.web import (
    accounts,
    budget,
    comparing,
    constitution,
    drafting,
    examples,
    exporting,
    health,
    home,
    importing,
    judging,
    pairs,
    parts,
    people,
    principles,
    projects,
    runs,
)

inside_a_project: list[URLPattern | URLResolver] = [
    path("", projects.project, name="project"),
    path("examples/", examples.examples, name="examples"),
    path("examples/<int:number>/", examples.example, name="example"),
    path("import/", importing.import_page, name="import"),
    path("import/<str:token>/", importing.import_preview, name="import_preview"),
    path("import/<str:token>/discard/", importing.discard_upload, name="discard_upload"),
    path("review/", judging.review, name="review"),
    path("responses/<int:id>/", judging.judge, name="judge"),
    path("pairs/", pairs.pairs, name="pairs"),
    path("pairs/<int:a>-<int:b>/", pairs.pair, name="pair"),
    path("feedback/<str:kind>/<int:id>/draft/", drafting.ask_for_draft, name="ask_for_draft"),
    path("feedback/<str:kind>/<int:id>/withdraw/", drafting.withdraw_feedback, name="withdraw_feedback"),
    path("draftings/<int:id>/", drafting.drafting, name="drafting"),
    path("principles/", principles.principles, name="principles"),
    path("principles/new/", principles.write_principle, name="write_principle"),
    path("principles/<int:number>/", principles.principle, name="principle"),
    path("principles/<int:number>/adopt/", principles.adopt_principle, name="adopt_principle"),
    path("principles/<int:number>/drop/", principles.drop_principle, name="drop_principle"),
    path("principles/<int:number>/reinstate/", principles.reinstate_principle, name="reinstate_principle"),
    path("principles/<int:number>/reword/", principles.reword_principle, name="reword_principle"),
    path("principles/<int:number>/retire/", principles.retire_principle, name="retire_principle"),
    path("constitution/", constitution.constitution, name="constitution"),
    path("constitution/<int:number>/", constitution.constitution_version, name="constitution_version"),
    path("runs/", runs.runs, name="runs"),
    path("runs/new/", runs.start_run, name="start_run"),
    path("runs/<int:number>/", runs.run, name="run"),
    path("runs/<int:number>/items/<int:position>/", runs.run_item, name="run_item"),
    path("runs/<int:number>/cancel/", runs.cancel_run, name="cancel_run"),
    path("runs/<int:number>/pause/", runs.pause_run, name="pause_run"),
    path("runs/<int:number>/resume/", runs.resume_run, name="resume_run"),
    path("runs/<int:number>/raise-cap/", runs.raise_cap, name="raise_cap"),
    path("runs/<int:number>/baseline/", runs.start_baseline, name="start_baseline"),
    path("compare/", comparing.compare, name="compare"),
    path("export/", exporting.export_page, name="export"),
    path("export/<str:format>/download/", exporting.download, name="export_download"),
    path("export/rows/<int:chosen>-<int:rejected>/", exporting.export_row, name="export_row"),
    path("budget/", budget.budget, name="budget"),
    path("budget/caps/", budget.change_caps, name="change_caps"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/invitations/<int:id>/withdraw/", people.withdraw_invitation, name="withdraw_invitation"),
    path("people/<int:id>/role/", people.change_role, name="change_role"),
    path("people/<int:id>/remove/", people.remove_member, name="remove_member"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("projects/new/", home.new_project, name="new_project"),
    path("sign-in/", accounts.sign_in, name="sign_in"),
    path("sign-out/", accounts.sign_out, name="sign_out"),
    path("password/", accounts.change_password, name="change_password"),
    path("password/help/", accounts.password_help, name="password_help"),
    path("join/<str:token>/", accounts.join, name="join"),
    path("reset-links/<int:id>/", people.make_reset_link, name="make_reset_link"),
    path("theme/", home.choose_theme, name="choose_theme"),
    path("healthz", health.healthz, name="healthz"),
    path("parts/", parts.parts, name="parts"),
    path("p/<slug:slug>/", include(inside_a_project)),
]

handler404 = "feedback.web.wrong.not_found"
handler403 = "feedback.web.wrong.forbidden"
handler400 = "feedback.web.wrong.bad_request"
handler500 = "feedback.web.wrong.server_error"
