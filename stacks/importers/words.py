"""The words that tell what a heading, a column, a label or a sentence says. One table per question, compiled once.

Names in a sentence are one character each here (NAME), so that a pattern can speak of lists of names; every repetition
is bounded.
"""

import re
from enum import StrEnum

NAME = "\ue000"
LISTED = "\ue001"


def words(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(alternatives)})(?![^\W_])", re.IGNORECASE)


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
    (Section.LIBRARIES, words(r"libraries(?: used)?", r"packages(?: used)?", r"dependencies", r"open[- ]source (?:libraries|software) (?:we use|used)")),
    (Section.ALTERNATIVES, words(
        r"alternatives?(?: considered)?", r"considered(?: options)?", r"options considered", r"not chosen", r"watch ?list", r"veille(?: .{0,30})?", r"rejected", r"why not", r"comparisons?",
        r"versus", r"vs\.?", r"compared", r"benchmarks?", r"competitors?", r"competition", r"similar projects", r"inspirations?", r"trade-?offs?",
        r"what we (?:don'?t|do not) use", r"we (?:don'?t|do not) use", r"not used", r"anti-?goals", r"(?:what|things|tools|technologies|why) .{0,20}\b(?:not|don'?t|won'?t|never|didn'?t)\b.{0,30}",
    )),
    (Section.CUSTOMERS, words(r"customers?", r"clients", r"who uses", r"used by", r"sponsors?", r"partners?", r"testimonials?")),
    (Section.PLANNED, words(
        r"roadmap", r"future(?: work| plans| improvements| scope| enhancements)?", r"next steps?", r"what'?s next(?: for.{0,40})?", r"(?:\w+ ){0,3}(?:planned|upcoming|proposed)(?: .{0,30})?", r"(?:\w+ ){0,3}(?:planifiée?s?|envisagée?s?)(?: .{0,40})?", r"upcoming", r"to-?be", r"target(?: .{0,40})?",
        r"proposed(?: .{0,30})?", r"proposal", r"wish ?list", r"backlog", r"to-?dos?", r"coming soon", r"looking (?:ahead|forward)", r"plans?", r"vision", r"ideas?", r"phase [2-9](?: .{0,60})?", r"later", r"v2",
        r"próximamente", r"em breve", r"bientôt", r"demnächst", r"coming next", r"geplant\w*", r"ausblick", r"zielarchitektur", r"zielbild", r"soll(?:-?zustand)?", r"cible", r"feuille de route", r"à venir", r"prévus?", r"futuro", r"próximos pasos", r"próximos passos", r"planificado",
        r"今後(?:の.{0,10})?", r"予定", r"导入予定", r"未来(?:规划)?", r"规划", r"计划", r"향후.{0,10}", r"планы",
    )),
    (Section.RETIRED, words(
        r"retired", r"previous(?:ly)?(?: .{0,30})?", r"former(?:ly)?(?: .{0,30})?", r"old (?:stack|architecture|system|setup|infrastructure|tech(?:nology)?)", r"no longer (?:used|in use)", r"past", r"early (?:days|prototypes?|years|stack)",
        r"in the beginning", r"the beginning", r"history", r"before", r"originally", r"removed", r"decommissioned", r"what we (?:left|dropped|replaced|stopped using)", r"abandoned", r"replaced", r"graveyard", r"discontinued", r"abgelöst", r"früher(?: .{0,30})?", r"abandonnés?", r"retirado", r"移行前", r"旧.{0,10}", r"已下线", r"已废弃",
    )),
    (Section.RETIRING, words(
        r"legacy(?: .{0,30})?", r"deprecated", r"(?:\w+ ){0,4}end[- ]of[- ]life", r"(?:\w+ ){0,4}en fin de (?:vie|support)", r"eol", r"sunset(?:ting)?", r"phas(?:ing|ed) out", r"to be (?:replaced|retired|removed|decommissioned|migrated)", r"hold", r"obsolete", r"obsolescences?", r"retiring", r"veraltet", r"altsysteme?", r"auslaufend", r"abzulösen", r"obsolètes?", r"à remplacer", r"heredado", r"legado", r"非推奨", r"廃止予定", r"即将下线", r"淘汰",
    )),
    (Section.TRIAL, words(r"trial(?:s|ling)?", r"experiment(?:s|al|ing|ation)?", r"pilots?", r"evaluat(?:ing|ion)", r"under evaluation", r"exploring", r"proofs? of concept", r"pocs?", r"in beta", r"assess", r"testing out", r"spikes?", r"labs?", r"pilotprojekte?", r"試験運用", r"検証中", r"试点")),
    (Section.SKIP, words(
        r"references?", r"links?", r"read more", r"further reading", r"learn more", r"more info(?:rmation)?", r"resources", r"sources", r"see also", r"bibliography", r"citations?", r"install(?:ation|ing)?(?: .{0,30})?", r"getting started(?: .{0,30})?",
        r"quick ?start", r"set-?up(?: .{0,30})?", r"usage", r"how to (?:run|use|install|build|contribute|deploy|start).{0,30}", r"running (?:locally|the .{0,20}|tests)", r"run(?:ning)? locally", r"local development", r"prerequisites?", r"pre-?requisites?", r"requirements?", r"contribut(?:ing|ors?|ions?|e)", r"licen[cs]es?",
        r"contacts?", r"authors?", r"acknowledge?ments?", r"credits", r"thanks", r"faqs?", r"changelog", r"release notes", r"project structure", r"(?:folder|directory|file|repository|code) structure", r"screenshots?", r"table of contents", r"contents", r"hiring", r"jobs", r"careers?", r"we'?re hiring",
        r"join us", r"support", r"api endpoints?", r"endpoints", r"troubleshooting", r"commands?", r"environment variables?", r"examples?", r"demo", r"badges?", r"maintainers?", r"stargazers?", r"star history", r"about (?:the )?authors?", r"discussions?", r"want more.{0,40}", r"feedback", r"disclaimer", r"glossary", r"updating this list.{0,10}", r"comments?", r"related (?:posts?|articles?|reading)",
        r"voraussetzungen", r"einrichtung", r"quellen", r"lizenz", r"références", r"prérequis", r"liens", r"referencias", r"requisitos(?: .{0,20})?", r"instalaci[oó]n", r"instalação", r"como (?:rodar|executar|usar).{0,30}", r"licença", r"licencia", r"参考(?:資料|文献|リンク)?", r"参考资料", r"安装", r"快速开始", r"前提条件", r"セットアップ", r"ライセンス", r"使い方", r"许可证", r"설치", r"참고", r"установка",
    )),
    (Section.STACK, words(
        r"(?:tech(?:nology|nical|nologies)?|our|current|full|main|core|data|frontend|backend|mobile|web|software|infra(?:structure)?|monitoring|observability|ml|ai|dev(?:elopment)?|devops|the)[- ](?:stack|stacks)", r"stack", r"techstack", r"technolog(?:y|ies)", r"tech(?: radar)?", r"tools?(?: (?:we use|used))?", r"tooling", r"built with", r"built using", r"powered by", r"architecture", r"infrastructure", r"infra", r"back[- ]?end", r"front[- ]?end", r"databases?", r"data", r"devops", r"languages?", r"frameworks?", r"platforms?", r"services", r"languages and tools", r"baseline", r"as-is", r"today",
        r"technologie-?stack", r"technologien", r"werkzeuge", r"eingesetzte.{0,20}", r"technologies utilisées", r"pile technique", r"outils", r"tecnolog[ií]as?(?: utilizad[ao]s)?", r"ferramentas", r"herramientas", r"技术栈", r"技術スタック", r"使用技術", r"技術構成", r"技术选型", r"技术架构", r"기술 ?스택", r"технологии", r"стек(?: технологий)?",
    )),
)  # fmt: skip


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
    (Column.ALTERNATIVES, words(r"alternatives?(?: .{0,20})?", r"considered", r"rejected(?: .{0,20})?", r"options?(?: considered)?", r"instead of", r"not", r"vs\.?", r"compared (?:to|with)", r"competitors?", r"similar to", r"equivalents?", r"alternativen?", r"alternativas?", r"备选", r"替代方案", r"候補", r"代替")),
    (Column.NEW, words(r"migrat\w* to", r"replac(?:ement|ed (?:by|with))(?: .{0,20})?", r"(?:replacement|migration) (?:plan|path|target)", r"plan de (?:remplacement|migration)", r"évolution(?: .{0,20})?", r"successors?", r"new(?: .{0,30})?", r"target(?: .{0,30})?", r"to", r"after", r"to-?be", r"future(?: .{0,20})?", r"next(?: .{0,20})?", r"tomorrow", r"morgen", r"demain", r"mañana", r"今後", r"未来", r"planned(?: .{0,20})?", r"proposed(?: .{0,20})?", r"modern(?: .{0,20})?", r"moving to", r"upgrade to", r"standard", r"(?:\w+ )?standard", r"destination", r"ablösung", r"nachfolger", r"ersatz", r"neu", r"ziel", r"soll", r"remplacement(?: .{0,20})?", r"cible", r"remplacé par", r"reemplazo", r"nuevo", r"substituto", r"移行後", r"移行先", r"新(?:技术|方案)?", r"替换为", r"迁移至")),
    (Column.OLD, words(r"old(?: .{0,30})?", r"legacy(?: .{0,20})?", r"from", r"before", r"previous(?:ly)?(?: .{0,20})?", r"former", r"as-?is", r"replaces", r"replaced", r"predecessors?", r"original(?:ly)?(?: .{0,20})?", r"alt", r"bisher", r"vorher", r"ist", r"ancien(?:ne)?", r"avant", r"antes", r"anterior", r"移行前", r"移行元", r"旧(?:技术|方案)?", r"原(?:技术|方案)?")),
    (Column.SKIP, words(r"(?:annual |monthly |base |optimi[sz]ed |total )?costs?(?: .{0,20})?", r"savings?", r"price", r"pricing", r"budget", r"owners?", r"owning team", r"teams?", r"contacts?", r"users?", r"licen[cs]es?(?: .{0,20})?", r"sla", r"rpo.{0,20}", r"backups?", r"port", r"ports", r"numbers?", r"no\.?", r"#", r"id", r"priority", r"complexity", r"timeline", r"size", r"count", r"risk", r"criticit[éy]", r"criticality", r"severity", r"score", r"rating", r"stars?", r"classification", r"data classification", r"conference", r"speakers?", r"authors?", r"person", r"cpu", r"ram", r"memory", r"region", r"responsible", r"verantwortlich", r"kosten", r"coût", r"propriétaire", r"responsable", r"担当(?:者)?", r"负责人", r"价格", r"成本", r"overlap\??", r"effort", r"pros", r"cons")),
    (Column.STAGE, words(r"status", r"state", r"stage", r"phase", r"life ?cycle(?: .{0,20})?", r"maturity", r"adoption", r"ring", r"decision", r"disposition(?: .{0,30})?", r"action", r"recommendations?", r"migration(?: .{0,20})?", r"état", r"perspectives?", r"étape(?: .{0,20})?", r"maturité", r"statut", r"estado", r"situação", r"zustand", r"状態", r"ステータス", r"状态", r"상태", r"статус", r"eol status")),
    (Column.DATE, words(r"eol(?: date)?", r"end[- ]of[- ](?:life|support)(?: .{0,20})?", r"since", r"started", r"start date", r"introduced", r"adopted(?: on| in)?", r"using since", r"dates?", r"year", r"renewal(?: date)?", r"ends?", r"supported until", r"support(?: until| end)?", r"fin de (?:support|vie).{0,20}", r"fecha", r"data", r"seit", r"bis", r"depuis", r"日付", r"日期", r"导入日期", r"when", r"last updated")),
    (Column.VERSION, words(r"versions?(?: .{0,20})?", r"release", r"ver\.?", r"versión", r"versão", r"バージョン", r"版本", r"버전", r"версия")),
    (Column.LINK, words(r"links?", r"urls?", r"docs?", r"documentation", r"website", r"homepage", r"repo(?:sitory)?", r"references?", r"sources?", r"evidence", r"read more", r"more", r"site", r"quelle", r"lien", r"enlace", r"リンク", r"链接", r"官网", r"文档", r"地址", r"出典", r"detection source")),
    (Column.WHY, words(r"why(?: .{0,30})?", r"reasons?(?: .{0,30})?", r"rationale", r"justification", r"motivation", r"benefits?", r"advantages?", r"trade-?offs?", r"begründung", r"warum", r"pourquoi", r"raison", r"justificativa", r"por qué", r"理由", r"選定理由", r"原因", r"选择理由", r"이유", r"причина", r"strategy", r"decision drivers?", r"rationale.{0,20}")),
    (Column.VIA, words(r"runs? (?:on|in)", r"hosted (?:on|by|in|at)", r"host(?:ing)?", r"deployed (?:on|to|in|via)", r"deployment(?: target)?", r"managed (?:by|service|via)", r"provider", r"cloud provider", r"via", r"operated by", r"aws service", r"azure service", r"gcp service", r"cloud service", r"managed", r"betrieb", r"hébergement", r"alojamiento", r"hospedagem", r"ホスティング", r"部署(?:方式|平台)?", r"托管", r"environment")),
    (Column.VENDOR, words(r"vendors?", r"suppliers?", r"manufacturers?", r"makers?", r"company", r"compan(?:y|ies)", r"hersteller", r"anbieter", r"éditeur", r"fournisseur", r"proveedor", r"fornecedor", r"厂商", r"供应商", r"ベンダー")),
    (Column.TECHNOLOGY, words(r"(?:\w+ )?technolog(?:y|ies)(?: .{0,20})?", r"tech(?: stack)?", r"stack", r"services?(?: used)?", r"tools?(?: .{0,20})?", r"products?", r"software", r"frameworks?(?: .{0,20})?", r"(?:primary |main |programming |backend |frontend )?languages?(?: .{0,20})?", r"databases?", r"engines?", r"data stores?", r"datastores?", r"solutions?", r"implementations?", r"choices?", r"selected(?: .{0,20})?", r"chosen(?: .{0,20})?", r"we use", r"what we use", r"used", r"using", r"current(?: .{0,20})?", r"platforms?", r"librar(?:y|ies)(?: .{0,20})?", r"packages?", r"applications?(?: name)?", r"apps?", r"systems?", r"saas", r"(?:vendor |tool |product |software )name", r"name", r"what", r"items?", r"dependenc(?:y|ies)", r"(?:ci|cd|ci/cd|monitoring|logging|cache|broker|queue|storage|database|orm|runtime|os)", r"technologie", r"werkzeug", r"produkt", r"sprache", r"outils?", r"technologies?", r"logiciels?", r"composant technique", r"tecnolog[ií]as?", r"herramientas?", r"ferramentas?", r"技術(?:スタック)?", r"使用技術", r"ツール", r"サービス(?:名)?", r"ミドルウェア", r"技术(?:栈|选型)?", r"组件", r"框架", r"工具", r"软件", r"产品", r"名称", r"技术名称", r"中间件", r"기술(?: ?스택)?", r"도구", r"технологи[яи]", r"инструменты?", r"detected", r"tool", r"brand")),
    (Column.PURPOSE, words(r"purposes?", r"use ?cases?", r"usage", r"uses?", r"used for", r"layers?", r"categor(?:y|ies)", r"areas?", r"functions?", r"functionality", r"components?", r"roles?", r"types?", r"domains?", r"capabilit(?:y|ies)", r"needs?", r"features?", r"concerns?", r"task", r"for", r"aspects?", r"tier", r"section", r"group", r"field", r"topic", r"requirements?", r"responsibility", r"zweck", r"schicht", r"bereich", r"ebene", r"einsatz(?:zweck)?", r"kategorie", r"komponente", r"funktion", r"usages?", r"utilisation(?: .{0,20})?", r"rôle", r"couche", r"domaine", r"fonction", r"catégorie", r"composants?", r"propósito", r"uso", r"capa", r"categoría", r"categoria", r"função", r"camada", r"用途", r"役割", r"分類", r"カテゴリ", r"領域", r"区分", r"项目", r"項目", r"層", r"类别", r"分类", r"类型", r"功能", r"模块", r"层级", r"层", r"作用", r"领域", r"용도", r"구분", r"분류", r"역할", r"영역", r"назначение", r"категория", r"слой", r"quadrant")),
    (Column.REMARKS, words(r"remarks?", r"notes?", r"descriptions?(?: .{0,20})?", r"comments?", r"details?", r"how", r"info(?:rmation)?", r"configuration", r"specs?", r"specification", r"about", r"summary", r"explanation", r"example", r"bemerkung(?:en)?", r"beschreibung", r"anmerkung", r"hinweis", r"remarques?", r"commentaires?", r"notas?", r"observaciones", r"observações", r"descripción", r"descrição", r"備考", r"説明", r"概要", r"内容", r"说明", r"备注", r"描述", r"비고", r"설명", r"описание", r"примечани[ея]")),
    (Column.SCOPE, words(r"projects?", r"product name", r"(?:service|system|database|cluster|module|microservice) name", r"microservices?", r"modules?", r"repositor(?:y|ies)", r"environments?", r"squads?", r"projekt", r"projet", r"proyecto")),
)  # fmt: skip


# how a cell of the stage column, or a mark in the text, says it
STAGE_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("retired", words(r"retired", r"decommissioned", r"removed", r"shut ?down", r"turned off", r"sunsetted", r"abandoned", r"replaced", r"migrated away", r"no longer (?:in )?use[d]?", r"dropped", r"discontinued", r"stopped", r"abgeschaltet", r"abgelöst", r"retirée?s?", r"abandonnée?s?", r"décommissionnée?s?", r"retirado", r"desativado", r"已下线", r"已废弃", r"停用", r"廃止", r"폐기")),
    ("retiring", words(r"eol", r"end[- ]of[- ]life", r"end[- ]of[- ]support", r"deprecat(?:ed|ing|ion)", r"legacy", r"sunset(?:ting)?", r"phas(?:ing|ed?) out", r"(?:to be|being|will be|must be|needs? to be) (?:\w+ )?(?:retired|removed|replaced|decommissioned|migrated|phased out|dropped)", r"to (?:migrate|replace|retire|decommission|remove)", r"retir(?:e|ing)", r"decommission(?:ing)?", r"replac(?:e|ing|ement)", r"migrat(?:e|ing)(?: away| off| from)?", r"hold", r"obsolete", r"obsolète", r"outdated", r"end of sale", r"out of support", r"unsupported", r"eliminate", r"contain", r"wird (?:abgelöst|ersetzt)", r"veraltet", r"auslaufend", r"à (?:remplacer|migrer|décommissionner)", r"remplacement(?: progressif)?", r"fin de vie", r"en fin de .{0,12}", r"obsoleto", r"即将下线", r"逐步淘汰", r"廃止予定", r"非推奨", r"移行(?:予定|中)", r"🔴 ?deprecated")),
    ("planned", words(r"planned", r"proposed", r"proposal", r"to-?be", r"target", r"future", r"upcoming", r"not (?:yet )?(?:started|implemented|deployed|adopted|done)", r"to-?do", r"tbd", r"open", r"pending", r"backlog", r"considering", r"under consideration", r"in adoption planning", r"roadmap", r"next", r"later", r"wish", r"coming soon", r"assess", r"geplant", r"prévue?s?", r"planifiée?s?", r"à venir", r"à l'étude", r"planificado", r"planejado", r"futuro", r"予定", r"検討中", r"計画中", r"导入予定", r"计划(?:中)?", r"规划中", r"待定", r"예정", r"планируется")),
    ("trial", words(r"trial(?:l?ing)?", r"pilot(?:ing)?", r"experiment(?:al|ing)?", r"poc", r"proof of concept", r"evaluat(?:ing|ion)", r"under evaluation", r"testing(?: phase)?", r"in testing", r"beta", r"alpha", r"exploring", r"prototyp(?:e|ing)", r"spike", r"in erprobung", r"pilotée?s?", r"en test", r"expérimental\w*", r"piloto", r"試験(?:中|運用)?", r"検証中", r"试点", r"试用", r"测试中", r"테스트")),
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

# a sentence: a list of names is one character (LISTED) before the cues are looked for
_STAGED = (
    r"(?:now |currently |to be |being )?(?:deprecated|legacy|old|eol|end of life|retired|retiring|planned|future|upcoming|coming|trial|pilot|poc|proof of concept|beta|experiment\w*|evaluat\w*|until|before|formerly|previously|"
    r"replac\w*|reemplaz\w*|sustitu\w*|remplac\w*|ersetz\w*|statt|instead of|alternatives?|not|similar|like|unlike|sunset|phasing|to-?do|tbd|soon|migrating|moving|planning|no longer|testing|in progress|wip|next)\b"
)
_TAIL = (
    rf"(?:[’']s)?(?:\s+v?\d[\d.x]{{0,10}}\+?(?=\s))?(?:\s*[(（](?!{_STAGED})[^()（）\n]{{0,120}}[)）])?"
    r"(?:\s+(?:instances?|clusters?|servers?|databases?|apps?|applications?|framework|libraries|library|engine|deployments?|topics?))?"
)
_AND = r"\s*(?:,\s*(?:and\s|or\s|&)?|/|\+|&|、|，|\band\s|\bor\s|\bplus\s|\bas well as\s|\balong with\s|\btogether with\s|\bund\s|\bet\s|\by\s|\be\s|\bи\s|和|与|以及|及|と|や|와\s|과\s)\s*"
_FILLED = r"(?:(?:the|a|an|our|even|also|later|then|sometimes|some|using|on|in|finally|now)\s+){0,2}"
JOINED = re.compile(rf"{NAME}{_TAIL}(?:{_AND}{_FILLED}{NAME}{_TAIL}){{0,40}}")
LIST = rf"(?:[\w'’./+-]{{1,20}}\s+){{0,3}}?{LISTED}"
_FILL = rf"[^.!?;\n{LISTED}]"
FAR_LIST = rf"(?:[\w'’./+\ufffc-]{{1,20}}\s+){{0,5}}?{LISTED}"  # where the cue is plain enough


def cue(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{pattern})")


NEGATED = cue(
    r"(?:unlike|instead of(?: using)?|rather than(?: using)?|as opposed to|(?:as )?compared (?:to|with|against)|comparing|in comparison (?:to|with)|vs\.?|versus|alternatives? (?:to|like|such as)|similar to|inspired by|influenced by|"
    r"competitors?(?: like| such as| to)?|competes? with|avoid(?:ed|ing|s)?|ditch(?:ed|ing)?|(?:do|does|did|are|is|were|was|have|has|had|will|would|should|could|can)(?:n['’]?t| not| never)(?: \w+){0,2}? (?:use|used|using|need|needed|want|require|run|running|have|depend on|rely on|like|choose|support|be|consider|pick|adopt|evaluate|look at|go with)|"
    r"never (?:used|use|ran|needed)|without(?: using| needing)?|no need (?:for|of)|need no|not (?:use|using|on|in|a|an|based on|just|only|like|as)|replacement for|better than|faster than|slower than|cheaper than|simpler than|more \w+ than|less \w+ than|than|"
    r"if you(?:['’]re| are| use| want| have| need| prefer)(?: \w+){0,3}?|(?:even )?if we(?: had)?(?: \w+){0,2}?|looked (?:at|into)|tried(?: to use| using| out)?|considered|considering|evaluated|compared|researched|investigated|explored|toyed with|played with|thought about|rejected|ruled out|decided against|opted against|passed on|"
    r"could(?: have)? used?|might use|would(?: have|['’]ve) (?:used|loved|liked|preferred|chosen|picked|needed)|you (?:can|could|may|might|should) (?:also )?(?:use|try|choose|pick)|for (?:users|customers|people|teams|companies|developers) (?:of|on|using|with)|customers? (?:use|using|like|include|such as|on)|clients? (?:like|such as|include)|"
    r"(?:companies|organizations|teams|people|those|others|startups|giants|players) (?:like|such as|including|at)|as used (?:by|at)|popular(?:i[sz]ed)? (?:by|at|with)|created (?:by|at)|developed (?:by|at)|maintained by|acquired by|made by|invented (?:by|at)|owned by|designed by|open[- ]sourced by|written by|originally from|"
    r"coming from|background in|experience (?:with|in|of)|familiar(?:ity)? with|knowledge of|worked (?:with|on|at)|engineers? (?:from|at)|ex-|previously at|talk(?:s|ed)? (?:at|about)|follow us on|find us on|us on|him on|her on|me on|them on|(?:company|he|she) is on|share on|post(?:ed)? on|tweet\w*|on our)\s+"
    + FAR_LIST
)  # fmt: skip
USED = cue(
    r"(?:us(?:e|es|ed|ing)(?: (?:of|both|only|mostly|mainly|primarily|heavily|a lot of|the|a mix of|a combination of))?|utili[sz](?:e|es|ed|ing)|make(?:s)? (?:heavy |extensive |great )?use of|making use of|"
    r"(?:run|runs|running|ran)(?: (?:entirely|mostly|primarily|almost everything|everything|our \w+|all \w+|it|them|this))?(?: (?:on|in|inside|under|atop|with|via|as))?|"
    r"(?:built|build|builds|building|developed|implemented|written|rewritten|coded|authored|created|designed|crafted|engineered|programmed|scripted|constructed|composed)(?: (?:almost |entirely |mostly |mainly |purely |primarily |completely |natively |largely |internally|in-house))?(?: out)?(?: (?:with|on|in|using|around|upon|atop|from|via|on top of|by|out of))|"
    r"powered by|driven by|backed by|fronted by|relys?(?: \w+)? (?:up)?on|rel(?:y|ies|ied|ying)(?: \w+)? (?:up)?on|depend(?:s|ed|ing)?(?: \w+)? on|"
    r"(?:deploy|deploys|deployed|deploying|ship|shipped|host|hosts|hosted|hosting|provision(?:ed|ing|s)?|containeri[sz]ed)(?: (?:it|them|everything|our \w+|all \w+|these \w+|the \w+))?(?: (?:on|to|with|via|through|using|in|by|at|inside|into|onto))|"
    r"leverag(?:e|es|ed|ing)|adopt(?:s|ed|ing)?|employ(?:s|ed|ing)?|cho(?:ose|oses|sen|se|osing)(?: to (?:use|go with|adopt))?|pick(?:ed|ing|s)?|select(?:ed|ing|s)|went with|go(?:es|ing)? with|gone with|settled on|opted for|landed on|decided (?:on|to use|to go with|to adopt)|bet(?:ting)? on|standardi[sz]ed? on|"
    r"(?:store|stores|stored|storing|upload(?:s|ed|ing)?|push(?:es|ed|ing)?|persist(?:ed|s)?|kept|keep|keeps|saved?|cached?|index(?:ed)?|archived?|live|lives|reside[sd]?)(?: \w+){0,4}? (?:in|on|into|to|with|via|by)|"
    r"(?:serve|served|serves|serving|delivered|distributed|exposed|routed|proxied)(?: \w+){0,3}? (?:from|by|via|with|through|over|behind)|"
    r"(?:monitor|monitored|monitors|monitoring|observability|logging|tracing|alerting|track|tracked|tested|testing|analy[sz]ed|visuali[sz]ed|managed?|manages|managing|handle|handled|handling|orchestrated?|orchestrates|automated?|automating|schedul(?:e|ed|es|ing)|trigger(?:ed|s)?|process(?:ed|es|ing)?|packaged|bundled|compiled|compressed|secured|encrypted|authenticated?|authentication|provided|operated|maintained|supported|implemented|configured|built)(?: \w+){0,3}? (?:with|by|via|using|through|in|on|from)|"
    r"based (?:up)?on|(?:sits?|sitting|layered|running) on(?: top of)?|on top of|integrat(?:e|es|ed|ing|ion)s?(?: \w+)? (?:with|into)|works? with|"
    r"(?:mov|migrat|switch|transition|port|shift|upgrad|convert|rewr|replatform|consolidat)\w*(?: \w+){0,4}? (?:to|into|onto|over to|towards?|in)|"
    r"(?:is|are|be|been|being|gets?|was|were)(?: \w+ly)? \w+(?:ed|en|lt|nt|ung)(?: \w+){0,2}? (?:with|via|using|through|by)|combination of|consist(?:s|ed|ing)? of|compris(?:e|es|ed|ing)(?: of)?|stack (?:is|was|consists of|includes|of|looks like|:)|includ(?:es?|ing)|introduc(?:e|ed|es|ing)|added|adding|incorporat(?:e|es|ed|ing)|thanks to|with the help of|by means of|"
    r"(?:written|coded|programming|programmed|develop\w*|work|working) in|talks? to|communicat\w+ (?:via|over|through|with|using)|connect(?:s|ed|ing)?(?: \w+){0,2} (?:to|via|through)|queries|quer(?:y|ying)|calls?|push(?:es|ed|ing)?(?: \w+){0,4}? (?:to|into|through)|send(?:s|ing)?(?: \w+){0,4}? (?:to|via|through|with|using)|sent (?:to|via|through)|stream(?:s|ed|ing)?(?: \w+){0,3}? (?:to|into|through|via|with|from)|publish(?:es|ed|ing)?(?: \w+){0,3}? (?:to|on|via)|written to|writes? to|read(?:s|ing)? from|consum\w+(?: \w+){0,2} from|"
    r"invest(?:ed|ing)? (?:\w+ )?in|we (?:have|had|love|like|operate|maintain|own|wrote|prefer|trust|enjoy|got)|there(?:['’]s| is| are)|it['’]s(?: a| all| mostly)?|our \w+ (?:is|are)(?: (?:in|on|a|an|all|mostly|written in|built on))?|(?:is|are|was) (?:a|an|our|the)(?: \w+){0,3}|powered with|primary|main|setting up|set up|setup|hosting|via|through|utili[sz]ation of|spin\w* up(?: \w+){0,2}|replaced(?: \w+){0,4} (?:with|by)|wrapped in|behind|favou?r(?:s|ed|ing)?)\s+"
    + LIST
)  # fmt: skip
USES = re.compile(
    rf"{LIST}(?:\s+\([^()\n]{{0,80}}\))?[,:]?\s+(?:(?:is|are|was|were|has been|have been|had been|being|gets?)(?: \w+ly| all| being| also| still| now| currently){{0,2}}\s+(?:(?:used|deployed|hosted|running|configured|leveraged|employed|adopted|chosen|selected|utili[sz]ed|responsible|in charge|operated|managed|integrated|set up|serving|handling|introduced|installed|maintained|self-hosted)\b|(?:our|the (?:main|primary|default|core|backbone|heart|only|language|database|tool|go-to)|their|where|what we|how we|for|at the heart|at the core)\b)"
    rf"|(?:powers?|handles?|serves?|runs?|stores?|manages?|provides?|drives?|process(?:es)?|acts?|takes?|sits?|holds?|keeps?|allows?|helps?|lets?|gives?|enables?|collects?|gathers?|monitors?|tracks?|ensures?|makes?|offers?|schedules?|orchestrates?|routes?|sends?|feeds?|aggregates?|indexes|caches|deploys?|builds?|tests?|captures?|replicates?|streams?|triggers?|supports?|performs?|proved|has (?:proven|served|worked|been|helped|become)|have (?:served|worked|been)|became|remains?|plays?|works?|fits?|scales?|gave|allowed|helped|turned out|backs?|consumes?|reads?|writes?|loads?|transforms?|visuali[sz]es?|alerts?|lives?|generates?|renders?|compiles?|bundles?|packages|exposes?|terminates?|balances?|proxies|secures?|protects?|authenticates?|connects?|integrates?|catch(?:es)?|reports?|delivers?|hosts?|covers?|filters?|watch(?:es)?|uses)\b"
    rf"|for\s+(?!example|instance)|as (?:our|the|a|an)\s)",
)  # fmt: skip
# weaker: only where the sentence speaks of the company's own
WITH = cue(
    rf"(?:with|in|on|via|through|by|into|from|behind|and|share|shares|shared|one|single|heavily|mostly|mainly)\s+(?:(?!\bnot\b)[\w'’-]{{1,20}}\s+){{0,2}}?{LISTED}"
)
WITH_FOR = cue(rf"(?:with|in|on|via|by)\s+(?:[\w'’-]{{1,20}}\s+){{0,2}}?{LISTED}\s+(?:for|to|as|in|on|at)\s")
OURS = cue(rf"(?:our|we|us)\s+(?:(?!\bnot\b)[\w'’-]{{1,20}}\s+){{0,3}}{LIST}")
DEFINED = re.compile(
    rf"^\W{{0,4}}{LISTED}(?:\s+\([^()]{{0,40}}\))?(?:\s+(?:itself|language|framework))?,?\s+(?:is|are)\s+(?:an?|the|one of|our go-to|free|truly|like)\s",
)
MENTIONED = cue(
    rf"(?:for example|for instance|e\.g\.|i\.e\.|such as|inspired|imagine|suppose|let['’]s say|think of|analogous to|history of|creator of|author of|founder of|engineer at|book|podcast|conference|meetup|tutorial|course|certification|hackathon)\b[^.!?]{{0,40}}?{LISTED}"
)

# stages in a sentence; `list` is what they speak of
GONE = cue(
    rf"(?:(?:said |say |saying )?goodbye to|until (?:(?:19|20)\d\d|last \w+|recently|then),? (?:we|they|it|this|everything|the \w+) (?:used|ran|had|relied on|were on|was on|were|was)(?: (?:all|mostly|still|written|built|hosted|a|an|in|on|with)){{0,3}}|(?:we|they|it|that|which|who|i|everything|everyone|apps?|team|company|services?|site)(?: all| also| both| always| once)? used to \w+(?: \w+){{0,5}}?|(?<!is )(?<!are )(?<!was )(?<!were )used to (?:be|have|use|live|sit|rely on|depend on|run (?:on|in|under|inside))(?: \w+){{0,3}}?|no longer (?:use|uses|using|run|rely on|need|support|depend on|have)|stopped using|(?:got|get|getting) rid of|moved? (?:\w+ )?(?:away from|off(?: of)?)|moving (?:away from|off(?: of)?)|"
    rf"migrat(?:ed|ing) (?:\w+ ){{0,2}}(?:away from|off(?: of)?|from)|switched (?:\w+ ){{0,2}}from|retired|decommission(?:ed|ing)?|(?:dropped|abandoned|deprecated)(?! in favou?r)|replaced(?!\s+(?:with|by)\b)|ditched|sunset(?:ted)?|shut down|phased out(?! in favou?r)|removed|outgrew|left|"
    rf"(?:initially|originally|previously|formerly|at first|in the beginning|back then|in the past|in the early days|early on|early prototypes?|first version|first iteration|v1|once upon a time|historically)[^.!?;{LISTED}]{{0,80}}?|(?:was|were) (?:originally|initially|previously|first|formerly)[^.!?;{LISTED}]{{0,50}}?|after \w+ years (?:on|of|with|using))\s*"
    + LIST
)  # fmt: skip
GONE_BEFORE = cue(
    rf"(?:we|they|it|i|everything|the \w+) (?:first )?(?:started|began|launched|start|was|were)(?: (?:out|off|life|our \w+))? (?:on|with|in) {LIST}[^.!?;{LISTED}]{{0,30}}, (?:but|and|then)(?: \w+){{0,2}}? (?:moved|switched|migrated|left|outgrew|changed)\b"
    rf"|before {LISTED}[^.!?;,{LISTED}]{{0,30}}, (?:we|they|it|everything) \w+(?: \w+){{0,3}}? (?:with|on|in|using|by|to) (?P<of>{LIST})"
)
GONE_AFTER = re.compile(
    rf"{LIST}\s+(?:(?:is|are) no longer|(?:was|were|has been|have been|got|had been) (?:\w+ )?(?:retired|replaced|decommissioned|removed|dropped|abandoned|deprecated|sunset|phased out|shut down|superseded|swapped|discontinued|thrown out)|(?:served|had served) us (?:well|until)|gave way|until (?:20\d\d|recently|we)|\((?:until|retired|replaced|deprecated|old|legacy|no longer|before|formerly|previously)[^()]{{0,40}}\))",
)
LEAVING = cue(
    r"(?:(?:are|is|we['’]re|currently|still|in the process of|started|begun|began|busy|slowly|gradually)(?: \w+){0,2}? (?:migrating|moving|transitioning|switching|replacing|phasing out|deprecating|decommissioning|retiring|shifting)(?: \w+){0,3}?(?: (?:away from|off(?: of)?|from|out of))?|phasing out|(?:plan(?:s|ned|ning)? to|going to|will|want to|intend to|would like to|about to) (?:\w+ )?(?:replace|retire|remove|drop|deprecate|decommission|sunset|migrate (?:\w+ )?(?:away )?(?:from|off)|move (?:\w+ )?(?:away )?(?:from|off(?: of)?)|switch (?:away )?from|phase out|get rid of)(?: \w+){0,2}?|legacy)\s+"
    + LIST
)  # fmt: skip
LEAVING_AFTER = re.compile(
    rf"{LIST},?\s+(?:which|that)\s+(?:we|they|the team)(?:['’]re| are| is)\s+(?:\w+\s+){{0,2}}?(?:retiring|phasing out|replacing|deprecating|migrating|moving|leaving|decommissioning|sunsetting)\b"
    rf"|{LIST}\s*[,(:–-]?\s*(?:(?:is|are) (?:being |currently being |slowly being |gradually being )?(?:phased out|deprecated|replaced|retired|decommissioned|legacy|sunset|migrated away|moved off)|(?:to be|will be|will soon be|must be|should be|ought to be) (?:\w+ )?(?:replaced|retired|removed|decommissioned|deprecated|phased out|migrated|dropped)|(?:planning|plan|planned|plans|want|moving|migrating|migration|switching|transitioning) (?:\w+ )?(?:to (?:migrate|move|replace|switch) |to |towards? |onto )|\(?(?:deprecated|legacy|eol|end of life|sunset|phasing out)\b)",
)
COMING = cue(
    rf"(?:(?:we|they|i|team)['’]?(?:ll| will)(?: \w+){{0,2}}? (?:be )?(?:adopt|us|mov|introduc|add|deploy|migrat|switch|roll|try|trying|bring|look)\w*(?: \w+){{0,4}}?|(?:are|is|['’]re|am) (?:also |currently |now |actively )?looking (?:into|at|to)(?: \w+){{0,3}}?|(?:have|has) yet to \w+(?: \w+){{0,2}}?|next (?:step|thing|up|on (?:the|our) list)(?: \w+){{0,3}}? (?:is|will be|are)|(?:plan(?:s|ned|ning)?|intend(?:s|ed|ing)?|hop(?:e|es|ing)|want(?:s|ing)?|would like|like|aim(?:s|ing)?|looking|expect(?:s|ing)?|going|about|set|due|likely|soon|eventually|later|next|ready) (?:\w+ )?to (?:\w+ )?(?:use|adopt|move|migrate|switch|introduce|add|try|deploy|integrate|implement|roll out|bring|start|leverage|explore|upgrade|replace|rewrite|expand|run|build|be|support|set up|containerize|invest|employ)(?: (?!and\b|but\b)\w+){{0,6}}?|will (?:soon |likely |probably |eventually |also |be )*(?:use|using|adopt|adopting|move|moving|migrate|migrating|switch|introduce|introducing|add|adding|deploy|deploying|integrate|support|start|replace|run|replaced (?:by|with)|be)(?: \w+){{0,5}}?|"
    rf"(?:considering|contemplating|thinking (?:about|of)|looking (?:into|at|forward to)|might|may|could|should)(?: (?:soon|eventually|also|use|adopt|try|move|moving|migrate|switch|switching|using|adopting|add|adding|introduce|to|be))+(?: \w+){{0,2}}?|in the future[^.!?;{LISTED}]{{0,60}}?|roadmap[^.!?;{LISTED}]{{0,60}}?|next up[^.!?;{LISTED}]{{0,30}}?|upcoming|the plan is[^.!?;{LISTED}]{{0,60}}?|coming soon:?|planned:?|todo:?|tbd:?|maybe)\s+"
    + LIST
)  # fmt: skip
COMING_AFTER = re.compile(
    rf"{LIST}\s*[,(:–-]?\s*(?:(?:will|might|may|could|should) (?:\w+ )?(?:be|replace|handle|help|allow|take|become|come)|(?:is|are) (?:planned|next|coming|on the roadmap|on our roadmap|under consideration|being considered|in the works|our next|the next)|\(?(?:planned|coming soon|upcoming|tbd|future|todo|in progress|wip|soon)\b|(?:in the future|down the road|down the line|at some point|next year|next quarter|soon)\b)",
)
TRYING = cue(
    r"(?:(?:experiment(?:s|ed|ing)?|tinkering|pilot(?:s|ed|ing)?|trial(?:s|l?ed|l?ing)?|play(?:ing)? (?:around )?)(?: \w+){0,2}? (?:with|in|on|of)?|evaluating|exploring|testing out|trying(?: out)?|piloting|trial(?:l?ing)|assessing|dabbl(?:ed|ing) (?:with|in)|proofs? of concept (?:with|on|for|using|of)|poc (?:with|on|for|using|of)|beta[- ]testing|giving)\s+"
    + LIST
)  # fmt: skip
TRYING_AFTER = re.compile(
    rf"{LIST}\s*[,(:–-]?\s*(?:(?:is|are|was) (?:currently )?(?:being (?:evaluated|tested|tried|piloted|explored|trialled|assessed)|under evaluation|in (?:a )?(?:trial|pilot|evaluation|beta|testing|experimental)|experimental)|\(?(?:experimental|trial|pilot|poc|proof of concept|beta|evaluating|in evaluation|testing)\b\)?)",
)

# migrations: `old` and `new` are lists
ARROW = re.compile(r"→|⇒|➜|➔|⟶|▶|=>|->|➡️?")
ARROW_ASIDE = words(r"from", r"mov\w+", r"migrat\w+", r"switch\w*", r"replac\w+")
# beside an arrow: it is a change that is told, not the way that data take
CHANGES = words(
    r"migra\w*", r"mov(?:e[ds]?|ing)", r"replac\w*", r"switch\w*", r"was", r"were", r"old", r"new", r"former\w*", r"previous\w*", r"phases? \w+", r"upgrad\w*",
    r"(?:19|20)\d\d", r"evol\w+", r"history", r"chang\w+", r"from", r"legacy", r"moderni\w+", r"before", r"after", r"now", r"roadmap", r"plan\w*", r"decisions?", r"transition\w*", r"ersetzt", r"remplac\w+",
)  # fmt: skip
CHANGES_ELSEWHERE = re.compile(r"迁移|迁|替换|改用|移行|乗り換え|刷新")
# where one may stand in for another, though their categories differ
HOSTS = frozenset(
    ("application-platforms", "cloud-platforms", "web-hosting", "container-orchestration", "compute", "serverless")
)
_OLD, _NEW = rf"(?P<old>{FAR_LIST})", rf"(?P<new>{FAR_LIST})"
MIGRATIONS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:goodbye|bye[- ]bye|farewell)(?: to)?\s+{_OLD}{_FILL}{{0,30}}?\b(?:welcomed|hello|hi|embraced|adopted|introduced)(?: to)?\s+{_NEW}",
        rf"{_OLD}{_FILL}{{0,40}}?\b(?:is|are|was|were|been|being)\s+(?:being\s+|completely\s+|slowly\s+|gradually\s+)?(?:rewritten|ported|reimplemented|rebuilt|converted|migrated|moved|translated)\s+(?:in|to|into|on|with|onto)\s+{_NEW}",
        rf"\b(?:originally|initially|previously|first|formerly)\s+(?:\w+\s+){{0,2}}(?:written|built|developed|implemented|hosted|deployed|running|based|coded)\s+(?:in|on|with)\s+{_OLD}[^.!?\n{LISTED}]{{0,60}}?\b(?:rewritten|ported|moved|migrated|rebuilt|reimplemented|converted|now)\b{_FILL}{{0,30}}?\b(?:in|to|onto|on|with|into)\s+{_NEW}",
        rf"{_NEW}\s+(?:\w+\s+){{0,3}}?(?:taken|took|takes|taking)\s+over\s+(?:from|for)\s+{_OLD}",
        rf"{_OLD}\s+(?:\w+\s+){{0,3}}?(?:gave|gives|giving|given|made|makes)\s+way\s+(?:to|for)\s+{_NEW}",
        rf"\b(?:mov|migrat|switch|transition|get|got|transfer|shift)\w*\b{_FILL}{{0,30}}?\b(?:off|away from|out of)(?: of)?\s+{_OLD}{_FILL}{{0,30}}?\b(?:onto|on to|to|into|over to)\s+{_NEW}",
        rf"\boutgr\w+\s+{_OLD}{_FILL}{{0,60}}?\b(?:turned|moved|switched|went|migrated|upgraded)\s+(?:\w+\s+){{0,2}}?to\s+{_NEW}",
        rf"\bin (?:the )?place of\s+{_OLD},?\s+(?:we |they |it |the team )?(?:now |today )?(?:\w+\s+){{0,2}}?{_NEW}",
        rf"{_OLD}\s+(?:\w+\s+){{0,2}}?(?:was|were|has been|have been|is being|are being)\s+(?:\w+\s+)?(?:shut down|retired|decommissioned|dropped|deprecated|sunset|phased out|removed|abandoned|turned off){_FILL}{{0,40}}?\b(?:in favou?r of|for)\s+{_NEW}",
        rf"\bfrom\s+{_OLD}{_FILL}{{0,40}}?\bto\s+(?:[\w-]+\s+){{0,3}}{LISTED}\s+(?:in|on|with|written in|using)\s+{_NEW}",
        rf"{_NEW}[^.!?\n{LISTED}]{{0,30}}?\bhaving (?:moved|migrated|switched|transitioned)\s+(?:\w+\s+){{0,3}}?(?:from|off)\s+{_OLD}",
        rf"\b(?:used to|previously|formerly|once|originally|initially|until (?:19|20)\d\d|at first)\b[^.!?;\n{LISTED}]{{0,50}}?{_OLD}[^.!?\n{LISTED}]{{0,40}}?[,;—–-]\s*[^.!?\n{LISTED}]{{0,30}}?\b(?:now|today|since|these days|nowadays)\b[^.!?;\n{LISTED}]{{0,40}}?{_NEW}",
        rf"\b(?:migrat|mov|switch|transition|shift|chang|port|convert|went|go|jump|rewr|rebuil|upgrad|evolv|consolidat|transfer|journey|replatform)\w*\b{_FILL}{{0,80}}?\bfrom\b\s+{_OLD}{_FILL}{{0,60}}?\b(?:to|onto|into|towards?|over to|in|in favou?r of)\b\s+(?:(?:using|a|an)\s+)?{_NEW}",
        rf"\b(?:migrat|mov|switch|transition|shift|chang|port|convert|went)\w*\b{_FILL}{{0,30}}?\b(?:to|onto)\s+{_NEW}{_FILL}{{0,30}}?\bfrom\s+{_OLD}",
        rf"\bfrom\s+{_OLD}{_FILL}{{0,30}}?\s+(?:to|onto)\s+{_NEW}{_FILL}{{0,20}}?(?:migration|move|switch|transition|rewrite)",
        rf"\b(?:migration|move|switch|transition)\s+(?:away )?from\s+{_OLD}{_FILL}{{0,60}}?\bto\b\s+{_NEW}",
        rf"\breplac(?:e|ed|es|ing)\s+{_OLD}{_FILL}{{0,40}}?\b(?:with|by)\b\s+{_NEW}",
        rf"\b(?:swap(?:ped|ping)?|trad(?:e|ed|ing)|exchang(?:ed|ing))(?: out)?\s+{_OLD}{_FILL}{{0,30}}?\b(?:for|with)\b\s+{_NEW}",
        rf"{_OLD}(?:\s+{_FILL}{{0,40}}?|,\s+(?:but|and|though|although)?\s*(?:it|this|that|which)\s+)?\b(?:(?:was|were|has been|have been|(?:is|are|was|were)(?:\s+\w+)?\s+being|will be|is|are|to be|had been|got)\s+(?:\w+\s+)?)?(?:replaced|superseded|superceded|succeeded|supplanted|swapped)\s+(?:by|with|for)\s+{_NEW}",
        rf"{_NEW}\s+(?:{_FILL}{{0,30}}?)?(?:replaced|replaces|supersedes|superseded|succeeds|succeeded|supplanted|(?:is|was|as)\s+(?:a|the|our|an?\s+\w+)\s+replacement\s+(?:for|of)|is replacing|will replace|to replace)\s+{_OLD}",
        rf"\b(?:drop(?:ped|ping)?|abandon(?:ed|ing)?|ditch(?:ed|ing)?|left|leav(?:e|ing)|deprecat(?:ed|ing)|retir(?:ed|ing)|sunset(?:ting)?|gave up(?: on)?|giv(?:e|ing) up(?: on)?|outgrew|phas(?:ed|ing) out|mov(?:ed|ing) (?:away from|off)|migrat(?:ed|ing) (?:away from|off))\s+{_OLD}{_FILL}{{0,60}}?\b(?:in favou?r of|for|and (?:moved|switched|migrated|went) (?:over )?(?:to|with)|and (?:adopted|chose|introduced)|to)\b\s+{_NEW}",
        rf"{_OLD}\s*(?:→|⇒|➜|➔|⟶|▶|=>|->|-->|➡️?)\s*{_NEW}",
        rf"\b(?:used|ran|started|began|launched|initially|originally|previously|formerly|at first|built)\b{_FILL}{{0,40}}?{_OLD}{_FILL}{{0,60}}?[,;.]?\s*(?:but\s+|and\s+|then\s+|we\s+|later\s+|now\s+|eventually\s+|have\s+|since\s+|has\s+|it\s+|they\s+|subsequently\s+){{1,6}}(?:moved|migrated|switched|transitioned|shifted|changed|upgraded|ported|converted|rewrote|rewritten|moving|migrating|switching)\s+(?:\w+\s+){{0,4}}?(?:to|onto|over to|into|in)\s+{_NEW}",
        rf"\bafter\s+[^.!?;\n{LISTED}]{{0,40}}?(?:on|with|of|using)\s+{_OLD},?\s[^.!?;\n{LISTED}]{{0,60}}?(?:migrat\w+|mov\w+|switch\w+|transition\w+)\s+(?:\w+\s+){{0,3}}?(?:to|onto)\s+{_NEW}",
        rf"\bfavou?r(?:ed|ing|s)?\s+{_NEW}\s+over\s+{_OLD}",
        rf"\binstead of\s+{_OLD},?\s+(?:we|they)\s+(?:now|today|currently)\s+(?:use|run)\s+{_NEW}",
        rf"{_NEW}\s+(?:was|were)\s+(?:chosen|selected|introduced|adopted)\s+after\s+(?:the\s+)?(?:initial\s+)?(?:choice\s+of\s+)?(?:the\s+)?{_OLD}",
        rf"{_OLD}(?:から|より)\s*{_NEW}\s*(?:へ|に|への)(?:の)?(?:移行|置き換え|乗り換え|変更|リプレース)",
        rf"{_NEW}\s*[（(](?:which )?(?:replaces|replacing|replaced|instead of|reemplaza(?:ndo)?(?: a)?|sustituye(?: a)?|remplace|substitui|ersetzt|替代|取代)\s*{_OLD}",
        rf"{_OLD}[^。\n{LISTED}]{{0,20}}(?:迁移到|迁移至|切换到|替换为|替换成|改为|改用|换成|升级到)\s*{_NEW}",
        rf"(?:用|使用)\s*{_NEW}\s*(?:替换|替代|取代)(?:了)?\s*{_OLD}",
        rf"(?:从|由)\s*{_OLD}\s*(?:迁移|切换|转|升级|替换)(?:到|至|为|成)\s*{_NEW}",
        rf"\bvon\s+{_OLD}\s+(?:auf|zu|nach)\s+{_NEW}{_FILL}{{0,30}}?(?:migrier|umgestellt|umgestiegen|gewechselt|umgezogen|gewandert|umstieg|wechsel)",
        rf"\b(?:migr\w+|passage|pass\w+|mud\w+|cambi\w+)\b{_FILL}{{0,30}}?\b(?:de|depuis|desde|du)\s+{_OLD}\s+(?:à|vers|a|para|hacia|au)\s+{_NEW}",
    )
)
ONGOING = words(
    r"(?:are|is|am|currently|still|begun|began|started|been|busy|slowly|gradually|now|we['’]re|keep) (?:\w+ ){0,2}?(?:migrating|moving|switching|transitioning|replacing|shifting|porting|phasing|converting|rewriting)",
    r"in the middle of",
    r"half-?way",
    r"being (?:replaced|rewritten|migrated|ported|phased|moved|retired|converted)",
    r"in progress",
    r"migrando",
    r"estamos \w+ndo",
    r"en cours de",
    r"en train de",
    r"sind dabei",
    r"wird gerade",
    r"under ?way",
    r"gradually",
    r"slowly",
    r"in the process",
    r"is being",
    r"are being",
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

FACT = re.compile(
    rf"(?:^|[\s(~≈<>])(?:[$€£¥]?\d[\d,.]*\s?(?:k|m|b|bn|million|billion|thousand|lakh|crore|tb|gb|mb|pb|%|rps|qps|tps|rpm|ms)?\+?\s+(?:\w+\s+){{0,2}}?){LISTED}",
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
CONTACT = re.compile(
    r"\b(?:follow|find|reach|contact|tweet|connect with|join|ping|dm|subscribe|chat with|message) (?:us|me|him|her|them|\w+)? ?(?:on|at|via|in|through)\b|\bon \[?(?:twitter|github|linkedin|facebook|instagram|youtube|medium|slack|discord|telegram)\b.{0,40}\b(?:channel|community|page|profile)|©|all rights reserved",
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
    r"i",
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
PLACED = re.compile(
    rf"{LISTED}[- ](?:based|powered|driven|backed|hosted)\b"
    r"|\b(?:the|our|its|their) (?:\w+ )?(?:front[- ]?end|back[- ]?end|apis?|apps?|clients?|servers?|databases?|website|site|ui|cache|queue|monolith|core|stack|infrastructure|platform|language|framework|services?) (?:layer |itself )?(?:is|are|was|were) "
    rf"(?:(?:a|an|on|hosted|running|deployed|all|mostly|mainly|plain|pure|simply|just|still|now|currently) ){{0,2}}{LISTED}"
    rf"|{LISTED}\s+(?:\w+\s+)?(?:on|in|for|at|across) (?:the |our |their )?(?:entire )?(?:front[- ]?end|back[- ]?end|client|server|web|mobile|data|api|infrastructure|cloud|edge|browser|app|apps|production|staging|most|all)\b"
)
# the whole sentence speaks of how it was
# the same in languages whose words this file does not part by spaces, or writes in small letters too
GONE_ELSEWHERE = re.compile(
    rf"(?:原来|原先|之前|以前|早期|最初|曾经|曾|过去)[^。；，,;\n{LISTED}]{{0,12}}{LISTED}|{LISTED}[^。；，,;\n{LISTED}]{{0,6}}(?:已(?:下线|废弃|弃用|停用|移除))"
    rf"|{LISTED}[^。、\n{LISTED}]{{0,10}}(?:を(?:使って|利用して|使用して)い(?:ました|た)|を廃止|から(?:の)?(?:移行|乗り換え|脱却))|(?:以前は|かつて|旧環境では)[^。\n{LISTED}]{{0,12}}{LISTED}"
    rf"|\b(?:früher|bisher|ehemals|zuvor|auparavant|anciennement|avant|antes|anteriormente|antigamente)\b[^.!?\n{LISTED}]{{0,40}}{LISTED}"
)
COMING_ELSEWHERE = re.compile(
    rf"(?:计划|打算|准备|后续|未来|将来|将会?|规划)[^。；，,;\n{LISTED}]{{0,14}}{LISTED}"
    rf"|{LISTED}[^。\n{LISTED}]{{0,15}}(?:導入予定|移行予定|採用予定|する予定|を検討)|(?:今後|将来)[^。\n{LISTED}]{{0,15}}{LISTED}"
    rf"|\b(?:geplant|wir planen|planen|künftig|demnächst|prévoyons|prévu|envisageons|bientôt|planeamos|planejamos|vamos a|próximamente|em breve|futuramente)\b[^.!?\n{LISTED}]{{0,40}}{LISTED}"
)
LEAVING_ELSEWHERE = re.compile(
    rf"{LISTED}[^.!?。\n{LISTED}]{{0,20}}(?:\bà (?:décommissionner|remplacer|migrer|retirer)\b|\bwird (?:abgelöst|ersetzt|abgeschaltet)\b|\bsera (?:remplacé|retiré|décommissionné)|\bserá (?:reemplazad|substituíd|retirad)|将(?:被)?(?:下线|淘汰|替换)|逐步(?:下线|淘汰)|を廃止予定)"
)
BYGONE = re.compile(
    r"^\W*(?:when (?:i|we) (?:first )?(?:joined|took over|arrived)|back (?:then|in the day)|in the (?:early days|beginning|past|old days)|in those days|early prototypes|originally|"
    r"(?:(?:our|the) )?(?:old|previous|former|legacy|original) (?:tech(?:nology)? )?(?:stack|setup|architecture|system)\s*[:—–-]|"
    r"(?:our|the) (?:first|original|initial|old|previous|earlier) (?:version|iteration|stack|architecture|system|implementation|setup|infrastructure|platform|app|application|prototype|codebase|website|site|backend|frontend)\b[^.!?]{0,60}?\b(?:was|were|used|ran|consisted|relied|had))"
)
STILL = words(
    r"now", r"today", r"still", r"currently", r"nowadays", r"to this day", r"these days", r"since then", r"remains?"
)
PREFERRED = re.compile(
    rf"\b(?:pick|chose|choos|prefer|favou?r|select|opt)\w*(?: \w+){{0,2}}? {LISTED}(?: \w+){{0,2}}? over (?P<of>{LIST})"
)
NEGATED_AFTER = re.compile(
    rf"{LISTED}(?:\s+(?:vs\.?|versus)\b|[- ](?:compatible|like|style|inspired|flavou?red|alternatives?|clones?|esque)\b)"
)
REPLACED_THAT = re.compile(
    rf"\breplac(?:ed|ing|es?)\s+(?:all\s+(?:of\s+)?)?(?:that|this|it|them|these|those|everything)\b{_FILL}{{0,30}}?\b(?:with|by)\s+(?P<new>{LIST})"
)
USED_ELSEWHERE = re.compile(
    rf"{LISTED}[^。！？\n{LISTED}]{{0,25}}(?:を(?:利用|使用|活用|採用|導入|構築|運用|用い|使|選定)|で(?:構築|運用|開発|実装|稼働|動|管理|監視|デプロイ|書)|に(?:デプロイ|移行|保存|格納|展開)|上(?:で|に)|ベース)"
    rf"|\b(?:company|team|organi[sz]ation)['’]s\s+(?:\w+\s+){{0,2}}{LISTED}"
    rf"|{LISTED}(?:構成|環境|クラスタ|インスタンス|上に|上で)|{LISTED}など[^。！？\n{LISTED}]{{0,25}}(?:稼働|利用|使用|活用|採用)"
    rf"|(?:使用|采用|基于|选用|选择|利用|部署在|部署于|运行在|引入|通过|借助|接入|依赖)[^。！？\n{LISTED}]{{0,15}}{LIST}"
    rf"|{LISTED}[^.!?\n{LISTED}]{{0,15}}(?:을|를|으로|로|에서|에)\s?(?:사용|이용|구축|개발|운영|배포|활용|도입)"
    rf"|\b(?:verwend\w+|nutz\w+|setz\w+(?: \w+){{0,3}} auf|läuft (?:auf|mit|in)|laufen (?:auf|mit|in)|basier\w+ auf|betr(?:ie|ei)b\w+ (?:auf|mit|in)|mit|über|auf|gehostet (?:bei|auf)|geschrieben in|mittels|eingesetzt)\s+{LIST}"
    rf"|\b(?:utilis\w+|repos\w+ sur|s['’]appu\w+ sur|bas\w+ sur|développ\w+ (?:en|avec)|écrit\w* en|héberg\w+ (?:sur|chez)|déploy\w+ (?:sur|avec|via)|avec|tourn\w+ sur|grâce à|via)\s+{LIST}"
    rf"|\b(?:us(?:amos|ando|a|am|an)|utiliz\w+|emple\w+|desarroll\w+ (?:en|con)|desenvolv\w+ (?:em|com)|escrit\w+ (?:en|em)|basad\w+ en|basead\w+ em|construid\w+ (?:con|en)|construíd\w+ (?:com|em)|hosped\w+ (?:en|em|na|no)|con|com|rod\w+ (?:em|no|na|com))\s+{LIST}"
    rf"|\b(?:используем|используется|работает на|написан\w* на|на базе|gebruik\w+|draait op|używamy|oparty na)\s+{LIST}",
)
SENTENCE_END = re.compile(
    r"(?<=[.!?。！？])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\betc\.)[\"'”’)\]]?\s+(?=[^a-z])|(?<=[。！？])|\n"
)
