"""drand's quicknet: who signed a round, and what `run` and `verify` say of it."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from tests.cores.allocation.markets import rule

from ampera.cli.draw import main
from ampera.cores.allocation import (
    Applicant,
    Beacon,
    Block,
    BlsMissing,
    Problem,
    Rule,
    bundle,
    draw,
    problem_files,
    quicknet,
    verify,
)

ROUND = 657413
SIGNATURE = "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b"
# drand-verify, README and src/verify.rs (vectors of drand's Yolan Romailler); api.drand.sh/…/public/1000
PUBLISHED = {
    ROUND: SIGNATURE,
    123: "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92",
    1000: "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
}
# other chains of the scheme: drand-verify src/verify.rs; drand-client test/beacon-verification.test.ts ("walkthrough")
GIST = (
    "a1ee12542360bf75742bcade13d6134e7d5283d9eb782887c47d3d9725f05805d37b0106b7f744395bf82c175dd7434a"
    "169e998f188a657a030d588892c0cd2c01f996aaf331c4d8bc5b9734bbe261d09e7d2d39ef88b635077f262bd7bbb30f"
)
WALKTHROUGH = (
    "81d320f220ee9c79e60e19dedc838c31e3ab919b15481e9feb52f643628c4f6a13fdc52129493875a818109d767272ca"
    "0541cbcdcea9335f2870d781b39b845ba8cbd44fdfe4967781cf72ca5917fc9398bcf97ca0548ed5a709016c4b1ff0f3"
)
ELSEWHERE = [
    (
        GIST,
        3,
        "b98dae74f6a9d2ec79d75ba273dcfda86a45d589412860eb4c0fd056b00654dbf667c1b6884987c9aee0d43f8ba9db52",
    ),
    (
        GIST,
        6,
        "a054dafb27a4a4fb9e06b17b30da3e0c7b13b4ca8e1dec3c6775f81758587029aa358523f2e7e62204018347db7cbd1c",
    ),
    (
        WALKTHROUGH,
        38,
        "95c93585c513ebbcb4777ff15599b3140e5ec0295faa0e483f3deadd88fa6d43f0d3703e3a4ce106e8fd6c6987f32126",
    ),
]
# the neutral element: it would pass for the signature of a key of zero
INFINITY = "c0" + "00" * 47


@pytest.mark.parametrize("round_", PUBLISHED)
def test_a_published_round_of_quicknet_is_signed_by_the_league(round_):
    assert quicknet.signed(round_, PUBLISHED[round_])


@pytest.mark.parametrize(("public_key", "round_", "signature"), ELSEWHERE)
def test_published_rounds_of_other_chains_of_the_scheme_verify_under_their_own_key_only(
    public_key, round_, signature
):
    assert quicknet.signed(round_, signature, public_key=public_key)
    assert not quicknet.signed(round_, signature)


@pytest.mark.parametrize(
    ("round_", "signature"),
    [
        (ROUND + 1, SIGNATURE),
        (ROUND, PUBLISHED[1000]),
        (ROUND, format(int(SIGNATURE, 16) ^ 1 << 381, "096x")),  # the same point mirrored
        (ROUND, format(int(SIGNATURE, 16) ^ 1, "096x")),
        (ROUND, INFINITY),
        (ROUND, "f" * 96),
        (ROUND, SIGNATURE[2:]),
        (ROUND, "no signature"),
    ],
    ids=["next round", "another round's", "mirrored", "a bit", "infinity", "no point", "short", "words"],
)
def test_anything_else_is_not_a_signature_of_the_round(round_, signature):
    assert not quicknet.signed(round_, signature)


def test_a_point_of_the_curve_outside_its_subgroup_is_no_signature():
    """x = 4 lies on y² = x³ + 4 over the field, in a part of the curve that has other orders too."""
    assert not quicknet.signed(ROUND, format(1 << 383 | 4, "096x"))


def test_a_public_key_that_is_none_is_a_mistake_not_a_verdict():
    with pytest.raises(ValueError, match="group"):
        quicknet.signed(ROUND, SIGNATURE, public_key="c0" + "00" * 95)


def test_rounds_come_every_three_seconds_after_the_genesis_of_the_chain():
    """api.drand.sh/v2/beacons/quicknet/info: genesis_time 1692803367, period 3."""
    assert quicknet.published(1) == 1692803367
    assert quicknet.published(1000) == 1692803367 + 2997
    for moment in (0, 1692803367, 1692803368, 1692806364, 1800000000):
        round_ = quicknet.round_after(moment)
        assert quicknet.published(round_) >= moment
        assert round_ == 1 or quicknet.published(round_ - 1) < moment


def _problem(round_=ROUND):
    problem = Problem(
        tuple(Applicant(f"r{i}", (), ("A",)) for i in range(4)), (Block("A", "all", 2, "", 1),), (), rule()
    )
    return replace(problem, rule=Rule.write(beacon=Beacon("drand", "the next round", round=round_)))


def test_verify_checks_the_signature_and_needs_nobody_to_say_what_was_published():
    outcome = draw(_problem(), beacon=SIGNATURE)
    found = verify(bundle(outcome), root=outcome.root)
    assert found.ok and found.unchecked == ()
    assert any(f"BLS signature of quicknet round {ROUND}" in sentence for sentence in found.checked)


def test_verify_gives_away_a_bundle_drawn_with_another_rounds_signature_or_a_made_up_one():
    for value in (PUBLISHED[1000], "8" + "0" * 95):
        found = verify(bundle(draw(_problem(), beacon=value)))
        assert not found.ok
        assert found.difference.startswith("beacon:") and str(ROUND) in found.difference


def _without_py_ecc(monkeypatch):
    for name in [n for n in sys.modules if n.split(".")[0] == "py_ecc"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "py_ecc", None)


def test_without_the_extra_verify_says_what_it_did_not_check_and_what_brings_it(monkeypatch):
    _without_py_ecc(monkeypatch)
    with pytest.raises(BlsMissing):
        quicknet.signed(ROUND, SIGNATURE)
    found = verify(bundle(draw(_problem(), beacon=SIGNATURE)))
    assert found.ok
    assert any("BLS" in s and "ampera[drand]" in s for s in found.unchecked)
    assert any("published" in s and "beacon" in s for s in found.unchecked)


def test_run_refuses_a_value_that_is_not_the_rounds_signature(tmp_path, capsys, monkeypatch):
    folder, out = tmp_path / "problem", tmp_path / "bundle.zip"
    folder.mkdir()
    for name, data in problem_files(_problem(1000)).items():
        (folder / name).write_bytes(data)
    (folder / "beacon.toml").write_text(f'value = "{SIGNATURE}"\n')
    assert main(["draw", "run", str(folder), "--out", str(out)]) == 2
    assert "round 1000" in capsys.readouterr().err and not out.exists()
    (folder / "beacon.toml").write_text(f'value = "{PUBLISHED[1000]}"\n')
    assert main(["draw", "run", str(folder), "--out", str(out)]) == 0
    assert "quicknet round 1000" in capsys.readouterr().out
    _without_py_ecc(monkeypatch)
    assert main(["draw", "run", str(folder), "--out", str(out)]) == 0
    assert "not checked" in capsys.readouterr().out


def test_looking_at_a_signature_leaves_the_recursion_limit_as_it_was():
    limit = sys.getrecursionlimit()
    quicknet.signed(ROUND, SIGNATURE)
    assert sys.getrecursionlimit() == limit
