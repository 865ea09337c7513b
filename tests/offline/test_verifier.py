"""The verifier in the browser says what the core says, or that the site has to be asked. It never says more."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from ampera.cores.credentials import keys, proof
from ampera.cores.credentials.document import stamp, to_bytes
from ampera.cores.credentials.form import Result, StatusEntry

from ..cores.credentials import test_jwt as tokens
from ..cores.credentials.city import DAY, ENDS, ISSUED, LISTS, NOW, City
from ..cores.credentials.test_fuzz import changed, leaves, mutants

ROOT = Path(__file__).resolve().parent.parent.parent
STATIC = ROOT / "src/ampera/apps/certificates/static/certificates"
NOBLE = STATIC / "vendor/noble-ed25519-2.3.0.mjs"
FIXTURES = ROOT / "tests/cores/credentials/vectors/1edtech-ob30"
CITY = City()

# Left to the site: the browser knows one form and one way to write it.
DEFERRED = ("undetermined", "other_form")

JUDGE = """async ([files, at]) => {
    const found = [];
    for (const file of files) {
        const {verdict, code, asOf, checked, shown} = await Verifier.verify(Uint8Array.from(atob(file), c => c.charCodeAt(0)), at);
        found.push([verdict, code, asOf && new Date(asOf).toISOString().replace(".000Z", "Z"), checked, shown]);
    }
    return found;
}"""


@pytest.fixture(scope="module")
def page(browser, bare) -> Iterator[Page]:
    address = bare(STATIC)
    page = browser.new_page()
    page.goto(f"{address}/verifier.js")
    page.add_script_tag(url=f"{address}/verifier.js")
    page.evaluate("() => { window.NativeImportKey = crypto.subtle.importKey; }")
    yield page
    page.close()


def judged(page: Page, files: list[bytes], **changes: Any) -> list[list[Any]]:
    """What the browser says of each file."""
    at = {
        "now": NOW.timestamp() * 1000,
        "issuers": CITY.documents(),
        "lists": {url: to_bytes(d).decode() for url, d in CITY.status_lists().items()},
        "trusted": [CITY.did],
        "fallback": f"/vendor/{NOBLE.name}",
    } | changes
    return page.evaluate(JUDGE, [[base64.b64encode(f).decode() for f in files], at])


def both(page: Page, files: list[bytes], *, now: datetime = NOW, lists: Any = None, **changes: Any) -> int:
    """Hold the browser against the core on each file; how many it leaves to the site."""
    lists = CITY.status_lists() if lists is None else lists
    at_hand: dict[str, Any] = {"issuers": CITY.documents()} | changes
    found = judged(
        page, files, now=now.timestamp() * 1000, lists={u: to_bytes(d).decode() for u, d in lists.items()}, **at_hand
    )  # fmt: skip
    deferred = 0
    for file, (verdict, code, as_of, checked, _shown) in zip(files, found, strict=True):
        said = CITY.judge(file, now=now, status_lists=lists, **at_hand)
        if (verdict, code) == DEFERRED:
            deferred += 1
            continue
        dated = stamp(said.as_of) if said.as_of else None
        assert (verdict, code, as_of) == (said.verdict, said.code, dated), (file, said)
        assert tuple(checked) == said.checked
    return deferred


def signed(**changes: Any) -> bytes:
    return to_bytes(CITY.signed(**changes))


# --- what it agrees on ---


def test_a_certificate_is_valid_as_of_its_older_list_and_is_shown(page):
    (found,) = judged(page, [signed()])
    assert found[:3] == ["valid", "valid", "2026-05-31T03:00:00Z"]
    assert found[4] == {
        "name": "Siti Aminah", "title": "Kecakapan digital dasar", "level": "2", "issuer": "Pemerintah Kota",
        "description": CITY.achievement.description, "issued": stamp(ISSUED), "until": stamp(ENDS),
    }  # fmt: skip
    assert both(page, [signed(), json.dumps(CITY.signed(), indent=2).encode(), signed(evidence=())]) == 0


NAMED = [StatusEntry(LISTS[0][0], 7)]  # the one list that a certificate of ours names


def test_both_say_the_same_of_every_standing(page):
    file = [signed()]
    for marked in ({"revocation": {7}}, {"suspension": {7}}, {"revocation": {6, 8}}, {"revocation": {7}, "suspension": {7}}):  # fmt: skip
        assert both(page, file, lists=CITY.status_lists(**marked)) == 0
        assert both(page, [signed(status=NAMED)], lists=CITY.status_lists(**marked)) == 0
    one = dict(list(CITY.status_lists().items())[:1])
    wrong = CITY.status_lists()
    (first, second) = wrong
    swapped = {first: wrong[second], second: wrong[first]}
    other = City(key=keys.Key(bytes(32))).status_lists()
    for lists in ({}, one, swapped, other, CITY.status_lists(issued=NOW - 8 * DAY), CITY.status_lists(issued=NOW + DAY)):  # fmt: skip
        assert both(page, file, lists=lists) == 0
    for now in (NOW, ENDS, ENDS - timedelta(seconds=1), ISSUED - DAY, ISSUED - timedelta(minutes=4)):
        assert both(page, file, now=now) == 0
        assert both(page, file, now=now, lists=CITY.status_lists(issued=now - DAY)) == 0


def test_both_say_the_same_of_keys_that_ended_or_are_not_the_issuers(page):
    for ends in ({"expires": ISSUED}, {"revoked": ISSUED}, {"expires": ISSUED + DAY}, {"revoked": NOW}):
        assert both(page, [signed()], issuers=CITY.documents(**ends)) == 0
    stranger = City(key=keys.Key(b"\1" * 32))
    by_key = City(did=CITY.key.did_key)
    self_signed = proof.sign(
        by_key.credential(), signer=keys.Signer(f"{by_key.did}#{CITY.key.multikey}", CITY.signer.sign), created=ISSUED
    )  # fmt: skip
    sample = City(did="did:web:kota.example:contoh")
    files = [
        to_bytes(stranger.signed()),
        to_bytes(City(did="did:web:lain.example").signed()),
        to_bytes(self_signed),
    ]
    assert both(page, files) == 0
    mine = to_bytes(sample.signed(sample=True))
    assert both(page, [mine], issuers=sample.documents()) == 0
    assert judged(page, [to_bytes(self_signed)])[0][4] is None, "whoever signs for itself is not shown"


@pytest.mark.parametrize(
    "name",
    [
        'O\'Neil "Neng"',
        "back\\slash",
        "😀 \uffee",
        "~slot:id~ %s %(id)s",
        "Ibu\u200dSari",
        "Łódź ＡＢ",
        "</script>",
    ],
)
def test_any_name_comes_to_the_same_bytes(page, name):
    assert both(page, [signed(holder_name=name, result=Result(2, -1.5, 0.0))]) == 0


def test_lines_sort_by_code_point_as_the_core_sorts_them(page):
    outcomes = tuple(
        replace(CITY.achievement.outcomes[0], code=code) for code in ("\U0001f600", "\uffee", "z", "\ue000", "\U00010000")
    )  # fmt: skip
    achievement = replace(CITY.achievement, outcomes=outcomes)
    assert both(page, [signed(achievement=achievement)]) == 0
    assert judged(page, [signed(achievement=achievement)])[0][0] == "valid"


# --- what was altered ---


def test_every_value_that_is_changed_is_altered_in_both(page):
    """Of a text the browser says so itself; where the form breaks it leaves it to the site."""
    paths = [path for path in leaves(CITY.signed()) if path[0] != "@context" and "type" not in path]
    assert len(paths) > 60
    files = [changed(path, lambda v: v + "x" if isinstance(v, str) else not v) for path in paths]
    deferred = both(page, files)
    assert deferred <= 1, "only `hashed` is no text"
    assert "valid" not in {found[0] for found in judged(page, files)}


def test_whatever_breaks_the_form_is_left_to_the_site_and_never_valid(page):
    files = []
    for path in leaves(CITY.signed()):
        files += [changed(path, lambda _v, new=new: new) for new in (None, 7, [], {}, ["x"], "")]
    for extra in ("x", "id", "termsOfUse", "@id", "__proto__", "constructor"):
        for inside in (
            (),
            ("issuer",),
            ("credentialSubject",),
            ("credentialSubject", "achievement"),
            ("proof", 0),
        ):
            document = CITY.signed()
            at: Any = document
            for name in inside:
                at = at[name]
            at[extra] = "https://x.example/"
            files.append(to_bytes(document))
    both_never_more(page, files)


def both_never_more(page: Page, files: list[bytes]) -> None:
    for file, found in zip(files, judged(page, files), strict=True):
        said = CITY.judge(file)
        assert found[0] in (said.verdict, "undetermined"), (file, found, said)
        assert found[0] != "valid" or said.verdict == "valid"


def test_a_name_that_stands_twice_is_altered_in_both(page):
    text = signed().decode()
    twice = text.replace('"identityHash":', '"identityHash":"Orang Lain","identityHash":')
    escaped = text.replace('"identityHash":', '"identity\\u0048ash":"Orang Lain","identityHash":')
    assert both(page, [twice.encode(), escaped.encode()]) == 0
    assert {found[1] for found in judged(page, [twice.encode(), escaped.encode()])} == {"name_twice"}


def test_what_the_core_marks_and_years_before_the_first_are_never_valid(page):
    """Signed by the issuer itself, and yet: the browser must not say more than the core."""
    files = []
    for path, value in ((("credentialSubject", "achievement", "alignment", 0, "id"), "x-relative:/foo"),
                        (("credentialSubject", "id"), "x-undefined-term:foo"), (("validFrom",), "0000-01-01T00:00:00Z")):  # fmt: skip
        said = json.loads(changed(path, lambda _v, value=value: value))
        del said["proof"]
        message = f"{tokens.TOKEN.split('.')[0]}.{tokens.b64(to_bytes(said))}"
        files.append(f"{message}.{tokens.b64(tokens.SIGNER.sign(message.encode()))}".encode())
    issuers = {CITY.did: tokens.document()}
    for file, found in zip(files, judged(page, files, issuers=issuers), strict=True):
        said = CITY.judge(file, issuers=issuers, status_lists=CITY.status_lists())
        assert said.verdict != "valid" and found[0] in (said.verdict, "undetermined")


def test_parts_in_another_order_keep_their_signature_and_are_not_shown(page):
    document = CITY.signed()
    document["credentialSubject"]["result"].reverse()
    assert both(page, [to_bytes(document)]) == 0
    assert judged(page, [to_bytes(document)])[0][4] is None


def test_what_is_no_certificate_is_undetermined_in_both(page):
    files = [b"", b"\x89PNG", b"{", b"[]", b"7", b"{}", b"\xef\xbb\xbf{}", b'{"a":NaN}', b'{"a":"\\ud800"}', b" " * 1_048_577,
             json.dumps({"@context": ["https://www.w3.org/ns/credentials/v2"]}).encode()]  # fmt: skip
    assert both(page, files) == 0


def test_other_peoples_certificates_are_left_to_the_site_or_judged_alike(page):
    files = [path.read_bytes() for path in sorted(FIXTURES.rglob("*.json"))]
    assert len(files) >= 5
    both_never_more(page, files)


# --- the same words as a VC-JWT ---


def of_tokens(page: Page, files: list[str | bytes], **ends: Any) -> int:
    """`both`, with the city's P-256 key at hand."""
    files = [file.encode() if isinstance(file, str) else file for file in files]
    return both(page, files, issuers={CITY.did: tokens.document(**ends)})


def test_both_say_the_same_of_a_token(page):
    bare = dict.fromkeys(("iss", "jti", "sub", "nbf", "exp", "iat"))
    halves = {name: value + 0.5 for name, value in (("nbf", ISSUED.timestamp()), ("iat", NOW.timestamp()))}
    good = [tokens.TOKEN, f"\n{tokens.TOKEN}\r\n", *(tokens.forged(payload=p) for p in (bare, halves))]
    good += [tokens.forged(header={"typ": kind}) for kind in ("JWT", "application/vc+jwt", None)]
    issuers = {CITY.did: tokens.document()}
    files = [token.encode() for token in good]
    assert of_tokens(page, files) == 0
    found = judged(page, files, issuers=issuers)
    assert {verdict for verdict, *_ in found} == {"valid"} and found[0][4]["name"] == "Siti Aminah"
    for ends in ({"expires": NOW + DAY}, {"revoked": NOW}, {"expires": NOW}):
        assert of_tokens(page, good, **ends) == 0
    marked = CITY.status_lists(suspension={7})
    assert both(page, files, issuers=issuers, lists=marked) == 0
    assert both(page, files, issuers=issuers, now=ENDS, lists=CITY.status_lists(issued=ENDS - DAY)) == 0
    assert of_tokens(page, good, multikey=True) == len(good), "a key given otherwise is the site's to read"


def test_both_refuse_the_same_tokens(page):
    thief = tokens.jwt.P256Key(b"\7" * 32)
    headers = [{"alg": "none"}, {"alg": ["none"]}, {"alg": "HS256"}, {"alg": None}, {"crit": ["exp"]}, {"b64": False}, {"typ": "vp+jwt"},
               {"typ": ["jwt"]}, {"kid": None}, {"kid": f"{CITY.did}#other"}]  # fmt: skip
    claims = [{"iss": "did:web:elsewhere.example"}, {"jti": "urn:uuid:0"}, {"sub": "urn:uuid:0"}, {"exp": int(ENDS.timestamp()) + 1},
              {"nbf": True}, {"nbf": 1e300}, {"iat": "today"}, {"iat": True}, {"iat": 1e300}, {"iat": int((NOW + DAY).timestamp())}, {"proof": {}}]  # fmt: skip
    header, payload, signature = tokens.TOKEN.split(".")
    renamed = tokens.b64(tokens.unb64(payload).replace(b"Siti Aminah", b"Siti Amina!"))
    twice = tokens.b64(tokens.unb64(payload).replace(b'{"', b'{"iss":"x","', 1))
    files = [tokens.forged(header=h) for h in headers] + [tokens.forged(payload=p) for p in claims]
    files += [tokens.forged(key=thief),
              f"{header}.{renamed}.{signature}", f"{header}.{twice}.{signature}", f"{header}.{payload}.", f"{header}.{payload}.{signature}A",
              f"{header}.{payload[:-2]}.{signature}", f"{header[:-2]}.{payload}.{signature}", tokens.TOKEN + "A" * 3_000_000]  # fmt: skip
    assert of_tokens(page, files) == 0
    words = [tokens.forged(payload=extra) for extra in ({"vc": {}}, {"unsigned": "word"}, {"name": None})]
    own = {"jwk": tokens.jwk(thief.public)}
    deep: Any = 1
    for _ in range(100):
        deep = [deep]
    odd = [{"kid": CITY.key.signer(CITY.did).method}, own, {"x": deep}, {"cty": 7}]
    words += [tokens.forged(header=h, key=thief if h == own else tokens.KEY) for h in odd]
    assert of_tokens(page, words) == len(words), "other words and other keys than ours are the site's"
    late = [tokens.forged(payload={"iat": NOW.timestamp() + second}) for second in (-1e-7, -2e-6, 0, 0.5)]
    for ends in ({"expires": NOW}, {"revoked": NOW}):
        assert of_tokens(page, late, **ends) == 0
    named = CITY.signed()["proof"][0] | {"verificationMethod": tokens.SIGNER.method}
    assert of_tokens(page, [to_bytes(CITY.signed() | {"proof": [named]})]) == 0


def test_no_letter_of_a_token_can_be_changed_and_leave_it_valid(page):
    dice, files = random.Random(7), []
    for place in dice.sample(range(len(tokens.TOKEN)), 300):
        letter = dice.choice([letter for letter in "AZaz09-_" if letter != tokens.TOKEN[place]])
        files.append((tokens.TOKEN[:place] + letter + tokens.TOKEN[place + 1 :]).encode())
    found = judged(page, files, issuers={CITY.did: tokens.document()})
    assert {verdict for verdict, *_ in found} <= {"altered", "undetermined"}


def test_a_list_of_standings_is_never_a_token(page):
    lists = dict.fromkeys(CITY.status_lists(), tokens.TOKEN)
    (found,) = judged(page, [signed()], lists=lists)
    assert found[0] == "undetermined"


# --- on other browsers ---


def test_a_browser_without_ed25519_checks_with_the_one_that_comes_with_the_page(page):
    assert hashlib.sha256(NOBLE.read_bytes()).hexdigest() in (ROOT / "NOTICE").read_text("utf-8")
    page.evaluate(
        "() => { crypto.subtle.importKey = async () => { throw new DOMException('no Ed25519', 'NotSupportedError'); }; }"
    )
    try:
        forged = changed(("proof", 0, "proofValue"), lambda v: v[:-1] + ("2" if v[-1] != "2" else "3"))
        assert both(page, [signed(), forged, changed(("name",), lambda v: v + "x")]) == 0
        (missing,) = judged(page, [signed()], fallback="/nothing.mjs")
        assert missing[:2] == ["undetermined", "old_browser"]
    finally:
        page.evaluate("() => { crypto.subtle.importKey = NativeImportKey; }")


def test_mutated_files_are_never_valid_in_the_browser_unless_they_say_the_same(page):
    files = list(mutants(6, 300))
    meaning = json.loads(signed())
    for file, found in zip(files, judged(page, files), strict=True):
        if found[0] == "valid":
            assert json.loads(file) == meaning, file
