"""Read one of our own certificates back, to show it: exactly the form that we write, or nothing.

JSON-LD lets one statement be written in several ways under one signature. A page that shows a name must not be
led astray by that, so what was read is written again and has to come out equal.
"""

from __future__ import annotations

from typing import Any

from ampera.cores.credentials.document import Json, as_list, moment
from ampera.cores.credentials.faults import Fault, Undetermined
from ampera.cores.credentials.form import (
    SAMPLE,
    Achievement,
    Evidence,
    Frame,
    Issuer,
    Outcome,
    Values,
    assemble,
    leaves,
)


def read(credential: Json) -> tuple[Values, Frame]:
    """What a credential of our form says, signed or not. Whether it is genuine is for `verdict.verify` to say.

    Raises Undetermined if it is not of exactly our form.
    """
    document = {name: value for name, value in credential.items() if name != "proof"}
    try:
        text, frame = _values(document), _frame(document)
        plain = all(isinstance(leaf, str) for leaf in leaves(text)) and not any(
            isinstance(leaf, dict | list) for leaf in leaves(frame)
        )
        # Python takes 0 for False, a signature does not
        plain = plain and document["credentialSubject"]["identifier"][0]["hashed"] is False
        same = plain and assemble(text, frame) == document
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, Fault):
        same = False
    if not same:
        raise Undetermined("other_form", "This credential is not written as Ampera writes certificates.")
    return text, frame


def _values(document: Json) -> Values:
    subject = document["credentialSubject"]
    level, ability, error = (result["value"] for result in subject["result"])
    return Values(
        id=document["id"],
        subject_id=subject["id"],
        holder_name=subject["identifier"][0]["identityHash"],
        level=level,
        ability=ability,
        error=error,
        indices=tuple(entry["statusListIndex"] for entry in as_list(document["credentialStatus"])),
    )


def _frame(document: Json) -> Frame:
    issuer = document["issuer"]
    title = str(document["name"])
    return Frame(
        issuer=Issuer(issuer["id"], issuer["name"], issuer["url"]),
        achievement=_achievement(
            document["credentialSubject"]["achievement"], title.removeprefix(f"{SAMPLE} – ")
        ),
        issued=moment(document["validFrom"], "validFrom"),
        valid_until=moment(document["validUntil"], "validUntil"),
        lists=tuple(
            (e["statusListCredential"], e["statusPurpose"]) for e in as_list(document["credentialStatus"])
        ),
        evidence=tuple(Evidence(e["name"], e["narrative"]) for e in document.get("evidence", ())),
        sample=title.startswith(SAMPLE),
    )


def _achievement(said: Any, name: str) -> Achievement:
    return Achievement(
        id=said["id"],
        name=name,
        description=said["description"],
        criteria=said["criteria"]["narrative"],
        level=int(said["resultDescription"][0]["requiredValue"]),
        outcomes=tuple(Outcome(o["targetCode"], o["targetName"], o["targetUrl"]) for o in said["alignment"]),
        language=said["inLanguage"],
    )
