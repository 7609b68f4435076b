"""What the register offers beside a tick is what it reads."""

import pytest

from gipt.web.forms.registers import DETAILS, KEPT, detail_options


@pytest.mark.parametrize("made_up", [False, True])
def test_every_detail_that_is_offered_is_read(made_up: bool) -> None:
    offered = [code for code, _words in detail_options(made_up=made_up)]
    assert offered == [*DETAILS, *([KEPT] if made_up else [])]
