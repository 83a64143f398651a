"""What stands under `with:` in a check, one model per kind (POLICY §2.3). Descriptions are the documentation of the keys."""

from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from tracker.domain.claims import Role
from tracker.policy.durations import Length, parse


class Strict(BaseModel):
    """Keys that are not known are errors, and so are values of another type: nothing is guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, validate_by_name=True, validate_by_alias=True)


Text = Annotated[str, Field(min_length=1)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=63)]
RoleName = Annotated[Role, Field(strict=False)]
Every = Annotated[
    Literal["term"] | Length, BeforeValidator(lambda value: value if value == "term" else parse(value))
]  # one function before the union, so that there is one complaint and not one for each of its parts
Forge = Literal["github", "gitlab"]
Slug = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+$")]


class Expect(Strict):
    """What a good answer is: everything that is stated must be so."""

    status: tuple[int, ...] = Field((200,), min_length=1, description="The status codes that are good.")
    body_contains: Text | None = Field(None, description="A text that the answer must contain.")
    body_not_contains: Text | None = Field(None, description="A text that the answer must not contain.")
    json_: dict[str, Any] = Field(
        default_factory=dict, alias="json", description="JMESPath expressions and the value that each must have."
    )
    max_ms: int | None = Field(None, ge=1, description="The longest that one answer may take, in milliseconds.")
    cert_days_left: int | None = Field(None, ge=0, description="The fewest days that the certificate is still valid.")


class HttpParams(Strict):
    """Something answers at an address: `need` good answers in a row within `attempts`."""

    url: Text = Field(description="The address; `{{ stage.url }}` and the like are filled in.")
    method: Literal["GET", "HEAD", "POST", "OPTIONS"] = Field("GET", description="The method of the request.")
    headers: dict[str, str] = Field(default_factory=dict, description="Headers to send; secrets as `${env:NAME}`.")
    expect: Expect = Field(default=Expect(), description="What a good answer is.")
    follow_redirects: bool = Field(False, description="Follow redirects; a sign-in page then looks healthy.")
    attempts: int = Field(5, ge=1, le=50, description="How often it is tried, at most.")
    wait: Length = Field(timedelta(seconds=5), description="The pause between two attempts.")
    need: int = Field(2, ge=1, description="How many good answers in a row are enough.")

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if self.need > self.attempts:
            raise ValueError(f"need is {self.need}, and with {self.attempts} attempts there are never so many good answers")
        return self


class DeployedOnParams(Strict):
    """This very content has run on another stage, for long enough."""

    stage: Id = Field(description="The stage where it must run.")
    min_age: Length = Field(timedelta(0), description="For at least this long.")
    max_age: Length | None = Field(None, description="For this long at most.")
    match: Literal["content", "tree", "commit", "ancestor"] = Field(
        "content", description="What must be the same: the deployment's own files, the whole tree, the commit, an ancestor."
    )
    source: Literal["records"] = Field("records", description="Where it is known from: the records of deployments.")


class AttestationParams(Strict):
    """People say, for exactly this content, that they tried it."""

    statement: Text = Field(description="The sentence that they put their name to.")
    subject: Literal["content"] = Field("content", description="What it is said of: this content, and no other.")
    max_age: Length = Field(timedelta(hours=24), description="An older attestation does not count.")
    by_roles: tuple[RoleName, ...] = Field((Role.ADMIN,), min_length=1, description="The roles whose word counts.")
    count: int = Field(1, ge=1, description="How many people must say so.")
    not_author: bool = Field(False, description="The author of the change does not count.")


class AcknowledgedParams(Strict):
    """People have read the text of a document as it stands now; a changed text asks again."""

    document: Text = Field(description="The document's path in the repo.")
    who: Literal["actor", "all-with-role"] = Field(
        "actor", description="The one who merges or deploys, or everybody with a role."
    )
    role: RoleName | None = Field(None, description="That role, where `who` is all-with-role.")
    every: Every = Field("term", description="How often: once a term, or a length of time.")

    @model_validator(mode="after")
    def _names_a_role(self) -> Self:
        if (self.who == "all-with-role") is (self.role is None):
            raise ValueError("`role` does not fit `who`: state a role where that is all-with-role, and nowhere else")
        return self


class WindowParams(Strict):
    """Times when changes may or may not be made."""

    windows: tuple[Id, ...] = Field(min_length=1, description="The ids of the windows, as they stand under `windows:`.")


class TargetParams(Strict):
    """It is plain which deployment is meant, and the change touches nothing else."""

    must_name: tuple[Literal["deployment", "stage"], ...] = Field(
        ("deployment", "stage"), description="What the gate must be told by name, not left to guess."
    )
    confirm: Literal["never", "interactive", "always"] = Field(
        "never", description="Type the deployment's id: never, at a terminal, or always."
    )
    forbid_ambiguous: bool = Field(True, description="A change that touches several deployments fails.")
    allow_shared: bool = Field(False, description="Files of `shared_paths` may change.")
    allow: tuple[Text, ...] = Field((), description="Other paths that may change, as in .gitignore.")
    max_files: int | None = Field(None, ge=1, description="The most files that one change may touch.")


class BranchRulesParams(Strict):
    """The forge really demands this of the branch; what is not stated is not asked."""

    forge: Forge = Field(description="github or gitlab.")
    repo: Slug = Field(description="OWNER/NAME.")
    branch: Text = Field(description="The branch.")
    required_checks: tuple[Text, ...] = Field((), description="Status contexts that must be required.")
    expected_app_id: int | None = Field(None, ge=1, description="The app that must report them, since anybody can.")
    require_pull_request: bool = Field(False, description="Pushing without a pull request must be forbidden.")
    forbid_force_push: bool = Field(False, description="Force pushes must be forbidden.")
    forbid_bypass_actors: bool = Field(False, description="Nobody may be let past the rules.")


class CommitStatusParams(Strict):
    """These contexts succeeded; skipped and neutral are not success."""

    forge: Forge = Field(description="github or gitlab.")
    repo: Slug = Field(description="OWNER/NAME.")
    branch: Text | None = Field(None, description="The branch, where the check runs without a change.")
    contexts: tuple[Text, ...] = Field(min_length=1, description="The names of statuses and check runs.")
    on: Literal["head", "merged-parent"] = Field("head", description="Which commit: the new one, or the one merged into it.")


class ActionItemsParams(Strict):
    """No action item of this deployment is in that state."""

    priorities: tuple[Annotated[str, Field(pattern=r"^P[0-3]$")], ...] = Field(
        ("P0",), min_length=1, description="The priorities that count."
    )
    state: Literal["overdue", "open", "regressed"] = Field("overdue", description="The state that none may be in.")
    grace: Length = Field(timedelta(0), description="How long it may be in it.")


class NoOpenIncidentParams(Strict):
    """No incident of this deployment is open."""

    min_severity: Text = Field("SEV2", description="This severity and worse ones count.")


class CommandParams(Strict):
    """A program of your own says so by its exit code. It runs in CI only, without a shell."""

    argv: tuple[Text, ...] = Field(min_length=1, description="The program and its arguments, as a list.")
    cwd: Text | None = Field(None, description="The folder to run in, from the top of the checkout.")
    env: tuple[Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")], ...] = Field(
        (), description="The names of environment variables that it is given; it sees no others but PATH and HOME."
    )
    pass_codes: tuple[int, ...] = Field((0,), min_length=1, description="Exit codes that mean pass.")
    fail_codes: tuple[int, ...] = Field((1,), description="Exit codes that mean fail; any other is an error.")
    output: Literal["text", "json"] = Field("text", description="json: it prints `{status, summary, evidence}`.")


class PushedParams(Strict):
    """Something else finds out, and sends its results with a token."""

    source: Text | None = Field(None, description="Who sends them, for people who wonder.")
