import os
from dataclasses import replace
import pytest
from tests import browser
from tests.browser import opened, axe, wider_than_window
from tests.web.member.scene import *
from tests.web.conftest import collected, chromium

def test_shots(scene, settings, chromium):
    with_cases(scene)
    with browser.served(replace(settings, demo=True)) as server:
        for width, lang in ((390,"en"),(320,"es"),(1280,"en")):
            with opened(chromium, server, width=width, height=800) as page:
                page.context.add_cookies([{"name": "casework-language", "value": lang, "url": server.url}])
                n=[0]
                def shot(name):
                    n[0]+=1
                    page.screenshot(path=f"/tmp/shots_member/{width}-{lang}-{n[0]:02d}-{name}.png", full_page=True)
                    print(width, name, axe(page), wider_than_window(page))
                page.goto("/")
                page.get_by_role("button", name="Rosa Diaz").click()
                page.goto("/member/"); shot("home")
                for k in ("denied","appeal","pended"):
                    page.goto("/member/cases/"+scene.refs[k]); shot("case-"+k)
                page.goto("/member/letters"); shot("letters")
                page.goto("/member/profile"); shot("profile")
                page.goto("/member/appeal"); shot("pick")
                ref = scene.refs["denied"]
                page.goto(f"/member/appeal/{ref}"); shot("start")
                page.locator("main form button[type=submit]").click(); shot("why")
                for step in ("danger","who","papers"):
                    page.goto(f"/member/appeal/{ref}/{step}"); shot(step)
                page.goto(f"/member/cases/{scene.refs['new']}/back"); shot("back")
                page.goto(f"/member/cases/{scene.refs['pended']}/papers"); shot("act-papers")
                page.goto("/lookup/case"); shot("lookup")
                page.goto("/right-door"); shot("door")
                page.goto("/right-door?about=denied"); shot("door2")
                page.goto("/right-door?about=denied&then=no"); shot("door3")
                page.goto("/member/complaint"); shot("complaint")
                page.goto(f"/member/receipts/{scene.refs['appeal']}"); shot("receipt")
