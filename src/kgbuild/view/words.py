"""The texts of the reading view, in both languages."""

from __future__ import annotations

from kgbuild.model.layers import LAYERS
from kgbuild.view.facts import Both


def layer_names() -> dict[str, Both]:
    """Return the names of the layers of the reading view."""
    own = {layer.shown: Both(*layer.title) for layer in reversed(LAYERS.values())}
    return own | {"document": Both("公文要素", "Document"), "correction": Both("文字还原", "Corrections")}


WORDS: dict[str, Both] = {
    "outline": Both("目录", "Outline"),
    "text": Both("原文", "Text"),
    "facts": Both("事实", "Facts"),
    "selected": Both("选中", "Selected"),
    "layers": Both("图层", "Layers"),
    "filters": Both("筛选", "Filters"),
    "any_body": Both("全部主体", "Any body"),
    "any_population": Both("全部人群", "Any population"),
    "body": Both("责任主体", "Body"),
    "population": Both("人群", "Population"),
    "restored": Both("显示还原文字", "Show text as restored"),
    "language": Both("English", "中文"),
    "close": Both("关闭", "Close"),
    "skip": Both("跳到原文", "Skip to the text"),
    "in_text": Both("在原文中查看", "Show in the text"),
    "rule": Both("规则", "rule"),
    "grade": Both("可信度", "confidence"),
    "item": Both("条目", "item"),
    "notes": Both("提示", "Findings"),
    "violation": Both("错误", "Violation"),
    "warning": Both("警告", "Warning"),
    "info": Both("提示", "Note"),
    "actions": Both("项行动", "actions"),
    "hint": Both(
        "点击文字看事实，点击事实回到文字。在原文区按 → ← 逐个浏览，回车选中，Esc 取消。",
        "Click text for its facts, a fact for its text. In the text → and ← step through, Enter selects, Esc clears.",
    ),
    "none": Both("尚未选中。", "Nothing is selected."),
    "index": Both("文件一览", "Documents"),
    "document": Both("文件", "Document"),
    "number": Both("发文字号", "Number"),
    "date": Both("成文日期", "Date"),
    "source": Both("来源文本", "Source text"),
    "all_facts": Both("全部事实", "All facts"),
    "page": Both("阅读视图", "Reading view"),
}
