"""The nouns of the catalogue, one file per family."""

from .audits import Audit, AuditItem, AuditJudgement
from .audits import Verdict as AuditVerdict
from .base import Curated, Reviewed, State
from .catalogue import (
    Category,
    IdentifierScheme,
    Kind,
    Lifecycle,
    OpenSource,
    RelationKind,
    Technology,
    TechnologyCount,
    TechnologyIdentifier,
    TechnologyRelation,
)
from .changes import Change, Counter, Redirect, RedirectKind, Verb
from .companies import Company, CompanyFact, CompanyIdentifier, CompanyScheme, Life
from .deciding import ImportChoice, ImportDecision, Verdict
from .devices import CodeApp, RecoveryCodes
from .doubles import KeptApart
from .evidence import CheckResult, Evidence, Source, SourceKind, Stance, is_own_word
from .fields import added_at_first, scope_key, url_key
from .imports import SUGGESTION, BatchState, ImportAction, ImportBatch, ImportLine, ImportState
from .keys import ApiKey
from .merges import Merge
from .names import Alias, Caution, CompanyAlias, Homonym, TechnologyAlias
from .objections import Objection, sentence_about, standing
from .reviews import Mark, Review
from .usages import Coverage, Hosting, Migration, MigrationStage, Outcome, Stage, Usage
from .watching import FEED, Watch, WatchedEdition, WatchFormat, WatchResult
from .webhooks import Delivery, DeliveryState, Message, Webhook

__all__ = [
    "FEED",
    "SUGGESTION",
    "Alias",
    "ApiKey",
    "Audit",
    "AuditItem",
    "AuditJudgement",
    "AuditVerdict",
    "BatchState",
    "Category",
    "Caution",
    "Change",
    "CheckResult",
    "CodeApp",
    "Company",
    "CompanyAlias",
    "CompanyFact",
    "CompanyIdentifier",
    "CompanyScheme",
    "Counter",
    "Coverage",
    "Curated",
    "Delivery",
    "DeliveryState",
    "Evidence",
    "Homonym",
    "Hosting",
    "IdentifierScheme",
    "ImportAction",
    "ImportBatch",
    "ImportChoice",
    "ImportDecision",
    "ImportLine",
    "ImportState",
    "KeptApart",
    "Kind",
    "Life",
    "Lifecycle",
    "Mark",
    "Merge",
    "Message",
    "Migration",
    "MigrationStage",
    "Objection",
    "OpenSource",
    "Outcome",
    "RecoveryCodes",
    "Redirect",
    "RedirectKind",
    "RelationKind",
    "Review",
    "Reviewed",
    "Source",
    "SourceKind",
    "Stage",
    "Stance",
    "State",
    "Technology",
    "TechnologyAlias",
    "TechnologyCount",
    "TechnologyIdentifier",
    "TechnologyRelation",
    "Usage",
    "Verb",
    "Verdict",
    "Watch",
    "WatchFormat",
    "WatchResult",
    "WatchedEdition",
    "Webhook",
    "added_at_first",
    "is_own_word",
    "scope_key",
    "sentence_about",
    "standing",
    "url_key",
]
