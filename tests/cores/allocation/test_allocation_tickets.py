"""Root and tickets, byte by byte, computed here a second time from the specification."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cores.allocation.markets import SEED, problems, rule, textbook

from ampera.cores.allocation import (
    Applicant,
    BadBeacon,
    BadProblem,
    Beacon,
    BeaconMissing,
    Priority,
    Rule,
    beacons,
    draw,
    inclusion,
    memberships,
    read_problem,
    root,
    verify_inclusion,
)
from ampera.cores.allocation.merkle import Tree, leaf_hash, node_hash

EXAMPLE = Path(__file__).parent / "data" / "example"
DICE = "36142536251446"


def example():
    return read_problem({f.name: f.read_bytes() for f in EXAMPLE.iterdir()})


def _rfc6962(rows):
    """RFC 6962 §2.1 as it is written: split at the largest power of two below the size."""
    if not rows:
        return sha256(b"").digest()
    if len(rows) == 1:
        return leaf_hash(rows[0])
    k = 1 << (len(rows) - 1).bit_length() - 1
    return node_hash(_rfc6962(rows[:k]), _rfc6962(rows[k:]))


def test_the_published_roots_of_certificate_transparency():
    """google/certificate-transparency, merkletree test vectors: the first n of eight leaves."""
    leaves = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    roots = {
        0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    for n, expected in roots.items():
        assert Tree([bytes.fromhex(leaf) for leaf in leaves[:n]]).root.hex() == expected


@given(st.lists(st.binary(max_size=6), max_size=40), st.data())
def test_every_row_can_be_proved_and_no_other_row_or_place(rows, data):
    tree = Tree(rows)
    assert tree.root == _rfc6962(rows)
    if not rows:
        return
    index = data.draw(st.integers(0, len(rows) - 1))
    path = inclusion(rows, index)
    proof = {"root": tree.root, "row": rows[index], "index": index, "size": len(rows), "path": path}
    assert verify_inclusion(**proof)
    assert not verify_inclusion(**proof | {"row": rows[index] + b"!"})
    assert not verify_inclusion(**proof | {"path": (*path, b"\0" * 32)})
    assert not verify_inclusion(**proof | {"index": len(rows)})
    if path:
        assert not verify_inclusion(**proof | {"path": path[:-1]})
        assert not verify_inclusion(**proof | {"index": index ^ 1}) or rows[index] == rows[index ^ 1]


def test_the_example_root_and_a_ticket_from_the_specification_alone():
    """docs/methods/allocation.md, with nothing but a hash function."""
    leaves = [
        (EXAMPLE / "rule.toml").read_bytes(),
        *b"block,K01,open,2,,2,P,1 block,K01,women,1,W,1,, block,K02,open,3,,1,,".split(),
        b"applicant,R01,W,K01;K02,",
        b"applicant,R02,P;W,K01,",
        b"applicant,R03,P,K01;K02,",
        b"applicant,R04,P,K01,H1",
        b"applicant,R05,,K01;K02,H1",
        b"applicant,R06,,K02;K01,",
        b"applicant,R07,P,K02;K01,",
        b"applicant,R08,W,K02,",
        b"applicant,R09,,K01,",
        b"applicant,R10,,K02,",
        b"applicant,R11,W,K01;K02,",
    ]
    top = _rfc6962(leaves)
    assert root(example()) == top.hex()
    key = sha256(b"ampera-draw-1\x00" + top + DICE.encode()).digest()
    drawn = draw(example(), beacon=DICE).assignments
    assert drawn["R07"].ticket == sha256(key + b"rR07").hexdigest()
    home = sha256(key + b"hH1").digest()[:16]
    assert drawn["R04"].ticket == (home + sha256(key + b"rR04").digest()[16:]).hex()
    assert drawn["R05"].ticket[:32] == home.hex()


def test_per_class_tickets_from_the_specification_alone():
    problem = textbook({"r1": "a b", "r2": "b"}, {"a": "", "b": ""})
    problem = replace(problem, rule=rule(tie_break="per-class"))
    key = sha256(b"ampera-draw-1\x00" + bytes.fromhex(root(problem)) + SEED.encode()).digest()
    outcome = draw(problem, beacon="")
    assert outcome.ticket("r1", "b") == sha256(sha256(key + b"cb").digest() + b"rr1").hexdigest()
    assert outcome.ticket("r1", "a") != outcome.ticket("r1", "b")
    assert outcome.assignments["r1"].ticket == ""


@given(problems())
def test_every_applicant_can_prove_to_be_in_the_frozen_list(problem):
    for proof in memberships(problem).values():
        assert proof.root.hex() == root(problem)
        assert verify_inclusion(
            root=proof.root, row=proof.row, index=proof.index, size=proof.size, path=proof.path
        )


@pytest.mark.parametrize(
    "change",
    [
        lambda p: replace(p, applicants=p.applicants[1:]),
        lambda p: replace(p, applicants=(*p.applicants, Applicant("R99", (), ("K01",)))),
        lambda p: replace(p, applicants=(replace(p.applicants[0], groups=()), *p.applicants[1:])),
        lambda p: replace(p, applicants=(replace(p.applicants[0], household="H1"), *p.applicants[1:])),
        lambda p: replace(
            p, applicants=(replace(p.applicants[0], ranking=("K02", "K01")), *p.applicants[1:])
        ),
        lambda p: replace(p, blocks=(replace(p.blocks[0], seats=2), *p.blocks[1:])),
        lambda p: replace(p, blocks=(replace(p.blocks[0], order=9), *p.blocks[1:])),
        lambda p: replace(p, priorities=(Priority("K01", "R01", 1),)),
        lambda p: replace(p, rule=Rule.parse(p.rule.source + b"\n")),
    ],
    ids=[
        "dropped",
        "added",
        "regrouped",
        "rehoused",
        "reranked",
        "seats",
        "precedence",
        "priority",
        "whitespace",
    ],
)
def test_whatever_changes_in_list_or_rule_changes_the_root(change):
    assert root(change(example())) != root(example())


def test_another_beacon_gives_other_tickets_under_the_same_root():
    one, two = draw(example(), beacon=DICE), draw(example(), beacon=DICE[::-1])
    assert one.root == two.root
    assert {a.ticket for a in one.assignments.values()}.isdisjoint(a.ticket for a in two.assignments.values())


def test_dice_are_read_however_they_are_spaced():
    spaced = " ".join(DICE)
    assert beacons.canonical(example().rule, spaced) == DICE
    assert draw(example(), beacon=spaced) == draw(example(), beacon=DICE)


@pytest.mark.parametrize("value", [DICE[:-1], DICE + "1", DICE[:-1] + "7", "abc", "\u0663" * 14])
def test_other_than_the_promised_dice_are_refused(value):
    with pytest.raises(BadBeacon):
        draw(example(), beacon=value)


@pytest.mark.parametrize(
    "beacon",
    [
        Beacon("dice", "again", dice=10, witnesses=("a", "b")),
        Beacon("drand", "again", round=7),
        Beacon("rfc3797", "again", sources=("lotto", "bourse")),
    ],
    ids=lambda b: b.kind,
)
def test_without_the_beacons_value_nothing_is_drawn(beacon):
    problem = replace(example(), rule=Rule.write(beacon=beacon))
    with pytest.raises(BeaconMissing):
        draw(problem, beacon="")


def test_an_rfc_3797_beacon_is_spelled_in_one_way():
    named = Rule.write(beacon=Beacon("rfc3797", "again", sources=("lotto", "bourse")))
    assert beacons.canonical(named, "9.2.10./007./") == "2.9.10./7./"
    for value in ("9.2./", "9.2", "9.x./7./", ""):
        with pytest.raises((BadBeacon, BeaconMissing)):
            beacons.canonical(named, value)


def test_a_rule_with_a_seed_takes_no_other_seed():
    with pytest.raises(BadBeacon):
        draw(replace(example(), rule=rule()), beacon="00" * 32)


@pytest.mark.parametrize(
    ("source", "key"),
    [
        ("", "tie_break"),
        ('horizon = "0.9"', "horizon"),
        ("horizon = 1.5", "horizon"),
        ('reversal = "open"', "reversal"),
        ('seed = "12"', "seed"),
        ('[beacon]\nkind = "coin"', "beacon.kind"),
        ('[beacon]\nkind = "dice"\ndice = 3', "beacon.dice"),
        ('[beacon]\nkind = "dice"\ndice = 12\nwitnesses = ["one"]', "beacon.witnesses"),
        ('[beacon]\nkind = "drand"\nround = 7', "beacon.outage"),
        ('[beacon]\nkind = "drand"\nround = 7\ndice = 12', "beacon.dice"),
    ],
)
def test_a_rule_names_every_key_that_is_wrong(source, key):
    with pytest.raises(BadProblem) as refused:
        Rule.parse(source.encode())
    assert f"key {key}" in {f.where for f in refused.value.faults}
    assert "key tie_break" in {f.where for f in refused.value.faults}


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1).filter(str.strip))
def test_a_written_rule_reads_back_whatever_the_words_are(words):
    beacon = Beacon("dice", words, when=words, dice=10, witnesses=(words, words + "2"))
    assert Rule.write(beacon=beacon, about={words: words}).beacon == beacon
