"""Opaque codes: what is published of a draw names no class and no group, so that a ranking is no fingerprint.

The codes are keyed by the installation's secret, so that nobody outside can compute them from the plan, and depend on
nothing else, so that the same list has the same root on every database. The labels' hash stands in the rule, under
the root: nobody can say later that a code meant something else. The labels themselves go to named auditors.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.crypto import salted_hmac

FILE = "labels.csv"
SALT = "ampera.admissions.labels"


def opaque(kind: str, code: str, *, scope: str) -> str:
    """A code of a letter and ten characters. kind: K class, G group, H household. scope: the locked plan's hash."""
    digest = salted_hmac(SALT, f"{scope}|{kind}|{code}", algorithm="sha256").digest()
    return kind + base64.b32encode(digest)[:10].decode("ascii")


@dataclass(frozen=True)
class Labels:
    """The plan's code of each class and group, and its opaque one. klass, group: plan's code → opaque."""

    klass: Mapping[str, str]
    group: Mapping[str, str]

    @property
    def klass_of(self) -> dict[str, str]:
        """Opaque → plan's code."""
        return {code: own for own, code in self.klass.items()}

    @property
    def group_of(self) -> dict[str, str]:
        return {code: own for own, code in self.group.items()}

    def csv(self) -> bytes:
        """`kind,code,means`, sorted: the labelled copy."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("kind", "code", "means"))
        writer.writerows(sorted(("class", code, own) for own, code in self.klass.items()))
        writer.writerows(sorted(("group", code, own) for own, code in self.group.items()))
        return out.getvalue().encode("utf-8")

    @property
    def hash(self) -> str:
        """SHA-256 of the labelled copy."""
        return hashlib.sha256(self.csv()).hexdigest()


def make(classes: Iterable[str], groups: Iterable[str], *, scope: str) -> Labels:
    return Labels(
        {code: opaque("K", code, scope=scope) for code in classes},
        {code: opaque("G", code, scope=scope) for code in groups},
    )


def read(data: bytes) -> Labels:
    """The labels in a labelled copy."""
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8"))))
    kinds = {kind: {r["means"]: r["code"] for r in rows if r["kind"] == kind} for kind in ("class", "group")}
    return Labels(kinds["class"], kinds["group"])
