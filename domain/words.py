"""The short texts that events hold: names, labels and codes."""

from typing import Annotated

from pydantic import StringConstraints

PRINTED = r"^[^\x00]*[^\s\x00][^\x00]*$"
"""Not blank, and without U+0000, which PostgreSQL's text cannot hold."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=PRINTED)]
"""What something is called, as its owner writes it; never blank."""

Label = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=PRINTED)]
"""A product, a territory, an industry: a word of the tenant's own lists."""

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
"""A word for programs, such as `price` or `hubspot`: lower case, digits, dots and hyphens."""
