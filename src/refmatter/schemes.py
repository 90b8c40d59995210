"""The kinds of identifiers of works: how they are written, recognised, shown and linked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias
from urllib.parse import quote

SchemeName: TypeAlias = Literal[
    "s2", "doi", "arxiv", "acl", "openalex", "dblp", "pmid", "pmcid", "corpus",
    "isbn",
]  # fmt: skip
"""The names of `SCHEMES`, in its order."""

_FLAGS = re.ASCII | re.IGNORECASE  # digits of other scripts, or ſ for s, are in no identifier


@dataclass(frozen=True, slots=True)
class Scheme:
    """A kind of identifier.

    `name` is the attribute of `model.Identifiers`; `label` is the name for people, `short_label`
    the one beside an identifier. `pattern` matches a bare identifier; its first group is what
    `normalize` turns into the canonical form. `url` and `prefixed` match texts that contain an
    identifier in their first group; `prefixed` is None if there is no such form. `page` is the
    beginning of the address of a work's page, and `doi_prefixes` are the beginnings of the DOIs
    that contain an identifier of this kind. `keys` are the keys of notes that name the scheme,
    without case and separators; `shared_keys` are those of them that other systems use too.

    `is_number` tells that a bare identifier is a number, which only a key of the scheme tells from
    any other. `names_work` is False where an identifier may be that of a volume of which the work
    is a part: then it is evidence in a note, even under its key.

    `trim` removes what the text around it leaves at the end of an identifier in a note. Services
    send identifiers alone, so nothing is removed from theirs.
    """

    name: SchemeName
    label: str
    short_label: str
    pattern: re.Pattern[str]
    normalize: Callable[[str], str | None]
    url: re.Pattern[str]
    prefixed: re.Pattern[str] | None
    page: str
    keys: tuple[str, ...]
    shared_keys: tuple[str, ...] = ()
    doi_prefixes: tuple[str, ...] = ()
    trim: Callable[[str], str] = str
    is_number: bool = False
    names_work: bool = True

    def bare(self, text: str) -> str | None:
        """Return the canonical form of a bare identifier; None for any other text."""
        found = self.pattern.fullmatch(text)
        return self.normalize(found[1]) if found else None

    def canonical(self, text: str | None) -> str | None:
        """Return the canonical form of an identifier that is bare, behind its prefix or in a URL;
        None for any other text."""
        text = (text or "").strip()
        found = self.url.match(text) or (self.prefixed and self.prefixed.match(text))
        return self.bare(found[1] if found else text)

    def of_doi(self, doi: str | None) -> str | None:
        """Return the identifier that a DOI in canonical form contains; None where it has none."""
        behind = ((doi or "").removeprefix(prefix) for prefix in self.doi_prefixes)
        return next((self.bare(rest) for rest in behind if rest != (doi or "")), None)

    def address(self, identifier: str) -> str:
        """Return the address of the page of a work."""
        return self.page + quote(identifier, safe="/:().;+_-", errors="replace")


def published_dblp(text: str | None) -> str | None:
    """Return DBLP's key of a publication; None for any other text and for the key of a preprint,
    which would contradict the key of the same work in its proceedings."""
    key = DBLP.canonical(text)
    return None if key is None or key.startswith("journals/corr/") else key


def _bare_arxiv(identifier: str) -> str:
    """Drop the subject class: `math.GT/0309136` and `math/0309136` are the same."""
    archive, slash, number = identifier.lower().partition("/")
    return archive.partition(".")[0] + slash + number if slash else archive


def _bare_acl(identifier: str) -> str:
    return identifier.upper() if identifier[0].isalpha() else identifier.lower()


def _bare_pmcid(digits: str) -> str:
    return f"PMC{digits}"


def _bare_isbn(text: str) -> str | None:
    """Return the thirteen digits of an ISBN; None if its check digit is wrong."""
    digits = re.sub(r"[^0-9X]", "", text.upper())
    if len(digits) == 10:
        values = [10 if digit == "X" else int(digit) for digit in digits]
        if sum(value * (10 - place) for place, value in enumerate(values)) % 11:
            return None
        digits = f"978{digits[:9]}"
        return digits + _isbn_check(digits)
    return digits if digits[12:] == _isbn_check(digits[:12]) else None


def _isbn_check(digits: str) -> str:
    """Return the check digit of the first twelve digits of an ISBN."""
    weighted = (int(digit) * (1, 3)[place % 2] for place, digit in enumerate(digits))
    return str(-sum(weighted) % 10)


def _trim_doi(doi: str) -> str:
    """Remove the punctuation and brackets of a sentence, and what a publisher's page adds."""
    doi = re.split(r"[?#\"]", doi, maxsplit=1)[0]
    while doi and (doi[-1] in ".,;:'*_/]}" or (doi[-1] == ")" and doi.count("(") < doi.count(")"))):
        doi = doi[:-1]
    return doi


# The grammars are the services' own: arxiv.org/help/arxiv_identifier, the DOI Handbook 2.2,
# aclanthology.org/info/ids, docs.openalex.org ("OpenAlex ID"), dblp.org/faq (record keys),
# pmc.ncbi.nlm.nih.gov/about/public-access-info (PMID and PMCID); the CorpusID is Semantic
# Scholar's, as its own pages and API write it; the ISBN Users' Manual.
ARXIV_NUMBER = r"\d\d(?:0[1-9]|1[0-2])\.\d{4,5}"
"""The pattern of arXiv's identifiers since 2007, without version."""
DOI_PREFIX = r"10\.\d{4,9}"
"""The pattern of what stands before the slash of a DOI."""
ARXIV_DOI = "10.48550/arxiv."
"""What the DOIs that arXiv gives begin with; its own identifier follows."""
_ARXIV = rf"{ARXIV_NUMBER}|[a-z]+(?:-[a-z]+)?(?:\.[A-Z]{{2}})?/\d{{7}}"
_ACL = r"[A-Z]\d{2}-\d{4,5}|\d{4}\.[a-z][a-z0-9_]*-[a-z0-9_]+\.\d{1,4}"
_OPENALEX = r"W[1-9]\d{0,12}"
_DBLP = r"(?:books|conf|data|journals|ms|phd|reference|series|tr|www)(?:/[\w.+-]{1,100}){1,3}"
_S2 = "[0-9a-f]{40}"
_PMID = r"[1-9]\d{0,7}"
_PMCID = r"(?:PMC)?([1-9]\d{2,8})(?:\.\d+)?"
_ISBN = r"97[89](?:[\s-]?\d){10}|\d(?:[\s-]?\d){8}[\s-]?[\dX]"
_CORPUS = r"[1-9]\d{0,10}"
_END = r"(?=$|[?#/])"
_WEB = r"(?:https?:)?//(?:www\.)?"

S2 = Scheme(
    name="s2",
    label="Semantic Scholar",
    short_label="S2",
    pattern=re.compile(rf"({_S2})", _FLAGS),
    normalize=str.lower,
    url=re.compile(rf"{_WEB}(?:api\.)?semanticscholar\.org/(?:[^?#]*/)?({_S2}){_END}", _FLAGS),
    prefixed=None,
    page="https://www.semanticscholar.org/paper/",
    keys=("s2", "s2id", "s2paperid", "semanticscholar", "semanticscholarid", "paperid"),
    shared_keys=("paperid",),
)
DOI = Scheme(
    name="doi",
    label="DOI",
    short_label="DOI",
    pattern=re.compile(rf"({DOI_PREFIX}/[!-~]{{1,200}})", _FLAGS),
    normalize=str.lower,
    url=re.compile(rf"{_WEB}(?:dx\.)?doi\.org/(?:doi:)?({DOI_PREFIX}/\S+)$", _FLAGS),
    prefixed=re.compile(rf"(?:doi\s*:\s*)?({DOI_PREFIX}/\S+)$", _FLAGS),
    page="https://doi.org/",
    keys=("doi",),
    trim=_trim_doi,
)
ARXIV = Scheme(
    name="arxiv",
    label="arXiv",
    short_label="arXiv",
    pattern=re.compile(rf"({_ARXIV})(?:v\d+)?", _FLAGS),
    normalize=_bare_arxiv,
    url=re.compile(
        rf"{_WEB}(?:[a-z]+\.)?(?:arxiv\.org/(?:abs|pdf|html|format|ps|src|e-print)"
        r"|alphaxiv\.org/(?:[a-z]{2}/)?(?:abs|pdf|html|overview)"
        r"|(?:huggingface|hf)\.co/papers|ar5iv(?:\.labs)?(?:\.arxiv)?\.org/(?:abs|html))"
        rf"/({_ARXIV})(?:v\d+)?(?:\.pdf)?{_END}",
        _FLAGS,
    ),
    prefixed=re.compile(rf"arxiv\s*:\s*({_ARXIV})(?:v\d+)?(?=$|[\s\[])", _FLAGS),
    page="https://arxiv.org/abs/",
    keys=("arxiv", "arxivid", "eprint"),
    shared_keys=("eprint",),
    doi_prefixes=(ARXIV_DOI,),
)
ACL = Scheme(
    name="acl",
    label="ACL Anthology",
    short_label="ACL",
    pattern=re.compile(rf"({_ACL})", _FLAGS),
    normalize=_bare_acl,
    url=re.compile(
        rf"{_WEB}(?:aclanthology\.(?:org|info)|aclweb\.org/anthology)/(?:papers/)?({_ACL})"
        rf"(?:v\d+)?(?:\.pdf|\.bib)?{_END}",
        _FLAGS,
    ),
    prefixed=re.compile(rf"acl\s*:\s*({_ACL})$", _FLAGS),
    page="https://aclanthology.org/",
    keys=("acl", "aclid", "aclanthology", "anthologyid"),
    doi_prefixes=("10.18653/v1/", "10.3115/v1/"),
)
OPENALEX = Scheme(
    name="openalex",
    label="OpenAlex",
    short_label="OpenAlex",
    pattern=re.compile(rf"({_OPENALEX})", _FLAGS),
    normalize=str.upper,
    url=re.compile(rf"{_WEB}(?:api\.)?openalex\.org/(?:works/)?({_OPENALEX}){_END}", _FLAGS),
    prefixed=re.compile(rf"openalex\s*:\s*({_OPENALEX})$", _FLAGS),
    page="https://openalex.org/",
    keys=("openalex", "openalexid"),
)
DBLP = Scheme(
    name="dblp",
    label="DBLP",
    short_label="DBLP",
    pattern=re.compile(rf"({_DBLP})", re.ASCII),
    normalize=str,
    url=re.compile(
        rf"{_WEB}(?:dblp\.org|dblp\.uni-trier\.de|dblp\.dagstuhl\.de)/rec/"
        r"(?:html/|bibtex/|xml/)?([^?#]+?)(?:\.(?:html|bib|xml|rdf))?(?=$|[?#])",
        re.ASCII,
    ),
    prefixed=re.compile(rf"(?i:dblp)\s*:\s*({_DBLP})$", re.ASCII),
    page="https://dblp.org/rec/",
    keys=("dblp", "dblpid", "dblpkey"),
)

PMID = Scheme(
    name="pmid",
    label="PubMed",
    short_label="PMID",
    pattern=re.compile(rf"({_PMID})", _FLAGS),
    normalize=str,
    url=re.compile(
        rf"{_WEB}(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:[a-z]+\.)?ncbi\.nlm\.nih\.gov/(?:m/)?pubmed"
        rf"|europepmc\.org/(?:article|abstract)/med)/({_PMID}){_END}",
        _FLAGS,
    ),
    prefixed=re.compile(rf"(?:pmid|pubmed)\s*:\s*({_PMID})$", _FLAGS),
    page="https://pubmed.ncbi.nlm.nih.gov/",
    keys=("pmid", "pubmed", "pubmedid"),
    is_number=True,
)
PMCID = Scheme(
    name="pmcid",
    label="PubMed Central",
    short_label="PMCID",
    pattern=re.compile(_PMCID, _FLAGS),
    normalize=_bare_pmcid,
    url=re.compile(
        rf"{_WEB}(?:(?:[a-z]+\.)?ncbi\.nlm\.nih\.gov/(?:pmc/)?articles"
        rf"|europepmc\.org/(?:articles|(?:article|abstract)/pmc))/{_PMCID}{_END}",
        _FLAGS,
    ),
    prefixed=re.compile(rf"(?:pmcid\s*:\s*|(?=pmc)){_PMCID}$", _FLAGS),
    page="https://pmc.ncbi.nlm.nih.gov/articles/",
    keys=("pmcid", "pubmedcentral", "pubmedcentralid"),
    is_number=True,
)
CORPUS = Scheme(
    name="corpus",
    label="Semantic Scholar's corpus",
    short_label="CorpusID",
    pattern=re.compile(rf"({_CORPUS})", _FLAGS),
    normalize=str,
    url=re.compile(
        rf"{_WEB}(?:api\.)?semanticscholar\.org/(?:[^?#]*/)?corpusid:({_CORPUS}){_END}", _FLAGS
    ),
    prefixed=re.compile(rf"(?:s2\s*)?corpus\s*(?:id)?\s*:\s*({_CORPUS})$", _FLAGS),
    page="https://api.semanticscholar.org/CorpusID:",
    keys=("corpusid", "s2corpusid"),
    is_number=True,
)
ISBN = Scheme(
    name="isbn",
    label="ISBN",
    short_label="ISBN",
    pattern=re.compile(rf"({_ISBN})", _FLAGS),
    normalize=_bare_isbn,
    url=re.compile(rf"{_WEB}(?:openlibrary|isbnsearch)\.org/isbn/({_ISBN}){_END}", _FLAGS),
    prefixed=re.compile(rf"(?:urn:)?isbn(?:-1[03])?\s*:?\s*({_ISBN})$", _FLAGS),
    page="https://openlibrary.org/isbn/",
    keys=("isbn", "isbn10", "isbn13"),
    is_number=True,
    names_work=False,
)

SCHEMES: Mapping[str, Scheme] = MappingProxyType(
    {
        scheme.name: scheme
        for scheme in (S2, DOI, ARXIV, ACL, OPENALEX, DBLP, PMID, PMCID, CORPUS, ISBN)
    }
)
"""Every scheme by its name, in the order of the attributes of `model.Identifiers`."""
