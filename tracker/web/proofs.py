"""What proves an action item: tying it to a check, taking that away, and “holds again, seen”."""

from flask import Blueprint, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, Length

from tracker.domain.errors import Conflict, Invalid, NotFound
from tracker.services import action_items, evidence, forge_watches, proofs
from tracker.services.forges import forges_of
from tracker.services.policies_in_force import all_in_force
from tracker.store.models import ActionItem, Proof
from tracker.store.queries.incidents import mentions_of
from tracker.web.access import editor_required
from tracker.web.forms import BaseForm, back, say, squish
from tracker.web.ids import ID
from tracker.web.scope import reads_only, settings

bp = Blueprint("proofs", __name__, url_prefix="/items")

REFUSED = (Invalid, Conflict, NotFound)


class CheckForm(BaseForm):
    check = SelectField("Check", description="Of a policy in force. A check that only warns holds nothing in force.")


class ForgeForm(BaseForm):
    """What `tracker prove --repo` takes."""

    repo = StringField("Repository", [DataRequired("Name it, as OWNER/NAME or by its address."), Length(max=200)], [squish])
    branch = StringField("Branch", [DataRequired("Name the branch that merges go to."), Length(max=200)], [squish])
    context = StringField("Job or status", [DataRequired("Name the job, as the forge shows it."), Length(max=200)], [squish])


@bp.get("/<key>/prove")
@editor_required
def form(key: str) -> ResponseReturnValue:
    return _page(action_items.find(g.session, key, g.person), CheckForm(), ForgeForm())


@bp.post("/<key>/prove")
@editor_required
def prove(key: str) -> ResponseReturnValue:
    """By a check of a policy."""
    item, form = action_items.find(g.session, key, g.person), CheckForm()
    form.check.choices = _choices()
    if not form.validate_on_submit():
        return _page(item, form, ForgeForm(formdata=None), 422)
    policy, deployment, stage, check = form.check.data.split("/", 3)
    try:
        place = proofs.place(g.session, deployment, stage, check, policy=policy)
        proofs.prove(g.session, item, place.check, place.stage, mode=place.mode, by=g.person, at=g.at)
    except REFUSED as error:
        form.check.errors = [str(error)]
        return _page(item, form, ForgeForm(formdata=None), error.status)
    g.session.commit()
    say(f"{item.key} is proven by {place.words} from now on.")
    return back(url_for("items.show", key=item.key))


@bp.post("/<key>/prove/forge")
@editor_required
@reads_only
def prove_by_forge(key: str) -> ResponseReturnValue:
    """By what the forge requires. The forge is asked before anything is written: it may take its time."""
    item, form = action_items.find(g.session, key, g.person), ForgeForm()
    if not form.validate_on_submit():
        return _page(item, CheckForm(formdata=None), form, 422)
    try:
        target = forge_watches.target_of(form.repo.data, form.branch.data, [form.context.data])
        g.session.rollback()  # no transaction stays open while the forge is asked
        looked = forge_watches.first_look(forges_of(settings()), target)
        with current_app.extensions["sessions"].writing() as session:
            item = action_items.find(session, key, g.person)
            forge_watches.prove(session, item, target, looked, by=g.person, at=g.at)
            session.commit()
    except REFUSED as error:
        form.repo.errors = [*form.repo.errors, str(error)]
        return _page(action_items.find(g.session, key, g.person), CheckForm(formdata=None), form, error.status)
    say(f"{key.upper()} is proven by {form.context.data} on {target.place} from now on.")
    return back(url_for("items.show", key=key))


@bp.post(f"/<key>/proofs/<{ID}:proof_id>/remove")
@editor_required
def remove(key: str, proof_id: int) -> ResponseReturnValue:
    item = action_items.find(g.session, key, g.person)
    proof = g.session.get(Proof, proof_id)
    if proof is None or proof.action_item_id != item.id:
        raise NotFound(f"{item.key} has no such proof.")
    proofs.remove(g.session, proof, by=g.person, at=g.at)
    g.session.commit()
    say(f"That proves {item.key} no more.")
    return back(url_for("items.show", key=item.key))


@bp.post("/<key>/seen")
@editor_required
def seen(key: str) -> ResponseReturnValue:
    """It broke, holds again or not, and a person has seen that."""
    item = action_items.find(g.session, key, g.person)
    batch = evidence.seen(g.session, item, by=g.person, at=g.at)
    g.session.commit()
    say(f"{item.key}: seen. It is listed again when it breaks again.", undo=batch)
    return back(url_for("items.show", key=item.key))


def _choices() -> list[SelectChoice]:
    """Every check on every stage that it judges, as “staging-online on datahub/prod”."""
    found = []
    for there in all_in_force(g.session):
        if there.row.name.startswith("forge:"):
            continue
        for check in there.policy.checks:
            for deployment, stage in there.policy.places(check):
                value = f"{there.row.name}/{deployment.id}/{stage.id}/{check.id}"
                title = f" ({check.title})" if check.title else ""
                found.append(SelectChoice(value, f"{check.id} on {deployment.id}/{stage.id}{title}"))
    return found


def _page(item: ActionItem, check: CheckForm, forge: ForgeForm, status: int = 200) -> ResponseReturnValue:
    check.check.choices = _choices()
    mention = g.session.execute(mentions_of(item.id, g.person).limit(1)).first()
    text = mention.text if mention else item.key
    page = {"item": item, "text": text, "check": check, "forge": forge, "here": request.path}
    return render_template("items/prove.html", **page), status
