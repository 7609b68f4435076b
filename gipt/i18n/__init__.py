"""Languages: which one is in use, what a message says in it, how it writes dates and numbers.

Other modules import from here only. In Python: `from gipt.i18n import gettext as _, ngettext, pgettext`;
text is marked where it is written, with `%(name)s` and `%(name)d` as the only placeholders.
"""

from gipt.i18n.catalogs import Shelf, Translation, catalog_folders, shelf, use_shelf
from gipt.i18n.current import (
    PLAIN,
    STYLE_FINDER,
    DateStyle,
    current_digits,
    current_language,
    current_style,
    find_language,
    language,
    languages,
    negotiate,
    use_language,
)
from gipt.i18n.formats import (
    digits_to_ascii,
    format_date,
    format_datetime,
    format_list,
    format_number,
    format_percent,
    format_time,
    local_digits,
    usual_time,
    week_order,
    weekday_name,
    write_date,
)
from gipt.i18n.messages import (
    N_,
    NC_,
    Marked,
    find,
    gettext,
    lazy_gettext,
    lazy_ngettext,
    lazy_pgettext,
    ngettext,
    npgettext,
    pgettext,
)
from gipt.i18n.registry import Language
from gipt.i18n.templates import init_app

__all__ = [
    "NC_",
    "N_",
    "PLAIN",
    "STYLE_FINDER",
    "DateStyle",
    "Language",
    "Marked",
    "Shelf",
    "Translation",
    "catalog_folders",
    "current_digits",
    "current_language",
    "current_style",
    "digits_to_ascii",
    "find",
    "find_language",
    "format_date",
    "format_datetime",
    "format_list",
    "format_number",
    "format_percent",
    "format_time",
    "gettext",
    "init_app",
    "language",
    "languages",
    "lazy_gettext",
    "lazy_ngettext",
    "lazy_pgettext",
    "local_digits",
    "negotiate",
    "ngettext",
    "npgettext",
    "pgettext",
    "shelf",
    "use_language",
    "use_shelf",
    "usual_time",
    "week_order",
    "weekday_name",
    "write_date",
]
