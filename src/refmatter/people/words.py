"""Tell whether a word of an author value belongs to an organisation, a place or a name.

All words are keys as `titles.title_key` makes them: lower case, without accents and marks.
"""

from __future__ import annotations

from functools import cache

ORGANISATION_BEGINNINGS = (
    "universi", "institut", "laborator", "departm", "corporation", "consorti", "collaborati",
    "foundation", "associat", "academ", "ministr", "committee", "technolog", "contributor",
    "communit", "organisatio", "organizatio", "hochschul", "polytech", "politecn", "forschung",
    "recherche",
)  # fmt: skip
"""How words begin that a person's name never has, in several languages."""

ORGANISATIONS = frozenset(
    "research lab labs team inc ltd llc gmbh corp group center centre school college council "
    "agency bureau society union network project initiative alliance company developers "
    "facility observatory hospital clinic museum library government federation commission "
    "systems sciences science engineering division office ecole escuela facultad faculty "
    "faculte".split()
)
"""Words that make an organisation of a name of several words: `Google Brain`."""

NAMED_ORGANISATIONS = frozenset(
    "google deepmind openai microsoft facebook nvidia ibm anthropic amazon baidu tencent alibaba "
    "huawei bytedance huggingface eleutherai netflix samsung intel adobe salesforce yahoo yandex "
    "linkedin twitter spotify uber xerox mit cmu epfl ethz inria cnrs cern nasa nist darpa "
    "stanford berkeley oxford cambridge harvard princeton yale caltech tsinghua peking wikipedia "
    "wikimedia arxiv github medium youtube springer elsevier ieee acm w3c nature unesco who".split()
)
"""Organisations that are known by one word."""

FIRST_OF_ORGANISATIONS = frozenset(
    "google deepmind openai microsoft facebook nvidia ibm anthropic alibaba tencent baidu "
    "bytedance huggingface eleutherai stanford mit cmu caltech tsinghua epfl inria cnrs cern "
    "nasa".split()
)
"""Those that are nobody's given name: `Google Brain`, but not `Huawei Chen`."""

INITIALS_OF_ORGANISATIONS = frozenset("uc eth tu mit cmu ibm nyu ucl ucla eu un us".split())
"""What stands before the rest of an organisation's name, in capitals: `UC Berkeley`."""

PLACES = frozenset(
    "usa uk china germany deutschland france italy italia spain espana portugal netherlands "
    "belgium "
    "switzerland austria poland czechia sweden norway denmark finland ireland scotland england "
    "canada mexico brazil brasil argentina chile colombia japan korea taiwan singapore india "
    "pakistan bangladesh vietnam thailand malaysia indonesia philippines australia russia ukraine "
    "greece turkey iran egypt europe asia america africa california massachusetts pennsylvania "
    "beijing shanghai shenzhen hangzhou hongkong tokyo kyoto osaka seoul munich munchen zurich "
    "geneva vienna copenhagen stockholm helsinki amsterdam brussels madrid barcelona lisbon athens "
    "montreal toronto seattle pittsburgh chicago sydney melbourne bangalore mumbai unitedstates "
    "unitedkingdom newyork sanfrancisco losangeles newzealand saudiarabia southkorea menlopark "
    "mountainview paloalto".split()
)
"""Countries, states and cities, one or two words joined. Those that are common family names as
well (Jordan, London, Paris) are left out."""

CJK_ORGANISATIONS = (
    "大学", "大學", "学院", "學院", "研究院", "研究所", "公司", "实验室", "實驗室",
    "研究室", "团队", "团体", "协会",
    "대학교", "연구소", "연구원", "주식회사",
)  # fmt: skip
"""What stands in the names of Chinese, Japanese and Korean organisations."""

CJK_FAMILIES = frozenset(
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 東方 皇甫 尉迟 尉遲 公孙 公孫 慕容 司徒 夏侯 端木 "
    "南宫 南宮 令狐 宇文 长孙 長孫 남궁 황보 제갈 선우 독고".split()
)
"""Chinese and Korean family names of two characters."""

NOBODY = frozenset(
    "anonymous anon unknown various none tbd todo null author authors editor editors admin staff "
    "others self me myself multiple several unbekannt anonyme 佚名 未知".split()
)
"""What stands in place of a name."""

SENTENCE = frozenset(
    "the of for in is are was see with from at on by our this that it its as not no your you my "
    "paper article book".split()
)
"""Words, when in lower case, of a sentence and not of a name."""

PARTICLES = frozenset(
    "van von der den de del della dello di du da das do dos des d la le los las el al ibn bin ben "
    "ter ten te zu zum zur af av vom vander vanden vonder degli dalla dal y e st saint bar abu "
    "ould o".split()
)
"""Words before a family name that many leave out."""

TITLES = frozenset("dr prof professor mr mrs ms miss sir herr frau doctor".split())
DEGREES = frozenset("phd md msc bsc mba dphil scd esq frs".split())
SUFFIXES = frozenset("jr sr ii iii iv 2nd 3rd 4th jnr snr".split())

_SHORT_FORMS = """
al albert alan alfred
alex alexander aleksandr alexandre alejandro sasha sandy lex
andy drew andrew andrei
ann anne anna annie nancy
bert albert robert herbert
beth betty liz lisa elizabeth elisabeth eliza
bill billy will willy william guillaume
bob bobby rob robert
cathy kathy kate katie cate catherine katherine katharina
charlie chuck charles carlos carl karl
chris christopher christian christine kris
dan danny daniel
dave david
dick rick rich richard
dima dmitri dmitry
don donald
ed eddie ted ned edward edgar edwin
fred freddy alfred frederick friedrich fritz
gene eugene evgeny
greg gregory
hank harry henry
hans johannes johann john
jack jackie john
jeff geoff jeffrey geoffrey
jim jimmy james
joe joseph josef
jon jonathan
kolya nikolai nicholas nick
larry lawrence laurence lorenz
maggie meg peggy margaret
matt matthew matthias
max maximilian
mike mick misha michael mikhail michel
nate nathan nathaniel
pat patrick patricia
pepe jose
paco pancho francisco
pete peter petr pierre
phil philip phillip
ron aaron ronald
sam samuel samantha
steve steven stephen stefan
sue susan suzanne
ted theodore
tim timothy
tom thomas tomas
tony anthony antonio anton
vlad volodya vova vladimir
zhenya evgeny yevgeny
"""

GIVEN_NAMES = frozenset(
    "aaron ada adam adrian alan albert alessandro alice alison alfred amanda amir amy ana "
    "andrea andreas "
    "andres angela anna anne annette antoine antonio arthur barbara ben benjamin bernard bernhard "
    "brian bruce bruno carla carlos carol caroline catherine cecilia charles charlotte christian "
    "christina christine christoph christopher claire claude claudia clara colin craig cynthia "
    "daniel daniela david deborah dennis diana diane diederik dieter dimitri dmitry donald dorothy "
    "douglas edward elena elizabeth ellen emily emma eric erik ernst eva evelyn felix fernando "
    "florian francesca francesco francis francisco franz frank frederic gabriel gary geoffrey "
    "george gerard gerhard giovanni giuseppe gordon grace graham gunter gustavo hannah hans harold "
    "heather heinrich helen helmut henri henry herbert hugo ian igor ilya ingrid irene isabel ivan "
    "jacob jacques jakob james jan jane janet jason jean jeffrey jennifer jeremy jerome jessica "
    "jimmy joachim joan johann johannes john jonas jonathan jorge jose joseph joshua juan judith "
    "julia julian julie jurgen karen karl katherine kathleen kenneth kevin klaus kurt kyle larry "
    "laura lawrence leonard linda lisa louis luca lucas lucia luis luke manuel marc marco marcus "
    "margaret maria marie mario marius mark markus martha martin mary massimo matthew matthias "
    "maurice max maximilian melissa michael michel michele miguel mikhail monica nancy nicholas "
    "nicolas nikolai nina noah noam oliver olivier oscar otto pablo pamela paolo patricia patrick "
    "paul pedro peter petr philip philippe pierre rachel rafael ralph raymond rebecca richard "
    "rico robert roberto roger roland ronald rosa russell ruth ryan samuel sandra sara sarah "
    "sebastian sergei sergey sergio sharon simon sofia sophie stefan stephanie stephen steven "
    "stuart susan susanne sven sylvia takeshi teresa terry theodore theresa thomas timothy tobias "
    "tomas tony ulrich ursula valentina vera veronica victor victoria vincent virginia vladimir "
    "walter werner wilhelm william wolfgang yann yoshua yuri yves".split()
)
"""Common given names: `Rabiner, Lawrence` is one person, `Kingma, Ba` may be two."""


@cache
def short_forms(name: str) -> frozenset[str]:
    """Return the names that people use for a given name: `bob` for `robert`, and the other way
    round."""
    groups = (line.split() for line in _SHORT_FORMS.splitlines())
    return frozenset(other for group in groups if name in group for other in group)


def is_organisation_word(key: str) -> bool:
    """Whether the word makes an organisation of a name of several words."""
    return key in ORGANISATIONS or key.startswith(ORGANISATION_BEGINNINGS)


SPECIAL = frozenset().union(
    ORGANISATIONS, NAMED_ORGANISATIONS, FIRST_OF_ORGANISATIONS, INITIALS_OF_ORGANISATIONS, PLACES,
    NOBODY, PARTICLES, TITLES, DEGREES, SUFFIXES, ("al", "other", "more", "by", "the"),
)  # fmt: skip
"""All words that make a name something else than given and family name."""
