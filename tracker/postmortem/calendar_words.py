"""Months, weekdays and zones as people write them: a language per row, like `words.py`."""

import re

MONTHS = """
en | january jan | february feb | march mar | april apr | may | june jun | july jul | august aug | september sept sep
en | october oct | november nov | december dec
de | januar jan jän jänner | februar | märz mär mrz maerz | april | mai | juni | juli | august | september | oktober okt
de | november | dezember dez
fr | janvier janv | février fév fevrier févr | mars | avril avr | mai | juin | juillet juil | août aout | septembre
fr | octobre | novembre | décembre déc decembre
es | enero ene | febrero | marzo | abril abr | mayo | junio | julio | agosto ago | septiembre setiembre | octubre
es | noviembre | diciembre dic
pt | janeiro | fevereiro fev | março marco | abril | maio | junho | julho | agosto | setembro set | outubro out
pt | novembro | dezembro
it | gennaio gen | febbraio | marzo | aprile | maggio mag | giugno giu | luglio lug | agosto | settembre | ottobre ott
it | novembre | dicembre
nl | januari | februari | maart mrt | april | mei | juni | juli | augustus | september | oktober | november | december
sv | januari januar | februari februar | mars | april | maj mai | juni | juli | augusti august | september | oktober
sv | november | december desember des
pl | stycznia | lutego | marca | kwietnia | maja | czerwca | lipca | sierpnia | września | października | listopada
pl | grudnia
"""

WEEKDAYS = """
en | monday mon | tuesday tues tue | wednesday wed | thursday thurs thur thu | friday fri | saturday sat | sunday sun
de | montag mo | dienstag di | mittwoch mi | donnerstag do | freitag fr | samstag sa sonnabend | sonntag so
fr | lundi | mardi | mercredi | jeudi | vendredi | samedi | dimanche
es | lunes | martes | miércoles miercoles | jueves | viernes | sábado sabado | domingo
pt | segunda-feira segunda | terça-feira terça | quarta-feira quarta | quinta-feira quinta | sexta-feira sexta | sábado
pt | domingo
it | lunedì | martedì | mercoledì | giovedì | venerdì | sabato | domenica
nl | maandag | dinsdag | woensdag | donderdag | vrijdag | zaterdag | zondag
sv | måndag mandag | tisdag tirsdag | onsdag | torsdag | fredag | lördag lørdag | söndag søndag
"""

# Abbreviations count in capitals only: `est`, `art`, `met` are words of other languages.
ABBREVIATIONS = (
    "UTC|GMT|PST|PDT|PT|MST|MDT|MT|CST|CDT|CT|EST|EDT|ET|AKST|AKDT|HST|AST|ADT|NST|NDT|CEST|CET|MESZ|MEZ"
    "|EEST|EET|WEST|WET|BST|IST|MSK"
    "|SGT|HKT|JST|KST|AEST|AEDT|AET|ACST|ACDT|AWST|NZST|NZDT|BRT|BRST|ART|CLT|CLST|SAST|WIB|PHT|ICT|GST"
    "|PKT|EAT|WAT|TRT|Z|HNE|HAE|HNEC|UTZ"
)
_NAMED = (
    r"(?:Pacific|Eastern|Central European|Central|Mountain|British|UK|Indian|Japan|Singapore"
    r"|Australian Eastern|Eastern European|US Pacific"
    r"|US Eastern|US Central|West(?:ern)? European|Greenwich Mean|Coordinated Universal|Pacific Daylight"
    r"|Pacific Standard|Eastern Daylight"
    r"|Eastern Standard|Central Daylight|Central Standard|British Summer|Hong Kong|Beijing|Korean?"
    r"|Brasilia|India|China|Gulf|Irish)"
    r"(?: Standard| Summer| Daylight| Saving)?(?: Savings?)?(?: Standard)? [tT]ime"
)
_PLACES = (
    r"(?:US|America|Europe|Asia|Africa|Australia|Pacific|Atlantic|Etc|Canada|Brazil)/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?"
)
# The first words of all these, and the first half of a word where a letter beyond ASCII follows.
_FIRST_OF_ZONES = """
US America Europe Asia Africa Australia Pacific Atlantic Etc Canada Brazil Eastern Central Mountain British UK Indian Japan
Singapore Australian West Western Greenwich Coordinated Hong Beijing Korea Korean Brasilia India China Gulf Irish Horário Hor
Brasília Bras
"""
ZONE_WORDS = frozenset((*ABBREVIATIONS.split("|"), *_FIRST_OF_ZONES.split()))
_PLUS = r"(?:\s?[+-]\s?(?:1[0-4]|0?\d)(?::?[0-5]\d)?(?!\d))?"
ZONE = (
    rf"(?:{_PLACES}|US (?:Eastern|Pacific|Central|Mountain)|{_NAMED}(?:\s?\([A-Z]{{2,4}}\))?"
    rf"|(?:{ABBREVIATIONS}){_PLUS}(?:\s?\((?:UTC|GMT){_PLUS}\))?(?![A-Za-z])|[Hh]orário de Brasília"
    rf"|Bras[ií]lia|日本時間|北京时间|北京時間)"
)


def _numbers(table: str, width: int) -> dict[str, int]:
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    for line in table.strip().splitlines():
        language, *cells = (part.strip() for part in line.split("|"))
        for cell in cells:
            number = counts[language] = counts.get(language, 0) + 1
            for word in cell.split():
                found.setdefault(word, (number - 1) % width + 1)
    return found


_MONTHS = _numbers(MONTHS, 12)
_WEEKDAYS = _numbers(WEEKDAYS, 7)


def _any(words: dict[str, int]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


MONTH = _any(_MONTHS)
WEEKDAY = _any(_WEEKDAYS)


MONTHS_BY_NAME = _MONTHS
FIRST_WORDS = frozenset((*_MONTHS, *(word.split("-")[0] for word in _WEEKDAYS)))  # what a date may begin with


def month_number(word: str) -> int:
    """1 for January, in any language of the table; the word must be one that `MONTH` matches."""
    return _MONTHS[word.casefold()]


def weekday_number(word: str) -> int:
    """1 for Monday, in any language of the table; the word must be one that `WEEKDAY` matches."""
    return _WEEKDAYS[word.casefold()]
