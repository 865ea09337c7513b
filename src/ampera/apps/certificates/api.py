"""The front door of `certificates`: issuing by two people, status, revocation, and what a certificate is worth."""

from ampera.cores.credentials.verdict import Verdict

from .archive import archive_files
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
from .keyring import KnownKey, compromise_key, known_keys, rotate_keys
from .paper import pdf
from .records import Certificate, Reissue, certified, credential, of_person, of_persons
from .refusals import (
    AlreadyCompromised,
    AlreadyConfirmed,
    AlreadyProposed,
    AlreadyRevoked,
    AlreadySuspended,
    LettersMissing,
    LinkElsewhere,
    NameUnchanged,
    NoKeys,
    NoPdf,
    NoReason,
    NoSuchBatch,
    NoSuchCertificate,
    NoSuchKey,
    NoSuchList,
    NoSuchTemplate,
    NothingToIssue,
    NotProposed,
    NotSuspended,
    OnlySamples,
    PageWithdrawn,
    SamePerson,
    SignerFailed,
)
from .reissuing import confirm_reissue, propose_reissue
from .sharing import share
from .standing import reinstate, revoke, suspend
from .states import CERTIFICATE_MOVES, diagram
from .statuses import renew_lists, status_list

__all__ = [
    "CERTIFICATE_MOVES",
    "AlreadyCompromised",
    "AlreadyConfirmed",
    "AlreadyProposed",
    "AlreadyRevoked",
    "AlreadySuspended",
    "Batch",
    "Candidate",
    "Certificate",
    "KnownKey",
    "LettersMissing",
    "LinkElsewhere",
    "NameUnchanged",
    "NoKeys",
    "NoPdf",
    "NoReason",
    "NoSuchBatch",
    "NoSuchCertificate",
    "NoSuchKey",
    "NoSuchList",
    "NoSuchTemplate",
    "NotProposed",
    "NotSuspended",
    "NothingToIssue",
    "OnlySamples",
    "PageWithdrawn",
    "Reissue",
    "SamePerson",
    "Shown",
    "SignerFailed",
    "Verdict",
    "archive_files",
    "batch",
    "batches",
    "blanks",
    "by_link",
    "candidates",
    "certified",
    "check",
    "compromise_key",
    "confirm_batch",
    "confirm_reissue",
    "credential",
    "diagram",
    "did_document",
    "ensure_keys",
    "is_sample",
    "issuer",
    "known_keys",
    "of_person",
    "of_persons",
    "pdf",
    "propose_batch",
    "propose_reissue",
    "published",
    "reinstate",
    "renew_lists",
    "revoke",
    "rotate_keys",
    "share",
    "shown",
    "status_list",
    "suspend",
]  # fmt: skip
