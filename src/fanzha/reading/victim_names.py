"""Names that a narrative gives those on the victim's side, which are nobody's whom money went to.

>>> sorted(victim_names("报警人韦某某报称其转账给梁某海，黎某用微信付款"))
['韦某某', '黎某']
"""

from __future__ import annotations

import re

from fanzha.vocabulary import load_data

_NAMES = load_data("fanzha.reading", "surnames.yaml")
_MASKED = rf"(?:{'|'.join(_NAMES['double'])}|[{_NAMES['single']}{_NAMES['masked']}])(?:某某|某(?:(?![{_NAMES['never']}])[\u4e00-\u9fa5])?|[xX×*]{{1,2}})"
_TELLS = r"称|报称|报警|报案|来电|来所|到(?:我)?所|到派出所|反映|自述|陈述|发现被骗|怀疑"
_PAYS = r"用|通过|从|将|把|先后|分别|共?向|按|遂|便|于|在|与|联系|接到|收到|点击|添加|下载|发现|需|被"
_SUBJECT = re.compile(rf"(?:^|(?<=[，。；\n、:]))(?P<name>{_MASKED})(?=(?:又|再|就|也|遂|便|即)?(?:{_TELLS}|{_PAYS}))")
_INTRODUCED = re.compile(
    rf"(?:报警人|报案人|受害人|被害人|事主|当事人|群众|居民|村民|村干部|老板|会计|出纳|财务(?:人员)?|员工|学生|家长|其[母父]亲|其[女儿]|其子)(?:系|为|是|:|：)?[^，。；\d(]{{0,12}}?(?P<name>{_MASKED})"
)


def victim_names(folded: str) -> set[str]:
    """The masked names of victims and those who report for them: introduced as such, or told to have paid or reported."""
    return {match["name"] for pattern in (_SUBJECT, _INTRODUCED) for match in pattern.finditer(folded)}
