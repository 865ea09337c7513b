"""A verdict in plain words: the seven kinds, what was checked, and why, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ampera.cores.credentials.verdict import Verdict

KINDS = {  # verdict → (the notice's kind, what it is called, what it means)
    "valid": ("success", _("Valid"), _("This certificate is genuine, and it stands.")),
    "revoked": ("danger", _("Revoked"), _("It was genuine, but the issuer has withdrawn it. It no longer counts.")),
    "suspended": ("warning", _("Suspended"), _("The issuer has suspended it for now. Ask the issuer.")),
    "expired": ("warning", _("Expired"), _("It was genuine, but its time is over. The holder can take the exam again.")),
    "foreign": ("warning", _("Not one of ours"), _("Its signature holds, but it was not issued by an issuer that we answer for.")),
    "altered": ("danger", _("Altered"), _("This is not what an issuer signed. Don't rely on it.")),
    "undetermined": ("warning", _("Can't be decided"), _("Nothing speaks against it, but it can't be decided here.")),
}  # fmt: skip

SPECIAL = {  # reason → a title and meaning of its own, where the verdict's would mislead
    "sample": (
        _("Not one of ours: only an example (CONTOH)"),
        _("Its signature holds, but who signed it stands for nobody."),
    ),
    "not_json": (_("Not a certificate file"), ""),
    "no_attachment": (_("Not a certificate file"), ""),
    "not_a_credential": (_("Not a certificate file"), ""),
    "too_large": (_("Not a certificate file"), ""),
    "not_a_picture": (_("Not a certificate file"), ""),
    "no_code": (_("No QR code found"), ""),
}

CHECKED = {
    "form": _("It has the form of a certificate"),
    "proof": _("It carries a signature that covers all of it"),
    "key": _("The signature's key is the issuer's"),
    "signature": _("Nothing was changed after signing"),
    "status": _("It was looked up in the issuer's status list"),
    "dates": _("It is within its dates"),
    "issuer": _("We know the issuer"),
}

WHY = {
    "sample": _("This is an example (CONTOH) from a demonstration. It certifies nobody's skills."),
    "issuer_unknown": _("It names an issuer that we don't know."),
    "bad_signature": _("The signature doesn't fit: something was changed after signing."),
    "no_proof": _("The file carries no signature."),
    "bad_proof": _("The signature is malformed."),
    "wrong_controller": _("The signature was made with a key that is not the issuer's."),
    "wrong_purpose": _("The signature was made for another purpose."),
    "key_ended": _("The signature was made with a key that the issuer had retired."),
    "undefined_term": _("The file holds words that its signature doesn't cover."),
    "unsigned_data": _("The file holds values that its signature doesn't cover."),
    "claims_differ": _("It says one thing around the certificate and another inside it."),
    "name_twice": _("The file says something twice, so that readers could see different things."),
    "not_json": _("The file is neither a certificate's JSON or PDF, nor a photo of its QR code."),
    "no_scanner": _("Photos of a QR code can't be read on this server yet. Choose the certificate's file."),
    "no_reader": _("This browser can't read a QR code by itself. Try again with a network, or choose the file."),
    "not_a_picture": _("This picture can't be opened."),
    "no_code": _("In this picture no certificate's QR code can be read. Take it again, straight from above and in good light."),
    "not_a_carrier": _("This QR code is not that of a certificate."),
    "no_attachment": _(
        "No certificate is attached to this PDF. Ask for the PDF as it was downloaded, not a scan of it."
    ),
    "several_attachments": _(
        "Several certificates are attached to this PDF, so that readers could see different things."
    ),
    "bad_carrier": _("The QR code's text is not as any certificate gives it."),
    "template_missing": _("No certificate issued here has this QR code."),
    "not_a_credential": _("The file is JSON, but no certificate."),
    "too_large": _("The file is larger than any certificate."),
    "issuer_unresolved": _("The issuer's keys are not at hand here."),
    "status_list_missing": _("The issuer's status list is not at hand here."),
    "stale_status_list": _("The status list at hand is out of date."),
    "no_status": _("It names no status list, so nobody can say whether it still stands."),
    "not_yet": _("It bears a date in the future."),
    "unknown_proof": _("Its signature is of a kind that we don't check."),
    "other_form": _("It is not written as this city writes certificates. Only the site itself can check it: try again with a network."),
    "no_network": _("A link can be checked only with a network. The certificate's file can be checked without."),
    "old_browser": _("This browser is too old to check it. Use a newer one, or check it with a network."),
    "bad_status_list": _("The issuer's status list can't be read."),
    "bad_status_entry": _("Its place in the status list can't be read."),
    "wrong_status_list": _("The status list at hand is not this issuer's list for it."),
    "unknown_key": _("The issuer's key is of a kind that we don't check."),
    "bad_date": _("A date in it is malformed, or it ends before it begins."),
    "bad_reference": _("A reference in it is malformed."),
    "several_proofs": _("It carries several signatures; we check certificates with one."),
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """A verdict to show. kind: of the notice. checked: (what, whether it held), up to where the check got."""

    word: str
    kind: str
    title: str
    text: str
    checked: tuple[tuple[str, bool], ...]


def said(verdict: Verdict) -> Said:
    """The reason is given where we have words for it; else the core's English sentence stands."""
    kind, *words = KINDS[verdict.verdict]
    title, meaning = (str(part) for part in SPECIAL.get(verdict.code, words))
    why = str(WHY.get(verdict.code, ""))
    if not why and verdict.verdict in ("altered", "undetermined"):
        why = verdict.reason
    return Said(
        word=verdict.verdict,
        kind=str(kind),
        title=title,
        text=" ".join(part for part in (why, meaning) if part),
        checked=_steps(verdict),
    )


def _steps(verdict: Verdict) -> tuple[tuple[str, bool], ...]:
    """What was checked, up to the first step that the check didn't get past; nothing if it never began."""
    steps = [(str(words), step in verdict.checked) for step, words in CHECKED.items()]
    last = max((n for n, (_words, held) in enumerate(steps) if held), default=-1)
    return tuple(steps[: last + 2]) if last >= 0 else ()
