"""What is stored. One file per subject; `Base.metadata` is the whole schema, and migrations/ builds the same one."""

from tracker.store.models.action_items import ActionItem, Counter, ItemOwner, ItemTicket, Mention, NotAnItem
from tracker.store.models.base import Base
from tracker.store.models.events import Event, Question
from tracker.store.models.incidents import Blob, Entry, Incident, IncidentDeployment, IncidentReader, Reading, Revision
from tracker.store.models.people import Login, Person
from tracker.store.models.sources import Place, Source
from tracker.store.models.uploads import Upload, UploadFile

__all__ = [
    "ActionItem",
    "Base",
    "Blob",
    "Counter",
    "Entry",
    "Event",
    "Incident",
    "IncidentDeployment",
    "IncidentReader",
    "ItemOwner",
    "ItemTicket",
    "Login",
    "Mention",
    "NotAnItem",
    "Person",
    "Place",
    "Question",
    "Reading",
    "Revision",
    "Source",
    "Upload",
    "UploadFile",
]
