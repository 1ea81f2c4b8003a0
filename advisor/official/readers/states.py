"""What is known of a state's code: how it is cited, who publishes it, and where a section can be read.

The addresses are the legislatures' own pages; compilations and mirrors are never shown to users.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

__all__ = ["StateCode", "state_code"]


@dataclass(frozen=True)
class StateCode:
    """How one state's statutes are cited and linked.

    Attributes:
        cite: Citation with `{section}`.
        publisher: The body that publishes the code.
        page: Address with `{section}`, `{chapter}`, `{padded}` (section padded to five digits) where needed.
    """

    cite: str
    publisher: str
    page: str

    def citation(self, section: str) -> str:
        """Return the citation of a section."""
        return self.cite.format(section=section)

    def url(self, section: str) -> str:
        """Return the publisher's page of a section."""
        head = re.match(r"[\dA-Za-z]+", section)
        chapter = head[0] if head else section
        padded = section.zfill(5)
        return self.page.format(section=section, chapter=chapter, chapter4=chapter.zfill(4), padded=padded)


_CODES: Final[dict[str, StateCode]] = {
    "alaska": StateCode("Alaska Stat. § {section}", "Alaska State Legislature", "https://www.akleg.gov/basis/statutes.asp#{section}"),
    "florida": StateCode(
        "Fla. Stat. § {section}",
        "Florida Legislature",
        "http://www.leg.state.fl.us/statutes/index.cfm?App_mode=Display_Statute&URL=0400-0499/{chapter4}/{chapter4}.html&Title={section}",
    ),
    "hawaii": StateCode("Haw. Rev. Stat. § {section}", "Hawaii State Legislature", "https://www.capitol.hawaii.gov/docs/HRS.htm"),
    "idaho": StateCode(
        "Idaho Code § {section}",
        "Idaho Legislature",
        "https://legislature.idaho.gov/statutesrules/idstat/Title54/T54CH18/SECT{section}/",
    ),
    "iowa": StateCode("Iowa Code § {section}", "Iowa Legislature", "https://www.legis.iowa.gov/docs/code/{section}.pdf"),
    "missouri": StateCode(
        "Mo. Rev. Stat. § {section}", "Missouri Revisor of Statutes", "https://revisor.mo.gov/main/OneSection.aspx?section={section}"
    ),
    "north dakota": StateCode(
        "N.D. Cent. Code § {section}", "North Dakota Legislative Branch", "https://ndlegis.gov/cencode/t43c17.html"
    ),
    "tennessee": StateCode("Tenn. Code Ann. § {section}", "State of Tennessee", "https://www.tn.gov/tga/statutes.html"),
    "vermont": StateCode(
        "26 V.S.A. § {section}", "Vermont General Assembly", "https://legislature.vermont.gov/statutes/section/26/023/{padded}"
    ),
    "virginia": StateCode("Va. Code § {section}", "Virginia Law", "https://law.lis.virginia.gov/vacode/{section}/"),
    "washington": StateCode("RCW {section}", "Washington State Legislature", "https://app.leg.wa.gov/RCW/default.aspx?cite={section}"),
    "wyoming": StateCode("Wyo. Stat. § {section}", "Wyoming Legislature", "https://wyoleg.gov/statutes/compress/title33.pdf"),
    "connecticut": StateCode("Conn. Gen. Stat. § {section}", "Connecticut General Assembly", "https://www.cga.ct.gov/current/pub/chap_370.htm"),
    "south carolina": StateCode("S.C. Code § {section}", "South Carolina Legislature", "https://www.scstatehouse.gov/code/t40c047.php"),
    "south dakota": StateCode("SDCL {section}", "South Dakota Legislature", "https://sdlegislature.gov/Statutes/{section}"),
    "new mexico": StateCode("NMSA 1978, § {section}", "New Mexico Compilation Commission", "https://nmonesource.com"),
}  # fmt: skip


def state_code(name: str) -> StateCode:
    """Return what is known of a state, or a plain form of citation for one that is not in the table."""
    known = _CODES.get(name.lower().replace("-", " ").strip())
    return known or StateCode(f"{name.title()} Code § {{section}}", f"State of {name.title()}", "")
