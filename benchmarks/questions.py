"""What is asked of the product, in the order of the table, and what is wanted of each.

`before` says what happens before each call: nothing; an edit of another company, of a technology or of a usage of the
technology that is asked about, as a curator makes it; whole pages thrown away, with what is at hand of comparisons, so
that theirs is a choice of companies that nobody has asked for yet; everything that is kept thrown away.
"""

from dataclasses import dataclass

COMPARED = "/compare/companies/company-1/company-2/company-3/"


@dataclass(frozen=True, slots=True)
class Question:
    address: str
    before: str = "nothing"  # nothing, pages, compared, edit, vocabulary, usage, all
    wanted: str = "flat"
    tagged: bool = False


QUESTIONS = {
    "304": Question("/companies/company-5/", wanted="0.13 of what it was", tagged=True),
    "kept page": Question("/companies/company-5/", wanted="0.13 of what it was"),
    "comparison of 3, page kept": Question(COMPARED, wanted="as a kept page"),
    "comparison of 3, edit elsewhere": Question(COMPARED, "edit", wanted="3 times the constant view"),
    "comparison of 3, cells kept": Question(COMPARED, "compared", wanted="3 times the constant view"),
    "comparison of 3, nothing kept": Question(COMPARED, "all"),
    "technologies compared, 3": Question(
        "/compare/technologies/{technology}/{other}/{third}/", "pages", wanted="flat, 200 kB"
    ),
    "technologies compared, nothing kept": Question(
        "/compare/technologies/{technology}/{other}/{third}/", "all", wanted="flat, 200 kB"
    ),
    "API: usages, 100": Question("/api/v1/usages/?page_size=100", wanted="1.5 times the bare loop"),
    "API: usages by company": Question("/api/v1/usages/?page_size=100&ordering=company"),
    "API: usages by technology": Question("/api/v1/usages/?page_size=100&ordering=technology"),
    "API: usages of a technology": Question("/api/v1/usages/?page_size=100&technology={technology}"),
    "API: usages of an area": Question("/api/v1/usages/?page_size=100&category={area}"),
    "API: usages by kind": Question("/api/v1/usages/?page_size=100&kind=protocol"),
    "API: usages, q finds nothing": Question("/api/v1/usages/?q=qqqqxyzzy"),
    "API: usages, q finds most": Question("/api/v1/usages/?q=chosen"),
    "API: usages updated since now": Question("/api/v1/usages/?updated_since=2199-01-01T00:00:00Z"),
    "API: usages, as of": Question("/api/v1/usages/?page_size=100&as_of=2015"),
    "API: companies by revision": Question("/api/v1/companies/?ordering=-revision"),
    "API: companies using": Question("/api/v1/companies/?uses={technology}"),
    "API: companies using both": Question("/api/v1/companies/?uses_all={technology},{other}"),
    "API: migrations by company": Question("/api/v1/migrations/?ordering=company"),
    "API: sources of a company": Question("/api/v1/sources/?company=company-5"),
    "API: sources about a company": Question("/api/v1/sources/?about=company-5"),
    "API: sources, q": Question("/api/v1/sources/?q={word}"),
    "API: sources, q finds nothing": Question("/api/v1/sources/?q=qqqqxyzzy"),
    "API: changes": Question("/api/v1/changes/?after=100"),
    "home": Question("/", "edit"),
    "home, vocabulary edited": Question("/", "vocabulary"),
    "picker": Question("/compare/companies/", "edit"),
    "companies": Question("/companies/", "edit"),
    "companies, vocabulary edited": Question("/companies/", "vocabulary"),
    "company": Question("/companies/company-5/", "edit"),
    "company, vocabulary edited": Question("/companies/company-5/", "vocabulary"),
    "companies of a category": Question("/companies/?category={category}", "edit"),
    "companies using": Question("/companies/?uses={technology}", "edit"),
    "companies of an industry": Question("/companies/?industry=Payments", "edit"),
    "technologies": Question("/technologies/", "edit"),
    "technology": Question("/technologies/{technology}/", "edit"),
    "technology, a usage of it edited": Question("/technologies/{technology}/", "usage"),
    "categories": Question("/categories/", "edit"),
    "category": Question("/categories/{category}/", "edit"),
    "category, a usage in it edited": Question("/categories/{category}/", "usage"),
    "area": Question("/categories/{area}/", "edit"),
    "migrations": Question("/migrations/", "edit"),
    "changes": Question("/changes/", "edit"),
    "sitemap": Question("/sitemap.xml", "edit"),
    "sitemap, companies": Question("/sitemap-companies.xml", "edit", wanted="flat from 10,000 on"),
    "sitemap, technologies": Question("/sitemap-technologies.xml", "edit"),
    "Atom": Question("/changes/atom/", "edit"),
    "Atom of a technology": Question("/technologies/{technology}/atom/", "edit"),
    "technology as CSV": Question("/technologies/{technology}/?format=csv", "edit", wanted="as its users"),
    "company as JSON": Question("/companies/company-5/?format=json", "edit"),
    "migrations as JSON": Question("/migrations/?format=json", "edit", wanted="as the moves"),
    "search page": Question("/search/?q={name}", "edit"),
    "API: search, a name": Question("/api/v1/search/?q={name}"),
    "API: search, a typing error": Question("/api/v1/search/?q={wrong}"),
    "API: search, nothing": Question("/api/v1/search/?q=qqqqxyzzy"),
}
