"""The sites that an import may write to, and where in a sheet a fault of a row stands."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from gipt.db import db
from gipt.domain.access import Actor, Permission, sites_for
from gipt.domain.names import normalise_name
from gipt.intake.grid import address
from gipt.intake.recognise import TableGuess
from gipt.intake.results import RowResult
from gipt.intake.sentences import column_label
from gipt.models import Site
from gipt.queries.import_plans import with_problem
from gipt.queries.scope import at_sites

SITES_NAMED = 4
"""So many codes are named in a sentence; a longer list helps nobody."""


@dataclass(frozen=True, slots=True)
class ImportSite:
    """One site that the person may import for."""

    site_id: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ImportSites:
    """The sites that the person may import for, found by code or name; `fallback` is for rows that name none."""

    sites: tuple[ImportSite, ...]
    fallback: str | None = None

    def find(self, text: str) -> ImportSite | None:
        """Find a site by its code or name; None for unknown and foreign ones alike."""
        wanted = normalise_name(text)
        by_code = (one for one in self.sites if normalise_name(one.code) == wanted)
        return next(by_code, next((one for one in self.sites if normalise_name(one.name) == wanted), None))

    @property
    def default(self) -> ImportSite | None:
        """Give the site of rows that name none: the chosen one, or the only one there is."""
        if self.fallback:
            return next((one for one in self.sites if one.site_id == self.fallback), None)
        return self.sites[0] if len(self.sites) == 1 else None

    @property
    def ids(self) -> frozenset[str]:
        """Give the ids of the sites."""
        return frozenset(one.site_id for one in self.sites)

    @property
    def known(self) -> str:
        """Give the codes as a sentence names them."""
        codes = [one.code for one in self.sites]
        return ", ".join(codes[:SITES_NAMED]) + ("…" if len(codes) > SITES_NAMED else "")


def import_sites(by: Actor, fallback: str | None = None) -> ImportSites:
    """Give the active sites at which the actor may import."""
    rows = db.session.execute(
        sa.select(Site.id, Site.code, Site.name)
        .where(Site.active.is_(True), at_sites(Site.id, sites_for(by, Permission.IMPORT)))
        .order_by(Site.code)
    )
    return ImportSites(tuple(ImportSite(*row) for row in rows), fallback)


@dataclass(frozen=True, slots=True)
class Headings:
    """Where the fields of each sheet stand, so that a fault names its cell."""

    guesses: dict[int, TableGuess]

    def fault(
        self, row: RowResult, field: str, code: str, *, blocking: bool = True, **details: object
    ) -> RowResult:
        """Give the row with a fault at one of its fields; field "" means the row."""
        guess = self.guesses[row.sheet]
        found = next((one for one in guess.columns if one.field == field), None)
        label = column_label(guess.table, field, found.header if found else "") if field else ""
        cell = address(row.row, found.column) if found else ""
        return with_problem(row, code, column=label, cell=cell, blocking=blocking, **details)


def headings_of(guesses: Sequence[TableGuess]) -> Headings:
    """Give the headings of the sheets of an import."""
    return Headings({guess.sheet: guess for guess in guesses})
