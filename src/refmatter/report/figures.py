"""Compute the figures of the reports: shares, years, venues, ages."""

from __future__ import annotations

from refmatter.report.labels import counted, plain
from refmatter.report.report_model import ReportModel


def share(part: int, whole: int) -> str:
    """Return a share in per cent that says 0 and 100 only of none and all."""
    if not whole:
        return "–"
    exact = 100 * part / whole
    return f"{min(max(round(exact), 1), 99) if 0 < part < whole else round(exact)} %"


def per_cent(part: int, whole: int) -> float:
    """Return a share as the length of a bar, in per cent."""
    return round(100 * part / whole, 1) if whole else 0.0


def ages(report: ReportModel) -> list[tuple[str, int]]:
    """Return how old citation counts are, in words; the youngest first."""
    words = (
        "up to a week",
        "up to 30 days",
        "up to 90 days",
        "up to a year",
        "up to 2 years",
        "up to 5 years",
        "older",
    )
    groups = list(zip(words, report.ages, strict=True))
    return [*groups, ("not known", report.undated)] if report.undated else groups


def venues(report: ReportModel, most: int = 12) -> list[tuple[str, int]]:
    """Return the venues that most notes have."""
    named = ((name, count) for name, count in report.venues.items() if name)
    ranked = sorted(named, key=lambda pair: (-pair[1], pair[0]))
    return [(plain(name, 80), count) for name, count in ranked[:most]]


def other_venues(report: ReportModel, most: int = 12) -> str:
    """Return how many notes have another venue than those, or none."""
    named = sum(report.venues.values()) - report.venues.get("", 0)
    others = len(report.venues) - ("" in report.venues) - most
    rest = named - sum(count for _, count in venues(report, most))
    parts = [f"{counted(rest, 'note')} in {counted(others, 'other venue')}"] if others > 0 else []
    without = report.venues.get("", 0)
    parts += [f"{counted(without, 'note')} without a venue"] if without else []
    return f"{'; '.join(parts)}." if parts else ""


def years(report: ReportModel, most: int = 50) -> list[tuple[str, int]]:
    """Return the number of notes by year, without a gap: at most `most` years back from the newest
    one that is not in the future, with older and younger years summed."""
    counts = {year: n for year, n in report.years.items() if year is not None}
    now = int(report.day[:4]) + 1 if report.day else max(counts, default=0)
    past = [year for year in counts if year <= now] or list(counts)
    if not past:
        return []
    last = max(past)
    first = max(min(past), last - most + 1)
    rows = [(str(year), counts.get(year, 0)) for year in range(first, last + 1)]
    older = sum(n for year, n in counts.items() if year < first)
    later = sum(n for year, n in counts.items() if year > last)
    return [
        *([(f"before {first}", older)] if older else []),
        *rows,
        *([(f"after {last}", later)] if later else []),
    ]
