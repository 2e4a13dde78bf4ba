"""Which candidates are no groups: words cut wrongly, frozen compounds, bare heads.

Source: gold/GUIDELINES.md §6 (b)–(i) of the project's annotation rules.
"""

from __future__ import annotations

import re

# -- word boundaries: the last characters of a label begin another word, or its first ones end one -----------------
_CUT_BEHIND = {
    "工": r"作|程|业|艺|具|厂|地|期|序|商|科|种",
    "生": r"产|态|育(?!津)|物|命|鲜|效|成|存|机|长|涯|源|猪|动|力",
    "人": r"才|民|员|工(?!资|伤)|口(?!头)|文|类|机|均|防|居|大(?:代|常)|行道|社",
    "民": r"族|主(?!体|动|要)|政|营|间|俗|宿|办|兵|用(?=建|机|航)|法典|航",
    "家": r"肥|庭|具|电|居|政|长|园|装|乡|国",
    "户": r"外|口(?!头)|籍|政",
    "部": r"分|门|署|件|委",
    "长": r"期|远|效|三角|江|度|足|征|廊|处",
    "商": r"业|务|品|贸|标",
    "手": r"段|续|机|工|术|册|法",
    "众": r"多|筹|创",
    "员": r"工(?!作|资|程)",
    "师": r"范|傅",
    "者": r"们(?!的)",
    "农": r"水|机|田|场|业|村|药|资",
    "队": r"伍",
    "士": r"气",
    "才": r"能",
    "主": r"管|体(?!性)|要|义|动|导|任|题|张|席",
    "医": r"疗|院|药|学|保|科|治",
    "儿": r"园",
}
_BEHIND = {last: re.compile(words) for last, words in _CUT_BEHIND.items()}
_CUT_BEFORE = {
    "学生": r"[科化数哲医理力美声光文]$",
    "家人": r"[国专大厂商]$",
    "技工": r"[科高]$",
    "干部": r"[骨主]$",
    "全民": r"[安健完保齐]$",
    "国民": r"[全我中外各两]$",
    "市民": r"[城]$",
    "华人": r"[中]$",
    "人民": r"[个法众]$",
    "作家": r"[合工制操运]$",
    "工人": r"[手职员施人]$",
    "职工": r"[本辞兼任]$",
    "员工": r"[人动成会党团]$",
    "团员": r"[集]$",
    "护工": r"[保维养防监看]$",
    "女工": r"[妇]$",
    "社工": r"[行合报]$",
    "学者": r"[初留求入自大科]$",
    "行人": r"[进执银发旅施通同飞举]$",
    "师资": r"[教律医]$",
    "用户": r"[使占]$",
    "个人": r"[一每多几两]$",
    "河长": r"[大小]$",
    "路长": r"[线道公铁]$",
    "田长": r"[农良]$",
    "林长": r"[森]$",
    "街长": r"[大]$",
    "湖长": r"[大]$",
    "小农": r"[中大]$",
}
_BEFORE = {word: re.compile(before) for word, before in _CUT_BEFORE.items()}

# -- frozen compounds (b) ----------------------------------------------------------------------------------------------
_INSTITUTION = re.compile(
    r"(?:培训|教育|服务|康复|救助|救济|护理|福利|活动|工作|法律|援助|事务|保障|管理|保护|就业|文化|体育|专业|信用|合作|代表|创业|发展|职业|技术|"
    r"权益|流动|科研|综合|孵化|交流|辅导|创新|仲裁|调解|中介){0,4}"
    r"(?:机构|学校|院校|学院|大学|医院|协会|商会|学会|联合会|委员会|基金会|合作社|合作组织|联盟|局(?!面|限|部)|厅|部门|办公室|领导小组|联席会议|代表大会|代表会议|"
    r"编辑部|出版社|报社|中心|站(?!位)|事务所|宫|馆|园区|创业园|楼|小区|公寓|银行|俱乐部|讲师团|委)"
)
_FROZEN = re.compile(
    r"教育经费|身份证|证(?![明实])|卡(?![位口])|消费价格|价格指数|储蓄|存款|币|节(?![目约点])|法(?![律治制人定官])|日报|政府|政协|团体|团委|组织(?!的?参)|"
    r"法院|检察|共和|民主|战争|代表大会|公园|广场|大会堂|作风|意识(?!形态)?(?=[,。;、的和]|$)|感情|路线|情怀|主义|资格(?!的)|制(?![度定造止])|税|"
    r"号(?!召)|点(?=[,。、])|学位|授权点|后流动|流动站|工作站|乐(?=[、,。和等])|端(?![正])|侧|界面|楼|区(?![域别])|必需品|"
    r"精神(?![病障文风需卫健生慰疾])|热线|自治(?:区|州|县)|警察(?=$)|武装|解放军|调解(?!员)|子弟|委员会|组(?![织成建合])|军|总工会|会(?=[、,。]|议)"
)
_FROZEN_FOR = {
    "村民": re.compile(r"自治"),
    "居民": re.compile(r"自治"),
    "股东": re.compile(r"大?会"),
    "群众": re.compile(r"自治|运动|(?:文化|体育|路线|团体|组织|性|艺术|工作)(?!需)"),
    "大众": re.compile(r"创业|传媒|媒体|化|汽车|传播|点评"),
    "公众": re.compile(r"号|人物|公司|平台"),
    "经营者": re.compile(r"集中(?!整|培)"),
    "网红": re.compile(r"经济|产品|打卡|城市|景|品牌|直播|店|消费|地"),
    "移民": re.compile(r"管理|局|后期扶持|村|安置区"),
    "小农": re.compile(r"生产|经济"),
    "国民": re.compile(r"待遇|经济|生产总值|收入|党"),
    "外商": re.compile(r"投资|独资|合资|企业|直接投资"),
    "个人": re.compile(r"信息|隐私|数据|账户|征信|信用|所得|贷款|住房|意见|电脑"),
    "公民": re.compile(r"道德|意识|身份"),
    "人民": re.compile(r"(?!的|群众|生命|健康|生活|满意|幸福|利益|身体|美好|福祉|安居|对|为|提供|享)."),
    "家庭": re.compile(r"(?!成员|负担|收入|困难|发放|给予|提供|等|的|签约|户|[,。;、)]|$)."),
    "青年": re.compile(r"文明号|突击队|旅社|公寓|林|志愿服务|联合会"),
    "自然人": re.compile(r"移动|流动"),
    "移动用户": re.compile(r"端"),
    "学徒": re.compile(r"制"),
    "企业新型学徒": re.compile(r"制"),
    "院士": re.compile(r"工作站|专家工作站|行(?=[,。”、])"),
    "博士后": re.compile(r"(?:科研)?(?:流动站|工作站|创新实践基地)|站"),
    "专家": re.compile(r"库(?=系统)|委员会|组|咨询委员会|系统"),
    "少年儿童": re.compile(r"出版"),
    "工匠": re.compile(r"精神|园|之乡|学院"),
    "律师": re.compile(r"事务所|行业|协会"),
    "妇女": re.compile(r"联合会|代表大会|报"),
    "负责人": re.compile(r"签字|为"),
}
_SCIENCE = re.compile(r"科学(?:文化)?素[质养]")
_HOME_BESIDE = re.compile(r"(?:学校|社会|社区|企业|单位|政府|机构)[、和与]$|(?:智慧|智能|数字)$")
_HOME_AFTER = re.compile(r"[、和与](?:学校|社会|社区|企业|单位|政府|机构)")

# -- bare 人才 (c) ----------------------------------------------------------------------------------------------------
_TALENT_OBJECT = re.compile(
    r"(?:引进|吸引|引育|培养|培育|留住|集聚|聚集|汇聚|招揽|储备|输送|选拔|用好|争取|凝聚|选派|激励|为|对|向|让|使|给|各类|各方面|优秀|更多|的|"
    r"吸纳|引导|鼓励|支持|服务|聚|引|育|用|留)(?:相关|有关)?$"
)
_TALENT_FREE = re.compile(
    r"[,。;！)”]|$|等?(?:到|来|赴|向|在|提供|的|开展|参与|下沉|返乡|回|落户|回流|并|以及|扎根|就业|安居|住房)"
)

_TALENT_FUSED = re.compile(
    r"(?:培养|引进|招引|流动|引育|队伍|链|中介|发展|工程|工作|政策|体制|机制|服务|支撑|保障|智力|评价|强|兴|公寓|项目|计划|平台|高地|体系|建设|结构|优势|资源|"
    r"需求|库|团队|市场|交流|管理|认定|激励|供给|储备|集聚|新政|红利|生态)"
)

MAY_BE_FIRMS = frozenset(
    ("users", "investors", "foreign_investors", "service_recipients", "taxpayers", "rights_holders")
)


def misread(word: str, before: str, behind: str) -> bool:
    """Whether the label crosses the border of another word (学|生产, 科|技工|业)."""
    cut = _BEHIND.get(word[-1])
    if cut and cut.match(behind):
        return True
    for size in (2, 3, len(word)):
        cut = _BEFORE.get(word[:size]) if size <= len(word) else None
        if cut and cut.search(before):
            return True
    return False


def frozen(word: str, before: str, behind: str) -> bool:
    """Whether the label is fused with what stands behind it into the name of something else."""
    own = _FROZEN_FOR.get(word)
    if own and own.match(behind):
        return True
    if word in {"家庭", "居民家庭"} and (_HOME_BESIDE.search(before) or _HOME_AFTER.match(behind)):
        return True
    if word in {"全民", "公民", "公众", "中国公民"} and _SCIENCE.match(behind):
        return True
    if word == "人民" and before.endswith("以"):
        return True
    return bool(_FROZEN.match(behind) or _INSTITUTION.match(behind))


def fused_talent(behind: str) -> bool:
    """Whether what stands behind 人才 makes one word with it, so that a doubtful modifier belongs to the whole."""
    return _TALENT_FUSED.match(behind) is not None


def bare_talent(before: str, behind: str) -> bool:
    """Whether 人才 without a modifier stands free as an argument (吸引人才到…兴业), not fused (人才培养)."""
    return bool(_TALENT_OBJECT.search(before) and _TALENT_FREE.match(behind))
