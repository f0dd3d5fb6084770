"""The words that tell what a heading, a column or a label says. One table per question."""

import re
from enum import StrEnum

from .patterns import lazy_pattern


def words(*alternatives: str) -> re.Pattern[str]:
    return lazy_pattern(rf"(?<![^\W_])(?:{'|'.join(alternatives)})(?![^\W_])", re.IGNORECASE)


class Section(StrEnum):
    """What a heading says about what stands under it."""

    STACK = "stack"
    SKIP = "skip"  # how to install, references, people
    ALTERNATIVES = "alternatives"
    CUSTOMERS = "customers"
    PLANNED = "planned"
    TRIAL = "trial"
    RETIRING = "retiring"
    RETIRED = "retired"
    LIBRARIES = "libraries"
    PLAIN = ""


SECTIONS: tuple[tuple[Section, re.Pattern[str]], ...] = (
    (Section.RETIRING, words(
        r"(?:\w+ ){0,4}(?:do not|don['’]?t|not) (?:to )?(?:be )?(?:use[d]?|start(?:ed)?|build) (?:\w+ ){0,2}?(?:for|in) new .{0,20}", r"(?:not|no longer) for new .{0,20}", r"(?:things |what |tools |technologies )?(?:we(?:['’]re| are) )?(?:moving|migrating) (?:away from|off)(?: .{0,20})?", r"on (?:the|its|their) way out",
        r"(?:\w+ ){0,2}being (?:phased out|retired|replaced|removed|deprecated|sunset|decommissioned)(?: .{0,20})?",
    )),
    (Section.RETIRED, words(
        r"(?:\w+ ){0,3}(?:we|we['’]ve|we have|they) (?:no longer|stopped|dropped|left behind|abandoned|retired|replaced|used to|got rid of|moved away from)(?: .{0,20})?", r"(?:\w+ ){0,2}(?:no longer|formerly|previously) (?:in use|used|supported)(?: .{0,20})?",
    )),
    (Section.TRIAL, words(
        r"(?:currently |(?:(?:what|things|tools|technologies) )?(?:we(?:['’]re| are) )(?:currently )?)(?:evaluating|trying(?: out)?|experimenting with|piloting|triall?ing|exploring|testing out|assessing|playing with)(?: .{0,20})?", r"(?:in|on) (?:trial|pilot|evaluation)", r"emerging(?: (?:tech(?:nolog(?:y|ies))?|tools?|languages?))?", r"proofs? of concepts?",
    )),
    (Section.PLANNED, words(
        r"assess", r"(?:what|things|tools|technologies) (?:we|we['’]re|we are) (?:plan(?:ning)?|intend|want|going|hope) to .{1,30}", r"future (?:\w+ )?(?:tools?|stack|tech(?:nolog(?:y|ies))?|infrastructure|architecture|systems?|additions?|changes|state)", r"under consideration", r"to be (?:introduced|added|adopted|implemented|deployed|evaluated)",
        r"on (?:our|the) (?:radar|roadmap|horizon|list|wish ?list)", r"what(?:['’]s| is) (?:coming|to come)(?: .{0,20})?", r"not yet (?:in (?:place|use)|adopted|used|implemented|introduced)",
    )),
    (Section.LIBRARIES, words(r"libraries(?: used)?", r"packages(?: used)?", r"dependencies", r"open[- ]source (?:libraries|software) (?:we use|used)")),
    (Section.ALTERNATIVES, words(
        r"alternatives?(?: considered)?", r"considered(?: options)?", r"options considered", r"not chosen", r"(?:deferred|postponed|open) (?:decisions?|questions?|points?)", r"decis(?:ões|iones) (?:adiadas|aplazadas|pend\w+)", r"décisions? (?:reportées?|en suspens)", r"offene (?:entscheidungen|fragen|punkte)", r"未決(?:事項)?", r"待定事项", r"watch ?list", r"veille(?: .{0,30})?", r"rejected", r"why not", r"comparisons?",
        r"versus", r"vs\.?", r"compared", r"benchmarks?", r"competitors?", r"competition", r"similar projects", r"inspirations?", r"trade-?offs?",
        r"do(?:n['’]?t| not) use", r"discouraged(?: .{0,30})?", r"(?:to )?avoid(?:ed)?", r"not (?:recommended|allowed|this)", r"forbidden", r"banned", r"what we (?:don'?t|do not) use", r"we (?:don'?t|do not) use", r"not used", r"anti-?goals", r"(?:what|things|tools|technologies|why) .{0,20}\b(?:not|don'?t|won'?t|didn'?t|never (?!changes?\b))\b.{0,30}",
    )),
    (Section.CUSTOMERS, words(r"customers?", r"clients", r"who uses", r"used by", r"sponsors?", r"partners?", r"testimonials?")),
    (Section.PLANNED, words(
        r"roadmap", r"future(?: work| plans| improvements| scope| enhancements)?", r"next steps?", r"what'?s next(?: for.{0,40})?", r"(?:\w+ ){0,3}(?:planned|upcoming|proposed)(?: .{0,30})?", r"(?:\w+ ){0,3}(?:planifiée?s?|envisagée?s?)(?: .{0,40})?", r"upcoming", r"to-?be", r"target(?: .{0,40})?",
        r"proposed(?: .{0,30})?", r"proposal", r"wish ?list", r"backlog", r"to-?dos?", r"coming soon", r"looking (?:ahead|forward)", r"plans?", r"vision", r"ideas?", r"phase [2-9](?: .{0,60})?", r"later", r"v2",
        r"próximamente", r"em breve", r"bientôt", r"demnächst", r"coming next", r"geplant\w*", r"ausblick", r"zielarchitektur", r"zielbild", r"soll(?:-?zustand)?", r"(?:\w+ ){0,2}cible", r"feuille de route", r"à venir", r"prévus?", r"futuro", r"próximos pasos", r"próximos passos", r"planificado",
        r"今後(?:の.{0,10})?", r"予定", r"导入予定", r"未来(?:规划)?", r"规划", r"计划", r"향후.{0,10}", r"планы",
    )),
    (Section.RETIRED, words(
        r"(?:retired|removed|discontinued|abandoned|dropped|decommissioned|unused) \w+(?: \w+){0,2} ?", r"retired", r"previous(?:ly)?(?: .{0,30})?", r"former(?:ly)?(?: .{0,30})?", r"old (?:stack|architecture|system|setup|infrastructure|tech(?:nology)?)", r"no longer (?:used|in use)", r"past", r"early (?:days|prototypes?|years|stack)",
        r"in the beginning", r"the beginning", r"history", r"before", r"originally", r"removed", r"decommissioned", r"what we (?:left|dropped|replaced|stopped using)", r"abandoned", r"replaced", r"graveyard", r"discontinued", r"abgelöst", r"früher(?: .{0,30})?", r"abandonnés?", r"(?:ancien(?:ne)?s?|anterior(?:es)?) .{1,30}", r"archiv(?:ed?|ée?s?|iert)", r"archivad[oa]s?", r"retirado", r"移行前", r"旧.{0,10}", r"已下线", r"已废弃",
    )),
    (Section.RETIRING, words(
        r"legacy(?: .{0,30})?", r"deprecated", r"(?:\w+ ){0,4}end[- ]of[- ]life", r"(?:\w+ ){0,4}en fin de (?:vie|support)", r"eol", r"sunset(?:ting)?", r"phas(?:ing|ed) out", r"to be (?:replaced|retired|removed|decommissioned|migrated)", r"hold", r"obsolete(?: \w+){0,3}", r"obsolescences?", r"retir(?:e|ing)", r"to retire", r"deprecated \w+(?: \w+){0,2} ?", r"veraltet", r"altsysteme?", r"auslaufend", r"abzulösen", r"obsolètes?", r"à remplacer", r"heredado", r"legado", r"非推奨", r"廃止予定", r"即将下线", r"淘汰", r"(?:削除|廃止)(?:する|対象).{0,8}", r"(?:what|things) (?:to|we(?:'ll| will)) (?:remove|delete|retire)", r"to be deleted", r"à supprimer", r"zu entfernen", r"a (?:eliminar|remover)", r"삭제(?:할|대상).{0,6}",
    )),
    (Section.TRIAL, words(r"trial(?:s|ling)?", r"experiment(?:s|al|ing|ation)?", r"pilots?", r"evaluat(?:ing|ion)", r"under evaluation", r"exploring", r"proofs? of concept", r"pocs?", r"in beta", r"testing out", r"spikes?", r"labs?", r"pilotprojekte?", r"試験運用", r"検証中", r"试点")),
    (Section.SKIP, words(
        r"references?", r"links?", r"read more", r"further reading", r"learn more", r"more info(?:rmation)?", r"resources", r"sources", r"see also", r"bibliography", r"citations?", r"install(?:ation|ing)?(?: .{0,30})?", r"getting started(?: .{0,30})?",
        r"quick ?start", r"set-?up(?: .{0,30})?", r"usage", r"how to (?:run|use|install|build|contribute|deploy|start).{0,30}", r"running (?:locally|the .{0,20}|tests)", r"run(?:ning)? locally", r"local development", r"prerequisites?", r"pre-?requisites?", r"requirements?", r"contribut(?:ing|ors?|ions?|e)", r"licen[cs]es?",
        r"(?:browsers?|os|platforms?|operating systems?) (?:support|compatibility|requirements?)", r"supported (?:browsers?|platforms?|operating systems?|os|versions?)", r"(?:system|hardware|software) requirements?", r"compatib\w+(?: .{0,20})?", r"contacts?", r"authors?", r"acknowledge?ments?", r"credits", r"thanks", r"faqs?", r"changelog", r"release notes", r"project structure", r"(?:folder|directory|file|repository|code) structure", r"screenshots?", r"table of contents", r"contents", r"hiring", r"jobs", r"careers?", r"we'?re hiring",
        r"join us", r"support", r"api endpoints?", r"endpoints", r"troubleshooting", r"commands?", r"environment variables?", r"examples?", r"demo", r"badges?", r"maintainers?", r"stargazers?", r"star history", r"about (?:the )?authors?", r"discussions?", r"want more.{0,40}", r"(?:open|current) (?:positions?|roles?|vacancies)", r"vacancies", r"feedback", r"disclaimer", r"glossary", r"updating this list.{0,10}", r"comments?", r"related (?:posts?|articles?|reading)", r"(?:\W{0,3}\w+ ){0,3}top stories.{0,20}", r"trending.{0,20}",
        r"voraussetzungen", r"einrichtung", r"quellen", r"lizenz", r"références", r"prérequis", r"liens", r"referencias", r"requisitos(?: .{0,20})?", r"instalaci[oó]n", r"instalação", r"como (?:rodar|executar|usar).{0,30}", r"licença", r"licencia", r"参考(?:資料|文献|リンク)?", r"参考资料", r"安装", r"快速开始", r"前提条件", r"セットアップ", r"ライセンス", r"使い方", r"许可证", r"설치", r"참고", r"установка",
    )),
    (Section.STACK, words(
        r"(?:tech(?:nology|nical|nologies)?|our|current|full|main|core|data|frontend|backend|mobile|web|software|infra(?:structure)?|monitoring|observability|ml|ai|dev(?:elopment)?|devops|the)[- ](?:stack|stacks)", r"stack", r"techstack", r"technolog(?:y|ies)", r"tech(?: radar)?", r"tools?(?: (?:we use|used))?", r"tooling", r"built with", r"built using", r"powered by", r"architecture", r"infrastructure", r"infra", r"back[- ]?end", r"front[- ]?end", r"databases?", r"data", r"devops", r"languages?", r"frameworks?", r"platforms?", r"services", r"languages and tools", r"(?:third[- ]party|3rd[- ]party|external|hosted|managed|cloud|saas|paid|online|internal) (?:services?|tools?|systems?|software|applications?|apps?|providers?|vendors?|products)", r"(?:saas|software|service|our) (?:subscriptions?|providers?|vendors?)", r"sub-?processors?", r"subscriptions?", r"vendors?", r"(?:it|software|applications?|systems?|services?|tools?|technology) (?:inventory|landscape|catalog(?:ue)?|portfolio)", r"monitoring", r"observability", r"logging", r"analytics", r"communications?", r"project management", r"baseline", r"as-is", r"today",
        r"technologie-?stack", r"technologien", r"werkzeuge", r"eingesetzte.{0,20}", r"technologies utilisées", r"pile technique", r"outils", r"(?:stack|pila) (?:tecnol[óo]gic[oa]|t[ée]cnic[oa])", r"stack technique", r"tecnolog[ií]as?(?: utilizad[ao]s)?", r"ferramentas", r"herramientas", r"技术栈", r"技術スタック", r"使用技術", r"技術構成", r"技术选型", r"技术架构", r"기술 ?스택", r"технологии", r"стек(?: технологий)?",
    )),
)  # fmt: skip


# headings whose lists are of persons
PEOPLE = words(
    r"(?:(?:the|our|core|meet the|meet our|engineering|project) )?team(?: members)?",
    r"(?:meet (?:the|our) |our |the )?(?:people|staff|founders|members)",
    r"(?:past |core )?(?:contributors|maintainers|authors)",
    r"who we are",
    r"(?:unser |das )?team|équipe|equipo|チーム|团队",
)

# how-to headings that tell of their own work, in a story
OWN_WORK = words(
    r"local development",
    r"set-?up(?: .{0,30})?",
    r"(?:development|dev) (?:environment|setup)",
    r"support",
    r"demo",
    r"hiring",
)

# headings and labels under which a practice is an answer
PRACTICES = words(
    r"architectures?",
    r"patterns?",
    r"methodolog(?:y|ies)",
    r"methods?",
    r"practices?",
    r"process(?:es)?",
    r"principles?",
    r"approach(?:es)?",
    r"paradigms?",
    r"styles?",
    r"workflow",
    r"architektur\w*",
    r"vorgehen",
    r"méthodes?",
    r"pratiques?",
    r"arquitectura",
    r"arquitetura",
    r"アーキテクチャ",
    r"架构",
    r"아키텍처",
)


class Column(StrEnum):
    """What the cells of a column say."""

    TECHNOLOGY = "technology"
    PURPOSE = "purpose"
    REMARKS = "remarks"
    WHY = "why"
    ALTERNATIVES = "alternatives"
    OLD = "old"
    NEW = "new"
    VIA = "via"
    STAGE = "stage"
    VERSION = "version"
    VENDOR = "vendor"
    SCOPE = "scope"
    DATE = "date"
    LINK = "link"
    SKIP = "skip"
    UNKNOWN = ""


COLUMNS: tuple[tuple[Column, re.Pattern[str]], ...] = (
    (Column.ALTERNATIVES, words(r"alternatives?(?: .{0,20})?", r"considered", r"rejected(?: .{0,20})?", r"options?(?: considered)?", r"instead of", r"not(?: this| used)?", r"avoid", r"do(?:n['’]?t| not) use", r"vs\.?", r"compared (?:to|with)", r"competitors?", r"similar to", r"equivalents?", r"alternativen?", r"alternativas?", r"备选", r"替代方案", r"候補", r"代替", r"選択肢", r"optionen", r"opções", r"opciones")),
    (Column.NEW, words(r"migrat\w* to", r"replac(?:ement|ed (?:by|with))(?: .{0,20})?", r"(?:replacement|migration) (?:plan|path|target)", r"plan de (?:remplacement|migration)", r"évolution(?: .{0,20})?", r"successors?", r"new(?: .{0,30})?", r"target(?: .{0,30})?", r"to", r"after", r"to-?be", r"future(?: .{0,20})?", r"next(?: .{0,20})?", r"tomorrow", r"morgen", r"demain", r"mañana", r"今後", r"未来", r"planned(?: .{0,20})?", r"proposed(?: .{0,20})?", r"modern(?: .{0,20})?", r"moving to", r"upgrade to", r"standard", r"(?:\w+ )?standard", r"destination", r"ablösung", r"nachfolger", r"ersatz", r"neu", r"ziel", r"soll", r"remplacement(?: .{0,20})?", r"cible", r"remplacé par", r"reemplazo", r"nuevo", r"substituto", r"移行後(?: .{0,20})?", r"移行先", r"新(?:技术|方案)?", r"替换为", r"迁移至")),
    (Column.OLD, words(r"old(?: .{0,30})?", r"legacy(?: .{0,20})?", r"from", r"before", r"previous(?:ly)?(?: .{0,20})?", r"former", r"as-?is", r"replaces", r"replaced", r"predecessors?", r"original(?:ly)?(?: .{0,20})?", r"alt", r"bisher", r"vorher", r"ist", r"ancien(?:ne)?", r"avant", r"antes", r"anterior", r"移行前", r"移行元", r"旧(?:技术|方案)?", r"原(?:技术|方案)?")),
    (Column.SKIP, words(r"(?:annual |monthly |base |optimi[sz]ed |total )?costs?(?: .{0,20})?", r"savings?", r"price", r"pricing", r"budget", r"owners?", r"owning team", r"teams?", r"contacts?", r"users?", r"licen[cs]es?(?: .{0,20})?", r"sla", r"rpo.{0,20}", r"backups?", r"port", r"ports", r"locations?", r"(?:file )?paths?", r"files?", r"folders?", r"director(?:y|ies)", r"numbers?", r"no\.?", r"#", r"id", r"priority", r"complexity", r"timeline", r"size", r"count", r"risk", r"criticit[éy]", r"criticality", r"severity", r"score", r"rating", r"stars?", r"classification", r"data classification", r"conference", r"speakers?", r"authors?", r"person", r"cpu", r"ram", r"memory", r"region", r"responsible", r"verantwortlich", r"kosten", r"coût", r"propriétaire", r"responsable", r"担当(?:者)?", r"负责人", r"价格", r"成本", r"overlap\??", r"effort", r"pros", r"cons")),
    (Column.STAGE, words(r"status", r"state", r"stage", r"phase", r"life ?cycle(?: .{0,20})?", r"maturity", r"adoption", r"ring", r"decision", r"disposition(?: .{0,30})?", r"action", r"recommendations?", r"migration(?: .{0,20})?", r"état", r"perspectives?", r"étape(?: .{0,20})?", r"maturité", r"statut", r"estado", r"situação", r"zustand", r"状態", r"ステータス", r"状态", r"상태", r"статус", r"eol status")),
    (Column.DATE, words(r"eol(?: date)?", r"end[- ]of[- ](?:life|support)(?: .{0,20})?", r"since", r"started", r"start date", r"introduced", r"adopted(?: on| in)?", r"using since", r"dates?", r"year", r"renewal(?: date)?", r"ends?", r"supported until", r"support(?: until| end)?", r"fin de (?:support|vie).{0,20}", r"fecha", r"data", r"seit", r"bis", r"depuis", r"日付", r"日期", r"导入日期", r"when", r"last updated")),
    (Column.VERSION, words(r"versions?(?: .{0,20})?", r"release", r"ver\.?", r"versión", r"versão", r"バージョン", r"版本", r"버전", r"версия")),
    (Column.LINK, words(r"links?", r"urls?", r"docs?", r"documentation", r"website", r"homepage", r"repo(?:sitory)?", r"references?", r"sources?", r"evidence", r"read more", r"more", r"site", r"quelle", r"lien", r"enlace", r"リンク", r"链接", r"官网", r"文档", r"地址", r"出典", r"detection source")),
    (Column.WHY, words(r"why(?: .{0,30})?", r"reasons?(?: .{0,30})?", r"rationale", r"justification", r"motivation", r"benefits?", r"advantages?", r"trade-?offs?", r"begründung", r"warum", r"pourquoi", r"raison", r"justificativa", r"por qué", r"理由", r"選定理由", r"原因", r"选择理由", r"이유", r"причина", r"strategy", r"decision drivers?", r"rationale.{0,20}")),
    (Column.VIA, words(r"runs? (?:on|in)", r"hosted (?:on|by|in|at)", r"host(?:ing)?", r"deployed (?:on|to|in|via)", r"deployment(?: target)?", r"managed (?:by|service|via)", r"provider", r"cloud provider", r"via", r"operated by", r"aws service", r"azure service", r"gcp service", r"cloud service", r"managed", r"betrieb", r"hébergement", r"alojamiento", r"hospedagem", r"ホスティング", r"部署(?:方式|平台)?", r"托管", r"environment")),
    (Column.VENDOR, words(r"vendors?", r"suppliers?", r"manufacturers?", r"makers?", r"company", r"compan(?:y|ies)", r"hersteller", r"anbieter", r"éditeur", r"fournisseur", r"proveedor", r"fornecedor", r"厂商", r"供应商", r"ベンダー")),
    (Column.TECHNOLOGY, words(r"(?:\w+ )?technolog(?:y|ies)(?: .{0,20})?", r"tech(?: stack)?", r"stack", r"services?(?: used)?", r"tools?(?: .{0,20})?", r"products?", r"software", r"frameworks?(?: .{0,20})?", r"(?:primary |main |programming |backend |frontend )?languages?(?: .{0,20})?", r"databases?", r"engines?", r"data stores?", r"datastores?", r"solutions?", r"implementations?", r"choices?", r"selected(?: .{0,20})?", r"chosen(?: .{0,20})?", r"we use", r"what we use", r"used", r"using", r"current(?: .{0,20})?", r"現行(?:.{0,12})?", r"現状", r"方針", r"採用(?:技術|方針)?", r"当前(?:.{0,4})?", r"现有(?:.{0,4})?", r"기존", r"현재", r"platforms?", r"librar(?:y|ies)(?: .{0,20})?", r"packages?", r"applications?(?: name)?", r"apps?", r"systems?", r"saas", r"(?:vendor |tool |product |software )name", r"name", r"what", r"items?", r"dependenc(?:y|ies)", r"(?:ci|cd|ci/cd|monitoring|logging|cache|broker|queue|storage|database|orm|runtime|os)", r"technologie", r"werkzeug", r"produkt", r"sprache", r"outils?", r"technologies?", r"logiciels?", r"composant technique", r"tecnolog[ií]as?", r"herramientas?", r"ferramentas?", r"技術(?:スタック)?", r"使用技術", r"ツール", r"サービス(?:名)?", r"ミドルウェア", r"技术(?:栈|选型)?", r"组件", r"框架", r"工具", r"软件", r"产品", r"名称", r"技术名称", r"中间件", r"기술(?: ?스택)?", r"도구", r"технологи[яи]", r"инструменты?", r"detected", r"tool", r"brand")),
    (Column.PURPOSE, words(r"purposes?", r"use ?cases?", r"usage", r"uses?", r"used for", r"layers?", r"categor(?:y|ies)", r"areas?", r"functions?", r"functionality", r"components?", r"roles?", r"types?", r"domains?", r"capabilit(?:y|ies)", r"needs?", r"features?", r"concerns?", r"task", r"for", r"aspects?", r"tier", r"section", r"group", r"field", r"topic", r"requirements?", r"responsibility", r"zweck", r"schicht", r"bereich", r"ebene", r"einsatz(?:zweck)?", r"kategorie", r"komponente", r"funktion", r"usages?", r"utilisation(?: .{0,20})?", r"rôle", r"couche", r"domaine", r"fonction", r"catégorie", r"composants?", r"propósito", r"uso", r"capa", r"categoría", r"categoria", r"função", r"camada", r"用途", r"役割", r"分類", r"カテゴリ", r"領域", r"区分", r"项目", r"項目", r"層", r"类别", r"分类", r"类型", r"功能", r"模块", r"层级", r"层", r"作用", r"领域", r"용도", r"구분", r"분류", r"역할", r"영역", r"назначение", r"категория", r"слой", r"quadrant")),
    (Column.REMARKS, words(r"remarks?", r"notes?", r"descriptions?(?: .{0,20})?", r"comments?", r"details?", r"how", r"info(?:rmation)?", r"configuration", r"specs?", r"specification", r"about", r"summary", r"explanation", r"example", r"bemerkung(?:en)?", r"beschreibung", r"anmerkung", r"hinweis", r"remarques?", r"commentaires?", r"notas?", r"observaciones", r"observações", r"descripción", r"descrição", r"備考", r"説明", r"概要", r"内容", r"说明", r"备注", r"描述", r"비고", r"설명", r"описание", r"примечани[ея]")),
    (Column.SCOPE, words(r"projects?", r"product name", r"(?:service|system|database|cluster|module|microservice) name", r"microservices?", r"modules?", r"repositor(?:y|ies)", r"environments?", r"squads?", r"projekt", r"projet", r"proyecto")),
)  # fmt: skip


# how a cell of the stage column, or a mark in the text, says it
STAGE_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("retired", words(r"retired", r"decommissioned", r"removed", r"moved away(?: from)?", r"not (?:in use|used)(?: any ?more)?", r"archived", r"inactive", r"exit(?:ed)?", r"disabled", r"unused", r"until (?:19|20)\d\d", r"switched off", r"in the past", r"shut ?down", r"turned off", r"sunsetted", r"abandoned", r"replaced", r"migrated away", r"no longer (?:in )?use[d]?", r"no longer", r"no more", r"(?:poc|pilot|trial|experiment) failed", r"dropped", r"discontinued", r"stopped", r"abgeschaltet", r"abgelöst", r"retirée?s?", r"abandonnée?s?", r"décommissionnée?s?", r"retirado", r"desativado", r"已下线", r"已废弃", r"停用", r"廃止", r"폐기")),
    ("retiring", words(r"eol", r"deprec\w+ted", r"maintenance(?: only| mode)?", r"divest(?:ing)?", r"declin(?:e|ing)", r"outgoing", r"do not use", r"don['’]t use", r"avoid", r"frozen", r"on (?:the|its) way out", r"moving (?:away|off)(?: from)?", r"(?:existing|legacy|old) (?:projects|systems|services|apps|code) only", r"(?:no|not for) new (?:projects|use|work|development|services|code)", r"wind(?:ing)? down", r"going away", r"end[- ]of[- ]life", r"end[- ]of[- ]support", r"deprecat(?:ed|ing|ion)", r"legacy", r"sunset(?:ting)?", r"phas(?:ing|ed?) out", r"(?:to be|being|will be|must be|needs? to be) (?:\w+ )?(?:retired|removed|replaced|decommissioned|migrated|phased out|dropped)", r"to (?:migrate|replace|retire|decommission|remove)", r"retir(?:e|ing)", r"decommission(?:ing)?", r"replac(?:e|ing|ement)", r"migrat(?:e|ing)(?: away| off| from)?", r"hold", r"obsolete", r"obsolète", r"outdated", r"end of sale", r"out of support", r"unsupported", r"eliminate", r"contain", r"wird (?:abgelöst|ersetzt)", r"veraltet", r"auslaufend", r"à (?:remplacer|migrer|décommissionner)", r"remplacement(?: progressif)?", r"fin de vie", r"en fin de .{0,12}", r"obsoleto", r"即将下线", r"逐步淘汰", r"廃止予定", r"非推奨", r"移行(?:予定|中)", r"🔴 ?deprecated")),
    ("planned", words(r"planned", r"proposed", r"proposal", r"to-?be", r"target", r"future", r"upcoming", r"not (?:yet )?(?:started|implemented|deployed|adopted|done)", r"to-? ?do", r"tbd", r"to be (?:adopted|introduced|added|implemented|deployed|decided|rolled out|set up|installed|evaluated)", r"scheduled", r"q[1-4](?:[ /-]?(?:20)?\d\d)?", r"soon", r"not yet", r"to come", r"yet to come", r"open", r"pending", r"backlog", r"considering", r"under consideration", r"in adoption planning", r"roadmap", r"next", r"later", r"wish(?: ?list)?", r"coming soon", r"assess", r"geplant", r"prévue?s?", r"planifiée?s?", r"à venir", r"à l'étude", r"planificado", r"planejado", r"futuro", r"予定", r"検討中", r"計画中", r"导入予定", r"计划(?:中)?", r"规划中", r"待定", r"예정", r"планируется")),
    ("trial", words(r"trial(?:l?ing|l?ed)?", r"incubat(?:ing|ion|or)", r"emerging", r"(?:in|on|under) (?:trial|test|pilot|evaluation)", r"early (?:adoption|access|experiments?)", r"evaluated", r"piloted", r"pilot(?:ing)?", r"experiment(?:al|ing)?", r"poc", r"proofs? of concept", r"evaluat(?:ing|ion)", r"under evaluation", r"testing(?: phase)?", r"in testing", r"beta", r"alpha", r"exploring", r"prototyp(?:e|ing)", r"spike", r"in erprobung", r"pilotée?s?", r"en test", r"expérimental\w*", r"piloto", r"試験(?:中|運用)?", r"検証中", r"试点", r"试用", r"测试中", r"테스트")),
    ("in_use", words(r"active", r"in use", r"in production", r"production", r"live", r"adopt(?:ed)?", r"current", r"done", r"deployed", r"implemented", r"used", r"stable", r"invest", r"maintain", r"keep", r"retain(?:ed)?", r"standard", r"decided", r"ok", r"yes", r"running", r"up to date", r"supported", r"ga", r"tolerate", r"aktiv", r"produktiv", r"en production", r"actif", r"activo", r"ativo", r"em uso", r"en uso", r"本番", r"稼働中", r"利用中", r"使用中", r"已上线", r"在用", r"运行中", r"사용 ?중", r"используется", r"✅", r"✔️?", r"🟢")),
)  # fmt: skip

# what a field of a table, a label or a list is for -> the category, where the technology's own home does not decide
PURPOSES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("caches", words(r"cach(?:e|es|ing)", r"in-?memory (?:db|database|store|cache)", r"session (?:store|storage)", r"キャッシュ", r"缓存", r"캐시", r"кэш\w*")),
    ("message-brokers", words(r"message ?(?:broker|queue|bus|queues|brokers)", r"messaging", r"queues?", r"queu?ing", r"event (?:bus|streaming|broker)", r"pub[/-]?sub", r"キュー.{0,6}", r"消息队列", r"メッセージ.{0,6}")),
    ("search-engines", words(r"(?:full[- ]text )?search(?: (?:engine|db|index|indexing))?", r"検索", r"搜索", r"recherche", r"suche", r"búsqueda")),
    ("logs", words(r"logs?", r"logging", r"log (?:aggregation|management|analytics|collection|storage)", r"logs aggregation", r"centrali[sz]ed logging", r"日志", r"ログ.{0,6}")),
    ("metrics", words(r"metrics?(?: .{0,15})?", r"メトリクス", r"指标")),
    ("dashboards", words(r"dashboards?", r"visuali[sz]ation", r"ダッシュボード", r"可視化", r"可视化")),
    ("tracing", words(r"(?:distributed )?tracing", r"traces", r"链路追踪")),
    ("alerting-and-on-call", words(r"alert(?:s|ing)?", r"on-?call", r"paging", r"告警")),
    ("error-tracking", words(r"error (?:tracking|monitoring|reporting)", r"crash (?:reporting|analytics)")),
    ("analytical-databases", words(r"(?:data )?warehous(?:e|ing)", r"dwh", r"olap", r"analytics (?:db|database)", r"data lake(?:house)?", r"lakehouse", r"数据仓库", r"データウェアハウス")),
    ("time-series-databases", words(r"time[- ]?series(?: .{0,15})?", r"时序数据库")),
    ("key-value-databases", words(r"key[- ]?value(?: .{0,20})?", r"kv store")),
    ("stream-processing", words(r"(?:real[- ]?time |data )?stream(?:ing|s)?(?: processing)?", r"stream processing", r"流处理")),
    ("batch-processing", words(r"batch(?: processing| jobs)?", r"离线计算")),
    ("continuous-integration", words(r"ci", r"continuous integration", r"builds?")),
    ("deployment", words(r"cd", r"deploy(?:ment|ments|ing)?", r"continuous (?:delivery|deployment)", r"gitops", r"releases?")),
    ("background-jobs", words(r"(?:background )?jobs?(?: .{0,15})?", r"task queue", r"workers?", r"background (?:processing|tasks)", r"cron", r"schedul(?:er|ing)")),
    ("vector-databases", words(r"vector (?:db|database|store|search)", r"embeddings?(?: store)?")),
    ("graph-databases", words(r"graph (?:db|database|store)")),
    ("object-storage", words(r"object (?:store|storage)", r"blob (?:store|storage)", r"file storage", r"assets?", r"media(?: storage)?")),
    ("service-discovery", words(r"service discovery", r"服务发现", r"注册中心")),
    ("content-delivery", words(r"cdn", r"content delivery(?: network)?", r"edge (?:cache|network)")),
    ("dns", words(r"dns")),
    ("application-firewalls", words(r"waf", r"(?:web )?application firewall")),
    ("api-tooling", words(r"api gateway")),
    ("container-orchestration", words(r"(?:container )?orchestrat(?:ion|or)")),
    ("programming-languages", words(r"languages?", r"プログラミング言語", r"言語", r"编程语言", r"语言")),
    ("runtimes", words(r"runtimes?")),
    ("developer-environments", words(r"local development", r"development environment", r"dev environment", r"ide", r"editor")),
    ("application-monitoring", words(r"apm", r"application (?:performance )?monitoring", r"observability")),
)  # fmt: skip

# categories between which a purpose may choose: what stores, what watches, what ships, what runs
CHOICES: tuple[frozenset[str], ...] = (
    frozenset({
        "relational-databases", "document-databases", "key-value-databases", "wide-column-databases", "caches", "graph-databases",
        "time-series-databases", "search-engines", "vector-databases", "analytical-databases", "message-brokers", "logs",
    }),
    frozenset({"stream-processing", "batch-processing", "query-engines", "data-integration", "data-orchestration", "message-brokers"}),
    frozenset({
        "metrics", "dashboards", "logs", "tracing", "error-tracking", "alerting-and-on-call", "application-monitoring",
        "uptime-monitoring", "telemetry-collection",
    }),
    frozenset({"continuous-integration", "deployment"}),
    frozenset({"cloud-platforms", "content-delivery", "dns", "application-firewalls", "web-hosting"}),
)  # fmt: skip
# where one may stand in for another, though their categories differ
HOSTS = frozenset(
    ("application-platforms", "cloud-platforms", "web-hosting", "container-orchestration", "compute", "serverless")
)
KINDRED: tuple[frozenset[str], ...] = (
    HOSTS | {"virtualisation", "containers"},
    CHOICES[0] - {"message-brokers", "logs"},
    CHOICES[1],
    CHOICES[2],
    frozenset({"programming-languages", "runtimes", "web-frameworks", "app-architecture"}),
    frozenset({"ui-frameworks", "browser-libraries", "web-app-frameworks", "template-engines"}),
    frozenset({"continuous-integration", "deployment", "configuration-management", "infrastructure-as-code"}),
    frozenset(
        {"background-jobs", "workflow-orchestration", "data-orchestration", "workflow-automation", "message-brokers"}
    ),
    frozenset({"cross-platform-mobile", "ios-development", "android-development"}),
    frozenset({"business-intelligence", "dashboards", "product-analytics", "customer-data"}),
)

SCALE = words(
    r"rps",
    r"qps",
    r"tps",
    r"rpm",
    r"requests?",
    r"per (?:second|sec|minute|day|month|hour|node)",
    r"million",
    r"billion",
    r"[kmg]bps",
    r"[tgmp]b",
    r"users",
    r"orders",
    r"transactions?",
    r"microservices",
    r"services",
    r"engineers",
    r"instances",
    r"nodes",
    r"servers",
    r"pods",
    r"clusters",
    r"latency",
    r"ms",
    r"rows",
)
FACT_LABELS = words(
    r"traffic",
    r"scale",
    r"stats?",
    r"rpm",
    r"rps",
    r"qps",
    r"users",
    r"orders",
    r"throughput",
    r"latency",
    r"peak",
    r"team size",
    r"engineers",
    r"volume",
    r"size",
    r"cost(?: .{0,20})?",
    r"revenue(?: .{0,20})?",
    r"savings",
    r"budget",
    r"mau",
    r"dau",
    r"servers",
    r"bandwidth",
    r"uptime",
    r"sla",
)
