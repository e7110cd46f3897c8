"""The sizes at which the page is looked at, and where the pictures go."""

from dataclasses import dataclass, field

from conftest import PROJECT
from playwright.sync_api import Page

# Screenshots and the PDF, to look at.
PICTURES = PROJECT / "build" / "page"
SIZES = {"phone": (390, 844), "small_phone": (320, 640), "tablet": (768, 1024), "desktop": (1280, 900)}


@dataclass
class View:
    """A page in the browser, and what went wrong on it."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
