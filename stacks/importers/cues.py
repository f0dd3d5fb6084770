"""How a sentence says that a technology is used, left, planned, tried or only named.

Names in a sentence are one character each here (NAME), a list of them is another (LISTED), so that a pattern can speak of
lists of names; every repetition is bounded.
"""

import re

from .patterns import lazy_pattern
from .words import words

NAME = "\ue000"
LISTED = "\ue001"

# a sentence: a list of names is one character (LISTED) before the cues are looked for
_STAGED = (
    r"(?:although|though|but|we)?,? ?(?:we are |we[’']re |it is |it was )?(?:now |currently |to be |being )?(?:starting to|deprecated|legacy|old|eol|end of life|retired|retiring|planned|future|upcoming|coming|trial|pilot|poc|proof of concept|beta|experiment\w*|evaluat\w*|until|before|formerly|previously|"
    r"replac\w*|reemplaz\w*|sustitu\w*|remplac\w*|ersetz\w*|statt|instead of|alternatives?|not|similar|like|unlike|sunset|phasing|to-?do|tbd|soon|migrating|moving|planning|no longer|testing|in progress|wip|next|(?:just |recently |since |was |we )?(?:migrat|mov|switch|port|rewrit|convert|transition)(?:ed|ing|ten)|was|were)\b"
)
_TAIL = (
    rf"(?:[’']s)?(?:\s+v?\d[\d.x]{{0,10}}\+?(?=\s))?(?:\s*[(（](?!{_STAGED})[^()（）\n]{{0,120}}[)）])?"
    r"(?:\s+(?:instances?|clusters?|servers?|databases?|apps?|applications?|framework|libraries|library|engine|deployments?|topics?|platforms?|playbooks?|setup|environments?|stack|distro|project))?"
)
_AND = r"\s*(?:,\s*(?:and\s|or\s|&)?|/|\+|&|、|，|\band\s|\bor\s|\bplus\s|\bas well as\s|\balong with\s|\btogether with\s|\bund\s|\bet\s|\by\s|\be\s|\bи\s|和|与|以及|及|と|や|와\s|과\s)\s*"
_FILLED = r"(?:(?:the|a|an|our|even|also|later|then|sometimes|some|using|on|in|finally|now)\s+){0,2}"
JOINED = lazy_pattern(rf"{NAME}{_TAIL}(?:{_AND}{_FILLED}{NAME}{_TAIL}){{0,40}}")
LIST = rf"(?:[\w'’./+-]{{1,20}}\s+){{0,3}}?{LISTED}"
FILL = rf"[^.!?;\n{LISTED}]"
# a word of a stage behind a name ends there: "(legacy)", and not "(legacy API included)"
_ENDS = r"(?=\s*(?:[)\].,;:–—-](?!\w)|$|(?:by|in|since|at|from|for|as|soon|until|now|due|but|which|that|and (?:will|to be|being|should|must)|projects?|systems?|code|monoliths?|apps?|applications?|services?|parts?|tools?|set-?ups?)\b))"
FAR_LIST = rf"(?:[\w'’./+\ufffc-]{{1,20}}\s+){{0,5}}?{LISTED}"  # where the cue is plain enough


def cue(pattern: str) -> re.Pattern[str]:
    return lazy_pattern(rf"(?<![^\W_])(?:{pattern})")


NEGATED = cue(
    r"(?:unlike|contrairement (?:à|aux?)(?: d[’']autres \w+ comme)?|im gegensatz zu|a diferencia de|ao contrário d\w{1,2}|(?:exclude[ds]?|excluding|discount(?:ed)?|discard(?:ed)?|dismiss(?:ed)?)(?: (?:solutions|options|tools|products|alternatives|candidates))?(?: (?:such as|like|including))?|instead of(?: using)?|rather than(?: using)?|as opposed to|(?:as )?compared (?:to|with|against)|comparing|in comparison (?:to|with)|vs\.?|versus|alternatives? (?:to|like|such as)|similar to|inspired by|influenced by|(?:emulat|mimic|imitat|resembl|reminisc|outperform|rival)\w*(?: \w+){0,4}?|(?:service|product|tool|experience|thing) we (?:most |really )?(?:wanted|want|hoped|hope) to (?:emulate|copy|match|be like) (?:was|is)|model(?:l)?ed (?:on|after)|"
    r"competitors?(?: like| such as| to)?|competes? with|avoid(?:ed|ing|s)?|unless (?:it|you|they)(?:[’']?s|[’']re| are| is| use)|found (?:\w+ ){0,3}?(?:frameworks|tools|libraries|options|candidates|alternatives|solutions|projects|gems|products)[:,]?|(?:colleagues|job|role|years|time|stints?|friends?) at|(?:do|does|did|are|is|were|was|have|has|had|will|would|should|could|can)(?:n['’]?t| not| never)(?: \w+){0,2}? (?:work with|play with|integrate with|use|used|using|need|needed|want|require|run|running|have|depend on|rely on|like|choose|support|be|consider|pick|adopt|evaluate|look at|go with)|"
    r"never (?:used|use|ran|needed)|without(?: using| needing)?|no need (?:for|of)|need no|not (?:use|using|on|in|a|an|based on|just|only|like|as)|replacement for|better than|faster than|slower than|cheaper than|simpler than|more \w+ than|less \w+ than|than|"
    r"if you(?:['’]re| are| use| want| have| need| prefer)(?: \w+){0,3}?|(?:even )?if we(?: had)?(?: \w+){0,2}?|looked (?:at|into)(?: (?:\w+ ){0,3}?(?:options|solutions|alternatives|candidates|tools|products|systems),?(?: including| like| such as)?)?|tried(?: to use| using| out)?|mention(?:s|ed|ing)?|consider(?:ed|ing)(?: [\w'’-]+){0,7}?|evaluated|compared|benchmarked|researched|investigated|explored|toyed with|played with|thought about|rejected|ruled out|decided against|opted against|passed on|"
    r"(?:may|might|could|can) be (?:done|achieved|built|implemented|automated|solved|handled|replaced)(?: \w+){0,2}? (?:using|with|by|via)|(?:would|might|may|could|should) be possible to\b[^.!?;]{0,60}?|something (?:like|similar to)|would (?:\w+ ){0,4}?(?:use|deploy|choose|pick|reach for)(?: \w+){0,2}?(?: (?:to|on))?|could(?: have)? used?|might use|(?:might|may|would|could) otherwise (?:have )?used?|would(?: have|['’]ve) (?:used|loved|liked|preferred|chosen|picked|needed)|you (?:can|could|may|might|should) (?:also )?(?:use|try|choose|pick)|for (?:users|customers|people|teams|companies|developers) (?:of|on|using|with)|customers? (?:use|using|like|include|such as|on)|clients? (?:like|such as|include)|"
    r"(?:companies|organizations|teams|people|those|others|startups|giants|players) (?:like|such as|including|at)|as used (?:by|at)|popular(?:i[sz]ed)? (?:by|at|with)|created (?:by|at)|developed (?:by|at)|maintained by|acquired by|made by|invented (?:by|at)|owned by|designed by|open[- ]sourced by|written by|originally from|"
    r"coming from|backgrounds? in|(?:came|come|comes|coming) from an?|(?:previous|prior|earlier|past|extensive) (?:\w+ ){0,2}?(?:practice|experience|work|job|jobs|life|company|companies|projects?|startups?)\b[^.!?;]{0,40}?|the same (?:\w+ ){0,4}?as|prototypes?\b[^.!?;]{0,40}? in(?: \w+ technologies:?)?|after (?:trying|evaluating|testing|comparing|experimenting)(?: out| with)?(?: both)?|(?:do|does|did)(?:n['’]?t| not) (?:include|cover|apply to|affect)(?: \w+){0,4}?|experiences? (?:with|in|of|running|using)|the ones? (?:from|at|by|of)|familiar(?:ity)? with|knowledge of|(?:knowledge|expertise|skills?)(?: areas?)? (?:is|are|was|were)(?: \w+){0,3}?,?|worked (?:with|on|at)|engineers? (?:from|at)|ex-|previously at|talk(?:s|ed)? (?:at|about)|follow us on|find us on|us on|him on|her on|me on|them on|(?:company|he|she) is on|share on|post(?:ed)? on|tweet\w*|on our)\s+"
    + FAR_LIST
)  # fmt: skip
USED = cue(
    r"(?:us(?:e|es|ed|ing)(?: (?:of|both|only|mostly|mainly|primarily|heavily|a lot of|the|a mix of|a combination of))?|utili[sz](?:e|es|ed|ing)|make(?:s)? (?:heavy |extensive |great )?use of|making use of|"
    r"(?:run|runs|running|ran)(?: (?:entirely|mostly|primarily|almost everything|everything|our \w+|all \w+|it|them|this))?(?: (?:on|in|inside|under|atop|with|via|as))?|"
    r"(?:built|build|builds|building|developed|implemented|written|rewritten|coded|authored|created|designed|crafted|engineered|programmed|scripted|constructed|composed)(?: (?:almost |entirely |mostly |mainly |purely |primarily |completely |natively |largely |internally|in-house))?(?: out)?(?: (?:with|on|in|using|around|upon|atop|from|via|on top of|by|out of))|"
    r"(?:go|goes|land|lands|end up) (?:to|in|into)|(?:is|are) (?:now |all |still )?on|(?:applications?|apps?|services?|workloads?|clusters?|containers?|functions?|websites?|backends?|frontends?|apis?) (?:running |deployed |hosted )?(?:on|in)|powered by|driven by|backed by|fronted by|relys?(?: \w+)? (?:up)?on|rel(?:y|ies|ied|ying)(?: \w+)? (?:up)?on|depend(?:s|ed|ing)?(?: \w+)? on|"
    r"(?:deploy|deploys|deployed|deploying|ship|shipped|host|hosts|hosted|hosting|provision(?:ed|ing|s)?|containeri[sz]ed)(?: (?:it|them|everything|our \w+|all \w+|these \w+|the \w+))?(?: (?:on|to|with|via|through|using|in|by|at|inside|into|onto))|"
    r"leverag(?:e|es|ed|ing)|adopt(?:s|ed|ing)?|employ(?:s|ed|ing)?|cho(?:ose|oses|sen|se|osing)(?: to (?:use|go with|adopt))?|pick(?:ed|ing|s)?|select(?:ed|ing|s)|went with|go(?:es|ing)? with|gone with|settled on|opted for|landed on|decided (?:on|to use|to go with|to adopt)|bet(?:ting)? on|standardi[sz]ed? on|"
    r"(?:store|stores|stored|storing|upload(?:s|ed|ing)?|push(?:es|ed|ing)?|persist(?:ed|s)?|kept|keep|keeps|saved?|cached?|index(?:ed)?|archived?|live|lives|reside[sd]?)(?: \w+){0,4}? (?:in|on|into|to|with|via|by)|"
    r"(?:serve|served|serves|serving|delivered|distributed|exposed|routed|proxied)(?: \w+){0,3}? (?:from|by|via|with|through|over|behind)|"
    r"(?:monitor|monitored|monitors|monitoring|observability|logging|tracing|alerting|track|tracked|tested|testing|analy[sz]ed|visuali[sz]ed|managed?|manages|managing|handle|handled|handling|orchestrated?|orchestrates|automated?|automating|schedul(?:e|ed|es|ing)|trigger(?:ed|s)?|process(?:ed|es|ing)?|packaged|bundled|compiled|compressed|secured|encrypted|authenticated?|authentication|provided|operated|maintained|supported|implemented|configured|built)(?: \w+){0,3}? (?:with|by|via|using|through|in|on|from)|"
    r"based (?:up)?on|based around|(?:sits?|sitting|layered|running) on(?: top of)?|on top of|integrat(?:e|es|ed|ing|ion)s?(?: \w+)? (?:with|into)|works? with|"
    r"(?:mov|migrat|switch|transition|port|shift|upgrad|convert|rewr|replatform|consolidat)\w*(?: \w+){0,4}? (?:to|into|onto|over to|towards?|in)|"
    r"(?:is|are|be|been|being|gets?|was|were)(?: \w+ly)? \w+(?:ed|en|lt|nt|ung)(?: \w+){0,2}? (?:with|via|using|through|by)|combination of|consist(?:s|ed|ing)? of|compris(?:e|es|ed|ing)(?: of)?|stack (?:is|was|consists of|includes|of|looks like|:)|includ(?:es?|ing)|introduc(?:e|ed|es|ing)|added|adding|incorporat(?:e|es|ed|ing)|thanks to|with the help of|by means of|"
    r"(?:written|coded|programming|programmed|develop\w*|work|working) in|talks? to|communicat\w+ (?:via|over|through|with|using)|connect(?:s|ed|ing)?(?: \w+){0,2} (?:to|via|through)|queries|quer(?:y|ying)|calls?|push(?:es|ed|ing)?(?: \w+){0,4}? (?:to|into|through)|send(?:s|ing)?(?: \w+){0,4}? (?:to|via|through|with|using)|sent (?:to|via|through)|stream(?:s|ed|ing)?(?: \w+){0,3}? (?:to|into|through|via|with|from)|publish(?:es|ed|ing)?(?: \w+){0,3}? (?:to|on|via)|written to|writes? to|read(?:s|ing)? from|consum\w+(?: \w+){0,2} from|"
    r"(?:forward|pip|feed|fed|rout|shipp?|flow|emit|export|ingest|load|dump|sync|replicat)(?:e|es|ed|ing|s)?(?: \w+){0,3}? (?:to|into|in|from)|invest(?:ed|ing)? (?:\w+ )?in|we (?:have|had|love|like|operate|maintain|own|wrote|prefer|trust|enjoy|got)|there(?:['’]s| is| are)|it['’]s(?: a| all| mostly)?|our \w+ (?:is|are)(?: (?:in|on|a|an|all|mostly|written in|built on))?|(?:is|are|was) (?:a|an|our|the)(?: \w+){0,3}|powered with|primary|main|setting up|set up|setup|hosting|via|through|utili[sz]ation of|spin\w* up(?: \w+){0,2}|replaced(?: \w+){0,4} (?:with|by)|wrapped in|behind|favou?r(?:s|ed|ing)?)\s+"
    + LIST
)  # fmt: skip
USED_SUCH = cue(
    rf"(?:includ(?:e|es|ed|ing)|us(?:e|es|ed|ing)|adopt(?:s|ed|ing)?|runs?|running|offers?|embrac(?:e|es|ed|ing)|leverag(?:e|es|ed|ing)|combin(?:e|es|ed|ing))\s+[^.!?;:\n{LISTED}]{{0,50}}?\b(?:technolog(?:y|ies)|tools?|services|products|projects|components|solutions|databases|languages|frameworks|libraries|platforms|systems|practices)[,:]?\s+(?:(?:such as|like|including|namely|e\.g\.,?)\s+)?{LISTED}"
)
USES = lazy_pattern(
    rf"{LISTED}(?:\s+\([^()\n]{{0,80}}\))?[,:]?\s+(?:(?:which|that)\s+)?(?:(?:is|are|was|were|has been|have been|had been|being|gets?)(?: \w+ly| all| being| also| still| now| currently){{0,2}}\s+(?:(?:used|deployed|hosted|running|configured|consumed|leveraged|employed|adopted|chosen|selected|utili[sz]ed|responsible|in charge|operated|managed|integrated|set up|serving|handling|introduced|installed|maintained|self-hosted)\b|(?:our|the (?:main|primary|default|core|backbone|heart|only|language|database|tool|go-to)|their|where|what we|how we|for|at the heart|at the core)\b)"
    rf"|(?:powers?|handles?|serves?|runs?|stores?|manages?|provides?|drives?|process(?:es)?|acts?|takes?|sits?|holds?|keeps?|allows?|helps?|lets?|gives?|enables?|collects?|gathers?|monitors?|tracks?|ensures?|makes?|offers?|schedules?|orchestrates?|routes?|sends?|feeds?|aggregates?|indexes|caches|deploys?|builds?|tests?|captures?|replicates?|streams?|triggers?|supports?|performs?|proved|has (?:proven|served|worked|been|helped|become)|have (?:served|worked|been)|became|remains?|plays?|works?|fits?|scales?|gave|allowed|helped|turned out|backs?|consumes?|reads?|writes?|loads?|transforms?|visuali[sz]es?|alerts?|lives?|generates?|renders?|compiles?|bundles?|packages|exposes?|terminates?|balances?|proxies|secures?|protects?|authenticates?|connects?|integrates?|catch(?:es)?|reports?|delivers?|hosts?|covers?|filters?|watch(?:es)?|uses)\b"
    rf"|(?:covering|handling|powering|serving|managing|orchestrating|providing|driving|storing|processing)\b"
    rf"|(?:just )?to name (?:but )?(?:a few|some)\b|for\s+(?!example|instance)|as (?:our|the|a|an)\s)",
)  # fmt: skip
# weaker: only where the sentence speaks of the company's own
WITH = cue(
    rf"(?:with|in|on|via|through|by|into|from|behind|and|share|shares|shared|one|single|heavily|mostly|mainly)\s+(?:(?!\bnot\b)[\w'’-]{{1,20}}\s+){{0,2}}?{LISTED}"
)
WITH_FOR = cue(rf"(?:with|in|on|via|by)\s+(?:[\w'’-]{{1,20}}\s+){{0,2}}?{LISTED}\s+(?:for|to|as|in|on|at)\s")
OURS = cue(rf"(?:our|we|us)\s+(?:(?!\bnot\b)[\w'’-]{{1,20}}\s+){{0,3}}{LIST}")
DEFINED = lazy_pattern(
    rf"^\W{{0,4}}{LISTED}(?:\s+\([^()]{{0,40}}\))?(?:\s+(?:itself|language|framework))?,?\s+(?:is|are)\s+(?:an?|the|one of|our go-to|free|truly|like)\s",
)
# what a thing can do says nothing of who uses it with what
CAPABLE = lazy_pattern(
    rf"^\W{{0,4}}(?:(?:the |this |that |most importantly,? |additionally,? |also,? )?{LISTED}(?:\s+(?:itself|also|further|api|server|\([^()]{{0,40}}\)))?|it|this|they)\s+(?:also |further |even |natively |fully |currently |now )?"
    r"(?:supports?|provides?|offers?|comes with|ships with|includes?|integrates? with|works? with|can|allows?|lets|requires?|understands?|implements?|speaks|has (?:support|a built-in|built-in|an? \w+ (?:plugin|driver|api)|plugins?|drivers?|connectors?|clients?)|is (?:compatible|usually|typically|commonly|often|written|built|implemented|available|an?|the))\b"
)
OF_A_THING = lazy_pattern(
    rf"[(（](?:which is |that is )?(?:written|built|implemented|based) (?:in|on|with) {LISTED}|\b(?:that|which) (?:is|are|was|were) (?:itself )?(?:written|implemented) in {LISTED}|\bis an? [^.;{LISTED}]{{0,60}}?\b(?:tool|library|framework|database|system|server|engine|platform|language|project|store|module|component|utility|package|plugin|proxy|broker|client)\b[^.;{LISTED}]{{0,40}}?(?:written|built|implemented|based) (?:in|on|with|around) {LISTED}"
    rf"|\b(?:plugins?|drivers?|connectors?|bindings?|sdks?|clients?|integrations?|support|features?|notifications?|alternatives?) (?:for|of|to|with|in) (?:\w+ ){{0,4}}?(?:(?:like|such as|including) )?{LISTED}"
)
MENTIONED = cue(
    rf"(?:for example|for instance|e\.g\.|i\.e\.|such as|inspired|imagine|suppose|let['’]s say|think of|analogous to|history of|creator of|author of|founder of|engineer at|[(（](?:see|cf\.?|compare|think)\b|powerful tools like|book|podcast|conference|meetup|tutorial|course|certification|hackathon)\b[^.!?]{{0,40}}?{LISTED}"
)

# stages in a sentence; `list` is what they speak of
GONE = cue(
    rf"(?:(?:said |say |saying )?goodbye to|until (?:(?:19|20)\d\d|last \w+|recently|then),? (?:we|they|it|this|everything|the \w+) (?:used|ran|had|relied on|were on|was on|were|was)(?: (?:all|mostly|still|written|built|hosted|a|an|in|on|with)){{0,3}}|(?:we|they|it|that|which|who|i|everything|everyone|apps?|team|company|services?|site)(?: all| also| both| always| once)? used to (?![^.!?;{LISTED}]{{0,60}} until )\w+(?: \w+){{0,5}}?|(?<!is )(?<!are )(?<!was )(?<!were )used to (?:be|have|use|live|sit|rely on|depend on|run (?:on|in|under|inside))(?: \w+){{0,3}}?|no longer (?:use|uses|using|run|rely on|need|support|depend on|have)|stopped using|ditch(?:ed|ing)|(?:we|they|i|team) (?:have |has |had |finally |then |simply |completely )?(?:deleted|killed|scrapped|removed|retired|decommissioned|ripped out|threw out|tore out|turned off|shut down|dismantled)|(?:got|get|getting) rid of|moved? (?:\w+ )?(?:away from|off(?: of)?)|moving (?:away from|off(?: of)?)|"
    rf"migrat(?:ed|ing) (?:\w+ ){{0,2}}(?:away from|off(?: of)?|from)|switched (?:\w+ ){{0,2}}from|retired|decommission(?:ed|ing)?|(?:dropped|abandoned|deprecated)(?! in favou?r)|replaced(?!\s+(?:with|by)\b)|ditched|sunset(?:ted)?|shut down|phased out(?! in favou?r)|removed(?! from\b)|outgrew|left|"
    rf"(?:initially|originally|previously|formerly|at first|in the beginning|back then|in the past|in the early days|early on|early prototypes?|first version(?! of)|first iteration(?! of)|v1(?![\w.])|once upon a time|historically)[^.!?;{LISTED}]{{0,80}}?|(?:was|were) (?:originally|initially|previously|first|formerly)[^.!?;{LISTED}]{{0,50}}?|after (?:\w+ years (?:on|of|with|using)|(?:using|running|relying on))|(?:started|began|begun) (?:out |(?:its |our |their )?life )(?:as an?|as|on|with|in)(?: \w+){{0,2}}?|(?:had|[’']d) been (?:\w+ly )?(?:using|running(?: on)?|relying on|hosting(?: \w+){{0,2}} on|hosted (?:on|in|by|with)|deployed (?:on|to|in)|built (?:on|with|in)|written in)|for (?:\w+ ){{0,2}}years?,? [^.!?;{LISTED}]{{0,40}}?\b(?:ran|used|relied)\b[^.!?;{LISTED}]{{0,20}}?|(?:moving|migrating|switching|transitioning) (?:away |over )?from(?: an?| the| our)?(?=\s+{LISTED}[^.!?;{LISTED}]{{0,40}}?,)|before (?:the|our|that|this) (?:\w+ )?(?:rewrite|migration|move|switch|change|rebuild)[^.!?;{LISTED}]{{0,60}}?(?:used|ran|relied on|was (?:built|hosted|running|written) (?:on|in|with)|were)(?: \w+){{0,2}}?|at (?:the|that) time,? [^.!?;{LISTED}]{{0,40}}?\b(?:running|ran|hosted|used|using|relied|deployed)\b[^.!?;{LISTED}]{{0,20}}?|(?:decided|had|wanted|needed|chose|managed) to (?:move|migrate|get|switch|step) (?:away|off) from [^.!?;{LISTED}]{{0,60}}?\b(?:based on|built on|powered by|running on|written in|using|hosted on|on top of)|(?:try|tried|trying|want|wanted|need|needed|decided|had|looking|forced) to (?:get|move|migrate|break|transition|switch) (?:away from|off(?: of)?|out of))\s*"
    + LIST
)  # fmt: skip
GONE_BEFORE = cue(
    rf"(?:we|they|it|i|everything|the \w+) (?:first )?(?:started|began|launched|start|was|were)(?: (?:out|off|life|our \w+))? (?:on|with|in) {LIST}[^.!?;{LISTED}]{{0,30}}, (?:but|and|then)(?: \w+){{0,2}}? (?:moved|switched|migrated|left|outgrew|changed)\b"
    rf"|before {LISTED}[^.!?;,{LISTED}]{{0,30}}, (?:we|they|it|everything) \w+(?: \w+){{0,3}}? (?:with|on|in|using|by|to) (?P<of>{LIST})"
)
GONE_AFTER = lazy_pattern(
    rf"{LISTED}\s+(?:(?:is|are) no longer|(?:was|were|has been|have been|got|had been) (?:\w+ )?(?:retired|replaced|decommissioned|removed|dropped|abandoned|deprecated|sunset|phased out|shut down|superseded|swapped|discontinued|thrown out)|(?:served|had served) us (?:well|until)|gave way|until (?:20\d\d|recently|we)|\((?:until|retired|replaced|no longer|before|formerly|previously)[^()]{{0,40}}\))"
    rf"|{LISTED}, (?:which|that) (?:we|they|it|the \w+) (?:have |had |has )?(?:since |later |then |finally )?(?:left|dropped|ditched|retired|abandoned|removed|decommissioned|outgrew|stopped using|gave up|moved (?:away|off)|migrated (?:away|off))\b"
)
LEAVING = cue(
    r"(?:(?:are|is|we['’]re|currently|still|in the process of|started|begun|began|busy|slowly|gradually)(?: \w+){0,2}? (?:migrating|moving|transitioning|switching|replacing|phasing out|deprecating|decommissioning|retiring|shifting)(?: \w+){0,3}?(?: (?:away from|off(?: of)?|from|out of))?|phasing out|(?:plan(?:s|ned|ning)? to|going to|will|want to|intend to|would like to|about to|should|must|needs? to|ha(?:ve|s) to|ought to|propos\w+ to|recommend\w* to|agreed to) (?:\w+ )?(?:replace|retire|remove|drop|deprecate|decommission|sunset|migrate (?:\w+ )?(?:away )?(?:from|off)|move (?:\w+ )?(?:away )?(?:from|off(?: of)?)|switch (?:away )?from|phase out|get rid of)(?: \w+){0,2}?|legacy)\s+"
    + LIST
)  # fmt: skip
LEAVING_AFTER = lazy_pattern(
    rf"{LISTED},?\s+(?:which|that)\s+(?:we|they|the team)(?:['’]re| are| is)\s+(?:\w+\s+){{0,2}}?(?:retiring|phasing out|replacing|deprecating|migrating|moving|leaving|decommissioning|sunsetting)\b"
    rf"|{LISTED}\s*[,(:–-]?\s*(?:(?:is|are) (?:being |currently being |slowly being |gradually being )?(?:phased out|deprecated|replaced|retired|decommissioned|legacy|sunset|migrated away|moved off)|(?:to be|will be|will soon be|must be|should be|ought to be) (?:\w+ )?(?:replaced|retired|removed|decommissioned|deprecated|phased out|migrated|dropped)|(?:planning|plan|planned|plans|want|moving|migrating|migration|switching|transitioning) (?:\w+ )?(?:to (?:migrate|move|replace|switch) |to |towards? |onto )|\(?(?:deprecated|legacy|eol|end of life|sunset|phasing out)\b{_ENDS})",
)
COMING = cue(
    rf"(?:(?:we|they|i|team)['’]?(?:ll| will)(?: \w+){{0,2}}? (?:be )?(?:adopt|us|mov|introduc|add|deploy|migrat|switch|roll|try|trying|bring|look)\w*(?: \w+){{0,4}}?|(?:are|is|['’]re|am) (?:also |currently |now |actively )?looking (?:into|at|to)(?: \w+){{0,3}}?|(?:have|has) yet to \w+(?: \w+){{0,2}}?|next (?:step|thing|up|on (?:the|our) list)(?: \w+){{0,3}}? (?:is|will be|are)|(?<!were )(?<!was )(?:plan(?:s|ned|ning)?|intend(?:s|ed|ing)?|hop(?:e|es|ing)|want(?:s|ing)?|would like|like|aim(?:s|ing)?|looking|expect(?:s|ing)?|going|about|set|due|likely|soon|eventually|later|next|ready) (?:\w+ )?to (?:\w+ )?(?:use|adopt|move|migrate|switch|introduce|add|try|deploy|integrate|implement|roll out|bring|start|leverage|explore|upgrade|replace|rewrite|expand|run|build|be|support|set up|containerize|invest|employ)(?: (?!and\b|but\b)\w+){{0,6}}?|will (?:soon |likely |probably |eventually |also |be )*(?:use|using|adopt|adopting|move|moving|migrate|migrating|switch|introduce|introducing|add|adding|deploy|deploying|integrate|support|start|replace|run|replaced (?:by|with)|be (?:using|running|built|moved|migrated|deployed|hosted|rewritten|written|powered|based|added|introduced))(?: \w+){{0,5}}?|"
    rf"(?:excited|eager|keen|interested|looking forward)(?: \w+)? (?:to|in) (?:explor|try|trying|evaluat|adopt|test|us|experiment)\w*[^.!?;{LISTED}]{{0,50}}?|"
    rf"(?:considering|contemplating|thinking (?:about|of)|looking (?:into|at|forward to)|might|may|could|should)(?: (?:soon|eventually|also|use|adopt|try|move|moving|migrate|switch|switching|using|adopting|add|adding|introduce|to|be))+(?<!may be)(?<!could be)(?<!might be)(?<!should be)(?: (?!\w+ed\b)\w+){{0,2}}?|in the future[^.!?;{LISTED}]{{0,60}}?|(?:on|in) (?:the|our) roadmap[^.!?;{LISTED}]{{0,60}}?|roadmap (?:is|are|includes?|has|contains?)[^.!?;{LISTED}]{{0,30}}?|roadmap: ?|next up[^.!?;{LISTED}]{{0,30}}?|upcoming|the plan is[^.!?;{LISTED}]{{0,60}}?|by (?:migrating|moving|switching|adopting|introducing|using)(?: to)?(?= {LISTED},? (?:we|they|it|the team) (?:can|could|will|would|hope))|coming soon:?|planned:?|todo:?|tbd:?|maybe)\s+"
    + LIST
)  # fmt: skip
# a plan with a verb of making, and where in its sentence another thing begins
TO_COME = cue(
    rf"(?:the|our|this|these|it|we|they|everything|all|new) ?(?:[\w-]+ ){{0,3}}?(?:will|is going to|are going to) (?:all |then |also |soon |first )?(?:be (?:written|built|hosted|deployed|run|running|rewritten|implemented|developed|powered|made)|interface|talk|use|run|live|consist)\b[^.!?;{LISTED}]{{0,40}}?"
)
ELSEWISE = lazy_pattern(
    r";|\b(?:but|because|since|while|whereas|which|who|that|as|today|now|currently|instead|unlike|like|similar|than|until|so|if|when|where)\b|[(:–—]"
)
COMING_AFTER = lazy_pattern(
    rf"{LISTED}\s*[,(:–-]?\s*(?:(?:will|might|may|could|should) (?:\w+ )?(?:be|replace|handle|help|allow|take|become|come)|(?:is|are) (?:planned|next|coming|on the roadmap|on our roadmap|under consideration|being considered|in the works|our next|the next)|\(?(?:planned|coming soon|upcoming|tbd|future|todo|in progress|wip|soon)\b{_ENDS}|(?:in the future|down the road|down the line|at some point|next year|next quarter|soon)\b)",
)
TRYING = cue(
    r"(?:prototyped(?: [\w'’-]+){0,7}? (?:based on|on|with|in|using)|(?:experiment\w*|exploring|evaluating|testing|trying)\b[^.!?;]{0,70}?\b(?:notably|including|such as|namely|especially)|(?:experiment(?:s|ed|ing)?|tinkering|pilot(?:s|ed|ing)?|trial(?:s|l?ed|l?ing)?|play(?:ing)? (?:around )?)(?: \w+){0,2}? (?:with|in|on|of)?|evaluating|exploring|testing out|trying(?: out)?|piloting|trial(?:l?ing)|assessing|dabbl(?:ed|ing) (?:with|in)|proofs? of concept (?:with|on|for|using|of)|poc (?:with|on|for|using|of)|beta[- ]testing|giving)\s+"
    + LIST
)  # fmt: skip
TRYING_AFTER = lazy_pattern(
    rf"{LISTED}\s*[,(:–-]?\s*(?:(?:is|are|was) (?:currently )?(?:being (?:evaluated|tested|tried|piloted|explored|trialled|assessed)|under evaluation|in (?:a )?(?:trial|pilot|evaluation|beta|testing|experimental)|experimental)|\(?(?:experimental|trial|pilot|poc|proof of concept|beta|evaluating|in evaluation)\b{_ENDS})",
)

FACT = lazy_pattern(
    rf"(?:^|[\s(~≈<>])(?:[$€£¥]?\d[\d,.]*\s?(?:k|m|b|bn|million|billion|thousand|lakh|crore|tb|gb|mb|pb|%|rps|qps|tps|rpm|ms)?\+?\s+(?:\w+\s+){{0,2}}?){LISTED}",
)
CONTACT = lazy_pattern(
    r"\b(?:follow|find|reach|contact|tweet|connect with|join|ping|dm|subscribe|chat with|message) (?:us|me|him|her|them|\w+)? ?(?:on|at|via|in|through)\b|\bjoin (?:our|the) (?:\w+ ){0,3}?(?:discussions?|community|conversation|chat|group|channel|server|workspace)(?: \w+)? (?:on|at|in|via)\b|\bon \[?(?:twitter|github|linkedin|facebook|instagram|youtube|medium|slack|discord|telegram)\b.{0,40}\b(?:channel|community|page|profile)|©|all rights reserved"
    rf"|\b(?:he|she)(?:['’]s| is)(?: also)? on {LISTED}|\b(?:find|reach|follow|contact)\s+(?:\w+\s+){{1,3}}?(?:on|at|via)\s+{LISTED}"
    rf"|(?:me|us|him|her) on {LISTED}|open[- ]sourced? on {LISTED}|{LISTED}\s*(?:/|,|and|or|&)\s*\[?(?:twitter|mastodon|linkedin|bluesky)\b|\b(?:twitter|mastodon|linkedin|bluesky)\s*(?:/|,|and|or|&)\s*{LISTED}"
    rf"|\bcheck out\b[^.!?]{{0,80}}{LISTED} (?:account|profile|page|repo\w*|organi[sz]ation)",
)
PLURAL_US = words(
    r"we",
    r"our",
    r"us",
    r"ours",
    r"we['’](?:re|ve|ll|d)",
    r"they",
    r"their",
    r"them",
    r"he",
    r"she",
    r"it['’]s",
    r"the (?:team|company|app|application|site|website|platform|backend|frontend|service|system|product|database|stack|startup)",
    r"i(?!\.e)",
    r"my",
    r"wir",
    r"unser\w*",
    r"nous",
    r"notre",
    r"nos",
    r"nosotros",
    r"nuestr\w+",
    r"nós",
    r"noss[ao]s?",
    r"弊社",
    r"当社",
    r"我们",
    r"我们的",
    r"우리",
)
PLACED = lazy_pattern(
    rf"{LISTED}[- ](?:based|powered|driven|backed|hosted)\b"
    rf"|\b(?:an?|our|the|their|its|as) (?:\w+ ){{0,2}}{LISTED} (?:shop|house|monolith|codebase|code base|website|site|backend|frontend|team)\b"
    r"|\b(?:the|our|its|their) (?:\w+ )?(?:front[- ]?end|back[- ]?end|apis?|apps?|clients?|servers?|databases?|website|site|ui|cache|queue|monolith|core|stack|infrastructure|platform|language|framework|services?) (?:layer |itself )?(?:is|are|was|were) "
    rf"(?:(?:a|an|on|hosted|running|deployed|all|mostly|mainly|plain|pure|simply|just|still|now|currently) ){{0,2}}{LISTED}"
    rf"|{LISTED}\s+(?:\w+\s+)?(?:on|in|for|at|across) (?:the |our |their )?(?:entire )?(?:front[- ]?end|back[- ]?end|client|server|web|mobile|data|api|infrastructure|cloud|edge|browser|app|apps|production|staging|most|all)\b"
)
# the text shows others how to do a thing
TUTORIAL = lazy_pattern(
    r"\b(?:in|of|with|for) this (?:\w+ )?(?:tutorial|how-?to|walk-?through|workshop)\b|^\W*(?:\w+ )?tutorial\s*[:：–—-]|"
    r"\b(?:i|we)(?:['’]ll| will| am going to|['’]m going to) (?:show|teach|walk) you (?:\w+ )?how to\b|^\W*learn how to\b|"
    r"\byou(?:['’]ll| will) learn how to\b|\bfollow (?:along|these steps)\b",
    re.IGNORECASE,
)
# others are spoken of, not the company
GENERIC_SUBJECT = lazy_pattern(
    r"\b(?:usually|typically|commonly|often|generally|traditionally) (?:used|deployed|run|paired|combined|installed|written|built)\b|"
    r"\bthere (?:are|were) (?:\w+ ){0,2}(?:solutions|options|alternatives|ways|tools|approaches|libraries|frameworks|choices|candidates)\b|"
    r"\bthe (?:community|industry|world|market|ecosystem) (?:has|have|is|uses?|chose|adopted|moved|runs?|prefers?)\b|\b(?:many|most|some|other|few|several|all|more and more|lots of|thousands of) (?:\w+ )?(?:companies|"
    r"teams|people|developers|engineers|organi[sz]ations|users|startups|businesses|projects)\b|\b(?:people|folks|everyone|anybody|anyone|readers?) (?:\w+ ){0,3}?(?:us(?:e|es|ing)|run(?:s|ning)?|choos\w+|prefers?|likes?|loves?|"
    r"adopts?|rel(?:y|ies)|starts?|needs?|wants?|thinks?|says?|asks?|knows?|hears?|goes?|reach(?:es)?)\b|\b(?:yourself|one can)\b|\byour\b(?! \w+ (?:is|are|was|goes|go|will|runs?)\b)|"
    r"\b(?:if|whether|for) you\b|\byou(?:['’](?:re|ll|d|ve))? (?:\w+ly )?(?:can|could|should|may|might|must|will|would|"
    r"need|want|have|are|use|run|using|choose|prefer|like|do|don['’]?t)\b",
)
# the whole sentence speaks of how it was
# the same in languages whose words this file does not part by spaces, or writes in small letters too
GONE_ELSEWHERE = lazy_pattern(
    rf"(?:原来|原先|之前|以前|早期|最初|曾经|曾|过去)[^。；，,;\n{LISTED}]{{0,12}}{LISTED}|{LISTED}[^。；，,;\n{LISTED}]{{0,6}}(?:已(?:下线|废弃|弃用|停用|移除))"
    rf"|{LISTED}[^。、\n{LISTED}]{{0,10}}(?:を(?:使って|利用して|使用して)い(?:ました|た)|を廃止|から(?:の)?(?:移行|乗り換え|脱却))|(?:以前は|かつて|旧環境では)[^。\n{LISTED}]{{0,12}}{LISTED}"
    rf"|\b(?:früher|bisher|ehemals|zuvor|ursprünglich|auparavant|anciennement|historiquement|initialement|à l['’]origine|avant|antes|anteriormente|antigamente|originalmente|inicialmente|al principio|no começo)\b[^.!?\n{LISTED}]{{0,40}}{LISTED}"
    rf"|\b(?:(?:utilis|tourn|s['’]appuy|repos|fonctionn|héberge|dépend)(?:ait|aient|ions)|(?:usáb|utilizáb|usáv|utilizáv|trabajáb|confiáb)amos|(?:rodava|corría|funcionaba|funcionava|teníamos|tínhamos)\w*|(?:nutzten|verwendeten|setzten|liefen|betrieben) (?:wir|auf|bei)|wir (?:nutzten|verwendeten|setzten|hatten))\b[^.!?\n{LISTED}]{{0,60}}?{LISTED}"
)
COMING_ELSEWHERE = lazy_pattern(
    rf"(?:计划|打算|准备|后续|未来|将来|将会?|规划)[^。；，,;\n{LISTED}]{{0,14}}{LISTED}"
    rf"|{LISTED}[^。\n{LISTED}]{{0,15}}(?:導入予定|移行予定|採用予定|する予定|を検討)|(?:今後|将来)[^。\n{LISTED}]{{0,15}}{LISTED}"
    rf"|\b(?:geplant|wir planen|planen|künftig|demnächst|prévoyons|prévu|envisageons|bientôt|planeamos|planejamos|vamos a|próximamente|em breve|futuramente)\b[^.!?\n{LISTED}]{{0,40}}{LISTED}"
)
LEAVING_ELSEWHERE = lazy_pattern(
    rf"{LISTED}[^.!?。\n{LISTED}]{{0,20}}(?:\bà (?:décommissionner|remplacer|migrer|retirer)\b|\bwird (?:abgelöst|ersetzt|abgeschaltet)\b|\bsera (?:remplacé|retiré|décommissionné)|\bserá (?:reemplazad|substituíd|retirad)|将(?:被)?(?:下线|淘汰|替换)|逐步(?:下线|淘汰)|を廃止予定)"
)
BYGONE = lazy_pattern(
    r"^\W*(?:for (?:\w+ ){0,3}years?,? (?:everything|it|we|they|the \w+) (?:ran|used|relied)\b|when (?:i|we) (?:first )?(?:joined|took over|arrived)|back (?:then|in the day)|in the (?:early days|beginning|past|old days)|in those days|early prototypes|originally|"
    r"(?:(?:our|the) )?(?:old|previous|former|legacy|original) (?:tech(?:nology)? )?(?:stack|setup|architecture|system)\s*[:—–-]|"
    r"(?:our|the) (?:first|original|initial|old|previous|earlier) (?:version|iteration|stack|architecture|system|implementation|setup|infrastructure|platform|app|application|prototype|codebase|website|site|backend|frontend)\b[^.!?]{0,60}?\b(?:was|were|used|ran|consisted|relied|had))"
)
# "Our old panel was outdated. It was built in X": what the sentence before speaks of
OLD_THING = lazy_pattern(
    r"\b(?:our|the|their|its|an?) (?:\w+ )?(?:old|previous|former|legacy|outdated|first|original|initial|existing) (?:\w+ ){0,3}?(?:was|were|had|could|did|became|started|began|needed|used)\b"
)
IT_WAS = lazy_pattern(r"^\W*(?:it|they|this|that|all of it|everything) (?:was|were|used|ran|had|relied|consisted)\b")
# what was weighed, and where the choice begins
WEIGHED = lazy_pattern(
    r"\W*(?:consider|evaluated|looked (?:at|into)|compared|benchmarked|researched|investigated|explored)"
)
CHOSEN = lazy_pattern(
    r";|\b(?:but|ultimately|instead|before|finally|eventually|until|because|since|so|when|while|"
    r"and (?:then|finally|ultimately|\w+ed|chose|went|found|picked|settled|use|using|run))\b"
)
STILL = words(
    r"now", r"today", r"still", r"currently", r"nowadays", r"to this day", r"these days", r"since then", r"remains?"
)
PREFERRED = lazy_pattern(
    rf"\b(?:pick|chose|choos|prefer|favou?r|select|opt)\w*(?: \w+){{0,2}}? {LISTED}(?: \w+){{0,2}}? over (?P<of>{LIST})"
)
# "no PHP", "Docker, not Podman"
DENIED = lazy_pattern(
    rf"(?:^\W*|[,;(（]\s*(?:but\s+|and\s+)?)(?:no|not|never)\s+(?P<of>{LISTED})(?!\s+(?:only|just|alone)\b)"
)
LIKENED = lazy_pattern(rf"^\W*like\s+{FAR_LIST}")
NEGATED_AFTER = lazy_pattern(
    rf"{LISTED}(?:\s+\w+)?\s+(?:is|are|was|were)(?:n['’]t|\s+not|\s+never)(?:\s+\w+){{0,2}}?\s+(?:used|in use|needed|required|an option|suitable|chosen|adopted)\b|"
    rf"{LISTED}\s+(?:is|are|was|were)\s+(?:\w+\s+)?(?:ruled out|rejected|discarded|dismissed|turned down|out of the question|overkill)\b|"
    rf"{LISTED} (?:could|would|might) have (?:been|worked|done)\b|"
    rf"\b(?:experimented|tried|tested|evaluated|played|toyed|dabbled)(?: \w+){{0,2}} {LISTED}[^.!?;{LISTED}]{{0,30}}?\bbut (?:\w+ ){{0,2}}?(?:decided|chose|opted|went|settled|ended|picked|stuck)\b|"
    rf"\b(?:found|considered|thought of|looked at) {LISTED} (?:\w+ ){{0,2}}?(?:to be|as)\b|"
    rf"{LISTED}(?:\s+(?:vs\.?|versus|backgrounds?|experience|skills?|knowledge|expertise)\b|\s+(?:coming|comes|came) (?:in )?(?:a )?(?:close )?second\b|\s+(?:drives?|disks?|cables?|connectors?)\b|(?:\s+\w+)?\s+(?:cyber-?attacks?|attacks?|vulnerabilit\w+|breach\w*|exploits?)\b|[- ](?:compatible|like|style|inspired|flavou?red|alternatives?|clones?|esque)\b|[- ]?kompatib\w+|[- ]ähnlich\w*|\s?(?:互換|兼容|相容))"
)
# what others do with it, what a product works with, what might have been
_OF = rf"(?:[\w'’/-]+ ){{0,4}}?(?P<of>{LISTED})"
OF_OTHERS = tuple(
    lazy_pattern(rf"(?<![^\W_])(?:{pattern})")
    for pattern in (
        rf"(?:our |the |their |your )?(?:users|customers|clients|partners|subscribers|tenants)(?: \w+){{0,2}}? (?:can|could|may|use|deploy|connect|run|bring|export|import|integrate|choose|log in|sign in)\b {_OF}",
        rf"(?:our|the|its|an?) (?:[\w-]+ )?(?:sdks?|librar(?:y|ies)|plugins?|connectors?|drivers?|clients?|exporters?) (?:\w+ )?(?:works?|integrates?|is compatible|are compatible|connects?|supports?)(?: with| to)? {_OF}",
        rf"(?:we|it|they) (?:also |currently |now |are )*(?:support|supports|compatible with|(?:offer|provide|have)s? (?:an? )?(?:integrations?|connectors?|sdks?|support|plugins?) (?:for|with|to)) {_OF}",
        rf"(?:exports?|imports?|integrations?|connectors?|plugins?|exporters?|sdks?|drivers?|bindings?) (?:to|from|for|with) {_OF}[^.!?;{LISTED}]{{0,30}}?\b(?:is|are) (?:\w+ )?(?:available|supported|possible|offered|planned)\b",
        rf"(?:exporters?|plugins?|drivers?|bindings?|sdks?) (?:to|from|for|with) {_OF} exists?\b",
        rf"(?:offers?|provides?|sells?|markets?) (?:\w+ )?(?:fully[- ])?(?:managed|hosted)(?: \w+){{0,4}}? {_OF}",
        rf"(?:can|could) (?:also )?(?:serve|speak|export to|output|be (?:configured|set up|extended) to)(?: \w+){{0,4}}? {_OF}",
        rf"(?P<of>{LISTED})(?:[- ]v?\d[\d.]*)?[- ]licen[sc]",
        rf"think of (?:it|this|us|them|\w+) as {_OF}",
        rf"before (?:joining|coming to|working (?:at|for)|starting (?:at|here))\b[^.!?;{LISTED}]{{0,60}}?{_OF}",
        rf"['’]d have (?:used|chosen|picked|gone with|preferred|loved|needed) {_OF}",
        rf"had (?:we|i|they) (?:\w+ ){{0,2}}?(?:chosen|used|picked|gone with|known|had|started with) {_OF}",
        rf"(?:blog ?posts?|articles?|talks?|books?|posts?|tutorials?|videos?|episodes?|papers?|courses?|workshops?) (?:\w+ )?(?:about|on|covering) {_OF}",
        rf"(?P<of>{LISTED}) (?:would|could|might) (?:have been|be) (?:too|overkill|(?:an? )?(?:\w+ )?(?:option|fit|choice|alternative|enough|possible))\b",
        rf"(?P<of>{LISTED})[^.!?;{LISTED}]{{0,70}}?\b(?:so|and|but),? we (?:never (?:adopted|used|went|bought)|did(?:n['’]t| not) (?:adopt|use|choose|go|pick|end up)|decided (?:against|not to)|ruled it out|kept looking)\b",
    )
)  # fmt: skip
REPLACED_THAT = lazy_pattern(
    rf"\breplac(?:ed|ing|es?)\s+(?:all\s+(?:of\s+)?)?(?:that|this|it|them|these|those|everything)\b{FILL}{{0,30}}?\b(?:with|by)\s+(?P<new>{LIST})"
)
USED_ELSEWHERE = lazy_pattern(
    rf"{LISTED}[^。！？\n{LISTED}]{{0,25}}(?:を(?:利用|使用|活用|採用|導入|構築|運用|用い|使|選定)|で(?:構築|運用|開発|実装|稼働|動|管理|監視|デプロイ|書)|に(?:デプロイ|移行|保存|格納|展開)|上(?:で|に)|ベース)"
    rf"|\b(?:company|team|organi[sz]ation)['’]s\s+(?:\w+\s+){{0,2}}{LISTED}"
    rf"|{LISTED}(?:構成|環境|クラスタ|インスタンス|上に|上で)|{LISTED}など[^。！？\n{LISTED}]{{0,25}}(?:稼働|利用|使用|活用|採用)"
    rf"|(?:使用|采用|基于|选用|选择|利用|部署在|部署于|运行在|引入|通过|借助|接入|依赖)[^。！？\n{LISTED}]{{0,15}}{LIST}"
    rf"|{LISTED}[^.!?\n{LISTED}]{{0,15}}(?:을|를|으로|로|에서|에)\s?(?:사용|이용|구축|개발|운영|배포|활용|도입)"
    rf"|\b(?:verwend\w+|nutz\w+|setz\w+(?: \w+){{0,3}} auf|(?:läuft|laufen|lief\w*)(?: \w+){{0,2}} (?:auf|mit|in)(?: (?:VPS|Servern|Maschinen) (?:von|bei))?|verwaltet(?: \w+){{0,3}} (?:mit|über|durch)|gebaut mit|entwickelt (?:in|mit)|basier\w+ auf|betr(?:ie|ei)b\w+ (?:auf|mit|in)|mit|über|auf|gehostet (?:bei|auf)|geschrieben in|mittels|eingesetzt)\s+{LIST}"
    rf"|\b(?:utilis\w+|repos\w+ sur|s['’]appu\w+ sur|bas\w+ sur|développ\w+ (?:en|avec)|écrit\w* en|héberg\w+ (?:sur|chez)|déploy\w+ (?:sur|avec|via)|avec|tourn\w+ sur|grâce à|via)\s+{LIST}"
    rf"|\b(?:us(?:amos|ando|a|am|an)|utiliz\w+|emple\w+|desarroll\w+ (?:en|con)|desenvolv\w+ (?:em|com)|escrit\w+ (?:en|em)|basad\w+ en|basead\w+ em|construid\w+ (?:con|en)|construíd\w+ (?:com|em)|hosped\w+ (?:en|em|na|no)|con|com|rod\w+ (?:em|no|na|com))\s+{LIST}"
    rf"|\b(?:использ\w+|использованием|построен\w* на|на основе|применя\w+|предпочита\w+|выбра\w+|переш\w+ на|пиш\w+ на|работа\w+ на|написан\w* на|разв[её]рн\w+ (?:в|на)|хран\w+ в|помощью|на базе|на)\s+{LIST}"
    rf"|{LISTED}\s+(?:übernimmt|betreibt|verwaltet|verschickt|verarbeitet|speichert|überwacht|kümmert sich|dient|sorgt|läuft|laufen|kommt|kommen)\b"
    rf"|{LISTED}\s+(?:мы\s+)?(?:использ|примен|предпоч|выбра)\w+"
    rf"|\b(?:gebruik\w+|draait op|używamy|oparty na)\s+{LIST}",
)
SENTENCE_END = lazy_pattern(
    r"(?<=[.!?。！？])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\betc\.)[\"'”’)\]]?\s+(?=[^a-z])|(?<=[。！？])|\n"
)
