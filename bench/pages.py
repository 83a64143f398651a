"""The list page as the app answers it, beside a bare page of the same rows from sqlite3 and Jinja."""

import sqlite3
import tempfile
from pathlib import Path

import jinja2
import sqlalchemy as sa

from bench.documents import documents
from bench.importing import import_all
from bench.measuring import medians, say
from tracker.config import Settings
from tracker.domain.claims import Claim, Visibility
from tracker.factory import create_app
from tracker.services.found import Found
from tracker.store.engine import make_engine, sessions
from tracker.store.migrate import upgrade
from tracker.store.models import ActionItem, Incident

BARE = """\
<!doctype html><html lang="en"><title>Open</title><table>
{% for item in items %}<tr><td>{{ item.key }}<td>{{ item.claim }}<td>{{ item.text }}<td>{{ item.owner or "" }}
<td>{{ item.due or "" }}<td>{{ item.priority or "" }}<td><a href="/incidents/{{ item.slug }}">{{ item.title }}</a></tr>
{% endfor %}</table>
"""
QUERY = """
select i.key, i.claim, m.text, i.owner, i.due, i.priority, n.slug, r.title from action_item i
join mention m on m.action_item_id = i.id join incident n on n.id = m.incident_id join reading r on r.incident_id = n.id
where i.claim = 'open' group by i.id order by i.owner, i.due, i.priority, i.opened_on limit 60
"""


def run(*, full: bool) -> bool:
    _, found = documents()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tracker.db"
        url = f"sqlite:///{path}"
        upgrade(url)
        import_all(url, [Found(name, data) for name, data in found])
        _open_all(url)
        client = create_app(Settings(data_dir=Path(folder), secret_key="bench", public_read=True)).test_client()
        template = jinja2.Environment(autoescape=True).from_string(BARE)

        def bare() -> str:
            with sqlite3.connect(path) as connection:
                connection.row_factory = sqlite3.Row
                return template.render(items=connection.execute(QUERY).fetchall())

        def ours() -> str:
            answer = client.get("/")
            assert answer.status_code == 200, answer.status
            return answer.get_data(as_text=True)

        works = {"ours": lambda: [ours() for _ in range(10)], "bare": lambda: [bare() for _ in range(10)]}
        times = medians(works, rounds=9)
        size = len(ours())
    detail = f"{times['ours'] * 100:.1f} ms ({size // 1024} kB) beside {times['bare'] * 100:.1f} ms, 60 rows"
    return say("the list page / bare sqlite3 and Jinja, same rows", times["ours"] / times["bare"], detail=detail)


def _open_all(url: str) -> None:
    """Everybody may see it, and somebody has said of each item that it is to be done."""
    engine = make_engine(url)
    with sessions(engine).writing() as session:
        session.execute(sa.update(Incident).values(visibility=Visibility.PUBLIC))
        session.execute(sa.update(ActionItem).where(ActionItem.claim == Claim.NOT_STATED).values(claim=Claim.OPEN))
        session.commit()
    engine.dispose()
