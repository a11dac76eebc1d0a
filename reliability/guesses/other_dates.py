"""Other dates: names of date columns that say something else than when the thing of the row happened."""

import re

from reliability.guesses.names import folded

# Compiled when a name is first looked at, which a server that shows what is built never does: a tenth of a second.
# Of the customer, the contract or the order; of what is still to come; of the row itself.
_OTHER = (
    r"\b(birth\w*|renewal|renews|expir\w*|contract|signup|sign up|signed|since|registered|registration|joined|hired?"
    r"|subscri\w+|trial|purchased?|order(ed)?|invoiced?|deliver\w*|shipped|shipping|paid|payment|onboard\w*"
    r"|due|deadline|next|review|plan|planned|planning|target\w*|goal|eta|estimat\w*|expected|forecast\w*|schedul\w*"
    r"|promised|committed|until|valid"
    r"|updated?|modifi\w+|changed|exported|imported|synced"
    r"|seit|depuis|desde|sinds"
    r"|geburt\w*|frist|fallig\w*|ziel\w*|geplant\w*|soll\w*|ablauf\w*|vertrag\w*|geandert|aktualisiert"
    r"|naissance|echeance|objectif|prevue?|contrat|modifiee?"
    r"|nacimiento|vencimiento|objetivo|previst[oa]|contrato|actualizado|nascimento|vencimento|prazo|atualizado"
    r"|scadenza|nascita|contratto|obiettivo|geboorte\w*|verval\w*|gepland|verwacht|streefdatum|urodzen\w*|termin\w*|planowan\w*|umow\w*|zaktualizowan\w*|рождения|срок\w*|план\w*|договор\w*|обновлен\w*|изменен\w*|dogum|planlanan|sozlesme|guncelle\w*|fodelse\w*|forfall\w*|planerad\w*|avtal\w*|uppdaterad|andrad)\b"
    r"|誕生|生年|予定|期限|目標|契約|更新"
)
# Made: a date of the row when it stands alone, of somebody when that is said beside it ("Account created").
_MADE = r"\b(creat\w*|opened|added|angelegt|erstellt|creee?|cread[oa]|criad[oa]|creat[oa]|aangemaakt)\b"
_OWNER = (
    r"\b(accounts?|customers?|clients?|compan\w+|users?|contacts?|members?|person|people|profile|organi[sz]ations?|tenant"
    r"|tickets?|cases?|incidents?|issues?|projects?|kunden?|konto|firma|nutzer|compte|utilisateur|clientes?|cuenta|conta"
    r"|empresa|azienda|utente|klant\w*)\b"
)
# When something began or was asked is not when it was answered.
_BEGINNING = (
    r"\b(start\w*|began|begin\w*|beginn|invited|sent|delivered|debut|inicio|inizio|gesendet|envoyee?|enviad[oa]|inviat[oa])\b"
    r"|開始|送信"
)


def is_other_date(name: str, *, of_answers: bool = False) -> bool:
    """Whether a column of dates with this name cannot be taken for when the thing of the row happened.

    of_answers: the rows are answers, so a beginning, an invitation or the making of something else is one, too.
    """
    plain = folded(name)
    if re.search(_OTHER, plain):
        return True
    return of_answers and bool(
        re.search(_BEGINNING, plain) or (re.search(_MADE, plain) and re.search(_OWNER, plain))
    )
