"""The kernels against the reference: the same matching, tickets, chances and bytes, on hundreds of random markets at every
test and on thousands in `make proof`.

Whatever compiles stands in this one file, so that one process compiles, once.
"""

from __future__ import annotations

import random
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cores.allocation.markets import problems, rule

from ampera.cli.main import main
from ampera.cores import allocation
from ampera.cores.allocation import Answer, Applicant, Block, Priority, Problem, Variant, engines, matching
from ampera.cores.allocation.horizon import stretch
from ampera.cores.allocation.market import Lottery, Market, lottery, market
from ampera.cores.allocation.tables import problem_files

pytest.importorskip("numba", reason="the kernels come with the extra `analysis`")

import numpy as np

from ampera.cores.allocation import fast
from ampera.cores.allocation.fast import arrays as fast_arrays
from ampera.cores.allocation.fast import checking, hashing, kernel, reading
from ampera.cores.allocation.fast import lottery as fast_lottery
from ampera.cores.allocation.fast import replays as fast_replays
from ampera.cores.allocation.fast.drawing import freeze

HUNDREDS, THOUSANDS = settings(max_examples=150), settings(max_examples=5000)
KEY = sha256(b"kernels").digest()
EXAMPLE = Path(__file__).parent / "data/example"


def large(seed: int, *, n: int, classes: int, tie_break: str = "single", reversion: str = "open") -> Problem:
    """A crowded market with overlapping groups, reserves before and after, caps, tiers and households."""
    dice = random.Random(seed)
    names = [f"K{c:02d}" for c in range(classes)]
    applicants = tuple(
        Applicant(
            f"R{dice.getrandbits(40):010x}{i}",
            tuple(g for g in ("f", "k1", "k2", "t") if dice.random() < 0.3),
            tuple(dice.sample(names, dice.randint(0, min(5, classes)))),
            dice.choice(["", "", f"h{dice.randrange(n)}", "everybody"]),
        )
        for i in range(n)
    )
    most = max(1, n // classes // 4)
    blocks = []
    for name in names:
        cap_group, cap = dice.choice([("", None), ("t", dice.randint(0, most)), ("f", most // 2)])
        blocks += [
            Block(name, "first", dice.randint(0, most), "f", 1),
            Block(name, "open", dice.randint(0, most), "", 2, cap_group, cap),
            Block(name, "near", dice.randint(0, most), dice.choice(["k1", "k2"]), 3, cap_group, cap),
        ]
    priorities = tuple(
        Priority(klass, a.receipt, dice.choice([1, 1, 2, 7]))
        for a in applicants
        for klass in a.ranking
        if dice.random() < 0.4
    )
    options = {"tie_break": tie_break, "reversion": reversion, "horizon": "1.37"}
    return Problem(applicants, tuple(blocks), priorities, rule(**options))


def reference(m: Market, order: Lottery, k: str) -> matching.Matching:
    seats = [stretch(b.seats, k) for b in m.blocks]
    caps = [None if b.cap is None else stretch(b.cap, k) for b in m.blocks]
    return matching.match(m, order, seats=seats, caps=caps)


def agree(problem: Problem) -> None:
    m, fast = market(problem), fast_arrays.arrays_of(problem)
    order, tickets = lottery(m, KEY)
    lots = fast_lottery.lots(fast, fast_lottery.urn(fast), KEY)
    hashed = [row.astype(">u4").tobytes() for row in lots.tickets.T]
    if m.per_class:
        pairs = [(i, c) for i, ranking in enumerate(m.ranking) for c in ranking]
    else:
        pairs = [(i, -1) for i in range(len(m.applicants))]
    assert dict(zip(pairs, hashed, strict=True)) == tickets
    for k in ("1", problem.rule.horizon):
        want, found = reference(m, order, k), kernel.match(fast, lots, fast_arrays.seats_of(fast, k))
        assert found.block.tolist() == want.block
        assert found.choice.tolist() == want.choice


def alike(problem: Problem) -> None:
    """Kernels and reference: the same matchings, replays and bytes."""
    agree(problem)
    same_replays(problem)
    same_bundle(problem)
    same_what_if(problem)


@HUNDREDS
@given(problems(most=12))
def test_small_markets_come_out_alike(problem):
    alike(problem)


@pytest.mark.proof
@THOUSANDS
@given(problems(most=12))
def test_thousands_of_small_markets_come_out_alike(problem):
    alike(problem)


@pytest.mark.parametrize("tie_break", ["single", "per-class"])
@pytest.mark.parametrize("reversion", ["open", "none"])
@pytest.mark.parametrize("n, classes", [(400, 3), (3000, 40)])
def test_kernel_and_reference_match_alike_on_large_markets(tie_break, reversion, n, classes):
    for seed in range(3):
        agree(large(seed, n=n, classes=classes, tie_break=tie_break, reversion=reversion))


def same_replays(problem: Problem) -> None:
    want = allocation.chances(problem, draws=3, seed=b"replay")
    assert fast.chances(problem, draws=3, seed=b"replay") == want
    inside = [list(who) for who in allocation.insides(problem, draws=3, seed=b"replay")]
    assert [who.tolist() for who in fast.insides(problem, draws=3, seed=b"replay")] == inside


def same_what_if(problem: Problem) -> None:
    variants = [Variant.parse("k=1.4", problem), Variant.parse("tiers=off+precedence=open-first", problem)]
    if any("g" in a.groups for a in problem.applicants):
        variants.append(Variant.parse("g=40%", problem))
    want = allocation.what_if(problem, variants, draws=2, seed=b"if", takeup=0.7)
    assert allocation.what_if(problem, variants, draws=2, seed=b"if", takeup=0.7, engine=fast.People) == want


def test_replays_report_each_one_and_refuse_what_the_reference_refuses():
    told: list[tuple[int, int]] = []
    problem = large(1, n=50, classes=3)
    fast.chances(problem, draws=20, seed=b"", progress=lambda done, draws: told.append((done, draws)))
    assert told == [(done, 20) for done in range(1, 21)]
    with pytest.raises(ValueError, match="at least 1"):
        fast.chances(problem, draws=0, seed=b"")
    with pytest.raises(allocation.BadProblem):
        fast.chances(Problem(problem.applicants, (), (), problem.rule), draws=1, seed=b"")


@given(st.lists(st.text("Ab9._-", min_size=1, max_size=64), min_size=1, max_size=40))
def test_digests_are_those_of_hashlib_at_every_length(codes):
    words, twice = hashing.messages(fast_arrays.codes(codes), b"r")
    found = np.zeros((8, len(codes) + 3), np.uint32)
    hashing.digests(hashing.key_words(KEY), words, twice, found, 2)
    assert not found[:, [0, 1, -1]].any()
    want = [sha256(KEY + b"r" + code.encode()).digest() for code in codes]
    assert [row.astype(">u4").tobytes() for row in found.T[2:-1]] == want


@given(st.lists(st.tuples(*[st.sampled_from([0, 1, 2**31, 2**32 - 1])] * 8), max_size=40), st.integers(0, 40))
def test_tickets_that_begin_alike_are_told_apart_by_the_word_that_differs(tickets, most):
    words = np.array(tickets, np.uint32).reshape(-1, 8).T.copy()
    want = sorted(range(len(tickets)), key=lambda i: tickets[i])
    by_rank = np.empty(len(tickets), np.int32)
    count = fast_lottery._put_in_order(words, 0, len(tickets), by_rank, min(most, len(tickets)))
    assert count >= min(most, len(tickets))
    assert [tickets[i] for i in by_rank[:count]] == [tickets[i] for i in want[:count]]


def test_replays_stop_once_no_class_lets_anybody_in_and_miss_nobody(monkeypatch):
    problem = replace(large(10, n=1000, classes=4), priorities=())
    arrays = fast_arrays.arrays_of(problem)
    seats = fast_arrays.seats_of(arrays)
    whole = fast_lottery.lots(arrays, fast_lottery.urn(arrays), KEY)
    found, early = kernel.match(arrays, whole, seats), kernel.match(arrays, whole, seats, early=True)
    assert early.turns < found.turns == arrays.size
    assert (early.block == found.block).all() and (early.choice == found.choice).all()
    want = allocation.chances(problem, draws=12, seed=b"early")
    assert fast.chances(problem, draws=12, seed=b"early") == want
    monkeypatch.setattr(fast_replays, "MARGIN", 0.5)  # too few tickets in order: put them all
    assert fast.chances(problem, draws=12, seed=b"early") == want


def same_bundle(problem: Problem) -> None:
    files = problem_files(problem)
    arrays = fast.read_arrays(files)
    found, want = fast.draw(arrays, beacon=""), allocation.draw(problem, beacon="")
    assert fast.bundle(found) == allocation.bundle(want)
    assert (found.facts.root, found.pairs) == (want.root, want.stability.pairs)
    for a in problem.applicants[:100]:
        assert found.is_inside(a.receipt) == want.is_inside(a.receipt)
        assert fast.reasons(found, a.receipt) == allocation.reasons(want, a.receipt)
    same_waves(found, want, random.Random(len(problem.applicants)))


def same_waves(found: fast.Drawn, want: allocation.Outcome, dice: random.Random) -> None:
    """Wave after wave, until nobody is called; now and then somebody gives an accepted seat back."""
    answers: list[Answer] = []
    held: list[str] = []
    for wave in range(1, 6):
        offers = allocation.next_wave(want, answers)
        assert fast.next_wave(found, answers) == offers
        if not offers:
            break
        given = {o.receipt: dice.choice(["accepted", "declined", "lapsed"]) for o in offers}
        given |= {receipt: "declined" for receipt in held if dice.random() < 0.2}
        held = [r for r in {*held, *given} if given.get(r, "accepted") == "accepted"]
        answers += [Answer(receipt, wave, answer) for receipt, answer in given.items()]


@pytest.mark.parametrize("tie_break", ["single", "per-class"])
@pytest.mark.parametrize("reversion", ["open", "none"])
def test_a_large_draw_has_the_same_bytes(tie_break, reversion):
    same_bundle(large(7, n=2000, classes=20, tie_break=tie_break, reversion=reversion))


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, bytes]:
    """Files of a problem with a few bytes replaced, put in or taken out, or written in another way."""
    files = problem_files(draw(problems(most=5)))
    name = draw(st.sampled_from(sorted(files)))
    data = files[name]
    for _ in range(draw(st.integers(0, 2))):
        at, cut = draw(st.integers(0, len(data))), draw(st.integers(0, 3))
        put = draw(
            st.sampled_from(
                [b"", b",", b";", b"\n", b"\r\n", b"\r", b'"', b" ", b"0", b"A", b"r1", b"-", b"\xc3\xa9"]
            )
        )
        data = data[:at] + put + data[at + cut :]
    if draw(st.booleans()):
        data = b"\xef\xbb\xbf" * draw(st.integers(0, 1)) + data.replace(b"\n", b"\r\n")
    return files | {name: data.removesuffix(b"\n") if draw(st.booleans()) else data}


def read_alike(files: dict[str, bytes]) -> None:
    try:
        want = allocation.read_problem(files)
    except allocation.BadProblem as bad:
        with pytest.raises(allocation.BadProblem) as raised:
            fast.read_arrays(files)
        assert raised.value.faults == bad.faults
    else:
        given, root = freeze(fast.read_arrays(files))
        assert (given, root) == (problem_files(want), allocation.root(want))


@HUNDREDS
@given(spoilt())
def test_a_file_is_read_or_refused_with_the_words_of_the_reference(files):
    read_alike(files)


@pytest.mark.proof
@THOUSANDS
@given(spoilt())
def test_thousands_of_files_are_read_or_refused_with_the_words_of_the_reference(files):
    read_alike(files)


def test_plain_files_are_read_without_the_reference(monkeypatch):
    problem = large(3, n=500, classes=10)
    files = problem_files(problem)
    columns = [line.split(b",")[::-1] for line in files["applicants.csv"].splitlines()]
    turned = b"\r\n".join(b",".join(row) for row in columns)  # columns in another order, other line ends
    monkeypatch.setattr(reading, "arrays_of", None)
    for applicants in (files["applicants.csv"], turned):
        assert freeze(fast.read_arrays(files | {"applicants.csv": applicants}))[0] == files


def test_the_check_sees_two_seats_swapped_and_a_seat_left_empty():
    arrays = fast_arrays.arrays_of(large(5, n=600, classes=6))
    lots = fast_lottery.lots(arrays, fast_lottery.urn(arrays), KEY)
    seats = fast_arrays.seats_of(arrays)
    places = checking.places(arrays, lots)
    sound = kernel.match(arrays, lots, seats)

    def looked(block, choice):
        found = kernel.Matched(block, choice, 0)
        return checking.stability(arrays, places, found, checking.fills(arrays, places, found), seats)

    assert looked(sound.block, sound.choice).holds
    seated, unseated = np.flatnonzero(sound.block >= 0), np.flatnonzero(sound.block < 0)
    for i in seated[:50]:
        block, choice = sound.block.copy(), sound.choice.copy()
        block[i], choice[i] = -1, 0
        assert looked(block, choice).blocking
    for i, j in zip(seated[:50], unseated[:50], strict=True):
        at = arrays.start[j] + np.flatnonzero(
            arrays.ranking[arrays.start[j] : arrays.start[j + 1]]
            == arrays.ranking[arrays.start[i] + sound.choice[i] - 1]
        )
        if len(at):
            block, choice = sound.block.copy(), sound.choice.copy()
            block[j], choice[j] = block[i], at[0] - arrays.start[j] + 1
            block[i], choice[i] = -1, 0
            assert not looked(block, choice).holds


def test_a_command_with_much_work_takes_the_kernels_and_writes_the_same_bytes(tmp_path, monkeypatch, capsys):
    plain, out, chances = (tmp_path / name for name in ("plain.zip", "out.zip", "chances.csv"))
    assert main(["draw", "run", str(EXAMPLE), "--out", str(plain)]) == 0
    monkeypatch.setattr(engines, "LITTLE", 1)
    assert main(["draw", "run", str(EXAMPLE), "--out", str(out)]) == 0
    assert out.read_bytes() == plain.read_bytes()
    assert main(["draw", "chances", str(EXAMPLE), "--draws", "5", "--out", str(chances)]) == 0
    assert main(["draw", "verify", str(out)]) == 0
    assert "plain Python" not in capsys.readouterr().err
    assert main(["draw", "explain", str(out), "R99"]) == 1
    told = []
    for limit in (1, 10**9):
        monkeypatch.setattr(engines, "LITTLE", limit)
        capsys.readouterr()
        assert main(["draw", "explain", str(out), "R06"]) == 0
        assert main(["draw", "what-if", str(EXAMPLE), "--draws", "5", "--takeup", "60"]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1] != ""
    monkeypatch.setattr(engines, "LITTLE", 1)
    out.write_bytes(out.read_bytes().replace(b"R01,", b"R21,"))
    assert main(["draw", "verify", str(out)]) == 1
