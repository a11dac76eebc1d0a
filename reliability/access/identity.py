"""Who is asking: an identity, and which right each role gives."""

from collections.abc import Mapping
from dataclasses import dataclass

from reliability.settings.access import (
    ADMINISTRATOR,
    APPROVER,
    CONTRIBUTOR,
    EVERYBODY,
    GROUP,
    ROLES,
    VIEWER,
    Access,
)

ADDING = "adding exports"
"""What uploads are called in refusals, by the gate and by the page alike: the journal has each once."""

READ, CONTRIBUTE, APPROVE, ADMINISTER = RIGHTS = ("read", "contribute", "approve", "administer")

# An administrator cannot approve: who changes the data does not also excuse a gate, unless both roles are given.
RIGHTS_OF: Mapping[str, frozenset[str]] = {
    VIEWER: frozenset({READ}),
    CONTRIBUTOR: frozenset({READ, CONTRIBUTE}),
    APPROVER: frozenset({READ, CONTRIBUTE, APPROVE}),
    ADMINISTRATOR: frozenset({READ, CONTRIBUTE, ADMINISTER}),
}
# The role to ask for, by right.
ROLE_FOR: Mapping[str, str] = {
    READ: VIEWER,
    CONTRIBUTE: CONTRIBUTOR,
    APPROVE: APPROVER,
    ADMINISTER: ADMINISTRATOR,
}


@dataclass(frozen=True)
class Identity:
    """Somebody who was let in.

    name: as the journal keeps it. groups: as the sign-in names them. is_local: sits at this machine and did not sign
    in; names are then typed, and every right is given.
    """

    name: str = ""
    groups: tuple[str, ...] = ()
    is_local: bool = False


LOCAL_IDENTITY = Identity(is_local=True)


def folded(name: str) -> tuple[str, str]:
    """Return what two spellings of one name share: "Ann" and "ann", but not "ß" and "ss", or the Kelvin sign and "k".

    Providers keep the latter apart: they may be two people.
    """
    return name.lower(), name.upper()


def roles_of(who: Identity, access: Access) -> tuple[str, ...]:
    """Return the roles of somebody, in the order of `ROLES`. Whom no role names is a viewer where none are listed."""
    if who.is_local:
        return ROLES
    listed = {VIEWER: (EVERYBODY,), **access.roles}
    names = {folded(name) for name in (EVERYBODY, *(f"{GROUP}{group}" for group in who.groups))}
    if not who.name.casefold().startswith(GROUP):  # nobody becomes a group by their name
        names.add(folded(who.name))
    return tuple(role for role in ROLES if any(folded(entry) in names for entry in listed.get(role, ())))


def rights_of(who: Identity, access: Access) -> frozenset[str]:
    """Return everything somebody may do."""
    return frozenset().union(*(RIGHTS_OF[role] for role in roles_of(who, access)))


def reader(who: Identity | None, access: Access) -> Identity | None:
    """Return somebody who may read as they are; None for anybody else, who is nobody to the pages."""
    return who if who is not None and READ in rights_of(who, access) else None


def who_has(right: str, access: Access) -> str:
    """Return who may do something, in words: "ann@example.com or group:sre"; who to ask, when nobody is named."""
    people = [entry for role in ROLES if right in RIGHTS_OF[role] for entry in access.roles.get(role, ())]
    if not people:
        return f"nobody yet: name somebody in review.toml, [access.roles] {ROLE_FOR[right]}"
    return " or ".join(dict.fromkeys("everybody" if entry == EVERYBODY else entry for entry in people))


def lacks(right: str, who: Identity | None, access: Access, doing: str) -> str:
    """Return why somebody may not do something, and who may; "" when they may. doing: "giving a waiver"."""
    if who is not None and right in rights_of(who, access):
        return ""
    what = f"{doing[:1].upper()}{doing[1:]} needs the role {ROLE_FOR[right]}"
    return f"{what}. Those who have it: {who_has(right, access)}."
