"""The quick way to the same bytes: canonicalise once per achievement and day, substitute, sort, sign per person.

Why the result is what full canonicalisation gives: the form has a single blank node, whose label is `_:c14n0`
whatever it says; every other node keeps its IRI; a literal's text changes nothing but its own line; so the
canonical form is the template's lines with the texts put in, sorted anew by code point, as UTF-8 sorts.
Substitution is one pass (`%`), so a name that looks like a slot stays a name. Most lines come first whoever it is
about: they are hashed once. `agrees` has the judge (pyld) repeat the work.
What is quickly signed is quickly checked: `message` gives what was signed of a certificate of ours.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from ampera.cores.credentials import form, proof, reading, schema
from ampera.cores.credentials.canonical import canonicalise
from ampera.cores.credentials.contexts import OB3, VC2
from ampera.cores.credentials.document import Json, to_bytes
from ampera.cores.credentials.faults import Fault
from ampera.cores.credentials.form import Frame, Result, Values
from ampera.cores.credentials.keys import Signer

SLOT = "~slot:{}~"
_URN = "urn:uuid:"  # stays outside the slot: an id must be a reference while the template is canonicalised
SLOTS = re.compile(r"~slot:(\w+)~")


@dataclass(frozen=True)
class Lines:
    """The canonical N-Quads of a frame, in UTF-8. first: those that come before every line with a slot, whatever is
    put in. fixed: the others that no slot touches. filled: those with slots, as one %-format.
    """

    first: bytes
    fixed: tuple[bytes, ...]
    filled: bytes

    def canonical(self, text: Values) -> bytes:
        """The canonical N-Quads of this person's credential."""
        return self.first + self._rest(text)

    def digest(self, text: Values) -> bytes:
        """Their SHA-256."""
        hashed = self._hashed.copy()
        hashed.update(self._rest(text))
        return hashed.digest()

    @cached_property
    def _hashed(self) -> hashlib._Hash:
        return hashlib.sha256(self.first)

    def _rest(self, text: Values) -> bytes:
        # no text that is put in holds a line's end; every character in a line sorts after it, so it may wait
        lines = [*self.fixed, *(self.filled % _utf8(fills(text, _in_nquads))).split(b"\n")]
        lines.sort()
        return b"\n".join(lines) + b"\n"


@dataclass(frozen=True)
class Template:
    """A certificate with everything but the person filled in. Made by `prepare`."""

    signer: Signer
    frame: Frame
    config_hash: bytes
    lines: Lines
    text: bytes  # the signed JSON as a %-format

    def issue(
        self, *, id: str, subject_id: str, holder_name: str, result: Result, indices: Sequence[int]
    ) -> bytes:
        """The signed credential as JSON bytes, equal to signing `form.credential` by the full path.

        Arguments as for `form.credential`; indices: one for each status list, in order.
        Raises ValueError, naming what is wrong.
        """
        text = form.values(
            id=id, subject_id=subject_id, holder_name=holder_name, result=result, indices=indices
        )
        if len(indices) != len(self.frame.lists):
            raise ValueError("one status index for each status list")
        signature = self.signer.sign(self.config_hash + self.lines.digest(text))
        return self.text % _utf8(fills(text, in_json) | {"proof": proof.proof_value(signature)})

    def agrees(self, text: Values) -> bool:
        """Whether full canonicalisation of this person's credential gives the same bytes."""
        return self.lines.canonical(text) == canonicalise(form.assemble(text, self.frame)).encode()


def prepare(frame: Frame, *, signer: Signer, created: datetime) -> Template:
    """Canonicalise a certificate with slots where the person goes. created: of the signatures, an aware datetime.

    Raises ValueError if the form has more than one blank node, the signer is not the issuer's, or a text looks
    like a slot, or the Open Badges schema says no; Fault if the document could not be signed whole.
    """
    if signer.did != frame.issuer.id:
        raise ValueError("the signer signs for another issuer")
    document = form.assemble(unfilled(len(frame.lists)), frame)
    config = proof.options(method=signer.method, created=created)
    signed = {**document, "proof": [{**config, "proofValue": SLOT.format("proof")}]}
    lines = lines_of(frame)
    # and with it every person's: texts go into the slots, of which the schema asks nothing more
    schema.check(signed)
    return Template(
        signer=signer,
        frame=frame,
        config_hash=proof.config_hash({"@context": [VC2, OB3], **config}),
        lines=lines,
        text=_as_format(to_bytes(signed).decode()).encode(),
    )


@lru_cache(maxsize=128)
def lines_of(frame: Frame) -> Lines:
    """Its canonical lines, by full canonicalisation with slots where the person goes. Raises as `prepare` does."""
    document = form.assemble(unfilled(len(frame.lists)), frame)
    # not splitlines(), which also splits at characters that may stand inside a literal
    lines = canonicalise(document).split("\n")[:-1]
    _check(lines, frame)
    slotted = [line for line in lines if SLOTS.search(line)]
    begins = min(SLOTS.split(line)[0].encode() for line in slotted)  # nothing put in makes a line smaller
    fixed = [line.encode() for line in lines if line not in slotted]
    return Lines(
        first=b"".join(line + b"\n" for line in fixed if line < begins),
        fixed=tuple(line for line in fixed if line >= begins),
        filled=_as_format("\n".join(slotted)).encode(),
    )


def message(document: Json, config: Json) -> bytes | None:
    """What a proof with these options signs of this document, as `proof.message` says; None if the document is not,
    to the letter, a certificate as we issue it: then only full canonicalisation can tell.
    """
    try:
        person, frame = reading.read(document)
        again = form.values(
            id=person.id,
            subject_id=person.subject_id,
            holder_name=person.holder_name,
            result=Result(int(person.level), float(person.ability), float(person.error)),
            indices=[int(index) for index in person.indices],
        )
        if again != person:
            return None
        return _options_hash(tuple(sorted(config.items()))) + lines_of(frame).digest(person)
    except (Fault, ValueError, TypeError):
        return None


@lru_cache(maxsize=128)
def _options_hash(config: tuple[tuple[str, str], ...]) -> bytes:
    return proof.config_hash({"@context": [VC2, OB3], **dict(config)})


def unfilled(lists: int) -> Values:
    """A person made of slots, with a place on each of so many status lists."""
    return Values(
        id=_URN + SLOT.format("id"),
        subject_id=_URN + SLOT.format("subject_id"),
        holder_name=SLOT.format("holder_name"),
        level=SLOT.format("level"),
        ability=SLOT.format("ability"),
        error=SLOT.format("error"),
        indices=tuple(SLOT.format(f"index{place}") for place in range(lists)),
    )


def _check(lines: Sequence[str], frame: Frame) -> None:
    """The two conditions under which substitution is canonicalisation."""
    if {label for line in lines for label in re.findall(r"_:c14n\d+", line.partition('"')[0])} != {"_:c14n0"}:
        raise ValueError("the form must have exactly one blank node")
    if "~slot:" in repr(frame):
        raise ValueError("a text of the achievement, issuer or evidence looks like a slot")


def _as_format(text: str) -> str:
    return SLOTS.sub(r"%(\1)s", text.replace("%", "%%"))


def fills(text: Values, escape: Callable[[str], str]) -> dict[str, str]:
    """What goes into the slots, by their names; `escape` is applied to the one text that people choose."""
    return {
        "id": text.id.removeprefix(_URN),
        "subject_id": text.subject_id.removeprefix(_URN),
        "holder_name": escape(text.holder_name),
        "level": text.level,
        "ability": text.ability,
        "error": text.error,
    } | {f"index{place}": index for place, index in enumerate(text.indices)}


def _utf8(filled: dict[str, str]) -> dict[bytes, bytes]:
    return {slot.encode(): text.encode() for slot, text in filled.items()}


def _in_nquads(name: str) -> str:
    """A literal's text in canonical N-Quads; control characters, the other ones escaped, are refused by form."""
    return name.replace("\\", "\\\\").replace('"', '\\"')


def in_json(name: str) -> str:
    """A text as it stands between the quotes of a JSON string."""
    return json.dumps(name, ensure_ascii=False)[1:-1]
