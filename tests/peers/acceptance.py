"""Who accepts our certificates: software × carrier × what was found. Proved here, printed in the methods page."""

from __future__ import annotations

CASES = ("valid", "revoked", "suspended", "expired", "altered", "unsigned word added")

# (software, carrier) → what it makes of each case, in the order of CASES
FOUND = {
    ("`@digitalbazaar/vc` 7.3, status by `vc-bitstring-status-list` 2.0", "JSON, PDF, QR"): (
        "verified", "verified, marked in `statusResult`", "verified", "refused", "refused", "refused",
    ),
    ("`@digitalcredentials/verifier-core` 1.0.0-beta.11", "JSON, PDF, QR"): (
        "all steps true", "`revocation_status` false", "all steps true", "`expiration` false", "refused", "refused",
    ),
    ("`openbadgeslib` 4.6.3", "JSON, PDF, QR"): (
        "verified", "refused", "verified", "refused", "refused", "refused",
    ),
    ("`ampera certificate verify`", "JSON, PDF, QR"): (
        "`valid`", "`revoked`", "`suspended`", "`expired`", "`altered`", "`altered`",
    ),
}  # fmt: skip


def as_markdown() -> str:
    """The table as it stands in docs/methods/credentials.md."""
    head = ["software", "carrier", *CASES]
    rows = [
        head,
        ["---"] * len(head),
        *([software, carrier, *found] for (software, carrier), found in FOUND.items()),
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
