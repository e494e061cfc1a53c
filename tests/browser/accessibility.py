"""What axe-core (https://github.com/dequelabs/axe-core) finds wrong with a page as it is now."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SERIOUS = ("serious", "critical")


def serious_faults(page: Page | Frame) -> list[str]:
    """Each serious or critical fault by its rule, with where it is and why; an empty list is what tests ask for. The
    frame of another site is looked at by itself."""
    # Not while something fades or slides in: the contrast of half a colour is nobody's.
    page.evaluate(
        "Promise.allSettled(document.getAnimations().filter(each => each.effect.getTiming().iterations !== "
        "Infinity).map(each => each.finished))"
    )
    found = Axe().run(page, options=RULES).response
    return [
        f"{fault['id']} ({fault['impact']}) at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for fault in found["violations"]
        if fault["impact"] in SERIOUS
        for node in fault["nodes"]
    ]
