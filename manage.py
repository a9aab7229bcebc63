#!/usr/bin/env python
"""Django's entrance for every command of Precept; `manage.py up` starts the whole product."""

import os
import sys


def main() -> None:
    """Run a management command against the settings of `app`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "app.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
