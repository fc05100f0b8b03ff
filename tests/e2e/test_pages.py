"""The pages in a real browser: break a rule, mend it, save, approve, go back; without scripts; axe finds nothing."""

from __future__ import annotations

import base64
import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from argon2 import PasswordHasher

from gateway.accounts.passwords import Passwords
from gateway.accounts.roles import Role
from tests.fixtures.browser import Browser, open_browser
from tests.fixtures.house import ROOT, open_house
from tests.fixtures.person import PASSWORD
from tests.gateway.routes.admin.test_public import LIST
from tests.gateway.routes.admin.test_rules import RULE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from policies.finding import Detector
    from tests.fixtures.house import Running
    from tests.fixtures.provider import FakeProvider

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = Path(__file__).parent / "pages" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (1280, 390)
TEXT = "佐藤花子さんの電話は090-1234-5678です。老害という語。"
PAGES = (
    "/admin", "/admin/rules", "/admin/rules/edit?rule=pii/contact", "/admin/history", "/admin/history/1", "/admin/try",
    "/admin/reports", "/admin/exchanges", "/admin/audit?verify=1", "/admin/keys", "/admin/departments",
    "/admin/accounts", "/admin/allowlist", "/admin/statutes?q=契約", "/admin/statutes", "/check",
)  # fmt: skip


@pytest.fixture
async def house(tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...]) -> AsyncIterator[Running]:
    policies = {"directory": ROOT / "policies" / "rules", "own": tmp_path / "policies", "two_persons": True}
    async with open_house(tmp_path, provider, engine, policies=policies) as running:
        running.house.accounts.passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        for name, role in (("chief", Role.ADMINISTRATOR), ("editor", Role.EDITOR), ("approver", Role.APPROVER)):
            await running.house.accounts.create(name, role, PASSWORD, actor="test")
        yield running


class Tab:
    """A tab of the browser at one width, with or without scripts."""

    def __init__(
        self, browser: Browser, running: Running, *, width: int = 1280, scripts: bool = True, language: str = "ja"
    ) -> None:
        self.browser, self.running, self.width, self.scripts = browser, running, width, scripts
        self.language = language

    async def open(self, path: str) -> Any:
        url = str(self.running.client.base_url.join(path))
        await self.browser.call("Network.enable")
        await self.browser.call("Network.setExtraHTTPHeaders", headers={"Accept-Language": self.language})
        return await self.browser.visit(url, width=self.width, scripts=self.scripts)

    async def sign_in(self, name: str) -> None:
        await self.browser.call("Network.clearBrowserCookies")
        await self.open("/admin/sign-in")
        await self.fill("#name", name)
        await self.fill("#password", PASSWORD)
        await self.press("form.fields button", "location.pathname === '/admin'")

    async def fill(self, selector: str, value: str) -> None:
        await self.browser.run(f"document.querySelector({selector!r}).value = {value!r}")

    async def press(self, selector: str, then: str) -> None:
        """Press a button as a person does, and wait for what follows."""
        await self.browser.run(f"document.querySelector({selector!r}).click()")
        await self.browser.wait_for(f"document.readyState === 'complete' && {then}")

    async def text(self, selector: str) -> str:
        return str(await self.browser.run(f"document.querySelector({selector!r})?.innerText ?? ''"))

    async def violations(self) -> list[str]:
        """What axe has against the page that is open, at WCAG 2.2 A and AA."""
        if not AXE.exists():
            if os.environ.get("CI") == "true":
                pytest.fail("axe-core was not installed (make setup-e2e)")
            pytest.skip("axe-core was not installed (make setup-e2e)")
        await self.browser.run(AXE.read_text("utf-8") + ";0")
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = await self.browser.run(
            f"axe.run({{runOnly: {tags}}}).then(r => r.violations.map(v => "
            "v.id + ' ' + v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary).join('; ')))"
        )
        return list(found)


@asynccontextmanager
async def open_tab(running: Running, **more: Any) -> AsyncIterator[Tab]:
    async with open_browser() as browser:
        yield Tab(browser, running, **more)


def keep(name: str, picture: bytes) -> None:
    """Pictures for whoever wants to look at them: SEKIMORI_PICTURES names a folder."""
    if folder := os.environ.get("SEKIMORI_PICTURES"):
        (Path(folder) / f"{name}.png").write_bytes(picture)


async def type_rule(tab: Tab, content: str) -> None:
    """Replace what stands in the editor, as by typing."""
    await tab.browser.run("document.querySelector('.cm-content').focus()")
    control = {"modifiers": 2, "key": "a", "code": "KeyA", "windowsVirtualKeyCode": 65}
    for kind in ("keyDown", "keyUp"):
        await tab.browser.call("Input.dispatchKeyEvent", type=kind, **control)
    await tab.browser.call("Input.insertText", text=content)


async def test_a_rule_is_broken_mended_saved_approved_and_taken_back(house: Running) -> None:
    async with open_tab(house) as tab:
        await tab.sign_in("editor")
        shown = await tab.open("/admin/rules/edit?file=own.yaml")
        assert shown.complaints == []  # the page's own policy lets the editor work
        await type_rule(tab, RULE.replace("action: block", "action: stop"))
        await tab.browser.wait_for("document.querySelector('.cm-lintRange-error')?.innerText === 'stop'")
        await tab.browser.wait_for("document.querySelector('.cm-lint-marker-error')")
        keep("editor-fault", (await _picture(tab)))
        await type_rule(tab, RULE)
        await tab.browser.wait_for("!document.querySelector('.cm-lintRange-error')")
        await tab.press("button[value=check]", "document.querySelector('.effects')")
        assert "block（pii/contact）" in await tab.text(".effects")
        keep("editor-effect", (await _picture(tab)))
        await tab.fill("#comment", "連絡先を止める")
        await tab.press("button[value=save]", "location.pathname === '/admin/history/1'")
        assert "承認待ち" in await tab.text(".sheet")
        assert await tab.browser.run("document.querySelector('button[value=approve]')") is None
        assert (await house.chat("電話は090-1234-5678です。")).status_code == 200

        await tab.sign_in("approver")
        await tab.open("/admin/history/1")
        assert "+    action: block" in await tab.text(".difference")
        keep("revision", (await _picture(tab)))
        await tab.press("button[value=approve]", "document.querySelector('.sheet')?.innerText.includes('施行中')")
        assert (await house.chat("電話は090-1234-5678です。")).status_code == 403
        await tab.open("/admin/history")
        await tab.press("form[action='/admin/history/back'] button", "location.pathname === '/admin/history/2'")
        assert (await house.chat("電話は090-1234-5678です。")).status_code == 200


async def test_without_scripts_the_same_works_with_a_text_area(house: Running) -> None:
    async with open_tab(house, scripts=False) as tab:
        await tab.sign_in("editor")
        await tab.open("/admin/rules/edit?file=own.yaml")
        assert await tab.browser.run("document.querySelector('.cm-editor')") is None
        await tab.fill("#content", RULE.replace("action: block", "action: stop"))
        await tab.fill("#comment", "連絡先を止める")
        await tab.press("button[value=save]", "document.querySelector('.alert')")
        assert "own.yaml:6:13 action must be one of" in await tab.text(".alert")
        await tab.fill("#content", RULE)
        await tab.press("button[value=save]", "location.pathname === '/admin/history/1'")
        await tab.open("/admin/try")
        await tab.fill("#text", TEXT)
        await tab.press("button.strong", "document.querySelector('#outgoing')")
        assert await tab.text("#outgoing") == "[PERSON_1]さんの電話は[PHONE_1]です。老害という語。"


async def prepared(running: Running) -> None:
    """Something to be seen on every page."""
    await running.house.live.save({"own.yaml": RULE}, author="editor", comment="連絡先を止める", based_on=None)
    await running.chat("佐藤花子さんへ")
    await running.house.reports.add(
        department="0101", rule="pii/person", kind="pii.person", revision="r", sentence="一文だけ。"
    )


@pytest.mark.parametrize(("width", "language"), [*((width, "ja") for width in WIDTHS), (390, "en")])
async def test_axe_finds_nothing_and_nothing_sticks_out(house: Running, width: int, language: str) -> None:
    await prepared(house)
    (record,) = await house.records()
    async with open_tab(house, width=width, language=language) as tab:
        await tab.browser.call("Page.setBypassCSP", enabled=True)  # for axe, which styles while it measures
        await tab.open("/admin/sign-in")
        assert await tab.violations() == []
        await tab.sign_in("chief")
        for path in (*PAGES, f"/admin/exchanges/{record['id']}"):
            shown = await tab.open(path)
            keep(f"{path.strip('/').replace('/', '-').partition('?')[0]}-{language}-{width}", shown.picture)
            assert await tab.browser.run("document.documentElement.lang") == language, path
            assert await tab.violations() == [], path
            assert shown.width == width, path
            assert all("127.0.0.1" in url or url.startswith("data:") for url in shown.requests), path
        for path in ("/admin/try", "/check"):
            await tab.open(path)
            await tab.fill("#text", TEXT)
            await tab.press("main button.strong", "document.querySelector('#outgoing')")
            assert await tab.violations() == [], path
            keep(f"{path.strip('/').replace('/', '-')}-outcome-{language}-{width}", await _picture(tab))
        await tab.open("/admin/rules/edit?file=own.yaml")
        await tab.browser.wait_for("document.querySelector('.cm-editor')")
        await type_rule(tab, RULE.replace("action: block", "action: stop"))
        await tab.browser.wait_for("document.querySelector('.cm-lint-marker-error')")
        assert await tab.violations() == []


async def test_the_list_of_what_is_public_is_broken_mended_and_tried(
    tmp_path: Path, provider: FakeProvider, engine: tuple[Detector, ...]
) -> None:
    path = tmp_path / "public.yaml"
    path.write_text(LIST, "utf-8")
    async with open_house(tmp_path, provider, engine, redaction={"allowlist": path}) as running:
        running.house.accounts.passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        await running.house.accounts.create("editor", Role.EDITOR, PASSWORD, actor="test")
        async with open_tab(running, width=390) as tab:
            await tab.sign_in("editor")
            assert (await tab.open("/admin/allowlist")).complaints == []
            await tab.browser.call("Page.setBypassCSP", enabled=True)
            await tab.open("/admin/allowlist")
            await type_rule(tab, LIST + "unknown: 1\n")
            await tab.browser.wait_for("document.querySelector('.cm-lint-marker-error')")
            assert await tab.violations() == []
            await type_rule(tab, LIST.replace("4111]", "4111, 0266-24-4222]").replace("4111です", "4222です"))
            await tab.press("button[value=check]", "document.querySelector('.effects')")
            assert "代表は0266-24-4222です。" in await tab.text(".effects")
            assert await tab.violations() == []
            keep("allowlist-effect", await _picture(tab))


async def _picture(tab: Tab) -> bytes:
    metrics = await tab.browser.call("Page.getLayoutMetrics")
    clip = {"x": 0, "y": 0, "width": tab.width, "height": metrics["cssContentSize"]["height"], "scale": 1}
    picture = await tab.browser.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
    return base64.b64decode(picture["data"])
