"""Groups of persons: where their names begin, what is none, which concept, which role."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import grows_with

from kgbuild.config import load_settings
from kgbuild.extract.populations import find_heading_populations, find_populations
from kgbuild.lexicon import load_lexicon
from kgbuild.model import Span
from kgbuild.text.passage import Passage

if TYPE_CHECKING:
    from kgbuild.lexicon import Lexicon
    from kgbuild.model import PopulationMention


_LEXICON = load_lexicon(load_settings(None))


def found(lexicon: Lexicon, text: str) -> list[PopulationMention]:
    return list(find_populations(Passage(text, 0), lexicon))


def words(lexicon: Lexicon, text: str) -> list[str]:
    return [text[m.span.start : m.span.end] for m in found(lexicon, text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("面向农村留守儿童开展心理辅导", ["农村留守儿童"]),
        ("帮扶城镇“零就业”家庭和“候鸟”老人", ["城镇“零就业”家庭", "“候鸟”老人"]),
        ("救助“三无”人员、农村“两癌”患者", ["“三无”人员", "农村“两癌”患者"]),
        ("落实“一网通办”用户评价", ["用户"]),
        ("帮扶收入骤减户、渔船户和返乡创业户", ["收入骤减户", "渔船户", "返乡创业户"]),
        ("更换窗户,为用电户开户,改造户厕,登记贫困户籍", []),
        ("配备古桥保护员、食品安全员、养老护理员", ["古桥保护员", "食品安全员", "养老护理员"]),
        ("加强安全员工教育,当好企业“服务员”,各成员单位负责", []),
        ("以村为单位适龄儿童入学率达到99%", ["适龄儿童"]),
        ("吸引人才、资金、技术向乡村流动", ["人才"]),
        ("依托退休教师调解纠纷", ["退休教师"]),
        ("奖补危房改造户、茶农,改造户厕,培训质检员", ["危房改造户", "茶农", "质检员"]),
        ("选派法治副校长、乡村振兴指导员", ["法治副校长", "乡村振兴指导员"]),
        ("确定一名专人为工作联络员,辅助社区调解员化解纠纷", ["工作联络员", "社区调解员"]),
        ("以单位为主体组织职工体检", ["职工"]),
        ("新增高技能劳动者800人,配备精神科医生和照护师", ["高技能劳动者", "精神科医生", "照护师"]),
        ("做好高血压、糖尿病患者健康管理", ["高血压、糖尿病患者"]),
        ("走访单亲困难母亲、孤残儿童和不满18周岁困境儿童", ["单亲困难母亲", "孤残儿童", "不满18周岁困境儿童"]),
        ("组织大学生“三下乡”团队", ["大学生"]),
        ("为单位职工办理参保,组建茶业专家管理团队", ["单位职工", "茶业专家管理团队"]),
        ("劝返辍学学生", ["辍学学生"]),
        # whoever is counted as a person has a post, and so has what a duty ends with 师, 工, 手
        ("选聘15名茶艺表演师、2名评茶员到村", ["茶艺表演师", "评茶员"]),
        ("培训维修工、检验师,安排100名教师下乡", ["维修工", "检验师", "教师"]),
        ("加强安全工作、信息工程和管理工具应用,培训师资", ["师资"]),
        ("邀请人大代表、政协委员和科技副总参加", ["人大代表", "政协委员", "科技副总"]),
        ("轮训包村干部,慰问武警官兵、快递小哥", ["包村干部", "武警官兵", "快递小哥"]),
        ("维护购房者权益,为适龄女孩接种,关爱计生特殊家庭", ["购房者", "适龄女孩", "计生特殊家庭"]),
        # words at whose border a name seemed to end or begin
        ("推动老年人居家改造,方便外国人工作,改善人居环境", ["老年人", "外国人"]),
        ("照护全失能低保老年人、社会散居孤儿和3岁以下孩子", ["全失能低保老年人", "社会散居孤儿", "3岁以下孩子"]),
        ("为怀孕妇女检查,帮助80万重点群体,招募社区助理", ["怀孕妇女", "重点群体", "社区助理"]),
        ("争创国家儿童医学中心,支持优秀人才特别是青年人才", ["人才", "青年人才"]),
        ("强化学生体质监测,为患者节省费用,编写有机化学生产规程", ["学生", "患者"]),
        ("建设人才大厦、人才友好型城市,建设零工市场", []),
        ("家庭年收入10—50万元群体扩大", []),
        ("在线培训基层卫生技术人员", ["基层卫生技术人员"]),
        ("工伤保险参保人数达到4万人,保护母亲河", []),
        ("大力引进急需紧缺人才", ["急需紧缺人才"]),
        ("鼓励茶叶栽培推广人员深入田间", ["茶叶栽培推广人员"]),
        ("培养一批优秀船舶设计高端人才", ["船舶设计高端人才"]),
        ("为符合条件的个人提供贷款", ["个人"]),
        ("提高我省广大职工收入", ["职工"]),
        ("组织18—30岁失业青年参加见习", ["18—30岁失业青年"]),
        ("为60周岁及以上老年人提供体检", ["60周岁及以上老年人"]),
        ("支持培训机构承担失业人员技能培训", ["失业人员"]),
        ("对其中就业困难人员给予补贴", ["就业困难人员"]),
        ("为学校和个人开发者提供算力", ["个人开发者"]),
        ("组建企业服务专员队伍", ["企业服务专员"]),
        ("引进全日制应届博士", ["全日制应届博士"]),
        ("要求任课教师开展评价", ["任课教师"]),
        ("培训休闲农业和乡村旅游人才", ["休闲农业和乡村旅游人才"]),
        ("加快海水养殖领域人才培养", ["海水养殖领域人才"]),
        ("对民办学校、职业院校技术负责人开展培训", ["民办学校、职业院校技术负责人"]),
        ("培育丝绸、漆器、竹编等传统工艺领域专业人才", ["丝绸、漆器、竹编等传统工艺领域专业人才"]),
        ("服务教师、医师和退役军人", ["教师", "医师", "退役军人"]),
        ("壮大科技志愿者队伍", ["科技志愿者"]),
        ("机构及其从业人员应当遵守", ["从业人员"]),
        ("关心关爱老年人等群体", ["老年人"]),
        ("把体育课程纳入学生评价", ["学生"]),
    ],
)
def test_the_span_holds_the_classifying_modifiers_only(lexicon: Lexicon, text: str, expected: list[str]) -> None:
    assert words(lexicon, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "推进青少年宫建设",
        "足额提取职工教育经费",
        "对取得高级工以上证书的给予奖励",
        "弘扬工匠精神",
        "全民科学素质",
        "保护个人信息",
        "推动人民币结算",
        "倡导科学生活",
        "做好本职工作",
        "发展国家人工智能",
        "加强人才培养",
        "完善人才、平台、项目布局",
        "会同有关人员",
        "落实外商投资国民待遇",
        "发展家庭农场",
        "中华人民共和国",
        "中小企业主管部门",
        "推进骨干企业培育",
        "支持职业院校(含技工院校)办学",
        "发展智慧家庭、智慧餐饮",
        "优化12345市民热线",
        "加快重点领域人才培养",
        "不改变人才的户籍",
        "业主单位开展方案设计",
        "推动证券群体性纠纷处理",
        "培育单项冠军等中小企业群体",
        "明确“第一责任人”意识",
    ],
)
def test_frozen_compounds_bare_heads_and_words_cut_wrongly_are_none(lexicon: Lexicon, text: str) -> None:
    assert words(lexicon, text) == []


def test_bare_talent_counts_as_an_argument_only(lexicon: Lexicon) -> None:
    assert words(lexicon, "吸引人才到我省兴业") == ["人才"]
    assert words(lexicon, "培养相关人才。") == ["人才"]
    assert words(lexicon, "加大人才引进力度") == []
    assert words(lexicon, "加大高层次人才引进力度") == ["高层次人才"]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("面向农村留守儿童", "left_behind_children"),
        ("鼓励农机科研推广人员", "agri_extension_staff"),
        ("引进国际造船高端人才", "high_level_talent"),
        ("培训非卫生技术人员", "professionals"),
        ("加强妇女儿童保健", "women_children"),
        ("吸引人才到我省兴业", "talent"),
        ("组织法官助理开展调解", "justice_police_staff"),
    ],
)
def test_the_concept_is_the_narrowest_that_the_words_name(lexicon: Lexicon, text: str, concept: str) -> None:
    assert [m.concept for m in found(lexicon, text)] == [concept]


def test_a_place_before_two_coordinates_narrows_both(lexicon: Lexicon) -> None:
    assert [m.concept for m in found(lexicon, "支持农村青年和妇女创业")] == ["rural_youth", "rural_women"]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("面向社区居民开展讲座", "target"),
        ("培养新型职业农民", "target"),
        ("尊重农民意愿", "target"),
        ("引育高端人才不少于40名", "target"),
        ("组织科学家深入基层开展讲座", "agent"),
        ("充分发挥网格员作用", "agent"),
        ("技术经理人全程参与成果转化", "agent"),
        ("鼓励科技工作者开展志愿服务", "agent"),
        ("支持农民工返乡创业", "target"),
        ("制定紧缺人才目录", "topic"),
        ("补贴范围由离校毕业生扩展至农民工", "target"),
        ("参保职工取得证书的,可在当地申请补贴", "target"),
        ("注重残疾学生的潜能开发", "target"),
        ("支持教师结合学生特点改进教学", "target"),  # either is right; in doubt target
        ("支持高端人才集聚", "target"),
        ("聘请退休教师担任科普员", "agent"),
        ("引导社会组织和爱心人士帮扶困境儿童", "agent"),
        ("组织老年人参加健康讲座", "target"),
        ("组织专家开展健康讲座", "agent"),
        ("组织妇女接受筛查", "target"),
        ("组织职工疗休养", "target"),
        ("残疾人每年接受免费体检", "target"),
        ("本科生每人1500元", "target"),
        ("村医每人联系5户", "agent"),
        ("脱贫户每户补助2000元", "target"),
        ("培训挖掘机司机", "target"),
        ("扩大党组织在新社会组织、新就业群体中的覆盖面", "target"),
        ("为“两新”组织党员建档", "target"),
        ("实行家庭医生签约服务", "embedded_agent"),
        ("开展巾帼建功活动", "embedded_target"),
    ],
)
def test_the_first_rule_that_fits_gives_the_role(lexicon: Lexicon, text: str, role: str) -> None:
    assert found(lexicon, text)[0].role == role


def test_coordinates_share_their_role(lexicon: Lexicon) -> None:
    roles = [m.role for m in found(lexicon, "组织科学家、工程师深入基层开展讲座")]
    assert roles == ["agent", "agent"]


def test_inside_a_name_or_a_title_a_group_is_embedded(lexicon: Lexicon) -> None:
    text = "实施农民工圆梦行动和《妇女权益办法》"
    got = find_populations(Passage(text, 0), lexicon, names=[Span(2, 9)], titles=[Span(10, 18)])
    assert [(m.concept, m.role) for m in got] == [
        ("migrant_workers", "embedded_target"),
        ("women", "embedded_target"),
    ]


def test_words_that_may_be_firms_are_doubtful(lexicon: Lexicon) -> None:
    assert [m.grade for m in found(lexicon, "方便纳税人办事")] == ["doubtful"]
    assert [m.grade for m in found(lexicon, "保护个人投资者")] == ["rule"]


def test_a_heading_that_names_a_neighbourhood_means_its_residents(lexicon: Lexicon) -> None:
    got = list(find_heading_populations(Passage("实施社区科普益民行动", 0), lexicon))
    assert [(m.concept, m.grade) for m in got] == [("community_residents", "context")]
    assert not list(find_heading_populations(Passage("加强社区矫正", 0), lexicon))


_PIECES = st.sampled_from(
    [
        "农村",
        "和",
        "、",
        "人才",
        "老年人",
        "的",
        "等",
        "企业",
        "负责人",
        "组织",
        "学生",
        "产",
        "为",
        "“",
        "”",
        ",",
        "。",
        "培养",
        "a",
        "1",
        "者",
    ]
)


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_mentions_are_ordered_disjoint_and_never_of_the_root(text: str) -> None:
    got = found(_LEXICON, text)
    spans = [m.span for m in got]
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(m.concept in _LEXICON.populations and m.concept != "people" for m in got)


@pytest.mark.parametrize("piece", ["人才", "、农村", "和企业", "老年人", "等", "组织", "为"])
def test_the_cost_grows_with_the_length_of_the_text(lexicon: Lexicon, piece: str) -> None:
    assert grows_with(lambda n: found(lexicon, piece * n), small=200)


def test_a_line_break_cuts_no_group_and_a_firm_is_no_employer_of_the_public(lexicon: Lexicon) -> None:
    from kgbuild.model import Span
    from kgbuild.text.passage import passage

    norm = "方便企业群众缴费,服务农村留守儿\n童。"
    assert passage(norm, Span(0, len(norm))).text == norm.replace("\n", "")
    mentions = find_populations(passage(norm, Span(0, len(norm))), lexicon)
    assert [norm[m.span.start : m.span.end] for m in mentions] == ["群众", "农村留守儿\n童"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # verbs, quantities and praise that no list knew
        ("合理配置医务人员", ["医务人员"]),
        ("依法保护关心爱护医务人员", ["医务人员"]),
        ("保护经营者权益", ["经营者"]),
        ("到渔船所在地组织渔民学习", ["渔民"]),
        ("统筹各单位选调生招录", ["选调生"]),
        ("曝光慈善组织或其负责人", ["负责人"]),
        ("培养高质量研究生", ["研究生"]),
        ("建设50所左右乡村振兴人才培养学校", ["乡村振兴人才"]),
        ("自2022年秋季学期初中一年级学生起", ["秋季学期初中一年级学生"]),
        # adjectives of the head behind, and of persons
        ("建设示范性儿童早期发展中心", ["儿童"]),
        ("吸引创新型工业互联网技术人才", ["创新型工业互联网技术人才"]),
        ("允许生产性服务业纳税人抵减", ["生产性服务业纳税人"]),
        ("倡导未满一岁婴幼儿在家庭中照护", ["未满一岁婴幼儿"]),
        ("便利兽医相关专业高校在校生报名", ["兽医相关专业高校在校生"]),
        ("建立重点领域从业人员档案", ["重点领域从业人员"]),
        ("面向新生代农民工、新型农业经营主体、高素质农民开展培训", ["新生代农民工", "高素质农民"]),
        ("推行“温馨窗口+专业团队”服务", ["专业团队"]),
        ("筛选知名资本市场专家", ["资本市场专家"]),
        # no word begins across the border
        ("服务教师发展和学生成长", ["教师", "学生"]),
        ("实现评标专家电子签名", ["评标专家"]),
        ("承担定向医学生的培养", ["定向医学生"]),
    ],
)
def test_a_group_begins_behind_verbs_and_quantities(lexicon: Lexicon, text: str, expected: list[str]) -> None:
    assert words(lexicon, text) == expected


def test_a_general_start_and_a_bare_end_make_no_label(lexicon: Lexicon) -> None:
    assert [m.concept for m in found(lexicon, "建立重点领域从业人员档案")] == ["practitioners"]


@pytest.mark.parametrize("text", ["便利残疾人办理异地转移手续", "避免农户多头填报", "开发更多盲人买得到的读物"])
def test_a_group_that_no_known_verb_governs_is_a_target(lexicon: Lexicon, text: str) -> None:
    assert found(lexicon, text)[0].role == "target"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a field, a level or an employer belongs to what follows a general group
        ("建设全省科技公众服务平台", ["公众"]),
        ("完善市、县两级全民阅读平台", ["全民"]),
        ("开放水利公众体验馆", ["公众"]),
        ("帮助边境困难群众过冬", ["边境困难群众"]),
        ("举办人工智能学生竞赛", ["学生"]),
        ("资助职业院校学生", ["职业院校学生"]),
        # verbs are none of a name
        ("把股权收益让渡管理团队", ["管理团队"]),
        ("拓展畜牧人才来源", ["畜牧人才"]),
        ("试行首席技师负责制", ["首席技师"]),
        ("组织人员开展排查", []),
        ("严禁排斥外地经营者", ["外地经营者"]),
        ("收治失能、半失能老年人", ["失能、半失能老年人"]),
        ("全民所有自然资源", []),
        ("各类婴幼儿照护服务机构应当备案", []),
        ("符合重点群体条件", ["重点群体"]),
        ("打造涉外商事争端解决优选地", []),
        ("供窗口工作人员扫码", ["窗口工作人员"]),
        ("开通12345市民服务热线", []),
        # organisations and activities beside a group share nothing with it
        ("向龙头企业和科研团队开放数据", ["科研团队"]),
        ("提供风险提醒、应急救援、受灾牧民转移安置等服务", ["受灾牧民"]),
        ("加强对医疗机构、执业人员的监管", ["执业人员"]),
        ("会同农业农村、退役军人事务部门", []),
        ("检验监督部门、审批核准部门和审计部门工作人员", ["检验监督部门、审批核准部门和审计部门工作人员"]),
        # modifiers that a list shares
        ("特别是失能、失智等特殊群体", ["失能、失智等特殊群体"]),
        ("关爱哮喘、癫痫、痛风等慢性病患者", ["哮喘、癫痫、痛风等慢性病患者"]),
        ("对重病、重残和贫困家庭儿童给予补贴", ["重病、重残和贫困家庭儿童"]),
        ("救治6—12岁视力、听力和肢体残疾儿童", ["6—12岁视力、听力和肢体残疾儿童"]),
        ("服务农村牧区和城镇低保家庭妇女", ["农村牧区和城镇低保家庭妇女"]),
        ("引进高层次专家和团队", ["高层次专家", "团队"]),
        ("引进专家和团队", ["专家"]),
        # in quotes, taken from a verb, or what a staff is for
        ("吸引“候鸟”人员", ["“候鸟”人员"]),
        ("扶持“新农人”人才", ["“新农人”人才"]),
        ("乡村医生为签约牧民提供随访服务", ["乡村医生", "签约牧民"]),
        ("大厅应配备督导人员", ["督导人员"]),
        ("安排巡查人员值守", ["巡查人员"]),
        # words cut wrongly
        ("丰富老年人社交活动", ["老年人"]),
        ("方便残疾人社区出行", ["残疾人"]),
        ("帮助农民工人社保转移", ["农民工"]),
        ("会同人社系统", []),
        ("做好困境老人家庭医生签约服务", ["困境老人", "家庭医生"]),
        # heads
        ("对农业贡献奖获得者给予奖励", ["农业贡献奖获得者"]),
        ("奖励技术转化突出者", ["技术转化突出者"]),
        ("培训经营管理骨干、技术骨干", ["经营管理骨干", "技术骨干"]),
        ("带动骨干企业发展", []),
        ("聘任合作社辅导员", ["合作社辅导员"]),
        ("配备导诊、志愿者等人员", ["导诊", "志愿者"]),
        ("配备护林员、巡护等人员", ["护林员", "巡护"]),
        ("县统计局主要负责同志", []),
        ("处室主要负责同志亲自抓", ["处室主要负责同志"]),
        # bare 人才 that does something
        ("促进人才向边境地区流动", ["人才"]),
        ("支持人才领办的合作社", ["人才"]),
        ("促进人才流动", []),
        ("人才引领发展", []),
        # compounds with a word between, homes as places
        ("建设劳模工作室", []),
        ("发放居民电子社保卡", []),
        ("把子女保育费纳入补助", []),
        ("引导好书进班组、进家庭", []),
        ("落实养老保险参保人员社会保障卡制度", ["养老保险参保人员"]),
        # places by their nicknames
        ("实施雪城产业工匠支持计划", ["产业工匠"]),
        ("落实川渝地区高层次人才互认", ["高层次人才"]),
    ],
)
def test_the_kinds_of_spans_that_readers_of_other_documents_found(
    lexicon: Lexicon, text: str, expected: list[str]
) -> None:
    assert words(lexicon, text) == expected


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("鼓励护理工作者参加培训", "nurses"),
        ("表彰医疗从业者", "health_workers"),
        ("培训非医疗工作者", "practitioners"),
    ],
)
def test_heads_that_mean_as_much_share_the_concept_of_their_field(lexicon: Lexicon, text: str, concept: str) -> None:
    assert [m.concept for m in found(lexicon, text)] == [concept]


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("实现渔民互助保险全覆盖", ["target"]),
        ("引导渔民认识新型渔具", ["target"]),
        ("鼓励有条件的县推行考生凭电子证件入场", ["target"]),
        ("改进盲人借阅服务", ["target"]),
        ("推动产妇常用服务事项集中办理", ["target"]),
        ("推行居民服务“一卡通”", ["target"]),
        # one acts for the other
        ("在镇上设亲友、子女、村医等代农户办理年审的柜台", ["agent", "agent", "agent", "target"]),
        ("允许亲属代办登记", ["agent"]),
        ("志愿者替残疾人取药", ["agent", "target"]),
        ("帮老年人代办手续", ["target"]),
        ("优化个人代开发票服务", ["target"]),
        ("关注新时代青年", ["target"]),
        # set to serve
        ("每村配备护理员和社会工作者", ["agent", "agent"]),
        ("安排熟悉业务的窗口人员现场解答", ["agent"]),
        ("组织农机服务公司和技师下乡检修", ["agent"]),
        ("组织家电培训机构和技师开展义诊", ["agent"]),
        ("协调组织专家团队深入企业", ["agent"]),
        ("鼓励保险资金投资婴幼儿照护服务领域", ["target"]),
        ("依托大数据精准确定失业人员", ["target"]),
        ("委托专业人才为合作社提供指导", ["agent"]),
        ("图纸须有工程师签章", ["agent"]),
        ("明确一名同志作为联络员", ["agent"]),
        ("由民政部门担任监护人的儿童", ["agent", "target"]),
        # for others
        ("鼓励大学生、商会、合作社等为残疾人销售产品提供场地", ["agent", "target"]),
        ("支持家庭医生在线为签约居民提供健康咨询", ["agent", "target"]),
        ("县属医院医师经本院批准,可到乡镇卫生院坐诊", ["agent"]),
        ("建立骨干教师到山区开展支教服务制度", ["agent"]),
        ("各单位领导每半年至少开展一次调研", ["agent"]),
        ("鼓励行业组织、广大消费者和新闻媒体参与监督", ["agent"]),
        ("组织动员爱心企业、爱心人士等社会力量参与帮扶", ["agent"]),
        # 组织 as a noun
        ("对作出突出贡献的组织和个人给予奖励", ["target"]),
        # systems named by a post
        ("试行首席技师负责制", ["embedded_agent"]),
    ],
)
def test_the_kinds_of_roles_that_readers_of_other_documents_found(
    lexicon: Lexicon, text: str, roles: list[str]
) -> None:
    assert [m.role for m in found(lexicon, text)] == roles


@pytest.mark.parametrize(
    ("text", "end", "role"),
    [
        ("牧民全过程服务“双安双惠”工程", 15, "embedded_target"),
        ("个体工商户服务月", 8, "embedded_target"),
        ("万名专家服务“三农”行动", 12, "embedded_agent"),
    ],
)
def test_a_name_that_serves_a_group_makes_it_a_target(lexicon: Lexicon, text: str, end: int, role: str) -> None:
    assert [m.role for m in find_populations(Passage(text, 0), lexicon, names=[Span(0, end)])] == [role]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # how long a state lasts, and the year of leaving school
        ("招用2024届及离校2年内未就业高校毕业生", ["2024届及离校2年内未就业高校毕业生"]),
        ("招用登记失业半年以上人员", ["登记失业半年以上人员"]),
        # modifiers that a list closed by 等 shares
        ("针对大龄、残疾等劳动者开展帮扶", ["大龄、残疾等劳动者"]),
        ("为高龄、失能等老年人送餐", ["高龄、失能等老年人"]),
        ("组织茶厂、学校等教师参加", ["教师"]),
        # praise inside a name
        ("促进青年优秀人才成长", ["青年优秀人才"]),
        # what completes a name, and borders of words
        ("满足中老年人群需求,服务老年人群体", ["中老年人群", "老年人群体"]),
        ("吸纳监测对象劳动力就业", ["监测对象劳动力"]),
        ("保障造林施工人员安全", ["造林施工人员"]),
        ("代牧民办理年审", ["牧民"]),
        ("由茶厂派专业人员上门,茶厂应当派专家指导", ["专业人员", "专家"]),
        ("核对特约商户名称", ["特约商户"]),
        ("培养农村订单定向免费医学生,整理医学生个人档案", ["农村订单定向免费医学生", "医学生"]),
        ("选派业务骨干组建队伍,建设骨干网", ["业务骨干"]),
        ("在市民大厅办理散养农户补贴", ["散养农户"]),
        ("向资助对象和最低生活保障家庭送餐", ["资助对象", "最低生活保障家庭"]),
        ("照料失独老人、失能半失能老人", ["失独老人", "失能半失能老人"]),
        ("具有博士研究生学历,成立专家工作组", []),
        ("依据中华人民共和国民事诉讼法,统计居民服务、修理和其他服务业", []),
        # everyone has no modifier; a listed modifier may begin with a verb
        ("建设社区全民健身中心", ["全民"]),
        ("补贴集中供养残疾人", ["集中供养残疾人"]),
    ],
)
def test_what_belongs_to_a_name(lexicon: Lexicon, text: str, expected: list[str]) -> None:
    assert words(lexicon, text) == expected


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("关爱特殊困难高龄、失能老年人", "vulnerable_elderly"),
        ("关爱高龄、残疾老年人", "elderly"),
    ],
)
def test_a_modifier_before_coordinates_covers_them(lexicon: Lexicon, text: str, concept: str) -> None:
    assert [m.concept for m in found(lexicon, text)] == [concept]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("吸引有经验的企业家兼职", "target"),
        ("经专家论证后实施", "agent"),
        ("学徒须由茶厂提供证明", "target"),
        ("标准由每个学徒每月100元提高至200元", "target"),
        ("推动老年人服务便利化", "target"),
        ("由专家评审,提升到新水平", "agent"),
        ("鼓励教师发挥特长,参与义务活动", "agent"),
        ("引导学生填报志愿", "target"),
        ("患者所在单位为其报销", "target"),
    ],
)
def test_roles_behind_words_that_only_look_like_governors(lexicon: Lexicon, text: str, role: str) -> None:
    assert [m.role for m in found(lexicon, text)] == [role]


def test_a_name_of_what_was_won_belongs_to_its_winners(lexicon: Lexicon) -> None:
    text = "补贴国家茶业英才计划入选者"
    names = [Span(2, 10)]
    assert [m.span for m in find_populations(Passage(text, 0), lexicon, names=names)] == [Span(2, 13)]
    assert [m.span for m in find_populations(Passage(text, 0), lexicon)] == [Span(10, 13)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("提高家庭科学育儿能力", ["家庭"]),
        ("推进儿童福利院和妇幼保健院改造", []),
        ("支持石桥幼儿师范高等专科学校开设课程", []),
        ("凭台湾居民来往大陆通行证、港澳居民居住证办理", []),
        ("发展技工教育", []),
        ("茶叶加工单位设置专职环保人员", ["专职环保人员"]),
        ("从危险区域撤出作业人员", ["作业人员"]),
        ("邀请省内外专家", ["专家"]),
        ("引进港、澳、台地区科学家", ["港、澳、台地区科学家"]),
        ("鼓励离退休科技、教育、传媒工作者", ["离退休科技、教育、传媒工作者"]),
        ("畅通高校、科研院所和民营企业人才交流渠道", ["高校、科研院所和民营企业人才"]),
        ("健全智能建造人才培养体系", ["智能建造人才"]),
        ("培育园林养护服务人才队伍", ["园林养护服务人才"]),
        ("本级财政安排人才工作经费", []),
        ("延伸创新链产业链资金链人才链", []),
        ("租住公寓的人才应当签订合同", ["人才"]),
        ("吸引优秀机构、人才、项目落地", ["人才"]),
        ("保障资金、技术、人才等要素", []),
        ("做好牧民、退役军人等重点群体就业工作", ["牧民", "退役军人"]),
        ("做好重点群体就业工作", ["重点群体"]),
        ("扶持群众创业，解决群众多次跑问题", ["群众", "群众"]),
        ("始终同人民群众站在一起", ["人民群众"]),
        ("推进规划师、建筑师下乡", ["规划师", "建筑师"]),
        ("建设婴幼儿照护服务机构", ["婴幼儿"]),
        ("新建2所残疾人托养机构", ["残疾人"]),
        ("报送婴幼儿照护服务机构", []),
        ("支持少数民族文字出版", []),
        ("保护少数民族古籍", []),
        ("支持少数民族群众就业", ["少数民族群众"]),
        ("开设公众账号", []),
        ("为应往届高校毕业生提供岗位", ["应往届高校毕业生"]),
        ("对脱贫不稳定户、突发严重困难户逐户走访", ["脱贫不稳定户", "突发严重困难户"]),
        ("组织农村青壮年参加夜校", ["农村青壮年"]),
        ("每村配备就业援助员", ["就业援助员"]),
    ],
)
def test_what_a_lot_of_other_documents_showed(lexicon: Lexicon, text: str, expected: list[str]) -> None:
    assert words(lexicon, text) == expected


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("为贫困人群提供救助", "poor_population"),
        ("资助低收入家庭学生", "poor_students"),
        ("便利港、澳、台居民办事", "hk_macao_tw_people"),
        ("处分直接负责的主管人员", "unit_heads"),
    ],
)
def test_an_unlisted_wording_has_the_concept_of_its_words(lexicon: Lexicon, text: str, concept: str) -> None:
    assert [m.concept for m in found(lexicon, text)] == [concept]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("提升卫生技术人员占比", "target"),
        ("根据志愿者要求出具证明", "target"),
        ("明确外籍技术人员比例要求", "topic"),
        ("茶园成为全民健身的新载体", "target"),
        ("丰富医师在线提供咨询的方式", "agent"),
        ("便利渔民提供材料", "target"),
        # whoever is counted is a target, on whichever side the figure stands
        ("公开选聘观察员50名", "target"),
        ("制定渔民收入政策", "target"),
        # what a group is, is no act
        ("渔民是需要重点培训的人", "target"),
        ("渔民属于重点服务的人", "target"),
        # what is made for a group has it as its target, whoever is equipped with it
        ("为书屋配备儿童读物", "target"),
        ("配备老年人用品", "target"),
        # coordinates share what they undergo, also where one of them has a clause of its own
        ("组织渔民、茶厂报名的其他人参加技能培训", "target"),
        ("组织渔民、茶厂报名的其他人参与巡查", "agent"),
    ],
)
def test_roles_in_clauses_that_measure_require_or_coordinate(lexicon: Lexicon, text: str, role: str) -> None:
    assert [m.role for m in found(lexicon, text)] == [role]
