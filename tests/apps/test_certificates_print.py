"""Paper: the PDF carries the signed bytes, and its QR code is read back from a noisy, blurred, turned picture of it."""

from __future__ import annotations

import io
import re
from functools import cache

import numpy as np
import pypdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from ampera.apps.certificates import codes, paper
from ampera.apps.certificates.refusals import LettersMissing, NoPdf
from ampera.cores.credentials import attachment, blank, carrier, form, status
from ampera.cores.credentials.faults import Undetermined
from tests.cores.credentials.city import DAY, ID, NOW, SUBJECT, City

SITE = "sertifikat.palembang.go.id"
LISTS = ((f"https://{SITE}/status/1", "revocation"), (f"https://{SITE}/status/2", "suspension"))


class Palembang(City):
    """The city with an address as long as the real one."""

    @property
    def issuer(self) -> form.Issuer:
        return form.Issuer(self.did, "Pemerintah Kota Palembang", f"https://{SITE}/")

    def judge(self, data, **changes):
        return super().judge(data, **{"status_lists": self.listed()} | changes)

    def listed(self):
        dated = {"signer": self.signer, "issued": NOW - DAY, "valid_until": NOW + DAY}
        return {
            url: status.status_list(url=url, purpose=purpose, marked=(), **dated) for url, purpose in LISTS
        }


CITY = Palembang(did=f"did:web:{SITE}")
SAMPLES = Palembang(did=f"did:web:{SITE}:sertifikat:contoh")
NAMES = {"M": "Siti Aminah", "L": "Muhammad Rizky Ramadhan Putra Wijaya Kusuma"}


@cache
def issued(name: str = NAMES["M"], *, sample: bool = False) -> bytes:
    made = (SAMPLES if sample else CITY).template(lists=LISTS, sample=sample)
    return made.issue(
        id=ID,
        subject_id=SUBJECT,
        holder_name=name,
        result=form.Result(2, 0.42, 0.31),
        indices=(131_071, 131_071),
    )


@cache
def printed(name: str = NAMES["M"], *, sample: bool = False) -> bytes:
    return paper.pdf(issued(name, sample=sample).decode())


def words(pdf: bytes) -> str:
    (page,) = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", page.extract_text())


# --- the PDF ---


@pytest.mark.parametrize(
    "name", [*NAMES.values(), 'Sri "Ayu" \\ #let x = 1 *b* _i_ $a$ `c` <d> @e', "Nguyễn Đặng Άννα محمد"]
)
def test_the_attached_file_is_what_was_signed_and_verifies(name):
    reader = pypdf.PdfReader(io.BytesIO(printed(name)))
    assert dict(reader.attachments) == {"sertifikat.json": [issued(name)]}
    assert attachment.attached(printed(name)) == issued(name)
    assert CITY.judge(attachment.attached(printed(name))).verdict == "valid"


@pytest.mark.parametrize(
    "name", ["Sri *Ayu* _x_ $a$ @e <d>", "#panic() #sys.version // -- `c`", 'A "B" \\ C = D']
)
def test_a_name_that_looks_like_markup_is_printed_as_typed(name):
    reader = pypdf.PdfReader(io.BytesIO(printed(name)))
    assert reader.metadata.title.endswith(f": {name}")
    assert name.replace(" ", "") in words(printed(name)).replace(" ", "").replace("’", "'")


def test_it_says_that_it_is_pdf_a_3_and_holds_what_that_asks_for():
    """ISO 19005-3: identification in XMP, an output intent, embedded fonts, the attachment's relation, a title."""
    reader = pypdf.PdfReader(io.BytesIO(printed()))
    root, said = reader.trailer["/Root"], reader.xmp_metadata.stream.get_data().decode()
    for stated in ("<pdfaid:part>3<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"):
        assert stated in said
    assert (
        root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1" and "/DestOutputProfile" in root["/OutputIntents"][0]
    )
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "id" and "/StructTreeRoot" in root
    assert (
        root["/AF"][0]["/AFRelationship"] == "/Source"
        and root["/AF"][0]["/EF"]["/F"]["/Subtype"] == "/application/vc"
    )
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        assert "/ToUnicode" in font
        kept = font["/DescendantFonts"][0]["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(kept) and re.match(r"/[A-Z]{6}\+", kept["/FontName"])
    assert "/Encrypt" not in reader.trailer and "/JavaScript" not in root["/Names"]


def test_it_is_one_page_of_a4_across_in_both_languages():
    (page,) = pypdf.PdfReader(io.BytesIO(printed())).pages
    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [297, 210]
    for said in (
        "Sertifikat Capaian",
        "Certificate of Achievement",
        "Siti Aminah",
        "2 Maret 2026",
        "2 March 2026",
        "0,42 ± 0,31 logit",
        "0.42 ± 0.31 (± standard error)",
    ):
        assert said in words(printed())
    assert "CONTOH" not in words(printed())


@pytest.mark.parametrize("name", ["Abdul " * 20, "Wachidatunnajmah" * 7, "W" * 120])
def test_the_longest_names_stay_on_the_page(name):
    pdf = printed(name.strip())
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1
    with_name = np.asarray(drawn(pdf, 60), float)
    with_short_one = np.asarray(drawn(printed(), 60), float)
    edge = np.s_[:, : round(18 / 25.4 * 60)]  # cloth, thread and the margin beside the text
    assert np.array_equal(with_name[edge], with_short_one[edge])


def test_a_sample_says_contoh_across_itself_and_beside_its_title():
    assert "CONTOH – bukan sertifikat" in words(printed(sample=True))
    plain, marked = (np.asarray(drawn(printed(sample=sample), 40), float) for sample in (False, True))
    centre = np.s_[plain.shape[0] // 4 : plain.shape[0] * 3 // 4]
    assert np.mean(np.abs(plain[centre] - marked[centre]) > 8) > 0.03


def test_the_same_certificate_gives_the_same_pdf():
    assert paper.pdf(issued().decode()) == printed()


def test_a_name_that_the_fonts_can_t_draw_and_a_missing_extra_are_told_in_words(monkeypatch):
    for name in ("李小龙", "Ana 😀"):
        with pytest.raises(LettersMissing):
            printed(name)
    monkeypatch.setattr(paper, "available", lambda: False)
    with pytest.raises(NoPdf):
        paper.pdf(issued().decode())


def test_a_pdf_with_no_certificate_or_with_two_gives_none():
    two = pypdf.PdfWriter(clone_from=io.BytesIO(printed()))
    two.add_attachment("other.json", issued(NAMES["L"]))
    out = io.BytesIO()
    two.write(out)
    with pytest.raises(Undetermined, match="Several"):
        attachment.attached(out.getvalue())
    empty = pypdf.PdfWriter()
    empty.add_blank_page(100, 100)
    out = io.BytesIO()
    empty.write(out)
    for nothing in (
        out.getvalue(),
        b"%PDF-1.7",
        printed()[:2_000],
        printed().replace(b"/EmbeddedFile", b"/EmbeddedFil_"),
    ):
        with pytest.raises(Undetermined, match="No certificate"):
            attachment.attached(nothing)


# --- the code ---


@pytest.mark.parametrize(
    ("name", "version", "millimetres"),
    [
        (NAMES["M"], "8-M", 28.5),
        ("A" * 20, "8-M", 28.5),
        (NAMES["L"], "8-L", 28.5),
        ("A" * 84, "8-L", 28.5),
        ("A" * 85, "9-L", 30.5),
        ("李" * 17, "8-L", 28.5),
        ("😀" * 120, "17-L", 46.5),
    ],
)
def test_a_code_is_28_5_mm_unless_the_name_is_too_long_for_it(name, version, millimetres):
    drawn_code = codes.code(carrier.pack(issued(name)))
    assert (drawn_code.designator, codes.side(drawn_code)) == (version, millimetres)
    assert f'width="{millimetres}mm"'.encode() in codes.svg(drawn_code)


def drawn(pdf: bytes, dpi: int) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        return document[0].render(scale=dpi / 72).to_pil().convert("L")


def photographed(page: Image.Image, *, dpi: int, blur: float, noise: float, seed: int) -> np.ndarray:
    """The corner with the code, turned by up to 30°, out of focus (σ in mm on paper), in poor light (σ in grey levels)."""
    dice = np.random.default_rng(seed)
    width, height = page.size
    corner = page.crop((int(width * 0.78), int(height * 0.70), int(width * 0.95), int(height * 0.90)))
    turned = corner.rotate(
        dice.uniform(-30, 30), resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255
    )
    seen = np.asarray(turned.filter(ImageFilter.GaussianBlur(blur * dpi / 25.4)), float)
    return np.clip(seen + dice.normal(0, noise, seen.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("name", NAMES.values())
@pytest.mark.parametrize(
    ("dpi", "blur", "noise"),
    [(150, 0.10, 20), (150, 0.15, 0), (200, 0.15, 20), (300, 0.20, 0), (300, 0.10, 40)],
)
def test_a_code_is_read_from_a_noisy_blurred_turned_print_and_gives_the_whole_certificate(
    name, dpi, blur, noise
):
    kept, *_ = blank.split(issued())
    page = drawn(printed(name), dpi)
    for seed in range(3):
        picture = photographed(page, dpi=dpi, blur=blur, noise=noise, seed=seed)
        (code,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
        rebuilt = carrier.unpack(code.text, {kept.id: kept})
        assert rebuilt == issued(name)
    assert CITY.judge(rebuilt).verdict == "valid"


def test_a_picture_out_of_focus_gives_nothing_rather_than_something_else():
    page = drawn(printed(), 300)
    blurred = photographed(page, dpi=300, blur=0.6, noise=20, seed=1)
    assert not zxingcpp.read_barcodes(blurred, formats=zxingcpp.BarcodeFormat.QRCode)
