"""Pages for people: where the publisher shows a cited place.

The address forms are the publishers' own; none is a mirror. Anchors: the eCFR names a paragraph
"p-62.27(c)(1)(ii)", the Office of the Law Revision Counsel "substructure-location_l_1_B".
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from advisor.official.citation import Citation

__all__ = ["ECFR_PAGES", "link_for"]

ECFR_PAGES: Final = "https://www.ecfr.gov/current"
_USC_PAGE: Final = (
    "https://uscode.house.gov/view.xhtml?req=granuleid:USC-prelim-title{title}-section{section}&num=0&edition=prelim"
)
_USC_TITLE: Final = "https://uscode.house.gov/browse/prelim@title{title}&edition=prelim"
_FAM_PAGE: Final = "https://fam.state.gov/FAM/09FAM/09FAM{chapter:04d}{section:02d}.html"


def link_for(citation: Citation) -> str:
    """Return the publisher's page for a citation, as deep as the page has anchors."""
    place = citation.usc().start()
    if place.system == "CFR":
        return _cfr(place)
    if place.system == "FAM":
        return _fam(place)
    if place.system == "INA":
        return "https://uscode.house.gov/browse/prelim@title8&edition=prelim"
    if not place.section:
        return _USC_TITLE.format(title=place.title)
    page = _USC_PAGE.format(title=place.title, section=place.section)
    labels = [label for label in place.labels if not label.startswith('"')]
    return f"{page}#substructure-location_{'_'.join(labels)}" if labels else page


def _cfr(place: Citation) -> str:
    page = f"{ECFR_PAGES}/title-{place.title}"
    if not place.section:
        return page
    if place.division.startswith("Appendix"):
        name = f"Appendix {place.division.split()[1]} to Part {place.section}"
        return f"{page}/part-{place.section}/appendix-{quote(name)}"
    if place.division:
        return f"{page}/part-{place.section}/subpart-{place.division.split()[-1]}"
    if "." not in place.section:
        return f"{page}/part-{place.section}"
    page = f"{page}/section-{place.section}"
    labels: list[str] = []
    for label in place.labels:
        if label.startswith('"'):
            break
        labels.append(f"({label})")
    return f"{page}#p-{place.section}{''.join(labels)}" if labels else page


def _fam(place: Citation) -> str:
    chapter, _, rest = place.section.partition(".")
    section, _, subsection = rest.partition("-")
    if not section:
        return "https://fam.state.gov/Volumes/Details/09FAM"
    page = _FAM_PAGE.format(chapter=int(chapter), section=int(section))
    if not subsection:
        return page
    letters = [label for label in place.labels[:2] if not label.startswith('"')]
    return f"{page}#M{'_'.join([chapter, section, subsection, *letters])}"
