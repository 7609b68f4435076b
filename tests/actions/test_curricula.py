"""Publishing and adopting guides."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from gipt.actions.curricula import adopt_curriculum, publish_curriculum, retire_curriculum
from gipt.actions.safety_protocols import adopt_protocol
from gipt.content.protocol_skeleton import SKELETON
from gipt.db import db
from gipt.domain.problems import Invalid, NotAllowed, NotFound, Unknown
from gipt.models import CurriculumVersion, SafetyProtocol
from gipt.queries.curricula import published
from gipt.queries.programme import find_readiness
from tests.actions.safety_cast import PROTOCOL, adopt
from tests.cast import NOW, Cast


def publish(cast: Cast, curriculum: str = "who-8", role: str = "clinical_lead") -> str:
    return publish_curriculum(curriculum=curriculum, by=cast.actor(role), now=NOW)


def test_the_same_content_is_published_once_and_reads_back_whole(cast: Cast) -> None:
    version_id = publish(cast)
    assert publish(cast) == version_id
    version = db.session.get(CurriculumVersion, version_id)
    assert version is not None
    assert published(version.content_hash).sessions == 8


def test_an_unknown_guide_is_named(cast: Cast) -> None:
    with pytest.raises(Unknown):
        publish(cast, "no-such")


@pytest.mark.parametrize("role", ["facilitator", "coordinator", "me"])
def test_others_do_not_publish(cast: Cast, role: str) -> None:
    with pytest.raises(NotAllowed):
        publish(cast, role=role)


@pytest.mark.parametrize("role", ["admin", "coordinator", "supervisor"])
def test_only_the_clinical_lead_adopts(cast: Cast, role: str) -> None:
    version_id = publish(cast)
    with pytest.raises(NotAllowed):
        adopt_curriculum(version_id=version_id, by=cast.actor(role), now=NOW)
    assert find_readiness().adopted == 0


def test_adopting_is_recorded_and_retiring_ends_it(cast: Cast) -> None:
    version_id, lead = publish(cast), cast.actor("clinical_lead")
    adopt_curriculum(version_id=version_id, by=lead, now=NOW)
    version = db.session.get(CurriculumVersion, version_id)
    assert version is not None
    assert (version.status, version.adopted_by_id, version.adopted_at) == ("approved", lead.staff_id, NOW)
    retire_curriculum(version_id=version_id, by=lead, now=NOW)
    assert find_readiness().adopted == 0


def test_a_missing_version_is_missing(cast: Cast) -> None:
    with pytest.raises(NotFound):
        adopt_curriculum(version_id="0" * 32, by=cast.actor("clinical_lead"), now=NOW)


def test_a_file_that_calls_itself_approved_still_has_to_be_adopted(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Path(__file__).parents[2] / "curricula" / "preset-6"
    folder = tmp_path / "preset-6"
    folder.mkdir()
    for path in source.iterdir():
        text = path.read_text("utf-8").replace('status = "draft"', 'status = "approved"')
        (folder / path.name).write_text(text, "utf-8")
    monkeypatch.setenv("GIPT_CURRICULA", str(tmp_path))
    version = db.session.get(CurriculumVersion, publish(cast, "preset-6"))
    assert version is not None
    assert version.content["status"] == "approved"
    assert version.status == "clinically_reviewed"


# The safety protocol


def test_the_skeleton_is_never_in_force_by_itself(cast: Cast) -> None:
    assert "protocol" in find_readiness().missing
    with pytest.raises(Invalid):
        adopt_protocol(protocol=SKELETON, language="en", by=cast.actor("clinical_lead"), now=NOW)


def test_every_version_of_the_protocol_is_kept(cast: Cast) -> None:
    first = adopt(cast)
    assert adopt(cast) == first
    adopt_protocol(protocol=PROTOCOL, language="fr", by=cast.actor("admin"), now=NOW)
    assert list(db.session.scalars(sa.select(SafetyProtocol.version).order_by(SafetyProtocol.version))) == [
        1,
        2,
    ]


@pytest.mark.parametrize("role", ["coordinator", "supervisor", "facilitator"])
def test_others_do_not_adopt_a_protocol(cast: Cast, role: str) -> None:
    with pytest.raises(NotAllowed):
        adopt_protocol(protocol=PROTOCOL, language="en", by=cast.actor(role), now=NOW)
