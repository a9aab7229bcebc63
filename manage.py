#!/usr/bin/env python
"""Django's entrance for every command of Precept; `manage.py up` starts the whole product."""

import os
import sys


def main() -> None:
    """Run a command against the instance that `--data DIR` (or PRECEPT_DATA) names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "app.settings")
    from app.instance import require_running, take_data_folder

    take_data_folder(sys.argv, os.environ)
    require_running(sys.argv, os.environ)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
