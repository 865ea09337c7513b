"""The front door of `certificates`: issuing by two people, status, revocation, and what a certificate is worth."""

from ampera.cores.credentials.verdict import Verdict

from .blanks import blanks, published
from .checking import Shown, by_link, check, shown
from .issuers import did_document, ensure_keys, issuer
from .issuing import (
    Batch,
    Candidate,
    batch,
    batches,
    candidates,
    confirm_batch,
    is_sample,
    propose_batch,
)
from .paper import pdf
from .records import Certificate, certified, credential, of_person, revoke
from .refusals import (
    AlreadyConfirmed,
    AlreadyProposed,
    AlreadyRevoked,
    LettersMissing,
    LinkElsewhere,
    NoKeys,
    NoPdf,
    NoReason,
    NoSuchBatch,
    NoSuchCertificate,
    NoSuchList,
    NoSuchTemplate,
    NothingToIssue,
    OnlySamples,
    SamePerson,
)
from .states import CERTIFICATE_MOVES, diagram
from .statuses import renew_lists, status_list

__all__ = [
    "CERTIFICATE_MOVES",
    "AlreadyConfirmed",
    "AlreadyProposed",
    "AlreadyRevoked",
    "Batch",
    "Candidate",
    "Certificate",
    "LettersMissing",
    "LinkElsewhere",
    "NoKeys",
    "NoPdf",
    "NoReason",
    "NoSuchBatch",
    "NoSuchCertificate",
    "NoSuchList",
    "NoSuchTemplate",
    "NothingToIssue",
    "OnlySamples",
    "SamePerson",
    "Shown",
    "Verdict",
    "batch",
    "batches",
    "blanks",
    "by_link",
    "candidates",
    "certified",
    "check",
    "confirm_batch",
    "credential",
    "diagram",
    "did_document",
    "ensure_keys",
    "is_sample",
    "issuer",
    "of_person",
    "pdf",
    "propose_batch",
    "published",
    "renew_lists",
    "revoke",
    "shown",
    "status_list",
]  # fmt: skip
