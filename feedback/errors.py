"""Every error a person can be told about.

    PreceptError             a sentence for the person: what is wrong, where, how to mend it
    ├── NotAllowed           the person may not do this (answered 403)
    ├── Refused              the request makes no sense as asked (answered 422)
    │   ├── BadRow           one row of an import; carries its line number
    │   └── BadSetting       an environment variable or option that cannot be read
    ├── OverBudget           a call would pass a cap; the run waits until the cap is raised
    └── ModelTrouble         the model did not answer as asked
        ├── Passing          overload, rate limit, time-out, lost connection: worth another try
        ├── Rejected         the model's service will never take this request (bad key, too long)
        ├── Declined         the model refused to answer
        └── Malformed        an answer that does not fit the type asked for, or was cut short

`str(error)` is always fit to be shown. This module imports nothing.
"""


class PreceptError(Exception):
    """Base of all errors whose text is meant for a person."""


class NotAllowed(PreceptError):
    """The person is known here but their role does not cover this."""


class Refused(PreceptError):
    """The request cannot be carried out as asked."""


class BadRow(Refused):
    """A row of an import that cannot be read.

    `line` is the 1-based line (JSONL, CSV) or position (JSON array) in the file.
    """

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"Line {line}: {why}")
        self.line = line
        self.why = why


class BadSetting(Refused):
    """A setting that cannot be read; the start stops with this sentence."""


class OverBudget(PreceptError):
    """A model call whose worst case would pass a cap."""


class ModelTrouble(PreceptError):
    """The model did not answer as asked.

    `usage` (a `feedback.llm.model.Usage`) holds what was spent all the same, None where that is not known (a connection
    that broke off), and `text` what was written, if anything.
    """

    usage: object | None = None
    text: str = ""


class Passing(ModelTrouble):
    """Trouble that may pass; `retry_after` is the number of seconds asked for, if any."""

    def __init__(self, why: str, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class Rejected(ModelTrouble):
    """The service will never accept this request."""


class Declined(ModelTrouble):
    """The model refused."""


class Malformed(ModelTrouble):
    """The answer does not fit what was asked for, or was cut short."""
