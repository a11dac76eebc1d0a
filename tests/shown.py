"""What a page gives the browser to draw and to press, as Streamlit's own test runner holds it."""

import json
import re
from dataclasses import dataclass
from typing import Any

_CARD = re.compile(r'<div class="rl-tile" data-card="[^"]*" data-press="([^"]*)">')


@dataclass(frozen=True)
class Drawn:
    """A chart: its key, its figure, what is said of it, and whether its points open something."""

    key: str
    figure: dict[str, Any]
    alt: str
    clickable: bool

    @property
    def text(self) -> str:
        """The figure as text."""
        return json.dumps(self.figure)


def charts(app: Any) -> list[Drawn]:
    """Return the charts of a page or of a part of it, in order."""
    found = []
    for element in _components(app, "plot"):
        asked = json.loads(element.proto.bytes)
        found.append(Drawn(element.proto.id, asked["figure"], asked["alt"], asked["clickable"]))
    return found


def pressable(app: Any, key: str) -> str:
    """Return the HTML whose parts can be pressed, by a part of its key."""
    (found,) = [each for each in _components(app, "pressed") if key in each.proto.id]
    return str(found.proto.bytes.decode())


def pieces(app: Any) -> list[str]:
    """Return every piece of HTML on a page: elements in order, then each card."""
    tiles = [tile for each in _components(app, "pressed") for tile in _tiles(each.proto.bytes.decode())]
    return [str(element.proto.body) for element in app.get("html")] + tiles


def cards(app: Any) -> list[str]:
    """Return the ids of the cards that can be pressed, in order."""
    return [_CARD.match(tile)[1] for tile in pieces(app) if _CARD.match(tile)]  # type: ignore[index]


def press_card(app: Any, card: str) -> Any:
    """Press a card, as the browser does, and run the page again."""
    assert card in cards(app), cards(app)
    return choose(app, "cards", card)


def choose(app: Any, key: str, value: Any) -> Any:
    """Let a chart or a piece of HTML say what was chosen in it, as the browser does, and run the page again."""
    (found,) = [each for each in app.get("bidi_component") if key in each.proto.id]
    states = app._tree.get_widget_states()
    state = states.widgets.add()
    state.id = f"$$STREAMLIT_INTERNAL_KEY_{found.proto.id}__events"
    state.json_trigger_value = json.dumps([{"event": "chosen", "value": value}])
    return app._run(states)


def _components(app: Any, name: str) -> list[Any]:
    return [each for each in app.get("bidi_component") if each.proto.component_name == name]


def _tiles(html: str) -> list[str]:
    return re.split(r'(?=<div class="rl-tile")', html)


def open_popover(app: Any, key: str) -> Any:
    """Open a popover whose content is made when it is opened; return the page after that."""
    app.session_state[key] = True
    return app.run()
