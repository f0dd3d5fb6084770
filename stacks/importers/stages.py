"""How a row, its remarks or an adopter says in which stage a thing is, and that it takes another's place."""

import re

_SOON = r"planned|proposed|coming soon|upcoming|future|roadmap|geplant|prévu|à venir"
_TRYING = r"evaluat\w+|explor\w+|experiment\w*|pilot\w*|trial\w*|poc|proofs?[- ]of[- ]concept|prototyp\w+|assess\w*"

# of a row
LEAVING = re.compile(
    r"^\W*(?:deprecated|legacy|eol|end[- ]of[- ]life|(?:to be|being|will be|is being|"
    r"must be) (?:\w+ )?(?:replaced|retired|removed|"
    r"decommissioned|migrated|phased out|sunset)|phasing out|sunset(?:ting)?|wird (?:abgelöst|ersetzt)|obsolète)\b"
    r"|\bà (?:migrer|remplacer|décommissionner)\b|\blegacy,? to be\b|\b(?:abzulösen|wird abgelöst)\b",
    re.IGNORECASE,
)
PLANNED = re.compile(
    rf"^\W*(?:{_SOON}|not yet (?:\w+ )?(?:in use|deployed|used|adopted|implemented)|tbd)\b", re.IGNORECASE
)
KEEPS = re.compile(r"\b(?:keep|retain|extend|no change|stay|remain|maintain|no action)\b|❌", re.IGNORECASE)
CHANGES = re.compile(
    r"\b(?:migrat\w*|replac\w*|mov\w+|switch\w*|consolidat\w*|retir\w*|upgrade to|convert\w*|transition\w*|"
    r"ablös\w*|remplac\w*|移行)\b",
    re.IGNORECASE,
)
LEFT_BEHIND = re.compile(
    r"\b(?:replac(?:es?|ed|ing)|(?:migrat|mov|switch|transition)\w*\s+(?:away\s+)?(?:from|off)|successor (?:of|to)|"
    r"instead of|ersetzt|remplace)\s+(?:of\s+|the\s+|our\s+|old\s+|legacy\s+){0,3}$",
    re.IGNORECASE,
)
UNDER_WAY = re.compile(r"\b\w+ing\b(?!.*\b\w+ing\b)", re.IGNORECASE)
STANDING = re.compile(r"\b(?:standard|current|existing|corporate)\b", re.IGNORECASE)
DONE = re.compile(
    r"\b(?:expansion|mise à jour|extension|done|completed?|live|in production|deployed|implemented|finished|"
    r"migrated|已完成|完了)\b",
    re.IGNORECASE,
)

# of an adopter
ADOPTION_PLANNED = re.compile(
    rf"\b(?:{_SOON}|plan(?:s|ning)?|in adoption planning|will (?:be )?(?:us\w+|adopt\w*|deploy\w*|roll\w*)|intend\w*|"
    r"going to|considering|soon)\b",
    re.IGNORECASE,
)
ADOPTION_TRIED = re.compile(
    rf"\b(?:{_TRYING}|testing phase|in testing|is adopting|are adopting|pre-?production|early stages?|beta|"
    r"test(?:ing)? (?:environments?|clusters?) only|staging only|development only|kicking the tires)\b",
    re.IGNORECASE,
)
# of an adopter that tells a story, in which plans and experiments may be anybody's
PLANS_IT = re.compile(
    r"\b(?:plan(?:s|ning|ned)? (?:to|on|for)|planned|in adoption planning|coming soon|"
    r"will (?:be )?(?:us\w+|adopt\w*|deploy\w*|roll\w*)|intend(?:s|ing)? to|considering|"
    r"going to (?:use|adopt|deploy|migrate|move|replace|roll))\b",
    re.IGNORECASE,
)
TRIES_IT = re.compile(
    r"\b(?:(?:evaluat|explor|experiment|pilot|trial|prototyp|assess)ing|(?:in|under) (?:trial|testing|evaluation)|poc|"
    r"proofs?[- ]of[- ]concept|testing phase|is adopting|are adopting|pre-?production|early stages?|"
    r"test(?:ing)? (?:environments?|clusters?) only|staging only|development only|kicking the tires)\b",
    re.IGNORECASE,
)
LIVE = re.compile(
    r"\b(?:in production|production (?:use|environments?|workloads?|clusters?)|prod\b|since \d{4}|running in|"
    r"fully integrated|has been (?:running|using)|for (?:many|several|over) )",
    re.IGNORECASE,
)
PREVIEW = re.compile(r"\b(?:tech(?:nical|nology)? preview|in \W*beta\b|proofs? of concept|pilots?)\b", re.IGNORECASE)
NOT_YET = re.compile(
    r"\bis (?:adopting|planning|evaluating|exploring)\b|\b(?:currently|still) (?:exploring|evaluating|testing|"
    r"experimenting|planning)\b|\bin adoption planning\b",
    re.IGNORECASE,
)
USES_IT = re.compile(
    r"\b(?:we|they|currently|already) (?:have |are )?us(?:e|es|ing)\b|\buses\b|\bpowers\b|\bin use\b", re.IGNORECASE
)
