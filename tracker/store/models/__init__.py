"""What is stored. One file per subject; `Base.metadata` is the whole schema, and migrations/ builds the same one."""

from tracker.store.models.action_items import ActionItem, Counter, ItemOwner, ItemTicket, Mention, NotAnItem
from tracker.store.models.base import Base
from tracker.store.models.events import Event, Question
from tracker.store.models.evidence import CheckState, Evidence, ForgeWatch, Observation, Proof, ProofState
from tracker.store.models.gates import (
    Acknowledgement,
    Attestation,
    Beat,
    DeploymentRecord,
    Gap,
    GateResult,
    GateRun,
    Override,
    RefUpdate,
    Waiver,
)
from tracker.store.models.incidents import Blob, Entry, Incident, IncidentDeployment, IncidentReader, Reading, Revision
from tracker.store.models.people import Login, Person
from tracker.store.models.policies import (
    Check,
    Deployment,
    PersonLogin,
    Policy,
    PolicyPush,
    PolicyText,
    PolicyVersion,
    Stage,
    Token,
)
from tracker.store.models.sources import Place, Source
from tracker.store.models.uploads import Upload, UploadFile

__all__ = [
    "Acknowledgement",
    "ActionItem",
    "Attestation",
    "Base",
    "Beat",
    "Blob",
    "Check",
    "CheckState",
    "Counter",
    "Deployment",
    "DeploymentRecord",
    "Entry",
    "Event",
    "Evidence",
    "ForgeWatch",
    "Gap",
    "GateResult",
    "GateRun",
    "Incident",
    "IncidentDeployment",
    "IncidentReader",
    "ItemOwner",
    "ItemTicket",
    "Login",
    "Mention",
    "NotAnItem",
    "Observation",
    "Override",
    "Person",
    "PersonLogin",
    "Place",
    "Policy",
    "PolicyPush",
    "PolicyText",
    "PolicyVersion",
    "Proof",
    "ProofState",
    "Question",
    "Reading",
    "RefUpdate",
    "Revision",
    "Source",
    "Stage",
    "Token",
    "Upload",
    "UploadFile",
    "Waiver",
]
