"""Signing in, coming in by a link, passwords, and the people of a project."""

from __future__ import annotations

from django import forms

from feedback.models import Role

EMAIL = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}


def new_password(label: str) -> forms.CharField:
    """A field in which a password is chosen."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "minlength": 10}),
        help_text="At least ten characters. A sentence is easiest to remember.",
    )


class SignInForm(forms.Form):
    """Address and password."""

    email = forms.EmailField(label="E-mail address", widget=forms.EmailInput(attrs=EMAIL))
    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class AccountForm(forms.Form):
    """A new person."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="It stands beside what you say.",
    )
    email = forms.EmailField(label="E-mail address", widget=forms.EmailInput(attrs=EMAIL))
    password = new_password("Password")


class NewPasswordForm(forms.Form):
    """A new password, by a link."""

    password = new_password("New password")


class ChangePasswordForm(forms.Form):
    """A new password, by somebody who knows the old one."""

    old = forms.CharField(
        label="Password now",
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = new_password("New password")


class RoleForm(forms.Form):
    """What a member may do."""

    role = forms.ChoiceField(label="Role", choices=Role.choices, initial=Role.REVIEWER)


class InviteForm(RoleForm):
    """A link for somebody."""

    note = forms.CharField(
        label="For whom",
        required=False,
        max_length=120,
        help_text="Only to tell the links apart.",
    )


class ProjectForm(forms.Form):
    """A new project."""

    name = forms.CharField(label="Name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    description = forms.CharField(
        label="What it is about", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    guidelines = forms.CharField(
        label="Guidelines for reviewers", required=False, max_length=20000, widget=forms.Textarea(attrs={"rows": 6})
    )
