"""A stand-in for the scholarly services, answering over a real socket."""

from scholar.corpus import Corpus, Record, from_catalogue, small
from scholar.faults import Fault
from scholar.server import Entry, Server, serve

__all__ = ["Corpus", "Entry", "Fault", "Record", "Server", "from_catalogue", "serve", "small"]
