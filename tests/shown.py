"""What a page gives the browser to draw and to press, as Streamlit's own test runner holds it."""

import json
from dataclasses import dataclass
from typing import Any


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
        asked = json.loads(json.loads(element.proto.json))
        found.append(Drawn(element.proto.id, asked["figure"], asked["alt"], asked["clickable"]))
    return found


def pressable(app: Any, key: str) -> str:
    """Return the HTML whose parts can be pressed, by a part of its key."""
    (found,) = [each for each in _components(app, "pressed") if key in each.proto.id]
    return str(json.loads(found.proto.json))


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
