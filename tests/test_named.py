"""Names of programmes, platforms, parks and titles: found with their span and type; classes and slogans left out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import grows_with

from kgbuild.config import Settings
from kgbuild.extract.named import find_all_named, find_named
from kgbuild.extract.named.text import mask
from kgbuild.lexicon import Lexicon, load_lexicon
from kgbuild.model import Correction, Span
from kgbuild.text.passage import Passage, passage


def found(lexicon: Lexicon, text: str) -> list[tuple[str, str]]:
    return [(text[n.span.start : n.span.end], n.type) for n in find_named(Passage(text, 0), lexicon)]


# -- rows of the guidelines ------------------------------------------------------------------------------------------
FIRM = [
    # quotes and head
    ("围绕我市实施“北拓”战略,推动园区转型", [("“北拓”战略", "plan")]),
    ("实施技改“百千”工程", [("技改“百千”工程", "programme")]),
    ("深入开展柔性显示“固芯”工程,支持企业", [("柔性显示“固芯”工程", "programme")]),
    ("深化“证照联办”改革", [("“证照联办”改革", "campaign")]),
    ("启用“一点通”微信小程序", [("“一点通”微信小程序", "platform")]),
    ("开展“春晖行动”——返乡创业者扶持计划", [("“春晖行动”——返乡创业者扶持计划", "programme")]),
    ("打造“数据校验平台”。", [("数据校验平台", "platform")]),
    ("坚持“链主制”一体推进", [("链主制", "system")]),
    ("申报“智能茶园”重点专项咨询", [("“智能茶园”重点专项", "programme")]),
    ("推广“云易办”超级服务端", [("“云易办”超级服务端", "platform")]),
    ("接入“云企通”,政策录入“云企通”统一发布", [("云企通", "platform"), ("云企通", "platform")]),
    # governed by a verb
    ("实施柔性制造工程师培养计划", [("柔性制造工程师培养计划", "programme")]),
    (
        "督促行业大力开展诚信经营行动和质量攀升行动,强化监管",
        [("诚信经营行动", "campaign"), ("质量攀升行动", "campaign")],
    ),
    ("抓住国家实施信创应用推广工程契机", [("信创应用推广工程", "programme")]),
    ("全面推行信用承诺制。", [("信用承诺制", "system")]),
    ("贯彻落实职工终身学习账户制度,引导企业", [("职工终身学习账户制度", "system")]),
    ("组织实施海外仓知识产权保护指南。", [("海外仓知识产权保护指南", "publication")]),
    ("服务海洋强国发展战略,实施节水优先战略", [("节水优先战略", "plan")]),
    ("推动省级算力提升工程落地", [("算力提升工程", "programme")]),
    # adverbs and verbs of endeavour before the name
    ("纵深推进证明事项告知承诺制,", [("证明事项告知承诺制", "system")]),
    ("压茬推进茶叶质量提升行动,", [("茶叶质量提升行动", "campaign")]),
    ("抓牢茶叶质量提升行动,细化“茶香满园”行动", [("茶叶质量提升行动", "campaign"), ("“茶香满园”行动", "campaign")]),
    ("深化拓展“茶香满园”行动", [("“茶香满园”行动", "campaign")]),
    ("深入践行“三省一体”茶业新战略,", [("“三省一体”茶业新战略", "plan")]),
    ("每年召开一次民营茶业发展大会。", [("民营茶业发展大会", "event")]),
    ("开展茶叶制造试点示范行动", [("茶叶制造试点示范行动", "campaign")]),
    # with a place
    ("云南建设国家茶叶综合基地取得进展", [("国家茶叶综合基地", "facility")]),
    ("推进昆明市百万亩级茶园倍增行动", [("昆明市百万亩级茶园倍增行动", "campaign")]),
    ("落实珠三角一体化发展、黄河流域保护等重大战略", [("珠三角一体化发展", "plan"), ("黄河流域保护", "plan")]),
    ("依托银川云谷,支持企业", [("银川云谷", "facility")]),
    ("做强遵义国家食品产业基地。", [("遵义国家食品产业基地", "facility")]),
    ("依托中国(宁夏)自由贸易试验区平台,推进", [("中国(宁夏)自由贸易试验区", "facility")]),
    ("提升国家氢能制造业创新中心(大连)资源集聚能力", [("国家氢能制造业创新中心(大连)", "facility")]),
    ("建设统一、开放的宁夏教育云,整合资源", [("宁夏教育云", "platform")]),
    ("接入全国农机调度信息平台", [("全国农机调度信息平台", "platform")]),
    ("支持珠海机场利用第五航权,经霞浦口岸进口", [("珠海机场", "facility"), ("霞浦口岸", "facility")]),
    ("加快中国软件名城提档升级", [("中国软件名城", "award")]),
    ("借鉴北京市养老服务业开放综合试点经验,放宽准入", [("北京市养老服务业开放综合试点", "programme")]),
    ("配合开展第十三次中国公民阅读状况调查", [("第十三次中国公民阅读状况调查", "survey")]),
    ("认真筹备第四届中国绿化博览会", [("第四届中国绿化博览会", "event")]),
    ("由两部门牵头的国家种业协同攻关推进机制,统筹", [("国家种业协同攻关推进机制", "system")]),
    ("在国家植树日前后集中开展绿化", [("国家植树日", "event")]),
    ("在国家新增渔港建设用地计划中安排指标", [("国家新增渔港建设用地计划", "programme")]),
    # 支持, 引导 and 指导 in the middle of a name are no verbs
    ("实施云岭青年匠才支持计划,以需求为导向", [("云岭青年匠才支持计划", "programme")]),
    (
        "依托国家海洋产业投资引导基金、国家茶业发展基金",
        [("国家海洋产业投资引导基金", "programme"), ("国家茶业发展基金", "programme")],
    ),
    ("实施渔民返乡创业启动支持计划,吸引青年", [("渔民返乡创业启动支持计划", "programme")]),
    ("发布茶业转移指导目录,完善布局", [("茶业转移指导目录", "publication")]),
    ("实施高水平职校和高水平学科建设计划,支持学校", [("高水平职校和高水平学科建设计划", "programme")]),
    ("在渔业实训基地建设、渔民技能素质提升计划等重大项目中给予倾斜", [("渔民技能素质提升计划", "programme")]),
    # quotes with a straight mark
    ('持续开展“智绣云岭"赋能行动,围绕茶业', [('“智绣云岭"赋能行动', "campaign")]),
    ('深化"证照联办"改革,启用“一点通”小程序', [('"证照联办"改革', "campaign"), ("“一点通”小程序", "platform")]),
    ("支持打造“丝绸岛”。", [("丝绸岛", "facility")]),
    # known everywhere
    ("服务“一带一路”建设,落实河长制", [("一带一路", "plan"), ("河长制", "system")]),
]


@pytest.mark.parametrize(("text", "names"), FIRM)
def test_names_are_found_with_span_and_type(lexicon: Lexicon, text: str, names: list[tuple[str, str]]) -> None:
    got = found(lexicon, text)
    assert [n for n in names if n not in got] == []
    assert {s for s, _ in got} - {s for s, _ in names} - {"海洋强国发展战略"} == set()


NONE = [
    "推进重大工程和重点项目建设",  # only a rank
    "完善工业互联网平台,建设数据中心",  # kinds
    "建设一批国家创新示范基地",  # behind a word of quantity
    "新增5个国家区域医疗中心",
    "遴选一批国家茶业重点产区、国家温泉康养基地。",
    "打造数字渔港示范项目。",  # a class of projects
    '开展智能渔港"改造,依托平台',  # a single straight mark opens nothing
    "围绕“三农”工作,防止“走出去”风险",  # fixed terms
    "推动政务服务“一网联办”、“非禁即可”,坚持“以用促学”",  # slogans
    "鼓励“链长”企业和“小龙头”企业发展",  # role words
    "通过“赛马”等方式遴选团队",  # ways of working
    "制定全域旅游发展工程实施方案",
    "工程师和计划生育工作,云计算和库存管理",  # the head goes on as another word
    "依托青少年宫、科技馆开展科普",  # venues
    "支持粮食生产功能区和自贸试验区建设",  # zones as a class
    "健全风险防控机制,完善现代流通体系",
    "印发《贵阳市数字工程行动计划》",  # a title is a citation
    "国家信访局都及时报送",
    "推行“免填单”,推广“带押过户”,避免“乱加码”,扫描“二维码”,实现“一码通行”。",
    "推动“川渝通办”,建设“数字贵州”,擦亮“贵州制造”。",
    "设立奖励资金,发放奖学金,开展成果评奖,",
    "在旅游品牌打造等贵州省重大战略中发挥作用。",
    "以办事类和便民服务类项目为重点",
    "开展第三方评估和风险评估,",
    "打造集服务于一体的“一条龙”便民服务平台。",
    "打造“直通车”服务平台。",
    "支持职业学校承办无人机创意大赛和护理技能竞赛。",
    "鼓励龙头企业举办采茶机操作大赛。",
    "经营性文化茶厂转制为国有企业,",
    "住宅专项维修资金划转业主大会管理前,",
    "以支柱产业“茶服产业”为试点,探索,",
    "紧扣进笼子进盘子狠抓能源项目,",
    "打通“数据孤岛”,",
    "用于支持新建保障性租赁住房项目。",
    "定期编制发布重点产业急需紧缺人才目录,",
    "电力接入“零成本”,打响服务“品牌度”,",
    "环节精简优化为“设计施工”1个环节,",
    "新增“两高”项目须报批,",
    "建立与上海市、南京市、宁波市三地机场的联系,",
    "鼓励龙头企业联合上下游企业开展协同种茶行动,",
    "加快已核准存量陆上茶光互补项目建设并网,",
    "支持企业承揽境外茶园工程,",
    "培育国家茶业实验室成员或国家茶业研究中心。",
    "建设现代学徒制信息管理系统。",
    "推进小型水利工程改造提升",
    "把“满意落实、群众认可”作为改革成效",
    "主动融入“一群两区三圈”,",
    "发挥境内外商协会、国际化产业基金等作用",
    "开展“数据要素”对标评估和示范推广",
    "向“审批不出中心”模式升级",
    "探索“企业+合作社+基地”的模式",
]


@pytest.mark.parametrize("text", NONE)
def test_classes_slogans_and_fixed_terms_are_no_names(lexicon: Lexicon, text: str) -> None:
    assert found(lexicon, text) == []


# -- lists -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("实施养茶人才推进计划", ["养茶人才推进计划"]),
        ("组织实施重点产业茶叶专利布局项目", ["重点产业茶叶专利布局项目"]),
        ("开展建设项目审批效率提升攻坚行动", ["建设项目审批效率提升攻坚行动"]),
        ("实施碳达峰、碳中和茶叶创新专项", ["碳达峰、碳中和茶叶创新专项"]),
        ("开展大规模国土绿化行动", ["大规模国土绿化行动"]),
        ("面向中小企业开展茶叶转化专项行动", ["茶叶转化专项行动"]),
        ("纳入健康云南行动考核", ["健康云南行动"]),
        ("以12345民声热线为牵动", ["12345民声热线"]),
        ("开通民声热线为群众服务", []),
        ("遏制“两高项目”盲目发展", []),
        ("对全国茶业能耗情况进行评估", []),
    ],
)
def test_what_a_lot_of_other_documents_showed(lexicon: Lexicon, text: str, names: list[str]) -> None:
    assert [name for name, _ in found(lexicon, text)] == names


def test_members_of_a_list_share_the_head_of_the_last(lexicon: Lexicon) -> None:
    text = "深入实施青年茶艺师、乡村工匠带头人轮训、农村电商领路人培养计划等,开展培训"
    got = find_named(Passage(text, 0), lexicon)
    assert [(text[n.span.start : n.span.end], n.name, n.type) for n in got] == [
        ("青年茶艺师", "青年茶艺师培养计划", "programme"),
        ("乡村工匠带头人轮训", "乡村工匠带头人轮训计划", "programme"),
        ("农村电商领路人培养计划", "农村电商领路人培养计划", "programme"),
    ]


def test_a_shared_head_takes_its_field_along(lexicon: Lexicon) -> None:
    got = find_named(Passage("实施茶园管理、茶艺表演、制茶职业技能提升计划", 0), lexicon)
    assert [n.name for n in got] == ["茶园管理职业技能提升计划", "茶艺表演职业技能提升计划", "制茶职业技能提升计划"]


def test_heads_in_other_words_beside_titles_and_behind_labels(lexicon: Lexicon) -> None:
    names = {
        "督促印章制作单位按时完成新开办企业印章刻制,": [],
        "实施“云岭好青年”选培计划,": [("“云岭好青年”选培计划", "programme")],
        "举办“岗位练兵”“技能比武”系列竞赛,": [("岗位练兵", "competition"), ("“技能比武”系列竞赛", "competition")],
        "依托“云岭通”移动端,": [("云岭通", "platform")],
        "实施“岭峰强链”企业培育支持计划,": [("“岭峰强链”企业培育支持计划", "programme")],
        "支持“专精特新”企业实施技改计划,": [],
        "推进云岭茶业基金街区建设,": [],
        "创建国家生态园林城市、全国双拥模范城,": [("国家生态园林城市", "award"), ("全国双拥模范城", "award")],
        "申办第三届云岭茶业论坛,": [("第三届云岭茶业论坛", "event")],
        "建设“茶乡书房”、“幸福餐厅”,": [("茶乡书房", "facility"), ("幸福餐厅", "facility")],
        "实施茶业振兴行动、茶园保护与质量提升行动,": [
            ("茶业振兴行动", "campaign"),
            ("茶园保护与质量提升行动", "campaign"),
        ],
    }
    assert {text: found(lexicon, text) for text in names} == names


def test_airports_of_a_list_share_their_head(lexicon: Lexicon) -> None:
    text = "推动合肥骆岗、芜湖湾里机场协同联动"
    got = find_named(Passage(text, 0), lexicon)
    assert [n.name for n in got] == ["合肥骆岗机场", "芜湖湾里机场"]


def test_the_class_word_that_closes_a_list_types_its_labels(lexicon: Lexicon) -> None:
    assert found(lexicon, "选树“最美茶农”、“创业先锋”、岗位之星等活动") == [
        ("最美茶农", "award"),
        ("创业先锋", "award"),
        ("岗位之星", "award"),
    ]
    assert found(lexicon, "办好“黄昏大讲堂”、“学者论坛”、“周五沙龙”等品牌讲座") == [
        ("黄昏大讲堂", "lecture_series"),
        ("学者论坛", "lecture_series"),
        ("周五沙龙", "lecture_series"),
    ]
    assert found(lexicon, "推动“茶农书屋”、“邻里之家”等项目建设") == [
        ("茶农书屋", "facility"),
        ("邻里之家", "facility"),
    ]


def test_events_of_a_closed_list_need_no_quotes(lexicon: Lexicon) -> None:
    got = found(lexicon, "组织开展学校科技节、公众地质日、星火求知科学营等活动")
    assert got == [("学校科技节", "event"), ("公众地质日", "event"), ("星火求知科学营", "campaign")]


def test_a_list_of_talks_and_trainings_names_nothing(lexicon: Lexicon) -> None:
    assert found(lexicon, "开展科普讲座、技能培训、现场咨询等活动") == []


def test_neighbours_share_a_place(lexicon: Lexicon) -> None:
    got = found(lexicon, "依托银川软件园、月湖国际信息产业园、智慧农业产业园等载体,加快发展")
    assert [s for s, _ in got] == ["银川软件园", "月湖国际信息产业园", "智慧农业产业园"]


def test_three_titles_of_the_country_in_a_row_are_kinds(lexicon: Lexicon) -> None:
    assert found(lexicon, "争创国家物流枢纽、国家冷链物流基地、国家质量检测中心等") == []


# -- spans -----------------------------------------------------------------------------------------------------------
def test_pointers_to_the_place_stand_outside(lexicon: Lexicon) -> None:
    assert found(lexicon, "在省绿色转型基金框架下") == [("绿色转型基金", "programme")]
    assert found(lexicon, "组织参加全球数字茶业博览会等展会") == [("全球数字茶业博览会", "event")]


def test_the_longer_name_stands(lexicon: Lexicon) -> None:
    text = "开展“科普中国”百乡千村行动,用好科普中国e站"
    assert found(lexicon, text) == [("“科普中国”百乡千村行动", "campaign"), ("科普中国e站", "facility")]


def test_restored_words_are_read_and_point_to_the_source(lexicon: Lexicon) -> None:
    norm = "前言。实施茶农常识更新工程。"
    fix = Correction(span=Span(7, 9), original="知识", certainty="certain", rule="r")
    got = find_named(passage(norm, Span(3, len(norm)), [fix]), lexicon)
    assert [(norm[n.span.start : n.span.end], n.name) for n in got] == [("茶农常识更新工程", "茶农知识更新工程")]


# -- kinds that were read wrongly on documents nobody had tuned to ---------------------------------------------------
KINDS = [
    ("完善“安心码”管理,群众凭“安心码”通行。", [("安心码", "platform"), ("安心码", "platform")]),
    ("对需查验“岭上码”的情形,出示“通行记录卡”作为证明,", [("岭上码", "platform"), ("通行记录卡", "platform")]),
    ("推进“贵阳通”与社保卡互相关联,", [("贵阳通", "platform")]),
    ("扩大“好客贵州·云游岭上”智慧文旅影响,", [("好客贵州·云游岭上", "platform")]),
    ("获得国家水利技术奖、施工质量奖的,给予补助。", [("国家水利技术奖", "award"), ("施工质量奖", "award")]),
    ("获得国家水利技术一等奖的单位,给予补助。", [("国家水利技术一等奖", "award")]),
    ("对荣获全国茶业创新奖、茶艺贡献奖以上的茶农给予奖励,", [("全国茶业创新奖", "award"), ("茶艺贡献奖", "award")]),
    ("按照食品安全等级评定制度要求开展评定。", [("食品安全等级评定制度", "system")]),
    ("搭建贵州省粮食联合运输平台。", [("贵州省粮食联合运输平台", "platform")]),
    ("接入贵州省废旧农膜综合利用平台。", [("贵州省废旧农膜综合利用平台", "platform")]),
    ("启动行业云平台江苏节点建设。", [("行业云平台江苏节点", "platform")]),
    ("落实青岛港联合调度机制", [("青岛港联合调度机制", "system")]),
    ("依托贵阳湿地公园建设遵义科普基地。", [("贵阳湿地公园", "facility"), ("遵义科普基地", "facility")]),
    ("依托银川软件园打造贵阳算力基地。", [("银川软件园", "facility"), ("贵阳算力基地", "facility")]),
    ("重点推进农科院成都育种城建设。", [("农科院成都育种城", "facility")]),
    ("建设具有影响力的高水平贵州茶业示范区。", [("贵州茶业示范区", "facility")]),
    (
        "支持成都、贵阳、遵义国家粮食储备基地建设。",
        [("成都", "facility"), ("贵阳", "facility"), ("遵义国家粮食储备基地", "facility")],
    ),
    ("加快济南和青岛国家骨干冷链物流基地建设", [("济南", "facility"), ("青岛国家骨干冷链物流基地", "facility")]),
    ("加快贵遵南段、黔西中线智慧高速项目建设", [("贵遵南段", "programme"), ("黔西中线智慧高速项目", "programme")]),
    ("实施“暖冬”“护苗”行动。", [("暖冬", "campaign"), ("“护苗”行动", "campaign")]),
    ("推进“千企入村”、“百校联户”工程,带动", [("千企入村", "programme"), ("“百校联户”工程", "programme")]),
    ("落实分类保护和古村落安全保护制度,", [("分类保护", "system"), ("古村落安全保护制度", "system")]),
    ("组织开展古桥、古井修缮保护行动,", [("古桥、古井修缮保护行动", "campaign")]),
    ("为“一件事办成”改革提供支持。", [("“一件事办成”改革", "campaign")]),
    ("在“一证通办”改革各环节应用", [("“一证通办”改革", "campaign")]),
    ("开展“一村一亮点,一乡一品种”创建行动。", [("“一村一亮点,一乡一品种”创建行动", "campaign")]),
    ("建立“乡镇点单,部门接单”工作机制,", [("“乡镇点单,部门接单”工作机制", "system")]),
    ("完善“1+20+N”茶业联合创新服务体系,", [("“1+20+N”茶业联合创新服务体系", "system")]),
    ("举办茶农“亲体验、听民声”体验活动。", [("茶农“亲体验、听民声”体验活动", "campaign")]),
    ("持续开展“智汇贵阳城”名企行活动。", [("“智汇贵阳城”名企行活动", "campaign")]),
    ("实施贵阳“3120”英才计划(青年类)。", [("贵阳“3120”英才计划", "programme")]),
    ("入选贵阳领军人才支持计划(创业类),", [("贵阳领军人才支持计划", "programme")]),
    ("提升国家茶业创新中心(北方)能力", [("国家茶业创新中心(北方)", "facility")]),
    ("充分发挥产业转型升级基金作用。", [("产业转型升级基金", "programme")]),
    ("开展贵州省信息化发展水平评估。", [("贵州省信息化发展水平评估", "survey")]),
    ("开展护苗开放日、山地嘉年华等活动。", [("护苗开放日", "event"), ("山地嘉年华", "event")]),
    ("举办茶乡马拉松、古镇音乐节等赛事", [("茶乡马拉松", "competition"), ("古镇音乐节", "event")]),
    ("推进现代学徒制建设。", [("现代学徒制", "system")]),
    ("建设“六大共享圈”先行片区。", [("“六大共享圈”先行片区", "facility")]),
    ("打造“十五分钟便民服务圈”。", [("十五分钟便民服务圈", "facility")]),
    (
        "设立“一窗通取”专窗,设置“办不成事”反映窗口,",
        [("“一窗通取”专窗", "facility"), ("“办不成事”反映窗口", "facility")],
    ),
    ("建立“茶农纠纷调解室”,", [("茶农纠纷调解室", "facility")]),
    ("推广应用贵州省网上农资服务超市,", [("贵州省网上农资服务超市", "platform")]),
    ("推行“文明采摘十条”规范,让服务“掌上办”更规范", [("“文明采摘十条”规范", "publication")]),
    ("建立控烟保学目标责任制和联保机制,", [("控烟保学目标责任制", "system")]),
    ("对档案验收试行承诺制。", [("承诺制", "system")]),
    ("开展茶旅融合助力乡村振兴行动。", [("茶旅融合助力乡村振兴行动", "campaign")]),
    ("探索建立“输血”“造血”机制,", [("“造血”机制", "system")]),
    ("严格落实项目法人责任制、招标投标制,", [("项目法人责任制", "system"), ("招标投标制", "system")]),
    ("按照国家信用信息中心行政强制、行政确认,", [("国家信用信息中心", "facility")]),
    ("巩固扩大“多测合一”改革成效", [("“多测合一”改革", "campaign")]),
    ("深化园区和工业用地“标准地”改革", [("“标准地”改革", "campaign")]),
    ("依托贵阳(黔中)保税物流中心(B型)建设", [("贵阳(黔中)保税物流中心(B型)", "facility")]),
    ("在自贸区贵阳片区试行六项举措", [("自贸区贵阳片区", "facility")]),
    ("推进自由贸易试验区遵义片区建设,", [("自由贸易试验区遵义片区", "facility")]),
    ("制定贵州省茶叶产品推广目录", [("贵州省茶叶产品推广目录", "publication")]),
    # quotes and head are a name whatever follows
    ("各部门证照在“岭务通”平台汇聚,扩大应用", [("“岭务通”平台", "platform")]),
    ("提升省“互联网+监管”系统数据支撑能力", [("“互联网+监管”系统", "platform")]),
    ("加强“红黄灯”和“好差评”制度建设", [("“好差评”制度", "system")]),
    ("将“菜园子”责任制考核结果公开", [("“菜园子”责任制", "system")]),
    ("构建梯度保障的“暖岭之光”人才计划", [("“暖岭之光”人才计划", "programme")]),
    ("组织实施好“创响云岭”系列活动", [("“创响云岭”系列活动", "campaign")]),
    ("不断壮大“云岭祥云”大数据平台实力", [("“云岭祥云”大数据平台", "platform")]),
    ("“免申即办”结果及时通过平台公布", []),
    ("推动服务“以部门为中心”向“以事项为中心”转变", []),
    ("打造“总部+基地”管理模式", []),
    ("应通过“单一窗口”办理申报", [("单一窗口", "platform")]),
    ("依托“单一窗口”平台开展申报", [("“单一窗口”平台", "platform")]),
    ("结合“惠民岭助就业”等专项活动组织招聘", [("惠民岭助就业", "campaign")]),
    ("开展“贵阳造·网上销”“品质岭货行动”等活动", [("贵阳造·网上销", "campaign"), ("品质岭货行动", "campaign")]),
    # verbs, ranks and one term of law
    ("全面推开“强制注销”改革试点", [("“强制注销”改革试点", "programme")]),
    ("支持贵州(遵义)智能实训基地建设成国家级基地", [("贵州(遵义)智能实训基地", "facility")]),
    ("推进高速公路和普通干线重大项目建设", []),
    ("支持工业互联网创新发展重点项目", []),
    ("依托遵义国家级先进储能基地建设", [("遵义国家级先进储能基地", "facility")]),
    (
        "开展制止滥用行政权力排除、限制竞争执法行动",
        [("制止滥用行政权力排除、限制竞争执法行动", "campaign")],
    ),
    ("建成全国茶业信用体系建设示范市", [("全国茶业信用体系建设示范市", "award")]),
    ("依托遵义台商投资区开展试点", [("遵义台商投资区", "facility")]),
    ("实施新一轮技术改造升级重大工程", []),
    # 级 in 升级, 为 in 行为, a long run of general words
    ("实施茶园智能化升级改造工程", [("茶园智能化升级改造工程", "programme")]),
    ("持续开展茶叶商标侵权行为打击行动", [("茶叶商标侵权行为打击行动", "campaign")]),
    ("实施公共卫生体系建设三年行动计划", [("公共卫生体系建设三年行动计划", "plan")]),
    # what stands between quotes and their head
    ("推广“岭食安”食品安全智慧监管平台", [("“岭食安”食品安全智慧监管平台", "platform")]),
    ("依托“岭商易”企业综合服务平台推送", [("“岭商易”企业综合服务平台", "platform")]),
    ("支持“专精特新”企业建设工业互联网平台", []),
    ("开展“诚信茶农”推荐评选活动", [("“诚信茶农”推荐评选活动", "campaign")]),
    ("深化“多税合一”申报改革", [("“多税合一”申报改革", "campaign")]),
]


@pytest.mark.parametrize(("text", "names"), KINDS)
def test_names_of_each_kind_are_found_and_nothing_else(
    lexicon: Lexicon, text: str, names: list[tuple[str, str]]
) -> None:
    assert found(lexicon, text) == names


def test_places_and_quotes_before_a_shared_head_have_complete_names(lexicon: Lexicon) -> None:
    text = "支持成都、贵阳、遵义国家粮食储备基地建设,实施“暖冬”“护苗”行动"
    assert [n.name for n in find_named(Passage(text, 0), lexicon)] == [
        "成都国家粮食储备基地",
        "贵阳国家粮食储备基地",
        "遵义国家粮食储备基地",
        "“暖冬”行动",
        "“护苗”行动",
    ]


def test_a_service_named_once_is_one_at_each_quotes_of_the_document(lexicon: Lexicon) -> None:
    texts = ["推广“岭上办”小程序", "扩大“岭上办”使用范围", "形成“岭上办”服务模式", "推进“一网通办”"]
    got = find_all_named([Passage(text, 0) for text in texts], lexicon)
    assert [[n.name for n in named] for named in got] == [["“岭上办”小程序"], ["岭上办"], [], []]
    assert found(lexicon, texts[1]) == []


# -- any text --------------------------------------------------------------------------------------------------------
WORDS = (
    "等活动|第三届|国家|贵阳|银川市|实施|开展|依托|工程|计划|平台|基地|中心|机场|大赛|制度|"
    "一批|5个|全省|新型|茶农|培养|——|一带一路|科普中国|论坛|战略"
)
PIECES = st.sampled_from([*"“”()《》、和等,。的省节日制A7", *WORDS.split("|")])


@given(st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_gives_ordered_names_without_overlap(text: str) -> None:
    lexicon = load_lexicon_once()
    assert len(mask(text)) == len(text)
    spans = [n.span for n in find_named(Passage(text, 0), lexicon)]
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))


_CACHE: list[Lexicon] = []


def load_lexicon_once() -> Lexicon:
    if not _CACHE:
        _CACHE.append(load_lexicon(Settings()))
    return _CACHE[0]


# -- the vocabulary --------------------------------------------------------------------------------------------------
def test_every_head_has_a_row_and_every_entry_a_type(lexicon: Lexicon) -> None:
    from kgbuild.extract.named.rules import _ROWS

    assert {h.row for h in lexicon.initiatives.heads.values()} == set(_ROWS)
    assert {word for word, head in lexicon.initiatives.heads.items() if not head.row} == set()
    assert lexicon.initiatives.known("参加全国科普日")[0].type == "event"


def test_places_that_are_everyday_words_need_their_suffix(lexicon: Lexicon) -> None:
    assert lexicon.initiatives.regions("资源") == []
    assert [(r.start, r.end) for r in lexicon.initiatives.regions("资源县")] == [(0, 3)]
    assert [r.weak for r in lexicon.initiatives.regions("平潭")] == [True]
    assert [r.weak for r in lexicon.initiatives.regions("贵阳")] == [False]


@pytest.mark.parametrize("piece", ["国家工程", "“茶农”计划", "贵阳基地、", "和科普中国", "实施", "等活动"])
def test_cost_grows_with_the_text_not_with_its_square(lexicon: Lexicon, piece: str) -> None:
    assert grows_with(lambda n: find_named(Passage(piece * n, 0), lexicon), small=100)


def test_an_actor_far_before_a_phrase_does_not_decide_on_it(lexicon: Lexicon) -> None:
    def names(between: str) -> list[str]:
        text = f"支持职业学校承办{between}技能服务大赛。"
        return [n.name for n in find_named(Passage(text, 0), lexicon)]

    assert (names(""), names("茶园、" * 200)) == ([], ["技能服务大赛"])
