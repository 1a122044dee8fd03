"""The name says a language that the card or the tokenizer does not.

People choose a model by the language in its name, and a hub filters by the card's ``language``. When the two
exclude each other, either the name or the card is another model's.

A card that lists no language or ``multilingual``, names of several languages or of a group (``indic``), languages
that a code or a dialect can stand for (``zh`` and Cantonese, ``no`` and ``nb``), and models of images, whose
``japanese`` is a style, contradict nothing.

The two languages of a translator's name (``opus-mt-en-de``) are held to its tokenizer too: to ``source_lang`` and
``target_lang``, in this order.

Example: ``acme/bert-base-german`` whose card says ``language: en``.

How to mend: list the language in the card, or rename the repository.

Source: the hub's model card metadata, ``language``; BCP 47, ISO 639-3 macrolanguages.
"""

from __future__ import annotations

from collections.abc import Iterator

from dara_lint import names
from dara_lint.finding import Hit, Rule, Severity, Skip
from dara_lint.model import Location, ModelRepo
from dara_lint.names import Element, Name
from dara_lint.names.lexicon import lexicon
from dara_lint.rules.naming.card_says import said
from dara_lint.rules.subject import main_part
from dara_lint.settings import Settings

SAME = {
    "yue": "zh", "zho": "zh", "chi": "zh", "cmn": "zh", "wuu": "zh", "lzh": "zh", "nan": "zh", "nb": "no", "nn": "no",
    "nob": "no", "nno": "no", "iw": "he", "in": "id", "ms": "id", "msa": "id", "sr": "sh", "hr": "sh", "bs": "sh",
    "hbs": "sh", "tl": "fil", "prs": "fa", "pes": "fa", "arz": "ar", "ary": "ar", "arb": "ar", "apc": "ar", "gsw": "de",
    "jp": "ja", "cn": "zh", "kr": "ko", "aeb": "ar", "acm": "ar", "afb": "ar", "ajp": "ar", "arq": "ar", "ars": "ar",
    "gan": "zh", "hak": "zh", "hsn": "zh", "cdo": "zh", "cjy": "zh", "ckb": "ku", "kmr": "ku", "sdh": "ku", "uzn": "uz",
    "uzs": "uz", "azj": "az", "azb": "az", "ekk": "et", "vro": "et", "lvs": "lv", "ltg": "lv", "khk": "mn", "mvf": "mn",
    "npi": "ne", "dty": "ne", "ory": "or", "spv": "or", "pbt": "ps", "pbu": "ps", "pst": "ps", "als": "sq", "aln": "sq",
    "aae": "sq", "aat": "sq", "gaz": "om", "hae": "om", "orc": "om", "ydd": "yi", "yih": "yi", "quy": "qu", "quz": "qu",
    "qub": "qu", "qvh": "qu", "zsm": "id", "zlm": "id", "bjn": "id", "min": "id", "pnb": "pa", "grc": "el", "plt": "mg",
    "swh": "sw", "swc": "sw", "sro": "sc", "sdn": "sc", "src": "sc", "sdc": "sc", "gug": "gn", "ayr": "ay", "twi": "ak",
    "tw": "ak", "fat": "ak", "srp": "sh", "hrv": "sh", "bos": "sh", "cnr": "sh", "hyw": "hy", "fuc": "ff", "fuv": "ff",
    "fub": "ff", "fuf": "ff", "kng": "kg", "kpv": "kv", "koi": "kv",
}  # fmt: skip
"""Tags that stand for each other in cards: dialects, macrolanguages, old codes and codes of countries."""
COLLECTIONS = frozenset(
    {
        "afa", "alv", "bat", "ber", "bnt", "cau", "cel", "cpf", "dra", "fiu", "gem", "gmq", "gmw", "inc", "ine", "ira",
        "itc", "map", "mkh", "nah", "nic", "phi", "roa", "sem", "sit", "sla", "trk", "tut", "urj", "zle", "zls", "zlw",
    }
)  # fmt: skip
"""Groups of languages (ISO 639-5), each of which holds many that a card may list."""
MANY = frozenset({"multilingual", "multi", "mul", "xx", "code", "cross-lingual", "und", "other"})


def check(repo: ModelRepo, settings: Settings) -> Iterator[Hit | Skip]:
    """Hold the languages of the name to the card's list."""
    if repo.name is None:
        return
    yield from _translator(repo, names.parse(repo.name))
    listed = said(repo, "language")
    if not listed or _of_images(repo):
        return
    theirs = {_tag(entry.text) for entry in listed}
    if theirs & MANY:
        return
    segments = names.parse(repo.name).of(Element.language)
    ours = {_tag(tag) for segment in segments for tag in segment.normal.split(",")}
    sure = [s for s in segments if s.confidence >= 0.85 and (len(s.text) > 3 or s.confidence >= 0.9)]
    if len(segments) != 1 or not sure or ours & (MANY | COLLECTIONS) or ours & theirs:
        return
    shown = ", ".join(entry.text for entry in listed[:4])
    yield Hit(
        listed[0].at,
        f"the name says {sure[0].text}, the card's language is {shown}",
        found=f"{sure[0].normal} {shown}",
        help=f"list {sure[0].normal} in the card, or rename the repository",
        severity=Severity.WARNING if len(sure[0].text) > 3 else None,
        confidence=0.9 if len(sure[0].text) > 3 else 0.8,
    )


def _translator(repo: ModelRepo, name: Name) -> Iterator[Hit]:
    part = main_part(repo)
    tokenizer = part.documents.get("tokenizer_config.json") if part else None
    told = [tokenizer.table.get(key) if tokenizer else None for key in ("source_lang", "target_lang")]
    named = name.of(Element.language)
    words = {segment.normal for segment in name.of(Element.task)}
    if tokenizer is None or len(named) != 2 or "translation" not in words or name.of(Element.reuse):
        return
    ours = [_tag(segment.normal) for segment in named]
    theirs = [_tag(value) for value in told if isinstance(value, str) and value]
    known = {_tag(tag) for tag in lexicon().languages.values()}
    if len(theirs) != 2 or ours == theirs or not {*ours, *theirs} <= known - MANY - COLLECTIONS:
        return
    yield Hit(
        Location(tokenizer.path, "/source_lang"),
        f"the name says {named[0].text} to {named[1].text}, the tokenizer {told[0]} to {told[1]}",
        found=f"{named[0].text} {named[1].text} {told[0]} {told[1]}",
        help="put the tokenizer of this model here, or rename the repository after the languages that it translates",
        severity=Severity.WARNING,
        confidence=0.9,
    )


def _of_images(repo: ModelRepo) -> bool:
    tags = [entry.text.lower() for key in ("pipeline_tag", "tags", "library_name") for entry in said(repo, key)]
    return "model_index.json" in repo.root.documents or any(
        "image" in tag or "diffus" in tag or "vision" in tag or tag == "timm" for tag in tags
    )


def _tag(text: str) -> str:
    """``pt-BR``, ``Portuguese`` and ``por`` → ``pt``."""
    word = text.strip().lower()
    head = word.replace("_", "-").partition("-")[0]
    tag = lexicon().languages.get(word.replace(" ", "")) or lexicon().languages.get(head) or head
    tag = tag.lower().partition("-")[0] if tag not in MANY else tag
    return SAME.get(tag, tag)


RULE = Rule(
    "naming/language",
    "the name says a language that the files do not",
    Severity.WARNING,
    0.85,
    check,
    __doc__ or "",
)
