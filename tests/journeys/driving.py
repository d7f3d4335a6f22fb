"""What a person does to a page, in a driven browser."""

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as until
from selenium.webdriver.support.wait import WebDriverWait


def wait(driver: Chrome) -> WebDriverWait:
    return WebDriverWait(driver, 20)


def fill(driver: Chrome, name: str, value: str) -> None:
    field = driver.find_element(By.NAME, name)
    field.clear()
    field.send_keys(value)


def tick(driver: Chrome, selector: str) -> None:
    """Tick a box as a thumb does, by its label."""
    box = driver.find_element(By.CSS_SELECTOR, selector)
    driver.execute_script(
        "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", box
    )
    driver.execute_script("(arguments[0].closest('label') || arguments[0]).click()", box)


def press(driver: Chrome, selector: str) -> None:
    """Press a button and wait until the page behind it has come."""
    page = driver.find_element(By.TAG_NAME, "html")
    button = driver.find_element(By.CSS_SELECTOR, selector)
    driver.execute_script(
        "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", button
    )
    button.click()
    # While one document takes the place of the other the driver may answer with any error.
    coming = WebDriverWait(driver, 20, ignored_exceptions=[WebDriverException])
    coming.until(until.staleness_of(page))


def text_of(driver: Chrome) -> str:
    return driver.find_element(By.TAG_NAME, "main").text


def sign_in(driver: Chrome, site: str, username: str, password: str) -> None:
    driver.get(f"{site}/admin/login/")
    fill(driver, "username", username)
    fill(driver, "password", password)
    press(driver, "form [type=submit]")
