"""What the clause around a name says of its stage, where no cue stands right beside the name.

A sentence is told apart into clauses, and a cue reaches the names of its own clause only: those after it, those before
it, or all of them. The sentence is masked as in `cues`: small letters, each list of names one character.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .cues import LISTED
from .patterns import lazy_pattern

_REST = rf"[^{LISTED}]"
_FEW = r"(?:[\w'’/-]+ ){0,4}?"
_CLAUSE_END = lazy_pattern(
    r"[;:—]|\s[–-]\s|,? (?:but|while|whereas|because|although|though|whilst|however|after)\s|"
    r",? before (?!\w+ing\b)|"
    r", (?:and |so |then |where |when |as |since |today|now )|"
    r" and (?=(?:we|they|it|i|is|are|was|were|have|has|will|now|today|then|started|began|moved|switched|use|run)\b)"
)
_PAST = (
    r"(?:was|were|had|did|done|ran|used|relied|run|consisted|lived|hosted|handled|depended|sat|stored|served|managed)"
)
_OLD = (
    r"(?:old(?:er)?|legacy|previous|former|outdated|ag(?:e)?ing|obsolete|antiquated|original|remaining|last few|"
    r"first|initial|earl(?:y|ier|iest))"
)
_THING = (
    r"(?:apps?|applications?|services?|panels?|systems?|sites?|websites?|versions?|stacks?|set-?ups?|pipelines?|clusters?|"
    r"monoliths?|code|codebases?|servers?|back[- ]?ends?|front[- ]?ends?|databases?|infrastructure|platforms?|products?|"
    r"tools?|tooling|solutions?|implementations?|architectures?|deployments?|approach|process(?:es)?|warehouses?|"
    r"workflows?|dashboards?|hosting|environments?|networks?|iterations?|parts?|pages?|modules?|jobs|scripts?|ci|apis?|prototypes?|way|"
    r"search|storage|queues?|caches?|caching|builds?|orchestration|monitoring|logging|cms|crm|languages?|frameworks?|providers?|"
    r"engines?|stores?|brokers?|schedulers?|bots?|portals?|clients?|gateways?|libraries)"
)
_AGO = (
    r"(?:before (?:that|this|then)|prior to (?:that|this)|previously|formerly|back then|in those days|"
    r"(?:at|by|during) that time|(?:up )?(?:until|till) (?:now|then|recently|lately|last \w+|(?:19|20)\d\d)|up to now|back in (?:19|20)\d\d|"
    r"(?:a (?:few|couple of)|some|many|several|two|three|four|five|\d+) years (?:ago|back)|in the past|"
    r"for (?:a long time|(?:a few |many |several |some )?years|ages|a while))"
)
_LATER = (
    r"(?:looking ahead|in the (?:(?:near|not too distant|long(?:er)?|medium|mid|foreseeable)[- ]?)?(?:future|term|run)|"
    r"long(?:er)?[- ]term|going forward|down the (?:road|line)|someday|one day|eventually|"
    r"in (?:the )?coming (?:weeks|months|years)|(?:next|later this|early next|by next) "
    r"(?:year|quarter|month|sprint|spring|summer|autumn|fall|winter))"
)
_TOWARDS = r"(?:will|['’]ll|would|want|plan|could|going to|may|might|should|hope|love|like|want to be|aim)"
_TO_LEAVE = (
    r"(?:get rid of|replac\w+|remov\w+|retir\w+|migrat\w+|mov\w+|drop\w*|rewrit\w+|phas\w+ out|kill\w*|deprecat\w+|"
    r"decommission\w*|sunset\w*|turn\w* off|shut\w* down|switch\w* off|leav\w+|convert\w*|port\w*)"
)
_INTENT = (
    r"(?:intentions?|goals?|aims?|plans?|wish(?:es)?|hopes?|ambitions?|visions?|dreams?|desires?|next (?:big )?\w+)"
)
_TRIALS = r"(?:experiments?|trials?|pilots?|proofs? of concept|proof-of-concept|pocs?|spikes?)"
_MAKING = (
    r"(?:us|adopt|mov|migrat|switch|introduc|add|try|deploy|integrat|implement|roll|bring|start|leverag|explor|"
    r"rewrit|expand|run|build|set|contain|invest|employ|get|have|put|standardi|consolidat|host|stor|automat|provision|"
    r"transition|port|turn|convert|launch|install|test|evaluat|experiment)\w*"
)


@dataclass(frozen=True, slots=True)
class _Cues:
    """What says one stage: before the names, behind them, or of all names from there on to the end of the clause.

    Each is one pattern: it is tried at the start of a word, or at a name, and not for every cue at every character.
    """

    stage: str
    before: re.Pattern[str]
    behind: re.Pattern[str]
    whole: re.Pattern[str] | None = None

    def reached(self, clause: str) -> Iterator[tuple[int, str]]:
        """The position of each list that they reach, and the words."""
        for match in self.before.finditer(clause):
            yield match.start(match.lastindex or 0), match[0]
        for match in self.behind.finditer(clause):
            yield match.start(), match[0]
        for match in self.whole.finditer(clause) if self.whole else ():
            for at in range(match.start(), len(clause)):
                if clause[at] == LISTED:
                    yield at, match[0]


def _cues(stage: str, *patterns: str, whole: str = "") -> _Cues:
    before = [pattern for pattern in patterns if not pattern.startswith(_OF)]
    behind = [pattern.removeprefix(_OF) for pattern in patterns if pattern.startswith(_OF)]
    return _Cues(
        stage,
        lazy_pattern(rf"\b(?:{'|'.join(before)})"),
        lazy_pattern(rf"{LISTED}(?:{'|'.join(behind)})"),
        lazy_pattern(whole) if whole else None,
    )


_OF = rf"({LISTED})"
_CUES = (
    _cues(
        "trial",
        rf"{_TRIALS}(?: \w+ing)? (?:(?:is|are|was) )?(?:with|on|for|using|of|in|uses?|around|based on|built (?:with|on)|runs? on) {_FEW}{_OF}",
        rf"(?:small|quick|early|first|working) prototypes? (?:\w+ )?(?:with|on|using|in|of) {_FEW}{_OF}(?={_REST}{{0,60}}\b(?:to see|whether|if|promising)\b)",
        rf"(?:are|['’]re|am|been|is|started|began|begun) (?:\w+ly |now |also |still |just )?(?:testing|trying|playing (?:around )?with|toying with) (?:out |the |some )?{_OF}(?!{_REST}{{0,12}}\b(?:code|components?|apps?|apis?|jobs)\b)",
        rf"(?:taking|take|having) a (?:\w+ )?look at {_FEW}{_OF}",
        rf"(?:giving|give|gave) {_OF} (?:a|another) (?:\w+ )?(?:go|try|shot|spin|whirl|chance|test|trial)\b",
        rf"(?:we|teams?|squads?|us|and) (?:also |now |currently )?trial {_FEW}{_OF}",
        rf"(?:prototyp|experiment|tinker|dabbl)(?:e|ing|ed)? (?:a bit |around )?(?:with|in) {_FEW}{_OF}",
        rf"(?:dipping|dipped|dip) (?:our|a|their) (?:\w+ )?toes? (?:in|into|with) {_FEW}{_OF}",
        rf"(?:testing|test|tested) the waters? (?:with|of) {_FEW}{_OF}",
        rf"to (?:play|experiment|tinker) (?:around )?with {_FEW}{_OF}",
        rf"(?:jury is (?:still )?out|undecided|not (?:yet )?(?:decided|sure|convinced)) (?:on|about|by|of) {_FEW}{_OF}",
        rf"{_OF} is something (?:we(?:['’]re| are)|that we(?:['’]re| are)) (?:currently |now |actively )?(?:looking (?:at|into)|exploring|evaluating|trying|testing)\b",
        rf"{_OF}{_REST}{{0,60}}?\b(?:on an experimental basis|as (?:part of )?an? (?:\w+ )?(?:trial|experiment|pilot)|to see (?:how|if|whether) (?:it|that|this|we)|in an? (?:\w+ )?(?:side|hackathon|hack day|hack week|toy|pet) project|only in (?:an? )?(?:side|internal|small|test))\b",
        rf"{_OF} (?:is|are) (?:\w+ )?(?:at|in) (?:the|an?|its|our) (?:\w+ )?(?:proof[- ]of[- ]concept|poc|evaluation|trial|pilot|testing|experimental|prototype)(?: (?:stage|phase|state))?\b",
        rf"{_OF} (?:is|are) (?:\w+ ){{0,2}}?(?:being )?(?:piloted|triall?ed|evaluated|prototyped|explored)\b",
        rf"kicking the (?:tires|tyres) (?:of|on) {_FEW}{_OF}",
        rf"{_OF}{_REST}{{0,40}}?\b(?:as|in|on|under|for) (?:an? |the |our )?(?:\w+ )?(?:experiment|trial|pilot|proof of concept|poc|evaluation|trial basis|trial phase|pilot phase)\b",
        rf"{_OF} (?:is|are|remains?) (?:still |currently |only |just |very much |rather )*(?:an? )?(?:experimental|experiment|in (?:an? )?experimental|early days)\b",
        rf"(?:seeing|see|find out|decide|assess|check) (?:whether|if|how) {_FEW}{_OF}{_REST}{{0,40}}?\b(?:suits?|fits?|could|would|can|is right|works? for)\b",
    ),
    _cues(
        "planned",
        rf"(?:our|the|a|my|there are|there is an?|with the|have|has) (?:[\w-]+ ){{0,2}}?{_INTENT}(?: [\w'’]+){{0,3}}? (?:(?:is|are|remains):? )?(?:\w+ly )?to {_MAKING} {_FEW}{_OF}",
        rf"would (?:really |also |\w+ly )?(?:love|like|want|prefer) to (?:\w+ly )?{_MAKING} {_FEW}{_OF}",
        rf"(?<!were )(?<!was )(?:plan(?:s|ning)?|want(?:s)?|hop(?:e|es|ing)|intend(?:s|ing)?|going|aim(?:s|ing)?) to (?:\w+ly )?{_MAKING} {_FEW}{_OF}",
        rf"(?<!were )(?<!was )(?:preparing|preparations?|getting ready|about|plans?) (?:to|for|of) (?:\w+ly )?(?:an? |the |our )?(?:{_MAKING}|move|migration|switch|roll-?out) {_FEW}{_OF}",
        rf"(?:ambitions?|plans?|thoughts?|ideas?|hopes?) (?:of|about|for) {_MAKING} {_FEW}{_OF}",
        rf"(?:would|['’]d) (?:\w+ )?like to (?:\w+ly )?(?:replace|swap|exchange|rewrite|port) {_REST}{{0,40}}?\b(?:with|by|for|in|to) {_FEW}{_OF}",
        rf"(?:would|['’]d|might|could) be (?:\w+ )?(?:nice|great|good|lovely|useful|better) to {_MAKING} {_FEW}{_OF}",
        rf"(?:we|they|it)(?:['’]ll| will) (?:\w+ ){{0,3}}?(?:end up|land|settle|arrive) (?:on|in|at|with) {_FEW}{_OF}",
        rf"(?:our|the|my) (?:next|upcoming) (?:big )?(?:\w+ )?(?:is|are|will be) (?:to \w+ )?(?:an? |the )?{_FEW}{_OF}",
        rf"(?:one|another|first|also|next|still) (?:\w+ )?on (?:the|our) (?:wish ?list|list|roadmap|backlog) (?:is|are) {_FEW}{_OF}",
        rf"for (?:the|our|an?) (?:upcoming|planned|next|coming) (?:[\w-]+ ){{1,2}}{_REST}{{0,30}}?{_OF}",
        rf"(?:the|our|an?) (?:upcoming|planned|coming|next|new) (?:[\w-]+ ){{1,2}}{_REST}{{0,30}}?\b(?:will|is going to) be (?:written|built|based|hosted|run|made|developed|deployed)\b",
        rf"{_OF}{_REST}{{0,40}}?\bon (?:the|our|my) (?:agenda|roadmap|wish ?list|backlog|to-?do list)\b",
        rf"(?:switch|move|migration|change|transition|upgrade) to {_FEW}{_OF} is being (?:discussed|considered|planned|prepared|weighed|evaluated)\b",
        rf"{_OF} (?:is|are) being (?:discussed|considered|planned|prepared|weighed)\b",
        rf"{_TOWARDS}(?! be\b){_REST}{{0,80}}?{_OF}{_REST}{{0,40}}?\b(?:eventually|at some point|someday|one day|in the (?:near |long )?future|down the (?:road|line)|later on|within (?:a|the next|this) \w+)\b",
        rf"if (?:all|everything) goes (?:well|to plan|as planned),? {_FEW}{_OF}",
        rf"planning (?:for )?(?:an? |the |our )?(?:\w+ )?(?:move|migration|switch|transition|roll-?out|adoption|introduction)s? (?:to|of|onto|with|for) {_FEW}{_OF}",
        rf"(?:move|migration|switch|transition|roll-?out|introduction|adoption) (?:to|of|onto|with) {_FEW}{_OF} (?:is|are) (?:\w+ )?(?:planned|scheduled|on|coming|next|pending|foreseen)\b",
        rf"{_OF}{_REST}{{0,30}}?\b(?:is|are|remains?|sits?|comes?) (?:also |now |high |next |already |firmly |still )*(?:on (?:the|our|my) (?:list|agenda|roadmap|horizon|wish ?list|backlog|to-?do)|next\b|in the pipeline|in the works|yet to come|to come|to follow)",
        rf"(?:have|has|had|are|is|was|were)(?: not|n['’]t) (?:\w+ed |running |using |live on |on )?{_FEW}{_OF} yet\b",
        rf"(?:have|has)(?: not|n['’]t) yet (?:\w+ ){{1,3}}?{_FEW}{_OF}",
        rf"{_LATER},? {_FEW}{_OF} (?:is|are|will|would|could|should|may|might)\b",
        rf"{_OF}{_REST}{{0,30}}?\b(?:will|shall) (?:soon |then |eventually |probably |likely |hopefully )*(?:become|be (?:the|our|used|added|introduced|adopted|rolled out|brought|deployed|launched|integrated|taking over))\b",
        whole=rf"\b{_LATER}\b(?={_REST}*{LISTED})(?=.{{0,80}}?\b{_TOWARDS}\b)(?!.{{0,60}}?\b(?:moved|switched|migrated|adopted|introduced|replaced|was|were|had)\b)",
    ),
    _cues(
        "retiring",
        rf"(?:some|few|several|many|remaining|these|those|last|our|the|other|all) (?:\w+ )?(?:old(?:er)?|legacy|outdated|remaining) (?:[\w-]+ ){{0,2}}?{_THING}{_REST}{{0,30}}?\b(?:still|that|which|remain\w*|are|is) {_REST}{{0,30}}?{_OF}",
        rf"{_OF}{_REST}{{0,60}}?(?:,? (?:that|which)) (?:we|they|the team)(?:['’]re|['’]d)? (?:\w+ ){{0,3}}?(?:want(?:s|ed)?|plan|planning|need|hope|hoping|intend|going|starting|start|will|like|trying|looking|working|have)(?: \w+)? (?:to )?{_TO_LEAVE}\b",
        rf"{_OF}{_REST}{{0,30}}?\b(?:is|are) on (?:its|their|the) way out\b",
        rf"{_OF}{_REST}{{0,30}}?\b(?:days|time) (?:are|is) (?:numbered|up|over)\b",
        rf"{_OF}{_REST}{{0,40}}?\b(?:will|is going to|are going to|should|needs? to|must|has to|have to|is about to|are about to|(?:is|are) to) (?:soon |eventually |finally |then |also )?(?:go away|disappear|be (?:gone|turned off|shut down|switched off|rewritten|retired|removed|dropped|phased out|sunset|decommissioned|replaced|deprecated|migrated off|ported|converted))\b",
        rf"(?:do(?:es)? not|don['’]t|doesn['’]t|no longer|avoid|never|not|stop(?:ped)?) (?:\w+ )?(?:us|start|writ|build|recommend|allow|pick|creat|choos|develop)\w*{_REST}{{0,40}}?{_OF} (?:for|in) (?:any |our )?new\b",
        rf"(?:no|nothing) new (?:\w+ ){{0,3}}?(?:in|on|with|using) {_FEW}{_OF}",
        rf"(?:only|last) (?:remaining|surviving) (?:\w+ ){{0,4}}?(?:in|on|using|of|with) {_FEW}{_OF}",
        rf"(?:(?:almost|nearly) (?:finished|done)|in the middle|in the process) (?:of |with )?(?:\w+ )?(?:getting rid of|removing|retiring|replacing|phasing out|leaving|shutting down|decommissioning) {_FEW}{_OF}",
        rf"(?:no ?body|no[- ]one|none of us) (?:really |here )?(?:writes|uses|touches|maintains|wants|knows|likes) {_FEW}{_OF}",
        rf"(?:keep|keeps|kept|keeping|leave|left) {_FEW}{_OF} (?:alive|around|running|up) (?:only|just|for (?:old|legacy|a (?:few|couple)))",
        rf"(?:still (?:have |has |got |see |find )?(?:some|a bit of|a little|a few|bits of|parts in|remnants of|traces of|leftover)|(?:remnants|leftovers?|traces|bits|vestiges) of) {_FEW}{_OF}",
        rf"(?:the|our|few|all|any|some|of) (?:few |last )?remaining {_OF}",
        rf"(?:old|ancient|historic) {_OF} (?:jobs?|code|scripts?|pages?|services?|instances?|servers?|apps?|applications?)",
        rf"(?:finish\w*|complet\w+|continu\w+|driv\w+) (?:the |our |a )?(?:migration|move|transition) (?:off|away from|from|out of)(?: of)? {_FEW}{_OF}",
        rf"{_OF}{_REST}{{0,30}}?\b(?:is|are) (?:\w+ly |currently |now |still )*being (?:\w+ly )?(?:converted|rewritten|ported|replaced|retired|removed|phased out|wound down|deprecated|decommissioned|migrated (?:away|off))\b",
        rf"{_OF}{_REST}{{0,20}}?\b(?:is|are) (?:now |currently |already |officially |considered |regarded as |seen as |our |an? |the |mostly |pretty much )*(?:legacy|deprecated|obsolete|outdated|end[- ]of[- ]life|eol|in maintenance mode|frozen)\b",
        rf"(?:weaning|wean)(?: \w+){{0,3}} off {_FEW}{_OF}",
    ),
    _cues(
        "retired",
        rf"(?:our|the|my|their|its|an?|this|that|those) (?:very )?(?:[\w-]+ )?{_OLD} (?:[\w-]+ ){{0,2}}?{_THING}\b(?!{_REST}{{0,60}}\b(?:still|now|today|will|remains?)\b){_REST}{{0,40}}?(?:\b(?:was|were|ran|used|based|written|built|hosted|running|on|in|with|had|relied|consisted|lived)\b{_REST}{{0,20}}?|, an? (?:[\w-]+ ){{0,3}}?){_OF}",
        rf"{_PAST} {_FEW}{_OF}{_REST}{{0,25}}?(?<!since )(?:\bin the (?:early|beginning|old|first) ?(?:days|years|months|version)?|\bat (?:first|the (?:start|beginning|outset))|\bback then|\bin the past|\bin those days|\byears ago|\buntil (?:(?:19|20)\d\d|recently|last|then))\b",
        rf"used {_FEW}{_OF}{_REST}{{0,30}}?,? before (?:switching|moving|migrating|changing|going|settling|adopting|turning)\b",
        rf"{_OF}{_REST}{{0,20}}?\b(?:was|were) (?:our|the) (?:very )?(?:first|original|previous|old|initial|former) (?!choice|pick|love|option|time|one we)\w+",
        rf"{_PAST} {_FEW}{_OF}{_REST}{{0,50}}?\buntil\b(?! (?:now|today|this day))",
        rf"{_OF}(?: (?!is\b|are\b|was\b|were\b|being\b|can\b|get)\w+)? used to (?:be|do|run|handle|power|serve|store|host|live|manage)\b",
        rf"{_OF}{_REST}{{0,10}}? (?:had to go|is no more|is dead|didn['’]t last|did not last|(?:days|times?|era) (?:are|is) (?:over|behind)|has been history)\b",
        rf"{_OF} (?:was|were) {_REST}{{0,40}}?\b(?:at the time|back then|in those days|in the beginning|at first)\b",
        rf"(?:was|were|had been|been) (?:an? )?(?:early|heavy|big|long-?time|happy|avid|former) (?:adopters?|users?|fans?|customers?) of {_FEW}{_OF}",
        rf"after (?:\w+ ){{1,3}}(?:years?|months?) (?:on|of|with|using|running|in|at) {_FEW}{_OF}",
        rf"it all (?:began|started) (?:with|as|on|in) (?:an? )?{_FEW}{_OF}",
        rf"(?:decid|want|ha|ne|cho|manag)\w* to (?:\w+ly )?(?:ditch|drop|leave|abandon|retire|remove|get rid of|kill|scrap|stop using|move (?:off|away from)|migrate (?:off|away from)) {_FEW}{_OF}",
        rf"{_OF}{_REST}{{0,50}}?, (?:which|that) (?:was|were|has been|have been|we) (?:\w+ )?(?:dropped|removed|retired|replaced|abandoned|decommissioned|scrapped|left|killed|thrown out|switched off|shut down|rewritten|ported)\b",
        rf"{_OF}{_REST}{{0,20}}? (?:has|have|had|was|were|got)(?: \w+){{0,2}}? (?:been )?(?:retired|decommissioned|dropped|abandoned|deprecated|sunset|phased out|shut down|superseded|discontinued|thrown out|killed off|scrapped|ported|rewritten)\b",
        rf"(?:the )?old (?:days|way|world|times)\W{{1,3}}{_FEW}{_OF}",
        rf"(?:cancell?ed|ended|terminated) (?:our |the |its |their )?(?:\w+ )?{_OF} (?:subscription|contract|account|plan|licen[cs]es?)\b",
        rf"(?:grew|grown) out of {_FEW}{_OF}",
        rf"(?:support for|use of|usage of) {_FEW}{_OF} (?:has |was |were )?(?:ended|stopped|dropped|ceased|discontinued|removed)\b",
        rf"(?:not|n['’]t|never) (?:written|used|touched|run) (?:any of )?{_FEW}{_OF} since\b",
        rf"(?:gave|given|giving) up (?:on )?{_FEW}{_OF}",
        rf"(?:moved on|walked away|parted ways|stepped away|broke away|freed ourselves|weaned (?:\w+ ){{1,3}}off) ?(?:from|with)? {_FEW}{_OF}",
        rf"(?:turned|switched|shut|threw|kicked|ripped|tore|took|taken|pulled) {_OF}{_REST}{{0,20}}? (?:off|down|out|away)\b",
        rf"(?:pulled the plug on|let go of|bid farewell to|said farewell to) {_FEW}{_OF}",
        rf"{_OF}{_REST}{{0,20}}? (?:is|was|were|are) (?:finally |now |long |completely |already )?(?:gone|history|a thing of the past|turned off|switched off)\b",
        whole=rf"^\W*{_AGO},?\s(?=.{{0,120}}?\b{_PAST}\b)(?!.{{0,60}}?\b(?:moved|switched|migrated|adopted|introduced|started|began|replaced|chose|decided|have|has)\b)",
    ),
)  # fmt: skip


# what is said of "it" later in the sentence
_OF_IT = lazy_pattern(
    rf"{LISTED}{_REST}{{0,90}}?(?:\b(?:and|so|but|then)|,)\s(?:\w+ ){{0,2}}?(?:we|they|the team) (?:\w+ly |have |had |then |since |soon )*"
    r"(?:(?:abandoned|dropped|removed|replaced|retired|left|ditched|outgrew|scrapped|killed|shut|turned|moved away from|moved off|"
    r"stopped using|got rid of|gave up on|migrated (?:away|off)(?: from)?) it|(?:took|ripped|threw|tore|kicked) it out)\b"
)

# "once all of X has been retired": it has not been yet
_ON_CONDITION = lazy_pattern(rf"\b(?:once|if|unless)\b{_REST}{{0,40}}$")
_NEAR = 50


def is_on_condition(masked: str, at: int) -> bool:
    return _ON_CONDITION.search(masked, max(0, at - _NEAR), at) is not None


def staged(masked: str) -> Iterator[tuple[int, str, str]]:
    """The position of a list, its stage, and the words that say so; the first that says it counts."""
    told: set[int] = set()
    for at, stage, words in _all_told(masked):
        if at not in told and not is_on_condition(masked, at):
            told.add(at)
            yield at, stage, words.replace(LISTED, "…").strip()[:60]


def _all_told(masked: str) -> Iterator[tuple[int, str, str]]:
    for start, end in _clauses(masked):
        clause = masked[start:end]
        for cues in _CUES if LISTED in clause else ():
            for at, words in cues.reached(clause):
                yield start + at, cues.stage, words
    for match in _OF_IT.finditer(masked):
        yield match.start(), "retired", match[0]


def _clauses(masked: str) -> Iterator[tuple[int, int]]:
    """From where to where each clause goes; what follows the one with the last name is not looked at."""
    at, last = 0, masked.rfind(LISTED)
    for match in _CLAUSE_END.finditer(masked):
        yield at, match.start()
        at = match.end()
        if at > last:
            return
    yield at, len(masked)
