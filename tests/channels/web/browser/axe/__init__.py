"""Axe, which looks for what people who cannot see or hold a mouse would stumble over."""

import pytest
from playwright.async_api import Frame, Page, ViewportSize

from tests.channels.web.browser.pages import PHONE
from tests.paths import ROOT

AXE = ROOT / ".venv/axe/node_modules/axe-core/axe.min.js"  # npm brings it: see Makefile
WIDE: ViewportSize = {"width": 1280, "height": 900}
RUN = "axe.run(document, {iframes: false, resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"


def script() -> str:
    """The script of axe; where npm is not, the test is skipped."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: it takes npm")
    return AXE.read_text(encoding="utf-8")


async def faults(page: Page, *, only_now: bool = False) -> list[str]:
    """The faults of the page and its frames, on a phone and wide, in light and dark."""
    before = page.viewport_size
    found = []
    for size in [before] if only_now and before else [PHONE, WIDE]:
        await page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            for frame in page.frames:
                where = f"{size['width']} {scheme} {frame.url.partition('?')[0]}"
                found += [f"{where}: {fault}" for fault in await _faults_of(frame)]
    await page.emulate_media(color_scheme="light")
    if before:
        await page.set_viewport_size(before)
    return found


async def _faults_of(frame: Frame) -> list[str]:
    if not await frame.evaluate("'axe' in window"):
        await frame.evaluate(script())
    report = await frame.evaluate(RUN)
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for one in report["violations"]
        for node in one["nodes"]
    ]
