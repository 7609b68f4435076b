"""The guide page with many languages: time and memory with 10 languages and 3 adaptations against one language.

Each side runs in a process of its own on the same database and catalogs; the one asks for a single language, the other
goes round all of them, words and interface. Translations are the pseudo language's, as long as real ones.
"""

import json
import re
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import sqlalchemy as sa
from flask.testing import FlaskClient

from gipt import create_app
from gipt.actions.translations import publish_translation
from gipt.config import Settings
from gipt.content import catalogs
from gipt.db import db
from gipt.domain.access import OPERATOR
from gipt.i18n import find_language
from gipt.i18n.catalogs import MESSAGES, as_texts
from gipt.i18n.lint import Plural
from gipt.i18n.pseudo import pseudo
from gipt.i18n.registry import load_registry
from gipt.models import Assignment, CurriculumVersion, Cycle, CycleGuide, Session, Staff
from tests.bench.scene import Scene, browser
from tests.conftest import KEYS

GUIDE = "curriculum-who-8"
LANGUAGES = ("fr", "ar", "sw", "am", "ne", "es", "pt", "lg", "ach", "fr_CD")
ADAPTATIONS = ("sw_KE@kibera", "fr@perinatal", "ne@youth")
CONGO = """
[fr_CD]
name = "Français (Congo)"
english_name = "French of Congo"
direction = "ltr"
plural = "nplurals=2; plural=(n > 1)"
formatting = "fr_CD"
shipped = true
"""
ROUNDS, STEPS, TURNS = 39, 6, 3


def write_catalogs(folder: Path) -> None:
    """Write interface and guide in every language, and the guide in every adaptation."""
    root = catalogs.root_folder()
    folder.mkdir()
    listed = (root / "translations" / "languages.toml").read_text("utf-8")
    offered = listed.replace("shipped = false", "shipped = true") + CONGO
    (folder / "languages.toml").write_text(offered, "utf-8")
    for domain, tags in ((MESSAGES, LANGUAGES), (GUIDE, (*LANGUAGES, *ADAPTATIONS))):
        template = catalogs.read(catalogs.template_path(root, domain))
        for tag in tags:
            language = load_registry([folder]).get(tag)
            catalog = catalogs.started(language)
            catalogs.dress(catalog, language, domain)
            forms = Plural(language.plural).count
            for one in template:
                if one.id:
                    texts = as_texts(one.id)
                    said = pseudo(texts[0]) if len(texts) == 1 else tuple([pseudo(texts[-1])] * forms)
                    catalog.add(one.id, said, context=one.context)
            catalogs.write(folder / tag / "LC_MESSAGES" / f"{domain}.po", catalog, language)


def measure(scene: Scene, folder: Path) -> tuple[tuple[float, float], tuple[float, float]]:
    """Give (milliseconds a page, megabytes at most) with all languages, and the same with one."""
    words = folder / "words"
    write_catalogs(words)
    session = scene.leaders[0].sessions[0][0]

    asked = {
        "data": str(scene.data),
        "words": str(words),
        "session": session,
        "token": scene.leaders[0].token,
    }

    def side(tags: tuple[str, ...]) -> tuple[float, float]:
        command = [sys.executable, "-m", "tests.bench.catalogs", json.dumps(asked), *tags]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
        found = json.loads(done.stdout.splitlines()[-1])
        assert found["interfaces"] == len({tag.split("@")[0] for tag in tags}), found
        return found["milliseconds"], found["megabytes"]

    # In turns, so that what else the machine does falls on both.
    turns = [(side((*LANGUAGES, *ADAPTATIONS)), side(("fr",))) for _ in range(TURNS)]
    many, one = ([turn[place] for turn in turns] for place in (0, 1))
    return best(many), best(one)


def best(found: list[tuple[float, float]]) -> tuple[float, float]:
    """Give the quickest median and the middle of the memories."""
    return min(one for one, _ in found), median(one for _, one in found)


def run(asked: dict[str, str], tags: list[str]) -> dict[str, float]:
    """Read guide pages, going round the languages; gives the median page and the largest memory."""
    data = Path(asked["data"])
    settings = Settings(
        data=data,
        database_url=f"sqlite:///{data / 'gipt.sqlite'}",
        keys=KEYS,
        translations=Path(asked["words"]),
    )
    app = create_app(settings)
    client = app.test_client()
    for name, value in browser(app, 0, asked["token"]).cookies.items():
        client.set_cookie(name.decode(), value.decode())
    with app.app_context():
        ids = published(asked["session"], tags)
    times = []
    interfaces: set[str] = set()
    for number in range(ROUNDS):
        tag = tags[number % len(tags)]
        with app.app_context():
            choose(asked["session"], tag.split("@")[0], ids[tag])
        language = find_language(tag)
        assert language is not None
        wanted = f'<div lang="{language.html_tag}"'
        page = client.get(f"/s/{asked['session']}/guide/1").text
        interfaces |= set(re.findall(r'<html lang="([^"]+)"', page))
        times += [
            timed(client, f"/s/{asked['session']}/guide/{step}", wanted) for step in range(1, STEPS + 1)
        ]
    warm = times[len(tags) * STEPS :]
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"milliseconds": 1000 * median(warm), "megabytes": largest, "interfaces": len(interfaces)}


def published(session: str, tags: list[str]) -> dict[str, str]:
    """Publish the words of the cycle's curriculum in each language; gives ids."""
    cycle = sa.select(Cycle.curriculum_version_id).join(Session, Session.cycle_id == Cycle.id)
    version = db.session.scalar(cycle.where(Session.id == session))
    assert version is not None
    assert db.session.get(CurriculumVersion, version) is not None
    return {
        tag: publish_translation(curriculum_version_id=version, tag=tag, by=OPERATOR, now=datetime.now(UTC))
        for tag in tags
    }


def choose(session: str, tag: str, translation_id: str) -> None:
    """Let the cycle read these words and its facilitator see the pages in this language."""
    cycle_id = db.session.scalar(sa.select(Session.cycle_id).where(Session.id == session))
    leaders = sa.select(Assignment.staff_id).where(Assignment.cycle_id == cycle_id)
    db.session.execute(sa.update(Staff).where(Staff.id.in_(leaders)).values(language=tag))
    db.session.execute(sa.delete(CycleGuide).where(CycleGuide.cycle_id == cycle_id))
    row = CycleGuide(cycle_id=cycle_id, translation_id=translation_id, pinned_at=datetime.now(UTC))
    db.session.add(row)
    db.session.commit()


def timed(client: FlaskClient, path: str, wanted: str) -> float:
    """Give the seconds of processor time of one page, which must be in the language that is measured."""
    began = time.process_time()
    answer = client.get(path)
    seconds = time.process_time() - began
    assert answer.status_code == 200, (path, answer.status_code)
    assert wanted in answer.text, (path, wanted)
    return seconds


if __name__ == "__main__":
    print(json.dumps(run(json.loads(sys.argv[1]), sys.argv[2:])))
