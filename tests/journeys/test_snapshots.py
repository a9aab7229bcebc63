"""A data set is chosen with counts that follow, frozen, looked at, and held beside the next one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.instances import Instance
from tests.journeys.axe import find_barriers
from tests.journeys.conftest import WIDE

pytestmark = [pytest.mark.journey, pytest.mark.slow]
COME_IN = """
from uuid import uuid4
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from tests import make
user = make.user(email=f"{uuid4()}@example.org", name="Mila Brandt")
project = make.project(slug=f"frozen-{uuid4().hex[:8]}", name="Frozen", owner=user)
rater = make.rater(project=project, user=user)
for n in range(8):
    a, b = make.pair(project=project, request=f"What is there to see in town number {n} of the long list?")
    make.preference(a=a, b=b, rater=rater, strength=-1 - n % 3)
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print("CAME", project.slug, session.session_key)
"""


@pytest.fixture
def owner(browser: Browser, instance: Instance) -> Iterator[Page]:
    """The owner of a project with eight judged pairs, on its page of snapshots."""
    said = instance.manage("shell", "-c", COME_IN, seconds=180)
    assert "CAME" in said.stdout, said.stderr
    slug, key = said.stdout.split("CAME")[1].split()
    context = browser.new_context(base_url=instance.url, viewport=WIDE, reduced_motion="reduce")
    context.add_cookies([{"name": "sessionid", "value": key, "url": instance.url}])
    page = context.new_page()
    page.goto(f"/p/{slug}/snapshots/")
    yield page
    context.close()


def test_counts_follow_the_sieve_and_what_was_counted_is_frozen(owner: Page) -> None:
    owner.get_by_role("link", name="Freeze the first one").click()
    look = owner.locator("#look")
    expect(look.locator(".number-large").first).to_have_text("8")
    owner.get_by_label("At least this strong").select_option("3")
    expect(look).to_contain_text("the preference is weaker than asked for")
    expect(owner).to_have_url(re.compile("least_strength=3"))
    assert not find_barriers(owner)
    owner.get_by_label("At least this strong").select_option("")
    owner.get_by_label("Validation, in a hundred").fill("20")
    expect(look).to_contain_text("Divided 80 : 20 : 0")
    look.get_by_label("Name").fill("First set")
    look.get_by_role("button", name="Freeze it").click()
    expect(owner.get_by_role("heading", level=1)).to_have_text("First set")
    expect(owner.locator(".imprint-sum")).to_contain_text("8")
    assert not find_barriers(owner)

    owner.get_by_role("link", name="Another with these filters").click()
    owner.get_by_label("At most so many examples").fill("5")
    expect(owner.locator("#look")).to_contain_text("At most 5 examples")
    owner.get_by_role("button", name="Freeze it").click()
    owner.get_by_role("link", name="What changed since 1").click()
    expect(owner.locator(".lead")).to_contain_text("3 examples are only in the first, 0 only in the second, 5 in both.")
    assert not find_barriers(owner)
    owner.get_by_role("link", name="Snapshots", exact=True).first.click()
    expect(owner.locator(".volume")).to_have_count(2)
    assert not find_barriers(owner)
