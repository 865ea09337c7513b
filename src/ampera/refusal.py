"""An expected "no": one class, so that every app says it in the same way.

A refusal is a code with facts. Its words are English message ids, only marked here; whoever shows it
translates. It is not a fault: nothing is logged as an error, and what the person typed is kept.
"""

from __future__ import annotations

from typing import Any, ClassVar


def _(message: str) -> str:
    """Mark a message for translation; the presentation layer translates it when it is shown."""
    return message


class Refusal(Exception):
    """An expected "no", with what is wrong and how to mend it.

    code: stable, `app.what_happened`. says: one sentence, `%(fact)s` placeholders. mend: what to do next.
    facts: keyword arguments, the values for the placeholders; never personal data, since they reach the audit.
    field: the form field that the refusal is about, if any.
    """

    code: ClassVar[str] = "refused"
    says: ClassVar[str] = _("That can't be done.")
    mend: ClassVar[str] = _("Go back and try again.")
    status: ClassVar[int] = 409
    field: ClassVar[str | None] = None

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.code)

    def __str__(self) -> str:
        return f"{self.says % self.facts} {self.mend % self.facts}".strip()
