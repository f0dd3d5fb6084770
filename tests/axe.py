"""What axe-core finds on a page that is open in the browser."""

from axe_playwright_python.sync_playwright import Axe

# how large what is pressed must be is no rule that axe-core goes by unless it is asked to
RULES = {"rules": {"target-size": {"enabled": True}}}
# all that another theme can break, as it changes colours and nothing else: tests/config/test_files.py holds that
OF_COLOUR = {"runOnly": ["color-contrast", "link-in-text-block"]}

_SCRIPT = Axe().axe_script
# only what is broken comes over from the browser: the report of what is not is many times as long
_RUN = """options => axe.run({resultTypes: ["violations"], ...options}).then(found => found.violations.flatMap(
    rule => rule.nodes.map(node =>
        `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary.split("\\n")[1].trim()}`
    )
))"""


def violations(page, *, of_colour=False):
    """One line for each rule and element; `of_colour`: where the page was looked at in the other theme before."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SCRIPT)
    return page.evaluate(_RUN, OF_COLOUR if of_colour else RULES)
