"""A wording and the context of its document → the right party, and how it is known."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.support import CORPUS, SHARED, gold_files, needs_shared

from kgbuild.config import Settings
from kgbuild.link import document_context, resolve
from kgbuild.link.dates import Era, at_date
from kgbuild.link.entries import entry
from kgbuild.model import LinkContext
from kgbuild.pipeline import annotate

if TYPE_CHECKING:
    from pathlib import Path

    from kgbuild.lexicon import Lexicon

GUIZHOU_2020 = LinkContext(division="520000", date="2020-05-28")
CENTRAL_2022 = LinkContext(division="100000", date="2022-01-01")


@pytest.mark.parametrize(
    ("division", "date", "wording", "canonical", "key"),
    [
        ("520000", "2020", "省教育厅", "贵州省教育厅", "520000-jyt"),
        ("520000", "2020", "省委宣传部", "中共贵州省委宣传部", "520000-xcb"),
        ("520000", "2020", "团省委", "共青团贵州省委员会", "520000-tw"),
        ("520000", "2020", "省大数据局", "贵州省大数据发展管理局", "520000-dsj"),
        ("370000", "2020", "省大数据局", "山东省大数据局", "370000-dsj"),
        ("520000", "2020", "省扶贫办", "贵州省扶贫开发办公室", "520000-fpb"),
        ("520000", "2022", "省乡村振兴局", "贵州省乡村振兴局", "520000-xczxj"),
        ("330000", "2021", "省经信厅", "浙江省经济和信息化厅", "330000-jxt"),
        ("430000", "2016", "省卫生计生委", "湖南省卫生和计划生育委员会", "430000-wsjsw"),
        ("430000", "2021", "省卫生健康委", "湖南省卫生健康委员会", "430000-wsjkw"),
        ("430000", "2021", "省税务局", "国家税务总局湖南省税务局", "430000-swj"),
        ("430000", "2016", "湖南银监局", "中国银行业监督管理委员会湖南监管局", "430000-yjju"),
        ("450000", "2021", "自治区党委宣传部", "中共广西壮族自治区委员会宣传部", "450000-xcb"),
        ("110000", "2021", "市教委", "北京市教育委员会", "110000-jyt"),
        ("500000", "2022", "市经济信息委", "重庆市经济和信息化委员会", "500000-jxt"),
        ("110000", "2021", "市科委", "北京市科学技术委员会", "110000-kjt"),
        ("430100", "2021", "省教育厅", "湖南省教育厅", "430000-jyt"),
        ("430100", "2021", "市教育局", "长沙市教育局", "430100-jyt"),
        ("430102", "2021", "市教育局", "长沙市教育局", "430100-jyt"),
        ("430102", "2021", "区教育局", "长沙市芙蓉区教育局", "430102-jyt"),
        ("430000", "2021", "湘西州人民政府", "湘西土家族苗族自治州人民政府", "433100-zf"),
        ("430000", "2021", "人行长沙中心支行", "中国人民银行长沙中心支行", "430100-rmzx"),
        ("430000", "2021", "长沙海关", "长沙海关", "430100-hgj"),
        ("430000", "2021", "省高院", "湖南省高级人民法院", "430000-fy"),
        ("100000", "2022", "发展改革委", "国家发展和改革委员会", "100000-fgw"),
        ("100000", "2022", "银保监会", "中国银行保险监督管理委员会", "100000-ybjh"),
        ("100000", "2024", "金融监管总局", "国家金融监督管理总局", "100000-jrjgzj"),
        ("430000", "2021", "教育部", "教育部", "100000-jyb"),
        (None, None, "湖南省教育厅", "湖南省教育厅", "430000-jyt"),
    ],
)
def test_names_lead_to_bodies(
    lexicon: Lexicon, division: str | None, date: str | None, wording: str, canonical: str, key: str
) -> None:
    party = resolve(wording, LinkContext(division=division, date=date), lexicon)
    assert (party.canonical, party.iri) == (canonical, f"https://w3id.org/gplan/id/body/{key}")
    assert party.method in ("registry", "rule")


@pytest.mark.parametrize(
    ("date", "wording", "canonical"),
    [
        ("2020-05-28", "省经信厅", "湖南省工业和信息化厅"),
        ("2021-05-28", "省卫计委", "湖南省卫生健康委员会"),
        ("2021-05-28", "省文化旅游局", "湖南省文化和旅游厅"),
        ("2021-05-28", "省环保厅", "湖南省生态环境厅"),
    ],
)
def test_a_slip_points_at_the_likely_body_with_doubt(lexicon: Lexicon, date: str, wording: str, canonical: str) -> None:
    party = resolve(wording, LinkContext(division="430000", date=date), lexicon)
    assert (party.method, party.grade, party.canonical) == ("slip", "doubtful", canonical)
    assert party.note


def test_an_old_name_within_a_year_is_no_slip(lexicon: Lexicon) -> None:
    party = resolve("省卫生计生委", LinkContext(division="430000", date="2019-02-01"), lexicon)
    assert (party.method, party.canonical) == ("rule", "湖南省卫生和计划生育委员会")


@pytest.mark.parametrize("wording", ["教育厅", "科协", "省科协"])
def test_a_place_taken_from_the_document_is_said(lexicon: Lexicon, wording: str) -> None:
    party = resolve(wording, GUIZHOU_2020, lexicon)
    assert party.division == "520000"
    assert (party.grade == "context") == (not wording.startswith("省"))


@pytest.mark.parametrize("wording", ["省教育厅", "市教育局", "县人民政府", "省委宣传部"])
def test_no_place_is_guessed(lexicon: Lexicon, wording: str) -> None:
    party = resolve(wording, LinkContext(), lexicon)
    assert (party.iri, party.division, party.method) == (None, None, "unresolved")


def test_a_city_of_a_province_is_not_any_city(lexicon: Lexicon) -> None:
    assert resolve("市教育局", GUIZHOU_2020, lexicon).iri is None


def test_an_unknown_place_stays_unknown(lexicon: Lexicon) -> None:
    party = resolve("云岭省教育厅", LinkContext(), lexicon)
    assert (party.iri, party.division, party.method) == (None, None, "unresolved")
    assert party.kind == "government_department"


@pytest.mark.parametrize(
    ("wording", "kind"),
    [
        ("各成员单位", "collective"),
        ("各有关部门", "collective"),
        ("省直有关部门", "collective"),
        ("各市（州）人民政府", "local_government"),
        ("各市(州)、县(市、区)人民政府", "local_government"),
        ("各地区", "collective"),
        ("省政府各部门", "collective"),
        ("厅机关有关处室", "collective"),
        ("食品相关处室", "collective"),
        ("省直各预算单位", "collective"),
        ("开发区（投资区）管委会", "collective"),
        ("县（市、区）政府", "local_government"),
        ("县级政府", "local_government"),
        ("各县区教育局", "collective"),
        ("等部门", "collective"),
        ("有审批和监管职能的处室", "collective"),
        ("履行监管职责机构", "collective"),
        ("县人民政府", "local_government"),
        ("市政府", "local_government"),
        ("县（市、区）相关部门", "collective"),
        ("县（市、区）市场监管局", "collective"),
        ("各直属科研院所", "collective"),
        ("驻县各商业银行", "collective"),
        ("各新城区人民政府", "local_government"),
        ("有牧业的县人民政府", "local_government"),
        ("黔南三市人民政府", "local_government"),
        ("街道办事处", "local_government"),
        ("各区、县级市", "local_government"),
        ("各有关区、镇、处", "local_government"),
        ("各区政府（管委会）", "local_government"),
        ("各村（社区）", "collective"),
        ("功能园区管委会", "collective"),
        ("基层人民法院", "collective"),
        ("各省、自治区、直辖市及计划单列市、新疆生产建设兵团教育局", "collective"),
    ],
)
def test_collectives_are_no_body(lexicon: Lexicon, wording: str, kind: str) -> None:
    party = resolve(wording, GUIZHOU_2020, lexicon)
    assert (party.collective, party.iri, party.kind, party.division) == (True, None, kind, "520000")


@pytest.mark.parametrize(
    ("issuer", "kind"),
    [("贵州省交通运输厅", "internal_office"), ("贵州省人民政府办公厅", "government_department")],
)
def test_a_bureau_without_a_place_is_the_issuing_departments_own(lexicon: Lexicon, issuer: str, kind: str) -> None:
    context = replace(GUIZHOU_2020, issuer=issuer)
    assert resolve("路网监测局", context, lexicon).kind == kind
    assert (resolve("厅信息中心", context, lexicon).kind == "internal_office") == (kind == "internal_office")
    assert resolve("云岭市路网监测局", context, lexicon).kind == "government_department"


def test_a_government_below_the_document_is_local(lexicon: Lexicon) -> None:
    assert resolve("贵阳市人民政府", GUIZHOU_2020, lexicon).kind == "local_government"
    assert resolve("省人民政府", GUIZHOU_2020, lexicon).kind == "government"
    assert resolve("遵义", GUIZHOU_2020, lexicon).canonical == "遵义市人民政府"


def test_an_inner_office_belongs_to_its_body(lexicon: Lexicon) -> None:
    party = resolve("省医保局医药服务管理处", GUIZHOU_2020, lexicon)
    assert (party.kind, party.iri) == ("internal_office", None)
    assert party.parent == "https://w3id.org/gplan/id/body/520000-ylbzj"


def test_the_group_of_the_issuer(lexicon: Lexicon) -> None:
    context = replace(GUIZHOU_2020, issuer="贵州省某项工作领导小组办公室")
    party = resolve("领导小组办公室", context, lexicon)
    assert (party.canonical, party.grade) == ("贵州省某项工作领导小组办公室", "context")
    assert resolve("领导小组办公室", GUIZHOU_2020, lexicon).method == "unresolved"


def test_two_candidates_are_listed_and_none_is_chosen(lexicon: Lexicon) -> None:
    party = resolve("省委网信办", LinkContext(division="430000"), lexicon)
    assert (party.method, party.iri) == ("unresolved", None)
    assert set(party.candidates) == {
        "https://w3id.org/gplan/id/body/430000-wxb",
        "https://w3id.org/gplan/id/body/430000-wxbxz",
    }


@pytest.mark.parametrize(
    ("wording", "kind"),
    [
        ("云岭港航集团", "enterprise"),
        ("云岭大学", "public_institution"),
        ("省直目标办", "government_department"),
        ("云岭省农业学会", "mass_organisation"),
    ],
)
def test_unknown_names_have_a_kind_and_no_iri(lexicon: Lexicon, wording: str, kind: str) -> None:
    party = resolve(wording, GUIZHOU_2020, lexicon)
    assert (party.kind, party.iri) == (kind, None)


@pytest.mark.parametrize(
    ("wording", "canonical"),
    [
        # the line of the issuer, in another place
        ("遵义市局", "遵义市市场监督管理局"),
        ("省局", "贵州省市场监督管理局"),
        # companies are named by their whole names, branches of companies belong to subsidiaries as often
        ("遵义供电局", None),
        ("遵义供水公司", None),
        ("遵义供水有限公司", "遵义供水有限公司"),
        ("国网贵州省电力公司", "国网贵州省电力公司"),
        ("中国电信遵义分公司", None),
        ("中国铁路贵阳局集团有限公司", "中国铁路贵阳局集团有限公司"),
        ("中国电信股份有限公司遵义分公司", "中国电信股份有限公司遵义分公司"),
        ("海关总署广东分署", "海关总署广东分署"),
        # a zone by itself, a board of a centre, a customs house, a branch with its office
        ("遵义高新区", "遵义高新技术产业开发区管理委员会"),
        ("市行政服务中心管委会", "贵阳市行政服务中心管理委员会"),
        ("石桥海关", "石桥海关"),
        ("石桥机场海关", None),
        ("人行武汉分行营管部", "中国人民银行武汉分行营业管理部"),
        ("市纪委机关", "中共贵阳市纪律检查委员会"),
        # an institution without its place is the document's own, a university or company need not be
        ("政务服务和公共资源交易中心", "贵阳市政务服务和公共资源交易中心"),
        ("石桥职业技术学院", "石桥职业技术学院"),
        # a zone whose sort is left out
        ("遵义开发区管委会", None),
        ("遵义临空经济示范区管委会", "遵义临空经济示范区管理委员会"),
        ("遵义口岸管委会", "遵义口岸管理委员会"),
        # a zone, a company without a place: what is left out is not known
        ("石榴湖度假区管委会", None),
        ("综保区管委会", None),
        ("石东新区管委会", "石东新区管理委员会"),
        ("中央商务区管理局", None),
        ("国家信息中心", "国家信息中心"),
        ("润泽燃气有限公司", None),
        ("中铁润泽水务有限公司", "中铁润泽水务有限公司"),
        # a function that the register knows only as a short form; a branch of the People's Bank
        ("市投促中心", None),
        ("市招商中心", "贵阳市招商中心"),
        ("人行清镇支行", "中国人民银行清镇支行"),
        # parts of a city's bureau
        ("市公安局云岩分局", "贵阳市公安局云岩分局"),
        ("市公安局石桥分局", None),
        ("自贸区遵义片区管委会", "中国（贵州）自由贸易试验区遵义片区管理委员会"),
    ],
)
def test_what_is_no_whole_name_is_completed_only_where_that_is_known(
    lexicon: Lexicon, wording: str, canonical: str | None
) -> None:
    context = LinkContext(division="520100", date="2022-05-28", issuer="贵阳市市场监督管理局")
    assert resolve(wording, context, lexicon).canonical == canonical


def test_a_branch_bureau_of_a_district_is_not_named_by_the_district(lexicon: Lexicon) -> None:
    # 贵阳市公安局云岩分局 or 云岩区分局: never 贵阳市云岩区公安分局
    context = LinkContext(division="520103", date="2022-05-28")
    party = resolve("区公安分局", context, lexicon)
    assert (party.canonical, party.division, party.method) == (None, "520103", "unresolved")
    assert resolve("区公安局", context, lexicon).canonical == "贵阳市云岩区公安局"


def test_a_company_is_no_office_inside_another(lexicon: Lexicon) -> None:
    assert resolve("中国铁路云岭局集团有限公司", GUIZHOU_2020, lexicon).kind == "enterprise"


def test_a_short_name_takes_the_name_that_the_document_writes_in_full(lexicon: Lexicon, tmp_path: Path) -> None:
    text = (
        "洛阳市人民政府办公室关于印发服务提升工作方案的通知\n各县区人民政府：\n一、重点任务\n"
        "（一）优化流程。减少环节。（责任单位：洛阳市住房保障和房屋管理局、市财政局）\n"
        "（二）加强宣传。扩大影响。（责任单位：市住房保障局、市财政局）\n"
        "洛阳市人民政府办公室\n2022年3月1日\n"
    )
    found = annotate(text.encode(), name="plan.txt", settings=Settings(), lexicon=lexicon)
    names = {body.surface: party.canonical for body, party in found.parties}
    assert names["市住房保障局"] == "洛阳市住房保障和房屋管理局"


def test_a_defined_short_form_is_used(lexicon: Lexicon) -> None:
    context = replace(GUIZHOU_2020, defined=(("省协作办", "贵州省教育厅"),))
    party = resolve("省协作办", context, lexicon)
    assert (party.canonical, party.grade) == ("贵州省教育厅", "context")


@pytest.mark.parametrize(
    ("issuers", "number", "title", "head", "division"),
    [
        (["湖南省教育厅"], None, None, "", "430000"),
        (["国务院办公厅"], None, None, "", "100000"),
        ([], "黔府办发〔2020〕3号", None, "", "520000"),
        ([], "国办发〔2020〕3号", None, "", "100000"),
        ([], None, "长沙市科学素质工作要点", "", "430100"),
        ([], None, None, "我省要……湖南……长沙市、岳阳市", "430000"),
        (["云岭省教育厅"], None, "云岭省工作要点", "全省各地", None),
        (["云岭省人民政府办公厅"], "云政办发〔2020〕3号", None, "全省各地，学习云南省", None),
        (["云岭省农业农村厅"], "云农发〔2026〕7号", "茶产业行动计划", "", None),
        ([], "云农发〔2026〕7号", "云岭省茶产业行动计划", "", None),
        ([], "云农发〔2026〕7号", "农村市场建设工作要点", "", "530000"),
        (["省城市建设联席会议办公室"], "黔建发〔2026〕7号", None, "", "520000"),
        (["高新区管理委员会"], "黔高新发〔2026〕7号", None, "", "520000"),
        ([], None, None, "", None),
        ([], "新开〔2026〕7号", "新乡高新区阅读工作方案", "", "410700"),
        ([], None, "关于印发《吐鲁番市高昌区阅读工作方案》的通知", "", "650402"),
        ([], None, "太仆寺旗阅读工作方案", "", "152527"),
        ([], "黔府办发〔2026〕7号", "关于印发贵阳市阅读工作方案的通知", "", "520000"),
        ([], None, "鼓楼区阅读工作方案", "", None),
        ([], None, "2024年毕节市七星关区阅读工作安排", "", "520502"),
        (["市人民政府办公室"], None, "市人民政府办公室关于印发赤壁市阅读工作方案的通知", "", "421281"),
        # a city within a prefecture is named, the prefecture itself hardly
        (["市人民政府办公室"], None, "阅读工作方案", "全市。赤壁市书屋，赤壁市讲坛，建设书香赤壁。", "421281"),
        (["市人民政府办公室"], None, "阅读工作方案", "全市。赤壁市书屋，咸宁市讲坛，咸宁市书展。", "421200"),
    ],
)
def test_the_place_of_a_document(
    lexicon: Lexicon, issuers: list[str], number: str | None, title: str | None, head: str, division: str | None
) -> None:
    context = document_context(
        issuers, title=title, number=number, addressee=None, date="2020", text_head=head, lexicon=lexicon
    )
    assert context.division == division


@pytest.mark.parametrize(
    ("sources", "text", "division"),
    [
        (["赤壁市教育局"], "推动市教育局、市财政局牵头；市民政局配合，市残联、市妇联参加。", "421281"),
        (["嘉鱼县农业农村局", "嘉鱼县人民政府"], "县农业农村局牵头，县财政局、县民政局配合。", "421221"),
        (["嘉鱼县农业农村局"], "市农业农村局牵头，市财政局、市民政局配合。", None),
        (["嘉鱼县农业农村局", "赤壁市教育局"], "县农业农村局牵头，县财政局、县民政局配合。", None),
        (["新华网"], "县农业农村局牵头，县财政局、县民政局配合。", None),
    ],
)
def test_the_page_says_the_place_of_a_text_of_its_level(
    lexicon: Lexicon, sources: list[str], text: str, division: str | None
) -> None:
    context = document_context(
        [], title=None, number=None, addressee=None, date=None, text_head=text, lexicon=lexicon, sources=sources
    )
    assert context.division == division


@pytest.mark.parametrize(
    ("issuers", "title", "inner"),
    [
        ([], "云南师范大学2024年工作要点", True),
        (["中共云南师范大学委员会"], None, True),
        (["贵州茶业集团"], None, True),
        ([], "铜仁市中级人民法院2024年工作要点", True),
        (["云南省教育厅"], "云南省教育厅关于支持大学2024年招生的通知", False),
        (["云南省医院管理局"], None, False),
    ],
)
def test_departments_without_a_level_are_those_of_a_university(
    lexicon: Lexicon, issuers: list[str], title: str | None, *, inner: bool
) -> None:
    context = document_context(
        issuers, title=title, number=None, addressee=None, date="2024", text_head="", lexicon=lexicon
    )
    assert context.is_inner is inner
    assert (resolve("党委组织部", replace(context, division="530000"), lexicon).canonical is None) is inner
    assert resolve("省教育厅", replace(context, division="530000"), lexicon).canonical == "云南省教育厅"


@pytest.mark.parametrize(
    ("wording", "kind"),
    [
        ("执行局", "internal_office"),
        ("护理部", "internal_office"),
        ("办公室", "internal_office"),
        ("民二庭", "internal_office"),
        ("病案室", "internal_office"),
        ("学工部（处）", "internal_office"),
        ("副校长", "subject"),
        ("图书馆", "public_institution"),
        ("继续教育学院", "public_institution"),
        ("各二级学院", "collective"),
    ],
)
def test_the_parts_of_a_university_court_or_hospital(lexicon: Lexicon, wording: str, kind: str) -> None:
    context = replace(GUIZHOU_2020, issuer="贵州大学", is_inner=True)
    party = resolve(wording, context, lexicon)
    assert (party.kind, party.canonical) == (kind, None)


@pytest.mark.parametrize("wording", ["县区教体局", "各县（市、区）院", "县（市、区）市场监管局"])
def test_what_each_of_some_places_has_is_a_class(lexicon: Lexicon, wording: str) -> None:
    party = resolve(wording, GUIZHOU_2020, lexicon)
    assert (party.kind, party.collective, party.canonical) == ("collective", True, None)
    assert not resolve("县市场监管局", GUIZHOU_2020, lexicon).collective


@pytest.mark.parametrize("wording", ["青溪街道", "青溪街道办事处", "白石镇", "白石镇人民政府"])
def test_a_township_is_a_local_government(lexicon: Lexicon, wording: str) -> None:
    assert resolve(wording, GUIZHOU_2020, lexicon).kind == "local_government"


def test_rooms_and_groups_of_an_inspection(lexicon: Lexicon) -> None:
    assert resolve("第一监督检查室", GUIZHOU_2020, lexicon).kind == "internal_office"
    assert resolve("县委各巡察组", GUIZHOU_2020, lexicon).collective


def test_a_zone_without_a_place_is_that_of_the_city(lexicon: Lexicon) -> None:
    context = LinkContext(division="371000", date="2024-05-01", issuer="威海市人民政府办公室")
    assert resolve("经开区", context, lexicon).canonical == "威海经济技术开发区管理委员会"
    assert resolve("经开区", replace(context, division="371002"), lexicon).canonical is None
    assert resolve("高新区", replace(context, division="330481"), lexicon).canonical is not None


@pytest.mark.parametrize(
    ("wording", "canonical"),
    [
        ("威海经开区", "威海经济技术开发区管理委员会"),
        ("邢台经开区管委会", "河北邢台经济开发区管理委员会"),
        ("张家口经开区", "张家口经济开发区管理委员会"),
        ("湘西经开区", None),
        ("青田经开区管委会", None),
    ],
)
def test_a_zone_open_to_trade_is_completed_only_by_the_register(
    lexicon: Lexicon, wording: str, canonical: str | None
) -> None:
    # 经开区 is short for 经济开发区 as for 经济技术开发区
    assert resolve(wording, GUIZHOU_2020, lexicon).canonical == canonical
    bare = LinkContext(division="330400", date="2024-05-01", issuer="嘉兴市人民政府办公室")
    assert resolve("经开区", bare, lexicon).canonical is None


@pytest.mark.parametrize("wording", ["西藏自治区旅游发展厅", "拉萨市旅游发展局", "市旅游发展局"])
def test_a_bureau_with_a_name_of_its_own_is_not_a_commission_that_has_ended(lexicon: Lexicon, wording: str) -> None:
    context = LinkContext(division="540100", date="2021-05-01", issuer="拉萨市人民政府办公室")
    party = resolve(wording, context, lexicon)
    assert (party.canonical, party.method) == (None, "unresolved")
    assert resolve("市旅游发展委", context, lexicon).canonical == "拉萨市文化和旅游局"


def test_offices_in_a_plan_that_nobody_signs_are_those_of_the_department_in_its_title(lexicon: Lexicon) -> None:
    context = document_context(
        [], title="贵州省教育厅2024年工作要点", number=None, addressee=None, date="2024", text_head="", lexicon=lexicon
    )
    assert resolve("办公室", context, lexicon).kind == "internal_office"
    assert resolve("财政厅", context, lexicon).canonical == "贵州省财政厅"


def test_the_board_of_a_new_area_says_the_province(lexicon: Lexicon) -> None:
    context = document_context(
        ["省阅读工作联席会议办公室"],
        title="关于印发全省阅读工作方案的通知",
        number=None,
        addressee="省直有关单位，各设区市、赣江新区阅读工作领导小组",
        date="2023-06-14",
        text_head="持续推进全省阅读工作。",
        lexicon=lexicon,
    )
    assert context.division == "360000"
    assert resolve("赣江新区管委会", context, lexicon).canonical == "江西赣江新区管理委员会"


JOINT = """重庆市人民政府办公厅 四川省人民政府办公厅关于印发阅读联合行动方案的通知
渝府办发〔2022〕90号
各有关单位：
现印发给你们。
重庆市人民政府办公厅 四川省人民政府办公厅
2022年2月15日
阅读联合行动方案
一、重点任务
1.建设书屋。（责任单位：重庆市教委、市财政局；四川省教育厅、省财政厅、科技厅）
2.开展评选。（责任单位：市教委、省教育厅）
"""


def test_each_half_of_a_list_of_two_issuers_has_its_own_place(lexicon: Lexicon) -> None:
    found = annotate(JOINT.encode(), name="plan.txt", settings=Settings(), lexicon=lexicon)
    assert [party.canonical for _, party in found.parties] == [
        "重庆市教育委员会",
        "重庆市财政局",
        "四川省教育厅",
        "四川省财政厅",
        "四川省科学技术厅",
        "重庆市教育委员会",
        "四川省教育厅",
    ]


def test_short_forms_are_read_from_the_text(lexicon: Lexicon) -> None:
    text = "成立云岭省素质工作领导小组（以下简称省素质办），下设办公室。"
    context = document_context([], title=None, number=None, addressee=None, date=None, text_head=text, lexicon=lexicon)
    assert dict(context.defined)["省素质办"].endswith("云岭省素质工作领导小组")


def test_a_guessed_date_makes_no_body_former(lexicon: Lexicon) -> None:
    # 到2030年 is an aim: that 银保监会 is named is the better witness of when the text was written
    guessed = LinkContext(division="100000", date="2030-12-31", is_dated=False)
    assert resolve("银保监会", guessed, lexicon).canonical == "中国银行保险监督管理委员会"
    assert resolve("银保监会", replace(guessed, is_dated=True), lexicon).slip == "former-name"
    text = "茶业行动方案\n一、任务\n1.种茶，到2030年翻番。（农业农村部、银保监会负责）\n"
    found = annotate(text.encode(), name="t.txt", settings=Settings(), lexicon=lexicon)
    assert [party.method for _, party in found.parties if party.surface == "银保监会"] == ["registry"]


def test_eras() -> None:
    old, new = Era(key="old", since=None, until="2018-12-31"), Era(key="new", since="2018-10-01", until=None)
    assert at_date([old, new], "2018-11") == (("old", "new"), "current")
    assert at_date([old, new], "2021") == (("new",), "current")
    assert at_date([old], "2019-05-01") == (("old",), "current")
    assert at_date([old], "2021-05-01") == (("old",), "past")
    assert at_date([new], "2010") == (("new",), "future")
    assert at_date([old, new], None) == (("old", "new"), "current")


@needs_shared
def test_each_of_the_first_gold_documents_is_linked(lexicon: Lexicon) -> None:
    files = gold_files("first")
    assert len(files) == 8
    for path in files:
        right, scored, kinds, total = _score(path, lexicon)
        assert right / scored >= 0.9, path.name
        assert kinds / total >= 0.97, path.name


@needs_shared
@pytest.mark.parametrize(("group", "least"), [("later", (0.97, 0.98)), ("second", (0.88, 0.86))])
def test_the_other_gold_documents_are_linked_as_before(
    group: str, least: tuple[float, float], lexicon: Lexicon
) -> None:
    right, scored, kinds, total = map(sum, zip(*(_score(p, lexicon) for p in gold_files(group)), strict=True))
    assert right / scored >= least[0]
    assert kinds / total >= least[1]


def _date(key: str) -> str | None:
    """The date of a document after its corpus; of some the corpus knows nothing."""
    manifests = (SHARED / name / "manifest.jsonl" for name in ("corpus", "corpus2"))
    rows = [json.loads(line) for m in manifests for line in m.read_text(encoding="utf-8").splitlines()]
    return next((str(row["date"]) for row in rows if row["id"] == key), None)


def _score(path: Path, lexicon: Lexicon) -> tuple[int, int, int, int]:
    gold: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    document: dict[str, dict[str, str]] = gold["document"]  # type: ignore[assignment]
    signed = document.get("signed_date") or {}
    issuers = [str(issuer["surface"]) for issuer in document.get("issuers") or ()]  # type: ignore[index]
    context = LinkContext(
        division=document["region"]["code"],
        date=signed.get("iso") or _date(path.name.partition(".")[0]),
        issuer=issuers[0] if issuers else None,
    )
    right = scored = kinds = total = 0
    for action in gold["actions"]:  # type: ignore[attr-defined]
        for body in action.get("bodies", ()):
            party = resolve(body.get("normalised") or body["surface"], context, lexicon)
            extra = body.get("gold", {})
            accepted = {
                body["canonical"],
                extra.get("canonical_long"),
                *extra.get("alternatives", {}).get("canonical", ()),
            }
            total += 1
            kinds += party.kind in {body["kind"], *extra.get("kind_accept", ())}
            if body["canonical"]:
                scored += 1
                right += party.canonical in accepted
    return right, scored, kinds, total


@needs_shared
def test_most_real_issuers_are_resolved(lexicon: Lexicon) -> None:
    lines = (SHARED / "lexicon/issuers.tsv").read_text(encoding="utf-8").splitlines()[1:]
    names = [line.split("\t")[1] for line in lines]
    unresolved = 0
    for name in names:
        context = document_context(
            [name], title=None, number=None, addressee=None, date=None, text_head="", lexicon=lexicon
        )
        unresolved += resolve(name, context, lexicon).method == "unresolved"
    assert unresolved / len(names) <= 0.1


def test_a_place_of_several_is_left_open(lexicon: Lexicon) -> None:
    party = resolve("朝阳区教育局", LinkContext(date="2021"), lexicon)
    assert (party.method, party.iri, len(party.candidates)) == ("unresolved", None, 2)
    beijing = resolve("朝阳区教育局", LinkContext(division="110000", date="2021"), lexicon)
    assert beijing.canonical == "北京市朝阳区教育局"


def test_a_short_name_is_the_higher_place(lexicon: Lexicon) -> None:
    assert resolve("河北科学院", LinkContext(date="2021"), lexicon).division == "130000"
    assert resolve("承德", LinkContext(division="130000"), lexicon).division == "130800"


@pytest.mark.parametrize(
    ("wording", "context", "slip"),
    [
        ("省经信厅", GUIZHOU_2020, "former-name"),
        ("省文化旅游局", GUIZHOU_2020, "suffix"),
        ("省卫生健康委", LinkContext(division="520000", date="2010"), "not-yet"),
        ("金融监管总局", LinkContext(division="100000", date="2020"), "not-yet"),
        ("省林业局", GUIZHOU_2020, None),
    ],
)
def test_what_is_wrong_with_a_wording_is_said(
    lexicon: Lexicon, wording: str, context: LinkContext, slip: str | None
) -> None:
    party = resolve(wording, context, lexicon)
    assert party.slip == slip
    assert (party.method == "slip") == (slip is not None)


@pytest.mark.parametrize(
    ("key", "has", "has_not"),
    [
        ("520000-kx", {"省科协", "贵州省科协"}, {"贵州省科学技术协会", "市科协"}),
        ("520000-tw", {"团省委"}, {"省共青团贵州省委员会"}),
        ("520000-xcb", {"省委宣传部", "贵州省委宣传部"}, {"省党委宣传部"}),
        ("450000-xcb", {"自治区党委宣传部"}, {"区委宣传部"}),
        ("520000-nky", {"省农科院"}, {"省农科所"}),
        ("520000-dsj", {"省大数据局"}, {"贵州省大数据发展管理局"}),
        ("110105-jyt", {"区教育局"}, {"区教育厅"}),
    ],
)
def test_a_body_carries_the_names_that_texts_use(lexicon: Lexicon, key: str, has: set[str], has_not: set[str]) -> None:
    party = entry(key, lexicon)
    assert party is not None
    assert has <= set(party.aliases)
    assert not has_not & set(party.aliases)


def test_a_body_by_rule_knows_its_validity_and_successor(lexicon: Lexicon) -> None:
    party = resolve("省扶贫办", GUIZHOU_2020, lexicon)
    assert party.valid_until
    (heir,) = party.succeeded_by
    follower = entry(heir, lexicon)
    assert follower is not None
    assert follower.canonical == "贵州省乡村振兴局"


@pytest.mark.parametrize("key", ["520000-none", "999999-jyt", "jyt", ""])
def test_what_the_register_does_not_hold_is_no_entry(lexicon: Lexicon, key: str) -> None:
    assert entry(key, lexicon) is None


@pytest.mark.parametrize(
    ("wording", "kind"),
    [
        ("国家建设委员会", "government_department"),
        ("共青团石家庄市教育局委员会", "mass_organisation"),
        ("云岭市书屋建设委员会", "leading_group"),
    ],
)
def test_a_committee_is_what_it_is_called(lexicon: Lexicon, wording: str, kind: str) -> None:
    assert resolve(wording, LinkContext(), lexicon).kind == kind


@needs_shared
def test_the_slips_of_the_seed_are_reported(lexicon: Lexicon) -> None:
    data = (CORPUS / "seed.txt").read_bytes()
    found = annotate(data, name="seed.txt", settings=Settings(), lexicon=lexicon)
    doubts = [(f.code, dict(f.detail)["text"]) for f in found.findings if "slip" in f.code or "body" in f.code]
    assert sorted(doubts) == sorted(
        [
            ("duplicate-body", "省林业局"),
            ("duplicate-body", "省农科院"),
            ("slip-suffix", "省文化旅游局"),
            ("slip-former-name", "省经信厅"),
        ]
    )
    plain = {party.method for body, party in found.parties if body.surface == "省林业局"}
    assert plain == {"rule"}


@pytest.mark.parametrize(
    ("wording", "canonical"),
    [
        ("省水情监测中心", "贵州省水情监测中心"),
        ("省档案馆", "贵州省档案馆"),
        ("省茶业集团", "贵州省茶业集团有限公司"),
        ("省政府外办", "贵州省人民政府外事办公室"),
        ("茶科院", None),
    ],
)
def test_a_whole_name_lacks_its_place_only(lexicon: Lexicon, wording: str, canonical: str | None) -> None:
    assert resolve(wording, GUIZHOU_2020, lexicon).canonical == canonical


def test_an_office_of_the_issuing_department(lexicon: Lexicon) -> None:
    context = LinkContext(division="520000", date="2020-02-01", issuer="贵州省教育厅")
    for wording in ("综合处", "办公室"):
        party = resolve(wording, context, lexicon)
        assert (party.kind, party.canonical, party.note) == ("internal_office", None, "inside 贵州省教育厅")
        assert party.parent is not None


def test_the_issuer_in_the_title_comes_before_an_ambiguous_code(lexicon: Lexicon) -> None:
    context = document_context(
        [],
        title="吉安市人民政府关于科普工作的意见",
        number="吉府字〔2025〕3号",
        addressee=None,
        date=None,
        text_head="",
        lexicon=lexicon,
    )
    assert context.division == "360800"


@pytest.mark.parametrize(
    ("wording", "division", "canonical"),
    [
        # what is short begins as its name does, and holds its characters in their order
        ("市城建局", "410100", "郑州市城乡建设局"),
        ("市住建局", "410100", "郑州市住房和城乡建设局"),
        ("市国资委", "410100", "郑州市人民政府国有资产监督管理委员会"),
        ("市政府口岸办", "410100", "郑州市人民政府口岸办公室"),
        ("市房管局", "410300", None),  # 房产管理局 and 房屋管理局 may both be meant
        ("市房管局", "410100", "郑州市住房保障和房地产管理局"),
        # of names that are equally usual none is chosen; where one is usual, it is
        ("市地方金融局", "410300", None),
        ("市文旅广电局", "410300", None),
        ("市政务服务办", "410300", None),
        ("市政务办", "410300", None),
        ("市政务办", "410100", "郑州市政务服务办公室"),
        ("市教体局", "410300", None),
        ("市自规局", "410300", "洛阳市自然资源和规划局"),
        ("市城管局", "410300", "洛阳市城市管理局"),
        # a whole name that others shorten to; the name of the province's own body decides
        ("市大数据局", "410300", "洛阳市大数据管理局"),
        ("市大数据局", "140200", None),
        ("洛阳市大数据局", "410300", "洛阳市大数据局"),
        ("市政务服务局", "410300", "洛阳市政务服务管理局"),
        # no name of the kind has these words
        ("市城管执法委", "410300", "洛阳市城市管理执法委员会"),
        ("市中小企业发展局", "410300", None),
        # until the committees of 2023 the office was one of the government, under several names
        ("市金融办", "410300", None),
        ("洛阳住房公积金中心", "410300", "洛阳住房公积金管理中心"),
        ("洛阳海事局", "410300", "洛阳海事局"),
        ("区商务委", "310101", "上海市黄浦区商务委员会"),
        ("市城管执法局", "110000", "北京市城市管理综合行政执法局"),
        # 市 of 市政 points at no place; 城投 is short for what nobody says
        ("市政管理局", "410100", None),
        ("市市政管理局", "410100", "郑州市市政管理局"),
        ("市城投集团", "410100", None),
        ("市水务集团", "410100", "郑州市水务集团有限公司"),
        ("市交警总队", "310000", None),
        # not the bureau that has another name
        ("市政府金融办", "410100", None),
    ],
)
def test_a_short_name_stands_for_one_official_name(
    lexicon: Lexicon, wording: str, division: str, canonical: str | None
) -> None:
    assert resolve(wording, LinkContext(division=division, date="2022-06-01"), lexicon).canonical == canonical


def test_the_name_of_the_issuer_decides_between_names_of_a_kind(lexicon: Lexicon) -> None:
    context = LinkContext(division="410700", date="2023-05-01", issuer="新乡市房屋管理局")
    assert resolve("市房管局", context, lexicon).canonical == "新乡市房屋管理局"


def test_a_body_has_the_fullest_name_that_its_document_writes(lexicon: Lexicon) -> None:
    text = (
        "咸阳市人民政府关于数据的意见\n各县人民政府：\n一、任务\n1.建设平台，做到有序。（市大数据管理局）\n"
        "2.开放数据，做到有序。（市大数据局）\n咸阳市人民政府\n2023年3月1日\n"
    )
    found = annotate(text.encode(), name="plan.txt", settings=Settings(), lexicon=lexicon)
    assert {party.canonical for _, party in found.parties} == {"咸阳市大数据管理局"}


@pytest.mark.parametrize(
    ("kind", "english"),
    [
        ("llb", "Office of the Committee on Ageing of Guizhou Province"),
        ("jyt", "Education Department of Guizhou Province"),
        ("dfzb", "Local Chronicles Office of Guizhou Province"),
        ("wsjkw", "Health Commission of Guizhou Province"),
        ("zwfwj", "Government Services Bureau of Guizhou Province"),
        ("zjju", "Securities Regulatory Bureau of Guizhou Province"),
        ("xfzd", "Fire and Rescue Brigade of Guizhou Province"),
        ("ggzyjgj", "Public Resource Trading Supervision Bureau of Guizhou Province"),
    ],
)
def test_english_names_say_once_what_sort_of_body_it_is(kind: str, english: str, lexicon: Lexicon) -> None:
    party = entry(f"520000-{kind}", lexicon)
    assert party is not None
    assert party.label_en == english


@pytest.mark.parametrize("name", ["试点城市政府", "示范县政府", "承办城市人民政府", "首批试点城市政府", "试点地区政府"])
def test_a_class_of_places_is_no_place(lexicon: Lexicon, name: str) -> None:
    found = resolve(name, LinkContext(division="520100", date="2024"), lexicon)
    assert (found.canonical, found.kind, found.collective) == (None, "local_government", True)
    assert resolve("云岭市政府", LinkContext(division="520100", date="2024"), lexicon).collective is False


@pytest.mark.parametrize("name", ["县代建中心", "县公共资源交易中心", "区图书馆", "县融媒体中心", "旗文化馆"])
def test_an_institution_of_a_county_that_is_not_said_has_no_official_name(lexicon: Lexicon, name: str) -> None:
    for division in ("520100", "520000", None):
        assert resolve(name, LinkContext(division=division, date="2024"), lexicon).canonical is None
    county = resolve(f"县{name[1:]}", LinkContext(division="520123", date="2024"), lexicon)
    assert county.canonical == f"修文县{name[1:]}"


@pytest.mark.parametrize("name", ["市交警总队", "市治安总队", "市禁毒总队", "市刑侦总队"])
def test_a_force_of_the_police_leaves_out_whose_it_is(lexicon: Lexicon, name: str) -> None:
    found = resolve(name, LinkContext(division="500000", date="2024"), lexicon)
    assert (found.canonical, found.kind) == (None, "government_department")


@pytest.mark.parametrize("wording", ["市发改经信局", "市住建和交通局", "市科技和经信局"])
def test_a_merged_department_of_contracted_functions_has_no_official_name(lexicon: Lexicon, wording: str) -> None:
    context = LinkContext(division="330400", date="2024-05-01")
    assert resolve(wording, context, lexicon).canonical is None
    assert resolve("市科技和商务局", context, lexicon).canonical == "嘉兴市科技和商务局"


def test_an_unregistered_department_without_a_place_is_inside_a_firm(lexicon: Lexicon) -> None:
    assert resolve("供应链管理部", GUIZHOU_2020, lexicon).kind == "internal_office"
    assert resolve("云溪新区经济发展部", GUIZHOU_2020, lexicon).kind == "government_department"
    assert resolve("教育部", GUIZHOU_2020, lexicon).kind == "government_department"
