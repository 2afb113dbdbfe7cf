"""A page signs in with Selenium in Python. The script is a bridge to the key of `stuntkey serve` (docs/tools.md):

    LOGIN_URL=http://localhost:8080 STUNTKEY_SCRIPT=stuntkey.js python3 sign_in.py
"""

import os

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait


def output_of(driver, button):
    driver.find_element(By.ID, button).click()
    return WebDriverWait(driver, 60).until(lambda page: page.find_element(By.TAG_NAME, "output").text)


options = webdriver.ChromeOptions()
for argument in os.environ.get("CHROME_ARGUMENTS", "").split():
    options.add_argument(argument)
driver = webdriver.Chrome(options=options)
try:
    with open(os.environ["STUNTKEY_SCRIPT"], encoding="utf-8") as file:
        # Into every document from now on, before its own scripts.
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": file.read()})
    driver.get(os.environ["LOGIN_URL"])
    print(output_of(driver, "register"))
    driver.get(os.environ["LOGIN_URL"])
    print(output_of(driver, "login"))
finally:
    driver.quit()
