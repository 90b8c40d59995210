"""Classify a word of a title: filler, number, announcing word, spelling variant.

The word list (`data/words.txt.xz`) tells a word from a slip of the pen: "graph" for "graphs"
is a slip, "graph" for "grasp" is not. It comes from the titles of the bundled catalogue's
sources; `scripts/build_words.py` makes it.
"""

from __future__ import annotations

import lzma
import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from importlib import resources
from itertools import chain, filterfalse

FILLERS = frozenset(
    "a an the of for in on at to by with from and or as is are be via using use its their "
    "into over through under upon within amp der die das und le la les de du des et".split()
)
"""Words that are dropped, added and exchanged without another work being meant."""

ENGLISH = frozenset("a the of and with from by".split())
"""Small words that stand in English titles, and hardly in those of other languages."""

ANNOUNCING = frozenset(
    "supplement supplementary supplemental appendix appendices addendum erratum errata "
    "corrigendum corrigenda correction retraction retracted withdrawn reply response rejoinder "
    "comment comments commentary remarks notes discussion revisited revisiting revisit rethinking "
    "survey review reviews overview tutorial primer introduction towards toward beyond about "
    "part volume vol chapter edition ed version proceedings workshop editorial preface foreword "
    "abstract poster demo demonstration keynote report summary slides dataset software thesis "
    "dissertation recommendation decision letter reproducing reproducibility replication extended "
    "extension improvements followup sequel update critique reloaded note demystifying".split()
)
"""Words that announce another work about, after or around one that has the rest of the title."""

QUALIFIERS = frozenset(
    "deep stochastic recurrent convolutional adversarial bayesian hierarchical distributed "
    "parallel robust fast faster efficient online dynamic sparse probabilistic adaptive "
    "incremental interactive joint latent nonlinear kernel contextual temporal spatial visual "
    "multimodal multilingual federated graph neural attentive conditional generalized general "
    "approximate structured contrastive unified universal differentiable variational statistical "
    "continuous adaptation simple better critical trivial locally extended diverse "
    "arabic chinese english german french japanese korean spanish russian indian hindi turkish "
    "czech italian dutch portuguese swedish polish persian urdu bengali vietnamese latin greek "
    "hebrew finnish african american european".split()
)
"""Words that make a variant of what they stand before, languages and places among them."""

MODIFIERS = frozenset(
    "accelerating accurate automatic better cheap comprehensive deeper effective enhancing exact "
    "extending fair faster improving large larger light lightweight linear massive modern modular "
    "novel open optimal practical private real rich safe secure simpler small smaller smart "
    "stronger tiny weak wider".split()
)
"""More words that make a variant where they stand in front of a title, beside those that are told
by their endings."""

_MODIFYING = ("able", "ed", "ible", "icient", "less", "ly")
"""Endings of words that say how something is done, and how well; what it is about is said by
others: semantic, compositional."""

HEADINGS = frozenset(
    "abstract acknowledgements acknowledgments acknowledgement appendix bibliography chair "
    "committee contents conclusion conclusions copyright cover discussion editorial errata "
    "foreword glossary index introduction invited keynote literature message notation organizers "
    "organization outline overview panel preface proceedings program programme prologue "
    "publications reference references related resources reviewers sponsors summary table talk "
    "tutorial tutorials welcome works workshop workshops cited further reading thesis theses "
    "dissertation master masters bachelor phd doctoral diploma".split()
)
"""Words of headings, which are titles of nothing in particular."""


def _folded(words: str) -> frozenset[str]:
    """Words as those of a title are compared: without case and accents."""
    apart = unicodedata.normalize("NFKD", words.casefold())
    return frozenset("".join(c for c in apart if not unicodedata.combining(c)).split())


SECTIONS = _folded(
    "approach approaches aims background concepts context contributions definition definitions "
    "evaluation examples experiment experiments findings future goals highlights ideas key "
    "limitations main method methodology methods misc motivation next objectives paper papers "
    "problem questions reading readings results section setup statement steps takeaways tldr work "
    "cons pros draft document file foo inbox item new note page placeholder tbd template test "
    "title todo unknown untitled readme daily log "
    "anhang arbeiten ausblick danksagung diskussion einfuhrung einleitung ergebnisse fazit "
    "hintergrund inhalt inhaltsverzeichnis kapitel kurzfassung literatur literaturverzeichnis "
    "methode methoden motivation notiz notizen quellen schluss unbenannt verwandte vorwort "
    "zusammenfassung "
    "annexe annexes bibliographie contexte experiences methode methodes notes propos avant "
    "remerciements resultats resume sommaire sans titre travaux connexes "
    "agradecimientos anexo anexos antecedentes apendice bibliografia conclusiones contenido "
    "discusion experimentos indice introduccion metodo metodos metodologia notas prologo "
    "referencias relacionados resultados resumen sin titulo trabajos "
    "agradecimentos conclusao conclusoes conteudo discussao introducao prefacio resumo sem "
    "sumario trabalhos "
    "appendice appunti conclusione conclusioni discussione esperimenti introduzione metodi metodo "
    "prefazione riassunto riferimenti ringraziamenti risultati senza titolo sommario "
    "bijlage conclusie dankwoord discussie inhoud inleiding methoden resultaten samenvatting "
    "voorwoord "
    "аннотация благодарности введение выводы заключение заметки литература методы обсуждение "
    "приложение результаты реферат содержание эксперименты "
    "摘要 引言 绪论 介绍 简介 结论 总结 参考文献 目录 致谢 附录 前言 "
    "相关工作 方法 实验 结果 讨论 背景 笔记 论文 无标题 未命名 "
    "緒論 簡介 結論 總結 參考文獻 目錄 致謝 附錄 相關工作 實驗 討論 筆記 論文 "
    "はじめに おわりに まとめ メモ 概要 序論 参考文献 目次 謝辞 付録 "
    "関連研究 手法 実験 結果 考察 無題 要旨 "
    "감사의글 결과 결론 관련연구 논의 목차 방법 배경 부록 서론 실험 요약 제목 참고문헌 초록"
)
"""Words of sections and placeholders in several languages, beside those of `HEADINGS`: a title of
such words alone names nothing."""

NEGATIONS = frozenset("not no non without never nor neither against cannot".split())

_OPPOSITES = (
    "deep shallow,implicit explicit,online offline,open closed,small large,small big,"
    "monolingual bilingual,monolingual multilingual,bilingual multilingual,static dynamic,"
    "linear nonlinear,continuous discrete,local global,sparse dense,hard soft,fast slow,"
    "high low,strong weak,positive negative,centralized distributed,finite infinite,"
    "forward backward,forward inverse,input output,upper lower,single multiple,homogeneous "
    "heterogeneous,exact approximate,synchronous asynchronous,deterministic stochastic,"
    "deterministic random,deterministic probabilistic,discriminative generative,"
    "intrinsic extrinsic,internal external,minimum maximum,minimal maximal,minimization "
    "maximization,minimizing maximizing,short long,narrow wide,active passive,known unknown,"
    "public private,top bottom,left right,black white,indoor outdoor,early late,easy hard,"
    "simple complex,rich poor,old new,coarse fine,cold warm,horizontal vertical,male female,"
    "frequentist bayesian,training testing,encoder decoder,encoding decoding,sequential parallel,"
    "increasing decreasing,directed undirected,lossy lossless,day night,optimistic pessimistic,"
    "spatial temporal,convex concave,symmetric asymmetric,best worst,first last,more less,"
    "supervised unsupervised,wired wireless,formal informal,constrained unconstrained,"
    "source target,speech text,generation understanding,primal dual,cooperative competitive,"
    "qualitative quantitative,theoretical empirical,theory practice,either neither,reading writing"
)
_OPPOSED = {tuple(pair.split()) for pair in _OPPOSITES.replace(", ", ",").split(",")}
_OPPOSABLE = frozenset(chain.from_iterable(_OPPOSED))

_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
).split()
_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
).split()
_ROMAN = (
    "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx xxi xxii xxiii xxiv"
).split()
_VALUES = (
    {word: value for value, word in enumerate(_NUMBERS)}
    | {word: value for value, word in enumerate(_ORDINALS)}
    | {word: value for value, word in enumerate(_ROMAN, 1)}
)
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th|d|s)?")

PREFIXES = (
    "un", "non", "in", "im", "ir", "il", "dis", "mis", "de", "anti", "counter", "semi", "multi",
    "mono", "bi", "tri", "uni", "sub", "super", "inter", "intra", "pre", "post", "re", "co",
    "hyper", "over", "under", "auto", "self", "cross", "meta", "quasi", "pseudo", "micro",
    "macro", "nano", "mini", "a", "hetero", "homo", "iso", "para", "poly", "trans", "ultra",
    "hypo", "ab", "an", "endo", "exo", "ex", "em", "en", "be", "weakly", "full", "fully", "few",
    "zero", "one",
)  # fmt: skip
"""What stands before a word and makes another word of it."""

_BRITISH = (
    ("isation", re.compile(r"isation"), "ization"),
    ("is", re.compile(r"is(e|es|ed|ers?|ing|able)$"), r"iz\1"),
    ("ys", re.compile(r"ys(e|es|ed|ers?|ing)$"), r"yz\1"),
    ("our", re.compile(r"(?<=[a-z]{2})our(?=$|s$|al|ed|ing|ist|hood|able|ful|less|ite)"), "or"),
    ("re", re.compile(r"(?<=[tb])re(?=s?$|d$)"), "er"),
    ("ogue", re.compile(r"ogue(?=s?$)"), "og"),
    ("ll", re.compile(r"ll(?=ed$|ing$|er$|ers$|ings$)"), "l"),
    ("ae", re.compile(r"(?<=\w)ae"), "e"),
    ("oe", re.compile(r"(?<=\w)oe"), "e"),
    ("ae", re.compile(r"^ae(?=[a-z]{4})"), "e"),
    ("oe", re.compile(r"^oe(?=[a-z]{4})"), "e"),
    ("ence", re.compile(r"ence$"), "ense"),
    ("mme", re.compile(r"mme$"), "m"),
    ("dgement", re.compile(r"dgement"), "dgment"),
    ("grey", re.compile(r"grey"), "gray"),
    ("artef", re.compile(r"^artef"), "artif"),
)
"""Letters that are looked for first, as hardly any word has them; what they are a part of; and
what Americans write."""


@lru_cache(maxsize=16384)
def content(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words that say something."""
    return tuple(filterfalse(FILLERS.__contains__, words))


@lru_cache(maxsize=16384)
def value(word: str) -> int | None:
    """Return the number that a word is: figures, ordinals, number words, Roman numerals."""
    version = word.removeprefix("v")
    if version.isascii() and version[:1].isdigit():
        found = _ORDINAL.fullmatch(version)
        return int(found[1]) if found and len(found[1]) < 10 else None
    return _VALUES.get(word)


def numbers(words: Collection[str]) -> set[int]:
    """Return the numbers among some words."""
    if _VALUES.keys().isdisjoint(words) and "".join(words).isalpha():
        return set()  # as is nearly always so, and a word need not be looked at
    return {number for word in words if (number := value(word)) is not None}


def opposites(some: Iterable[str], others: Collection[str]) -> bool:
    """Whether any of some words says the contrary of any of others."""
    return any(opposite(word, other) for word in _OPPOSABLE.intersection(some) for other in others)


def opposite(word: str, other: str) -> bool:
    """Whether two words say the contrary of each other."""
    return (word, other) in _OPPOSED or (other, word) in _OPPOSED


_SAME = {"net": "network", "nets": "networks"}
"""Words for one thing that people take for each other."""


@lru_cache(maxsize=16384)
def american(word: str) -> str:
    """Return a word as Americans spell it, as far as rules tell; compare only with another such."""
    word = _SAME.get(word, word)
    for letters, pattern, spelling in _BRITISH:
        if letters in word:
            word = pattern.sub(spelling, word)
    return word


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """Return a word without the ending of a plural or of -ing, -ed; compare only with another
    such."""
    for ending, left in (("ies", "y"), ("sses", "ss"), ("es", "e"), ("s", ""), ("'s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: -len(ending)] + left
    return word


@cache
def _lists() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return all words of titles, the common ones among them, and of these the everyday ones."""
    file = resources.files("refmatter").joinpath("data", "words.txt.xz")
    text = lzma.decompress(file.read_bytes()).decode()
    everyday, _, rest = text.partition("\n\n")
    common, _, _ = rest.partition("\n\n")
    first = frozenset(everyday.split())
    return frozenset(text.split()), first.union(common.split()), first


def is_known(word: str) -> bool:
    """Whether titles have the word."""
    words, _, _ = _lists()
    return word in words or stem(word) in words or word in HEADINGS or word in ANNOUNCING


@lru_cache(maxsize=16384)
def is_word(word: str) -> bool:
    """Whether it is a word of the field, and so no slip for another one."""
    return is_known(word) or len(word) <= 2 or word.isdigit()


@lru_cache(maxsize=16384)
def is_modifier(word: str) -> bool:
    """Whether a word says how the thing behind it is done: unsupervised, efficient."""
    if word in QUALIFIERS or word in MODIFIERS:
        return True
    return len(word) > 4 and word.endswith(_MODIFYING)


@lru_cache(maxsize=16384)
def is_common(word: str) -> bool:
    """Whether so many titles have the word that it does not tell one from others; a figure
    never does."""
    _, common, _ = _lists()
    return word in common or _tells_nothing(word)


@lru_cache(maxsize=16384)
def is_everyday(word: str) -> bool:
    """Whether a word is too common to identify a title even beside two others."""
    _, _, everyday = _lists()
    return word in everyday or _tells_nothing(word)


def _tells_nothing(word: str) -> bool:
    return word in HEADINGS or word in ANNOUNCING or len(word) <= 2 or word.isdigit()
