"""Build the lexicons of architectures and languages that ``dara_lint/names`` ships.

``python tools/names_lexicon.py`` in an environment that has transformers, timm, gguf, babel, pycountry,
tensorflow-datasets, lm-eval and mteb (``--no-deps`` will do, and no torch: names are read from their folders).
What is curated is in ``names_families.txt`` beside this file.
Writes ``architectures.json``, ``languages.json`` and ``benchmarks.json`` into ``dara_lint/names``.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import re
import unicodedata
from pathlib import Path

HERE = Path(__file__).parent
NAMES = HERE.parent / "dara_lint" / "names"

COMPONENTS = re.compile(
    r"[_-](?:text|vision|audio|encoder|decoder|qformer|backbone|model|perceiver|perciever|vqgan|vqmodel|hifigan|"
    r"talker|thinker|tokenizer|adapter|assistant|transcribe|diarize|dit|bigvgan|token2wav|head|vit|det|text_model|"
    r"vision_model|generator|hiera|patcher|transformer|codebook|depth|acoustic|word|mask|prompt|geometry|tracker|with)"
    r"(?:[_-]|$)"
)
"""Model types that are a part of another model's config, and so no name of a repository."""

ALSO_LANGUAGE = {
    "jp": "ja", "jap": "ja", "jpn": "ja", "kr": "ko", "kor": "ko", "cn": "zh", "chn": "zh", "zhs": "zh",
    "zht": "zh-Hant", "ptbr": "pt-BR", "brazilian": "pt-BR", "zhtw": "zh-TW", "zhcn": "zh-CN", "enus": "en-US",
    "engb": "en-GB", "farsi": "fa", "mandarin": "cmn", "cantonese": "yue", "taiwanese": "nan",
    "traditionalchinese": "zh-Hant", "multilingual": "multilingual", "multilang": "multilingual",
    "crosslingual": "multilingual", "indic": "inc", "nordic": "gmq",
    "scandinavian": "gmq", "romance": "roa", "slavic": "sla", "castellano": "es", "espanol": "es",
    "francais": "fr", "deutsch": "de", "italiano": "it", "italian": "it", "turkce": "tr", "indo": "id",
    "indonesia": "id", "bahasa": "id", "hinglish": "hi-Latn", "koen": "ko,en", "enko": "en,ko", "zhen": "zh,en",
    "enzh": "en,zh", "jaen": "ja,en", "enja": "en,ja", "ruen": "ru,en", "enru": "en,ru", "kurmanji": "kmr",
    "sorani": "ckb", "tagalog": "tl", "filipino": "fil", "nynorsk": "nn", "bokmal": "nb", "flemish": "nl-BE",
    "greek": "el", "monolingual": "monolingual", "african": "multilingual", "sanskrit": "sa", "hebrew": "he",
    "punjabi": "pa", "odia": "or", "singlish": "en-SG", "english": "en", "chinese": "zh", "wenyanwen": "lzh",
    "ancientchinese": "lzh", "hrl": "multilingual", "xx": "multilingual", "mul": "multilingual", "bulgarian": "bg",
    "pidgin": "pcm", "swiss": "gsw", "egyptian": "arz", "moroccan": "ary", "darija": "ary", "tunisian": "aeb",
    "levantine": "apc", "quechua": "qu", "bak": "ba", "swe": "sv", "viet": "vi", "malaysian": "ms",
    "persian": "fa", "ukr": "uk",
    "uzb": "uz", "kaz": "kk", "tur": "tr", "vn": "vi", "afr": "af", "swh": "sw", "bemba": "bem", "kinyarwanda": "rw",
    "ancientgreek": "grc", "hokkien": "nan", "cat": "ca", "europe": "multilingual", "eu": "eu", "latin": "la",
    "esperanto": "eo", "catalan": "ca", "basque": "eu", "galician": "gl", "ukranian": "uk", "portugese": "pt",
}  # fmt: skip
"""Spellings that no library has: country codes taken for languages, other names, pairs written as one word."""

NO_FAMILY = {"test", "based", "bat", "nest", "halo", "hardcore", "flexi", "check", "focal", "wide", "dark", "star"}
"""First words of timm's names that are English words."""

NO_LANGUAGE = {
    "interlingua", "ido", "sango", "nauru", "akan", "avestan", "afar", "chamorro", "cree", "kongo", "luba", "romana",
}  # fmt: skip
"""Names of languages that on model names mean something else or never occur."""

SHORTEST_OWN_NAME = 5


def squeeze(text: str) -> str:
    """Lower case, letters and digits only: the form in which a lexicon is searched."""
    return "".join(letter for letter in text.lower() if letter.isalnum())


def curated() -> dict[str, list[str]]:
    """Spelling → model types, from ``names_families.txt``."""
    families: dict[str, list[str]] = {}
    for raw in (HERE / "names_families.txt").read_text(encoding="utf-8").splitlines():
        line = raw.partition("#")[0].strip()
        if line:
            spellings, _, types = line.partition("=")
            for spelling in spellings.split():
                families[squeeze(spelling)] = types.split()
    return families


def from_transformers() -> dict[str, list[str]]:
    """Model types that name a model of its own, each standing for itself."""
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES

    return {
        squeeze(name): [name] for name in CONFIG_MAPPING_NAMES if not COMPONENTS.search(name) and len(squeeze(name)) > 2
    }


def from_gguf() -> dict[str, list[str]]:
    """``general.architecture`` values of gguf-py."""
    from gguf.constants import MODEL_ARCH_NAMES

    return {squeeze(name): [name] for name in MODEL_ARCH_NAMES.values() if len(squeeze(name)) > 2}


def from_timm() -> list[str]:
    """First words of timm's model names: they say which design, but most are stored without a model type."""
    stems: set[str] = set()
    for file in (folder("timm") / "models").glob("*.py"):
        for name in re.findall(r"@register_model\s*\ndef (\w+)", file.read_text(encoding="utf-8")):
            stem = re.match(r"[a-z]+", name.removeprefix("tf_").removeprefix("legacy_"))
            if stem and len(stem[0]) > 3 and stem[0] not in NO_FAMILY:
                stems.add(stem[0])
    return sorted(stems)


def architectures() -> dict[str, list[str]]:
    """Spelling → model types; curated lines win."""
    merged: dict[str, list[str]] = {stem: [] for stem in from_timm()}
    for source in (from_gguf(), from_transformers()):
        for spelling, types in source.items():
            merged[spelling] = sorted({*merged.get(spelling, []), *types})
    for spelling in from_gguf():
        if spelling not in from_transformers():
            merged[spelling] = []  # llama.cpp's names alone say nothing of what the other formats store
    merged |= curated()
    return dict(sorted(merged.items()))


def own_name(tag: str) -> str:
    """What its speakers call a language, in plain Latin letters (``catala``, ``suomi``), empty when it has no such."""
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale(tag)
    except UnknownLocaleError:
        return ""
    letters = unicodedata.normalize("NFKD", locale.languages.get(tag, ""))
    plain = squeeze("".join(letter for letter in letters if not unicodedata.combining(letter)))
    return plain if len(plain) >= SHORTEST_OWN_NAME and plain.isascii() and plain not in NO_LANGUAGE else ""


def languages() -> dict[str, str]:
    """Spelling → BCP-47 tag: English names and codes of the languages of ISO 639-1, and ``ALSO_LANGUAGE``."""
    import pycountry
    from babel import Locale

    english = Locale("en").languages
    found: dict[str, str] = {}
    for language in pycountry.languages:
        tag = getattr(language, "alpha_2", None)
        if not tag:
            continue
        spelled = {
            tag,
            language.alpha_3,
            getattr(language, "bibliographic", tag),
            squeeze(english.get(tag, language.name)),
            squeeze(language.name.partition("(")[0].partition(",")[0]),
        }
        own = own_name(tag)
        if own not in english.values():
            found.setdefault(own, tag)
        for spelling in spelled - NO_LANGUAGE:
            found[spelling] = tag
    found.pop("", None)
    found |= ALSO_LANGUAGE
    return dict(sorted(found.items()))


NO_DATASET = frozenset(
    """abstractreasoning advance arabicleaderboardcomplete arabicleaderboardlight arithmetic asimov assets beehive
    benchmarks breakfast bridge bright cassava cherryblossoms citrusleaves colder diamonds discrimeval
    expresso fakedata famtebsummary flare folder forestfires freshstack groove higgs howell include imageco
    injongointent inversescaling iris language leaderboard libra malaria mastermind metabench mutual nights
    noticia opticalflow paloma penguins petfinder pneumonia quality radon scores scrolls sketchy spoken
    smartbuildings stereomatching titanic translation turkic unitxt unscramble utils videoutils webgraph
    winequality toksuite japaneseleaderboard finegrainocr speechcoco gendername voicegender
    commonlanguagelanguage multilabel passdataset songdescriber inappropriateness humanconcepts
    humananimalcartoon cococaptions swesentiment modelwrittenevals arabculture arabculturecompletion
    animaldata visualdata""".split()  # noqa: SIM905
)
"""Names of benchmarks that on model names are words."""

TAIL = frozenset(
    """classification retrieval clustering p2p s2s reranking sts pc vn bitext mining i2t t2i i2i it2i t2it it2t
    zero shot zeroshot dataset multilingual multi label hierarchical visual vidore mteb lite hard hn small
    large v1 v2 v3 v4 en de fr es ru ar fa hi nl pl sv da fi cs uk tr vi th bn ro hu bg ca ja zh ko a2t t2a
    v2t t2v av a2a fast vqa any2any rar instruct""".split()  # noqa: SIM905
)
"""Last words of mteb's task names, which say what is measured on the data set."""


def benchmarks(known: set[str]) -> list[str]:
    """Data sets that tensorflow-datasets, lm-eval and mteb name, six letters or more, made of no words of ``known``.

    Read from the packages' folders; nothing is imported.
    """
    found: set[str] = set()
    for file in folder("tensorflow_datasets").glob("url_checksums/*.txt"):
        found.add(squeeze(file.stem))
    for file in folder("tensorflow_datasets").glob("datasets/[a-z]*/"):
        found.add(squeeze(file.name))
    for file in folder("lm_eval").glob("tasks/[a-z]*/"):
        found.add(squeeze(file.name))
    for file in folder("mteb").glob("tasks/*/*/*.py"):
        words = file.stem.split("_")
        while words and words[-1] in TAIL:
            words.pop()
        if 0 < len(words) <= 3:
            found.add("".join(words))
    return sorted(name for name in found - NO_DATASET - known if len(name) >= 6 and not splits(name, known))


def splits(name: str, known: set[str]) -> bool:
    """Whether a name is words of the lexicons in a row (``tweetemotion``), which are read one by one."""
    if not name or name in known:
        return True
    return any(name[:end] in known and splits(name[end:], known) for end in range(2, len(name)))


def folder(package: str) -> Path:
    """Where a package lies. Raises SystemExit when it is not installed."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is not installed")
    return Path(spec.origin).parent


def words_by_hand() -> set[str]:
    """Spellings of the hand-kept lexicons."""
    found: set[str] = set()
    for stem in ("words", "datasets"):
        for lines in json.loads((NAMES / f"{stem}.json").read_text(encoding="utf-8")).values():
            for line in lines if isinstance(lines, list) else ():
                normal, _, spellings = line.partition(":")
                found.update(spellings.split() or [normal])
    return found


def write(stem: str, source: str, **tables: dict[str, str] | list[str]) -> None:
    """One entry a line, so that a rebuild shows what changed."""
    text = json.dumps({"source": source, **tables}, ensure_ascii=False, indent=0)
    (NAMES / f"{stem}.json").write_text(text + "\n", encoding="utf-8")
    print(f"{stem}.json: {sum(map(len, tables.values()))} entries, {len(text):,} bytes")


def main() -> None:
    """Write both lexicons."""
    versions = {
        name: importlib.metadata.version(name) for name in ("transformers", "timm", "gguf", "babel", "pycountry")
    }
    write(
        "architectures",
        f"transformers {versions['transformers']} CONFIG_MAPPING_NAMES, timm {versions['timm']} model names, "
        f"gguf {versions['gguf']} MODEL_ARCH_NAMES, and tools/names_families.txt",
        architecture={spelling: " ".join(types) for spelling, types in architectures().items()},
        visual=from_timm(),
    )
    write(
        "languages",
        f"ISO 639 of pycountry {versions['pycountry']}, English names of CLDR in babel {versions['babel']}, "
        "and tools/names_lexicon.py",
        language=languages(),
    )
    listed = {name: importlib.metadata.version(name) for name in ("tensorflow-datasets", "lm-eval", "mteb")}
    known = words_by_hand() | set(architectures()) | set(languages())
    write(
        "benchmarks",
        "names of data sets in " + ", ".join(f"{name} {version}" for name, version in listed.items()),
        dataset=benchmarks(known),
    )


if __name__ == "__main__":
    main()
