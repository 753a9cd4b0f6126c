"""Templates: plain files with {{ value }} and [[ text ]]; both are escaped."""

import html
import json
import re
from pathlib import Path

PLACE = re.compile(r"\{\{ (\w+) \}\}|\[\[ ([\w.-]+) \]\]")


class Markup(str):
    """HTML that a template of ours made; it is not escaped again."""


class Pages:
    def __init__(self, folder):
        folder = Path(folder)
        self.templates = {
            path.stem: path.read_text(encoding="utf-8")
            for path in sorted((folder / "templates").glob("*.html"))
        }
        self.texts = {
            language: json.loads((folder / "texts" / f"{language}.json").read_text("utf-8"))
            for language in ("en", "fr")
        }

    def text(self, language, key):
        return self.texts[language][key]

    def render(self, template, language, /, **values):
        def fill(place):
            name, key = place.groups()
            value = self.texts[language][key] if key else values[name]
            return value if isinstance(value, Markup) else html.escape(str(value))

        return Markup(PLACE.sub(fill, self.templates[template]))

    def page(self, request, template, layout="layout", **values):
        """A whole page, in the layout, as bytes."""
        language = request.language
        query = "?lang=fr" if language == "fr" else ""
        body = self.render(template, language, query=query, **values)
        other = "en" if language == "fr" else "fr"
        return self.render(
            layout,
            language,
            language=language,
            query=query,
            title=values.get("title") or self.text(language, template + ".title"),
            other=other,
            other_url=f"{request.path}?lang={other}",
            body=body,
        ).encode("utf-8")
