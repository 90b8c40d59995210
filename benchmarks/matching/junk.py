"""What stands where a title should: headings and garbage."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from benchmarks.matching.works import Work

HEADINGS = (
    "Introduction", "References", "Abstract", "Conclusion", "Conclusions", "Related Work",
    "Background", "Acknowledgments", "Acknowledgements", "Appendix", "Appendix A", "Methods",
    "Method", "Experiments", "Results", "Discussion", "Bibliography", "Further Reading",
    "Table of Contents", "Preface", "Foreword", "Editorial", "Guest Editorial", "Index",
    "Supplementary Material", "Supplementary Materials", "Evaluation", "Future Work",
    "Limitations", "Ethics Statement", "Data Availability", "Notation", "Preliminaries",
    "Problem Formulation", "Implementation Details", "Related Papers", "Summary", "Overview",
    "Main Contributions", "Key Insights", "My Notes", "TODO", "To Read", "Untitled", "Unknown",
    "Proceedings of the Workshop", "Proceedings of the Conference", "Technical Report",
    "Ph.D. Thesis", "PhD thesis", "Master's Thesis", "Unpublished manuscript", "In preparation",
    "Personal communication", "Lecture Notes", "Private communication", "Submitted",
    "Working paper",
    "Proceedings of the 57th Annual Meeting of the Association for Computational Linguistics",
    "Proceedings of the IEEE Conference on Computer Vision and Pattern Recognition",
    "Proceedings of the International Conference on Machine Learning",
    "Advances in Neural Information Processing Systems", "Lecture Notes in Computer Science",
    "Journal of Machine Learning Research", "arXiv preprint", "CoRR", "Software", "Website",
    "Natural Language Processing", "Language Models", "Neural Networks", "Datasets", "Survey",
    "Artificial Intelligence", "Computer Science", "Front Matter", "Keynote", "Invited Talk",
    "Poster Session", "Errata", "Book Review",
)  # fmt: skip
_NUMBERS = ("", "", "", "", "1 ", "1. ", "2. ", "A. ", "## ", "§ ")


def generic(chance: Random) -> str:
    """A heading, or the name of a field or of a series."""
    return chance.choice(_NUMBERS) + chance.choice(HEADINGS)


def garbage(chance: Random, works: Sequence[Work]) -> str:
    """What a parser leaves: venues, pages, links, names, loose words."""
    work = chance.choice(works)
    volume, page = chance.randint(1, 60), chance.randint(1, 900)
    year, number = chance.randint(1985, 2023), chance.randint(1000, 99999)
    names = ", ".join(f"{name.split()[0][0]}. {name.split()[-1]}" for name in work.authors[:4])
    words = [chance.choice(chance.choice(works).words) for _ in range(chance.randint(2, 6))]
    letters = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz    ", k=chance.randint(6, 30)))
    return chance.choice((
        f"{work.venue or 'ACM'} {year}, pp. {page}-{page + 9}",
        f"vol. {volume}, no. {volume % 12 + 1}, pp. {page}–{page + 12}, {year}",
        f"https://www.example.org/papers/{number}.pdf",
        f"http://dx.doi.org/10.{number}/{page}.{volume}",
        f"doi:10.{number}/j.{letters[:4].strip()}.{year}.{volume:02}.{page:03}",
        names or "et al.",
        f"{names}, et al. ({year})",
        f"{(names or 'N. N.').split(',')[0]} et al., {year}",
        " ".join(words),
        " ".join(words),
        " ".join(words).capitalize(),
        " ".join(letters.split()),
        f"Retrieved {volume % 28 + 1} May {year} from",
        f"[{volume}]",
        f"{page}",
        f"ISBN 978-{number}-{page}-{volume}",
        f"In {work.venue or 'IEEE Trans.'}",
        f"Figure {volume % 9 + 1}: {' '.join(words[:3])}",
        f"??? {words[0]} ???",
        f"{words[0]} and {words[1]}",
    ))  # fmt: skip
