"""How a sentence says that one technology made way for another."""

import re

from .cues import FAR_LIST, FILL, LISTED
from .patterns import lazy_pattern
from .words import words

# migrations: `old` and `new` are lists
ARROW = lazy_pattern(r"→|⇒|➜|➔|⟶|▶|=>|->|➡️?")
ARROW_ASIDE = words(r"from", r"mov\w+", r"migrat\w+", r"switch\w*", r"replac\w+")
# beside an arrow: it is a change that is told, not the way that data take
CHANGES = words(
    r"migra\w*", r"mov(?:e[ds]?|ing)", r"replac\w*", r"switch\w*", r"was", r"were", r"old", r"new", r"former\w*", r"previous\w*", r"phases? \w+", r"upgrad\w*",
    r"(?:19|20)\d\d", r"evol\w+", r"history", r"chang\w+", r"from", r"legacy", r"moderni\w+", r"before", r"after", r"now", r"roadmap", r"plan\w*", r"decisions?", r"transition\w*", r"ersetzt", r"remplac\w+",
)  # fmt: skip
CHANGES_ELSEWHERE = lazy_pattern(r"迁移|迁|替换|改用|移行|乗り換え|刷新")
_LEFT_LIST = FAR_LIST.replace(
    "(?:[", r"(?:(?!(?:with|by|into|onto|via|using)\b)[", 1
)  # "replace this with X" leaves no X
_OLD, _NEW = rf"(?P<old>{_LEFT_LIST})", rf"(?P<new>{FAR_LIST})"


def _begun(pattern: str) -> str:
    """A pattern that begins with a list needs no words before it: the names are found, not looked for at every word."""
    first = _LEFT_LIST if pattern.startswith(_OLD) else FAR_LIST
    return pattern.replace(first, LISTED, 1) if pattern.startswith((_OLD, _NEW)) else pattern


MIGRATIONS: tuple[re.Pattern[str], ...] = tuple(
    lazy_pattern(_begun(pattern))
    for pattern in (
        rf"\b(?:goodbye|bye[- ]bye|farewell)(?: to)?\s+{_OLD}{FILL}{{0,30}}?\b(?:welcomed|hello|hi|embraced|adopted|introduced)(?: to)?\s+{_NEW}",
        rf"{_OLD}{FILL}{{0,40}}?\b(?:is|are|was|were|be|been|being)\s+(?:being\s+|completely\s+|slowly\s+|gradually\s+)?(?:rewritten|ported|reimplemented|rebuilt|converted|migrated|moved|translated)\s+(?:in|to|into|on|with|onto)\s+{_NEW}",
        rf"\b(?:originally|initially|previously|first|formerly)\s+(?:\w+\s+){{0,2}}(?:written|built|developed|implemented|hosted|deployed|running|based|coded)\s+(?:in|on|with)\s+{_OLD}[^.!?\n{LISTED}]{{0,60}}?\b(?:rewritten|ported|moved|migrated|rebuilt|reimplemented|converted|now)\b{FILL}{{0,30}}?\b(?:in|to|onto|on|with|into)\s+{_NEW}",
        rf"{_OLD}[^.!?;\n{LISTED}]{{0,30}}?\bbut\b[^.!?;\n{LISTED}]{{0,60}}?\b(?:might|may|could|will|should)\s+be\s+(?:\w+ly\s+)?(?:rewritten|ported|rebuilt|converted|migrated|moved|replaced)\s+(?:in|to|into|on|onto|by|with)\s+{_NEW}",
        rf"\b(?:mov|migrat|switch|transition)\w*\b{FILL}{{0,40}}?\b(?:to|onto)\s+{_NEW}{FILL}{{0,30}}?\b(?:left|leaving|dropped|dropping|ditched|ditching|abandoned|retired)\s+{_OLD}",
        rf"^\W*(?:moving|migrating|transitioning|switching|coming)\s+(?:away\s+|over\s+)?from\s+{_OLD}{FILL}{{0,120}}?\b(?:moved|transitioned|migrated|switched|turned|changed)\s+(?:over\s+)?to\b{FILL}{{0,100}}?\b(?:in|on|with|using)\s+{_NEW}",
        rf"\b(?:переш\w+|переех\w+|мигрир\w+|перев[её]\w+|уш[ёел]\w*|переезд\w*|переход\w*|миграц\w+)\b{FILL}{{0,40}}?\b\w{{1,2}}\s+{_OLD}{FILL}{{0,20}}?\s+(?:на|в|к)\s+{_NEW}",
        rf"{_NEW}\s+(?:\w+\s+){{0,3}}?(?:taken|took|takes|taking)\s+over\s+(?:from|for)\s+{_OLD}",
        rf"{_OLD}\s+(?:\w+\s+){{0,3}}?(?:gave|gives|giving|given|made|makes)\s+way\s+(?:to|for)\s+{_NEW}",
        rf"\b(?:mov|migrat|switch|transition|get|got|transfer|shift)\w*\b{FILL}{{0,30}}?\b(?:off|away from|out of)(?: of)?\s+{_OLD}{FILL}{{0,30}}?\b(?:onto|on to|to|into|over to)\s+{_NEW}",
        rf"\boutgr\w+\s+{_OLD}{FILL}{{0,60}}?\b(?:turned|moved|switched|went|migrated|upgraded)\s+(?:\w+\s+){{0,2}}?to\s+{_NEW}",
        rf"{_NEW}\s+(?:\w+\s+){{0,2}}?(?:took|takes|taken|taking)\s+the\s+place\s+of\s+{_OLD}",
        rf"\boutgr\w+\s+{_OLD}{FILL}{{0,30}}?\bnow\b{FILL}{{0,40}}?{_NEW}",
        rf"\b(?:started|began|launched|lived)\s+(?:out\s+|life\s+)?(?:on|with|in)\s+{_OLD}[^.!?;\n{LISTED}]{{0,60}}?\b(?:moved|migrated|switched|transitioned)\s+(?:\w+\s+){{0,3}}?(?:to|onto)\s+{_NEW}",
        rf"{_OLD},?\s+(?:which|that)\s+(?:we|they|the team)\s+(?:\w+\s+){{0,3}}?(?:replaced|exchanged|swapped|traded)\s+(?:for|with|by)\s+{_NEW}",
        rf"\bused to\s+\w+\s+(?:in|on|with|at)\s+{_OLD}[^.!?;\n{LISTED}]{{0,20}}?\b(?:now|today)\b[^.!?;\n{LISTED}]{{0,40}}?{_NEW}",
        rf"{_OLD}\s+(?:is|are|was|were|has been|have been)\b{FILL}{{0,90}}?\b(?:is|are|has been|being|been|was|were)\s+(?:\w+\s+){{0,2}}?replaced\s+by\s+{_NEW}",
        rf"\bin (?:the )?place of\s+{_OLD},?\s+(?:we |they |it |the team )?(?:now |today )?(?:\w+\s+){{0,2}}?{_NEW}",
        rf"{_OLD}\s+(?:\w+\s+){{0,2}}?(?:was|were|has been|have been|is being|are being)\s+(?:\w+\s+)?(?:shut down|retired|decommissioned|dropped|deprecated|sunset|phased out|removed|abandoned|turned off){FILL}{{0,40}}?\b(?:in favou?r of|for)\s+{_NEW}",
        rf"\bfrom\s+{_OLD}{FILL}{{0,40}}?\bto\s+(?:[\w-]+\s+){{0,3}}{LISTED}\s+(?:in|written in|using)\s+{_NEW}",
        rf"{_NEW}[^.!?;\n{LISTED}]{{0,60}}?[(（]\s*(?:they|we|it|he|she|having)\s+(?:\w+\s+){{0,2}}?(?:moved|migrated|switched|came)\s+(?:\w+\s+){{0,2}}?(?:from|off)(?: of)?\s+{_OLD}",
        rf"{_NEW}[^.!?\n{LISTED}]{{0,30}}?\bhaving (?:moved|migrated|switched|transitioned)\s+(?:\w+\s+){{0,3}}?(?:from|off)\s+{_OLD}",
        rf"{_NEW}[^.!?\n{LISTED}]{{0,40}}?\bafter (?:moving|migrating|switching|transitioning|coming)\s+(?:\w+\s+){{0,2}}?(?:off(?: of)?|away from|from)\s+{_OLD}",
        rf"\b(?:used to|previously|formerly|once|originally|initially|until (?:19|20)\d\d|at first)\b[^.!?;\n{LISTED}]{{0,50}}?{_OLD}[^.!?\n{LISTED}]{{0,40}}?[,;—–-]\s*[^.!?\n{LISTED}]{{0,30}}?\b(?:now|today|since|these days|nowadays)\b[^.!?;\n{LISTED}]{{0,40}}?{_NEW}",
        rf"\b(?:migrat|mov|switch|transition|shift|chang|port|convert|went|going|goes|gone|jump|rewr|rebuil|upgrad|evolv|consolidat|transfer|journey|replatform)\w*\b{FILL}{{0,80}}?\bfrom\b\s+{_OLD}{FILL}{{0,60}}?\b(?:to|onto|into|towards?|over to|in|in favou?r of)\b\s+(?:(?:using|a|an)\s+)?{_NEW}",
        rf"\b(?:migrat|mov|transition|shift|transfer)\w*\s+(?:(?:our|the|all|its|their|an?|this|these|most|every|of|entire|primary|main|whole|existing|legacy|production)\s+){{0,4}}{LISTED}{FILL}{{0,40}}?\bfrom\s+{_OLD}{FILL}{{0,40}}?\b(?:to|onto|into)\s+{_NEW}",
        rf"\b(?:migrat|mov|switch|transition|shift|chang|port|convert|went)\w*\b{FILL}{{0,30}}?\b(?:to|onto)\s+{_NEW}{FILL}{{0,30}}?\bfrom\s+{_OLD}",
        rf"\bfrom\s+{_OLD}{FILL}{{0,30}}?\s+(?:to|onto)\s+{_NEW}{FILL}{{0,20}}?(?:migration|move|switch|transition|rewrite)",
        rf"\b(?:migration|move|switch|transition)\s+(?:away )?from\s+{_OLD}{FILL}{{0,60}}?\bto\b\s+{_NEW}",
        rf"\breplac(?:e|ed|es|ing)\s+{_OLD}{FILL}{{0,40}}?\b(?:with|by)\b\s+{_NEW}",
        rf"\b(?:swap(?:ped|ping)?|trad(?:e|ed|ing)|exchang(?:ed|ing))(?: out)?\s+{_OLD}{FILL}{{0,30}}?\b(?:for|with)\b\s+{_NEW}",
        rf"{_OLD}(?:\s+{FILL}{{0,40}}?|,\s+(?:but|and|though|although)?\s*(?:it|this|that|which)\s+)?\b(?:(?:was|were|has been|have been|(?:is|are|was|were)(?:\s+\w+)?\s+being|will be|is|are|to be|had been|got)\s+(?:\w+\s+)?)?(?:replaced|superseded|superceded|succeeded|supplanted|swapped)\s+(?:by|with|for)\s+{_NEW}",
        rf"{_NEW}\s+(?:{FILL}{{0,30}}?)?(?:replaced|replaces|supersedes|superseded|succeeds|succeeded|supplanted|(?:is|was|as)\s+(?:a|the|our|an?\s+\w+)\s+replacement\s+(?:for|of)|is replacing|will replace|to replace)\s+{_OLD}",
        rf"\b(?:drop(?:ped|ping)?|abandon(?:ed|ing)?|ditch(?:ed|ing)?|deprecat(?:ed|ing)|retir(?:ed|ing)|sunset(?:ting)?|gave up(?: on)?|giv(?:e|ing) up(?: on)?|outgrew|phas(?:ed|ing) out|mov(?:ed|ing) (?:away from|off)|migrat(?:ed|ing) (?:away from|off))\s+{_OLD}{FILL}{{0,60}}?\b(?:in favou?r of|for|and (?:moved|switched|migrated|went) (?:over )?(?:to|with)|and (?:adopted|chose|introduced)|to)\b\s+{_NEW}",
        rf"\b(?:left|leav(?:e|ing))\s+{_OLD}{FILL}{{0,60}}?\b(?:in favou?r of|for|and (?:moved|switched|migrated|went) (?:over )?(?:to|with)|and (?:adopted|chose|introduced))\b\s+{_NEW}",
        rf"{_NEW}\s*[(（,–—-]\s*(?:which |that |was |were |we |just |recently |only |since ){{0,3}}(?:migrat|mov|switch|transition|port|rewrit|convert)\w*\s+(?:\w+\s+){{0,3}}?(?:from|off)(?: of)?\s+{_OLD}",
        rf"{_OLD}\s*[(（,–—-]\s*(?:which |that |was |were |we |are |is |just |recently |only |since |in |the |process |of |now |currently ){{0,4}}(?:plan\w* (?:to|on|for) |want\w* to |going to |will |to be |soon (?:to be )?|looking to )?(?:migrat|mov|switch|transition|replac|chang)\w*\s+(?:\w+\s+){{0,3}}?(?:to|with|by|towards?|in favou?r of)\s+{_NEW}",
        rf"{_OLD}(?:['’]s)?(?:\s+[\w-]{{1,20}}){{0,2}}?\s*(?:→|⇒|➜|➔|⟶|▶|=>|->|-->|➡️?)\s*{_NEW}",
        rf"{_OLD}[^.!?;\n{LISTED}]{{0,80}}?\breplac(?:e|ed|ing)\s+(?:this|it|them|these|that|those)\s+(?:with|by)\s+{_NEW}",
        rf"\b(?:used|ran|started|began|launched|initially|originally|previously|formerly|at first|built)\b{FILL}{{0,40}}?{_OLD}{FILL}{{0,60}}?[,;.]?\s*(?:but\s+|and\s+|then\s+|we\s+|later\s+|now\s+|eventually\s+|have\s+|since\s+|has\s+|it\s+|they\s+|subsequently\s+){{1,6}}(?:moved|migrated|switched|transitioned|shifted|changed|upgraded|ported|converted|rewrote|rewritten|moving|migrating|switching)\s+(?:\w+\s+){{0,4}}?(?:to|onto|over to|into|in)\s+{_NEW}",
        rf"\bafter\s+[^.!?;\n{LISTED}]{{0,40}}?(?:on|with|of|using)\s+{_OLD},?\s[^.!?;\n{LISTED}]{{0,60}}?(?:migrat\w+|mov\w+|switch\w+|transition\w+)\s+(?:\w+\s+){{0,3}}?(?:to|onto)\s+{_NEW}",
        rf"\bfavou?r(?:ed|ing|s)?\s+{_NEW}\s+over\s+{_OLD}",
        rf"\binstead of\s+{_OLD},?\s+(?:we|they)\s+(?:now|today|currently)\s+(?:use|run)\s+{_NEW}",
        rf"{_NEW}\s+(?:was|were)\s+(?:chosen|selected|introduced|adopted)\s+after\s+(?:the\s+)?(?:initial\s+)?(?:choice\s+of\s+)?(?:the\s+)?{_OLD}",
        rf"{_OLD}(?:から|より)\s*{_NEW}\s*(?:へ|に|への)(?:の)?(?:移行|置き換え|乗り換え|変更|リプレース)",
        rf"{_NEW}\s*[（(](?:which )?(?:replaces|replacing|replaced|instead of|reemplaza(?:ndo)?(?: a)?|sustituye(?: a)?|remplace|substitui|ersetzt|替代|取代)\s*{_OLD}",
        rf"{_OLD}[^。\n{LISTED}]{{0,20}}(?:迁移到|迁移至|切换到|替换为|替换成|改为|改用|换成|升级到)\s*{_NEW}",
        rf"(?:用|使用)\s*{_NEW}\s*(?:替换|替代|取代)(?:了)?\s*{_OLD}",
        rf"(?:从|由)\s*{_OLD}\s*(?:迁移|切换|转|升级|替换)(?:到|至|为|成)\s*{_NEW}",
        rf"\bvon\s+{_OLD}\s+(?:auf|zu|nach)\s+{_NEW}{FILL}{{0,30}}?(?:migrier|umgestellt|umgestiegen|gewechselt|umgezogen|gewandert|umstieg|wechsel)",
        rf"\b(?:migr\w+|passage|pass\w+|mud\w+|cambi\w+|transi\w+|tras\w+|sai\w+|saí\w+|vind\w+|deix\w+|abandon\w+|quitt\w+)\b{FILL}{{0,30}}?\b(?:d[’']|(?:d[eoau]s?|depuis|desde|del|de l[ao]s?)\s+){_OLD}{FILL}{{0,30}}?\s+(?:à|vers|a|al|para|hacia|au|pra|en|em)\s+{_NEW}",
        rf"\b(?:abandon\w+|deix\w+|dej\w+|reempla\w+|sustitu\w+|substitu\w+|troc\w+|remplac\w+)\s+(?:(?:o|a|el|la|le|l['’])\s+)?{_OLD}{FILL}{{0,40}}?\b(?:por|pelo|pela|par|au profit de|en faveur de)\s+{_NEW}",
        rf"\b(?:haben|hat|wurde|wird|werden)\b{FILL}{{0,30}}?{_OLD}\s+(?:durch|mit)\s+{_NEW}\s+(?:\w+\s+)?(?:ersetz|abgelöst)",
    )
)
# a text without any of these tells no change
# "rewriting our Node.js services into Elixir": of the same kind only, else it is where a thing runs
REMADE = lazy_pattern(
    rf"\b(?:rewrit(?:ing|ten)|rewrote|port(?:ed|ing)|convert(?:ed|ing)|migrat(?:ed|ing)|translat(?:ed|ing)|mov(?:ed|ing)|consolidat(?:ed|ing))\s+"
    rf"(?:(?!from\b|to\b|onto\b|into\b|away\b|off\b)[\w'’-]+\s+){{0,6}}?(?P<old>{LISTED}){FILL}{{0,40}}?\b(?:into|to|in|onto|over to)\s+(?P<new>{FAR_LIST})"
)
# "after a year on X we decided to build our own Y": the same
LIKELY = (
    REMADE,
    # a title: "From Puppet to Ansible", "Our journey to Thanos from M3DB"
    lazy_pattern(
        rf"^\W*(?:(?:\w+ ){{0,3}}(?:journey|road|path|way|story|leap|jump|trip)\s+)?from\s+(?P<old>{LISTED})(?:\s+\w+)?\s+to\s+(?P<new>{LISTED})(?=\s*(?:$|[:–—(|,-]|in \d|at |with))"
    ),
    lazy_pattern(
        rf"^\W*(?:[\w'’]+ ){{0,3}}(?:journey|road|path|way|move|migration|switch)\s+to\s+(?P<new>{LISTED})\s+from\s+(?P<old>{LISTED})"
    ),
    # a decision: "Use Thanos instead of a self-managed instance of Prometheus"
    lazy_pattern(
        rf"^\W*(?:we (?:will|should|shall) )?(?:use|adopt|introduce)\s+(?:[\w'’-]+\s+){{0,3}}?(?P<new>{LISTED}){FILL}{{0,60}}?\binstead of\s+(?:[\w'’-]+\s+){{0,5}}?(?P<old>{LISTED})"
    ),
    # "Before Sidekiq, jobs ran on Resque"
    lazy_pattern(
        rf"\bbefore\s+(?P<new>{LISTED}),?\s+{FILL}{{1,40}}?\b(?:ran|lived|was|were|used|relied|had)\s+(?:\w+\s+){{0,3}}?(?:on\s+|in\s+|with\s+|by\s+)?(?P<old>{LISTED})"
    ),
    lazy_pattern(
        rf"\binstead of (?:our|the|its|their) (?:old|former|previous|legacy|earlier|aging)\s+(?P<old>{LISTED}){FILL}{{0,20}}?\b(?:we|they|it|the \w+|which|everything)\s+(?:now |today )?(?:use[sd]?|runs?|have|has|rel(?:y|ies) on)\s+(?P<new>{FAR_LIST})"
    ),
    lazy_pattern(
        rf"\b(?:turned off|shut down|removed|retired|dropped|killed|scrapped|ditched|abandoned)\s+(?P<old>{FAR_LIST}){FILL}{{0,20}}?,?\s+and\s+"
        rf"(?:(?:put|brought|introduced|rolled out|installed|set up|deployed)\s+(?:in\s+)?(?P<new>{FAR_LIST})|(?P<doing>{LISTED})\s+(?:\w+\s+){{0,4}}?(?:now|instead|took over|takes over)\b)"
    ),
    lazy_pattern(
        rf"\b(?:used|ran|had|relied on|were on|was on)\s+(?P<old>{FAR_LIST}){FILL}{{0,40}}?\b(?:until|till)\b{FILL}{{0,40}}?\b(?:when|and then)\b"
        rf"{FILL}{{0,40}}?\b(?:introduced|adopted|moved to|switched to|brought in|chose|migrated to|replaced it with|went with)\s+(?P<new>{FAR_LIST})"
    ),
    lazy_pattern(
        rf"\bafter\s+[^.!?;\n{LISTED}]{{0,30}}?(?:operating|running|using|on|with|of)\s+(?P<old>{FAR_LIST}),?\s{FILL}{{0,60}}?"
        rf"\b(?:decided|chose|opted|moved|switched|turned|began|started|set out)\b{FILL}{{0,60}}?(?P<new>{LISTED})"
    ),
    lazy_pattern(
        rf"^\W*(?:moving|migrating|transitioning|switching|coming)\s+(?:away\s+|over\s+)?from\s+(?P<old>{FAR_LIST}){FILL}{{0,60}}?"
        rf"\b(?:embraced|adopted|chose|picked|introduced|turned to|went with|built|selected)\b{FILL}{{0,100}}?(?P<new>{LISTED})"
    ),
)
CHANGING = lazy_pattern(
    r"migr|mov|switch|transition|replac|swap|drop|abandon|ditch|left|leav|deprecat|retir|sunset|outgr|phas|favou?r|instead|upgrad|rewr|rebuil|"
    r"port|convert|convers|shift|chang|supersed|succe|evol|used to|previous|former|once|origin|initial|→|⇒|=>|->|ersetz|remplac|reempl|sustitu|移|换|替|改|переш|переех|мигр|перев|уш|перех",
    re.IGNORECASE,
)
# what is carried from one to the other again and again
CARRIED = lazy_pattern(
    r"(?:move|moves|moving|transfer|transfers|transferring|port|shift|shifts|shifting|transition|transitions)\s+(?:\w+\s+){0,3}?"
    r"(?:data|events?|logs?|messages?|files?|records?|metrics|rows|traffic|requests?|backups?|images?)\b"
)
# the way of others, or none that was gone
WAY_OF_OTHERS = lazy_pattern(
    r"\b(?:talk(?:s|ed|ing)?|spoke|speaks|presented|writes?|wrote|webinar|book|course|tutorial) (?:about|on|of) (?:how \w+ )?(?:mov|migrat|switch|go)ing\b|"
    r"\b(?:help(?:s|ed|ing)?|allow(?:s|ed|ing)?|enabl(?:e|es|ed|ing)|lets?) (?:\w+ ){1,4}?(?:to )?(?:move|migrate|switch|transition)\b|"
    r"\b(?:customers?|clients|users) (?:\w+ )?(?:mov|migrat|switch|transition)\w*\b|"
    r"\b(?:thought|thinking|talked) (?:about|of) (?:rewriting|moving|migrating|switching|replacing|porting)\b|"
    r"\bdecided against\b|\b(?:stack|range|everything|anything|skills?|technolog\w+) (?:goes|ranges?|going|ranging) from\b"
)
# to what: the sentence does not say from where
TURNED = lazy_pattern(
    rf"\b(?:rewrit\w+|rewrote|rebuil\w+|reimplement\w+|re-implement\w+)\s+(?:\w+\s+){{0,4}}?(?:in|on|with|to|using)\s+(?P<anew>{FAR_LIST})|"
    rf"\b(?:mov|migrat|switch|transition|shift|port|convert|went|going|gone|turn)\w*\s+(?:(?!from\b|away\b|off\b)[\w'’]+\s+){{0,6}}?"
    rf"(?<!thanks )(?<!due )(?<!next )(?:to|onto|over to|into|towards?|in favou?r of)\s+(?:(?:use|using|work with|working with|adopt|adopting|run on|running on)\s+)?(?P<new>{FAR_LIST})"
    rf"|\b(?:went (?:for|with|all in on)|opted for|settled on)\s+(?P<settled>{FAR_LIST})"
    rf"|\b(?:adopted|chose|introduced|embraced|use|uses|using)\s+(?P<instead>{FAR_LIST})\s+instead\b(?! of)"
)
# in the next sentence: "Now, the system uses …"
NOWADAYS = lazy_pattern(
    rf"^\W*(?:our|the|its|their) new (?:one|version|stack|system|set-?up|solution|platform|architecture|pipeline|site|app|application|backend|frontend|search|infrastructure)\s+(?:[\w'’]+\s+){{0,3}}?(?:is|was|runs|uses|relies|lives|sits)\s+(?:on |in |with |built |written |based )*(?P<newer>{FAR_LIST})"
    rf"|^\W*(?:now|today|nowadays|these days|currently|since then|after (?:the|that) \w+),?\s+(?:[\w'’]+\s+){{0,5}}?(?:uses?|using|runs?(?: on)?|relies on|is (?:built|running|hosted|served|handled|powered)(?: on| by| in| with)?)\s+(?P<new>{FAR_LIST})"
)
ONGOING = words(
    r"(?:are|is|am|currently|still|begun|began|started|been|busy|slowly|gradually|now|we['’]re|keep) (?:\w+ ){0,2}?(?:migrating|moving|switching|transitioning|replacing|shifting|porting|phasing|converting|rewriting)",
    r"in the middle of",
    r"half-?way",
    r"being (?:replaced|rewritten|migrated|ported|phased|moved|retired|converted)",
    r"in progress",
    r"(?:now|currently|just) starting to",
    r"est(?:amos|á|ão|án) migrando",
    r"estamos \w+ndo",
    r"en cours de",
    r"en train de",
    r"sind dabei",
    r"wird gerade",
    r"under ?way",
    r"gradually",
    r"slowly",
    r"in the process",
    r"(?:is|are) being (?:rolled|re-?\w+|superseded|sunset|decommissioned|switched|built)",
    r"ongoing",
    r"step by step",
    r"移行中",
    r"迁移中",
    r"en cours",
)
WILL = words(
    r"plan\w*",
    r"will",
    r"going to",
    r"wants? to",
    r"intend\w*",
    r"hope",
    r"roadmap",
    r"future",
    r"target",
    r"next",
    r"(?:is|are) to be",
    r"should",
    r"ought to",
    r"recommend\w*",
    r"consider\w*",
    r"would",
    r"could",
    r"might",
    r"予定",
    r"migrate to",
)
