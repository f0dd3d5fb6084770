"""A badge says its name in the address of its picture, in its alternative text or by its logo."""

import re
from urllib.parse import parse_qs, unquote

from .addresses import parts_of
from .mentions import Mention
from .segments import Segment
from .vocabulary import Vocabulary


def badge(segment: Segment, vocabulary: Vocabulary) -> list[Mention]:
    """A badge says its name in the address of its picture, in its alternative text or by its logo."""
    if names := _row_of_icons(segment):
        return _icons(names, segment, vocabulary)
    for text, certain in [*_badge_texts(segment), *_of_service(segment)]:
        found = vocabulary.scanner.whole(text)
        if found and not found.names[0].homonym:
            name = found.names[0]
            how = "exact" if found.text == name.written else "alias"
            version = found.version or _badge_version(segment)
            mention = Mention(
                segment,
                0,
                len(segment.text),
                name.written if not segment.text else found.text,
                name.slug,
                how,
                version,
                whole=True,
                linked=certain,
                caution="free",
                reach=len(segment.text),
            )
            mention.why.append("a badge names it")
            return [mention]
    return []


_SHIELD = re.compile(
    r"(?:img\.shields\.io|shields\.io|badgen\.net|img\.badgesize\.io)/(?:badge|static/v1)/([^?#]{1,300})", re.IGNORECASE
)


_ICONS = re.compile(
    r"(?:devicons?|simple-?icons|skillicons|techstack-generator|vectorlogo\.zone|vscode-icons|icons?8|worldvectorlogo)",
    re.IGNORECASE,
)


_MOST_ICONS = 100


def _icons(names: list[str], segment: Segment, vocabulary: Vocabulary) -> list[Mention]:
    end, why = len(segment.text), ["a badge names it"]
    known = [(name, found.names[0]) for name in names if (found := vocabulary.scanner.whole(name))]
    return [
        Mention(segment, 0, end, name, one.slug, "alias", whole=True, linked=True, reach=end, why=[*why])
        for name, one in known
        if not one.homonym
    ]


def _row_of_icons(segment: Segment) -> list[str]:
    """ "skillicons.dev/icons?i=go,postgres,redis": one picture of many."""
    urls = [parts_of(link.url) for link in segment.links if "skillicons.dev/icons" in link.url]
    asked = [parse_qs(url.query) for url in urls]
    values = [value for query in asked for value in query.get("i", query.get("icons", []))]
    return ",".join(values).split(",")[:_MOST_ICONS] if values else []


_STATE_BADGE = re.compile(
    r"build|licen[cs]e|coverage|stars?|forks?|issues|downloads|version|release|status|tests?|passing|"
    r"contributors|commit|size|docs|chat|join|follow|sponsor|pr'?s|welcome|maintained|quality|dependencies|npm|"
    r"pypi|made with|made by|award|open source",
    re.IGNORECASE,
)


def _badge_texts(segment: Segment) -> list[tuple[str, bool]]:
    texts: list[tuple[str, bool]] = []
    for link in segment.links:
        url = unquote(link.url)
        if match := _SHIELD.search(url):
            body = match[1].replace("--", "\x01").replace("__", "\x02")
            fields = [
                part.replace("\x01", "-").replace("_", " ").replace("\x02", "_").strip() for part in body.split("-")
            ]
            state = bool(_STATE_BADGE.fullmatch(fields[0])) if fields else False
            texts += [(field, True) for field in fields[:-1] if not state and field] or [(fields[0], True)]
            logo = parse_qs(parts_of(url).query).get("logo", [""])[0]
            if logo and not state:
                texts.append((logo, True))
        elif _ICONS.search(url):
            stem = parts_of(url).path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
            texts.append((re.split(r"-(?:original|plain|line|icon|logo|wordmark|ar21)", stem)[0], True))
            texts.append((segment.text, True))
    return texts


# whose badge tells the state of a project, by the host of its picture
_SERVICES = {
    "travis-ci.org": "Travis CI",
    "travis-ci.com": "Travis CI",
    "circleci.com": "CircleCI",
    "ci.appveyor.com": "AppVeyor",
    "codecov.io": "Codecov",
    "coveralls.io": "Coveralls",
    "codeclimate.com": "Code Climate",
    "sonarcloud.io": "SonarQube Cloud",
    "snyk.io": "Snyk",
    "api.netlify.com": "Netlify",
    "readthedocs.org": "Read the Docs",
    "app.codacy.com": "Codacy",
    "semaphoreci.com": "Semaphore",
    "dev.azure.com": "Azure DevOps",
}
_WORKFLOW = re.compile(r"^https://github\.com/[\w.-]{1,60}/[\w.-]{1,100}/(?:actions/)?workflows/", re.IGNORECASE)


def _of_service(segment: Segment) -> list[tuple[str, bool]]:
    """ "build: passing" names nobody, but who shows it: offered, since a badge may be older than the move away."""
    for link in segment.links:
        host = (parts_of(link.url).hostname or "").removeprefix("www.")
        if host in _SERVICES or _WORKFLOW.match(link.url):
            return [(_SERVICES.get(host, "GitHub Actions"), False)]
    return []


def _badge_version(segment: Segment) -> str:
    for link in segment.links:
        if (match := _SHIELD.search(link.url)) and (number := re.search(r"-v?(\d+(?:\.\d+){0,3})(?:[-+]|$)", match[1])):
            return number[1]
    return ""
