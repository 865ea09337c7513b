"""What the officers' journeys share: signing in as somebody of the cast, and what the city knows."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from ampera.simulation import cast
from tests.journeys.conftest import City, Phone

WIDE = {"width": 1280, "height": 900}
ROUND = "from ampera.apps.programme import api as p; r = p.rounds()[0]; plan = p.plan(r.id)\n"


def sign_in(it: Phone, number: str) -> Phone:
    """Through the door: the number, then the code from the demo's outbox."""
    written = "0" + number.removeprefix("+62")
    it.go("/masuk/").fill("Nomor HP", written).press("Kirim kode")
    address = it.page.url
    it.page.goto(f"{it.city.address}/kotak/?to={written}")
    code = re.search(r"\b\d{6}\b", it.page.inner_text("main"))
    assert code, it.page.inner_text("main")
    it.page.goto(address)
    it.page.get_by_label("Kode").fill(code[0])
    return tap(it, "Masuk")


def tap(it: Phone, name: str) -> Phone:
    """Press a button or follow a link of the page itself, not of its header, navigation or footer."""
    main = it.page.locator("main")
    main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name)).first.click()
    it.page.wait_for_load_state("load")
    return it.look()


def officer(make, worker: cast.Worker = cast.OFFICER, **how) -> Phone:
    """A phone or desk with somebody of the cast signed in."""
    return sign_in(make(**how), worker.phone)


def when(city: City, field: str, **later: float) -> datetime:
    """A moment of the plan, or so much later."""
    said = city.ask(ROUND + f"print(plan.{field}.isoformat())")
    return datetime.fromisoformat(said) + timedelta(**later)
