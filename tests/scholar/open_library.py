"""Answers as the Books API of Open Library does: the books of the ISBNs asked for.

It knows the works with an ISBN. What it does not know is missing from the answer, which is `{}`
where it knows nothing. Not modelled: other keys than ISBNs, other values of `jscmd` than `data`.
"""

from __future__ import annotations

from scholar.corpus import Corpus, Record
from scholar.exchange import Reply, Request, json_reply


def answer(corpus: Corpus, request: Request) -> Reply:
    if request.method != "GET" or request.path != "/api/books":
        return Reply(404, b"<html><body>Not Found</body></html>", "text/html")
    if request.params.get("format") != "json":
        return Reply(200, b"var _OLBookInfo = {};", "text/javascript")
    keys = request.params.get("bibkeys", "").split(",")
    books = ((key, corpus.by_id.get(("isbn", key.removeprefix("ISBN:")))) for key in keys)
    return json_reply(200, {key: _book(record) for key, record in books if record})


def ids(request: Request) -> int:
    return len([key for key in request.params.get("bibkeys", "").split(",") if key])


def trouble(status: int) -> Reply:
    words = {403: "Forbidden", 429: "Too Many Requests"}.get(status, "Internal Server Error")
    return Reply(status, f"<html><body><h1>{words}</h1></body></html>".encode(), "text/html")


def _book(record: Record) -> dict[str, object]:
    title, _, subtitle = record.title.partition(": ")
    names = record.full_names or record.authors
    said: dict[str, object] = {
        "url": f"https://openlibrary.org/books/OL{record.work_number}M",
        "title": title,
        "authors": [{"name": name} for name in names],
        "publishers": [{"name": "A Press"}],
        "publish_date": f"March {record.year}",
        "identifiers": {"isbn_13": [record.isbn]},
    }
    return said | ({"subtitle": subtitle} if subtitle else {})
